"""A letter is published once its statement is determined, with a day that is to come, and to somebody."""

from datetime import date, datetime

import pytest

from models.england import ENGLAND
from models.refusals import Refusal
from models.tables import Statement
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.letters.publication import PublicationRefusedError, publish
from tasks.people.letter_people import addressees_of, remove_addressee
from tests.tasks.letters.test_publication import (  # noqa: F401 - fixtures
    determined,
    draft,
    on_the_day,
    ready,
    undetermined,
)


def test_a_statement_is_not_published_with_a_day_that_is_over(ready: str) -> None:  # noqa: F811 - the fixture
    determined(ready, due=date(2025, 5, 12), reason="URGENT")
    set_clock(ready, datetime(2025, 5, 12, 9, tzinfo=ENGLAND), by="test")
    with pytest.raises(PublicationRefusedError, match="due by 12 May 2025, which is over"):
        publish(ready, by="S Patel")
    determined(ready, due=date(2025, 5, 13), reason="URGENT")
    publish(ready, by="S Patel")
    with pytest.raises(Refusal, match="Publication is decided already"):
        determined(ready)
    with transaction() as session:
        assert session.get_one(Statement, ready).due_at.date() == date(2025, 5, 13)


def test_nothing_is_published_before_somebody_determined(undetermined: str) -> None:  # noqa: F811 - the fixture
    on_the_day(undetermined)
    with pytest.raises(PublicationRefusedError, match="Nobody has determined yet"):
        publish(undetermined, by="S Patel")


def test_no_letter_leaves_to_nobody(ready: str) -> None:  # noqa: F811 - the fixture
    on_the_day(ready)
    with transaction() as session:
        for row in addressees_of(session, ready):
            remove_addressee(session, ready, row.id, by="test")
    with pytest.raises(PublicationRefusedError, match="The letter lacks the people to whom it is addressed"):
        publish(ready, by="S Patel")
