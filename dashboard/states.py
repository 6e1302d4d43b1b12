"""The verdict words and how they are coloured. A colour never stands without its word.

Local custom decides what is green; the table here is the one place to change it.
"""

from __future__ import annotations

from dataclasses import dataclass

from indicators.attainment.result import Status


@dataclass(frozen=True)
class Look:
    """A status as a page shows it: word, tone (a CSS class), and its place when the worst comes first."""

    word: str
    tone: str
    rank: int


_TONES = {
    Status.BREACHED: "over",
    Status.WRONG_WAY: "bad",
    Status.OFF_TRACK: "bad",
    Status.EXPIRED_MISSED: "bad",
    Status.AT_RISK: "warn",
    Status.MET_LOSING: "warn",
    Status.ON_TRACK: "good",
    Status.MET: "good",
    Status.EXPIRED_MET: "good",
    Status.SUSPENDED: "quiet",
    Status.INSUFFICIENT: "quiet",
    Status.NO_TARGET: "quiet",
}
LOOKS = {status.value: Look(status.label, tone, rank) for rank, (status, tone) in enumerate(_TONES.items())}
NONE = Look("无量化目标", "quiet", len(LOOKS))


def look(status: str) -> Look:
    """The look of a status code; codes that are not known are shown as they are, quietly."""
    return LOOKS.get(status) or Look(status or NONE.word, "quiet", NONE.rank)


SECOND = {
    "target_achieved": "已达到",
    "substantial_progress": "进展明显",
    "moderate_progress": "进展一般",
    "limited_progress": "进展有限",
    "deterioration": "倒退",
    "not_available": "不适用",
}
_SURE, _HOPEFUL = 0.5, ("MET", "ON_TRACK")


def doubtful(status: str, probability: float | None) -> bool:
    """True when the verdict is good and the projection thinks that the target will rather be missed."""
    return status in _HOPEFUL and probability is not None and probability < _SURE
