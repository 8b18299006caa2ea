"""Who began an upload and may send no more when its file comes."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.ids import agency_id
from models.roles import Role
from models.settings import settings
from models.tables import Membership, Request
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, end_role, give_role
from tasks.people.senders import NO_LONGER, may_still_send
from tasks.people.tokens import make_token, revoke_tokens
from tasks.returns.arrivals import object_arrived
from tasks.returns.uploads import confirm_upload, open_permitted, permit_for

ROWS = b"incident_ref\n1\n"


@pytest.fixture
def officer(area: str) -> str:
    """Return how the audit names somebody who sends for the police."""
    return officer_of(area, "police")


def officer_of(area: str, kind: str) -> str:
    with transaction() as session:
        person = add_person(session, Entered("Jo Sender", "data officer", f"jo@{kind}.example.org"), by="test")
        agency, today = agency_id(area, kind), utc_now().date()
        give_role(session, person, Role.OFFICER, by="test", from_day=today, inspection=area, agency_id=agency)
        return f"{kind} data officer: {person.id}"


def role_ends(sender: str) -> None:
    with transaction() as session:
        (role,) = session.exec(select(Membership).where(Membership.person_id == sender.partition(": ")[2]))
        end_role(session, role.id, by="test")


def may(area: str, sender: str, kind: str = "police", *, ago: int = 0) -> bool:
    now = utc_now()
    with transaction() as session:
        return may_still_send(session, agency_id(area, kind), sender, began=now - timedelta(minutes=ago), now=now)


def test_l15_a_person_sends_while_they_have_a_role_in_the_agency(area: str, officer: str) -> None:
    assert may(area, officer)
    assert not may(area, officer, "probation")
    role_ends(officer)
    assert not may(area, officer)


def test_l15_a_program_sends_by_the_token_with_which_it_began(area: str) -> None:
    assert not may(area, "police program: exports")
    make_token(area, "police", "exports", by="test")
    assert may(area, "police program: exports")
    assert not may(area, "police program: exports", ago=1)
    assert not may(area, "probation program: exports", "probation")
    revoke_tokens(area, "police", by="test")
    assert not may(area, "police program: exports")


def test_a_token_that_is_named_like_a_person_is_a_token_all_the_same(area: str, officer: str) -> None:
    assert not may(area, officer.replace("data officer", "program"))


def test_the_operator_sends_at_a_terminal(area: str) -> None:
    assert may(area, "operator: command line")


def test_l15_what_is_put_after_a_role_has_ended_counts_only_once_a_colleague_reports_it(
    area: str, officer: str
) -> None:
    permit = permit_for(f"{area}-pol-1", agency_id(area, "police"))
    first, second = (open_permitted(permit, "a.csv", uploader=officer, ahead=True) for _ in range(2))
    role_ends(officer)
    for upload in (first, second):
        store.put_once(upload.key, ROWS)
    assert object_arrived(settings().s3_bucket, first.key) is None
    with transaction() as session:
        assert session.get_one(type(first), first.id).refused == NO_LONGER
        assert session.get_one(Request, first.request_id).current_version == 0
    assert confirm_upload(second.id, agency_id(area, "police")).version == 1
