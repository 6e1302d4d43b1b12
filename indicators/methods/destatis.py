"""The weather symbols of Germany's national sustainability strategy, as Destatis assigns them.

Source: DnsTestEnvironment/dns-indicators `_pages/status.md` (text of Statistisches Bundesamt). Everything rests on the
mean annual change over the last six points, so only the ends of that window count; it is linear, hence at home with
zero and negative values. Computed exactly in Decimal: the published cuts at 5 and 20 % are cliffs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

VERSION = "destatis_weather"
SUN, SUN_CLOUD, CLOUD, THUNDERSTORM = "sun", "sun_cloud", "cloud", "thunderstorm"
_WORST_FIRST = (THUNDERSTORM, CLOUD, SUN_CLOUD, SUN)
_WINDOW = 6  # points
_FEWEST = 4
_MISS_SUN = Decimal("0.05")
_MISS_SUN_CLOUD = Decimal("0.20")


@dataclass(frozen=True, slots=True)
class WeatherResult:
    """The symbol (None: fewer than four points), the rule that gave it and its components.

    `pace` is the mean change a year, `projected` the value at the target year if it goes on so, `miss_share` the part
    of the remaining gap that would be missed.
    """

    status: str | None
    rule: str
    pace: Decimal | None = None
    projected: Decimal | None = None
    miss_share: Decimal | None = None


def destatis_weather(
    points: Mapping[int, Decimal | None],
    rule: str,
    direction: int,
    target: Decimal | None = None,
    target_year: int | None = None,
    eval_year: int | None = None,
) -> WeatherResult:
    """Judge the series `points` (year → value) as of `eval_year` by `rule`: target, keep or direction.

    target: b = mean annual change; hyp = yc + b·(tT − tc); b against the direction is a thunderstorm, otherwise the
    missed part of the remaining gap decides: under 5 % sun, up to 20 % sun and cloud, more cloud. A target already met,
    or due by the reporting year, is judged by keep: met and not worsening sun, met and worsening sun and cloud, missed
    but improving cloud, else thunderstorm. direction: mean right and last change right sun; mean right alone sun and
    cloud; last right alone cloud; neither thunderstorm.
    """
    window = [(y, v) for y, v in sorted(points.items()) if v is not None and (eval_year is None or y <= eval_year)]
    window = window[-_WINDOW:]
    if len(window) < _FEWEST:
        return WeatherResult(None, rule)
    (first_year, first), (year, value) = window[0], window[-1]
    pace = (value - first) / (year - first_year)
    if rule == "direction" or target is None:
        last_change = value - window[-2][1]
        return WeatherResult(_direction_symbol(direction * pace, direction * last_change), "direction", pace)
    met = direction * (value - target) >= 0
    if rule == "keep" or met or target_year is None or target_year <= (eval_year or year):
        return WeatherResult(_keep_symbol(met, direction * pace), "keep", pace)
    projected = value + pace * (target_year - year)
    miss = (target - projected) / (target - value)
    return WeatherResult(_target_symbol(direction * pace, miss), "target", pace, projected, miss)


def weakest_bound(bounds: Sequence[Decimal], direction: int) -> Decimal:
    """The least demanding end of a target interval, which is the one that counts."""
    return min(bounds, key=lambda bound: direction * bound)


def worst_symbol(symbols: Sequence[str | None]) -> str | None:
    """The symbol of an indicator with several targets at once: the worst of theirs; None when none was given."""
    given = [s for s in symbols if s is not None]
    return min(given, key=_WORST_FIRST.index, default=None)


def _target_symbol(pace: Decimal, miss: Decimal) -> str:
    if pace <= 0:
        return THUNDERSTORM
    if miss < _MISS_SUN:
        return SUN
    return SUN_CLOUD if miss <= _MISS_SUN_CLOUD else CLOUD


def _keep_symbol(met: bool, pace: Decimal) -> str:
    if met:
        return SUN if pace >= 0 else SUN_CLOUD
    return CLOUD if pace > 0 else THUNDERSTORM


def _direction_symbol(pace: Decimal, last_change: Decimal) -> str:
    if pace > 0:
        return SUN if last_change > 0 else SUN_CLOUD
    return CLOUD if last_change > 0 else THUNDERSTORM
