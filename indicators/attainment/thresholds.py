"""判定阈值: every cut-off of the engine as one versioned record, so that a rule is data and never a number in code.

A result stores the version and the cut-offs that its rule used; another office with other cut-offs makes another
record with another version. `ENGINE_VERSION` changes when the same inputs and thresholds would give another result.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property

ENGINE_VERSION = "1.0"

# One context for all arithmetic of the engine: exact enough that rounding is only ever done to show a number.
ARITHMETIC = Context(prec=34, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The cut-offs. Shares are fractions, `*_pp` percentage points, `*_years` years, counts are annual points."""

    version: str = "2026.1"
    # path rule: miss as a share of the remaining gap
    miss_on_track: Decimal = Decimal("0.05")
    miss_at_risk: Decimal = Decimal("0.20")
    # recent pace
    pace_steps: int = 5
    pace_min_points: int = 4
    pace_normal_points: int = 6
    pace_window_years: int = 8
    # an observation older than this many reporting periods (plus the due lag) is stale
    stale_periods: Decimal = Decimal("1.5")
    # caps: projected use at the due date
    cap_on_track: Decimal = Decimal(1)
    cap_at_risk: Decimal = Decimal("1.05")
    # growth
    growth_on_track_pp: Decimal = Decimal(0)
    growth_at_risk_pp: Decimal = Decimal("0.5")
    growth_recent_years: int = 3
    # an annual figure judged within its year
    season_on_track: Decimal = Decimal("-0.02")
    season_at_risk: Decimal = Decimal("-0.05")
    season_years: int = 3
    season_smallest_share: Decimal = Decimal("0.02")
    # projection
    damping: Decimal = Decimal("0.85")
    widening: Decimal = Decimal("0.05")
    band: Decimal = Decimal("0.80")
    projection_min_points: int = 5
    projection_max_points: int = 10
    horizon_years: int = 5
    scenario_years: int = 8
    probability_step: Decimal = Decimal("0.05")

    @cached_property
    def texts(self) -> dict[str, str]:
        """Every field as text, the form in which a result keeps the ones that its rule used."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self)}

    def cited(self, names: tuple[str, ...]) -> dict[str, str]:
        """A fresh components dict holding the version and the named cut-offs."""
        found = self._by_names.get(names)
        if found is None:
            found = {"thresholds": self.version} | {name: self.texts[name] for name in names}
            self._by_names[names] = found
        return dict(found)

    @cached_property
    def _by_names(self) -> dict[tuple[str, ...], dict[str, str]]:
        """What was cited before."""
        return {}


DEFAULT = Thresholds()
