"""How the facts of the rehearsal's draft letter are checked: comments, a changed paragraph, replies and the close."""

from sqlmodel import select

from deployments.demo.assuring import letter_is_read
from deployments.demo.inspecting import record
from deployments.demo.people import Decider
from deployments.demo.rehearsal import RECORDER, REVIEWER, Rehearsal
from deployments.demo.watch import StoryError, nudge_sweep, until
from deployments.demo.words import (
    COMMENT,
    FOURTH,
    NEW_FORM,
    REMIT_CONCERN,
    REPLIES,
    REVIEWS,
    WHOLE_COMMENT,
    corrected,
    findings_of_theme,
    record_of_form,
)
from models.ids import agency_name
from models.lifecycle import Stage
from models.roles import TEAM_ROLES
from models.states import LetterStatus
from models.tables import Correction, Letter, RemitConcern
from models.timetable import add_working_days
from tasks.accuracy.comments import corrections_of
from tasks.accuracy.files import files_of
from tasks.accuracy.replying import changes_since
from tasks.accuracy.sent import sent_letter
from tasks.drafting.draft import DraftParagraph
from tasks.drafting.loading import current_draft
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.people.persons import members


def facts_are_checked(rehearsal: Rehearsal) -> str:
    """Two agencies comment on the draft; inspectors change a paragraph, reply, and close the check of facts."""
    due = rehearsal.day("factual_accuracy_due")
    rehearsal.clock(add_working_days(due, -6), 10)
    if rehearsal.stage() == Stage.FACTUAL_ACCURACY and not _closed(rehearsal.ref):
        agencies_comment(rehearsal)
        paragraph_is_corrected(rehearsal)
        comments_get_replies(rehearsal)
        concern_is_written(rehearsal)
        rehearsal.clock(due, 10)
        letter_is_read(rehearsal)
        rehearsal.submit(Decider.LEAD, "factual-accuracy", inspection=rehearsal.ref)
    until("the pre-publication letter is out", lambda: rehearsal.past(Stage.PRE_PUBLICATION), nudge_sweep)
    copy_is_read(rehearsal)
    return "2 comments, with a file: 1 accepted with the paragraph that changed, 1 declined"


def _closed(ref: str) -> bool:
    with transaction() as session:
        return session.get(Letter, (ref, LetterStatus.PRE_PUBLICATION, 1)) is not None


def agencies_comment(rehearsal: Rehearsal) -> None:
    """The council comments on a paragraph with a file that shows it, another agency on the whole letter."""
    with transaction() as session:
        commented = {agency_name(row.agency_id) for row in corrections_of(session, rehearsal.ref)}
    page = "/letter/comments/new"
    if "local_authority" not in commented:
        council, at = rehearsal.person("local_authority"), _sent(rehearsal.ref).id
        council.get("/letter/paragraphs")
        file = {"file": ("review-form.txt", record_of_form())}
        council.submit(f"{page}?at={at}", "/letter/comments", {"subject": at, "text": COMMENT}, files=file)
    other = _other(rehearsal)
    if other not in commented:
        person = rehearsal.person(other)
        person.get("/letter/paragraphs")
        # A form with a file field is sent as one, also where no file was chosen.
        none = {"file": ("", b"")}
        person.submit(page, "/letter/comments", {"subject": "", "text": WHOLE_COMMENT}, files=none)


def _other(rehearsal: Rehearsal) -> str:
    return next(kind for kind in rehearsal.setting.theme.in_scope if kind != "local_authority")


def _sent(ref: str) -> DraftParagraph:
    """Return the paragraph of the draft that says what the council corrects."""
    with transaction() as session:
        letter = sent_letter(session, ref)
    paragraphs = [each for each in letter.paragraphs.values() if REVIEWS in each.text] if letter else []
    if not paragraphs:
        raise StoryError("The draft letter does not say what the council corrects.")
    return paragraphs[0]


def paragraph_is_corrected(rehearsal: Rehearsal) -> None:
    """An inspector changes the paragraph, and the finding on which it rests."""
    ref, at = rehearsal.ref, _sent(rehearsal.ref).id
    with transaction() as session:
        finding = next(row for row in findings_of(session, ref) if row.id == FOURTH)
        now = next(each for each in current_draft(session, ref).paragraphs if each.id == at)
    if finding.version == 1:
        fourth = findings_of_theme(rehearsal.setting.theme, rehearsal.chosen())[3]
        record(rehearsal, corrected(fourth), f"/inspections/{ref}/findings/{FOURTH}")
    if REVIEWS in now.text:
        values = {"seen": now.version, "heading": now.heading, "findings": list(now.findings)}
        values["text"] = now.text.replace(REVIEWS, NEW_FORM)
        page = f"/inspections/{ref}/draft/{at}"
        rehearsal.person("inspector").submit(page, page, values)


def comments_get_replies(rehearsal: Rehearsal) -> None:
    """An inspector opens the file once it is scanned, and replies to each comment."""
    page, inspector = f"/inspections/{rehearsal.ref}/comments", rehearsal.person("inspector")
    with transaction() as session:
        waiting = [row for row in corrections_of(session, rehearsal.ref) if row.waits]
    for row in waiting:
        base = f"{page}/{row.id}"
        until("the file of a comment is scanned", lambda each=row: _is_scanned(each), nudge_sweep)  # type: ignore[misc]
        with transaction() as session:
            files, changes = files_of(session, row.id), changes_since(session, row)
        for file in files:
            inspector.get(f"{base}/files/{file.number}")
        accepts = bool(row.paragraph)
        outcome = f"accepted/{changes[0]}" if accepts else "declined"
        inspector.submit(base, base, {"outcome": outcome, "text": REPLIES[accepts]})


def _is_scanned(row: Correction) -> bool:
    with transaction() as session:
        return all(file.readable for file in files_of(session, row.id))


def concern_is_written(rehearsal: Rehearsal) -> None:
    """An inspector of one inspectorate writes to one of another on what is within that one's remit."""
    with transaction() as session:
        query = select(RemitConcern).where(RemitConcern.inspection == rehearsal.ref)
        written, people = session.exec(query).first(), members(session, rehearsal.ref, *TEAM_ROLES)
    references = {person.name: person.id for _, person in people}
    to = references.get(rehearsal.person(REVIEWER).name)
    if written is None and to:
        page = f"/inspections/{rehearsal.ref}/remit/new"
        rehearsal.person(RECORDER).submit(page, page, {"seen": "0", "to": to, "text": REMIT_CONCERN})


def copy_is_read(rehearsal: Rehearsal) -> None:
    """Agencies open the copy under embargo and the replies; whoever the concern is to says that they have it."""
    for kind in dict.fromkeys(("local_authority", _other(rehearsal))):
        person = rehearsal.person(kind)
        person.get("/letter/view")
        person.get("/letter/replies")
    with transaction() as session:
        query = select(RemitConcern).where(RemitConcern.inspection == rehearsal.ref)
        waiting = [row.id for row in session.exec(query) if row.sent_at and not row.acknowledged_at]
    for identity in waiting:
        page = f"/inspections/{rehearsal.ref}/remit/{identity}"
        rehearsal.person(REVIEWER).submit(page, f"{page}/acknowledge")
