"""Says whether findings are ready for the draft letter or for publication, and if not, whose turn it is (L13)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlmodel import Session, col, select

from models.lifecycle import Stage
from models.states import FindingLevel, ParagraphState, ReadyFor, ThreadKind
from models.tables import Assurance, Finding, FindingPass, Inspection, ParagraphVersion, Thread
from models.words import joined
from tasks.assuring.passing import authors_of, lead_references, passes_of
from tasks.drafting.loading import newest_versions
from tasks.findings.findings import findings_of
from tasks.ground.digests import canonical_json, sha256
from tasks.people.persons import author_in

PURPOSES = {ReadyFor.DRAFT: "the draft letter", ReadyFor.PUBLICATION: "publication"}
"""What the quality assurer reads the findings for, in words."""

Who = Literal["inspector", "lead", "manager", "assurer"]


@dataclass(frozen=True, slots=True)
class WaitingTurn:
    """What waits, and for whom.

    Attributes:
        who: whose turn it is.
        sentence: that says so.
        findings: ids of the findings that wait; empty where it is about none.
    """

    who: Who
    sentence: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadinessFacts:
    """What readiness is decided from.

    Attributes:
        findings: that stand.
        passes: of the inspection.
        undecided: disagreements that nobody has decided.
        leads: references of those who lead the inspection.
        paragraphs: newest versions of the draft letter's paragraphs, in their order; None where they do not count.
        may_be_empty: whether a draft without any paragraph will do.
        assurance: the newest word of the quality assurer for this purpose.
    """

    findings: Sequence[Finding]
    passes: Sequence[FindingPass]
    undecided: Sequence[Thread] = ()
    leads: frozenset[str] = frozenset()
    paragraphs: Sequence[ParagraphVersion] | None = None
    may_be_empty: bool = False
    assurance: Assurance | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether findings are ready: nobody's turn is left.

    Attributes:
        purpose: what for.
        digest: of the versions that it is about.
        turns: what waits, in the order in which it is done.
    """

    purpose: ReadyFor
    digest: str
    turns: tuple[WaitingTurn, ...] = field(default=())

    @property
    def is_ready(self) -> bool:
        """Return whether nothing waits."""
        return not self.turns

    @property
    def waits_for_assurer(self) -> bool:
        """Return whether everything else is done, and the quality assurer reads next."""
        return [turn.who for turn in self.turns] == ["assurer"]

    @property
    def sentence(self) -> str:
        """Return whose turn it is, in sentences; empty where nothing waits."""
        return " ".join(turn.sentence for turn in self.turns)


def digest_of(findings: Sequence[Finding], paragraphs: Sequence[ParagraphVersion]) -> str:
    """Return what stands for the versions of findings and paragraphs: after any change it is another one."""
    versions = {
        "findings": [[row.id, row.version] for row in findings],
        "paragraphs": [[row.paragraph, row.version] for row in paragraphs],
    }
    return sha256(canonical_json(versions))


def judged(purpose: ReadyFor, standing: ReadinessFacts) -> Readiness:
    """Return whether findings are ready for a purpose. Pure."""
    digest = digest_of(standing.findings, standing.paragraphs or ())
    turns = tuple(_before_assurer(standing))
    # The quality assurer reads last: what they read is what goes out.
    return Readiness(purpose, digest, turns or tuple(_of_assurer(purpose, digest, standing.assurance)))


def _before_assurer(standing: ReadinessFacts) -> Iterator[WaitingTurn]:
    if not standing.findings:
        yield WaitingTurn("inspector", "No finding is recorded yet. Record findings on the portal, then try again.")
    yield from _of_levels(standing)
    yield from _of_disagreements(standing)
    yield from _of_draft(standing)


def _of_levels(standing: ReadinessFacts) -> Iterator[WaitingTurn]:
    for level, verb in (
        (FindingLevel.RECORDED, "to be reviewed by a second inspector"),
        (FindingLevel.REVIEWED, "to be moderated by"),
        (FindingLevel.MODERATED, "to be agreed by"),
    ):
        waiting = [row for row in standing.findings if row.level == level]
        if level == FindingLevel.RECORDED:
            if waiting:
                yield _waits("inspector", waiting, verb)
            continue
        # Nobody passes their own, so a manager does it for what the lead inspector wrote.
        own = [row for row in waiting if _is_leads_own(row, standing)]
        others = [row for row in waiting if row not in own]
        if others:
            yield _waits("lead", others, f"{verb} the lead inspector")
        if own:
            yield _waits("manager", own, f"{verb} a programme manager, since the lead inspector wrote it")


