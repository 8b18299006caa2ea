"""Writes the draft of the letter: versions are only added, and nobody's newer words are written over unseen."""

from dataclasses import asdict

from sqlmodel import Session, col, func, select

from models.actors import inspector
from models.ids import paragraph_id
from models.keys import by_content, paragraph_folder
from models.lifecycle import Stage, at_stage
from models.refusals import NothingThereError, Refusal
from models.states import ParagraphState
from models.tables import Inspection, Paragraph, ParagraphVersion
from tasks.drafting.checking import ParagraphWords, checked
from tasks.drafting.draft import COMPUTED
from tasks.drafting.loading import paragraphs_of
from tasks.findings.check_closed import is_check_closed
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of

OPEN = frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY})


class DraftRefusedError(Refusal):
    """The draft of the letter cannot be changed as asked; the message says why."""


class NoParagraphError(NothingThereError):
    """There is no such paragraph in the draft."""

    def __init__(self) -> None:
        super().__init__("There is no such paragraph in the draft letter. Choose one from the draft.")


class NewerVersionError(Refusal):
    """Somebody else's newer version stands already; the writer sees both texts before theirs becomes a version.

    Attributes:
        version: the number of the newest version.
    """

    def __init__(self, version: int) -> None:
        super().__init__(
            "Somebody else has changed this paragraph since you began. Both texts are below, and yours is not lost. "
            "Put into one text what is to stand, then save it.",
            field="text",
        )
        self.version = version


def draft_refusal(inspection: Inspection) -> str:
    """Return why the draft cannot be changed now; an empty text where it can."""
    if inspection.stage in OPEN or inspection.letter_open:
        return ""
    return (
        "The draft letter is written from fieldwork until the facts are checked. "
        f"This inspection is {at_stage(inspection.stage)}."
    )


def write_paragraph(
    ref: str, paragraph: str | None, section: str, words: ParagraphWords, *, follows: int, by: str
) -> str:
    """Write a new paragraph at the end of its section, or a new version of one; the very same words change nothing.

    Args:
        ref: the inspection.
        paragraph: its id; None for a new one.
        section: code of the heading under which a new one stands.
        words: what is to stand.
        follows: the version that the writer saw; 0 for a new paragraph.
        by: who writes.

    Returns:
        The id of the paragraph.

    Raises:
        DraftRefusedError: the draft is not open.
        NoParagraphError: there is no such paragraph.
        NewerVersionError: somebody else's newer version stands, and the writer has not seen it.
        FormRefusedError: a value is wrong.
    """
    with transaction() as session:
        inspection = open_draft(session, ref)
        words = checked(session, inspection, words)
        if paragraph is None:
            row = _new(session, inspection, section)
        else:
            row = standing(session, ref, paragraph)
            newest = session.get_one(ParagraphVersion, (ref, row.id, row.version))
            # Asked first: whoever sends the very same words twice writes over nobody.
            if newest.text_sha256 == sha256(_body(words)):
                return row.id
            if follows != row.version:
                raise NewerVersionError(row.version)
        _add(session, inspection, row, words, ParagraphState.WRITTEN, by)
        return row.id


def bind(ref: str, paragraph: str, words: ParagraphWords, *, follows: int, by: str) -> None:
    """Name the cases behind a paragraph's sentences, as a version with the same words.

    What was put together from findings stays so: cases are no writing.

    Raises:
        Refusal: as in `write_paragraph`.
    """
    with transaction() as session:
        inspection = open_draft(session, ref)
        row = standing(session, ref, paragraph)
        newest = session.get_one(ParagraphVersion, (ref, row.id, row.version))
        words = checked(session, inspection, words)
        if newest.text_sha256 == sha256(_body(words)):
            return
        if follows != row.version:
            raise NewerVersionError(row.version)
        _add(session, inspection, row, words, newest.state, by)


def standing(session: Session, ref: str, paragraph: str) -> Paragraph:
    """Return a paragraph that stands in the draft.

    Raises:
        NoParagraphError: there is none.
    """
    row = session.get(Paragraph, (ref, paragraph))
    if row is None or row.removed_at is not None:
        raise NoParagraphError
    return row


def move_paragraph(ref: str, paragraph: str, step: int, *, by: str) -> None:
    """Move a paragraph within its section: -1 towards its beginning, 1 towards its end.

    Raises:
        DraftRefusedError: the draft is not open.
        NoParagraphError: there is no such paragraph.
    """
    with transaction() as session:
        open_draft(session, ref)
        row = standing(session, ref, paragraph)
        order = [each for each in paragraphs_of(session, ref) if each.section == row.section]
        place = order.index(row)
        other = place + (1 if step > 0 else -1)
        if not 0 <= other < len(order):
            return
        order[place], order[other] = order[other], order[place]
        # All are numbered anew, since what was taken out of the section has left gaps.
        for position, each in enumerate(order, 1):
            each.position = position
            session.add(each)
        facts: dict[str, object] = {"section": row.section, "order": [each.id for each in order]}
        audit.append(session, ref, actor=inspector(by), action="letter.ordered", subject=row.id, facts=facts)


