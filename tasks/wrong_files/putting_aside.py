"""Puts a file aside that was sent in error: from the commit on nobody opens it, and what it answered is owed again."""

import secrets
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.events import Owed
from models.ids import AcrossSubject
from models.lifecycle import (
    ASKED_AGAIN,
    EVALUATIONS_LATE,
    UNSIGNED,
    RequestState,
    Stage,
)
from models.refusals import FormRefusedError, Mistake, NothingThereError, Refusal
from models.returns import EVALUATION
from models.states import BreachKind, DocumentState, WrongFileReason, WrongFileState
from models.tables import (
    Agency,
    Cohort,
    DocumentItem,
    DocumentVersion,
    Inspection,
    Request,
    Submission,
    WrongFile,
)
from models.tables.base import utc_now
from tasks.ground.database import together
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.oversight.breaches import BreachFacts, record_breach
from tasks.wrong_files.references import holding, take_out
from tasks.wrong_files.telling import tell_put_aside

REASONS = {
    WrongFileReason.OTHER_AREA: "It holds children of another area",
    WrongFileReason.OTHER_PEOPLE: "It holds people about whom nothing was asked",
    WrongFileReason.OTHER_FILE: "It is another file altogether, with nobody's data in it",
    WrongFileReason.TOO_MUCH: "It holds more about the right children than was asked for",
    WrongFileReason.TRIAL: "It is a trial, with data that was made up",
}
"""Why a file was sent in error, as people read it."""

OTHER_PEOPLES = frozenset({WrongFileReason.OTHER_AREA, WrongFileReason.OTHER_PEOPLE})
"""Reasons with which a breach is recorded at once: the file holds somebody else's data."""

# As many as a breach can be recorded with.
_MOST = 1_000_000
_R = RequestState
_COUNTS = frozenset({_R.RECEIVED, _R.VALIDATING, _R.REJECTED, _R.QUERIED, _R.ACCEPTED})
_BEFORE_SAMPLE = frozenset({Stage.RETURNS_OPEN, Stage.RETURNS_CLOSED, *UNSIGNED, Stage.DEFERRED})


class WrongFileError(Refusal):
    """Something about a file that was sent in error cannot be done; the sentence says why."""


class NoVersionError(NothingThereError):
    """Whoever asks has no such version; nobody learns whether there is one for somebody else."""

    def __init__(self) -> None:
        super().__init__("There is no such version for you. Choose one of those that are listed.")


@dataclass(frozen=True, slots=True)
class SentInError:
    """What somebody says of a file: no words, which could name a child.

    Attributes:
        subject: id of the version of a return or of a document.
        reason: a value of `WrongFileReason`.
        people: at most so many are in it who should not be; None where nobody counted.
    """

    subject: str
    reason: str
    people: int | None = None


def put_aside(sent: SentInError, *, by: str, ref: str = "", agency_id: str | None = None) -> WrongFile:
    """Put a file aside with every version that holds it, in one transaction, and return what was recorded.

    The references are taken out of the ledger's rows, so that no reader finds anything to open; the digest stays in the
    receipt. A frozen cohort stays as it is. Where the file holds other people's data, its breach is recorded too.

    Args:
        sent: which version, and why.
        by: who says so, as the audit names them.
        ref: the inspection whose version it must be, for somebody of the inspectorates.
        agency_id: the agency whose version it must be, for its own people.

    Raises:
        NoVersionError: there is no such version for whoever asks.
        WrongFileError: it is put aside already.
        FormRefusedError: a value is wrong.
    """
    # The breach opens a transaction for itself, and must be recorded with the rest or not at all.
    with together() as session:
        agency, inspection, digest, rows = _version_for(session, sent.subject, ref, agency_id)
        people = _checked(sent, rows)
        identity = f"W-{secrets.token_hex(4).upper()}"
        reason = WrongFileReason(sent.reason)
        row = WrongFile(
            id=identity,
            inspection=inspection.ref,
            agency_id=agency.id,
            subject=sent.subject,
            name=name_of(session, sent.subject),
            sha256=digest,
            reason=reason,
            put_aside_by=by,
        )
        session.add(row)
        session.flush()
        set_aside(session, inspection, row)
        if reason in OTHER_PEOPLES:
            facts = BreachFacts(BreachKind.WRONG_FILE, people, utc_now(), inspection.ref)
            row.breach = record_breach(facts, by=by)
        session.add(row)
        entry = {"reason": reason.value, "sha256": digest, "versions": row.versions, "cohorts": row.cohorts}
        entry |= {"requests": sorted(row.requests), **({"breach": row.breach} if row.breach else {})}
        audit.append(session, inspection.ref, actor=by, action="file.put-aside", subject=identity, facts=entry)
        tell_put_aside(session, row, agency, REASONS[reason])
    send_soon()
    return row


def _version_for(
    session: Session, subject: str, ref: str, agency_id: str | None
) -> tuple[Agency, Inspection, str, int | None]:
    """Return whose a version is, its digest and how many rows were read from it, its inspection's row locked."""
    version: Submission | DocumentVersion | None = session.get(Submission, subject)
    version = version or session.get(DocumentVersion, subject)
    if version is None:
        raise NoVersionError
    agency = session.get_one(Agency, agency_of(session, version))
    # Both must fit: a role in one agency or inspection reaches nothing of another.
    if (agency_id is not None and agency.id != agency_id) or (ref and version.inspection != ref):
        raise NoVersionError
    if agency_id is None and not ref:
        raise NoVersionError
    inspection = inspection_of(session, version.inspection, lock=True)
    # What the lock waited for may be this very act.
    session.refresh(version)
    if version.put_aside:
        raise WrongFileError("This file is put aside already.")
    rows = version.result.rows if isinstance(version, Submission) else None
    return agency, inspection, version.sha256, rows


