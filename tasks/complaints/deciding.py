"""Two people decide on a complaint; it may make the inspection incomplete, so that evidence is gathered again."""

from dataclasses import dataclass

from sqlmodel import Session

from models.ids import once_key
from models.keys import by_content, complaint_folder
from models.lifecycle import ENDED
from models.refusals import FormRefusedError, Mistake
from models.roles import Role
from models.states import ComplaintOutcome
from models.tables import Agency, Complaint, Inspection
from tasks.complaints.recording import LONGEST, ComplaintError, complaint_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.inspection.holds import end_holds
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.people.persons import members
from tasks.people.two_people import person_in
from tasks.recognition.passing import recogniser

OUTCOMES = {
    ComplaintOutcome.UPHELD: "Upheld",
    ComplaintOutcome.PARTLY: "Partly upheld",
    ComplaintOutcome.NOT_UPHELD: "Not upheld",
}
"""What can be decided on a complaint, as people read it."""


@dataclass(frozen=True, slots=True)
class ComplaintDecision:
    """What is decided on a complaint.

    Attributes:
        outcome: a value of `ComplaintOutcome`.
        incomplete: whether the inspection is incomplete, so that additional evidence is gathered.
        key: where the words of the decision lie.
        sha256: their digest.
    """

    outcome: str
    incomplete: bool
    key: str
    sha256: str


def store_decision(ref: str, identity: str, outcome: str, text: str, *, incomplete: bool) -> ComplaintDecision:
    """Store the words of a decision that two people are to take, and return it by reference.

    Raises:
        NoComplaintError: there is no such complaint.
        FormRefusedError: a value is wrong.
    """
    with transaction() as session:
        complaint_of(session, ref, identity)
        mistakes = []
        if outcome not in set(ComplaintOutcome):
            mistakes.append(Mistake("outcome", "Choose what is decided on the complaint."))
        elif incomplete and outcome == ComplaintOutcome.NOT_UPHELD:
            sentence = "An inspection is incomplete only because of a complaint that is upheld, or partly."
            mistakes.append(Mistake("incomplete", sentence))
        if not text.strip() or len(text) > LONGEST:
            mistakes.append(Mistake("text", f"Enter why, in {LONGEST:,} characters or fewer."))
        elif sentence := recogniser(session, ref).sentence(text):
            mistakes.append(Mistake("text", sentence))
    if mistakes:
        raise FormRefusedError(mistakes)
    # Stored before it is decided: the second person confirms these words, by their digest, and no others.
    body = canonical_json({"text": text.strip()})
    digest = sha256(body)
    key = by_content(complaint_folder(ref, identity), "decision", digest, "json")
    return ComplaintDecision(outcome, incomplete, store.put_once(key, body).key, digest)


def decide_complaint(ref: str, identity: str, decision: ComplaintDecision, *, by: str, second: str) -> Complaint:
    """Record what two people decided on a complaint, end its hold, and tell its agency.

    Where the inspection is incomplete, its findings and its letter open again, and the hold goes on until another
    letter takes the place of the published one.

    Raises:
        NoComplaintError: there is no such complaint.
        ComplaintError: it is decided already, a person of the team decides, or the inspection has ended and cannot be
            incomplete any more.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        row = complaint_of(session, ref, identity)
        # Locked, so that of two decisions at once the later finds the earlier.
        session.refresh(row, with_for_update=True)
        _check(session, inspection, row, decision, (by, second))
        row.outcome, row.incomplete = ComplaintOutcome(decision.outcome), decision.incomplete
        row.decision_key, row.decision_sha256 = decision.key, decision.sha256
        row.decided_by, row.confirmed_by, row.decided_at = by, second, inspection.now()
        session.add(row)
        facts = {"outcome": row.outcome.value, "incomplete": row.incomplete, "sha256": decision.sha256}
        audit.append(session, ref, actor=by, action="complaint.decided", subject=identity, facts=facts)
        if row.incomplete:
            _becomes_incomplete(session, inspection, by=by)
        else:
            end_holds(session, ref, identity, by=by)
        if row.agency_id:
            agency, once = session.get_one(Agency, row.agency_id), once_key(row.id, "decided")
            facts = {"outcome": OUTCOMES[row.outcome].lower()}
            write_notice(session, "complaint_decided", agency, once=once, sign_in=True, facts=facts)
        return row


def _check(
    session: Session, inspection: Inspection, row: Complaint, decision: ComplaintDecision, people: tuple[str, ...]
) -> None:
    if row.outcome is not None:
        raise ComplaintError(f"This complaint is decided already: it was {OUTCOMES[row.outcome].lower()}.")
    # Managers are no part of the team: somebody has to decide.
    team = {person.id for _, person in members(session, inspection.ref, Role.LEAD, Role.INSPECTOR, Role.ASSURER)}
    if any(person_in(each) in team for each in people):
        raise ComplaintError("Nobody decides on a complaint about an inspection in which they took part.")
    if decision.incomplete and inspection.stage in ENDED:
        raise ComplaintError(
            "This inspection is closed, so no evidence can be gathered for it. Decide without that, and replace the "
            "letter if it is wrong.",
            field="incomplete",
        )


def _becomes_incomplete(session: Session, inspection: Inspection, *, by: str) -> None:
    if inspection.incomplete_at is not None:
        return
    ref = inspection.ref
    inspection.incomplete_at, inspection.letter_open = inspection.now(), True
    session.add(inspection)
    audit.append(session, ref, actor=by, action="inspection.incomplete", subject=ref)
    for role in ("inspector", "assurer", "manager"):
        # With the moment, for it may become incomplete again after another letter.
        once = once_key(ref, "incomplete", role, inspection.incomplete_at.isoformat())
        write_notice(session, "inspection_incomplete", role, once=once, inspection=ref)
