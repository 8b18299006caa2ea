"""The agency that owes the statement keeps its plan on the portal: action by action, by workbook, in versions."""

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.tables import AuditEntry, PlanVersion
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, plain_actor, words
from tests.tasks.plans.published import publish_letter

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]

ACTION = {
    "origin": "IMPROVE-1",
    "text": "Hold each strategy discussion within 1 working day",
    "owner": "Thames Valley Police",
    "measure": "90% within 1 working day, from a monthly audit",
    "due-day": "1",
    "due-month": "12",
    "due-year": "2025",
}
_HEAD = "action_ref,origin,action,owner,measure,due_date"


@pytest.fixture
def published(reading: str) -> str:
    """Return the inspection with its letter published."""
    moved_to(reading, Stage.FIELDWORK)
    publish_letter(reading)
    return reading


def entries(ref: str, action: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == action)
        return list(session.exec(query))


def add(council: Driver, **changes: str) -> str:
    return words(council.post("/plan/actions/new", **{**ACTION, **changes}))


def test_a_plan_is_typed_looked_at_and_sent_in_versions(council: Driver, published: str) -> None:
    assert "Plan that answers the letter" in words(council.get("/"))
    empty = words(council.get("/plan"))
    assert "1 of 1 area for priority action has no action yet." in empty
    assert "3 of 3 areas for improvement have no action yet." in empty
    assert "IMPROVE-3: Oversight by leaders." in empty
    saved = add(council)
    assert "Action A01 is saved. Nothing is sent yet." in saved
    assert "2 of 3 areas for improvement have no action yet." in saved
    asked = add(
        council,
        origin="PRIORITY-1",
        owner="",
        body="A charity",
        measure="",
        **dict.fromkeys(("due-day", "due-month", "due-year"), ""),
    )
    assert "The owner is not a body of this inspection." in asked
    assert "The action has no measure." in asked
    assert "The action has no day. Give the day by which it is done, for example" in asked
    look = words(council.get("/plan/send"))
    assert "Version 1 would have 2 actions." in look
    assert "3 queries: inspectors will see them too." in look
    page = council.get("/plan/send").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert "Version 1 of the plan is sent." in words(council.post("/plan/send", seen=seen))
    assert "You have changed nothing since you sent version 1." in words(council.get("/plan"))
    form = council.get("/plan/actions/A02").text
    assert 'value="A charity"' in form
    seen = form.split('name="seen" value="')[1].split('"')[0]
    changed = council.post("/plan/actions/A02", **{**ACTION, "origin": "PRIORITY-1", "seen": seen})
    assert "Changes that are not sent yet" in words(changed)
    seen = council.get("/plan/send").text.split('name="seen" value="')[1].split('"')[0]
    council.post("/plan/send", seen=seen)
    second = words(council.get("/plan/versions/2"))
    assert "Version 1 and version 2" in second
    assert "A02 Owner A charity Thames Valley Police" in second
    assert "A charity" in words(council.get("/plan/versions/1"))
    assert council.get("/plan/versions/3").status_code == 404
    with transaction() as session:
        assert len(session.exec(select(PlanVersion).where(PlanVersion.inspection == published)).all()) == 2
    assert {plain_actor(entry.actor) for entry in entries(published, "plan.sent")} == {"local_authority officer: P"}


def test_what_cannot_stand_is_told_at_its_field(council: Driver, published: str) -> None:
    assert published
    for change, sentence in (
        ({"text": ""}, "Say what will be done, for example"),
        ({"origin": ""}, "Choose which part of the letter the action answers."),
        ({"owner": "", "body": "Mrs Example"}, "reads like a person's name"),
        ({"due-month": "13"}, "Enter a real day"),
    ):
        answer = council.post("/plan/actions/new", **{**ACTION, **change})
        assert answer.status_code == 422
        assert sentence in words(answer)
        # What was typed is still there.
        assert "90% within 1 working day" in words(answer)
    assert "The plan has no action yet." in words(council.get("/plan"))


def test_an_action_is_taken_out_and_nobody_overwrites_another(council: Driver, published: str) -> None:
    assert published
    add(council)
    stale = council.post("/plan/actions/A01", page="/plan/actions/new", **ACTION, seen="0")
    assert "Somebody changed the plan" in words(stale)
    seen = council.get("/plan").text.split('name="seen" value="')[1].split('"')[0]
    assert "Action A01 is taken out of the draft." in words(
        council.post("/plan/actions/A01/remove", page="/plan", seen=seen)
    )
    assert council.get("/plan/actions/A01").status_code == 404
    assert council.post("/plan/actions/x", page="/plan/actions/new", **ACTION).status_code == 404


def test_a_workbook_is_told_cell_by_cell_and_counts_once_it_was_looked_at(council: Driver, published: str) -> None:
    bad = f"{_HEAD}\nA01,IMPROVE-9,Do it,Thames Valley Police,90%,soon\n".encode()
    answer = words(council.post("/plan/workbook", page="/plan", files={"file": ("plan.csv", bad)}))
    assert "Your workbook needs correcting" in answer
    assert "At B2." in answer
    assert "At F2." in answer
    assert "PRIORITY-1, IMPROVE-1" in answer
    good = f'{_HEAD}\nA04,IMPROVE-2,Do it,Thames Valley Police,"90%, by audit",01/02/2016\n'.encode()
    shown = council.post("/plan/workbook", page="/plan", files={"file": ("plan.csv", good)})
    assert "Your workbook has 1 action. Nothing is sent, and your draft is as it was." in words(shown)
    assert "The day is past." in words(shown)
    assert "The plan has no action yet." in words(council.get("/plan"))
    name = str(shown.url).partition("file=")[2]
    taken = words(council.post("/plan/workbook/take", page=f"/plan/workbook?file={name}", file=name))
    assert "Actions of your workbook that are now your draft: 1." in taken
    assert "A04: Do it" in taken
    assert council.get("/plan/workbook?file=x").status_code == 404
    assert "Select a file." in words(council.post("/plan/workbook", page="/plan"))
    wrong = council.post("/plan/workbook", page="/plan", files={"file": ("plan.pdf", b"%PDF")})
    assert "must be an XLSX, ODS or CSV file" in words(wrong)
    assert entries(published, "plan.drafted")[-1].facts["by"] == "workbook"


def test_l6_whoever_takes_the_workbook_with_the_draft_is_in_the_audit(council: Driver, published: str) -> None:
    add(council)
    before = len(entries(published, "plan.read"))
    for kind in ("xlsx", "ods", "csv"):
        answer = council.get(f"/plan/template.{kind}")
        assert answer.status_code == 200
        assert f'filename="{published}-plan.{kind}"' in answer.headers["content-disposition"]
    assert council.get("/plan/template.exe").status_code == 404
    taken = entries(published, "plan.read")[before:]
    assert {entry.subject for entry in taken} == {f"{published}/plan/template"}
    assert len(taken) == 3


def test_nobody_else_has_a_plan(police: Driver, council: Driver, reading: str) -> None:
    assert council.get("/plan").status_code == 404
    moved_to(reading, Stage.FIELDWORK)
    publish_letter(reading)
    assert council.get("/plan").status_code == 200
    assert police.get("/plan").status_code == 404
    assert "Plan that answers" not in words(police.get("/"))
