"""A request has its month, who it is lies under a key of its own, and people are reminded until it is closed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from models.keys import persons_folder
from models.refusals import FormRefusedError
from models.roles import Role
from models.scopes import scope_of
from models.states import IdentityCheck, PersonsRequestOutcome
from models.tables import AuditEntry, Notice, PersonsRequest
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.audit import chain, verify
from tasks.people.persons import PROGRAMME
from tasks.persons_requests import recording
from tasks.persons_requests.recording import (
    ASKERS,
    EXTENSIONS,
    IDENTITY_CHECKS,
    KINDS,
    OUTCOMES,
    EnteredRequest,
    NoPersonsRequestError,
    PersonsRequestError,
    change_who,
    close_request,
    confirm_identity,
    days_left,
    extend_request,
    read_request,
    record_request,
    remind_of_requests,
    requests,
    today,
)
from tests.tasks.people import correspondence
from validation.contract.persons_numbers import Number, NumberKind

pytestmark = pytest.mark.parts
BY = "data_protection_officer: P-AAAAAAAA"
NAME, NHS = "Ottoline Quizzlebury", "943 476 5919"


@pytest.fixture
def kept(ledger: None) -> None:  # noqa: ARG001 - there is a ledger
    """Keep a manager and a data protection officer."""
    correspondence.person("Dana Protects", "dana@inspect.jtai-area.uk", Role.PROTECTION, inspection=None)
    correspondence.person("Mo Manages", "mo@inspect.jtai-area.uk", Role.MANAGER, inspection=None)


def entered(**changes: object) -> EnteredRequest:
    usual: dict[str, object] = {"kind": "access", "asked_by": "self", "received_on": today(), "name": NAME}
    return EnteredRequest(**{**usual, "numbers": {NumberKind.NHS: NHS}, **changes})  # type: ignore[arg-type]


def row_of(identity: str) -> PersonsRequest:
    with transaction() as session:
        return session.get_one(PersonsRequest, identity)


def steps() -> list[str]:
    return [str(row.facts["step"]) for row in correspondence.rows("persons_request")]


def entries() -> list[AuditEntry]:
    with transaction() as session:
        found, head = chain(session, PROGRAMME)
        assert verify(found, head) is None
        return found


def test_it_is_recorded_with_its_month_and_both_are_told(kept: None) -> None:  # noqa: ARG001
    identity = record_request(entered(received_on=date(2026, 9, 3)), by=BY)
    row = row_of(identity)
    assert (row.due_on, row.first_due_on, row.numbers) == (date(2026, 10, 5), date(2026, 10, 5), 1)
    assert "so it is Monday 5 October 2026" in row.due_why
    assert steps() == ["recorded", "recorded"]
    assert (entries()[-1].action, entries()[-1].actor) == ("persons-request.recorded", BY)


def test_l5_who_it_is_lies_in_the_store_alone_under_a_key_of_its_own(kept: None) -> None:  # noqa: ARG001
    identity = record_request(entered(), by=BY)
    row = row_of(identity)
    assert scope_of(row.who_key) == f"programme/{identity}"
    row_, who = read_request(identity, by=BY)
    assert (row_.id, who) == (identity, recording.RequestSubject(NAME, (Number(NumberKind.NHS, "9434765919"),)))
    assert entries()[-1].action == "persons-request.read"
    with transaction() as session:
        texts = [str(each.model_dump()) for each in session.exec(select(Notice)).all()]
    texts += [str(row.model_dump()), *(str(each.model_dump()) for each in entries())]
    assert not any("Quizzlebury" in text or "9434765919" in text for text in texts)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"kind": "x"}, "kind", "Choose what"),
        ({"asked_by": ""}, "asked_by", "Choose who"),
        ({"received_on": None}, "received-day", "Enter the day"),
        ({"received_on": date(2099, 1, 1)}, "received-day", "not in the future"),
        ({"name": "  "}, "who", "Enter the name"),
        ({"name": "x" * 201}, "who", "at most 200"),
        ({"numbers": {NumberKind.NHS: "943 476 5918"}}, "sought-nhs", "Enter 10 digits"),
        ({"numbers": {NumberKind.PNC: "2003/0011985Y"}}, "sought-pnc", "2003/0011985X"),
        ({"numbers": {NumberKind.CRN: "X12345"}}, "sought-crn", "a letter and 6 digits"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    kept: None,  # noqa: ARG001
    changes: dict[str, object],
    field: str,
    sentence: str,
) -> None:
    with pytest.raises(FormRefusedError) as caught:
        record_request(entered(**changes), by=BY)
    (mistake,) = caught.value.mistakes
    assert mistake.field == field
    assert sentence in mistake.text
    with transaction() as session:
        assert requests(session) == []


def test_too_many_numbers_are_refused(kept: None) -> None:  # noqa: ARG001
    many = ", ".join(f"CH{number:06}" for number in range(21))
    with pytest.raises(FormRefusedError, match="20 numbers"):
        record_request(entered(numbers={NumberKind.LA_CHILD: many}), by=BY)


def test_a_number_that_was_typed_wrong_is_corrected(kept: None) -> None:  # noqa: ARG001
    identity = record_request(entered(), by=BY)
    change_who(identity, "Ottoline Q", {NumberKind.UPN: "h801200001001", NumberKind.LA_CHILD: "ch1, CH 2"}, by=BY)
    _, who = read_request(identity, by=BY)
    assert who is not None
    assert [each.text for each in who.numbers] == ["CH1", "CH2", "H801200001001"]
    assert row_of(identity).numbers == 3
    with pytest.raises(FormRefusedError, match="Enter the name"):
        change_who(identity, "", {}, by=BY)


def test_nothing_is_answered_before_it_is_confirmed_who_asks(kept: None) -> None:  # noqa: ARG001
    identity = record_request(entered(asked_by="parent"), by=BY)
    for outcome in ("answered", "nothing_held"):
        with pytest.raises(PersonsRequestError, match="Confirm that first"):
            close_request(identity, outcome, by=BY)
    with pytest.raises(PersonsRequestError, match="Confirm their authority"):
        confirm_identity(identity, "document_seen", by=BY)
    with pytest.raises(PersonsRequestError, match="Choose how"):
        confirm_identity(identity, "", by=BY)
    row = confirm_identity(identity, "authority_seen", by=BY)
    assert (row.identity, row.identity_by) == (IdentityCheck.AUTHORITY_SEEN, BY)
    with pytest.raises(PersonsRequestError, match="confirmed already"):
        confirm_identity(identity, "known", by=BY)
    assert close_request(identity, "answered", by=BY).outcome == PersonsRequestOutcome.ANSWERED
    assert entries()[-1].facts["in_time"] is True


def test_an_extension_has_a_reason_of_which_the_person_was_told_within_the_first_month(kept: None) -> None:  # noqa: ARG001
    identity = record_request(entered(received_on=date(2026, 1, 31)), by=BY)
    for told, sentence in (
        (None, "Enter the day on which the person was told"),
        (date(2026, 1, 30), "Enter the day on which the person was told"),
        (date(2026, 3, 3), "by Monday 2 March 2026"),
    ):
        with pytest.raises(FormRefusedError, match=sentence):
            extend_request(identity, "complex", told, by=BY)
    with pytest.raises(FormRefusedError, match="Choose why"):
        extend_request(identity, "", date(2026, 3, 2), by=BY)
    row = extend_request(identity, "complex", date(2026, 3, 2), by=BY)
    assert (row.due_on, row.first_due_on) == (date(2026, 4, 30), date(2026, 3, 2))
    with pytest.raises(PersonsRequestError, match="nothing extends it twice"):
        extend_request(identity, "several", date(2026, 3, 2), by=BY)


def test_each_reminder_goes_out_once_until_it_is_closed_and_its_new_day_has_its_own(kept: None) -> None:  # noqa: ARG001
    identity = record_request(entered(received_on=date(2026, 1, 30)), by=BY)

    def on(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    first = row_of(identity).due_on
    assert remind_of_requests(on(first - timedelta(days=8))) == []
    for before, step in ((7, "week"), (2, "last"), (0, ""), (-1, "over")):
        at = on(first - timedelta(days=before))
        assert remind_of_requests(at) == ([identity] if step else [])
        assert remind_of_requests(at) == []
        if step:
            assert steps()[-2:] == [step, step]
    extend_request(identity, "complex", date(2026, 2, 3), by=BY)
    second = row_of(identity).due_on
    assert remind_of_requests(on(second - timedelta(days=8))) == []
    assert remind_of_requests(on(second - timedelta(days=7))) == [identity]
    close_request(identity, "withdrawn", by=BY)
    assert remind_of_requests(on(second + timedelta(days=9))) == []


def test_a_closed_request_changes_no_more_and_the_list_has_open_ones_first(kept: None) -> None:  # noqa: ARG001
    closed = record_request(entered(received_on=today() - timedelta(days=9)), by=BY)
    waits = record_request(entered(kind="restriction"), by=BY)
    close_request(closed, "not_confirmed", by=BY)
    acts: list[Callable[[], object]] = [
        lambda: close_request(closed, "withdrawn", by=BY),
        lambda: confirm_identity(closed, "known", by=BY),
        lambda: extend_request(closed, "complex", today(), by=BY),
        lambda: change_who(closed, NAME, {}, by=BY),
    ]
    for act in acts:
        with pytest.raises(PersonsRequestError, match="could not be confirmed who asked"):
            act()
    with pytest.raises(PersonsRequestError, match="Choose what"):
        close_request(waits, "x", by=BY)
    with pytest.raises(NoPersonsRequestError):
        read_request("S-00000000", by=BY)
    with transaction() as session:
        assert [row.id for row in requests(session)] == [waits, closed]
    assert days_left(row_of(waits), row_of(waits).due_on) == 0


def test_l3_killed_before_the_end_there_is_no_row_and_no_notice(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    before = len(entries())
    with monkeypatch.context() as patched:
        patched.setattr(recording, "_tell", killed)
        with pytest.raises(KeyboardInterrupt):
            record_request(entered(), by=BY)
    with transaction() as session:
        assert requests(session) == []
    assert len(entries()) == before
    # What was put lies under a key of its own, by which it is found and destroyed.
    assert all(scope_of(key) for key in store.keys_under(persons_folder("")))


def test_every_choice_has_its_words_and_a_row_is_dated(kept: None) -> None:  # noqa: ARG001
    for words in (KINDS, ASKERS, IDENTITY_CHECKS, EXTENSIONS, OUTCOMES):
        kind = type(next(iter(words)))
        assert set(words) == set(kind)
    row = row_of(record_request(entered(), by=BY))
    assert utc_now() - row.recorded_at < timedelta(minutes=1)
