"""What may stand in a parameter of a question: report periods, codes with their names, by the parameter's own name."""

from __future__ import annotations

from dashboard.edition import Edition
from indicators.periods import Period

Suggested = list[tuple[str, str]]

_CODES = {
    "indicator": ("指标", "SELECT code, name FROM indicator ORDER BY code"),
    "area": ("地区", "SELECT code, name FROM area ORDER BY code"),
    "department": ("单位", "SELECT code, name FROM department ORDER BY code"),
    "form": ("报表", "SELECT code, name FROM form ORDER BY code"),
    "scope": ("口径", "SELECT code, name FROM scope ORDER BY code"),
    "target": ("目标", "SELECT DISTINCT code, name FROM target ORDER BY code"),
}


def suggestions(edition: Edition) -> dict[str, Suggested]:
    """Values with what they stand for, by the English and the Chinese name of what they fill."""
    return edition.once("sql suggestions", lambda: _read(edition))


def _read(edition: Edition) -> dict[str, Suggested]:
    found: dict[str, Suggested] = {}
    for name, (word, query) in _CODES.items():
        found[name] = found[word] = [(row["code"], row["name"]) for row in edition.generation.rows(query)]
    known = edition.generation.rows("SELECT DISTINCT period FROM observation_current")
    periods = sorted((Period.parse(row["period"]) for row in known), key=lambda one: (one.end, one.code), reverse=True)
    found["period"] = found["报告期"] = [(one.code, one.label) for one in periods]
    return found
