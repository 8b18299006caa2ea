"""A person is found over all versions of all inspections, what is opened is recorded, and what is not is said."""

import csv
import io

import pytest
from sqlmodel import select

from models.refusals import FormRefusedError
from models.tables import AuditEntry, PersonsPlace, Request, Submission
from tasks.ground.database import transaction
from tasks.inspection.holds import holds_on
from tasks.ledger.audit import chain, verify
from tasks.ledger.rows import inspection_of
from tasks.oversight.reading import opened_of, unusual_by_inspection
from tasks.persons_requests import searching
from tasks.persons_requests.places import NOT_SOUGHT, SearchStanding
from tasks.persons_requests.places import standing_of as places_of
from tasks.persons_requests.recording import (
    PersonsRequestError,
    change_who,
    close_request,
    confirm_identity,
    record_request,
    request_of,
    today,
)
from tasks.persons_requests.searching import add_place, search
from tasks.retention.holding import standing_of
from tests.tasks.persons_requests.test_recording import BY, entered
from tests.tasks.wrong_files.conftest import aside, good, sent, wrong
from validation.contract.persons_numbers import NumberKind

pytestmark = pytest.mark.parts
__all__ = ["good", "sent", "wrong"]


def number_in(data: bytes) -> tuple[str, int]:
    """Return the NHS number of the first child who has one, and the row of the file."""
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    place = next(place for place, row in enumerate(rows) if row["child_nhs_number"])
    return rows[place]["child_nhs_number"], place + 2


def asked(number: str, *, confirmed: bool = True) -> str:
    identity = record_request(entered(numbers={NumberKind.NHS: number}), by=BY)
    if confirmed:
        confirm_identity(identity, "known", by=BY)
    return identity


def standing(identity: str) -> SearchStanding:
    with transaction() as session:
        return places_of(session, request_of(session, identity))


def readings(ref: str) -> list[AuditEntry]:
    with transaction() as session:
        found, head = chain(session, ref)
        assert verify(found, head) is None
        return [entry for entry in found if entry.action == "persons-rows.read"]


def test_a_person_is_found_in_every_version_and_each_opening_has_its_reason(area: str, sent: str, good: bytes) -> None:
    number, row = number_in(good)
    identity = asked(f"{number[:3]} {number[3:]}")
    done = search(identity, by=BY)
    assert (done.inspections, done.left) == (1, 0)
    shown = standing(identity)
    # The police sent the child in versions 1 and 2.
    assert {(each.what, each.where) for each in shown.places} >= {
        ("POL-1, version 1", f"POL-1, row {row}"),
        ("POL-1, version 2", f"POL-1, row {row}"),
    }
    assert {each.standing for each in shown.places if each.what == "POL-1, version 1"} == {"Version 2 came after it"}
    assert {each.by for each in shown.places} == {"By NHS number"}
    assert (shown.opened, shown.left, shown.searched) == (2, 0, 1)
    entries = readings(area)
    assert [entry.subject for entry in entries] == [f"{area}-pol-1-v1", sent]
    assert {(entry.facts["request"], entry.facts["reason"], entry.actor) for entry in entries} == {
        (identity, "access", BY)
    }
    with transaction() as session:
        assert number not in str([row.model_dump() for row in session.exec(select(PersonsPlace)).all()])
        police = session.exec(select(Request.agency_id).where(Request.id == f"{area}-pol-1")).one()
        # The agency sees that its return was opened, and it is the officer's own work, not unusual reading.
        assert [each.what for each in opened_of(session, area, police)] == ["Rows about a person"]
        assert area not in unusual_by_inspection(session, today().replace(year=2020))
        # While the request is open nothing of the inspection is destroyed.
        assert standing_of(session, inspection_of(session, area)).request_open
        assert holds_on(session, area) == []
    close_request(identity, "answered", by=BY)
    with transaction() as session:
        assert not standing_of(session, inspection_of(session, area)).request_open


def test_nothing_is_opened_before_it_is_confirmed_or_without_a_number(area: str, sent: str) -> None:
    unconfirmed = asked("9434765919", confirmed=False)
    with pytest.raises(PersonsRequestError, match="Confirm that first"):
        search(unconfirmed, by=BY)
    with pytest.raises(PersonsRequestError, match="Confirm that first"):
        add_place(unconfirmed, sent, "", 2, by=BY)
    nameless = record_request(entered(numbers={}), by=BY)
    confirm_identity(nameless, "known", by=BY)
    with pytest.raises(PersonsRequestError, match="Enter a number"):
        search(nameless, by=BY)
    assert readings(area) == []


def test_what_cannot_be_searched_is_said_and_what_changes_is_searched_again(sent: str, good: bytes) -> None:
    identity = asked(number_in(good)[0])
    search(identity, by=BY)
    assert standing(identity).unopened == ()
    row = aside(sent)
    assert row.versions == [sent]
    changed = standing(identity)
    assert changed.left == 1
    assert {each.standing for each in changed.places if each.what == "POL-1, version 2"} == {"Sent in error"}
    search(identity, by=BY)
    shown = standing(identity)
    assert (shown.left, shown.opened) == (0, 1)
    assert shown.unopened == ("1 version was sent in error and cannot be opened.",)
    assert "documents" in NOT_SOUGHT[0]


def test_other_numbers_forget_what_was_found_and_what_was_entered_by_hand_stays(
    area: str, sent: str, good: bytes
) -> None:
    number, row = number_in(good)
    identity = asked(number)
    search(identity, by=BY)
    add_place(identity, sent, "", 3 if row == 2 else 2, by=BY)
    for version, sheet, place, sentence in (
        ("x", "", 2, "as its page or receipt names it"),
        (sent, "Other", 2, "It has POL-1."),
        (sent, "", 99_999, "number of a row"),
        (sent, "", None, "number of a row"),
    ):
        with pytest.raises(FormRefusedError, match=sentence):
            add_place(identity, version, sheet, place, by=BY)
    change_who(identity, "Somebody Else", {NumberKind.CRN: "X123456"}, by=BY)
    shown = standing(identity)
    assert [each.by for each in shown.places] == ["Entered by a person"]
    assert shown.left == 1
    assert readings(area)


@pytest.mark.usefixtures("sent")
def test_l3_killed_within_an_inspection_nothing_of_it_is_there_and_the_next_search_does_it(
    area: str, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = asked(number_in(good)[0])

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(searching, "utc_now", killed)
        with pytest.raises(KeyboardInterrupt):
            search(identity, by=BY)
    assert (readings(area), standing(identity).places) == ([], ())
    assert search(identity, by=BY).places == len(standing(identity).places)


@pytest.mark.usefixtures("sent")
def test_a_search_ends_when_its_time_is_over_and_the_next_goes_on(
    area: str, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = asked(number_in(good)[0])
    monkeypatch.setattr(searching, "to_search", lambda *_: [area, area, area])
    done = search(identity, by=BY, seconds=0.0)
    assert (done.inspections, done.left) == (1, 2)
    assert "2 inspections left to search" in done.in_words()


def test_versions_of_which_no_row_was_taken_are_counted(area: str, sent: str, good: bytes) -> None:
    identity = asked(number_in(good)[0])
    with transaction() as session:
        session.get_one(Submission, sent).result.table_keys = []
    search(identity, by=BY)
    assert "Of 1 version no row was taken in, because it was rejected" in standing(identity).unopened[0]
    assert area
