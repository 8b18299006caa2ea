"""Who must publish the letter, who has, and who is reminded: each rung of the ladder once."""

from datetime import date, datetime, timedelta

import pytest

from models.england import ENGLAND
from models.refusals import FormRefusedError
from models.tables import Inspection
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.letters.publication import PublicationRefusedError
from tasks.publishing.ending import LetterReason, withdraw
from tasks.publishing.recipients import RecipientDuty, counting_letter, due_day, duties, record_duty
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - a fixture
from tests.tasks.steps import actions, notices

pytestmark = pytest.mark.parts

BY = "officer: P-TEST"
WHERE = "https://www.example.gov.uk/letter"


def listed(ref: str) -> list[RecipientDuty]:
    with transaction() as session:
        return duties(session, session.get_one(Inspection, ref))


@pytest.fixture
def again(published: str) -> str:  # noqa: F811 - the fixture
    """Return a rehearsal whose letter is published, so that its clock can be moved."""
    with transaction() as session:
        inspection = session.get_one(Inspection, published)
        inspection.rehearsal = True
        session.add(inspection)
    return published


def test_each_recipient_by_law_that_takes_part_owes_it_and_says_where(again: str) -> None:
    assert len(listed(again)) >= 4
    assert all(duty.published_on is None for duty in listed(again))
    record_duty(again, f"{again}/police", web_address=WHERE, published_on=date(2025, 5, 6), by=BY)
    (police,) = [duty for duty in listed(again) if duty.agency_id == f"{again}/police"]
    assert (police.web_address, police.published_on, police.recorded_by) == (WHERE, date(2025, 5, 6), BY)
    assert "letter.published-by-recipient" in actions(again)


def test_every_mistake_is_said_at_once(again: str) -> None:
    for day in (None, date(2025, 5, 5), date(2025, 5, 7)):
        with pytest.raises(FormRefusedError) as refused:
            record_duty(again, f"{again}/police", web_address="www.example.org", published_on=day, by=BY)
        assert {mistake.field for mistake in refused.value.mistakes} == {"website", "day"}


def test_who_is_no_recipient_owes_nothing_and_neither_does_anybody_of_a_withdrawn_letter(again: str) -> None:
    with pytest.raises(PublicationRefusedError):
        record_duty(again, f"{again}/education", web_address=WHERE, published_on=date(2025, 5, 6), by=BY)
    withdraw(again, LetterReason.COURT, by="manager: P-AAAAAAAA")
    assert listed(again) == []
    with pytest.raises(PublicationRefusedError):
        record_duty(again, f"{again}/police", web_address=WHERE, published_on=date(2025, 5, 6), by=BY)


def test_those_who_have_not_said_are_reminded_once_a_rung_and_the_ladder_tells_the_team(again: str) -> None:
    record_duty(again, f"{again}/police", web_address=WHERE, published_on=date(2025, 5, 6), by=BY)
    with transaction() as session:
        letter = counting_letter(session, session.get_one(Inspection, again))
    assert letter is not None
    due = due_day(letter)
    assert due == date(2025, 5, 20)
    assert notices(again, "publication_reminder") == []
    for day in (due, due + timedelta(days=1)):
        set_clock(again, datetime(day.year, day.month, day.day, 9, tzinfo=ENGLAND), by="test")
        chase(again)
        chase(again)
    reminded = {notice.agency_id for notice in notices(again, "publication_reminder")}
    assert f"{again}/police" not in reminded
    assert reminded == {duty.agency_id for duty in listed(again) if duty.published_on is None}
    count = len(notices(again, "publication_reminder"))
    chase(again)
    assert len(notices(again, "publication_reminder")) == count
