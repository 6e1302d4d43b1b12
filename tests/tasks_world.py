"""A data folder with the people who supervise and are supervised, for tests of tasks; each test gets a copy."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder
from warehouse.operations import operating
from zhibiao.founding import found_folder

PASSWORD = "correct horse"
PEOPLE = (
    ("填报甲", Role.FILLER, "TJJ"),
    ("填报乙", Role.FILLER, "CZJ"),
    ("填报丙", Role.FILLER, "SWJ"),
    ("审核员", Role.REVIEWER, ""),
    ("发布员", Role.PUBLISHER, ""),
    ("领导", Role.LEADER, ""),
    ("分析员", Role.ANALYST, ""),
)
HEAD = ("序号", "任务", "牵头单位", "责任单位", "完成时限", "序时进度", "进展情况", "存在问题", "下步措施", "关联指标")


def peopled(place: Path) -> DataFolder:
    """A new folder with one account for each part that is played."""
    folder = found_folder(place, "管理员", None).folder
    with operating(folder) as conn:
        for name, role, department in PEOPLE:
            add_account(conn, name, PASSWORD, role, name, department, by="管理员")
    return folder


def copied(folder: DataFolder, place: Path) -> DataFolder:
    """A copy of a folder: the hashing of passwords is slow on purpose, so it is done once."""
    return DataFolder(Path(shutil.copytree(folder.root, place)))


def task_list_book(*rows: Sequence[object], head: Sequence[str] = HEAD) -> bytes:
    """A 任务清单 as a department would make it by hand."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "任务清单"
    for row in (head, *rows):
        sheet.append(tuple(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
