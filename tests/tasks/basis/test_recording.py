"""What is entered about an organisation is trimmed, checked for persons' numbers, and names only its own people."""

from datetime import date

import pytest
from sqlmodel import Session

from models.refusals import FormRefusedError, PersonsNumberError
from models.states import Instrument
from models.tables import Organisation
from tasks.basis.recording import EnteredSharing, record_sharing
from tasks.ground.database import transaction
from tasks.people.organisations import people_of
from tests.tasks.registered import BY, entered, with_organisation

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]


def _record(session: Session, body: str, contact: str, title: str = "DSA 1") -> str:
    agreed = EnteredSharing("  The   council ", contact, Instrument.AGREEMENT, title, date(2026, 1, 1))
    return record_sharing(session, session.get_one(Organisation, body), agreed, by=BY).controller


def test_text_is_trimmed_and_a_persons_number_is_refused() -> None:
    body = with_organisation("E06000038", "police", "Police", "Pat Police", shares=False)
    with transaction() as session:
        (contact,) = people_of(session, body)
        assert _record(session, body, contact.id) == "The council"
        with pytest.raises(PersonsNumberError):
            _record(session, body, contact.id, "943 476 5919")


def test_somebody_of_another_organisation_is_no_contact() -> None:
    body = with_organisation("E06000038", "police", "Police", "Pat Police", shares=False)
    stranger = entered("Sam Stranger")
    with transaction() as session, pytest.raises(FormRefusedError, match="Choose the data protection contact"):
        _record(session, body, stranger)
