"""Name, job and organisation of a person are corrected; whoever leaves has no way in left and is chosen no more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.england import world_today
from models.refusals import Refusal
from models.roles import Role
from models.states import OrganisationKind, SignInWay
from models.tables import Agency, AuditEntry, Person
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.access import doors_of
from tasks.people.changing import correct_details, leave
from tasks.people.organisations import add_organisation, people_of
from tasks.people.persons import Entered, PersonError, UnknownPersonError, add_person, give_role, person_of, shown
from tasks.people.sessions import begin, signed_in
from tasks.people.sign_in_links import LinkRefusedError, check_link, make_link, secret_of
from tests.tasks.registered import BY, FROM, entered

pytestmark = pytest.mark.parts
MANAGER = "programme manager: P-00000000"


@pytest.fixture
def officer(reading: str) -> str:
    """Return who works for the police of an inspection, has a role there and is named for concerns."""
    with transaction() as session:
        force = add_organisation(session, OrganisationKind.POLICE, "The force", by=BY).id
        session.get_one(Agency, f"{reading}/police").organisation_id = force
        session.flush()
        row = add_person(session, Entered("Ola Officer", "officer", "ola@example.com", "", force), by=BY)
        agency = f"{reading}/police"
        give_role(session, row, Role.OFFICER, by=BY, from_day=FROM, inspection=reading, agency_id=agency)
        give_role(session, row, Role.NAMED, by=BY, from_day=FROM)
        # One that begins later lets in nobody yet, and must not begin once its person is gone.
        later = world_today() + timedelta(days=9)
        give_role(session, row, Role.OVERSIGHT, by=BY, from_day=later)
        return row.id


def roles(reference: str, days: int = 0) -> list[Role]:
    with transaction() as session:
        return sorted(door.role for door in doors_of(session, reference, utc_now() + timedelta(days=days)))


@pytest.mark.usefixtures("ledger")
def test_name_and_job_are_corrected_and_the_audit_has_the_reference_alone() -> None:
    reference = entered("Ola Oficer")
    with transaction() as session:
        person = person_of(session, reference)
        correct_details(session, person, name=" Ola  Officer ", job="data officer", organisation=None, by=BY)
    with transaction() as session:
        assert shown(session, reference) == "Ola Officer, data officer"
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "person.corrected")).one()
        assert (entry.subject, "Officer" in str(entry.facts)) == (reference, False)


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"name": ""}, "full name"), ({"name": "N 943 476 5919"}, "long number"), ({"organisation": "O-none"}, "list")],
)
def test_what_cannot_be_kept_is_refused(values: dict[str, str], sentence: str) -> None:
    reference = entered("Ola Officer")
    given: dict[str, Any] = {"name": "Ola Officer", "job": "", "organisation": None, **values}
    with transaction() as session, pytest.raises(Refusal, match=sentence):
        correct_details(session, person_of(session, reference), **given, by=BY)


@pytest.mark.usefixtures("ledger")
def test_a_name_that_is_not_proven_stays_for_by_it_the_mailbox_knows_them_again() -> None:
    with transaction() as session:
        person = add_person(session, Entered("A Lee"), by=BY, proven=False)
        with pytest.raises(PersonError, match="shared mailbox"):
            correct_details(session, person, name="Amy Lee", job="", organisation=None, by=BY)
        correct_details(session, person, name="A Lee", job="clerk", organisation=None, by=BY)
        assert shown(session, person.id) == "A Lee, clerk (name not proven)"


def test_l15_whoever_works_elsewhere_has_no_role_for_the_organisation_before(officer: str) -> None:
    assert roles(officer) == [Role.NAMED, Role.OFFICER]
    with transaction() as session:
        other = add_organisation(session, OrganisationKind.HEALTH, "A trust", by=BY).id
        correct_details(session, person_of(session, officer), name="Ola Officer", job="", organisation=other, by=BY)
    assert roles(officer) == []
    assert roles(officer, 10) == [Role.OVERSIGHT]


def test_l15_whoever_left_has_no_way_in_and_nobody_chooses_them_again(officer: str, reading: str) -> None:
    with transaction() as session:
        person = person_of(session, officer)
        secret = begin(session, person, SignInWay.OWN_LINK)
        link = make_link(session, reading, role="officer", person="Ola", person_id=officer).id
        body = str(person.organisation_id)
    with transaction() as session:
        assert signed_in(session, secret) is not None
        check_link(session, link, secret_of(link))
    with transaction() as session:
        leave(session, person_of(session, officer), by=MANAGER)
    assert (roles(officer), roles(officer, 10)) == ([], [])
    with transaction() as session:
        assert signed_in(session, secret) is None
        with pytest.raises(LinkRefusedError):
            check_link(session, link, secret_of(link))
        assert people_of(session, body) == []
        with pytest.raises(UnknownPersonError):
            person_of(session, officer)
        # What they did keeps their name.
        assert shown(session, officer) == "Ola Officer, officer"
        entries = session.exec(select(AuditEntry).where(AuditEntry.subject == officer, AuditEntry.actor == MANAGER))
        actions = sorted(entry.action for entry in entries)
        assert actions == ["person.left", "role.ended", "role.ended", "role.ended", "signed-out"]


def test_nobody_records_of_themselves_that_they_left(officer: str) -> None:
    with transaction() as session, pytest.raises(PersonError, match="another programme manager"):
        leave(session, person_of(session, officer), by=f"programme manager: {officer}")
    with transaction() as session:
        assert session.get_one(Person, officer).ended_at is None
