"""What holds a class: the course of the inspection, holds on it, on everything, on its class; each says until when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.lifecycle import Stage
from models.retention import RecordClass
from models.states import HoldReason
from models.tables import Hold
from tasks.inspection.holds import covers
from tasks.retention.holding import HOLD_LABELS, HoldingFacts, held_by

REF = "reading-domestic-abuse-2024-20250224"
ENDED = HoldingFacts(REF, Stage.CLOSED, date(2026, 1, 12), date(2025, 5, 6), date(2025, 12, 1))
C = RecordClass.CHILDREN


def hold(**values: Any) -> Hold:
    made: dict[str, Any] = {"id": "H-1", "inspection": REF, "reason": HoldReason.INQUIRY, "subject": "INQ-2026-1"}
    made |= {"placed_by": "manager: P-AAAAAAAA", "placed_at": datetime(2026, 1, 2, tzinfo=UTC), "classes": []}
    return Hold(**{**made, "matter": "INQ-2026-1", **values})


def test_nothing_holds_what_has_ended_and_nobody_asks_for() -> None:
    assert all(held_by(ENDED, kind) == () for kind in RecordClass)


@pytest.mark.parametrize(
    "change",
    [
        {"stage": Stage.STATEMENT_DUE},
        {"plan_open": True},
        {"complaint_open": True},
        {"incomplete": True},
        {"concern_open": True},
        {"report": "domestic-abuse-2024-report-1"},
        {"work": 1},
    ],
)
def test_each_reason_of_its_course_holds_every_class_and_says_until_when(change: dict[str, Any]) -> None:
    for kind in RecordClass:
        (found,) = held_by(replace(ENDED, **change), kind)
        assert found.why.endswith(".")
        assert found.until


def test_a_hold_says_what_it_is_whose_matter_and_since_when() -> None:
    (found,) = held_by(replace(ENDED, holds=(hold(inspection=None),)), C)
    assert found.why == "A public inquiry, matter INQ-2026-1: hold since 2 January 2026, on every inspection."
    assert found.until == "2 people lift the hold"


def test_a_hold_on_one_class_holds_that_class_alone() -> None:
    some = replace(ENDED, holds=(hold(classes=["evidence"]),))
    assert [bool(held_by(some, kind)) for kind in RecordClass] == [False, True, False]


def test_holds_of_another_inspection_and_those_that_ended_hold_nothing() -> None:
    ended = hold(ended_at=datetime(2026, 1, 3, tzinfo=UTC))
    assert held_by(replace(ENDED, holds=(hold(inspection="other"), ended)), C) == ()


def test_every_reason_has_words() -> None:
    assert set(HOLD_LABELS) == set(HoldReason)


_HOLDS = st.lists(
    st.builds(
        hold,
        inspection=st.sampled_from([None, REF, "other"]),
        classes=st.lists(st.sampled_from([kind.value for kind in RecordClass]), unique=True),
        ended_at=st.sampled_from([None, datetime(2026, 1, 3, tzinfo=UTC)]),
    ),
    max_size=6,
)


@given(_HOLDS, _HOLDS, st.sampled_from(list(RecordClass)))
def test_another_hold_never_shortens_or_narrows_one(some: list[Hold], more: list[Hold], kind: RecordClass) -> None:
    before = held_by(replace(ENDED, holds=tuple(some)), kind)
    after = held_by(replace(ENDED, holds=(*some, *more)), kind)
    assert after[: len(before)] == before
    assert len(after) == sum(each.ended_at is None and covers(each, REF, kind) for each in (*some, *more))
