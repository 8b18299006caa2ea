"""Wrong attempts: counted where every portal sees them, recorded, and no use against others."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import func, select

from models.tables import AuditEntry
from models.tables.ledger import REFUSED_ATTEMPT
from portal.pages import attempts
from portal.pages.attempts import MOST, TooManyAttemptsError, wrong_attempt
from tasks.ground.database import transaction
from tasks.ledger.audit import chain, verify
from tasks.people.persons import PROGRAMME

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]


def recorded() -> int:
    with transaction() as session:
        assert verify(*chain(session, PROGRAMME)) is None
        query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == REFUSED_ATTEMPT)
        return session.exec(query).one()


def refused(name: str) -> bool:
    try:
        wrong_attempt("link", name)
    except TooManyAttemptsError:
        return True
    return False


def test_of_many_attempts_at_once_as_many_are_recorded_as_may_be_and_the_rest_wait() -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(refused, ["a"] * (MOST + 10)))
    assert (waits.count(False), recorded()) == (MOST, MOST)


def test_one_name_or_door_is_no_hindrance_at_another() -> None:
    for _ in range(MOST):
        wrong_attempt("link", "a")
    assert refused("a")
    assert not refused("b")
    wrong_attempt("token", "a")


def test_names_that_are_made_up_do_not_fill_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_AT_DOOR", 5)
    assert [refused(str(number)) for number in range(7)] == [False] * 5 + [True] * 2
    assert recorded() == 5


def test_after_the_wait_an_attempt_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(MOST):
        wrong_attempt("link", "a")
    monkeypatch.setattr(attempts, "_WHILE", timedelta(0))
    assert not refused("a")
