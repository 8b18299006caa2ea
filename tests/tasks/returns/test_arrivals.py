"""Files arrive by any way, in any order, told once, twice or never: each becomes one submission."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from models.settings import settings
from models.tables import Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError
from tasks.returns import listener
from tasks.returns.arrivals import object_arrived
from tasks.returns.declarations import declare_nil
from tasks.returns.incoming import look_at_incoming
from tasks.returns.notifications import Hint, hints_in, unwrapped
from tasks.returns.uploads import open_upload, upload_completed
from tests.stacks import put_at
from tests.tasks.steps import actions, notices

ROWS = b"incident_ref\n1\n"


@pytest.fixture
def upload(area: str) -> UploadSession:
    """Return an upload whose object is stored and of which nobody has told."""
    found = open_upload(f"{area}-pol-1", "a.csv", uploader="agency: police")
    store.put_once(found.key, ROWS)
    return found


def bucket() -> str:
    return settings().s3_bucket


def submissions() -> list[Submission]:
    with transaction() as session:
        return list(session.exec(select(Submission)))


def test_l1_an_object_is_one_submission_however_often_it_is_told(area: str, upload: UploadSession) -> None:
    before = actions(area).count("request.moved")
    found = [object_arrived(bucket(), upload.key), upload_completed(upload.id), object_arrived(bucket(), upload.key)]
    assert [one.id for one in found if one] == [f"{area}-pol-1-v1"] * 3
    assert actions(area).count("request.moved") == before + 1


def test_l1_told_by_many_at_once_it_is_one_submission(upload: UploadSession) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: object_arrived(bucket(), upload.key), range(8)))
    assert len({one.id for one in found if one}) == len(submissions()) == 1


def test_what_was_told_of_its_version_is_only_a_hint(upload: UploadSession) -> None:
    found = object_arrived(bucket(), upload.key, "no-such-version")
    assert found is not None
    assert found.version_id == store.look(upload.key).version_id


def test_an_object_that_nobody_was_permitted_to_send_is_left_alone(area: str) -> None:
    store.put_once(f"incoming/{area}-pol-1/stranger-{utc_now().timestamp()}.csv", ROWS)
    for where, key in ((bucket(), f"incoming/{area}-pol-1/stranger.csv"), ("other", "x"), (bucket(), "templates/x")):
        assert object_arrived(where, key) is None
    assert submissions() == []


def test_what_another_bucket_reports_is_not_taken_for_ours(area: str, upload: UploadSession) -> None:
    assert object_arrived("other", upload.key) is None
    assert submissions() == []
    assert object_arrived(bucket(), upload.key) is not None
    assert area in submissions()[0].id


def test_a_file_that_is_not_there_yet_is_taken_once_it_is(area: str) -> None:
    waiting = open_upload(f"{area}-pol-1", "a.csv", uploader="agency: police")
    assert object_arrived(bucket(), waiting.key) is None
    store.put_once(waiting.key, ROWS)
    assert object_arrived(bucket(), waiting.key) is not None


def test_a_file_that_comes_too_late_is_refused_for_good_and_its_agency_is_told(
    area: str, upload: UploadSession
) -> None:
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        declare_nil(f"{area}-{code}", by="agency")
    for _ in range(2):
        assert object_arrived(bucket(), upload.key) is None
    (notice,) = notices(area, "not_taken")
    assert "can no longer be sent or changed" in notice.facts["why"]
    with pytest.raises(ReturnRefusedError, match="can no longer be sent or changed"):
        upload_completed(upload.id)
    assert look_at_incoming().arrived == ()


@pytest.mark.usefixtures("upload")
def test_l3_the_sweep_takes_what_nobody_told_of(area: str) -> None:
    found = look_at_incoming()
    assert found.arrived == (f"{area}-pol-1-v1",)
    assert look_at_incoming().arrived == ()


def test_the_sweep_sees_strangers_and_rows_without_their_object(area: str, upload: UploadSession) -> None:
    before = look_at_incoming().strangers
    store.put_once(f"incoming/{area}-pol-1/{utc_now().timestamp()}.csv", ROWS)
    assert look_at_incoming().strangers == before + 1
    store.client().delete_object(Bucket=bucket(), Key=upload.key)
    assert look_at_incoming().missing == (f"{area}-pol-1-v1",)


_OBJECT = {"bucket": {"name": "b"}, "object": {"key": "k"}}
_AWS = {
    "Records": [
        {
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "b"}, "object": {"key": "incoming/a+b%C3%A9.csv", "versionId": "v1"}},
        },
        {"eventName": "ObjectRemoved:Delete", "s3": {"bucket": {"name": "b"}, "object": {"key": "gone"}}},
    ]
}
_FILER = {"event_type": "create", "key": "/buckets/b/incoming/x.csv.versions/v_12", "message": {"new_entry": {}}}


@pytest.mark.parametrize(
    ("message", "hints"),
    [
        (_AWS, (Hint("b", "incoming/a bé.csv", "v1"),)),
        ({"Type": "Notification", "Message": json.dumps(_AWS)}, (Hint("b", "incoming/a bé.csv", "v1"),)),
        (
            {
                "Records": [
                    {"eventName": "s3:ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}
                ]
            },
            (Hint("b", "k"),),
        ),
        (
            {"detail-type": "Object Created", "detail": _OBJECT},
            (Hint("b", "k"),),
        ),
        (_FILER, (Hint("b", "incoming/x.csv"),)),
        ({"event_type": "create", "key": "/buckets/b/.uploads/x"}, ()),
        ({"event_type": "create", "key": "/buckets/b/in", "message": {"new_entry": {"is_directory": True}}}, ()),
        ({"event_type": "delete", "key": "/buckets/b/in"}, ()),
        ({"Event": "s3:TestEvent"}, ()),
        ([], ()),
    ],
)
def test_messages_of_each_kind_of_store_are_read(message: Any, hints: tuple[Hint, ...]) -> None:
    assert hints_in(unwrapped(message)) == hints


_JSON = st.recursive(
    st.none() | st.text(max_size=8) | st.integers() | st.sampled_from(["ObjectCreated:Put", "create", "/buckets/b/k"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Records", "eventName", "s3", "bucket", "name", "object", "key", "event_type", "message", "Type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_whatever_a_message_holds_it_is_read_without_fault(message: Any) -> None:
    assert all(hint.bucket and hint.key for hint in hints_in(unwrapped(message)))


@pytest.fixture
def sqs(ministack: str) -> tuple[Any, str]:
    """Return the queue's service and the address of an empty queue."""
    found = boto3.client(
        "sqs", endpoint_url=ministack, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
    )
    url = found.create_queue(QueueName=f"q{time.monotonic_ns()}", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    return found, url


def created(key: str) -> str:
    told = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket()}, "object": {"key": key}}}
    return json.dumps({"Records": [told]})