def remove_paragraph(ref: str, paragraph: str, *, follows: int, by: str) -> None:
    """Take a paragraph out of the draft; its versions stay, and it can be put back.

    Raises:
        DraftRefusedError: the draft is not open.
        NoParagraphError: there is no such paragraph.
        NewerVersionError: somebody has changed it since whoever removes it saw it.
    """
    with transaction() as session:
        inspection = open_draft(session, ref)
        row = standing(session, ref, paragraph)
        if follows != row.version:
            raise NewerVersionError(row.version)
        row.removed_by, row.removed_at = by, inspection.now()
        session.add(row)
        _record(session, ref, "letter.paragraph-removed", row.id, by, {"version": row.version})


def restore_paragraph(ref: str, paragraph: str, *, by: str) -> None:
    """Put a paragraph that was removed back at the end of its section; one that stands stays as it is.

    Raises:
        DraftRefusedError: the draft is not open.
        NoParagraphError: there never was such a paragraph.
    """
    with transaction() as session:
        open_draft(session, ref)
        row = session.get(Paragraph, (ref, paragraph))
        if row is None:
            raise NoParagraphError
        if row.removed_at is None:
            return
        row.removed_by, row.removed_at, row.position = None, None, _end(session, ref, row.section)
        session.add(row)
        _record(session, ref, "letter.paragraph-restored", row.id, by, {"version": row.version})


def removed_paragraphs(session: Session, ref: str) -> list[Paragraph]:
    """Return the paragraphs that were taken out of the draft."""
    query = select(Paragraph).where(Paragraph.inspection == ref, col(Paragraph.removed_at).is_not(None))
    return list(session.exec(query.order_by(Paragraph.id)))


def add_put_together(session: Session, inspection: Inspection, section: str, words: ParagraphWords, *, by: str) -> None:
    """Add a paragraph that was put together from findings and is not written yet; the caller commits."""
    _add(session, inspection, _new(session, inspection, section), words, ParagraphState.PUT_TOGETHER, by)


def open_draft(session: Session, ref: str) -> Inspection:
    """Lock an inspection whose draft may be changed, and return it.

    Raises:
        DraftRefusedError: the draft is not open.
    """
    # Locked, so that of two writers at the same moment the second sees the first one's version.
    inspection = inspection_of(session, ref, lock=True)
    if refusal := draft_refusal(inspection):
        raise DraftRefusedError(refusal)
    if is_check_closed(session, ref):
        raise DraftRefusedError("The check of the facts is closed, so the draft letter stays as it is.")
    return inspection


def _new(session: Session, inspection: Inspection, section: str) -> Paragraph:
    codes = {heading.code for heading in theme_of(inspection).letter.headings} - COMPUTED
    if section not in codes:
        raise DraftRefusedError("There is no such section in the letter. Choose one from the draft.")
    number = session.exec(select(func.count()).where(Paragraph.inspection == inspection.ref)).one()
    end = _end(session, inspection.ref, section)
    return Paragraph(inspection=inspection.ref, id=paragraph_id(number + 1), section=section, position=end, version=0)


def _end(session: Session, ref: str, section: str) -> int:
    query = select(func.max(Paragraph.position)).where(Paragraph.inspection == ref, Paragraph.section == section)
    return (session.exec(query).one() or 0) + 1


def _body(words: ParagraphWords) -> bytes:
    return canonical_json(asdict(words))


def _add(
    session: Session, inspection: Inspection, row: Paragraph, words: ParagraphWords, state: ParagraphState, by: str
) -> None:
    body = _body(words)
    digest, before = sha256(body), row.version
    row.version += 1
    # The words before their row: a row must never name an object that is not there.
    key = by_content(paragraph_folder(inspection.ref, row.id), f"v{row.version}", digest, "json")
    store.put_once(key, body, content_type="application/json")
    version = ParagraphVersion(
        inspection=inspection.ref,
        paragraph=row.id,
        version=row.version,
        follows=before,
        text_key=key,
        text_sha256=digest,
        findings=list(words.findings),
        bound=sum(1 for each in words.bindings if each.cases or each.against),
        state=state,
        written_by=by,
        written_at=inspection.now(),
    )
    session.add_all([row, version])
    session.flush()
    facts: dict[str, object] = {"section": row.section, "version": row.version, "state": state.value, "sha256": digest}
    _record(session, inspection.ref, "letter.written", row.id, by, facts)


def _record(session: Session, ref: str, action: str, subject: str, by: str, facts: dict[str, object]) -> None:
    audit.append(session, ref, actor=inspector(by), action=action, subject=subject, facts=facts)