def _of_disagreements(standing: ReadinessFacts) -> Iterator[WaitingTurn]:
    rows = {row.id: row for row in standing.findings}
    for thread in sorted(standing.undecided, key=lambda each: (each.subject, each.id)):
        parties = (author_in(thread.opened_by), *_authors(rows[thread.subject], standing))
        # Nobody decides what they wrote or disagreed with.
        own = bool(standing.leads) and all(lead in parties for lead in standing.leads)
        whom = "a programme manager, since it is the lead inspector's own" if own else "the lead inspector"
        sentence = f"A disagreement on {thread.subject} waits for the decision of {whom}."
        yield WaitingTurn("manager" if own else "lead", sentence, (thread.subject,))


def _authors(row: Finding, standing: ReadinessFacts) -> tuple[str, str]:
    authors = authors_of(row, standing.passes)
    return authors.first, authors.last


def _is_leads_own(row: Finding, standing: ReadinessFacts) -> bool:
    authors = authors_of(row, standing.passes)
    return bool(standing.leads) and all(lead in authors for lead in standing.leads)


def _waits(who: Who, rows: Sequence[Finding], what: str) -> WaitingTurn:
    names = [row.id for row in rows]
    several = len(names) > 1
    what = what.replace("wrote it", "wrote them") if several else what
    return WaitingTurn(who, f"{joined(names)} {'wait' if several else 'waits'} {what}.", tuple(names))


def _of_draft(standing: ReadinessFacts) -> Iterator[WaitingTurn]:
    if standing.paragraphs is None:
        return
    if not standing.paragraphs and not standing.may_be_empty:
        yield WaitingTurn("inspector", "The draft letter has no paragraph yet. Inspectors write it on the portal.")
    names = [row.paragraph for row in standing.paragraphs if row.state == ParagraphState.PUT_TOGETHER]
    if names:
        verb = "are" if len(names) > 1 else "is"
        sentence = f"{joined(names)} of the draft letter {verb} put together from findings, not yet written."
        yield WaitingTurn("inspector", f"{sentence} Inspectors write them on the portal.")


def _of_assurer(purpose: ReadyFor, digest: str, assurance: Assurance | None) -> Iterator[WaitingTurn]:
    if assurance is None or assurance.digest != digest:
        changed = "" if assurance is None else "What the quality assurer read was changed since. "
        yield WaitingTurn(
            "assurer",
            f"{changed}The quality assurer reads the findings next, and says whether they are ready for "
            f"{PURPOSES[purpose]}.",
        )
    elif not assurance.ready:
        yield WaitingTurn(
            "lead",
            f"The quality assurer says that the findings are not ready for {PURPOSES[purpose]}. The team reads why on "
            "the portal and changes them, or asks the quality assurer to read them again.",
        )


def readiness(session: Session, inspection: Inspection, purpose: ReadyFor) -> Readiness:
    """Return whether the findings of an inspection are ready for a purpose now.

    Args:
        session: of the ledger.
        inspection: the inspection.
        purpose: the draft letter, for which findings count; or publication, for which the letter is read as well.
    """
    ref = inspection.ref
    undecided = session.exec(
        select(Thread).where(
            Thread.inspection == ref, Thread.kind == ThreadKind.DISAGREEMENT, col(Thread.settled_at).is_(None)
        )
    ).all()
    findings = findings_of(session, ref)
    stand = {row.id for row in findings}
    for_publication = purpose == ReadyFor.PUBLICATION
    standing_ = ReadinessFacts(
        findings=findings,
        passes=passes_of(session, ref),
        undecided=[each for each in undecided if each.subject in stand],
        leads=lead_references(session, ref),
        paragraphs=[version for _, version in newest_versions(session, ref)] if for_publication else None,
        # An inspection whose facts were checked before letters were written here has none to write any more.
        may_be_empty=inspection.stage == Stage.PRE_PUBLICATION,
        assurance=newest_assurance(session, ref, purpose),
    )
    return judged(purpose, standing_)


def newest_assurance(session: Session, ref: str, purpose: ReadyFor) -> Assurance | None:
    """Return what the quality assurer said last for a purpose, or None where they have said nothing."""
    rows = [row for row in assurances_of(session, ref) if row.purpose == purpose]
    return rows[-1] if rows else None


def assurances_of(session: Session, ref: str) -> list[Assurance]:
    """Return everything that the quality assurer said of an inspection, oldest first."""
    return list(session.exec(select(Assurance).where(Assurance.inspection == ref).order_by(col(Assurance.number))))


def by_level(findings: Sequence[Finding]) -> dict[FindingLevel, int]:
    """Return how many findings stand at each level, from the lowest, levels without any left out."""
    counts = {level: sum(1 for row in findings if row.level == level) for level in FindingLevel}
    return {level: number for level, number in counts.items() if number}
