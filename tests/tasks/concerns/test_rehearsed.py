"""In a rehearsal somebody is named at council and police, hears of a concern, and has nothing else to do there."""

import pytest
from sqlmodel import select

from models.roles import Role
from models.tables import Agency, ConcernReceipt, Notice, Person
from models.tables.base import utc_now
from tasks.concerns.answering import acknowledge, read_at_agency
from tasks.concerns.raising import ConcernWords, NoConcernError, raise_concern, without_named_person
from tasks.ground.database import transaction
from tasks.people.access import Door, lasting_doors_of
from tasks.people.persons import PersonError, contacts, give_role, lead_of, named_at, team_of

pytestmark = pytest.mark.parts
WORDS = ConcernWords("Zebedee Quill, born 2 May 2021", "His mother's partner threatened to take him tonight.")


def named(ref: str, kind: str) -> str:
    """Return who is named at an agency of a kind."""
    with transaction() as session:
        (person,) = named_at(session, session.get_one(Agency, f"{ref}/{kind}"))
        assert person.made_up
        return person.id


def doors(reference: str) -> tuple[Door, ...]:
    with transaction() as session:
        return lasting_doors_of(session, reference, utc_now())


def test_nobody_is_lacking_in_a_rehearsal_and_the_named_are_neither_team_nor_contacts(reading: str) -> None:
    people = {named(reading, kind) for kind in ("local_authority", "police")}
    assert len(people) == 2
    with transaction() as session:
        assert without_named_person(session, reading) == []
        assert people.isdisjoint(person.id for _, person in team_of(session, reading))
        # What its agencies are asked for still goes to their shared mailboxes.
        assert contacts(session, f"{reading}/police") == []


def test_l12_a_concern_of_a_rehearsal_reaches_who_is_named_and_is_answered(reading: str) -> None:
    with transaction() as session:
        lead = lead_of(session, reading)
        assert lead is not None
    identity = raise_concern(reading, WORDS, once="a", by=f"lead inspector: {lead.id}")
    council, police = named(reading, "local_authority"), named(reading, "police")
    with transaction() as session:
        reached = session.exec(select(Notice.person_id).where(Notice.kind == "concern_raised")).all()
    assert set(reached) == {council, police}
    assert read_at_agency(identity, doors(police), police).words == WORDS
    acknowledge(identity, doors(police), police)
    with transaction() as session:
        by_agency = {row.agency_id: row for row in session.exec(select(ConcernReceipt))}
    assert by_agency[f"{reading}/police"].answered_by == police
    assert by_agency[f"{reading}/local_authority"].answered_at is None
    with pytest.raises(NoConcernError):
        read_at_agency(identity, (), police)


def test_nobody_real_is_named_within_one_inspection(reading: str) -> None:
    with transaction() as session:
        person = Person(id="P-REALREAL", name="Rhea Real", entered_by="test")
        session.add(person)
        session.flush()
        with pytest.raises(PersonError, match="Choose no inspection"):
            give_role(
                session,
                person,
                Role.NAMED,
                by="test",
                from_day=utc_now().date(),
                inspection=reading,
                agency_id=f"{reading}/police",
            )
