"""Where the plan of an inspection stands: who sends it and when, what it must answer, and its versions."""

import json

from sqlmodel import Session, col, select

from models.lifecycle import ASKED_AGAIN
from models.refusals import Refusal
from models.tables import ActionPlan, Agency, Inspection, Letter, PlanAction, PlanReview, PlanVersion, Statement
from tasks.ground import store
from tasks.letters.owed_statement import owed_by
from tasks.plans.values import Origin, Plan, origins_in
from tasks.publishing.ending import end_of, published_letter
from tasks.recognition.passing import NO_RECORDS, Recogniser, recogniser

OPEN_AT = ASKED_AGAIN
"""Stages in which a plan can be sent and is followed."""


class PlanRefusedError(Refusal):
    """Something cannot be done with the plan as asked; the sentence says why."""


def plan_of(session: Session, ref: str) -> ActionPlan:
    """Return where the plan of an inspection stands; a new row, not yet added, where there is none."""
    return session.get(ActionPlan, ref) or ActionPlan(inspection=ref)


def plan_refusal(session: Session, inspection: Inspection) -> str:
    """Return why no plan is taken now; an empty text where one is."""
    statement = session.get(Statement, inspection.ref)
    if statement is None or statement.published_on is None or not statement.needed:
        return "No plan is asked for in this inspection."
    if inspection.stage not in OPEN_AT:
        return "The plan can be sent after the letter is published and until the inspection is closed."
    if answered_letter(session, inspection.ref) is None:
        return "The letter is withdrawn. The plan waits for the letter that takes its place."
    if plan_of(session, inspection.ref).closed_at:
        return "The plan is closed, so it can no longer be changed."
    return ""


def sends_plan(session: Session, ref: str, agency_id: str) -> bool:
    """Return whether an agency is the one that sends the plan: whoever owes the written statement."""
    statement = session.get(Statement, ref)
    is_owed = statement is not None and statement.published_on is not None and statement.needed
    return statement is not None and is_owed and owed_by(statement) == agency_id


def senders_people(session: Session, ref: str) -> Recogniser:
    """Return what recognises people in the records of whoever sends the plan; of others they learn nothing."""
    statement = session.get(Statement, ref)
    return recogniser(session, ref, owed_by(statement)) if statement else NO_RECORDS


def answered_letter(session: Session, ref: str) -> Letter | None:
    """Return the published letter that a plan answers; None where none counts."""
    letter = published_letter(session, ref)
    return None if letter is None or end_of(session, ref, letter.version) else letter


def origins_of(letter: Letter) -> tuple[Origin, ...]:
    """Return the paragraphs of a published letter that need an answer."""
    key = next(key for key in letter.keys if key.endswith(".json"))
    return origins_in(json.loads(store.get(key)))


def owners_of(session: Session, ref: str) -> dict[str, str]:
    """Return the agencies of an inspection that can own an action: id by name."""
    rows = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.name))
    return {row.name: row.id for row in rows}


def versions_of(session: Session, ref: str) -> list[PlanVersion]:
    """Return the versions of a plan that were sent, the newest first."""
    query = select(PlanVersion).where(PlanVersion.inspection == ref)
    return list(session.exec(query.order_by(col(PlanVersion.version).desc())))


def reviews_of(session: Session, ref: str) -> list[PlanReview]:
    """Return the reviews of all versions of a plan, the newest first."""
    query = select(PlanReview).where(PlanReview.inspection == ref)
    return list(session.exec(query.order_by(col(PlanReview.version).desc(), col(PlanReview.number).desc())))


def actions_of(session: Session, ref: str, *, every: bool = False) -> list[PlanAction]:
    """Return the actions of the newest version by id; with those that were taken out where `every` asks for them."""
    query = select(PlanAction).where(PlanAction.inspection == ref).order_by(PlanAction.id)
    return [row for row in session.exec(query) if every or row.last is None]


def words_of(version: PlanVersion) -> Plan:
    """Return a version of a plan with its words, from the store."""
    return Plan.from_json(store.get(version.key))


def draft_of(session: Session, ref: str) -> Plan:
    """Return the draft of a plan; where there is none, what was sent last, or a plan without an action."""
    row = plan_of(session, ref)
    if row.draft_key:
        return Plan.from_json(store.get(row.draft_key))
    sent = versions_of(session, ref)
    if sent:
        return words_of(sent[0])
    letter = answered_letter(session, ref)
    return Plan(letter.version if letter else 0)