def drained(sqs: tuple[Any, str], looks: int = 2) -> int:
    left = iter([False] * looks)
    return listener.listen(sqs[0], sqs[1], lambda: next(left, True), wait_seconds=0)


def waiting(sqs: tuple[Any, str]) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs[0].get_queue_attributes(QueueUrl=sqs[1], AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def test_l3_a_queue_that_tells_twice_makes_one_submission(upload: UploadSession, sqs: tuple[Any, str]) -> None:
    for body in (created(upload.key), created(upload.key), created("incoming/unknown"), "no json", "{}"):
        sqs[0].send_message(QueueUrl=sqs[1], MessageBody=body)
    assert drained(sqs) == 5
    assert waiting(sqs) == 0
    assert len(submissions()) == 1


def test_l1_a_message_is_deleted_only_after_its_object_is_recorded(
    upload: UploadSession, sqs: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs[0].send_message(QueueUrl=sqs[1], MessageBody=created(upload.key))
    with monkeypatch.context() as broken:
        broken.setattr(settings(), "database_url", None)
        assert drained(sqs, 1) == 0
    assert waiting(sqs) == 1
    assert submissions() == []
    time.sleep(1.2)
    assert drained(sqs) == 1
    assert len(submissions()) == 1


def test_notifications_of_a_store_come_through_the_queue(area: str, ministack: str, sqs: tuple[Any, str]) -> None:
    """A store that notifies its queue by itself: put, notice, queue, submission."""
    s3 = boto3.client(
        "s3", endpoint_url=ministack, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
    )
    s3.create_bucket(Bucket=bucket())
    arn = sqs[0].get_queue_attributes(QueueUrl=sqs[1], AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    s3.put_bucket_notification_configuration(
        Bucket=bucket(),
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
    found = open_upload(f"{area}-pol-1", "a.csv", uploader="agency: police")
    store.put_once(found.key, ROWS)
    s3.put_object(Bucket=bucket(), Key=found.key, Body=ROWS)
    assert drained(sqs, 4) >= 1
    assert [one.key for one in submissions()] == [found.key]


def _put_plain(area: str, data: bytes = ROWS) -> UploadSession:
    """Return an upload whose file a browser put into the store by itself."""
    found = open_upload(f"{area}-pol-1", "a.csv", uploader="agency: police")
    url, headers = store.presign_put(found.key, 60, size=len(data), filename="a.csv")
    put_at(url, data, headers).raise_for_status()
    assert store.is_plain(found.key)
    return found


def test_l1_what_was_put_plain_is_sealed_once_however_many_complete_it(area: str) -> None:
    upload = _put_plain(area)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: object_arrived(bucket(), upload.key), range(8)))
    (submission,) = submissions()
    assert {one.id for one in found if one} == {submission.id}
    assert store.versions_of(upload.key) == [submission.version_id]
    assert store.get(upload.key, submission.version_id) == ROWS
    assert submission.size == len(ROWS)


@pytest.mark.parametrize("step", ["get_object", "put_object", "list_object_versions", "delete_object"])
def test_l1_a_death_at_any_step_of_sealing_is_made_good_by_the_sweep(
    area: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = _put_plain(area)
    s3: Any = store.client()
    before = s3.get_paginator if step == "list_object_versions" else getattr(s3, step)

    def die(*given: object, **more: object) -> object:
        if step == "get_object" and "VersionId" not in more:
            return before(*given, **more)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(s3, "get_paginator" if step == "list_object_versions" else step, die)
        with pytest.raises(KeyboardInterrupt):
            upload_completed(upload.id)
    assert submissions() == []
    assert look_at_incoming().arrived == (f"{area}-pol-1-v1",)
    assert store.versions_of(upload.key) == [submissions()[0].version_id]
    assert not store.is_plain(upload.key)


def test_what_waits_for_its_sender_is_sealed_by_the_sweep(area: str) -> None:
    upload = _put_plain(area)
    with transaction() as session:
        row = session.get_one(UploadSession, upload.id)
        row.awaits_sender = True
        session.add(row)
    assert look_at_incoming().arrived == ()
    assert not store.is_plain(upload.key)
    assert len(store.versions_of(upload.key)) == 1
