"""An inspection at the check of facts with everything in it, and another with the same: what is whose can be played."""

import io
import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select

from models.keys import complaint, explanation, incoming, persons_correction, remit_concern_folder
from models.lifecycle import Stage
from models.roles import Role
from models.states import ComplaintFrom, MarkReason, PersonsRequestKind, Requester, SignInWay, ThreadKind
from models.tables import (
    ActionPlan,
    Addressee,
    Agency,
    Anchor,
    CheckResult,
    CommentFile,
    Complaint,
    Concern,
    ConcernReceipt,
    Correction,
    DocumentItem,
    DocumentUpload,
    DocumentVersion,
    Explanation,
    Finding,
    HeldMeeting,
    Inspection,
    Letter,
    LetterParagraph,
    MarkedWords,
    Membership,
    Note,
    NoteBatch,
    NoteLog,
    Paragraph,
    ParagraphVersion,
    PersonsCorrection,
    PersonsRequest,
    PlanAction,
    PlannedMeeting,
    PlanProgress,
    PlanVersion,
    Proposal,
    Remark,
    RemitConcern,
    RemitConcernVersion,
    Request,
    SignIn,
    Statement,
    Submission,
    Thread,
    TimetableStep,
    UploadSession,
)
from models.tables.base import utc_now
from tasks.accuracy.comments import comment
from tasks.accuracy.files import attach
from tasks.assuring.threads import open_thread
from tasks.concerns.raising import ConcernWords, raise_concern
from tasks.documents.sending import send_document
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import write_paragraph
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.judging.judgements import record_judgement
from tasks.judging.sampled_forms import FormWords, record_form, sampled_children
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.meetings.family import PlannedWords, own_labels, plan
from tasks.meetings.records import RecordWords, record_meeting
from tasks.notes.taking import take
from tasks.people.letter_people import addressees_of
from tasks.people.persons import Entered, add_person, give_role, members
from tasks.people.sessions import begin
from tasks.people.tokens import make_token
from tasks.people.two_people import propose
from tasks.recognition.passing import ask
from tasks.remit.people import body_of, receivers
from tests.portal.driving import drafted, moved_to
from tests.portal.far_plan import with_plan
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.notes.test_taking import body
from tests.tasks.snapshots import keep, put_back

OTHER = "other-domestic-abuse-2024-20250224"
"""The other inspection: with the same agencies, and rows of its own that lead to the very same objects."""

_DEVICE = "00000000000000f1"
_BY = "programme manager: P-AAAAAAAA"
T = TypeVar("T", bound=SQLModel)


@dataclass(frozen=True)
class Far:
    """The inspection, who is signed in to it, and what is whose.

    Attributes:
        ref: the inspection.
        secrets: of a session of somebody, by role; of people of agencies by kind of agency.
        people: their references.
        token: of a program of the police.
        own: what places in addresses name, where it is theirs who look: of the police, the team, the manager.
        of_another_agency: the same where it is another agency's, which is in the right inspection.
        of_another_inspection: the same where it is another inspection's.
    """

    ref: str
    secrets: dict[str, str]
    people: dict[str, str]
    token: str
    own: dict[str, str]
    of_another_agency: dict[str, str]
    of_another_inspection: dict[str, str]


