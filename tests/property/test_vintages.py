"""Vintages against a model in plain Python; parsed observations and findings through their stores; the state machine.

The model knows nothing of sets and SQL: it keeps, for each number, the list of what was known and when.
"""

from __future__ import annotations

import functools
import tempfile
from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from indicators.observations import Measure, Observation, ObsStatus, Origin
from indicators.periods import Nature
from tests.warehouse_world import CATALOGUE, fresh, observation
from warehouse import audit, submissions, vault
from warehouse.accepted import Accepted
from warehouse.build import build, found_tables
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.generations import nothing_derived
from warehouse.operations import operating
from warehouse.submissions import MOVES, State
from warehouse.testimony import contradictions
from warehouse.vintages import as_of

START = datetime(2021, 1, 1)
DAYS = st.integers(0, 6)
VALUES = st.sampled_from([None, "1", "1.0", "2", "3.5"])
RETURN = st.fixed_dictionaries({"day": DAYS, "GDP": VALUES, "REV": st.one_of(st.just("absent"), VALUES)})
BATCHES = st.lists(st.lists(RETURN, max_size=3), min_size=1, max_size=4)

Known = list[tuple[datetime, Decimal | None]]


@functools.cache
def _empty() -> Engine:
    engine = create_engine("duckdb:///:memory:", poolclass=StaticPool)
    with engine.begin() as conn:
        found_tables(conn)
    return engine


def _moment(day: int) -> datetime:
    return START + timedelta(days=day)


def _model(batches: list[list[dict[str, object]]]) -> dict[str, Known]:
    """What is known of each number, in the order in which it became known."""
    known: dict[str, Known] = {}
    for batch in batches:
        for one in sorted(batch, key=lambda r: str(r["day"])):
            for name in ("GDP", "REV"):
                if one[name] == "absent":
                    continue
                value = None if one[name] is None else Decimal(str(one[name]))
                held = known.setdefault(name, [])
                if not held or held[-1][1] != value:
                    held.append((_moment(int(str(one["day"]))), value))
    return known


def _in_time(batches: list[list[dict[str, object]]]) -> list[list[dict[str, object]]]:
    """The same returns with days that never decrease from batch to batch."""
    days = iter(sorted(int(str(one["day"])) for batch in batches for one in batch))
    return [[one | {"day": next(days)} for one in batch] for batch in batches]


def _accepted(number: int, one: dict[str, object]) -> Accepted:
    read = [observation(n, None if one[n] is None else str(one[n])) for n in ("GDP", "REV") if one[n] != "absent"]
    return Accepted(
        submission=f"S{number:06d}", form="K01", edition="1", period="2026Q3", department="TJ", origin=Origin.RETURNED,
        file_hash="f" * 64, recorded_at=_moment(int(str(one["day"]))), observations=read,
        revision_reasons={f"表!D{n}": "更正" for n in range(9)},
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BATCHES)
def test_versions_and_as_of_agree_with_the_model(drawn: list[list[dict[str, object]]]) -> None:
    batches = _in_time(drawn)
    stamp = {"built_at": datetime(2030, 1, 1), "catalogue_digest": "", "program_version": "", "note": ""}
    number = 0
    with _empty().connect() as conn:  # what is not committed is undone, so every example begins with empty tables
        for generation, batch in enumerate(batches, 1):
            accepted = []
            for one in batch:
                number += 1
                accepted.append(_accepted(number, one))
            build(conn, generation, accepted, CATALOGUE, nothing_derived, stamp, everything=generation == 1)
        model = _model(batches)
        for day in range(-1, 8):
            known = {
                name: [v for at, v in held if at <= _moment(day)][-1]
                for name, held in model.items()
                if held[0][0] <= _moment(day)
            }
            rows = conn.execute(as_of(_moment(day))).mappings().all()
            assert {r["indicator"]: r["canonical_value"] for r in rows} == known
            assert len(rows) == len(known)
        kept = conn.exec_driver_sql("SELECT indicator, recorded_at, canonical_value FROM observation_version").all()
        assert sorted(map(str, kept)) == sorted(str((n, at, _stored(v))) for n, held in model.items() for at, v in held)


def _stored(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0000000001"))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBER = st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=None)
DAY = st.dates(date(1900, 1, 1), date(2200, 12, 31))
TEXTS = [f.name for f in fields(Observation) if f.type == "str"]
OBSERVATION = st.builds(
    Observation,
    period_start=DAY, period_end=DAY, nature=st.sampled_from(Nature), measure=st.sampled_from(Measure), value=NUMBER,
    canonical_value=NUMBER, decimals=st.none() | st.integers(0, 12), status=st.sampled_from(ObsStatus),
    origin=st.sampled_from(Origin), **dict.fromkeys(TEXTS, TEXT),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(OBSERVATION, max_size=4))
def test_parsed_observations_come_back_exactly(read: list[Observation]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = DataFolder(Path(place))
        sha = "ab" * 32
        vault.put_parsed(folder, sha, "1", read)
        back = vault.get_parsed(folder, sha, "1")
    assert back == read
    assert [(str(o.value), str(o.canonical_value)) for o in back] == [
        (str(o.value), str(o.canonical_value)) for o in read
    ]  # digits, not only values: 1.50 stays 1.50


ONWARD = [(state, "filler") for state in (State.PARSED, State.CHECKED, State.SUBMITTED)]
STEPS = st.builds(
    lambda so_far, then: ONWARD[:so_far] + then,
    st.integers(0, len(ONWARD)),
    st.lists(st.tuples(st.sampled_from(State), st.sampled_from(["filler", "reviewer"])), max_size=12),
)


UNSUBMITTED = (State.RECEIVED, State.PARSED, State.CHECKED)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_no_sequence_of_steps_leaves_the_state_machine(steps: list[tuple[State, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = fresh(Path(place) / "data")
        with operating(folder) as conn:
            one = submissions.add_submission(
                conn, form="F", edition="1", period="2026Q3", department="D", origin=Origin.RETURNED,
                file_hash="a" * 64, file_name="a", parser_version="1", catalogue_digest="d", actor="filler",
            )  # fmt: skip
            moved = 0
            for to_state, actor in steps:
                held = submissions.get_submission(conn, one.id)
                judged = to_state in (State.APPROVED, State.RETURNED)
                try:
                    after = submissions.move(conn, one.id, to_state, actor, "reason")
                except (SubmissionConflict, NotPermitted) as error:
                    after = submissions.get_submission(conn, one.id)
                    assert after == held
                    assert to_state not in MOVES[held.state] or (judged and actor == held.submitted_by), error
                    continue
                moved += 1
                assert to_state in MOVES[held.state] and after.state is to_state
                assert not (judged and actor == held.submitted_by)
                assert (after.submitted_by is None) == (after.state in UNSUBMITTED)
                assert after.withdrawn == ((held.state, to_state) == (State.SUBMITTED, State.CHECKED))
                assert after == submissions.get_submission(conn, one.id)
            acts = [r["act"] for r in audit.records(conn)]
        assert len(acts) == moved + 1
        assert audit.verify(folder) == []
        assert not [said for _, said in contradictions(folder, deep=False) if "提交" in said]


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_lies_within_its_day_in_beijing(moment: datetime) -> None:
    from warehouse.moments import beijing_day, day_begins, day_ends

    day = beijing_day(moment)
    assert day_begins(day) <= moment <= day_ends(day)
    assert day_ends(day) + timedelta(microseconds=1) == day_begins(day + timedelta(days=1))
