"""What needs two people: asked for by one, confirmed by another, once, in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from models.tables import Proposal
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.two_people import Asked, SecondPersonError, answer, open_proposals, propose
from tests.tasks.steps import actions

pytestmark = pytest.mark.parts
FIRST, SECOND = "programme manager: P-00000001", "lead inspector: P-00000002"
VALUES = {"reason": "system_outage"}


def asked(ref: str, by: str = FIRST) -> str:
    with transaction() as session:
        return propose(session, ref, "waive-request", f"{ref}-pol-1", VALUES, by=by)


def answered(identity: str, by: str = SECOND, *, confirm: bool = True) -> Asked:
    with transaction() as session:
        return answer(session, identity, confirm=confirm, by=by)


def test_l11_another_person_confirms_and_both_are_recorded(reading: str) -> None:
    decided = answered(asked(reading))
    assert (decided.act, decided.values, decided.first, decided.second) == ("waive-request", VALUES, FIRST, SECOND)
    assert actions(reading)[-2:] == ["decision.asked", "decision.confirmed"]


@pytest.mark.parametrize("by", [FIRST, "operator: P-00000001", "P-00000001"])
def test_l11_nobody_is_the_second_person_to_themselves_in_whatever_role(reading: str, by: str) -> None:
    identity = asked(reading)
    with pytest.raises(SecondPersonError, match="Another person must confirm"):
        answered(identity, by)


def test_l11_a_typed_name_neither_asks_nor_confirms(reading: str) -> None:
    with pytest.raises(SecondPersonError, match="who have signed in"):
        asked(reading, "inspectorate: A. Lee")
    identity = asked(reading)
    with pytest.raises(SecondPersonError, match="who have signed in"):
        answered(identity, "inspectorate: B. Roe")


def test_it_lapses_after_two_days(reading: str) -> None:
    identity = asked(reading)
    with transaction() as session:
        row = session.get_one(Proposal, identity)
        row.lapses_at = utc_now() - timedelta(seconds=1)
        session.add(row)
    with pytest.raises(SecondPersonError, match="has lapsed"):
        answered(identity)
    with transaction() as session:
        assert open_proposals(session, reading) == []


def test_what_was_asked_twice_waits_once_and_is_answered_once(reading: str) -> None:
    identity = asked(reading)
    assert asked(reading, SECOND) == identity
    answered(identity, confirm=False)
    with pytest.raises(SecondPersonError, match="it was refused"):
        answered(identity)


def test_of_two_answers_at_once_one_counts(reading: str) -> None:
    identity = asked(reading)

    def attempt(number: int) -> bool:
        try:
            answered(identity, f"lead inspector: P-0000001{number}")
        except SecondPersonError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
