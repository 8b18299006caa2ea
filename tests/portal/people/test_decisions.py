"""L11: a decision that waits is shown, confirmed and refused on the portal by another person, freshly signed in."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from models.states import ProposalAnswer
from models.tables import Proposal, Request, SignIn
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.jobs.second_person import lapse, take
from tasks.ledger.audit import chain
from tests.portal.driving import Driver, Outbox, aged, plain_actor, words
from tests.portal.people.test_register import manager_of

pytestmark = pytest.mark.parts


@pytest.fixture
def manager(portal: str, reading: str) -> Iterator[Driver]:  # noqa: ARG001 - there is an inspection
    """Return a programme manager who is signed in."""
    with manager_of(portal) as driver:
        yield driver


def waiver(ref: str, by: str = "programme manager: P-AAAAAAAA") -> str:
    """Ask for a waiver and return the decision that waits."""
    return take("waive-request", {"request": f"{ref}-pro-1", "reason": "EMERGENCY"}, by=by).proposal


def state(ref: str) -> str:
    """Return the state of the request that the waiver is about."""
    with transaction() as session:
        return session.get_one(Request, f"{ref}-pro-1").state


def test_l11_a_decision_is_listed_shown_and_confirmed_by_another_person(manager: Driver, reading: str) -> None:
    decision = waiver(reading)
    home = words(manager.get("/home"))
    assert "Go on without PRO-1 of" in home
    page = words(manager.get(f"/decisions/{decision}"))
    assert "An emergency in the area" in page
    assert "Lapses at" in page
    assert "Choose whether you confirm or refuse it" in words(manager.post(f"/decisions/{decision}"))
    assert state(reading) == "issued"
    done = manager.post(f"/decisions/{decision}", answer="confirm")
    assert done.url.path == "/home"
    assert "You confirmed this: Go on without PRO-1" in words(done)
    assert state(reading) == "waived"
    assert "confirmed this" in words(manager.get(f"/decisions/{decision}"))
    with transaction() as session:
        entries, _ = chain(session, reading)
    confirmed = next(entry for entry in entries if entry.action == "decision.confirmed")
    assert plain_actor(confirmed.actor) == "programme manager: P"
    assert confirmed.facts["asked_by"] == "programme manager: P-AAAAAAAA"


def test_a_refusal_has_a_listed_reason_and_does_nothing(manager: Driver, reading: str) -> None:
    decision = waiver(reading)
    for reason in ("", "because of Amelia"):
        refused = manager.post(f"/decisions/{decision}", answer="refuse", reason=reason)
        assert "Choose why you refuse it" in words(refused)
    assert "You refused this" in words(manager.post(f"/decisions/{decision}", answer="refuse", reason="TOO_EARLY"))
    assert state(reading) == "issued"
    with transaction() as session:
        assert session.get_one(Proposal, decision).answer == ProposalAnswer.REFUSED


def test_l11_whoever_asked_sees_it_and_cannot_answer(manager: Driver, reading: str) -> None:
    with transaction() as session:
        person = session.exec(select(SignIn).order_by(SignIn.began_at.desc())).first()  # type: ignore[attr-defined]
    assert person is not None
    decision = waiver(reading, by=f"programme manager: {person.person_id}")
    assert "You asked for this. It waits for another person." in words(manager.get(f"/decisions/{decision}"))
    assert "PRO-1" not in words(manager.get("/home"))
    answer = manager.post(f"/decisions/{decision}", page="/people", answer="confirm")
    assert "Another person must confirm it" in words(answer)
    assert state(reading) == "issued"


def test_an_answer_asks_for_a_sign_in_of_the_last_fifteen_minutes(manager: Driver, reading: str) -> None:
    decision = waiver(reading)
    aged()
    assert "Sign in again before you sign" in words(manager.get(f"/decisions/{decision}"))
    assert "Sign in again to do this" in words(manager.post(f"/decisions/{decision}", answer="confirm"))
    assert state(reading) == "issued"


def test_a_decision_that_lapsed_offers_no_answer(manager: Driver, reading: str) -> None:
    decision = waiver(reading)
    with transaction() as session:
        session.get_one(Proposal, decision).lapses_at = utc_now()
    page = manager.get(f"/decisions/{decision}")
    assert "it has lapsed and nothing was done" in words(page)
    assert "Record my answer" not in words(page)
    assert "it has lapsed" in words(manager.post(f"/decisions/{decision}", page="/people", answer="confirm"))
    assert lapse() == 1
    assert "it has lapsed and nothing was done" in words(manager.get(f"/decisions/{decision}"))
    assert "it has lapsed" in words(manager.post(f"/decisions/{decision}", page="/people", answer="confirm"))


def test_for_those_who_may_not_answer_a_decision_does_not_exist(police: Driver, manager: Driver, reading: str) -> None:
    decision = waiver(reading)
    assert police.get(f"/decisions/{decision}").status_code == 404
    assert manager.get("/decisions/D-00000000").status_code == 404


def test_l11_a_long_promise_is_asked_for_by_the_agency_and_accepted_by_the_team(
    portal: str, police: Driver, manager: Driver, reading: str
) -> None:
    day = {"until__day": "14", "until__month": "3", "until__year": "2025", "reason": "system_outage"}
    page = f"/requests/{reading}-pol-1/late"
    assert "We have asked the inspection team to accept that day for POL-1" in words(police.post(page, **day))
    with transaction() as session:
        assert session.get_one(Request, f"{reading}-pol-1").late_until is None
        (proposal,) = session.exec(select(Proposal)).all()
    assert "Accept that POL-1 of Thames Valley Police comes on Friday 14 March 2025" in words(manager.get("/home"))
    manager.post(f"/decisions/{proposal.id}", answer="confirm")
    with transaction() as session:
        promised = session.get_one(Request, f"{reading}-pol-1").late_until
    assert promised is not None
    assert promised.isoformat() == "2025-03-14"
    kinds = [notice["kind"] for notice in Outbox(portal).notices()]
    assert "decision_waits" in kinds
