"""The plan that answers a letter is declared like a return and checked cell by cell."""

from datetime import date

import pytest

from models.themes import theme
from validation.contract.context import Context
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS, contract, contract_in
from validation.returns.plan import CODE
from validation.telling.pages import to_csv

TODAY = date(2025, 8, 1)
CONTEXT = Context(
    theme("domestic-abuse-2024"),
    date(2025, 2, 24),
    "E06000038",
    extract=TODAY,
    origins=(("PRIORITY-1", "Information is not shared."), ("IMPROVE-1", "The timeliness of strategy discussions.")),
    owners=("Reading Borough Council", "Thames Valley Police"),
)
GOOD = {
    "action_ref": "A01",
    "origin": "IMPROVE-1",
    "action": "Hold each strategy discussion within 1 working day",
    "owner": "Thames Valley Police",
    "measure": "90% within 1 working day, from a monthly audit of 20 cases",
    "due_date": "30/09/2025",
}


def checked(*rows: dict[str, str | None]) -> Outcome:
    """Check rows, each given as changes to a good one, the second with a number of its own."""
    made = [{**GOOD, "action_ref": f"A{number:02}", **row} for number, row in enumerate(rows, 1)]
    table: list[list[str | None]] = [list(GOOD), *([row[name] for name in GOOD] for row in made)]
    return check_file(to_csv(table), contract_in(CODE, CONTEXT), CONTEXT, Options(everything=True))


def test_a_good_plan_is_accepted_and_its_values_are_typed() -> None:
    outcome = checked({}, {"origin": "PRIORITY-1"})
    assert outcome.verdict == "accepted", outcome.findings
    rows = outcome.frames[CODE].to_dicts()
    assert [row["action_ref"] for row in rows] == ["A01", "A02"]
    assert rows[0]["due_date"] == date(2025, 9, 30)


@pytest.mark.parametrize(
    ("change", "rule", "cell", "good"),
    [
        ({"due_date": "01/07/2025"}, "PLAN.due_date.past", "F3", "31/10/2025"),
        ({"due_date": None}, "PLAN.due_date.blank", "F3", "31/10/2025"),
        ({"measure": None}, "PLAN.measure.blank", "E3", "90%"),
        ({"measure": "Ongoing"}, "PLAN.measure.vague", "E3", "90%"),
        ({"owner": None}, "PLAN.owner.blank", "D3", "Reading Borough Council"),
        ({"owner": "The partnership's board"}, "PLAN.owner.listed", "D3", "Reading Borough Council"),
    ],
)
def test_what_is_odd_is_a_query_at_its_cell_with_a_good_value(
    change: dict[str, str | None], rule: str, cell: str, good: str
) -> None:
    outcome = checked({}, change)
    assert outcome.verdict == "queried"
    (finding,) = outcome.findings
    assert (finding.rule, finding.cell, finding.severity) == (rule, cell, "query")
    assert good in finding.message


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"action_ref": None}, "PLAN.action_ref.required"),
        ({"action_ref": "1"}, "PLAN.action_ref.form"),
        ({"action_ref": "A01"}, "PLAN.action_ref.once"),
        ({"origin": None}, "PLAN.origin.required"),
        ({"origin": "IMPROVE-9"}, "PLAN.origin.code"),
        ({"action": None}, "PLAN.action.required"),
        ({"owner": "Mrs A. Example"}, "PLAN.owner.person"),
        ({"due_date": "soon"}, "PLAN.due_date.type"),
    ],
)
def test_what_cannot_stand_is_an_error(change: dict[str, str | None], rule: str) -> None:
    outcome = checked({}, change)
    assert outcome.verdict == "rejected"
    assert rule in outcome.by_rule


def test_an_owner_is_known_however_it_is_capitalised_and_an_origin_by_its_words() -> None:
    outcome = checked({"owner": "thames valley police", "origin": "The timeliness of strategy discussions."})
    assert outcome.verdict == "accepted", outcome.findings
    assert outcome.frames[CODE]["origin"].to_list() == ["IMPROVE-1"]


def test_the_good_values_of_the_template_are_accepted() -> None:
    sheet = contract_in(CODE, CONTEXT).main
    outcome = checked({column.name: column.example for column in sheet.columns})
    assert outcome.verdict == "accepted", outcome.findings


def test_no_theme_can_ask_for_it_but_its_contract_is_there() -> None:
    assert CODE not in CONTRACTS
    assert contract(CODE).title == "Plan that answers the letter"


def test_what_the_rules_need_to_know_survives_json() -> None:
    assert Context.from_json(CONTEXT.to_json()) == CONTEXT
