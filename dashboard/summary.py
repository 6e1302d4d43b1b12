"""What 总览 says, before it is drawn: headlines, verdicts counted by status, expired targets, the sentence.

Everything is worked out from one edition and one view, and kept by the edition. Nothing here knows components.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard import states, wording
from dashboard.edition import Edition
from dashboard.headline import Headline, headline
from dashboard.view import HOME, View
from indicators.observations import Origin
from indicators.periods import Period
from indicators.targets import TargetStatus
from warehouse import board
from warehouse.board import Verdict
from warehouse.board_names import Entry, Names

GROUPS = ("gdp", "revenue", "industry", "population", "land")
CARDS = 8
EXPIRED = ("EXPIRED_MET", "EXPIRED_MISSED")


@dataclass(frozen=True)
class Summary:
    """The content of 总览. `judged`: with a verdict for the view's year; `rivals`: verdicts against another series."""

    view: View
    period: Period | None
    periods: tuple[Period, ...]
    known_days: tuple[date, ...]
    target_years: tuple[int, ...]
    headlines: tuple[Headline, ...]
    expired: tuple[Verdict, ...]
    rivals: tuple[Verdict, ...]
    place: str = ""  # the area, where it is not the New Area itself

    @property
    def judged(self) -> tuple[Headline, ...]:
        """Headlines with a verdict on a target of the view's year, furthest along first."""
        found = [h for h in self.headlines if h.verdict]
        return tuple(sorted(found, key=_progress, reverse=True))

    @property
    def climbs(self) -> tuple[Headline, ...]:
        """Those of `judged` that go from a base to a target."""
        return tuple(h for h in self.judged if h.verdict and h.verdict.progress_share is not None)

    @property
    def limits(self) -> tuple[Headline, ...]:
        """Those of `judged` that must keep within bounds, tightest first, and those without a base."""
        rest = [h for h in self.judged if h not in self.climbs]
        return tuple(sorted(rest, key=lambda h: _used(h.verdict), reverse=True))

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many verdicts of each status, best first; those that could not be given stand last."""
        counted = Counter(h.verdict.status for h in self.judged if h.verdict)
        looks = [(states.look(status), status, n) for status, n in counted.items()]
        return tuple((s, n) for _, s, n in sorted(looks, key=lambda one: (one[0].tone == "quiet", -one[0].rank)))

    @property
    def cards(self) -> tuple[Headline, ...]:
        """Up to two of each core group, its total first, filled up with the verdicts that need attention most."""
        core = [h for group in GROUPS for h in self._of(group)][:CARDS]
        worst = sorted((h for h in self.judged if h not in core), key=_worst)
        return tuple(core + worst[: max(0, CARDS - len(core))])

    def _of(self, group: str) -> list[Headline]:
        mine = [h for h in self.headlines if h.indicator.core_group == group]
        sent = [h for h in mine if h.reading and h.reading.origin != Origin.PUBLISHED] or [h for h in mine if h.reading]
        total = [h for h in sent if not h.indicator.part_of][:1]
        aimed = [h for h in mine if (h.verdict or h.outcome) and h not in total]
        return (total + aimed)[:2]

    @property
    def simulated(self) -> bool:
        """True when a shown number is simulated."""
        return any(h.reading and h.reading.origin == Origin.SIMULATED for h in self.headlines)


def _used(verdict: Verdict | None) -> float:
    return float(verdict.used_share) if verdict and verdict.used_share is not None else -1.0


def _progress(one: Headline) -> float:
    verdict = one.verdict
    return float(verdict.progress_share) if verdict and verdict.progress_share is not None else -9.0


def _worst(one: Headline) -> tuple[int, float]:
    return (states.look(one.verdict.status).rank if one.verdict else states.NONE.rank, _progress(one))


def summary(edition: Edition, view: View) -> Summary:
    """The summary for a view, worked out once for each edition."""
    return edition.once(("summary", view), lambda: _summary(edition, view))


def _summary(edition: Edition, view: View) -> Summary:
    day, until = moment(edition, view)
    readings, names = edition.readings(day, view.area), edition.names
    verdicts = [v for v in edition.verdicts(day) if v.area == view.area]
    shown = [one for c in edition.board_indicators if _wanted(one := names.indicators[c], view)]
    expired = tuple(v for v in verdicts if v.status in EXPIRED and _asked(names, v, view))
    headlines = tuple(
        headline(
            one,
            readings.get(one.code, ()),
            _aimed(verdicts, one.code, view.target),
            until,
            [v for v in expired if v.indicator == one.code],
        )
        for one in shown
    )
    latest = max((h.reading for h in headlines if h.reading), key=lambda r: r.period_end, default=None)
    return Summary(
        view=view,
        period=Period.parse(latest.period) if latest else None,
        periods=edition.once("periods", lambda: board.report_periods(edition.generation)),
        known_days=edition.once("days", lambda: board.known_days(edition.generation)),
        target_years=_years(edition),
        place="" if view.area == HOME else names.area(view.area),
        headlines=headlines,
        expired=tuple(_over(verdicts, names, view, latest.period_end if latest else None)),
        rivals=tuple(v for v in verdicts if v.kind == "benchmark" and _asked(names, v, view)),
    )


def moment(edition: Edition, view: View) -> tuple[date | None, date | None]:
    """The day of knowledge that a view asks for, and the end of its period; an earlier period means what was known
    while it was the newest, so that numbers and verdicts belong together.
    """
    if not view.period:
        return view.as_of, None
    day = view.as_of or edition.day_of(view.period)
    return day, Period.parse(view.period).end


def _aimed(verdicts: Sequence[Verdict], indicator: str, year: int) -> list[Verdict]:
    return [v for v in verdicts if v.indicator == indicator and v.due_on and v.due_on.year == year]


def _wanted(one: Entry, view: View) -> bool:
    """True for an indicator of the view's theme and department."""
    return view.theme in ("", one.theme) and view.department in ("", one.department)