@lru_cache(maxsize=1)
def far(kept: str) -> Far:
    """Take Slough's rehearsal to the check of facts once, and keep what the ledger holds then under `far`.

    Args:
        kept: the rehearsal, of which the ledger at open evaluations is kept.
    """
    put_back("chosen")
    moved_to(kept, Stage.FIELDWORK)
    secrets, people = _signed_in(kept)
    words = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(kept, words, by=f"lead_inspector: {people['lead']}")
    take(kept, people["lead"], body(_DEVICE, 1, "seen"), signed_in=True)
    looked_at, councils = _looked_at(kept, people["lead"]), _document(kept, "local_authority")
    councils_upload = _document_upload(councils)["document_upload"]
    moved_to(kept, Stage.FINDINGS_DRAFTING)
    drafted(kept)
    ours = _of_agency(kept, "police", "pol-1")
    ours |= looked_at
    ours["comment_id"] = _commented(kept)
    ours["identity"] = raise_concern(
        kept, ConcernWords("A child", "A danger"), once="far", by=f"inspector: {people['lead']}"
    )
    ours |= _written(kept, people)
    ours |= {"ref": kept, "finding_id": "F01", "note": f"{_DEVICE}-1", "person": people["lead"]}
    with transaction() as session:
        request = f"{kept}-pro-1"
        ours["decision"] = propose(session, kept, "waive-request", request, {"request": request, "reason": "X"}, by=_BY)
        for receipt in session.exec(select(ConcernReceipt)).all():
            # Everybody at the agency may read it by now.
            receipt.widened_at = utc_now()
        due = session.get_one(Inspection, kept).now() + timedelta(days=90)
        key = session.get_one(Submission, ours["submission_id"]).key
        statement = Statement(inspection=kept, needed=True, principal_authority="Slough", due_at=due, sha256="0" * 64)
        statement.authority_agency, statement.published_on = f"{kept}/local_authority", due.date()
        statement.key, statement.received_at = key, utc_now()
        session.add(statement)
        with_plan(session, kept)
        _explained(session, kept, ours)
        session.flush()
        ours["correction"] = _wrong_of_a_person(session, kept, "police", "K-0E0")
        ours["complaint"] = _complained(session, kept, "police", "0c0")
        ours["remit_concern"] = _remit(session, kept, people["lead"], "0d0")
        theirs = {**ours, **_of_agency(kept, "local_authority", "la-da"), "item": councils}
        theirs["document_upload"] = councils_upload
        planned = session.get_one(PlannedMeeting, ours["meeting"])
        theirs["meeting"] = f"{planned.id}7"
        session.add(_copy(planned, id=theirs["meeting"], agency_id=f"{kept}/police"))
        theirs["correction"] = _wrong_of_a_person(session, kept, "local_authority", "K-0E1")
        theirs["complaint"] = _complained(session, kept, "local_authority", "0c1")
        theirs["comment_id"] = f"{ours['comment_id']}7"
        said = session.get_one(Correction, ours["comment_id"])
        session.add(_copy(said, id=theirs["comment_id"], agency_id=f"{kept}/local_authority"))
        session.flush()
        attached = session.exec(select(CommentFile).where(CommentFile.comment_id == said.id)).one()
        session.add(_copy(attached, id=f"{theirs['comment_id']}/1", comment_id=theirs["comment_id"]))
        session.flush()
        elsewhere = _copied(session, kept, ours)
        elsewhere["correction"] = _wrong_of_a_person(session, OTHER, "police", "K-0E2")
        addressee, there = session.get_one(Addressee, ours["addressee"]), {"inspection": OTHER, "agency_id": None}
        session.add(_copy(addressee, id=elsewhere["addressee"], **there))
        police = session.exec(select(Membership).where(Membership.person_id == people["police"])).one()
        council = session.exec(select(Membership).where(Membership.person_id == people["local_authority"])).one()
        ours["membership"], theirs["membership"], elsewhere["membership"] = police.id, council.id, council.id
        own, other = (
            session.exec(select(SignIn).where(SignIn.person_id == people[kind])).one().id
            for kind in ("police", "local_authority")
        )
        ours["session_id"], theirs["session_id"], elsewhere["session_id"] = own, other, other
        # Only one inspection has a second finding.
        first = session.get_one(Finding, (OTHER, "F01")).model_dump()
        session.add(Finding(**{**first, "id": "F02"}))
        elsewhere["finding_id"] = elsewhere["subject"] = "F02"
        paragraph = session.get_one(Paragraph, (OTHER, "P01"))
        version = session.get_one(ParagraphVersion, (OTHER, "P01", 1))
        session.add(_copy(paragraph, id="P90"))
        session.flush()
        session.add(_copy(version, paragraph="P90"))
        elsewhere["paragraph"] = "P90"
        # In the ledger alone: a store keeps anchors for good, and other tests make other chains of the same name.
        first_entry = audit.chain(session, kept)[0][0]
        anchored: dict[str, Any] = {
            "hash": first_entry.hash,
            "at": first_entry.at,
            "key": "0" * 16,
            "signature": "0" * 128,
        }
        session.add(Anchor(inspection=kept, number=1, **anchored))
    token, _ = make_token(kept, "police", "nightly", by="test")
    keep("far")
    return Far(kept, secrets, people, token, ours, theirs, elsewhere)


