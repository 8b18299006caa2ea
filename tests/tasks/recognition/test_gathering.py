"""What the records say of people is gathered from every return; of an agency's writers, from its own alone."""

import pytest
from sqlmodel import select

from models.tables import Agency
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import cohort_in_force
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.recognition.gathering import people_in
from tasks.recognition.marks import MarkKind, marks
from tasks.recognition.people import NOBODY

pytestmark = pytest.mark.parts


def test_before_a_cohort_nobody_is_known(chosen: str) -> None:
    with transaction() as session:
        assert people_in(session, f"{chosen}-other") is NOBODY


def test_l5_names_numbers_homes_births_and_days_of_every_record_are_known(chosen: str) -> None:
    with transaction() as session:
        known = people_in(session, chosen)
        cohort = cohort_in_force(session, chosen)
        people, frame = identifiers_of(cohort), table_at(cohort.frame_key)
    assert len(known.children) == frame.height
    assert any(child.days for child in known.children)
    assert all(child.born for child in known.children)
    for row in people.sample(20, seed=1).iter_rows(named=True):
        for column, kind in (
            ("nhs_number", MarkKind.NUMBER),
            ("la_child_id", MarkKind.NUMBER),
            ("postcode", MarkKind.HOME),
        ):
            if row[column]:
                assert kind in {mark.kind for mark in marks(f"It was {row[column]}.", known)}, column
        if row["forename"] and row["surname"] and len(row["forename"]) > 1:
            text = f"It was {row['forename']} {row['surname']}."
            assert MarkKind.NAME in {mark.kind for mark in marks(text, known)}
        if row["date_of_birth"] and row["child"] in frame["child"]:
            text = f"A child born on {row['date_of_birth']:%d %B %Y}."
            assert MarkKind.BIRTH in {mark.kind for mark in marks(text, known)}


def test_an_agency_learns_nothing_of_what_others_hold(chosen: str) -> None:
    with transaction() as session:
        whole = people_in(session, chosen)
        agencies = [row.id for row in session.exec(select(Agency).where(Agency.inspection == chosen)).all()]
        own = {agency: people_in(session, chosen, agency) for agency in agencies}
    assert all(known.numbers <= whole.numbers for known in own.values())
    assert whole.numbers == frozenset().union(*(known.numbers for known in own.values()))
    assert any(known.numbers < whole.numbers and known.numbers for known in own.values())