def _asked(names: Names, verdict: Verdict, view: View) -> bool:
    found = names.indicators.get(verdict.indicator)
    return not (view.theme or view.department) or (found is not None and _wanted(found, view))


def _over(verdicts: Sequence[Verdict], names: Names, view: View, last: date | None) -> list[Verdict]:
    """Targets whose day has passed, also those that could not be judged, oldest first."""
    passed = [v for v in verdicts if v.due_on and last and v.due_on <= last]
    return sorted((v for v in passed if _asked(names, v, view)), key=lambda v: (v.due_on, v.target))


def _years(edition: Edition) -> tuple[int, ...]:
    due = {t.due_on.year for t in edition.names.targets.values() if t.due_on and t.area == HOME}
    return tuple(sorted(due | {2020, 2030}))


def sentence(found: Summary) -> str:
    """The one sentence on top: how many targets stand how, and what became of the land cap."""
    if not found.headlines or found.period is None:
        if found.view.period or found.view.as_of:
            return "到所选的知晓日和数据期为止，没有已发布的数据。"
        chosen = found.view.theme or found.view.department or found.view.area != HOME
        return "所选的主题、部门和地区没有已发布的数据，请换一个。" if chosen else "还没有发布任何数据。"
    opening = f"截至{found.period.ytd_label}{f'，{found.place}' if found.place else ''}"
    total = len(found.judged)
    if not total:
        said = f"{opening}：没有{found.view.target}年的量化目标可供判定"
    else:
        said = f"{opening}：{total}项设有{found.view.target}年目标的指标中，{'，'.join(_grouped(found))}"
    now = _land_now(found)
    land = "，".join(part for part in (now, _land_then(found, "" if now else "建设用地")) if part)
    return f"{said}；{land}。" if land else f"{said}。"


def _grouped(found: Summary) -> list[str]:
    """How many targets stand well, waver, fall behind, and cannot be judged, each with the verdicts it is made of."""
    made = []
    for tones in (("good",), ("warn",), ("bad", "over"), ("quiet", "none")):
        mine = [(states.look(s).word, n) for s, n in found.counts if states.look(s).tone in tones]
        if mine:
            *first, last = [word for word, _ in mine]
            made.append(f"{sum(n for _, n in mine)}项{'、'.join(first)}{'或' if first else ''}{last}")
    return made


def _land_now(found: Summary) -> str:
    """What has been used and what is left under the cap of the view's year; an example is called one."""
    cap = next((h.verdict for h in found.judged if h.verdict and h.verdict.kind == "cap_cumulative"), None)
    if cap is None or cap.due_on is None or cap.headroom is None or cap.status in EXPIRED:
        return ""
    used, left = (wording.quantity(value, cap.unit) for value in (cap.latest_value, abs(cap.headroom)))
    example = cap.target_status == TargetStatus.EXAMPLE
    over = f"超过{cap.due_on.year}年{'示例' if example else ''}上限{left}"
    within = f"{'按' if example else '距'}{cap.due_on.year}年{'示例' if example else ''}上限还剩{left}"
    return f"新增建设用地累计{used}，{over if cap.headroom < 0 else within}"


def _land_then(found: Summary, of: str) -> str:
    """What became of the cap that has run out; `of` says of what, where that has not been said."""
    cap = next((v for v in found.expired if v.kind == "cap_cumulative" and v.status in EXPIRED), None)
    if cap is None or cap.due_on is None:
        return ""
    met = "未突破" if cap.status == "EXPIRED_MET" else "已突破"
    limit, used = (wording.quantity(value, cap.unit) for value in (cap.target_value, cap.latest_value))
    return f"{cap.due_on.year}年到期的{of}上限{limit}{met}（到期累计{used}）"
