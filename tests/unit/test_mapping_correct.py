"""A person's choices laid over a proposed mapping: only what may be chosen, nothing lost, nothing guessed."""

import pytest

from etl.adopt.correcting import corrected, open_questions, parts_of
from indicators.errors import UsageError
from indicators.mapping.complete import missing
from indicators.mapping.model import Mapping
from tests.adopt_world import INCOME, catalogue, proposed
from tests.golden.adopted import workbooks as made


@pytest.fixture(scope="module")
def draft() -> Mapping:
    return proposed(made.income(1)).mapping


def test_choices_complete_a_draft_and_leave_its_anchors_alone(draft: Mapping) -> None:
    done = corrected(draft, INCOME)
    assert missing(done, catalogue()) == []
    assert (done.tables, done.columns, done.rows) == (draft.tables, draft.columns, draft.rows)


def test_fields_of_tables_columns_and_rows_are_named_by_their_place(draft: Mapping) -> None:
    chosen = {"tables.1.indicator": "URBAN_INCOME", "columns.2.unit": "百分点", "rows.3.area": " 220100 "}
    done = corrected(draft, INCOME | chosen | {"columns.0.nature": "single", "columns.1.measure": ""})
    assert done.tables[1].indicator == "URBAN_INCOME" and done.columns[2].unit == "百分点"
    assert done.rows[3].area == "220100" and done.rows[3].label == draft.rows[3].label
    assert done.columns[0].nature == "single" and done.columns[1].measure is None
    assert any("说的是同一个数" in gap for gap in missing(done, catalogue())), "a wrong choice is found by the check"


def test_a_row_left_out_on_purpose_is_ignored_next_time_too(draft: Mapping) -> None:
    done = corrected(draft, INCOME | {"skip.rows.0": "1", "skip.rows.2": "1"})
    left = [row.label for row in draft.rows]
    assert [row.label for row in done.rows] == [left[1], *left[3:]]
    assert done.ignore == (*draft.ignore, left[0], left[2])


def test_questions_stay_until_they_are_ticked(draft: Mapping) -> None:
    asked = draft.model_copy(update={"questions": (*draft.questions, "A37：附注说有修订。", "B1：哪一期？")})
    numbers = [n for n, _ in open_questions(asked)]
    assert len(numbers) == 2
    assert corrected(asked, INCOME).questions == ("A37：附注说有修订。", "B1：哪一期？")
    assert corrected(asked, INCOME | {f"answered.{numbers[0]}": "1"}).questions == ("B1：哪一期？",)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tables.0.title", "别的标题"), ("rows.0.label", "别的名称"), ("columns.0.header", "x"), ("questions", ""),
        ("tables.9.indicator", "GDP"), ("rows.99.area", "220100"), ("skip.rows.99", "1"), ("columns.0.measure", "none"),
        ("frequency", "W"), ("__class__", "x"), ("tables.0.__class__.x", "x"), ("name", "长" * 201), ("rows.0", "x"),
        ("skip.questions", "1"), ("skip.", "1"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused(draft: Mapping, field: str, value: str) -> None:
    with pytest.raises(UsageError, match="什么也没有改动"):
        corrected(draft, INCOME | {field: value})


def test_every_part_has_a_path(draft: Mapping) -> None:
    paths = [path for path, _ in parts_of(draft)]
    assert paths[:4] == ["columns.0", "columns.1", "columns.2", "rows.0"] and len(paths) == len(set(paths))