def _commented(ref: str) -> str:
    """Let the police comment on a paragraph, with a file that the scanner has looked at."""
    by, data = "police officer: P-AAAAAAAA", b"%PDF-1.7\n%%EOF\n"
    identity = comment(ref, f"{ref}/police", text="It was three days.", paragraph="P01", by=by)
    attach(identity, f"{ref}/police", io.BytesIO(data), len(data), filename="a.pdf", by=by)
    with transaction() as session:
        for row in session.exec(select(CommentFile).where(CommentFile.comment_id == identity)):
            row.checked_at = utc_now()
            session.add(row)
    return identity


def _remit(session: Session, ref: str, lead: str, identity: str) -> str:
    """Let the lead's inspectorate have written to somebody of another, and that have been sent to the lead back."""
    own = body_of(session, lead)
    other = next(each for each in receivers(session, ref, own) if each.body != own)
    key = f"{remit_concern_folder(ref, identity)}/v1.json"
    store.put_once(key, b'{"text": "It is within your remit."}')
    row = RemitConcern(id=identity, inspection=ref, from_body=own, to_body=other.body, person_id=lead, version=1)
    row.sent_at = now = utc_now()
    session.add(row)
    session.flush()
    version = RemitConcernVersion(concern_id=identity, version=1, text_key=key, text_sha256="0" * 64, written_by="test")
    version.written_at = now
    session.add(version)
    session.flush()
    return identity


def _complained(session: Session, ref: str, kind: str, identity: str) -> str:
    """Let an agency have complained."""
    body = b'{"text": "It was unfair."}'
    key = complaint(ref, identity, "complaint")
    store.put_once(key, body)
    day = session.get_one(Inspection, ref).today()
    values: dict[str, Any] = {
        "letter_version": 1,
        "received_on": day,
        "text_key": key,
        "text_sha256": "0" * 64,
        "recorded_by": "test",
    }
    agency = f"{ref}/{kind}"
    row = Complaint(id=identity, inspection=ref, came_from=ComplaintFrom.AGENCY, agency_id=agency, **values)
    row.recorded_at = utc_now()
    session.add(row)
    session.flush()
    return identity


def _wrong_of_a_person(session: Session, ref: str, kind: str, identity: str) -> str:
    """Let a person ask an agency to correct a row."""
    stored = store.put_once(persons_correction(ref, identity), b'{"words": "It was a Tuesday."}')
    day = date(2030, 1, 7)
    if session.get(PersonsRequest, "S-0E0") is None:
        choices: dict[str, Any] = {
            "kind": PersonsRequestKind.CORRECTION,
            "asked_by": Requester.SELF,
            "due_why": "1 month.",
        }
        dates: dict[str, Any] = {"received_on": day, "first_due_on": day, "due_on": day}
        session.add(PersonsRequest(id="S-0E0", who_key="", numbers=0, recorded_by="test", **choices, **dates))
        session.flush()
    query = select(Submission).join(Request).where(Request.agency_id == f"{ref}/{kind}").order_by(Submission.id)
    sent = session.exec(query).first()
    assert sent is not None
    values: dict[str, Any] = {
        "version": sent.id,
        "words_key": stored.key,
        "words_sha256": "0" * 64,
        "places": [["POL-1", "2"]],
    }
    own: dict[str, Any] = {"request_id": "S-0E0", "inspection": ref, "agency_id": f"{ref}/{kind}", "asked_by": "test"}
    session.add(PersonsCorrection(id=identity, **own, **values, due_on=day, due_why="10 working days."))
    session.flush()
    return identity