def agency_of(session: Session, version: Submission | DocumentVersion) -> str:
    """Return the id of the agency that sent a version."""
    if isinstance(version, Submission):
        return session.get_one(Request, version.request_id).agency_id
    return session.get_one(DocumentItem, version.item_id).agency_id


def name_of(session: Session, subject: str) -> str:
    """Return what a version is called: its return or the number of its document, and its own number."""
    version = session.get(Submission, subject)
    if version is not None:
        return f"{session.get_one(Request, version.request_id).return_code}, version {version.version}"
    document = session.get_one(DocumentVersion, subject)
    item = session.get_one(DocumentItem, document.item_id)
    return f"{item.name}, version {document.version}"


def _checked(sent: SentInError, rows: int | None) -> int:
    mistakes = []
    if sent.reason not in set(WrongFileReason):
        mistakes.append(Mistake("reason", "Choose what is wrong with the file."))
    people = rows if sent.people is None else sent.people
    counted = people is not None and 0 <= people <= _MOST
    if sent.reason in OTHER_PEOPLES and not counted:
        mistakes.append(
            Mistake("people", "Enter how many people it holds at most who should not be in it, such as 40.")
        )
    if mistakes:
        raise FormRefusedError(mistakes)
    return people or 0


def set_aside(session: Session, inspection: Inspection, row: WrongFile) -> None:
    """Take the references of all versions that hold a file out of the ledger, and owe again what they answered."""
    submissions, documents = holding(session, row)
    row.versions = sorted([*(each.id for each in submissions), *(each.id for each in documents)])
    row.kept_references = take_out(session, row.id, submissions, documents)
    row.cohorts = _cohorts_with(session, inspection.ref, {each.id for each in submissions})
    row.requests = {}
    for submission in submissions:
        request = session.get_one(Request, submission.request_id, with_for_update=True)
        if request.current_version == submission.version and request.state in _COUNTS:
            row.requests = {**row.requests, request.id: _owe_again(session, inspection, request, row)}
            if request.return_code != EVALUATION and request.round == 1 and inspection.stage in _BEFORE_SAMPLE:
                # Others were compared with it, and are compared again without it.
                subject = AcrossSubject(inspection.ref, submission.id, row.id)
                owe(session, Owed.CHECK_ACROSS, str(subject), inspection.ref)
    for document in documents:
        item = session.get_one(DocumentItem, document.item_id, with_for_update=True)
        if item.current_version == document.version and item.state is DocumentState.RECEIVED:
            row.requests = {**row.requests, item.id: {"state": item.state.value}}
            item.state = DocumentState.ASKED
            session.add(item)


def _owe_again(session: Session, inspection: Inspection, request: Request, row: WrongFile) -> dict[str, object]:
    """Make a request owed again where a file for it can still come; else it is owed no more. Return what it was."""
    before: dict[str, object] = {"state": request.state.value, "admitted": False}
    to, admit = _door(inspection, request)
    if admit and request.admitted is None:
        request.admitted, before["admitted"] = request.current_version, True
        session.add(request)
    facts = {"file": row.id, "version": request.current_version}
    move_request(session, request, to, actor=row.put_aside_by, facts=facts)
    return before


def _door(inspection: Inspection, request: Request) -> tuple[RequestState, bool]:
    """Return the state that a request gets, and whether a person's admission is what lets another file come. Pure."""
    stage = inspection.stage
    if request.round > 1:
        return (_R.ACKNOWLEDGED if stage in ASKED_AGAIN else _R.WAIVED), False
    if request.return_code == EVALUATION:
        late = stage in EVALUATIONS_LATE
        return (_R.ACKNOWLEDGED if late or stage in (Stage.EVALUATIONS_OPEN, Stage.DEFERRED) else _R.WAIVED), late
    # Closed returns become a frozen cohort in minutes, and whatever is admitted by then may come.
    admit = stage in UNSIGNED or stage == Stage.RETURNS_CLOSED
    return (_R.ACKNOWLEDGED if stage in _BEFORE_SAMPLE else _R.WAIVED), admit


def _cohorts_with(session: Session, ref: str, submissions: set[str]) -> list[int]:
    cohorts = session.exec(select(Cohort).where(Cohort.inspection == ref).order_by(col(Cohort.version)))
    return [cohort.version for cohort in cohorts if submissions & {used["submission"] for used in cohort.inputs}]


def open_of(session: Session, identity: str, *states: WrongFileState, ref: str = "") -> WrongFile:
    """Return a file that was sent in error, its inspection's row and its own locked.

    Raises:
        NoVersionError: there is none of this id, or it is another inspection's.
        WrongFileError: it is in another state than those that are named.
    """
    row = session.get(WrongFile, identity)
    if row is None or (ref and row.inspection != ref):
        raise NoVersionError
    inspection_of(session, row.inspection, lock=True)
    session.refresh(row, with_for_update=True)
    if states and row.state not in states:
        raise WrongFileError(f"{row.name} is {STATE_WORDS[row.state]}.")
    return row


STATE_WORDS = {
    WrongFileState.PUT_ASIDE: "put aside",
    WrongFileState.CONFIRMED: "being destroyed",
    WrongFileState.DESTROYED: "destroyed",
    WrongFileState.RELEASED: "released",
}
"""Each state, within a sentence."""
