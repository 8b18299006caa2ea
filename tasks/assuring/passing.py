"""Takes findings from level to level: recorded, reviewed, moderated, agreed; nobody passes their own (L11)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from models.actors import inspector
from models.ids import once_key
from models.keys import by_content, finding_folder
from models.lifecycle import Stage, at_stage
from models.refusals import PersonsNumberError, Refusal, has_persons_number
from models.roles import Role
from models.states import FindingLevel, ThreadKind
from models.tables import Agency, Finding, FindingPass, Inspection, Thread
from models.words import plural
from tasks.findings.check_closed import is_check_closed
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.people.persons import author_in, members
from tasks.recognition.passing import recogniser

OPEN = frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION})
"""Stages in which findings pass levels; at the last of them no finding changes any more."""

NEXT: dict[FindingLevel, FindingLevel] = {
    FindingLevel.RECORDED: FindingLevel.REVIEWED,
    FindingLevel.REVIEWED: FindingLevel.MODERATED,
    FindingLevel.MODERATED: FindingLevel.AGREED,
}
LONGEST = 2000


class PassRefusedError(Refusal):
    """A finding cannot pass, or be withdrawn, as asked; the message says why and whose turn it is."""


@dataclass(frozen=True, slots=True)
class Authors:
    """Who wrote a finding first and who changed it last, by reference."""

    first: str
    last: str

    def __contains__(self, person: str) -> bool:
        return person in (self.first, self.last)


def authors_of(row: Finding, passes: Sequence[FindingPass]) -> Authors:
    """Return the authors of a finding; of one that an earlier release recorded, whoever wrote its newest version.

    Args:
        row: the finding.
        passes: of the inspection or of this finding.
    """
    wrote = [each for each in passes if each.finding == row.id and each.level == FindingLevel.RECORDED]
    first = min(wrote, key=lambda each: each.version, default=None)
    return Authors(author_in(first.by if first else row.recorded_by), author_in(row.recorded_by))


def pass_refusal(row: Finding, level: FindingLevel, authors: Authors, person: str, threads: Sequence[Thread]) -> str:
    """Return why somebody cannot take a finding to a level; an empty text where they can.

    Whether their role includes it is asked by the door through which they come.

    Args:
        row: the finding.
        level: to which it is to pass.
        authors: of the finding.
        person: reference of who asks.
        threads: on this finding.
    """
    if row.withdrawn_at is not None:
        return f"Finding {row.id} is withdrawn."
    if NEXT.get(row.level) != level:
        return f"Finding {row.id} is {row.level.value}, so it cannot be {level.value} now."
    if person in authors:
        return f"You wrote finding {row.id} or changed it last. {_ANOTHER[level]}"
    return _unsettled(row, threads) if level == FindingLevel.AGREED else ""


_ANOTHER = {
    FindingLevel.REVIEWED: "Another inspector reviews it.",
    FindingLevel.MODERATED: "A programme manager moderates what the lead inspector wrote.",
    FindingLevel.AGREED: "A programme manager agrees what the lead inspector wrote.",
}


def _unsettled(row: Finding, threads: Sequence[Thread]) -> str:
    waiting = [each for each in threads if each.settled_at is None]
    undecided = [each for each in waiting if each.kind == ThreadKind.DISAGREEMENT]
    if undecided:
        return f"A disagreement on finding {row.id} is not decided yet. Decide it, then agree the finding."
    if waiting:
        number = plural(len(waiting), "thread of comments is", "threads of comments are")
        return f"{number} open on finding {row.id}. Resolve them, then agree the finding."
    return ""


def pass_finding(ref: str, finding_id: str, level: FindingLevel, *, version: int, by: str) -> None:
    """Take a finding to its next level; the same again changes nothing.

    Args:
        ref: the inspection.
        finding_id: the finding.
        level: to which it passes.
        version: of the finding, which the person has read.
        by: who passes it; their role includes it.

    Raises:
        PassRefusedError: it cannot pass, the person wrote it, or it changed since they read it.
    """
    with transaction() as session:
        inspection = _open(session, ref)
        row = standing(session, ref, finding_id)
        if version != row.version:
            raise PassRefusedError(
                f"Finding {finding_id} was changed since you opened it. Read version {row.version}, then decide."
            )
        done = session.get(FindingPass, (ref, finding_id, version, level))
        if done is not None and author_in(done.by) == author_in(by):
            return
        passes, threads = passes_of(session, ref), threads_on(session, ref, finding_id)
        if refusal := pass_refusal(row, level, authors_of(row, passes), author_in(by), threads):
            raise PassRefusedError(refusal)
        row.level = level
        reached = FindingPass(
            inspection=ref, finding=finding_id, version=version, level=level, by=by, at=inspection.now()
        )
        session.add_all([row, reached])
        facts: dict[str, object] = {"version": version, "level": level.value}
        audit.append(session, ref, actor=inspector(by), action="finding.passed", subject=finding_id, facts=facts)
        if level == FindingLevel.AGREED and row.category == "priority_action":
            _tell_concerned(session, row)


def _tell_concerned(session: Session, row: Finding) -> None:
    """Tell the agencies that an area for priority action is about, at once and without its words."""
    agencies = session.exec(select(Agency).where(Agency.inspection == row.inspection).order_by(Agency.id))
    for agency in agencies:
        if agency.kind in row.agencies:
            once = once_key(agency.id, "priority_action", row.id, row.version)
            write_notice(session, "priority_action", agency, once=once)


def withdraw_finding(ref: str, finding_id: str, reason: str, *, by: str) -> None:
    """Withdraw a finding with a reason; its row and its words stay.

    Raises:
        PassRefusedError: there is no such finding, the time is over, or the reason is missing or names somebody.
    """
    with transaction() as session:
        inspection = _open(session, ref)
        if inspection.stage == Stage.PRE_PUBLICATION or is_check_closed(session, ref):
            raise PassRefusedError("The facts are checked, so no finding is withdrawn any more.")
        row = standing(session, ref, finding_id)
        if mistake := words_mistake(session, ref, reason, "Enter why the finding is withdrawn."):
            raise PassRefusedError(mistake, field="text")
        body = canonical_json({"text": reason.strip()})
        key = by_content(finding_folder(ref, finding_id), "withdrawn", sha256(body), "json")
        store.put_once(key, body, content_type="application/json")
        row.withdrawn_key, row.withdrawn_by, row.withdrawn_at = key, by, inspection.now()
        session.add(row)
        facts: dict[str, object] = {"version": row.version, "level": row.level.value}
        audit.append(session, ref, actor=inspector(by), action="finding.withdrawn", subject=finding_id, facts=facts)


def words_mistake(session: Session, ref: str, text: str, lacking: str) -> str:
    """Return what is wrong with words about findings; an empty text where nothing is.

    Args:
        session: of the ledger.
        ref: the inspection.
        text: the words.
        lacking: what to say where there are none.
    """
    if not text.strip():
        return lacking
    if len(text) > LONGEST:
        return f"Use {plural(LONGEST, 'character')} or fewer."
    if has_persons_number(text):
        return PersonsNumberError("text").sentence
    return recogniser(session, ref).sentence(text)


def standing(session: Session, ref: str, finding_id: str) -> Finding:
    """Return a finding that was not withdrawn.

    Raises:
        PassRefusedError: there is none.
    """
    row = session.get(Finding, (ref, finding_id))
    if row is None or row.withdrawn_at is not None:
        raise PassRefusedError(f"There is no finding {finding_id} in this inspection, or it is withdrawn.")
    return row


def passes_of(session: Session, ref: str) -> list[FindingPass]:
    """Return who took which version of which finding to which level, in the order in which they did."""
    query = select(FindingPass).where(FindingPass.inspection == ref)
    order = list(FindingLevel)
    return sorted(session.exec(query), key=lambda each: (each.finding, each.version, order.index(each.level)))


def threads_on(session: Session, ref: str, subject: str) -> list[Thread]:
    """Return the threads on a finding or a paragraph, in the order in which they were opened."""
    query = select(Thread).where(Thread.inspection == ref, Thread.subject == subject)
    return sorted(session.exec(query), key=lambda each: (each.opened_at, each.id))


def lead_references(session: Session, ref: str) -> frozenset[str]:
    """Return the references of those who lead an inspection."""
    return frozenset(person.id for _, person in members(session, ref, Role.LEAD))


def passing_refusal(inspection: Inspection) -> str:
    """Return why no finding passes now; an empty text where one can."""
    if inspection.stage in OPEN or inspection.letter_open:
        return ""
    return (
        f"Findings pass from fieldwork until the letter is published. This inspection is {at_stage(inspection.stage)}."
    )


def _open(session: Session, ref: str) -> Inspection:
    inspection = inspection_of(session, ref, lock=True)
    if refusal := passing_refusal(inspection):
        raise PassRefusedError(refusal)
    return inspection
