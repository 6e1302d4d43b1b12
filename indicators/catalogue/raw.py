"""Entries as they stand in the catalogue's files: text values, and the file and line of every part.

First step of loading: YAML and CSV become plain dictionaries of text, nothing is converted (a code 01 stays "01", a
date stays its ten characters). It must not know what an indicator or a form is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

Step = str | int
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser is ten times quicker, where it was built


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a catalogue file, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行"


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry: its values by field, and the place of each field, item and sub-field by its path."""

    place: Place
    values: dict[str, Any]
    places: dict[tuple[Step, ...], Place]

    def at(self, path: tuple[Step, ...] = ()) -> Place:
        """The place of the named part, or of the nearest part around it."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return self.place

    def put(self, field: tuple[Step, ...], parts: list[Raw]) -> None:
        """Replace the value at `field` by a list of other entries, keeping their places."""
        holder: Any = self.values
        for step in field[:-1]:
            holder = holder[step]
        holder[field[-1]] = [part.values for part in parts]
        for number, part in enumerate(parts):
            self.places[(*field, number)] = part.place
            self.places.update({(*field, number, *path): place for path, place in part.places.items()})


def read_yaml(folder: Path | Traversable, name: str, mistakes: list[str]) -> list[Raw]:
    """The entries of a YAML file: a list of mappings, or one mapping. What cannot be read goes to `mistakes`."""
    text = _text(folder, name, mistakes)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Place(name, mark.line + 1 if mark else 1)
        mistakes.append(f"{where}：YAML 写法有误（{getattr(error, 'problem', error)}）；请检查缩进、冒号和引号。")
        return []
    if node is None:
        return []
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found = []
    for item in nodes:
        places: dict[tuple[Step, ...], Place] = {}
        values = _plain(item, (), name, places, mistakes)
        if isinstance(values, dict):
            found.append(Raw(Place(name, item.start_mark.line + 1), values, places))
        else:
            mistakes.append(f"{Place(name, item.start_mark.line + 1)}：这里应是一组“字段: 值”，不是单个值或列表。")
    return found


def _plain(
    node: yaml.Node, path: tuple[Step, ...], name: str, places: dict[tuple[Step, ...], Place], mistakes: list[str]
) -> Any:
    places[path] = Place(name, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, number), name, places, mistakes) for number, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return node.value
    values: dict[str, Any] = {}
    for key, item in node.value:
        if key.value in values:
            mistakes.append(f"{Place(name, key.start_mark.line + 1)}：字段 {key.value} 写了两次；请只留一个。")
        value = _plain(item, (*path, key.value), name, places, mistakes)
        if value != "":  # an empty field says nothing, as an empty CSV cell
            values[key.value] = value
    return values


def read_csv(folder: Path | Traversable, name: str, lists: frozenset[str], mistakes: list[str]) -> list[Raw]:
    """The entries of a CSV file with a header line; fields named in `lists` are cut at semicolons.

    An empty cell says nothing. A line with more or fewer cells than the header is a mistake.
    """
    lines = _records(_text(folder, name, mistakes))
    header = next(lines, (0, []))[1]
    found = []
    for line, cells in lines:
        if not any(cells):
            continue
        if len(cells) != len(header):
            mistakes.append(
                f"{Place(name, line)}：有 {len(cells)} 个单元格，表头有 {len(header)} 个；请补齐或去掉逗号。"
            )
            continue
        values: dict[str, Any] = {}
        for field, cell in zip(header, (cell.strip() for cell in cells), strict=True):
            if cell:
                values[field] = [part.strip() for part in cell.split(";") if part.strip()] if field in lists else cell
        found.append(Raw(Place(name, line), values, {}))
    return found


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins (a quoted cell may hold line breaks)."""
    reader = csv.reader(io.StringIO(text, newline=""))
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _text(folder: Path | Traversable, name: str, mistakes: list[str]) -> str:
    try:
        return folder.joinpath(*name.split("/")).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        mistakes.append(f"{Place(name, 1)}：没有找到这个文件；请检查文件名，或从随附的指标目录复制。")
    except UnicodeDecodeError as error:
        mistakes.append(f"{Place(name, 1)}：文件不是 UTF-8 编码（第 {error.start} 字节）；请另存为 UTF-8。")
    return ""
