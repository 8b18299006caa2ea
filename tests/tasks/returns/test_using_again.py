"""A wrong file replaced a good one: the good version is used again; the same bytes again make no version."""

from pathlib import Path

import pytest

from models.lifecycle import RequestState, Stage
from models.settings import settings
from models.states import VersionKind
from models.tables import AuditEntry, Submission, UploadSession
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.audit import chain, verify
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.returns.arrivals import object_arrived
from tasks.returns.declarations import declare_nil, undo_nil
from tasks.returns.incoming import look_at_incoming
from tasks.returns.uploads import (
    confirm_upload,
    held_for,
    held_upload,
    open_permitted,
    permit_for,
    set_aside,
    upload_completed,
)
from tasks.returns.using_again import use_again
from tests.tasks.steps import actions, checked, file_of, moved_to, put, request, send

WRONG = b"incident_ref\n1\n"


@pytest.fixture
def good(synthetic: Path) -> bytes:
    """Return a return of the police that is accepted."""
    return file_of(synthetic, "POL-1").read_bytes()


@pytest.fixture
def replaced(area: str, good: bytes) -> str:
    """Return the request of a good version 1 that a wrong version 2 replaced."""
    for data in (good, WRONG):
        send(f"{area}-pol-1", "a.csv", data)
        checked(area)
    assert request(area, "pol-1").state == RequestState.REJECTED
    return f"{area}-pol-1"


def versions(request_id: str) -> list[Submission]:
    with transaction() as session:
        rows = [session.get(Submission, f"{request_id}-v{number}") for number in range(1, 9)]
    return [row for row in rows if row is not None]


def last(ref: str) -> AuditEntry:
    with transaction() as session:
        entries, head = chain(session, ref)
    assert verify(entries, head) is None
    return entries[-1]


def test_a_good_version_is_used_again_and_checked_anew(area: str, replaced: str) -> None:
    again = use_again(f"{replaced}-v1", "wrong_file", by="agency: Police", agency_id=request(area, "pol-1").agency_id)
    first, _, third = versions(replaced)
    assert (again.id, third.kind, third.again_of, third.reason) == (third.id, VersionKind.AGAIN, 1, "wrong_file")
    assert (third.key, third.version_id, third.sha256) == (first.key, first.version_id, first.sha256)
    assert third.result.verdict is None
    entry = last(area)
    assert (entry.facts["kind"], entry.facts["again_of"], entry.facts["reason"]) == ("again", 1, "wrong_file")
    (verdict,) = checked(area)
    assert verdict.verdict == "accepted"
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    # The store lost nothing: each version is still its own row.
    assert look_at_incoming().missing == ()


def test_the_form_sent_twice_makes_one_version(replaced: str) -> None:
    ids = {use_again(f"{replaced}-v1", "wrong_file", by="agency: Police").id for _ in range(3)}
    assert ids == {f"{replaced}-v3"}
    assert len(versions(replaced)) == 3


def test_it_is_refused_to_strangers_without_a_reason_and_once_returns_are_closed(area: str, replaced: str) -> None:
    with pytest.raises(UnknownRequestError):
        use_again(f"{replaced}-v1", "wrong_file", by="x", agency_id=request(area, "hea-1").agency_id)
    with pytest.raises(UnknownRequestError):
        use_again(f"{replaced}-v9", "wrong_file", by="x")
    with pytest.raises(ReturnRefusedError, match="Choose why"):
        use_again(f"{replaced}-v1", "because of Amelia", by="x")
    with pytest.raises(ReturnRefusedError, match="newest already"):
        use_again(f"{replaced}-v2", "wrong_file", by="x")
    moved_to(area, Stage.RETURNS_CLOSED)
    with pytest.raises(ReturnRefusedError, match="moved on"):
        use_again(f"{replaced}-v1", "wrong_file", by="x")
    assert len(versions(replaced)) == 2


def test_the_same_bytes_again_make_no_version_and_their_receipt_is_that_of_the_version(area: str, good: bytes) -> None:
    first = send(f"{area}-pol-1", "a.csv", good)
    for _ in range(2):
        assert send(f"{area}-pol-1", "b.csv", good).id == first.id
        assert actions(area)[-1] == "return.same-again"
        checked(area)
    upload = put(f"{area}-pol-1", "c.csv", good)
    # A store that reports the object by itself makes none either, and completing it again gives the same receipt.
    with transaction() as session:
        key = session.get_one(UploadSession, upload).key
    arrived = object_arrived(settings().s3_bucket, key)
    assert arrived is not None
    assert {arrived.id, upload_completed(upload).id, upload_completed(upload).id} == {first.id}
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    assert len(versions(f"{area}-pol-1")) == 1
    assert look_at_incoming().arrived == ()


