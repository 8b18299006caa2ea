"""A plan as values: what is missing, what differs, and that its bytes say the same again."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.ids import action_id
from tasks.plans.values import Action, Difference, Plan, Query, differences, missing_in_words, origins_in, unanswered
from tests.examples import examples

LETTER = {
    "passages": [
        {"section": "headline", "text": "All in all."},
        {"section": "improve", "text": "The timeliness of strategy discussions."},
        {"section": "improve", "text": "How well\nvoices are heard."},
        {"section": "priority", "text": "Information is not shared.\n\nChildren are at risk."},
        {"section": "improve", "text": "Oversight."},
    ]
}

actions = st.builds(
    Action,
    id=st.integers(1, 30).map(action_id),
    origin=st.sampled_from(["PRIORITY-1", "IMPROVE-1", "IMPROVE-2"]),
    action=st.text(min_size=1, max_size=30),
    owner=st.sampled_from(["", "A council", "A force"]),
    measure=st.text(max_size=10),
    due=st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
plans = st.lists(actions, max_size=6, unique_by=lambda each: each.id).map(lambda rows: Plan(1, tuple(rows)))


def test_what_needs_an_answer_is_numbered_by_section_and_priority_actions_come_first() -> None:
    assert [(each.id, each.words) for each in origins_in(LETTER)] == [
        ("PRIORITY-1", "Information is not shared. Children are at risk."),
        ("IMPROVE-1", "The timeliness of strategy discussions."),
        ("IMPROVE-2", "How well voices are heard."),
        ("IMPROVE-3", "Oversight."),
    ]
    assert origins_in({}) == ()


def test_every_part_without_an_action_is_told_by_its_kind() -> None:
    origins = origins_in(LETTER)
    one = [Action("A01", "IMPROVE-2", "Act")]
    assert [each.id for each in unanswered(origins, one)] == ["PRIORITY-1", "IMPROVE-1", "IMPROVE-3"]
    assert missing_in_words(origins, one) == [
        "1 of 1 area for priority action has no action yet.",
        "2 of 3 areas for improvement have no action yet.",
    ]
    assert missing_in_words(origins, [Action("A01", each.id, "Act") for each in origins]) == []


def test_a_new_action_never_takes_a_number_that_another_had() -> None:
    assert Plan(1).next_id() == "A01"
    assert Plan(1, (Action("A02", "IMPROVE-1", "Act"),)).next_id(["A07"]) == "A08"


def test_differences_name_the_action_the_field_and_both_values() -> None:
    before = Plan(1, (Action("A01", "IMPROVE-1", "Act", due=date(2025, 9, 30)), Action("A02", "IMPROVE-2", "Go")))
    now = Plan(
        1, (Action("A01", "IMPROVE-1", "Act", "A force", due=date(2025, 10, 1)), Action("A03", "IMPROVE-2", "Do"))
    )
    assert differences(before, now) == [
        Difference("A01", "Owner", "", "A force"),
        Difference("A01", "Due day", "30 September 2025", "1 October 2025"),
        Difference("A02", "", "Go", ""),
        Difference("A03", "", "", "Do"),
    ]


@given(plans)
@examples(50)
def test_a_plan_is_read_back_from_its_bytes(plan: Plan) -> None:
    asked = Plan(plan.letter, plan.actions, (Query("A01", "measure", "Say more."),))
    assert Plan.from_json(asked.to_json()) == asked


@given(plans, plans)
@examples(50)
def test_differences_turn_round_with_the_versions_and_none_differ_from_themselves(one: Plan, other: Plan) -> None:
    assert differences(one, one) == []
    turned = [Difference(each.action, each.field, each.now, each.before) for each in differences(other, one)]
    assert differences(one, other) == turned
