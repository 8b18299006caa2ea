"""Follows a plan by the inspection's clock: progress is asked for, late actions are told, and it is closed."""

from collections import Counter

from sqlmodel import Session

from models.england import ENGLAND
from models.ids import once_key
from models.states import ActionState, PlanEnd
from models.tables import ActionPlan, Agency, Inspection, PlanRound, Statement
from models.timetable import deadline
from models.words import moment, plain, plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.letters.owed_statement import owed_by
from tasks.people.notices import write_notice
from tasks.plans.progress import open_round, waits_for
from tasks.plans.rounds import ActionStanding, answer_by, can_end, late, rounds_due
from tasks.plans.standing import PlanRefusedError, actions_of, plan_of, plan_refusal

_ACTOR = "system: sweep"


def follow(ref: str) -> list[str]:
    """Do what the day alone decides about the plan of an inspection, each thing once; return in words what it did."""
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        row = plan_of(session, ref)
        if not row.version or plan_refusal(session, inspection):
            return []
        return [*_ask(session, inspection, row), *_chase(session, inspection), *_tell_late(session, inspection)]


def standings(session: Session, ref: str) -> list[ActionStanding]:
    """Return what of each action of the newest version decides whether it is asked for or late."""
    return [ActionStanding(row.id, row.due, row.state) for row in actions_of(session, ref)]


def counts_of(session: Session, ref: str) -> dict[ActionState, int]:
    """Return how many actions of the newest version are in which state."""
    return dict(Counter(row.state for row in actions_of(session, ref)))


def _authority(session: Session, ref: str) -> Agency:
    return session.get_one(Agency, owed_by(session.get_one(Statement, ref)))


def _ask(session: Session, inspection: Inspection, row: ActionPlan) -> list[str]:
    """Ask for progress where its day has come and an action is still open."""
    ref, followed = inspection.ref, theme_of(inspection).followed
    still_open = [action.id for action in standings(session, ref) if action.is_open]
    newest = open_round(session, ref)
    began = row.began_on or inspection.today()
    due = rounds_due(began, inspection.today(), followed, newest.number if newest else 0)
    if not due or not still_open:
        return []
    by = deadline(theme_of(inspection), answer_by(inspection.today(), followed))
    session.add(PlanRound(inspection=ref, number=due[0], actions=still_open, asked_at=inspection.now(), due_at=by))
    facts = {"actions": len(still_open), "due": by.isoformat()}
    subject = once_key(ref, "plan-progress", due[0])
    audit.append(session, ref, actor=_ACTOR, action="plan.progress-asked", subject=subject, facts=facts)
    once = once_key(ref, "plan_progress", due[0])
    owed = {"actions": plural(len(still_open), "action"), "due": moment(by)}
    write_notice(session, "plan_progress", _authority(session, ref), once=once, sign_in=True, facts=owed)
    session.flush()
    return [f"progress on the plan asked for, round {due[0]}"]


def _chase(session: Session, inspection: Inspection) -> list[str]:
    """Tell the partnership and whoever leads once that a round is not answered on its day."""
    ref, current = inspection.ref, open_round(session, inspection.ref)
    left = waits_for(session, current) if current and not current.answered_at else []
    if current is None or not left or inspection.now() <= current.due_at:
        return []
    owed = {"actions": plural(len(left), "action"), "due": moment(current.due_at.astimezone(ENGLAND))}
    authority = _authority(session, ref)
    once = once_key(ref, "plan_progress_overdue", current.number)
    written = [write_notice(session, "plan_progress_overdue", authority, once=once, sign_in=True, facts=owed)]
    late_facts = {"what": f"Progress on {owed['actions']} of the plan", "due": owed["due"]}
    for role in ("lead", "manager"):
        own = once_key(once, role)
        written.append(write_notice(session, "step_overdue", role, once=own, inspection=ref, facts=late_facts))
    return ["progress on the plan overdue"] if any(written) else []


def _tell_late(session: Session, inspection: Inspection) -> list[str]:
    """Tell whoever leads once of each action that is open long after its day, or has none."""
    ref, followed = inspection.ref, theme_of(inspection).followed
    rows = {row.id: row for row in actions_of(session, ref)}
    ids = [
        identity
        for identity in late(standings(session, ref), inspection.today(), followed)
        if rows[identity].late_told_at is None
    ]
    if not ids:
        return []
    for identity in ids:
        rows[identity].late_told_at = inspection.now()
        session.add(rows[identity])
    undated = sum(rows[identity].due is None for identity in ids)
    facts = {"late": len(ids) - undated, "undated": undated, "months": followed.late_months, "actions": ids}
    audit.append(session, ref, actor=_ACTOR, action="plan.late-told", subject=ref, facts=facts)
    for role in ("lead", "manager"):
        # The moment is part of the key: other actions become late on other days, and are told of then.
        once = once_key(ref, "plan_late", f"{inspection.now():%Y%m%dT%H%M%S}", role)
        write_notice(session, "plan_late", role, once=once, inspection=ref, facts=facts)
    return [f"{plural(len(ids), 'late action')} told"]


END_LABELS = {
    PlanEnd.ALL_DONE: "Every action is done or dropped",
    PlanEnd.PERIOD_OVER: "The period in which it is followed is over",
    PlanEnd.FOLLOWED_ELSEWHERE: "The inspectorates follow it in another way",
}
"""Each reason for which a plan is closed, as people read it."""


def ends_of(session: Session, inspection: Inspection) -> list[PlanEnd]:
    """Return the reasons for which a plan can be closed today; empty where none was sent or it is closed."""
    row = plan_of(session, inspection.ref)
    if not row.version or row.closed_at:
        return []
    began = row.began_on or inspection.today()
    followed = theme_of(inspection).followed
    done, over = can_end(standings(session, inspection.ref), began, inspection.today(), followed)
    # The inspectorates may follow it in another way at any time; what the plan itself allows is offered first.
    own = [end for end, holds in ((PlanEnd.ALL_DONE, done), (PlanEnd.PERIOD_OVER, over)) if holds]
    return [*own, PlanEnd.FOLLOWED_ELSEWHERE]


def close_plan(ref: str, end: PlanEnd, *, by: str) -> None:
    """Close a plan: no more progress is asked for, and the inspection can be closed.

    Raises:
        PlanRefusedError: none was sent, it is closed, or the reason does not hold.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if refusal := plan_refusal(session, inspection):
            raise PlanRefusedError(refusal)
        if end not in ends_of(session, inspection):
            raise PlanRefusedError(
                f"The plan cannot be closed because: {END_LABELS[end].lower()}. That does not hold today.", field="why"
            )
        row = plan_of(session, ref)
        row.end, row.closed_by, row.closed_at = end, by, inspection.now()
        session.add(row)
        counts = {plain(state): number for state, number in counts_of(session, ref).items()}
        audit.append(session, ref, actor=by, action="plan.closed", subject=ref, facts={"end": end, **counts})
        once = once_key(ref, "plan_closed")
        facts = {"why": END_LABELS[end]}
        write_notice(session, "plan_closed", _authority(session, ref), once=once, sign_in=True, facts=facts)
        write_notice(session, "plan_closed", "manager", once=once_key(once, "manager"), inspection=ref, facts=facts)
