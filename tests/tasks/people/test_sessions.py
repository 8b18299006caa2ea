"""Sessions are kept here: ended at once, idle, too old; and a fresh sign-in for what weighs most."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models.roles import Role
from models.states import SignInWay
from models.tables import SignIn
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people import sessions
from tasks.people.persons import members
from tasks.people.sessions import SignedIn, SignInAgainError, signed_in
from tests.tasks.steps import ledger_text

pytestmark = pytest.mark.parts


@pytest.fixture
def secret(reading: str) -> str:
    with transaction() as session:
        lead = members(session, reading, Role.LEAD)[0][1]
        return sessions.begin(session, lead, SignInWay.OWN_LINK, chain=reading)


def who(secret: str) -> SignedIn | None:
    with transaction() as session:
        return signed_in(session, secret)


def moved(secret: str, **fields: timedelta) -> None:
    """Set moments of a session back by so much."""
    with transaction() as session:
        visitor = signed_in(session, secret)
        assert visitor is not None
        row = session.get_one(SignIn, visitor.session)
        for name, by in fields.items():
            setattr(row, name, getattr(row, name) - by)
        session.add(row)


def test_the_secret_of_a_session_is_nowhere_in_the_database(secret: str) -> None:
    assert who(secret) is not None
    assert secret not in ledger_text()


@pytest.mark.parametrize("wrong", ["", "x", "é"])
def test_another_secret_signs_nobody_in(secret: str, wrong: str) -> None:
    assert who(wrong) is None
    assert who(secret[:-1] + ("A" if secret[-1] != "A" else "B")) is None


def test_l15_an_ended_session_is_over_at_once_and_a_second_end_does_nothing(secret: str) -> None:
    visitor = who(secret)
    assert visitor is not None
    for _ in range(2):
        with transaction() as session:
            sessions.end(session, visitor.session, by=visitor.person)
    assert who(secret) is None


def test_l15_of_two_sign_ins_at_once_each_leaves_a_secret_that_opens(secret: str, reading: str) -> None:
    with transaction() as session:
        lead = members(session, reading, Role.LEAD)[0][1]
    both = threading.Barrier(2)

    def comes_in() -> str:
        with transaction() as session:
            assert signed_in(session, secret) is not None
            both.wait(10)
            return sessions.come_in(session, lead, SignInWay.OWN_LINK, current=secret)

    with ThreadPoolExecutor(2) as pool:
        made = [each.result() for each in [pool.submit(comes_in) for _ in range(2)]]
    assert who(secret) is None
    assert all(who(each) is not None for each in made)
    assert all(each not in ledger_text() for each in made)


def test_l15_of_two_changes_of_role_at_once_the_second_takes_no_secret_away(secret: str, reading: str) -> None:
    with transaction() as session:
        role = members(session, reading, Role.LEAD)[0][0].id
        visitor = signed_in(session, secret)
        assert visitor is not None
    with transaction() as session:
        renewed = sessions.act_as(session, visitor, secret, role)
    with transaction() as session:
        assert sessions.act_as(session, visitor, secret, role) == ""
    assert (who(secret), who(renewed) is not None) == (None, True)


def test_l15_all_sessions_of_a_person_end_together(secret: str, reading: str) -> None:
    with transaction() as session:
        lead = members(session, reading, Role.LEAD)[0][1]
        other = sessions.begin(session, lead, SignInWay.OWN_LINK)
        assert sessions.end_all(session, lead.id, by=lead.id) == 2
    assert (who(secret), who(other)) == (None, None)


def test_a_session_that_nobody_used_for_half_an_hour_is_over(secret: str) -> None:
    moved(secret, seen_at=timedelta(minutes=29))
    assert who(secret) is not None
    moved(secret, seen_at=timedelta(minutes=31))
    assert who(secret) is None


def test_a_session_ends_at_its_hour_however_busy_it_is(secret: str) -> None:
    moved(secret, expires_at=timedelta(hours=13))
    assert who(secret) is None


def test_what_weighs_most_asks_for_a_sign_in_of_the_last_quarter_of_an_hour(secret: str) -> None:
    visitor = who(secret)
    assert visitor is not None
    visitor.check_fresh()
    with pytest.raises(SignInAgainError, match="Sign in again to do this"):
        visitor.check_fresh(utc_now() + timedelta(minutes=16))
