"""A plan is drafted by form and by workbook, and both give the same data; words stay in the store."""

from dataclasses import replace
from datetime import date
from typing import Any

import fastexcel
import pytest

from models.lifecycle import Stage
from models.refusals import FormRefusedError
from models.states import LetterOutcome
from models.tables import ActionPlan, Inspection, LetterEnd
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import inspection_of
from tasks.plans.drafting import keep_workbook, kept_workbook, remove_action, save_action, take_workbook
from tasks.plans.standing import PlanRefusedError, draft_of, plan_refusal
from tasks.plans.template import template_of
from tasks.plans.values import Plan
from tasks.recognition.passing import NAMED
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.plans.published import BY, GOOD, letter_of, publish_letter
from tests.tasks.steps import actions, ledger_text, moved_to
from validation.telling.pages import Page, write_pages

pytestmark = pytest.mark.parts


@pytest.fixture
def due(fieldwork: str) -> str:
    """Return an inspection whose plan can be sent."""
    publish_letter(fieldwork)
    return fieldwork


def draft(ref: str) -> Plan:
    with transaction() as session:
        return draft_of(session, ref)


def seen(ref: str) -> str:
    with transaction() as session:
        return session.get_one(ActionPlan, ref).draft_sha256


def template(ref: str, kind: str = "xlsx") -> bytes:
    with transaction() as session:
        return template_of(session, inspection_of(session, ref), kind)  # type: ignore[arg-type]


def sheets(ref: str) -> dict[str, list[list[str | None]]]:
    """Return the cells of a template, sheet by sheet."""
    book = fastexcel.read_excel(template(ref))
    read = (book.load_sheet(name, header_row=None, dtypes="string").to_polars() for name in book.sheet_names)
    return {name: [list(row) for row in frame.iter_rows()] for name, frame in zip(book.sheet_names, read, strict=True)}


def filled(ref: str, *rows: list[str]) -> bytes:
    """Return the template of a plan with rows that somebody typed into it."""
    pages = sheets(ref)
    typed: list[list[str | None]] = [[*row] for row in rows]
    pages["PLAN"] = [pages["PLAN"][0], *typed]
    return write_pages([Page(name, cells) for name, cells in pages.items()], "xlsx")


ROW = ["A01", *list(GOOD.cells().values())[1:-1], "01/12/2025"]


def test_an_action_is_typed_changed_and_taken_out_and_each_draft_is_in_the_audit(due: str) -> None:
    assert save_action(due, GOOD, by=BY) == "A01"
    assert save_action(due, replace(GOOD, origin="PRIORITY-1"), by=BY) == "A02"
    save_action(due, replace(GOOD, id="A01", measure=""), by=BY, seen=seen(due))
    assert [(each.action, each.column) for each in draft(due).queries] == [("A01", "measure")]
    remove_action(due, "A01", by=BY, seen=seen(due))
    assert [each.id for each in draft(due).actions] == ["A02"]
    assert actions(due).count("plan.drafted") == 4


def test_the_same_plan_by_form_and_by_workbook_is_the_same_bytes(due: str) -> None:
    save_action(due, GOOD, by=BY)
    typed = draft(due).to_json()
    remove_action(due, "A01", by=BY, seen=seen(due))
    for kind, data in (("xlsx", filled(due, ROW)), ("csv", _csv(ROW))):
        name = keep_workbook(due, filename=f"Our plan.{kind}", data=data, by=BY)
        checked = kept_workbook(due, name)
        assert checked.report["verdict"] == "accepted", checked.report["findings"]
        assert take_workbook(due, name, by=BY) == 1
        assert draft(due).to_json() == typed


def _csv(row: list[str]) -> bytes:
    names = "action_ref,origin,action,owner,measure,due_date"
    return "\r\n".join([names, ",".join(f'"{cell}"' for cell in row)]).encode()


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_template_of_a_draft_sent_back_is_that_draft(due: str, kind: str) -> None:
    save_action(due, GOOD, by=BY)
    save_action(due, replace(GOOD, origin="PRIORITY-1", due=None, measure="", owner="A charity"), by=BY)
    before = draft(due)
    name = keep_workbook(due, filename=f"plan.{kind}", data=template(due, kind), by=BY)
    assert kept_workbook(due, name).plan == before
    assert len(before.queries) == 3


def test_the_template_has_the_words_of_the_letter_and_the_bodies_that_can_own_an_action(due: str) -> None:
    cells = sheets(due)
    assert ["PRIORITY-1", "Priority", "Information is not shared. Children are at risk."] in cells["Letter"]
    assert ["IMPROVE-3", "Improve", "Oversight by leaders."] in cells["Letter"]
    assert ["Thames Valley Police"] in cells["Bodies"]


