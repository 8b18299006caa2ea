"""A plan is sent: a version that never changes, the rows of its actions, and word to those who review it."""

from sqlmodel import Session

from models.events import Event
from models.ids import once_key
from models.keys import by_content, plan_folder
from models.states import ACTION_OVER
from models.tables import Agency, Inspection, PlanAction, PlanVersion
from models.words import joined, plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.plans.checking import check_plan, context_of
from tasks.plans.standing import (
    PlanRefusedError,
    actions_of,
    answered_letter,
    draft_of,
    origins_of,
    owners_of,
    plan_of,
    plan_refusal,
    senders_people,
    versions_of,
)
from tasks.plans.values import Plan, unanswered


def send_plan(ref: str, *, seen: str, by: str) -> int:
    """Send the draft as the next version, and return its number; the same draft again changes nothing.

    Args:
        ref: the inspection.
        seen: digest of the draft that its sender looked at.
        by: who sends it.

    Raises:
        PlanRefusedError: no plan is taken now, there is no action, or somebody changed the draft meanwhile.
        FormRefusedError: an action cannot stand, such as one that answers a letter that was replaced.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        row, sent = plan_of(session, ref), versions_of(session, ref)
        if sent and seen == sent[0].sha256:
            return sent[0].version
        letter = answered_letter(session, ref)
        if (refusal := plan_refusal(session, inspection)) or letter is None:
            raise PlanRefusedError(refusal)
        if not row.draft_actions:
            raise PlanRefusedError("The plan has no action yet. Add one, then send it.")
        if seen != row.draft_sha256:
            raise PlanRefusedError("Somebody changed the plan after you opened this page. Look at it again.")
        draft = draft_of(session, ref)
        plan = check_plan(Plan(letter.version, draft.actions), context_of(session, inspection))
        # Words that came in a workbook meet the recogniser here for the first time.
        people = senders_people(session, ref)
        if marked := [
            each.id for each in plan.actions if people.sentence(each.action) or people.sentence(each.measure)
        ]:
            raise PlanRefusedError(
                f"Something in {joined(marked)} could tell who a child is. Open the action and save it again: its page "
                "shows what to change."
            )
        origins = origins_of(letter)
        data, number = plan.to_json(), row.version + 1
        digest = sha256(data)
        version = PlanVersion(
            inspection=ref,
            version=number,
            letter=letter.version,
            key=store.put_once(by_content(plan_folder(ref), "plan", digest, "json"), data).key,
            sha256=digest,
            actions=len(plan.actions),
            parts=len(origins),
            answered=len(origins) - len(unanswered(origins, plan.actions)),
            queries=len(plan.queries),
            sent_by=by,
            sent_at=inspection.now(),
        )
        session.add(version)
        row.version, row.began_on = number, row.began_on or inspection.today()
        # What was sent is the draft from now on: a change of it is seen by its digest.
        row.draft_key, row.draft_sha256, row.draft_queries = version.key, digest, len(plan.queries)
        session.add(row)
        _keep_actions(session, ref, plan, number)
        facts = {
            name: getattr(version, name) for name in ("letter", "sha256", "actions", "parts", "answered", "queries")
        }
        audit.append(session, ref, actor=by, action="plan.sent", subject=once_key(ref, "plan", number), facts=facts)
        _tell(session, inspection, version)
        return number


def _keep_actions(session: Session, ref: str, plan: Plan, number: int) -> None:
    """Bring the rows of the actions to what a version says; how far each is stays as it is."""
    owners = {name.casefold(): identity for name, identity in owners_of(session, ref).items()}
    rows = {row.id: row for row in actions_of(session, ref, every=True)}
    for action in plan.actions:
        row = rows.pop(action.id, None) or PlanAction(inspection=ref, id=action.id, origin="", first=number)
        if row.due != action.due and row.state not in ACTION_OVER:
            # A day that was moved is late again by its new day.
            row.late_told_at = None
        row.origin, row.owner, row.due = action.origin, owners.get(action.owner.casefold()), action.due
        row.last = None
        session.add(row)
    for left in rows.values():
        # One that was taken out before keeps the version that had it last.
        left.last = left.last or number - 1
        session.add(left)


def _tell(session: Session, inspection: Inspection, version: PlanVersion) -> None:
    facts = {
        "version": version.version,
        "actions": plural(version.actions, "action"),
        "parts": version.parts,
        "answered": version.answered,
    }
    ref = inspection.ref
    for role in ("inspector", "manager"):
        once = once_key(ref, "plan_sent", version.version, role)
        write_notice(session, "plan_sent", role, once=once, inspection=ref, facts=facts)
    tell(session, Event.PLAN_SENT, ref, ref, {"version": version.version})


def owner_of(session: Session, agency_id: str | None) -> str:
    """Return the name of an agency that owns an action; empty where a body without an account does."""
    agency = session.get(Agency, agency_id) if agency_id else None
    return agency.name if agency else ""
