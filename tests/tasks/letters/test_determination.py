"""The determination on the written statement: a person's, with its authority, its address and its day."""

from dataclasses import replace
from datetime import date

import pytest

from models.lifecycle import Stage
from models.refusals import Refusal
from models.tables import Statement
from tasks.ground.database import transaction
from tasks.jobs.second_person import confirm, take
from tasks.ledger.rows import inspection_of
from tasks.letters.determination import Determined, authorities, determine, proposed
from tasks.letters.owed_statement import owed_by
from tasks.people.letter_people import Addressed, address_letter
from tests.tasks.steps import actions, moved_to

_LEAD, _MANAGER = "lead_inspector: P-AAAAAAAA", "manager: P-BBBBBBBB"
_USUAL = date(2025, 8, 13)


@pytest.fixture
def checked(fieldwork: str) -> str:
    """Return an inspection whose facts are checked."""
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    return fieldwork


def made(ref: str, **changes: object) -> Statement:
    determined = Determined(True, f"{ref}/local_authority", "statements@ofsted.test")
    determine(ref, replace(determined, **changes), by=_LEAD, second=_MANAGER)  # type: ignore[arg-type]
    with transaction() as session:
        return session.get_one(Statement, ref)


def test_a_statement_by_the_council_is_proposed(checked: str) -> None:
    with transaction() as session:
        offer = proposed(session, inspection_of(session, checked))
    assert offer == Determined(True, f"{checked}/local_authority", "ProtectionOfChildren@ofsted.gov.uk")


def test_l10_what_was_determined_stands_with_who_proposed_and_who_confirmed(checked: str) -> None:
    statement = made(checked, due=date(2025, 7, 1), reason="URGENT")
    assert (statement.decided_by, statement.confirmed_by) == (_LEAD, _MANAGER)
    assert (statement.due_at.date(), statement.due_reason) == (date(2025, 7, 1), "URGENT")
    assert actions(checked).count("statement.determined") == 1
    with transaction() as session:
        offer = proposed(session, inspection_of(session, checked))
    assert (offer.due, offer.reason) == (date(2025, 7, 1), "URGENT")


def test_another_agency_can_be_the_authority_and_then_owes_the_statement(checked: str) -> None:
    statement = made(checked, authority=f"{checked}/police")
    assert statement.principal_authority == "Thames Valley Police"
    assert owed_by(statement) == f"{checked}/police"


def test_a_body_without_a_door_can_be_the_authority_by_office_and_the_council_sends_for_it(checked: str) -> None:
    with transaction() as session:
        chair = address_letter(session, checked, Addressed("Zed Quiz", "Chair", "The partnership"), by=_LEAD).id
        assert (chair, "Chair, The partnership") in authorities(session, checked)
    statement = made(checked, authority=chair)
    assert statement.principal_authority == "Chair, The partnership"
    assert owed_by(statement) == f"{checked}/local_authority"
    with transaction() as session:
        assert proposed(session, inspection_of(session, checked)).authority == chair


def test_the_usual_day_needs_no_reason_and_keeps_none(checked: str) -> None:
    statement = made(checked, due=_USUAL, reason="URGENT")
    assert (statement.due_at.date(), statement.due_reason) == (_USUAL, "")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"authority": "elsewhere/police"}, "Choose who makes the statement from the list."),
        ({"send_to": "nowhere"}, "address"),
        ({"due": date(2025, 5, 6), "reason": "URGENT"}, "must be due after the letter is published"),
        ({"due": date(2025, 8, 16), "reason": "URGENT"}, "must be due on a working day"),
        ({"due": date(2025, 8, 14)}, "Choose why the statement is due on another day"),
        ({"due": date(2025, 8, 14), "reason": "because"}, "Choose why the statement is due on another day"),
    ],
)
def test_what_cannot_stand_is_refused(checked: str, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        made(checked, **changes)
    with transaction() as session:
        assert session.get(Statement, checked) is None


def test_nothing_is_determined_before_there_is_a_draft(fieldwork: str) -> None:
    with pytest.raises(
        Refusal, match='between the first draft and publication. This inspection is at the stage "fieldwork"'
    ):
        made(fieldwork)


def test_l11_one_asks_and_another_confirms(checked: str) -> None:
    values = {"inspection": checked, "needed": False, "authority": f"{checked}/local_authority"}
    values |= {"send_to": "", "due": "", "reason": ""}
    asked_for = take("determine-statement", values, by=_LEAD)
    with transaction() as session:
        assert session.get(Statement, checked) is None
    with pytest.raises(Refusal):
        confirm(asked_for.proposal, yes=True, by=_LEAD)
    confirm(asked_for.proposal, yes=True, by=_MANAGER)
    with transaction() as session:
        statement = session.get_one(Statement, checked)
    assert (statement.needed, statement.decided_by, statement.confirmed_by) == (False, _LEAD, _MANAGER)
