"""The invented course of every simulated indicator: yearly paths, quarterly profiles, and what was known of them when.

Between the tables of `assumptions` and the returns of `simulate`. All arithmetic is Decimal and every random step is
drawn from the seed and a name, so one seed gives the same digits on every machine. It must not know forms, only in
which unit and with how many decimals an indicator is reported.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from data.assumptions import LEVEL, PARTS, WHOLE, Correction, Path, grains, paths, profiles, shares
from indicators.catalogue.model import Catalogue
from indicators.periods import Nature
from indicators.units import convert


class Trajectories:
    """Values in the catalogue's unit, already rounded as the forms print them, so that totals add up exactly."""

    def __init__(self, catalogue: Catalogue, seed: int, corrections: Mapping[tuple[str, str, str], Correction]) -> None:
        self._catalogue, self._seed, self._corrections = catalogue, seed, corrections
        self._grains = grains(catalogue)
        self._known: dict[tuple[object, ...], Decimal | None] = {}

    def value(
        self, indicator: str, area: str, nature: Nature, at: tuple[int, int], known_on: date, base: int | None = None
    ) -> Decimal | None:
        """The number for year and quarter `at` as it was known on a day; at prices of year `base` if one is given.

        None where the path has no such year.
        """
        year, quarter = at
        now = self._to_date(indicator, area, year, quarter, known_on, base)
        if nature is not Nature.SINGLE or quarter == 1 or now is None:
            return now
        before = self._to_date(indicator, area, year, quarter - 1, known_on, base)
        return None if before is None else now - before

    def plan(self, indicator: str, area: str, year: int) -> Decimal | None:
        """The budget set at the beginning of the year: the year's outcome, missed by up to 4 %."""
        operands = self._path(indicator, area).operands
        if operands:
            return _total(self.plan(operand, area, year) for operand in operands)
        outcome = self._annual(indicator, area, year)
        return outcome and self._rounded(
            indicator, outcome * (1 + self._draw("plan", indicator, year) * Decimal("0.04"))
        )

    def _to_date(
        self, indicator: str, area: str, year: int, quarter: int, known_on: date, base: int | None
    ) -> Decimal | None:
        if area == WHOLE and self._by_parts(indicator):
            return _total(self._to_date(indicator, part, year, quarter, known_on, base) for part in shares())
        formula = self._path(indicator, area).formula
        if formula:
            return self._calculated(indicator, area, formula, (year, quarter), known_on, base)
        factor = self._factor(indicator, area, year, quarter, known_on)
        key = (indicator, area, year, quarter, base, factor)
        if key not in self._known:
            plain = self._leaf(indicator, area, year, quarter)
            self._known[key] = plain and self._rounded(indicator, plain * factor * self._price(indicator, year, base))
        return self._known[key]

    def _calculated(
        self, indicator: str, area: str, formula: tuple[str, ...], at: tuple[int, int], known_on: date, base: int | None
    ) -> Decimal | None:
        """`A + B`, `A * 0.5`, `A / B * 100`, from left to right."""
        result = Decimal(0)
        for sign, operand in zip(("+", *formula[1::2]), formula[::2], strict=True):
            number: Decimal | None
            if operand[0].isdigit():
                number = Decimal(operand)
            else:
                number = self._to_date(operand, area, *at, known_on, base)
            if number is None or (sign == "/" and not number):
                return None
            result = {"+": result.__add__, "*": result.__mul__, "/": result.__truediv__}[sign](number)
        wobble = self._path(indicator, area).wobble * self._draw(indicator, area, at[0])
        return self._rounded(indicator, result * (1 + wobble))

    def _leaf(self, indicator: str, area: str, year: int, quarter: int) -> Decimal | None:
        annual = self._annual(indicator, area, year)
        if annual is None:
            return None
        profile = self._path(indicator, area).profile
        if profile == LEVEL:
            before = self._year_end_before(indicator, area, year)
            return before + (annual - before) * quarter / 4
        share = Decimal(1)
        if quarter < 4:
            jitter = self._draw(indicator, area, year, quarter) * Decimal("0.006")
            quarters = profiles().get((profile, str(year))) or profiles()[profile, ""]
            share = quarters[quarter - 1] * (1 + jitter)
        return annual * share

    def _annual(self, indicator: str, area: str, year: int) -> Decimal | None:
        """The stated year, or one on the line between its neighbours; None outside the stated years."""
        path = self._path(indicator, area)
        stated = sorted(path.years)
        if not stated[0] <= year <= stated[-1]:
            return None
        if year in path.years:
            value = path.years[year]
        else:
            left, right = max(y for y in stated if y < year), min(y for y in stated if y > year)
            value = path.years[left] + (path.years[right] - path.years[left]) * (year - left) / (right - left)
        return value * (1 + path.wobble * self._draw(indicator, year)) * self._share(indicator, area, year)

    def _year_end_before(self, indicator: str, area: str, year: int) -> Decimal:
        """Last year's annual value; before the first stated year the line of the first two is followed backwards."""
        before = self._annual(indicator, area, year - 1)
        if before is None:
            first, second = self._annual(indicator, area, year), self._annual(indicator, area, year + 1)
            before = max(2 * first - second, Decimal(0)) if first is not None and second is not None else Decimal(0)
        return before

    def _share(self, indicator: str, area: str, year: int) -> Decimal:
        if area not in shares():
            return Decimal(1)
        tilted = {
            part: share * (1 + self._draw(indicator, part, year) * Decimal("0.05")) for part, share in shares().items()
        }
        return tilted[area] / sum(tilted.values())

    def _path(self, indicator: str, area: str) -> Path:
        known = paths()
        return known.get((indicator, area)) or known.get((indicator, PARTS)) or known[indicator, WHOLE]

    def _by_parts(self, indicator: str) -> bool:
        """True when the New Area's number is the sum of its parts: its own path is divided, or an operand's."""
        return (indicator, PARTS) in paths() or any(map(self._by_parts, self._path(indicator, WHOLE).operands))

    def _price(self, indicator: str, year: int, base: int | None) -> Decimal:
        """What a yuan of `year` is worth at prices of `base`."""
        return Decimal(1) if base is None else (1 + self._path(indicator, WHOLE).inflation / 100) ** (base - year)

    def _factor(self, indicator: str, area: str, year: int, quarter: int, known_on: date) -> Decimal:
        correction = self._corrections.get((indicator, area, f"{year}Q{quarter}"))
        if correction is None or (correction.until and known_on >= correction.until):
            return Decimal(1)
        return correction.factor

    def _rounded(self, indicator: str, value: Decimal) -> Decimal:
        unit, decimals = self._grains[indicator]
        own = self._catalogue.indicators[indicator].unit
        printed = convert(value, own, unit).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
        return convert(printed, unit, own)

    def _draw(self, *names: object) -> Decimal:
        """A number from −1 to 1 that depends on the seed and the names only."""
        return _drawn(self._seed, "|".join(map(str, names)))


def _total(parts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, None where a part is missing."""
    total = Decimal(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total


@cache
def _drawn(seed: int, name: str) -> Decimal:
    return Decimal(random.Random(f"{seed}|{name}").randint(-1000, 1000)) / 1000