def test_the_bytes_of_an_earlier_version_are_told_to_be_that_version_again(
    area: str, replaced: str, good: bytes
) -> None:
    third = send(f"{area}-pol-1", "a.csv", good)
    assert (third.id, third.kind, third.again_of) == (f"{replaced}-v3", VersionKind.AGAIN, 1)


def held(area: str, data: bytes, reason: str = "newer_extract") -> UploadSession:
    upload = open_permitted(permit_for(f"{area}-pol-1"), "new.csv", uploader="police", reason=reason, looks=True)
    store.put_once(upload.key, data)
    return upload


def test_a_file_that_replaces_an_accepted_one_waits_for_its_sender(area: str, good: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", good)
    checked(area)
    agency = request(area, "pol-1").agency_id
    upload = held(area, WRONG)
    assert upload.awaits_sender
    # Neither the sweep nor a store that reports it takes it; nothing that was accepted has changed.
    assert object_arrived(settings().s3_bucket, upload.key) is None
    # The store of a worker holds what other tests have left, so that strangers are not counted.
    assert look_at_incoming().arrived == ()
    with pytest.raises(ReturnRefusedError, match="waits for you"):
        upload_completed(upload.id, agency_id=agency)
    with transaction() as session:
        assert [row.id for row in held_for(session, f"{area}-pol-1")] == [upload.id]
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    stranger = request(area, "hea-1").agency_id
    for act in (confirm_upload, held_upload, set_aside):
        with pytest.raises(UnknownRequestError):
            act(upload.id, stranger)
    assert {confirm_upload(upload.id, agency).id for _ in range(2)} == {f"{area}-pol-1-v2"}
    second = versions(f"{area}-pol-1")[-1]
    assert (second.kind, second.reason) == (VersionKind.REPLACEMENT, "newer_extract")


def test_a_confirmation_that_died_half_way_is_finished_by_the_sweep(area: str, good: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", good)
    checked(area)
    upload = held(area, WRONG)
    with transaction() as session:
        # The first of its two steps is done, and then the portal dies.
        session.get_one(UploadSession, upload.id).awaits_sender = False
    assert look_at_incoming().arrived == (f"{area}-pol-1-v2",)


def test_a_file_that_is_set_aside_never_counts(area: str, good: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", good)
    checked(area)
    agency = request(area, "pol-1").agency_id
    upload = held(area, WRONG)
    assert set_aside(upload.id, agency) == f"{area}-pol-1"
    with pytest.raises(ReturnRefusedError, match="decided not to send"):
        confirm_upload(upload.id, agency)
    assert look_at_incoming().arrived == ()
    with transaction() as session:
        assert held_for(session, f"{area}-pol-1") == []


def test_a_program_and_a_first_file_wait_for_nobody(area: str, good: bytes) -> None:
    assert not held(area, good).awaits_sender
    send(f"{area}-pol-1", "a.csv", good)
    checked(area)
    assert not open_permitted(permit_for(f"{area}-pol-1"), "a.csv", uploader="program").awaits_sender


def test_a_nil_return_is_taken_back_while_returns_are_open(area: str) -> None:
    declare_nil(f"{area}-pol-1", by="agency: Police")
    undo_nil(f"{area}-pol-1", by="agency: Police")
    row = request(area, "pol-1")
    assert (row.state, row.nil_declared_by) == (RequestState.ACKNOWLEDGED, None)
    assert last(area).facts["nil"] == "taken back"
    with pytest.raises(ReturnRefusedError, match="no nil return"):
        undo_nil(f"{area}-pol-1", by="agency: Police")
    send(f"{area}-pol-1", "a.csv", WRONG)
    checked(area)
    declare_nil(f"{area}-pol-1", by="agency: Police")
    undo_nil(f"{area}-pol-1", by="agency: Police")
    assert request(area, "pol-1").state == RequestState.REJECTED
    declare_nil(f"{area}-pol-1", by="agency: Police")
    moved_to(area, Stage.RETURNS_CLOSED)
    with pytest.raises(ReturnRefusedError, match="moved on"):
        undo_nil(f"{area}-pol-1", by="agency: Police")
