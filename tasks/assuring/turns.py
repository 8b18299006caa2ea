"""Tells those whose turn it is that findings wait for them, each with a way in (L12); once for each day or version."""

from collections.abc import Iterable

from sqlmodel import Session

from models.ids import once_key
from models.lifecycle import Stage
from models.roles import TEAM_ROLES
from models.states import FindingLevel, ReadyFor
from models.tables import Inspection
from tasks.accuracy.comments import corrections_of
from tasks.assuring.passing import authors_of, passes_of
from tasks.assuring.readiness import PURPOSES, Readiness, readiness
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.people.persons import members

_TOLD_AT = frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY})


def tell_turns(ref: str) -> None:
    """Write a notice to everybody whose turn it is; whoever has one of this day, or of this version, gets no second."""
    with transaction() as session:
        inspection = inspection_of(session, ref)
        if inspection.stage not in _TOLD_AT or not findings_of(session, ref):
            return
        _tell_reviewers(session, inspection)
        for purpose in _purposes(inspection):
            state = readiness(session, inspection, purpose)
            _tell_passers(session, inspection, state)
            _tell_writers(session, inspection, state)
            # The quality assurer reads last, when each comment on the draft has its reply.
            if not any(row.waits for row in corrections_of(session, ref)):
                _tell_assurer(session, inspection, state)


def tell_writers(ref: str) -> None:
    """Tell the team once that the letter is theirs to write: a draft put together from findings is on its way."""
    with transaction() as session:
        inspection = inspection_of(session, ref)
        if inspection.stage == Stage.FACTUAL_ACCURACY:
            _tell_writers(session, inspection, readiness(session, inspection, ReadyFor.PUBLICATION))


def _purposes(inspection: Inspection) -> Iterable[ReadyFor]:
    """Return what is next: the draft letter, then publication."""
    # On site findings still come; the quality assurer is told once fieldwork is over.
    return (ReadyFor.PUBLICATION,) if inspection.stage == Stage.FACTUAL_ACCURACY else (ReadyFor.DRAFT,)


def _tell_reviewers(session: Session, inspection: Inspection) -> None:
    """Tell each inspector how many findings wait for a review that they did not write."""
    ref = inspection.ref
    passes = passes_of(session, ref)
    waiting = [row for row in findings_of(session, ref) if row.level == FindingLevel.RECORDED]
    for _, person in members(session, ref, *TEAM_ROLES):
        number = sum(1 for row in waiting if person.id not in authors_of(row, passes))
        if number:
            once, facts = _today(inspection, "findings-to-review"), {"findings": number}
            write_notice(session, "findings_to_review", person, once=once, inspection=ref, facts=facts)


def _tell_passers(session: Session, inspection: Inspection, state: Readiness) -> None:
    """Tell the lead inspector, and managers for what the lead wrote, how many findings wait for them."""
    for who in ("lead", "manager"):
        turns = [turn for turn in state.turns if turn.who == who and turn.findings]
        number = len({finding for turn in turns for finding in turn.findings})
        if number:
            once, facts = once_key(_today(inspection, "findings-to-moderate"), who), {"findings": number}
            write_notice(session, "findings_to_moderate", who, once=once, inspection=inspection.ref, facts=facts)


def _tell_writers(session: Session, inspection: Inspection, state: Readiness) -> None:
    """Tell the team once that the letter is theirs to write, when nothing else waits."""
    only_words = state.turns and all(turn.who == "inspector" and not turn.findings for turn in state.turns)
    if state.purpose == ReadyFor.PUBLICATION and only_words:
        once = once_key(inspection.ref, "letter-to-write")
        write_notice(session, "letter_to_write", "inspector", once=once, inspection=inspection.ref)


def _tell_assurer(session: Session, inspection: Inspection, state: Readiness) -> None:
    """Tell the quality assurer that they read next, once for each version."""
    if inspection.stage != Stage.FIELDWORK and state.waits_for_assurer:
        once = once_key(inspection.ref, "findings-to-assure", state.purpose.value, state.digest[:16])
        facts = {"purpose": PURPOSES[state.purpose]}
        write_notice(session, "findings_to_assure", "assurer", once=once, inspection=inspection.ref, facts=facts)


def _today(inspection: Inspection, kind: str) -> str:
    return once_key(inspection.ref, kind, inspection.today().isoformat())