def _written(ref: str, people: dict[str, str]) -> dict[str, str]:
    """Let the lead inspector write a paragraph of the letter, and the quality assurer disagree with the finding."""
    paragraph = write_paragraph(ref, None, "main", ParagraphWords("Most act."), follows=0, by=people["lead"])
    thread = open_thread(ref, "F01", ThreadKind.DISAGREEMENT, "It was 3 days.", by=people["assurer"])
    text = f"The court named {somebody(ref)}."
    marked = ask(ref, text, MarkReason.PUBLIC, by=people["lead"])
    return {"paragraph": paragraph, "subject": "F01", "thread": thread, "words": marked}


def _looked_at(ref: str, lead: str) -> dict[str, str]:
    """Let the police send a document, the council tell of a meeting, and the lead inspector record what they saw."""
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        theme_, now = theme_of(inspection), inspection.now()
        child = next(at for at in sampled_children(session, ref) if at.label == "S1")
        label = own_labels(session, f"{ref}/local_authority")[0]
    code = theme_.judgements[0].code
    record_judgement(ref, "T1", "EA01", code, "A reason.", by=lead)
    answers = dict.fromkeys(theme_.sampled.points[child.point].questions, "yes")
    record_form(ref, "S1", FormWords("police", answers, code, "Seen."), by=lead)
    words = PlannedWords(label, "core_group", now + timedelta(days=3), "online", "chair", "A text.")
    meeting = plan(f"{ref}/local_authority", words, by="local_authority officer: P-AAAAAAAA")
    held = RecordWords("feedback", now.date(), (lead,), (), "What was said.")
    record = record_meeting(ref, held, once="far", by=f"lead_inspector: {lead}")
    with transaction() as session:
        addressee = addressees_of(session, ref)[0].id
    item = _document(ref, "police")
    return {"item": item, "meeting": meeting, "record": record, "addressee": addressee, **_document_upload(item)}


def _document_upload(item: str) -> dict[str, str]:
    """Let a program have put a document of which it has not told."""
    with transaction() as session:
        asked_for = session.get_one(DocumentItem, item)
        upload = DocumentUpload(id=f"{item}-upload", item_id=item, inspection=asked_for.inspection, uploader="test")
        session.add(upload)
        session.flush()
        store.put_once(upload.key, b"%PDF-1.7\n%%EOF\n")
        return {"document_upload": upload.id}


def _document(ref: str, kind: str) -> str:
    """Let an agency send a document that the scanner has looked at, and return the item that it answers."""
    with transaction() as session:
        query = select(DocumentItem.id).where(DocumentItem.agency_id == f"{ref}/{kind}", DocumentItem.child == "")
        item = session.exec(query.order_by(DocumentItem.id)).first()
        if item is None:
            raise LookupError(kind)
    data = b"%PDF-1.7\n%%EOF\n"
    send_document(
        item, f"{ref}/{kind}", io.BytesIO(data), len(data), filename="a.pdf", by=f"{kind} officer: P-AAAAAAAA"
    )
    with transaction() as session:
        for version in session.exec(select(DocumentVersion).where(DocumentVersion.item_id == item)):
            version.checked_at = utc_now()
            session.add(version)
    return item


def _of_agency(ref: str, kind: str, code: str) -> dict[str, str]:
    """Return the ids of a request, its version and an upload that waits, which is made here."""
    request, version = f"{ref}-{code}", f"{ref}-{code}-v1"
    with transaction() as session:
        data = store.get(session.get_one(Submission, version).key)
        upload = _upload(session, request, f"{kind}-waits".replace("_", "-"), data)
    return {"request_id": request, "submission_id": version, "submission": version, "upload_id": upload}


def _explained(session: Session, ref: str, ours: dict[str, str]) -> None:
    """Let the comparison of returns have found something in a version, which its agency has explained."""
    finding = {"rule": "ACROSS.x", "message": "Explain it.", "row": 2, "column": "x", "cell": "A2", "content": "c1"}
    across, words = f"checks/{ref}/far-across.json", explanation(ours["request_id"], "far")
    store.put_once(across, json.dumps([finding]).encode())
    given = {"message": "Explain it.", "text": "It is right.", "contents": ["c1"]}
    store.put_once(words, json.dumps(given).encode())
    session.get_one(CheckResult, ours["submission_id"]).across_key = across
    row = Explanation(
        id="far",
        request_id=ours["request_id"],
        inspection=ref,
        submission_id=ours["submission_id"],
        rule="ACROSS.x",
        column="x",
        places=1,
        key=words,
        sha256="0" * 64,
        given_by="police officer: P-AAAAAAAA",
        given_at=utc_now(),
    )
    session.add(row)


