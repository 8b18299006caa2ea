"""The first page counts what waits for each role over all inspections, with the page where it is done."""

from datetime import timedelta
from typing import Any

import pytest

from models.decisions import REVIEW_PLAN
from models.england import world_today
from models.lifecycle import Stage
from models.roles import Role
from models.states import ComplaintFrom, PlanOutcome, ProposalAnswer
from models.tables import (
    ActionPlan,
    AgreedJudgement,
    Complaint,
    Concern,
    Correction,
    Inspection,
    Judgement,
    NoteBatch,
    PlanReview,
    PlanVersion,
    Proposal,
    Statement,
)
from models.tables.base import utc_now
from portal.people.waits import counted, waits_of
from tasks.ground.database import transaction
from tasks.people.access import Door
from tests.tasks.counting import statements

pytestmark = pytest.mark.parts
ME, OTHER = "P-AAAAAAAA", "P-BBBBBBBB"


def waits(ref: str, role: Role, agency: str = "") -> list[tuple[str, str]]:
    with transaction() as session:
        door = Door("m", role, ref, agency)
        return waits_of(door, session.get_one(Inspection, ref), counted(session, {ref}, {agency} - {""}, ME))


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


def judgement(reading: str, child: str, person: str, words: str, version: int = 1) -> Judgement:
    at: dict[str, Any] = {
        "inspection": reading,
        "child": child,
        "area": "a",
        "draw_version": 1,
        "text_key": "k",
        "recorded_at": utc_now(),
    }
    return Judgement(person_id=person, version=version, judgement=words, text_sha256="", **at)


def test_judgements_that_differ_are_counted_for_those_who_gave_theirs(reading: str) -> None:
    with transaction() as session:
        session.add(judgement(reading, "T1", OTHER, "good"))
        session.add(judgement(reading, "T2", ME, "good"))
        session.add(judgement(reading, "T2", OTHER, "good"))
    # Whoever has not judged learns nothing, and where all say the same nothing waits.
    assert waits(reading, Role.INSPECTOR) == []
    with transaction() as session:
        session.add(judgement(reading, "T1", ME, "poor"))
        session.add(judgement(reading, "T2", ME, "poor", version=2))
    page = f"/inspections/{reading}/judgements"
    assert waits(reading, Role.INSPECTOR) == [("2 judgements of yours from which another differs", page)]
    assert waits(reading, Role.MANAGER) == []
    with transaction() as session:
        at: dict[str, Any] = {
            "inspection": reading,
            "child": "T1",
            "area": "a",
            "draw_version": 1,
            "text_key": "k",
            "recorded_at": utc_now(),
        }
        session.add(AgreedJudgement(judgement="good", text_sha256="", recorded_by="x", **at))
    assert waits(reading, Role.INSPECTOR) == [("1 judgement of yours from which another differs", page)]


def test_notes_plans_and_complaints_wait_for_those_who_may(reading: str) -> None:
    with transaction() as session:
        for sequence, waits_there in ((1, True), (2, True), (3, False)):
            own: dict[str, Any] = {"device": "d", "sequence": sequence, "position": sequence, "sha256": "", "chain": ""}
            session.add(
                NoteBatch(inspection=reading, person_id=OTHER, size=1, waits=waits_there, arrived_at=utc_now(), **own)
            )
        session.add(complaint(reading, "C-1"))
        session.add(ActionPlan(inspection=reading, version=1))
        session.add(plan(reading, 1))
    at = f"/inspections/{reading}"
    assert waits(reading, Role.LEAD) == [("2 batches of notes to let in", f"{at}/notes")]
    assert waits(reading, Role.MANAGER) == [("1 complaint to decide", f"{at}/complaints")]
    assert waits(reading, Role.INSPECTOR) == [("The newest version of the plan to review", f"{at}/plan")]
    with transaction() as session:
        session.add(review(reading, 1))
    assert waits(reading, Role.INSPECTOR) == []
    with transaction() as session:
        session.add(plan(reading, 2))
    assert len(waits(reading, Role.INSPECTOR)) == 1
    with transaction() as session:
        values: dict[str, Any] = {"id": "D-1", "act": REVIEW_PLAN, "subject": reading, "asked_by": "x"}
        session.add(Proposal(inspection=reading, lapses_at=utc_now() + timedelta(days=2), values={}, **values))
    assert waits(reading, Role.INSPECTOR) == []
    with transaction() as session:
        session.get_one(Proposal, "D-1").answer = ProposalAnswer.REFUSED
    assert len(waits(reading, Role.INSPECTOR)) == 1
    with transaction() as session:
        session.get_one(ActionPlan, reading).closed_at = utc_now()
    assert waits(reading, Role.INSPECTOR) == []


def complaint(reading: str, name: str) -> Complaint:
    values: dict[str, Any] = {"id": name, "came_from": ComplaintFrom.AGENCY, "letter_version": 1, "text_key": "k"}
    return Complaint(
        inspection=reading, received_on=world_today(), text_sha256="", recorded_by="x", recorded_at=utc_now(), **values
    )


def plan(reading: str, version: int) -> PlanVersion:
    counts: dict[str, Any] = dict.fromkeys(("actions", "parts", "answered", "queries"), 1)
    return PlanVersion(
        inspection=reading, version=version, letter=1, key="k", sha256="", sent_by="x", sent_at=utc_now(), **counts
    )


def review(reading: str, version: int) -> PlanReview:
    values: dict[str, Any] = {"outcome": PlanOutcome.ADEQUATE, "key": "k", "sha256": "", "reviewed_by": "x"}
    return PlanReview(inspection=reading, version=version, number=1, confirmed_by="y", reviewed_at=utc_now(), **values)


def test_what_waits_costs_as_many_queries_however_many_there_are(reading: str) -> None:
    with transaction() as session, statements(session) as sent:
        counted(session, {reading, "slough", "luton"}, {f"{reading}/police", f"{reading}/health"}, ME)
    assert len(sent) == 12
