"""What the tests of flows ask of a running stack: its settings, Prefect's runs, a person at a form."""

from typing import Any

from deployments.demo.people import Decider, cookie_of
from deployments.demo.watch import PROPOSAL
from models.lifecycle import Stage
from models.states import WorkState
from models.tables import Base, Inspection, Request, Work
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, start_as, wait_for
from tests.stacks import until
from tests.tasks.steps import nil_but_four

THEME = "domestic-abuse-2024"
DAY = "2025-02-24"


def form(deployment: str, **values: object) -> tuple[str, str]:
    """Fill in a form of Prefect as a programme manager, and return how its run ended and what it says."""
    return form_as(Decider.MANAGER, "", deployment, **values)


def form_as(who: Decider, ref: str, deployment: str, **values: object) -> tuple[str, str]:
    """Fill in a form of Prefect as somebody who is signed in, and return how its run ended and what it says."""
    ended = wait_for(start_as(cookie_of(who, ref), deployment, dict(values)), 180)
    return str(ended["state_type"]), str(ended["state"]["message"])


def form_by_two(deployment: str, **values: object) -> tuple[str, str]:
    """Ask for what needs two people as one manager and confirm it as another; return how the last run ended."""
    state, sentence = form(deployment, **values)
    if state != "COMPLETED":
        return state, sentence
    (proposal,) = PROPOSAL.findall(sentence)
    return form_as(Decider.SECOND, "", "confirm-decision", proposal=proposal, answer="confirm")


def announced(gss: str, name: str) -> str:
    """Announce a rehearsal by the form, have all but four returns declared nil, and return its reference."""
    state, said = form(
        "announce-inspection",
        area=f"{name} ({gss})",
        theme=THEME,
        announced=DAY,
        rehearsal=True,
    )
    assert state == "COMPLETED", said
    ref = said.split()[0]
    # A sweep that is under way may have taken up a request, and issues it.
    until("the returns are open", lambda: stage_of(ref) == Stage.RETURNS_OPEN)
    nil_but_four(ref)
    return ref


def stage_of(ref: str) -> str:
    """Return the stage of an inspection."""
    with transaction() as session:
        return session.get_one(Inspection, ref).stage


def runs_of(flow: str, **wanted: object) -> list[dict[str, Any]]:
    """Return the runs of a flow, newest first."""
    body = {
        "flows": {"name": {"any_": [flow]}},
        "flow_runs": wanted,
        "sort": "START_TIME_DESC",
        "limit": 200,
    }
    return list(call("POST", "/flow_runs/filter", json=body))


def state_of(request_id: str) -> str:
    """Return the state of a request."""
    with transaction() as session:
        return session.get_one(Request, request_id).state


def being_done(kind: str) -> bool:
    """Tell whether work of a kind is claimed at this moment."""
    from sqlmodel import select

    with transaction() as session:
        return bool(session.exec(select(Work).where(Work.kind == kind, Work.state == WorkState.CLAIMED)).first())


def table_names() -> list[str]:
    """Return the names of the ledger's tables."""
    return sorted(Base.metadata.tables)
