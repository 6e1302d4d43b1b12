"""为什么变了: every change of verdict between an earlier board and the current one, attributed by recomputing.

The earlier board is that of a generation (its own numbers, targets and thresholds) or of a day (what was known then,
the targets in force then). What is asked is answered from generations alone; the causes are those of
`indicators.attainment.change`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from etl.derive import picture
from etl.derive_known import Ground, Known, SeriesName, series_for
from etl.derive_verdicts import attainment_of
from etl.way import Way
from indicators.attainment.change import Moment, explain
from indicators.attainment.evaluate import evaluate
from indicators.attainment.result import Attainment
from indicators.attainment.thresholds import DEFAULT, ENGINE_VERSION, Thresholds
from indicators.errors import UsageError
from indicators.targets import Target, in_force
from warehouse import seal
from warehouse.catalogue_rows import targets_of
from warehouse.generations import Building
from warehouse.read import Generation, current, generation

Asked = Generation | Building


@dataclass(slots=True)
class Board:
    """A board at a moment: its targets by code, what was known, and the rows it had where they were kept."""

    as_of: date
    targets: dict[str, Target]
    known: Known
    noise: Mapping[SeriesName, Any]
    rows: Mapping[str, Mapping[str, Any]]

    def moment(self, code: str, ground: Ground) -> Moment:
        """All that the verdict on one target was made from."""
        target = self.targets[code]
        series = series_for(target, target.area, self.known, ground, self.noise)
        other = None
        if target.benchmark_area:
            other = series_for(target, target.benchmark_area, self.known, ground, self.noise)
        rules = _thresholds(self.rows[code]) if code in self.rows else DEFAULT
        return Moment(target=target, series=series, as_of=self.as_of, benchmark=other, thresholds=rules)


def attainment_changes(way: Way, since: int | date) -> list[dict[str, Any]]:
    """Each status that is another now than in generation `since`, or on that day, with its cause; also new targets.

    Raises UsageError when there is no such generation.
    """
    held = current(way.folder)
    then = _of_day(held, since) if isinstance(since, date) else _of_generation(_generation(way, since))
    return _changed(then, _of_generation(held), way)


def changes_between(way: Way, before: Asked, after: Asked) -> list[dict[str, Any]]:
    """Each status that is another in `after` than in `before`, with its cause: two generations, or one being built."""
    return _changed(_of_generation(before), _of_generation(after), way)


def _changed(then: Board, now: Board, way: Way) -> list[dict[str, Any]]:
    ground = Ground(way.catalogue)
    changed = [_compared(code, then, now, ground) for code in dict.fromkeys((*then.targets, *now.targets))]
    return [one for one in changed if one]


def _generation(way: Way, number: int) -> Generation:
    if number not in seal.numbers(way.folder):
        kept = "、".join(map(str, seal.numbers(way.folder)))
        raise UsageError(f"没有第 {number} 代，无法比较。现在保留的各代：{kept}；也可以写日期，如 2026-06-30。")
    return generation(way.folder, number)


def _of_generation(held: Asked) -> Board:
    rows = {row["target"]: row for row in held.rows("SELECT * FROM attainment")}
    every = targets_of(held.rows("SELECT * FROM target"))
    versions = {(t.code, t.version): t for t in every}
    targets = {code: versions[code, row["target_version"]] for code, row in rows.items()}
    known, noise = picture(held.arrow, [*targets.values()])
    as_of = next((row["as_of"] for row in rows.values()), date.min)
    return Board(as_of, targets, Known(known), noise, rows)


def _of_day(held: Generation, day: date) -> Board:
    targets = {t.code: t for t in in_force(targets_of(held.rows("SELECT * FROM target")), day)}
    known, noise = picture(held.arrow, [*targets.values()], day)
    return Board(day, targets, Known(known), noise, {})


def _thresholds(row: Mapping[str, Any]) -> Thresholds:
    """The cut-offs that a stored verdict cites; those that it does not cite played no part in it."""
    cited = attainment_of(row).components
    known = {f.name: cited[f.name] for f in fields(Thresholds) if f.name in cited}
    made = {name: type(getattr(DEFAULT, name))(text) for name, text in known.items()}
    return replace(DEFAULT, version=cited.get("thresholds", DEFAULT.version), **made)


def _compared(code: str, then: Board, now: Board, ground: Ground) -> dict[str, Any] | None:
    """How one target stands on both boards; None where its status is the same."""
    if code not in then.targets or code not in now.targets:
        return _one_sided(code, then, now, ground)
    before, after = then.moment(code, ground), now.moment(code, ground)
    old = attainment_of(then.rows[code]) if code in then.rows else _judged(before)
    new = attainment_of(now.rows[code])
    if old.status is new.status:
        return None
    found = explain(before, after)
    said = _row(now.targets[code], old, new)
    if found.factor is None:  # the same rules give one status on both boards, so the engine itself was another
        versions = f"{old.engine_version}→{ENGINE_VERSION}"
        return said | {
            "factor": "rule", "factor_label": "判定规则调整", "revised": [], "combinations": {},
            "sentence": f"判定由“{old.label}”变为“{new.label}”，原因是判定规则调整（引擎 {versions}）。",
        }  # fmt: skip
    return said | {
        "factor": found.factor.value,
        "factor_label": found.factor.label,
        "revised": list(found.revised),
        "combinations": {
            "+".join(f.value for f in taken) or "none": s.value for taken, s in found.combinations.items()
        },
        "sentence": found.sentence,
    }


def _judged(moment: Moment) -> Attainment:
    return evaluate(
        moment.target, moment.series, as_of=moment.as_of, benchmark=moment.benchmark, thresholds=moment.thresholds
    )


def _one_sided(code: str, then: Board, now: Board, ground: Ground) -> dict[str, Any]:
    """A target that only one of the boards has."""
    if code in now.targets:
        new = attainment_of(now.rows[code])
        words = {"factor": "new_target", "factor_label": "新增目标", "sentence": f"新增的目标，判定为“{new.label}”。"}
        return _row(now.targets[code], None, new) | words | {"revised": [], "combinations": {}}
    old = attainment_of(then.rows[code]) if code in then.rows else _judged(then.moment(code, ground))
    words = {"factor": "dropped", "factor_label": "不再判定", "sentence": f"原判定为“{old.label}”，现已失效或被替代。"}
    return _row(then.targets[code], old, None) | words | {"revised": [], "combinations": {}}


def _row(target: Target, old: Attainment | None, new: Attainment | None) -> dict[str, Any]:
    sides: Sequence[tuple[str, Attainment | None]] = (("before", old), ("after", new))
    said: dict[str, Any] = {"target": target.code, "name": target.name, "version": target.version}
    for side, verdict in sides:
        said |= {
            f"{side}_status": verdict.status.value if verdict else None,
            f"{side}_label": verdict.label if verdict else "",
            f"{side}_as_of": verdict.as_of if verdict else None,
            f"{side}_period": verdict.latest_period if verdict else "",
            f"{side}_value": verdict.latest_value if verdict else None,
            f"{side}_sentence": verdict.sentence if verdict else "",
        }
    return said
