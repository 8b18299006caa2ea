"""Two people destroy or release a file that was sent in error; one person twice is nobody."""

import pytest

from models.events import Owed
from models.lifecycle import RequestState
from models.states import HoldReason, WrongFileState
from tasks.ground import store
from tasks.jobs.second_person import confirm, take
from tasks.ledger.work import claim
from tasks.people.two_people import SecondPersonError
from tasks.retention.legal_holds import LiftReason, lift, place
from tasks.returns.accepted import tables_of
from tasks.wrong_files.putting_aside import WrongFileError
from tests.tasks.steps import actions, checked, notices, request, send
from tests.tasks.wrong_files.conftest import FIRST, SECOND, aside, row_of, version

pytestmark = pytest.mark.parts


def asked(act: str, ref: str, identity: str) -> str:
    return take(act, {"inspection": ref, "file": identity}, by=FIRST).proposal


@pytest.mark.parametrize("act", ["destroy-file", "release-file"])
def test_the_person_who_asked_cannot_confirm(area: str, sent: str, act: str) -> None:
    row = aside(sent)
    proposal = asked(act, area, row.id)
    assert row_of(row.id).state == WrongFileState.PUT_ASIDE
    with pytest.raises(SecondPersonError, match="yourself"):
        confirm(proposal, yes=True, by=FIRST)
    # In another of their roles they are the same person.
    with pytest.raises(SecondPersonError, match="yourself"):
        confirm(proposal, yes=True, by="data_protection_officer: P-AAAAAAAA")
    assert row_of(row.id).state == WrongFileState.PUT_ASIDE
    assert claim(Owed.DESTROY, area) is None
    assert version(sent).put_aside


def test_a_release_writes_back_what_was_taken_out(area: str, sent: str) -> None:
    before = version(sent)
    row = aside(sent)
    confirm(asked("release-file", area, row.id), yes=True, by=SECOND)
    after = version(sent)
    assert (after.key, after.result.table_keys) == (before.key, before.result.table_keys)
    assert after.result.report_key == before.result.report_key
    assert tables_of(after)
    assert store.filename_of(after.key) == store.filename_of(before.key)
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    assert row_of(row.id).state == WrongFileState.RELEASED
    assert notices(area, "file_released")
    assert actions(area)[-1] != "file.put-aside"
    # It can be put aside again, and is another matter then.
    assert aside(sent).id != row.id


def test_a_release_leaves_a_request_alone_for_which_another_file_came(area: str, sent: str, good: bytes) -> None:
    row = aside(sent)
    send(f"{area}-pol-1", "b.csv", good + b"\r\n")
    checked(area)
    state = request(area, "pol-1")
    confirm(asked("release-file", area, row.id), yes=True, by=SECOND)
    assert request(area, "pol-1") == state
    assert not version(sent).put_aside


def test_what_was_released_before_it_was_checked_is_checked(area: str, good: bytes) -> None:
    subject = send(f"{area}-pol-1", "a.csv", good).id
    row = aside(subject)
    checked(area)
    confirm(asked("release-file", area, row.id), yes=True, by=SECOND)
    assert [found.verdict for found in checked(area)] == ["accepted"]
    assert request(area, "pol-1").state == RequestState.ACCEPTED


def test_a_legal_hold_stands_against_destruction_and_not_against_release(area: str, sent: str) -> None:
    row = aside(sent)
    place("INQ-2026-14", [area], ["children"], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    with pytest.raises(WrongFileError, match="INQ-2026-14"):
        take("destroy-file", {"inspection": area, "file": row.id}, by=FIRST)
    assert row_of(row.id).state == WrongFileState.PUT_ASIDE
    lift("INQ-2026-14", LiftReason.OVER, by=FIRST, second=SECOND)
    proposal = asked("destroy-file", area, row.id)
    place("INQ-2026-15", ["everything"], [], HoldReason.COURT, by=FIRST, second=SECOND)
    with pytest.raises(WrongFileError, match="INQ-2026-15"):
        confirm(proposal, yes=True, by=SECOND)
    confirm(asked("release-file", area, row.id), yes=True, by=SECOND)
    assert row_of(row.id).state == WrongFileState.RELEASED


def test_what_is_being_destroyed_is_not_released(area: str, sent: str) -> None:
    row = aside(sent)
    release = asked("release-file", area, row.id)
    confirm(asked("destroy-file", area, row.id), yes=True, by=SECOND)
    with pytest.raises(WrongFileError, match="being destroyed"):
        confirm(release, yes=True, by=SECOND)
    assert version(sent).put_aside