def _upload(session: Session, request: str, identity: str, data: bytes) -> str:
    key = incoming(request, identity, ".csv")
    store.put_once(key, data)
    later = utc_now() + timedelta(days=1)
    row = UploadSession(id=identity, request_id=request, key=key, extension=".csv", uploader="test", expires_at=later)
    row.awaits_sender = True
    session.add(row)
    session.flush()
    return identity


def _signed_in(ref: str) -> tuple[dict[str, str], dict[str, str]]:
    """Sign in lead inspector, inspector, quality assurer, a manager, and an officer of each of two agencies."""
    day = date(2020, 1, 1)
    with transaction() as session:
        who = {"lead": members(session, ref, Role.LEAD)[0][1], "assurer": members(session, ref, Role.ASSURER)[0][1]}
        who["manager"] = add_person(session, Entered("Mia Manager", address="mia@example.com"), by="test")
        give_role(session, who["manager"], Role.MANAGER, by="test", from_day=day)
        who["inspector"] = add_person(session, Entered("Ines Inspector", address="ines@example.com"), by="test")
        give_role(session, who["inspector"], Role.INSPECTOR, by="test", from_day=day, inspection=ref)
        for kind in ("local_authority", "police"):
            who[kind] = add_person(session, Entered(f"Officer of {kind}"), by="test")
            agency = f"{ref}/{kind}"
            give_role(session, who[kind], Role.OFFICER, by="test", from_day=day, inspection=ref, agency_id=agency)
        secrets = {name: begin(session, person, SignInWay.OWN_LINK) for name, person in who.items()}
        return secrets, {name: person.id for name, person in who.items()}


_COPIED: tuple[type[Any], ...] = (
    *(TimetableStep, Agency, Request, Submission, CheckResult, Finding, Letter, LetterParagraph),
    *(Correction, CommentFile, Complaint, RemitConcern, RemitConcernVersion),
    *(Paragraph, ParagraphVersion, Thread, Remark, MarkedWords),
    *(NoteLog, NoteBatch, Note, Concern, ConcernReceipt, Proposal, Statement),
    *(DocumentItem, DocumentUpload, DocumentVersion, PlannedMeeting, HeldMeeting),
    *(ActionPlan, PlanVersion, PlanAction, PlanProgress),
)


def _copied(session: Session, ref: str, ours: dict[str, str]) -> dict[str, str]:
    """Copy an inspection's rows into another inspection, and return the ids that they have there.

    Their keys stay: a page that let somebody in with such an id would show what is there, and not fail on nothing.
    """
    names = (
        "comment_id",
        "complaint",
        "remit_concern",
        "identity",
        "decision",
        "note",
        "meeting",
        "record",
        "thread",
        "addressee",
        "words",
    )
    random = {ours[name] for name in names} | set(session.exec(select(Remark.id)).all())
    random |= {f"{ours['meeting']}7", f"{ours['comment_id']}7", "0c1"}

    def renamed(value: object) -> object:
        if isinstance(value, str):
            head, slash, tail = value.partition("/")
            return f"{head}9{slash}{tail}" if head in random else value.replace(ref, OTHER)
        return value

    session.add(_copy(session.get_one(Inspection, ref), ref=OTHER, area_gss="E06000038", area_name="Reading"))
    session.flush()
    for table in _COPIED:
        for row in session.exec(select(table)).all():
            values = row.model_dump()
            fields = {name: value if name.endswith("key") else renamed(value) for name, value in values.items()}
            session.add(table(**fields))
        session.flush()
    elsewhere = {name: str(renamed(value)) for name, value in ours.items()}
    data = store.get(session.get_one(Submission, ours["submission_id"]).key)
    elsewhere["upload_id"] = _upload(session, elsewhere["request_id"], "police-elsewhere", data)
    return elsewhere


def _copy(row: T, **changed: object) -> T:
    return type(row)(**{**row.model_dump(), **changed})
