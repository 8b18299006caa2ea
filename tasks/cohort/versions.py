"""Versions of the cohort: which one is in force, and which one nobody has decided about yet."""

from typing import Any

from sqlmodel import Session, col, select

from models.actors import inspectorate
from models.ids import within
from models.states import CohortStep
from models.tables import Cohort, CohortDecision, Inspection, SampleDraw
from models.themes import Theme
from models.words import plain, plural
from tasks.ledger import audit

KEEP_DAYS = 365
"""Frozen cohorts and drawn samples stay under object lock for so long; retention destroys them afterwards."""

_COUNCIL = "local_authority"


def cohorts_of(session: Session, ref: str) -> list[Cohort]:
    """Return the frozen versions of an inspection's cohort, oldest first."""
    return list(session.exec(select(Cohort).where(Cohort.inspection == ref).order_by(col(Cohort.version))))


def newest_cohort(session: Session, ref: str) -> Cohort:
    """Return the newest frozen version of an inspection's cohort."""
    return cohorts_of(session, ref)[-1]


def draws_of(session: Session, ref: str) -> list[SampleDraw]:
    """Return the draws of an inspection, the first one first."""
    return list(session.exec(select(SampleDraw).where(SampleDraw.inspection == ref).order_by(col(SampleDraw.version))))


def newest_draw(session: Session, ref: str) -> SampleDraw | None:
    """Return the newest draw of an inspection, or None."""
    return next(reversed(draws_of(session, ref)), None)


def approved_draw(session: Session, ref: str) -> SampleDraw | None:
    """Return the newest draw of an inspection that was approved, or None."""
    return next((drawn for drawn in reversed(draws_of(session, ref)) if drawn.approved_by), None)


def cohort_of(session: Session, drawn: SampleDraw) -> Cohort:
    """Return the version of the cohort that a sample was drawn from."""
    return session.get_one(Cohort, (drawn.inspection, drawn.cohort_version))


def decisions_in(session: Session, ref: str) -> list[CohortDecision]:
    """Return the decisions about an inspection's cohort, in order."""
    query = select(CohortDecision).where(CohortDecision.inspection == ref)
    return list(session.exec(query.order_by(col(CohortDecision.number))))


def cohort_in_force(session: Session, ref: str) -> Cohort:
    """Return the version that the next draw is taken from: the newest, unless the sample of another was kept."""
    newest, drawn = newest_cohort(session, ref), newest_draw(session, ref)
    # The decision to keep a sample is about every version up to that day's newest; a later one is open again.
    keeps = [decision for decision in decisions_in(session, ref) if decision.kind == CohortStep.KEEP]
    kept = max((decision.cohort_version for decision in keeps), default=0)
    return cohort_of(session, drawn) if drawn and newest.version <= kept else newest


def can_compare(cohort: Cohort, kind: str, theme_: Theme) -> bool:
    """Return whether the lists of a kind of agency can be compared with one of the council."""
    sent = {theme_.kind_of_source(version["code"]) for version in cohort.inputs}
    return kind != _COUNCIL and {kind, _COUNCIL} <= sent


def undecided(session: Session, drawn: SampleDraw) -> Cohort | None:
    """Return the version that is newer than the sample and that nobody has decided about; None where there is none."""
    cohort = cohort_in_force(session, drawn.inspection)
    return cohort if cohort.version > drawn.cohort_version else None


def note(
    session: Session, inspection: Inspection, kind: CohortStep, *, by: str, reason: str, **more: Any
) -> CohortDecision:
    """Record a decision about the cohort, with its audit entry; the caller has locked the inspection."""
    number = len(decisions_in(session, inspection.ref)) + 1
    version = newest_cohort(session, inspection.ref).version
    row = CohortDecision(
        inspection=inspection.ref,
        number=number,
        kind=kind,
        cohort_version=version,
        reason=reason,
        by=by,
        decided_at=inspection.now(),
        **more,
    )
    session.add(row)
    facts = {"cohort": version, "reason": reason, **more}
    actor = inspectorate(by)
    audit.append(session, row.inspection, actor=actor, action=f"cohort.{kind}", subject=row.inspection, facts=facts)
    return row


_DECISION_WORDS = {
    CohortStep.ADMIT: "{request} may come late",
    CohortStep.WITHDRAW: "{request} is no longer waited for",
    CohortStep.REBUILD: "built again after version {cohort}",
    CohortStep.KEEP: "draw {draw} kept with version {cohort}",
    CohortStep.REDRAW: "draw {draw} set aside, drawn again from version {cohort}",
}


def decision_in_words(decision: CohortDecision) -> str:
    """Return a decision about the cohort in words, with who took it and why."""
    request = within(decision.inspection, decision.request_id or "").upper()
    words = _DECISION_WORDS[decision.kind]
    what = words.format(request=request, cohort=decision.cohort_version, draw=decision.draw_version)
    return f"{what}, by {decision.by} ({plain(decision.reason)})."


def changes_in_words(cohort: Cohort) -> str:
    """Return what differs from the version before: returns by their versions, children in counts."""
    returns = [
        f"{change['code']} version {change['before'] or 'none'} replaced by {change['after'] or 'none'}"
        for change in cohort.changes["returns"]
    ]
    counts = cohort.changes["children"]
    added = plural(counts["added"], "child", "children")
    children = f"{added} added, {counts['removed']:,} removed, {counts['changed']:,} changed"
    return "; ".join([*(returns or ["the same returns"]), children])