def test_a_workbook_with_errors_is_told_cell_by_cell_and_is_no_draft(due: str) -> None:
    bad = ["A02", "IMPROVE-9", "Do it", "Mrs Example", "", "soon"]
    name = keep_workbook(due, filename="plan.xlsx", data=filled(due, ROW, bad), by=BY)
    checked = kept_workbook(due, name)
    assert checked.plan is None
    told = {finding["cell"]: finding["rule"] for finding in checked.report["findings"]}
    expected = {"B3": "PLAN.origin.code", "D3": "PLAN.owner.person", "F3": "PLAN.due_date.type"}
    assert expected.items() <= told.items()
    with pytest.raises(PlanRefusedError, match="errors"):
        take_workbook(due, name, by=BY)
    assert draft(due).actions == ()


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"origin": "IMPROVE-9"}, "origin", "which part of the letter"),
        ({"action": " "}, "text", "Say what will be done"),
        ({"owner": "Dr Example"}, "owner", "person's name"),
        ({"action": "x" * 1_001}, "text", "more than 1,000 characters"),
        ({"measure": "x" * 501}, "measure", "more than 500 characters"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(due: str, change: dict[str, Any], field: str, sentence: str) -> None:
    with pytest.raises((FormRefusedError, PlanRefusedError), match=sentence) as caught:
        save_action(due, replace(GOOD, **change), by=BY)
    assert field in {mistake.field for mistake in caught.value.mistakes}
    assert draft(due).actions == ()


def test_nobody_overwrites_what_another_changed_meanwhile(due: str) -> None:
    save_action(due, GOOD, by=BY)
    opened = seen(due)
    save_action(due, replace(GOOD, id="A01", action="Hold it at once"), by=BY, seen=opened)
    with pytest.raises(PlanRefusedError, match="Somebody changed the plan"):
        save_action(due, replace(GOOD, id="A01", action="Hold it later"), by=BY, seen=opened)
    with pytest.raises(PlanRefusedError, match="Somebody changed the plan"):
        remove_action(due, "A01", by=BY, seen=opened)
    with pytest.raises(PlanRefusedError, match="no action A07"):
        remove_action(due, "A07", by=BY, seen=seen(due))
    assert draft(due).actions[0].action == "Hold it at once"


@pytest.mark.parametrize(("filename", "data"), [("plan.pdf", b"%PDF"), ("plan.xlsx", b""), ("plan", b"x")])
def test_a_file_of_another_kind_or_without_content_is_refused(due: str, filename: str, data: bytes) -> None:
    with pytest.raises(PlanRefusedError):
        keep_workbook(due, filename=filename, data=data, by=BY)


def test_a_name_of_no_file_opens_nothing(due: str) -> None:
    for name in ("", "../x", "0" * 64):
        with pytest.raises(store.NotStoredError):
            kept_workbook(due, name)


def test_no_plan_is_taken_before_publication_after_a_withdrawal_or_after_the_end(chosen: str) -> None:
    with pytest.raises(PlanRefusedError, match="No plan is asked for"):
        save_action(chosen, GOOD, by=BY)
    moved_to(chosen, Stage.FIELDWORK)
    publish_letter(chosen)
    with transaction() as session:
        now = session.get_one(Inspection, chosen).now()
        ended = LetterEnd(inspection=chosen, version=1, outcome=LetterOutcome.WITHDRAWN, reason="COURT", ended_at=now)
        session.add(ended)
    with pytest.raises(PlanRefusedError, match="The letter is withdrawn"):
        save_action(chosen, GOOD, by=BY)
    letter_of(chosen, (("improve", "Another."),), version=2)
    assert save_action(chosen, GOOD, by=BY) == "A01"
    assert draft(chosen).letter == 2
    moved_to(chosen, Stage.STATEMENT_RECEIVED, Stage.CLOSED)
    with transaction() as session:
        assert "until the inspection is closed" in plan_refusal(session, inspection_of(session, chosen))


@pytest.mark.parametrize(("part", "field"), [("action", "text"), ("measure", "measure")])
def test_l5_an_action_that_names_somebody_of_the_senders_records_is_refused_at_its_field(
    due: str, part: str, field: str
) -> None:
    named: dict[str, Any] = {part: f"Visit {somebody(due)} each week"}
    with pytest.raises(FormRefusedError) as refused:
        save_action(due, replace(GOOD, **named), by=BY)
    assert [(each.field, each.text) for each in refused.value.mistakes] == [(field, NAMED)]


def test_l5_the_ledger_holds_no_word_of_a_plan(due: str) -> None:
    save_action(due, replace(GOOD, action="Quizzlebury sees to it", measure="Zanzibar", due=date(2025, 12, 1)), by=BY)
    text = ledger_text()
    assert "Quizzlebury" not in text
    assert "Zanzibar" not in text


def test_a_form_sent_twice_adds_one_action(due: str) -> None:
    assert [save_action(due, GOOD, by=BY) for _ in range(2)] == ["A01", "A01"]
    assert save_action(due, replace(GOOD, measure="Another measure"), by=BY) == "A02"
    assert [each.id for each in draft(due).actions] == ["A01", "A02"]
    assert actions(due).count("plan.drafted") == 2
