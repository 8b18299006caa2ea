"""Who may start which run in Prefect, and what the run then carries."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.decisions import CONFIRM, FORMS, FRESH, WORK, is_decision
from models.lifecycle import Stage
from models.roles import AGENCY_ROLES, RIGHTS, Act, Role, may
from models.states import SignInWay
from models.tables import AuditEntry, Inspection, Warrant
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.access import PausedError
from tasks.people.orders import OrderError, needed, order
from tasks.people.persons import PROGRAMME, Entered, add_person, give_role
from tasks.people.sessions import SignedIn, SignInAgainError, begin, signed_in
from tasks.people.two_people import propose

pytestmark = pytest.mark.parts


def visitor(role: Role, ref: str | None = None) -> SignedIn:
    """Return somebody with a role who is signed in."""
    with transaction() as session:
        person = add_person(session, Entered("Alex Lee"), by="test")
        give_role(session, person, role, by="test", from_day=date(2020, 1, 1), inspection=ref)
        signed = signed_in(session, begin(session, person, SignInWay.OWN_LINK))
        assert signed is not None
        return signed


def ask(who: SignedIn, deployment: str, **values: object) -> str:
    """Return the order of somebody for a run."""
    with transaction() as session:
        return order(session, who, deployment, values)


def test_a_manager_orders_any_form_and_the_order_is_theirs(reading: str) -> None:
    manager = visitor(Role.MANAGER)
    for deployment in FORMS:
        with transaction() as session:
            row = session.get_one(Warrant, ask(manager, deployment, inspection=reading))
            assert (row.person_id, row.deployment, row.run) == (manager.person, deployment, "")


def test_a_lead_inspector_orders_in_their_own_inspection(reading: str) -> None:
    lead = visitor(Role.LEAD, reading)
    assert ask(lead, "extend-request", request=f"{reading}-pol-1")
    assert ask(lead, "decide-sample", inspection=f" {reading} ")
    assert ask(lead, "move-clock", inspection=reading)
    for deployment, values in (
        ("end-inspection", {"inspection": reading}),
        ("announce-inspection", {}),
        ("extend-request", {"request": "slough-pol-1"}),
        ("decide-sample", {"inspection": "slough"}),
        ("move-clock", {"inspection": "slough"}),
        ("decide-sample", {}),
        ("sweep", {}),
    ):
        with pytest.raises(OrderError, match=f"Your role does not include {deployment}"):
            ask(lead, deployment, **values)


def test_oversight_and_agencies_order_nothing() -> None:
    for role in (Role.OVERSIGHT, Role.PROTECTION, Role.ASSURER, Role.INSPECTOR, *AGENCY_ROLES):
        assert not {*FORMS.values(), Act.START_WORK} & RIGHTS[role], role


def test_whoever_may_not_start_work_moves_no_clock(reading: str) -> None:
    for role in (Role.INSPECTOR, Role.ASSURER, Role.OVERSIGHT):
        with pytest.raises(OrderError, match="Your role does not include move-clock"):
            ask(visitor(role, None if role is Role.OVERSIGHT else reading), "move-clock", inspection=reading)


def test_what_a_confirmation_needs_is_what_the_act_needs(reading: str) -> None:
    with transaction() as session:
        values = {"inspection": reading, "ending": "cancel"}
        proposal = propose(session, reading, "end-inspection", reading, values, by="manager: P-AAAAAAAA")
        assert needed(session, CONFIRM, {"proposal": proposal}) == (Act.END_INSPECTION, reading)
        assert needed(session, CONFIRM, {"proposal": "none"}) == (Act.SEE_INSPECTION, "")
        # However it is typed: the run itself takes it in small letters and with spaces, too.
        for typed in (proposal.lower(), f" {proposal} ", proposal.title()):
            assert needed(session, CONFIRM, {"proposal": typed}) == (Act.END_INSPECTION, reading)
    with pytest.raises(OrderError):
        ask(visitor(Role.LEAD, reading), CONFIRM, proposal=proposal)
    for role in (Role.OVERSIGHT, Role.PROTECTION):
        with pytest.raises(OrderError):
            ask(visitor(role), CONFIRM, proposal=proposal.lower())
    assert ask(visitor(Role.MANAGER), CONFIRM, proposal=proposal)


def test_work_needs_no_order_and_is_recorded(reading: str) -> None:
    manager = visitor(Role.MANAGER)
    assert ask(manager, "chase-returns", inspection=reading) == ""
    assert ask(manager, "sweep") == ""
    with transaction() as session:
        started = {
            (entry.inspection, entry.subject, entry.actor)
            for chain in (reading, PROGRAMME)
            for entry in session.query(AuditEntry).filter_by(inspection=chain, action="work.started")
        }
    actor = f"programme manager: {manager.person}"
    assert started == {(reading, "chase-returns", actor), (PROGRAMME, "sweep", actor)}


@pytest.mark.usefixtures("ledger")
def test_what_approves_publishes_or_ends_asks_for_a_fresh_sign_in() -> None:
    manager = visitor(Role.MANAGER)
    old = replace(manager, proven_at=utc_now() - timedelta(minutes=16))
    for deployment in sorted(FORMS):
        if deployment in FRESH:
            with pytest.raises(SignInAgainError):
                ask(old, deployment, inspection="reading")
        else:
            assert ask(old, deployment, inspection="reading")


@pytest.mark.usefixtures("ledger")
def test_nobody_starts_what_is_no_deployment_of_ours() -> None:
    with pytest.raises(OrderError, match="No person starts this"):
        ask(visitor(Role.MANAGER), "probe")


def test_a_deployment_either_decides_or_works() -> None:
    assert not set(FORMS) & WORK
    assert not any(is_decision(name) for name in WORK)
    assert is_decision(CONFIRM)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.LEAD])
def test_l15_a_pause_stops_orders_too_but_for_what_ends_it(reading: str, role: Role) -> None:
    who = visitor(role, None if role is Role.MANAGER else reading)
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.DEFERRED
    goes_on = {"announce-inspection", "end-inspection", "begin-thematic-report", "move-clock"}
    for deployment in sorted(FORMS):
        if not may(role, FORMS[deployment]):
            continue
        if deployment in goes_on:
            assert ask(who, deployment, inspection=reading)
        else:
            with pytest.raises(PausedError, match="The inspection of Reading is paused"):
                ask(who, deployment, inspection=reading)
    with pytest.raises(PausedError):
        ask(who, "waive-request", request=f"{reading}-pol-1")
    assert ask(who, "chase-returns", inspection=reading) == ""
