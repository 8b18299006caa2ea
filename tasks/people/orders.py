"""What a person needs to start a run in Prefect, and the order that the run then carries (L11)."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.decisions import CONFIRM, FORMS, FRESH, WORK, right_for
from models.refusals import Refusal
from models.roles import Act
from models.tables import Inspection, Proposal, Request
from tasks.ledger import audit
from tasks.people.access import check_goes_on, door_for
from tasks.people.persons import PROGRAMME
from tasks.people.sessions import SignedIn
from tasks.people.two_people import proposal_in
from tasks.people.warrants import actor_of, make_warrant


class OrderError(Refusal):
    """A person may not start this run; the sentence says why."""


def needed(session: Session, deployment: str, values: Mapping[str, Any]) -> tuple[Act, str]:
    """Return what a person's role must include to start a run, and the inspection that it is about.

    Args:
        session: a transaction.
        deployment: that is to run.
        values: the answers of its form.

    Returns:
        The act, and the inspection's reference; empty where it concerns none, or one that does not exist.

    Raises:
        OrderError: no person starts this deployment.
    """
    if deployment == CONFIRM:
        proposal = session.get(Proposal, proposal_in(str(values.get("proposal", ""))))
        # The run itself says, in its own sentence, that nothing waits under an id.
        if proposal is None:
            return Act.SEE_INSPECTION, ""
        return right_for(proposal.act), proposal.inspection
    act = Act.START_WORK if deployment in WORK else FORMS.get(deployment)
    if act is None:
        raise OrderError("No person starts this. Choose a form that is listed under Deployments.")
    if values.get("inspection"):
        return act, str(values["inspection"]).strip()
    request = session.get(Request, str(values.get("request", "")).strip())
    return act, request.inspection if request else ""


def order(session: Session, visitor: SignedIn, deployment: str, values: Mapping[str, Any]) -> str:
    """Return the order of a signed-in person to start one run, to be given to it as its `by`; empty for work.

    Work decides nothing and needs no order; that the person started it is recorded here.

    Args:
        session: a transaction.
        visitor: who orders it.
        deployment: that is to run.
        values: the answers of its form.

    Raises:
        OrderError: no person starts this deployment, or the person's role does not include it.
        PausedError: the inspection is paused.
        SignInAgainError: it asks for a younger sign-in.
    """
    act, ref = needed(session, deployment, values)
    door = door_for(visitor.doors, act, ref)
    if door is None:
        raise OrderError(f"Your role does not include {deployment}{f' in {ref}' if ref else ''}.")
    if deployment in WORK:
        chain = ref if session.get(Inspection, ref) else PROGRAMME
        actor = actor_of(visitor.person, door)
        audit.append(session, chain, actor=actor, action="work.started", subject=deployment)
        return ""
    if deployment != CONFIRM:
        check_goes_on(session, act, ref)
    if deployment in FRESH:
        visitor.check_fresh()
    return make_warrant(session, visitor, deployment)
