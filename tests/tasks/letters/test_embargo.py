"""The copy before publication is for those to whom the letter goes, is marked until the day, and says who opened it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.events import Owed
from models.lifecycle import Stage
from models.states import LetterStatus
from models.tables import Inspection, Letter, LetterParagraph
from models.words import long
from portal.pages.letter import for_agency, record_letter_read
from tasks.drafting.loading import newest_versions
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.letters.embargo import (
    copy_of,
    copy_openings,
    embargo_of,
    embargo_words,
    may_open_copy,
    readers_of,
    tell_newly_addressed,
    unopened_by,
)
from tasks.letters.publication import close_accuracy
from tasks.people.letter_people import Addressed, address_letter, addressees_of, remove_addressee
from tests.tasks.passing import ready_for_draft, ready_for_publication
from tests.tasks.steps import moved_to, notices, taken

pytestmark = pytest.mark.parts
BY = "lead_inspector: P-A"


@pytest.fixture
def copied(fieldwork: str) -> str:
    """Return an inspection whose copy is out, addressed to the council alone."""
    words = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(fieldwork, words, by="A Lee")
    with transaction() as session:
        for row in addressees_of(session, fieldwork):
            if row.agency_id != f"{fieldwork}/local_authority":
                remove_addressee(session, fieldwork, row.id, by=BY)
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
    ready_for_draft(fieldwork)
    compile_owed(taken(Owed.COMPILE_LETTER, fieldwork))
    ready_for_publication(fieldwork)
    close_accuracy(fieldwork, by="A Lee")
    compile_owed(taken(Owed.COMPILE_LETTER, fieldwork))
    return fieldwork


def test_it_is_for_those_to_whom_the_letter_is_addressed_and_who_receive_it_by_law(copied: str) -> None:
    with transaction() as session:
        inspection = session.get_one(Inspection, copied)
        kinds = {row.kind for row in readers_of(session, inspection)}
        assert kinds == {"local_authority", "police", "health", "probation"}
        assert not may_open_copy(session, inspection, f"{copied}/education")
        letter = for_agency(session, copied, f"{copied}/police")
        assert letter is not None
        assert letter.status == LetterStatus.PRE_PUBLICATION
        assert for_agency(session, copied, f"{copied}/education") is None
    told = {str(row.agency_id).rpartition("/")[2] for row in notices(copied, "pre_publication") if row.agency_id}
    assert told == kinds


def test_whoever_is_addressed_later_is_told_then_and_once(copied: str) -> None:
    school = f"{copied}/education"
    before = len(notices(copied, "pre_publication"))
    with transaction() as session:
        address_letter(session, copied, Addressed("Ada Reed", "Head", "", school), by=BY)
        for _ in range(2):
            tell_newly_addressed(session, copied)
        assert may_open_copy(session, session.get_one(Inspection, copied), school)
    assert len(notices(copied, "pre_publication")) == before + 1


def test_nobody_is_told_of_a_copy_that_is_not_there(fieldwork: str) -> None:
    with transaction() as session:
        tell_newly_addressed(session, fieldwork)
        assert copy_of(session, fieldwork) is None
    assert notices(fieldwork, "pre_publication") == []


def test_the_copy_says_that_it_is_under_embargo_and_the_published_letter_does_not(copied: str) -> None:
    with transaction() as session:
        letter = copy_of(session, copied)
        assert letter is not None
        marked = embargo_of(session, session.get_one(Inspection, copied), letter)
        published = Letter(**{**letter.model_dump(), "status": LetterStatus.PUBLISHED})
        assert embargo_of(session, session.get_one(Inspection, copied), published) == ""
        assert embargo_of(session, session.get_one(Inspection, copied), None) == ""
    assert marked == "Under embargo until 6 May 2025, the day on which we plan to publish it."
    page = store.get(next(key for key in letter.keys if key.endswith(".html"))).decode()
    assert "Under embargo until it is published, planned for 6 May 2025." in page


def test_the_team_sees_who_opened_which_version_how_often_and_who_has_not(copied: str) -> None:
    with transaction() as session:
        inspection, letter = session.get_one(Inspection, copied), copy_of(session, copied)
        assert letter is not None
        assert len(unopened_by(session, inspection)) == 4
        for form in ("page", "pdf"):
            record_letter_read(session, letter, form, by="police officer: P-B", agency_id=f"{copied}/police")
        # The team reads it too, and is no addressee.
        record_letter_read(session, letter, "page", by=BY)
        (row,) = copy_openings(session, inspection)
        assert (row.agency, row.by, row.version, row.times) == ("Thames Valley Police", "police officer: P-B", 1, 2)
        assert row.first <= row.last
        assert row.agency not in unopened_by(session, inspection)


def test_what_a_copy_was_compiled_from_is_recorded(copied: str) -> None:
    with transaction() as session:
        versions = {row.paragraph: row.version for _, row in newest_versions(session, copied)}
        rows = session.exec(select(LetterParagraph).where(LetterParagraph.status == LetterStatus.PRE_PUBLICATION))
        assert {row.paragraph: row.paragraph_version for row in rows if row.inspection == copied} == versions


@pytest.mark.pure
@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.dates(date(2024, 1, 1), date(2030, 1, 1)))
def test_l13_a_day_that_is_over_is_no_end_of_the_embargo(planned: date, today: date) -> None:
    words = embargo_words(planned, today)
    assert long(planned) in words
    assert words.startswith("Under embargo until")
    assert ("until it is published" in words) is (today > planned)
