"""Orders to Prefect: of a signed-in person, for one run of one deployment, by a role that includes the decision."""

from datetime import timedelta

import pytest

from models.lifecycle import Stage
from models.roles import Act, Role
from models.states import SignInWay
from models.tables import Inspection, Warrant
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people import sessions
from tasks.people.access import PausedError
from tasks.people.persons import members
from tasks.people.sessions import SignedIn, signed_in
from tasks.people.warrants import NoWarrantError, actor_of, bearer, make_warrant

pytestmark = pytest.mark.parts


@pytest.fixture
def lead(reading: str) -> SignedIn:
    with transaction() as session:
        person = members(session, reading, Role.LEAD)[0][1]
        visitor = signed_in(session, sessions.begin(session, person, SignInWay.OWN_LINK))
    assert visitor is not None
    return visitor


def ordered(lead: SignedIn, deployment: str = "waive-request") -> str:
    with transaction() as session:
        return make_warrant(session, lead, deployment)


def used(warrant: str, ref: str, run: str = "run-1", act: Act = Act.DECIDE_RETURNS) -> str:
    with transaction() as session:
        return actor_of(*bearer(session, warrant, deployment="waive-request", act=act, run=run, ref=ref))


def test_l11_the_run_learns_who_ordered_it_and_in_which_role(lead: SignedIn, reading: str) -> None:
    warrant = ordered(lead)
    assert used(warrant, reading) == f"lead inspector: {lead.person}"
    # The same run may ask again, as after a restart; another run may not.
    assert used(warrant, reading) == f"lead inspector: {lead.person}"
    with pytest.raises(NoWarrantError, match="already used"):
        used(warrant, reading, "run-2")


def test_a_typed_name_or_an_order_for_another_deployment_is_none(lead: SignedIn, reading: str) -> None:
    for given in ("", "A. Lee", lead.person, lead.session, ordered(lead, "publish")):
        with pytest.raises(NoWarrantError, match="Nobody who is signed in"):
            used(given, reading)


def test_a_role_reaches_its_own_inspection_and_its_own_decisions(lead: SignedIn, reading: str) -> None:
    for ref, act in ((reading, Act.ANNOUNCE), (reading, Act.END_INSPECTION), ("another", Act.DECIDE_RETURNS)):
        with pytest.raises(NoWarrantError, match="does not include"):
            used(ordered(lead), ref, act=act)


def test_l15_an_order_means_nothing_once_the_inspection_is_paused(lead: SignedIn, reading: str) -> None:
    warrant = ordered(lead)
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.DEFERRED
    with pytest.raises(PausedError):
        used(warrant, reading)
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.RETURNS_OPEN
    assert used(warrant, reading) == f"lead inspector: {lead.person}"


def test_l15_after_signing_out_an_order_that_no_run_took_means_nothing(lead: SignedIn, reading: str) -> None:
    warrant = ordered(lead)
    with transaction() as session:
        sessions.end(session, lead.session, by=lead.person)
    with pytest.raises(NoWarrantError, match="signed out"):
        used(warrant, reading)


def test_an_old_order_means_nothing(lead: SignedIn, reading: str) -> None:
    warrant = ordered(lead)
    with transaction() as session:
        row = session.get_one(Warrant, warrant)
        row.made_at = utc_now() - timedelta(minutes=11)
        session.add(row)
    with pytest.raises(NoWarrantError, match="too old"):
        used(warrant, reading)
