"""目标表进来: the bureau's targets from a workbook into the data folder's catalogue, all of them or none.

Each import that brings something new is one read-only file `targets/targets-NNNN.yaml` of the data folder, a further
part of its catalogue: nothing is ever overwritten, and the digest that generations record changes with it. The original
workbook stays in the vault, the act in the audit. Publishing then judges by the new targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from etl.target_rows import blocking, read_targets
from etl.target_template import write_target_template
from etl.target_versions import settle
from etl.way import Way, catalogue_of, targets_place
from etl.worker import read_file
from indicators.findings import Finding
from indicators.targets import Target, in_force
from warehouse import audit, files, vault
from warehouse.errors import told
from warehouse.folder import writing
from warehouse.moments import utc_now
from warehouse.operations import operating

_HEAD = """# 由 zhibiao targets import 写成，请勿手改；要调整目标，请改目标表后再导入。
# 导入：{who}　{when}（北京时间）
# 工作簿：{name}　SHA-256 {sha}
"""


@dataclass(frozen=True, slots=True)
class TargetsImported:
    """How an import ended: the versions it added, the codes left as they are, and everything found."""

    file_name: str
    file_hash: str
    added: tuple[Target, ...]
    revised: tuple[Target, ...]
    unchanged: tuple[str, ...]
    findings: tuple[Finding, ...]
    kept_in: str = ""

    @property
    def blocked(self) -> bool:
        """True when nothing was imported because something is wrong."""
        return bool(blocking(list(self.findings)))

    @property
    def text(self) -> str:
        """One sentence that says what happened and what to do next."""
        if self.blocked:
            return f"{self.file_name} 有 {len(blocking(list(self.findings)))} 处要改正，一个目标也没有导入。"
        if not self.kept_in:
            return f"{self.file_name} 中的 {len(self.unchanged)} 个目标都与现行版本相同，什么也没有改变。"
        parts = [f"新增 {len(self.added)} 个目标", f"调整 {len(self.revised)} 个", f"不变 {len(self.unchanged)} 个"]
        return f"{self.file_name} 已导入：{'，'.join(parts)}。请运行 zhibiao publish，看板即按新目标判定。"


def make_target_template(way: Way) -> bytes:
    """The table to fill in, with the targets that were adopted here so far."""
    newest = {t.code: t for t in sorted(way.catalogue.targets, key=lambda t: t.version) if t.status == "adopted"}
    return write_target_template(way.catalogue, tuple(newest.values()))


def import_targets(way: Way, data: bytes, name: str) -> TargetsImported:
    """Read a target table and keep what is new in it, unless something blocks.

    Raises NotPermitted, WriterBusy (somebody publishes), DiskFull; nothing is changed then.
    """
    way.may("import_targets")
    book = read_file(data, name)
    read = read_targets(book, way.catalogue)
    if blocking(read.findings):
        return _ended(way, book.name, book.sha256, (), read.findings)
    with writing(way.folder, way.actor, "导入目标"):
        settled = settle(read.drafts, catalogue_of(way.folder).targets)
        found = [*read.findings, *settled.findings]
        if blocking(found):
            return _ended(way, book.name, book.sha256, (), found)
        kept = _keep(way, settled.versions, book.name, data) if settled.versions else None
    return TargetsImported(
        book.name, book.sha256, tuple(settled.added), tuple(settled.revised), tuple(settled.unchanged), tuple(found),
        kept.name if kept else "",
    )  # fmt: skip


def _ended(way: Way, name: str, sha: str, unchanged: Sequence[str], found: Sequence[Finding]) -> TargetsImported:
    """An import that changed nothing, as the audit tells it."""
    with operating(way.folder) as conn:
        detail = {"file": name, "findings": sorted({f.code for f in found})}
        audit.append(conn, way.actor, "targets.refused", sha, result="refused", place=way.place, detail=detail)
    return TargetsImported(name, sha, (), (), tuple(unchanged), tuple(found))


def _keep(way: Way, versions: Sequence[Target], name: str, data: bytes) -> Path:
    """Write the versions as a new file of the catalogue and prove that it loads; the caller holds the writer lock."""
    folder = way.folder
    place = targets_place(folder)
    files.make_directory(place)
    number = 1 + max((int(p.stem.rpartition("-")[2]) for p in place.glob("targets-*.yaml")), default=0)
    path = place / f"targets-{number:04d}.yaml"
    sha = vault.put(folder, data)
    head = _HEAD.format(who=way.actor, when=told(utc_now()), name=name, sha=sha)
    try:
        with operating(folder) as conn:
            said = [f"{t.code} 第 {t.version} 版" for t in versions]
            detail = {"file": name, "sha256": sha, "targets": said}
            audit.append(conn, way.actor, "targets.imported", path.name, place=way.place, detail=detail)
            files.write(path, (head + _as_yaml(versions)).encode(), "目标表", read_only=True)
            catalogue_of(folder)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _as_yaml(versions: Sequence[Target]) -> str:
    entries = [_plain(t.model_dump(mode="json", exclude_defaults=True)) for t in versions]
    return yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=10_000)


def _plain(value: Any) -> Any:
    """Everything as the text that the catalogue's loader reads."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed_targets(way: Way, on: date) -> list[dict[str, Any]]:
    """Every version of every target as a row, newest version first; `in_force` on the day `on`."""
    valid = {(t.code, t.version) for t in in_force(way.catalogue.targets, on)}
    ordered = sorted(way.catalogue.targets, key=lambda t: (t.status.value, t.code, -t.version))
    return [_listed(way, target, (target.code, target.version) in valid) for target in ordered]


def _listed(way: Way, target: Target, valid: bool) -> dict[str, Any]:
    catalogue = way.catalogue
    said = target.model_dump(mode="python", exclude_defaults=True)
    return said | {
        "version": target.version,
        "kind": target.kind.value,
        "kind_label": target.kind.label,
        "status": target.status.value,
        "status_label": target.status.label,
        "indicator_name": catalogue.indicators[target.indicator].name,
        "area_name": catalogue.areas[target.area].name,
        "goal": _goal(target),
        "in_force": valid,
    }


def _goal(target: Target) -> str:
    """The promised number in words, as far as there is one."""
    if target.low is not None and target.high is not None:
        return f"{target.low}—{target.high}{target.unit}"
    if target.growth is not None:
        return f"{target.growth}%"
    if target.value is not None:
        return f"{target.value}{target.unit}"
    return f"{target.multiple}倍" if target.multiple is not None else ""
