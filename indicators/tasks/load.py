"""From the folder `programmes` of a catalogue to proved programmes and the rules of supervision.

Each `<code>.yaml` is one programme, `supervision.yaml` the rules. As in `catalogue.load`, every mistake is collected
and raised once, with file and line. What a programme names must stand in its own text, so nothing invented gets in.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import BaseModel, ValidationError

from indicators.catalogue.raw import Place, Raw, read_yaml
from indicators.catalogue.wording import explain, unknown
from indicators.errors import CatalogueError, UsageError
from indicators.tasks.programme import Programme
from indicators.tasks.rules import Supervision

RULES = "supervision.yaml"


@dataclass(frozen=True, slots=True)
class Programmes:
    """All programmes by code, and the rules by which their tasks are supervised."""

    programmes: dict[str, Programme]
    rules: Supervision


def load_programmes(folder: Path | Traversable, indicators: Container[str]) -> Programmes:
    """Read and prove the programmes in `folder`; a linked indicator must be one of `indicators`.

    CatalogueError with every mistake when there is one; UsageError when there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"没有找到工作要点文件夹“{folder}”，没有载入任何内容。请核对路径。")
    mistakes: list[str] = []
    found: dict[str, Programme] = {}
    rules: Supervision | None = None
    for name in sorted(item.name for item in folder.iterdir() if item.name.endswith(".yaml")):
        for raw in read_yaml(folder, name, mistakes):
            made = _typed(raw, Supervision if name == RULES else Programme, mistakes)
            if isinstance(made, Supervision):
                rules = made
                mistakes += _wrong_rules(made, raw)
            elif isinstance(made, Programme):
                mistakes += _wrong(made, raw, indicators)
                if made.code in found:
                    mistakes.append(f"{raw.place}（{made.code}）：这个代码已经用过；请改用别的代码。")
                found[made.code] = made
    if rules is None and not mistakes:
        mistakes.append(f"{Place(RULES, 1)}：没有督查规则文件；请从随附的指标目录复制。")
    if rules is None or mistakes:
        raise CatalogueError(
            f"工作要点有 {len(mistakes)} 处错误，没有载入，原有任务未变。请按下列位置逐条修改后重试："
            + "".join(f"\n  {mistake}" for mistake in mistakes),
            tuple(mistakes),
        )
    return Programmes(found, rules)


def _typed(raw: Raw, model: type[BaseModel], mistakes: list[str]) -> BaseModel | None:
    try:
        return model.model_validate(raw.values)
    except ValidationError as error:
        name = raw.values.get("code", "没有代码")
        mistakes += [f"{raw.at(tuple(e['loc']))}（{name}）：{explain(e, model)}" for e in error.errors()]
        return None


def _wrong_rules(rules: Supervision, raw: Raw) -> Iterator[str]:
    if not rules.lights or rules.lights[-1].when:
        yield f"{raw.at(('lights', len(rules.lights) - 1))}：最后一盏灯不能带条件，否则有的任务没有灯号；请补一盏。"
    for at, weight in enumerate(rules.weights):
        if weight.weight < 0 or (weight.worst is not None and weight.worst <= 0):
            yield f"{raw.at(('weights', at))}（{weight.component}）：weight 不能为负，worst 应大于 0。"


def _wrong(programme: Programme, raw: Raw, indicators: Container[str]) -> Iterator[str]:
    """What a programme says against itself or the catalogue, a sentence each with its line."""
    chapters = {chapter.number for chapter in programme.chapters}
    seen: dict[int, str] = {}
    for at, item in enumerate(programme.items):
        if programme.chapters and item.chapter not in chapters:
            where = raw.at(("items", at, "chapter"))
            yield f"{where}（{item.code}）：没有第 {item.chapter} 章；请先在 chapters 中列出。"
        if item.number in seen:
            yield f"{raw.at(('items', at, 'number'))}（{item.code}）：序号 {item.number} 已用于 {seen[item.number]}。"
        seen[item.number] = item.code
        for field in ("places", "projects"):
            for n, named in enumerate(getattr(item, field)):
                if named not in item.text:
                    yield (
                        f"{raw.at(('items', at, field, n))}（{item.code}）：“{named}”不在本项原文里；"
                        "只能写原文点名的，请核对。"
                    )
        for n, link in enumerate(item.indicators):
            if link.indicator not in indicators:
                known = indicators if isinstance(indicators, (set, frozenset, dict)) else ()
                where = raw.at(("items", at, "indicators", n, "indicator"))
                yield f"{where}（{item.code}）：{unknown(link.indicator, known, '指标')}"
