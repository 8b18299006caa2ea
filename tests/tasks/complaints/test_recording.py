"""A complaint within ten working days is in time; a late one is recorded with its reason; each holds destruction."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.england import ENGLAND
from models.refusals import FormRefusedError
from models.tables import Complaint, Inspection
from models.timetable import add_working_days, is_working_day
from tasks.complaints.recording import (
    WITHIN,
    ComplaintError,
    ComplaintWords,
    NoComplaintError,
    complaint_of,
    complaint_refusal,
    complaints_of,
    complaints_until,
    last_day,
    record_complaint,
    text_of,
)
from tasks.ground.database import transaction
from tasks.inspection.holds import holds_on, may_be_destroyed
from tasks.inspection.rehearsal_clock import set_clock
from tasks.recognition.passing import NAMED
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - a fixture
from tests.tasks.steps import actions, ledger_text, notices

pytestmark = pytest.mark.parts
BY = "manager: P-AAAAAAAA"
DAY = date(2025, 5, 6)


def words(ref: str, **changes: object) -> ComplaintWords:
    made = ComplaintWords("Quizzle was unfair.", "agency", DAY, f"{ref}/police")
    return replace(made, **changes)  # type: ignore[arg-type]


def on(ref: str, day: date) -> None:
    """Set the clock to noon of a day, of a rehearsal or not."""
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        inspection.rehearsal = True
    set_clock(ref, datetime(day.year, day.month, day.day, 12, tzinfo=ENGLAND), by="test")


def row_of(ref: str, identity: str) -> Complaint:
    with transaction() as session:
        return complaint_of(session, ref, identity)


def test_a_complaint_in_time_is_recorded_by_reference_and_holds_the_inspection(published: str) -> None:  # noqa: F811
    with transaction() as session:
        assert may_be_destroyed(published, holds_on(session, published))
        assert complaints_until(session, session.get_one(Inspection, published)) == date(2025, 5, 20)
    identity = record_complaint(published, words(published), by=BY)
    assert record_complaint(published, words(published), by=BY) == identity
    row = row_of(published, identity)
    assert (row.late, row.late_reason, row.letter_version, row.outcome) == (False, None, 1, None)
    assert text_of(row.text_key) == "Quizzle was unfair."
    assert "Quizzle was" not in ledger_text()
    with transaction() as session:
        assert not may_be_destroyed(published, holds_on(session, published))
    assert [action for action in actions(published) if action.startswith(("complaint.", "hold."))] == [
        *("complaint.recorded", "hold.placed")
    ]
    assert {row.kind for row in notices(published, "complaint_made", "complaint_received")} == {
        *("complaint_made", "complaint_received")
    }


def test_a_late_one_needs_a_reason_and_says_that_it_is_late(published: str) -> None:  # noqa: F811
    on(published, date(2025, 5, 21))
    late = words(published, received_on=date(2025, 5, 21))
    with pytest.raises(FormRefusedError, match="Complaints were due by 20 May 2025. Choose why") as refused:
        record_complaint(published, late, by=BY)
    assert [each.field for each in refused.value.mistakes] == ["late_reason"]
    row = row_of(published, record_complaint(published, replace(late, late_reason="other_address"), by=BY))
    assert (row.late, row.late_reason) == (True, "other_address")
    # Of one in time a reason is not kept, whatever a form sends.
    early = words(published, text="Other.", received_on=date(2025, 5, 20), late_reason="could_not")
    row = row_of(published, record_complaint(published, early, by=BY))
    assert (row.late, row.late_reason) == (False, None)


def test_what_is_no_complaint_is_refused_with_each_field(published: str) -> None:  # noqa: F811
    wrong = ComplaintWords(" ", "nobody", None)
    with pytest.raises(FormRefusedError) as refused:
        record_complaint(published, wrong, by=BY)
    assert [each.field for each in refused.value.mistakes] == ["text", "came_from", "received-day"]
    for changes, sentence in (
        ({"received_on": DAY + timedelta(days=40)}, "not in the future"),
        ({"agency_id": ""}, "Choose the agency"),
        ({"agency_id": "other/police"}, "Choose the agency"),
        ({"text": "x" * 6001}, "6,000 characters or fewer"),
    ):
        with pytest.raises(FormRefusedError, match=sentence):
            record_complaint(published, words(published, **changes), by=BY)
    with pytest.raises(FormRefusedError) as named:
        record_complaint(published, words(published, text=f"{somebody(published, 'POL-1')} was not seen."), by=BY)
    assert named.value.mistakes[0].text == NAMED
    with transaction() as session:
        assert complaints_of(session, published) == []


def test_before_publication_nothing_is_complained_of(chosen: str) -> None:
    with pytest.raises(ComplaintError, match="after the letter is published"):
        record_complaint(chosen, words(chosen), by=BY)
    with transaction() as session:
        inspection = session.get_one(Inspection, chosen)
        assert complaints_until(session, inspection) is None
        assert complaint_refusal(session, inspection)


def test_a_complaint_is_of_its_agency_and_its_inspection(published: str) -> None:  # noqa: F811
    identity = record_complaint(published, words(published), by=BY)
    family = ComplaintWords("We were not heard.", "child_or_family", DAY)
    record_complaint(published, family, by=BY)
    with transaction() as session:
        assert [row.id for row in complaints_of(session, published, f"{published}/police")] == [identity]
        for ref, agency in ((published, f"{published}/health"), ("other", "")):
            with pytest.raises(NoComplaintError):
                complaint_of(session, ref, identity, agency)


@pytest.mark.pure
@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)))
def test_ten_working_days_end_on_the_tenth_after_the_day(published_on: date) -> None:
    end = last_day(published_on)
    assert is_working_day(end)
    days = [published_on + timedelta(days=number) for number in range(1, (end - published_on).days + 1)]
    assert sum(is_working_day(day) for day in days) == WITHIN
    assert end == add_working_days(published_on, WITHIN)
