"""A person's run has the answers of its form and an order of theirs, whatever the browser sent."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.refusals import Refusal
from portal.gate.runs import LONGEST, RunRefusedError, answers_of, carries_order, run_of, without_orders

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_the_answers_are_kept_and_an_order_of_the_browser_is_not() -> None:
    body = {"parameters": {"inspection": "reading", "counts": True, "by": "Mickey Mouse"}}
    assert answers_of(body) == {"inspection": "reading", "counts": True}
    assert run_of(answers_of(body), "W-1")["parameters"] == {
        "inspection": "reading",
        "counts": True,
        "by": "W-1",
    }


@pytest.mark.parametrize(
    "more",
    [
        {"job_variables": {"command": "id"}},
        {"infrastructure_document_id": "3b0f0b1e-8a2d-4d86-9c2c-8c6f1f3f2f10"},
        {"parent_task_run_id": "3b0f0b1e-8a2d-4d86-9c2c-8c6f1f3f2f10"},
        {"parameters": {"reason": {"__prefect_kind": "jinja", "template": "{{ 7 * 7 }}"}}},
        {"parameters": {"reason": [["a"]]}},
        {"parameters": {"reason": ["a", {"__prefect_kind": "json", "value": "1"}]}},
        {"parameters": {"reason": "a" * (LONGEST + 1)}},
        {"parameters": {"reason": "485 777 3456"}},
        {"parameters": {"reason": "A123456789012"}},
        {"parameters": {"reason": "a\x00"}},
        {"parameters": {"reason": "half of a character \ud800"}},
        {"parameters": {"counts": 9434765919}},
        {"parameters": {"counts": [9434765919.0]}},
        {"parameters": {"counts": float("nan")}},
        {"parameters": {"943 476 5919 Jane Doe": True}},
        {"parameters": {"Jane": "a"}},
        {"parameters": {"a" * 41: "a"}},
        {"parameters": "all"},
    ],
)
def test_what_is_more_than_the_form_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        answers_of({"parameters": {}} | more)


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "later"),
    [
        (None, False),
        ("2026-11-26T12:00:30Z", False),
        ("2026-11-26T11:00:00+00:00", False),
        ("2026-11-26T12:05:00Z", True),
        ("2099-01-01T00:00:00Z", True),
        ("2026-11-26T12:00:00", True),
        ("tomorrow", True),
        (7, True),
    ],
)
def test_a_form_is_done_now_or_not_at_all(time: object, later: bool) -> None:
    body = {"parameters": {}, "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": time}}}
    if later:
        with pytest.raises(RunRefusedError, match="Choose Now"):
            answers_of(body, NOW)
    else:
        assert answers_of(body, NOW) == {}


@pytest.mark.parametrize("state", [None, {}, {"type": "COMPLETED"}, {"state_details": None}, "x"])
def test_a_form_without_a_time_is_done_now(state: object) -> None:
    assert answers_of({"parameters": {}, "state": state}, NOW) == {}


@pytest.mark.parametrize("answer", ["reading-domestic-abuse-2024-20250224-pol-1", "2027-01-18", "RG1 1AA", "T3", ""])
def test_references_and_dates_are_no_numbers_of_persons(answer: str) -> None:
    assert answers_of({"parameters": {"a": answer}}) == {"a": answer}


@given(JSON)
def test_any_body_is_either_refused_or_read(body: Any) -> None:
    try:
        answers = answers_of(body)
    except Refusal:
        return
    assert "by" not in answers
    assert all(name.isidentifier() for name in answers)
    each = [one for answer in answers.values() for one in (answer if isinstance(answer, list) else [answer])]
    assert all(one is None or isinstance(one, str | bool | int | float) for one in each)


def test_a_form_shows_no_field_for_an_order() -> None:
    schema = {"properties": {"by": {"title": "Order"}, "reason": {}}, "required": ["by", "reason"], "type": "object"}
    shown = without_orders([{"parameter_openapi_schema": schema, "parameters": {"by": "W-1", "reason": "x"}}])
    assert shown == [
        {
            "parameter_openapi_schema": {"properties": {"reason": {}}, "required": ["reason"], "type": "object"},
            "parameters": {"reason": "x"},
        }
    ]


@pytest.mark.parametrize(
    ("run", "carries"),
    [
        ({"parameters": {"by": "W-abc"}}, True),
        ({"parameters": {"by": "Alex Lee"}}, False),
        ({"parameters": {}}, False),
        ({}, False),
        (None, False),
        ([], False),
    ],
)
def test_a_program_starts_a_decision_only_with_an_order(run: object, carries: bool) -> None:
    assert carries_order(run) is carries
