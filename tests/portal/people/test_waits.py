"""The first page counts what waits for each role over all inspections, with the page where it is done."""

from typing import Any

import pytest

from models.lifecycle import Stage
from models.roles import Role
from models.tables import Concern, Correction, Inspection, Statement
from models.tables.base import utc_now
from portal.people.waits import counted, waits_of
from tasks.ground.database import transaction
from tasks.people.access import Door
from tests.tasks.counting import statements

pytestmark = pytest.mark.parts


def waits(ref: str, role: Role, agency: str = "") -> list[tuple[str, str]]:
    with transaction() as session:
        door = Door("m", role, ref, agency)
        return waits_of(door, session.get_one(Inspection, ref), counted(session, {ref}, {agency} - {""}))


def test_an_agency_reads_what_it_owes(reading: str) -> None:
    council = f"{reading}/local_authority"
    (returns, _), (documents, _) = waits(reading, Role.OFFICER, council)
    assert "not settled yet" in returns
    assert "documents have not come yet" in documents
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.STATEMENT_DUE
        due = utc_now()
        facts: dict[str, Any] = {"principal_authority": "Reading", "due_at": due, "published_on": due.date()}
        session.add(Statement(inspection=reading, needed=True, **facts))
    said_now = [sentence for sentence, _ in waits(reading, Role.OFFICER, council)]
    assert any(sentence.startswith("The written statement has not come yet, due by") for sentence in said_now)
    # Documents are taken no more, so that none is waited for.
    assert not any("document" in sentence for sentence in said_now)
    assert not any("statement" in sentence for sentence, _ in waits(reading, Role.OFFICER, f"{reading}/police"))


def test_the_team_reads_which_comments_and_concerns_wait(reading: str) -> None:
    assert waits(reading, Role.INSPECTOR) == []
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.FACTUAL_ACCURACY
        session.add(Concern(id="C-1", inspection=reading, words_key="k", raised_by="x"))
        for number in (1, 2, 3):
            own: dict[str, Any] = {
                "id": f"K-{number}",
                "agency_id": f"{reading}/police",
                "text_key": "k",
                "made_at": utc_now(),
            }
            session.add(Correction(inspection=reading, withdrawn_at=utc_now() if number == 3 else None, **own))
    comments = ("2 comments on the draft without a reply", f"/inspections/{reading}/comments")
    concern = ("1 concern about a child that no agency has settled", "/concerns")
    assert waits(reading, Role.INSPECTOR) == [comments, concern]
    # Who decides no comments waits for none; who sees no child follows no concern.
    assert waits(reading, Role.MANAGER) == [concern]
    assert waits(reading, Role.ASSURER) == []


def test_what_waits_costs_seven_queries_however_many_there_are(reading: str) -> None:
    with transaction() as session, statements(session) as sent:
        counted(session, {reading, "slough", "luton"}, {f"{reading}/police", f"{reading}/health"})
    assert len(sent) == 7
