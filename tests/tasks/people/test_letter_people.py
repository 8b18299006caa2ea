"""Addressees and signatories: entered with their office, kept in the people tables, named by reference in the audit."""

from datetime import date

import pytest

from models.refusals import FormRefusedError, NothingThereError, TooLongError
from tasks.ground.database import transaction
from tasks.people.letter_people import (
    Addressed,
    LetterPeopleError,
    address_letter,
    addressees_of,
    body_of,
    remove_addressee,
    sign_letters,
    signatory_of,
)
from tests.tasks.steps import ledger_text

_BY = "lead_inspector: P-AAAAAAAA"


def entered(ref: str, **values: str) -> str:
    with transaction() as session:
        return address_letter(
            session, ref, Addressed(**{"name": "Ellen Quizzlebury", "office": "Chief", **values}), by=_BY
        ).id


def test_addressees_stand_in_the_order_in_which_they_were_entered(reading: str) -> None:
    with transaction() as session:
        before = len(addressees_of(session, reading))
    first = entered(reading, agency=f"{reading}/police")
    second = entered(reading, body="  The   partnership ")
    with transaction() as session:
        rows = addressees_of(session, reading)[before:]
        assert [row.id for row in rows] == [first, second]
        assert [body_of(session, row) for row in rows] == ["Thames Valley Police", "The partnership"]
        remove_addressee(session, reading, first, by=_BY)
        assert [row.id for row in addressees_of(session, reading)[before:]] == [second]
        with pytest.raises(NothingThereError):
            remove_addressee(session, reading, first, by=_BY)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " ", "office": "", "body": "A"}, "Enter the person's full name. Enter the person's office."),
        ({}, "Choose an agency, or enter the name of the body."),
        ({"agency": "elsewhere/police"}, "Choose an agency from the list."),
    ],
)
def test_what_is_missing_of_an_addressee_is_said(reading: str, values: dict[str, str], sentence: str) -> None:
    with pytest.raises((FormRefusedError, LetterPeopleError)) as refused:
        entered(reading, **values)
    assert str(refused.value) == sentence


def test_l5_their_names_are_in_the_people_tables_alone(reading: str) -> None:
    entered(reading, body="The partnership")
    with transaction() as session:
        sign_letters(session, "Ofsted", name="Zed Quizzlebury", office="Chief", from_day=date(2024, 1, 1), by=_BY)
    text = ledger_text("addressee", "signatory")
    assert reading in text
    assert "Quizzlebury" not in text


def test_whoever_began_last_signs(reading: str) -> None:  # noqa: ARG001 - its layer
    def signs(name: str, day: date) -> None:
        with transaction() as session:
            sign_letters(session, "A body", name=name, office="Chief", from_day=day, by=_BY)

    signs("First", date(2024, 1, 1))
    signs("Second", date(2025, 1, 1))
    with transaction() as session:
        on = {
            day: signatory_of(session, "A body", day) for day in (date(2023, 1, 1), date(2024, 6, 1), date(2025, 1, 1))
        }
        assert [row.name if row else None for row in on.values()] == [None, "First", "Second"]
        with pytest.raises(FormRefusedError, match="Enter the day from which they sign"):
            sign_letters(session, "A body", name="A", office="B", from_day=None, by=_BY)


def test_a_form_sent_twice_addresses_the_letter_once_until_that_is_taken_off(reading: str) -> None:
    first = entered(reading, body="The partnership")
    assert entered(reading, body=" The  partnership") == first
    assert entered(reading, agency=f"{reading}/police") != first
    with transaction() as session:
        remove_addressee(session, reading, first, by=_BY)
    assert entered(reading, body="The partnership") != first


@pytest.mark.parametrize("field", ["name", "office", "body"])
def test_no_letter_says_half_of_what_was_entered(reading: str, field: str) -> None:
    with pytest.raises(TooLongError, match="Enter 160 characters or fewer"):
        entered(reading, **{"body": "A body", field: "x" * 161})
    with pytest.raises(TooLongError), transaction() as session:
        sign_letters(session, "Ofsted", name="x" * 161, office="Chief", from_day=date(2025, 4, 1), by=_BY)
    assert entered(reading, **{"body": "A body", field: "x" * 160})
