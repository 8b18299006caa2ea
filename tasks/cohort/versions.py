"""Versions of the cohort: which one is owed next, which one holds, and what nobody has decided about yet."""

from typing import Any

from sqlmodel import Session, col, select

from models.actors import inspectorate
from models.ids import within
from models.states import CohortStep
from models.tables import Cohort, CohortDecision, Inspection, SampleDraw
from models.themes import Theme
from models.words import plain
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


def cohort_of(session: Session, drawn: SampleDraw) -> Cohort:
    """Return the version of the cohort that a sample was drawn from."""
    return session.get_one(Cohort, (drawn.inspection, drawn.cohort_version))


def decisions_in(session: Session, ref: str) -> list[CohortDecision]:
    """Return what was decided about an inspection's cohort, in order."""
    query = select(CohortDecision).where(CohortDecision.inspection == ref)
    return list(session.exec(query.order_by(col(CohortDecision.number))))


def cohort_in_force(session: Session, ref: str) -> Cohort:
    """Return the version that the next draw is taken from: the newest, unless the sample of another was kept."""
    newest, drawn = newest_cohort(session, ref), newest_draw(session, ref)
    kept = max((one.cohort_version for one in decisions_in(session, ref) if one.kind == CohortStep.KEEP), default=0)
    return cohort_of(session, drawn) if drawn and newest.version <= kept else newest


def can_compare(cohort: Cohort, kind: str, asked: Theme) -> bool:
    """Tell whether the lists of a kind of agency can be compared with one of the council."""
    agencies = {item.code: item.agency for item in asked.returns}
    sent = {agencies.get(one["code"]) for one in cohort.inputs}
    return kind != _COUNCIL and {kind, _COUNCIL} <= sent


def undecided(session: Session, drawn: SampleDraw) -> Cohort | None:
    """Return the version that is newer than the sample and that nobody has decided about; None where there is none."""
    found = cohort_in_force(session, drawn.inspection)
    return found if found.version > drawn.cohort_version else None


def note(
    session: Session, inspection: Inspection, kind: CohortStep, *, by: str, reason: str, **more: Any
) -> CohortDecision:
    """Record a decision about the cohort, with its audit entry; the caller has locked the inspection."""
    number = len(decisions_in(session, inspection.ref)) + 1
    version = newest_cohort(session, inspection.ref).version
    row = CohortDecision(
        inspection=inspection.ref, number=number, kind=kind, cohort_version=version, reason=reason, by=by, **more
    )
    row.decided_at = inspection.now()
    session.add(row)
    facts = {"cohort": version, "reason": reason, **more}
    actor = inspectorate(by)
    audit.append(session, row.inspection, actor=actor, action=f"cohort.{kind}", subject=row.inspection, facts=facts)
    return row


_SAID = {
    CohortStep.ADMIT: "{request} may come late",
    CohortStep.WITHDRAW: "{request} is no longer waited for",
    CohortStep.REBUILD: "built again after version {cohort}",
    CohortStep.KEEP: "draw {draw} kept beside version {cohort}",
    CohortStep.REDRAW: "draw {draw} set aside, drawn anew from version {cohort}",
}


def said(one: CohortDecision) -> str:
    """Return a decision about the cohort in words, with who took it and why."""
    request = within(one.inspection, one.request_id or "").upper()
    what = _SAID[one.kind].format(request=request, cohort=one.cohort_version, draw=one.draw_version)
    return f"{what}, by {one.by} ({plain(one.reason)})."


def changes_in_words(cohort: Cohort) -> str:
    """Return what differs from the version before: returns by their versions, children in counts."""
    returns = [
        f"{one['code']} version {one['after'] or 'none'} for {one['before'] or 'none'}"
        for one in cohort.changes["returns"]
    ]
    counts = cohort.changes["children"]
    children = f"{counts['added']:,} children came, {counts['removed']:,} left, {counts['changed']:,} changed"
    return "; ".join([*(returns or ["the same returns"]), children])
