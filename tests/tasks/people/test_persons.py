"""Persons: what is entered is checked, records hold references, and pages resolve them."""

import pytest

from models.refusals import Refusal, TooLongError
from models.roles import Role
from models.states import OrganisationKind
from models.tables import Person
from tasks.ground.database import transaction
from tasks.people.organisations import add_organisation
from tasks.people.persons import (
    REFERENCE,
    Entered,
    PersonError,
    UnknownPersonError,
    add_person,
    check_address,
    correct_contact,
    give_role,
    person_of,
    shown,
)
from tests.tasks.registered import BY, FROM, entered

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]


@pytest.mark.parametrize("address", ["name@example.com", " Name.Other+x@sub.example.org ", "o'neil@example.gov.uk"])
def test_an_address_of_the_right_form_is_kept_in_small_letters(address: str) -> None:
    assert check_address(address.replace("'", "")) == address.replace("'", "").strip().lower()


@pytest.mark.parametrize(
    "address", ["not a mailbox", "name@", "@example.com", "a@b", "a@b@c.org", "a@b..org", "a b@c.org", "<a@b.org>"]
)
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(PersonError, match="like name@example.com"):
        check_address(address)


@pytest.mark.parametrize("name", ["", " ", "X", "N" * 81, "A\x00Lee"])
def test_a_person_needs_a_name(name: str) -> None:
    with transaction() as session, pytest.raises(Refusal):
        add_person(session, Entered(name), by=BY)


@pytest.mark.parametrize(
    "text",
    [
        "Sign in at https://jtai.example",
        "www.jtai-portal.example now",
        "jtai-portal.com",
        "[your account](x)",
        "<a>",
        "me@example.com",
    ],
)
@pytest.mark.parametrize("field", ["name", "job"])
def test_nobody_puts_a_link_into_notices_by_the_name_that_they_give(text: str, field: str) -> None:
    entered_as = Entered(**{"name": "A Lee", "job": "officer", field: text})
    with transaction() as session, pytest.raises(PersonError, match="without web addresses") as refused:
        add_person(session, entered_as, by=BY, proven=False)
    assert refused.value.mistakes[0].field == field


@pytest.mark.parametrize("name", ["Dr. J.Smith", "O'Neil-St.John", "Zoë d'Arcy", "J. R. van den Berg"])
def test_a_name_with_points_is_a_name(name: str) -> None:
    with transaction() as session:
        assert add_person(session, Entered(name, "Head of service/MASH"), by=BY).name == name


def test_l5_a_record_holds_the_reference_and_a_page_shows_the_name() -> None:
    reference = entered("Lena Lead", job="inspector")
    assert REFERENCE.fullmatch(reference)
    with transaction() as session:
        assert shown(session, f"lead_inspector: {reference}") == "Lena Lead, inspector"
        assert shown(session, f"kept, by {reference} (slips).") == "kept, by Lena Lead, inspector (slips)."
        assert shown(session, "agency: Police") == "agency: Police"
        assert shown(session, "inspector: P-00000000") == "P-00000000"


def test_a_name_that_is_not_proven_says_so_wherever_it_is_shown() -> None:
    with transaction() as session:
        person = add_person(session, Entered("A Lee"), by=BY, proven=False)
        assert shown(session, person.id) == "A Lee (name not proven)"


def test_a_person_who_left_is_chosen_no_more() -> None:
    reference = entered("Lena Lead")
    with transaction() as session:
        session.get_one(Person, reference).ended_at = session.get_one(Person, reference).entered_at
    with transaction() as session, pytest.raises(UnknownPersonError, match="people page"):
        person_of(session, reference)


@pytest.mark.parametrize(("role", "ref"), [(Role.MANAGER, "reading"), (Role.LEAD, None)])
def test_a_role_belongs_to_an_inspection_or_to_the_programme(role: Role, ref: str | None) -> None:
    reference = entered("Lena Lead")
    with transaction() as session, pytest.raises(PersonError, match="Choose"):
        give_role(session, person_of(session, reference), role, by=BY, from_day=FROM, inspection=ref)


@pytest.mark.parametrize(("field", "most"), [("job", 80), ("telephone", 40)])
def test_nothing_that_was_entered_of_a_person_is_cut(field: str, most: int) -> None:
    with transaction() as session:
        person = add_person(session, Entered("A Lee", **{"job": "x", field: "x y " * (most // 4)}), by=BY)
        assert getattr(person, field) == ("x y " * (most // 4)).strip()
        with pytest.raises(TooLongError, match=f"Enter {most} characters or fewer"):
            add_person(session, Entered("A Lee", **{"job": "x", field: "x" * (most + 1)}), by=BY)
    with transaction() as session, pytest.raises(TooLongError):
        correct_contact(session, person, address="a@example.com", telephone="1" * 41, by=BY)
    with transaction() as session, pytest.raises(TooLongError):
        add_organisation(session, OrganisationKind.POLICE, "x" * 121, by=BY)
