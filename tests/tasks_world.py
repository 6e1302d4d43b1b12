"""A data folder with the people who supervise and are supervised, for tests of tasks; each test gets a copy."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
from flask import Flask
from werkzeug.test import TestResponse

from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder
from warehouse.operations import operating
from zhibiao.founding import found_folder

PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}
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


class Visitor:
    """Somebody at a browser: logged in, each form with the token of the session, as a page would send it."""

    def __init__(self, server: Flask, name: str = "") -> None:
        self.client, self._token = server.test_client(), ""
        if name:
            door = self.client.get("/login").get_data(as_text=True)
            sent = {"name": name, "password": PASSWORD, "csrf": _token(door)}
            assert self.client.post("/login", data=sent).status_code == 303, name

    def look(self, path: str) -> str:
        """The page at an address, as HTML."""
        answer = self.client.get(path, headers=PAGE)
        return str(answer.get_data(as_text=True))

    def token(self) -> str:
        """The token that a form of this session carries."""
        self._token = self._token or str(self.client.get("/session").get_json()["csrf"])
        return self._token

    def send(self, path: str, token: str | None = None, **typed: Any) -> TestResponse:
        """Post a form."""
        said = {"csrf": self.token() if token is None else token} | typed
        return self.client.post(path, data=said, headers=PAGE, content_type="multipart/form-data")


def _token(page: str) -> str:
    found = re.search(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"', page)
    assert found, page[:2000]
    return found[1] or found[2]
