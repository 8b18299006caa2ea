"""The store behind a bad network: lost answers, refusals half way, bodies cut. Nothing is lost or doubled."""

import io
import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy import text

from deployments.store import client as one_try_client
from models.events import Owed
from models.lifecycle import RequestState
from models.settings import reread, settings
from models.tables import Work
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.jobs.validate import validate_submission
from tasks.ledger.rows import ReturnRefusedError
from tasks.ledger.work import MOST_ATTEMPTS, give_back
from tasks.returns.incoming import look_at_incoming
from tasks.returns.uploads import open_upload, upload_completed
from tasks.returns.using_again import use_again
from tests.proxies import Fault, StoreProxy, before_store
from tests.stacks import put_at, trusting
from tests.tasks.jobs.test_validate import report_of
from tests.tasks.steps import checked, file_of, put, request, send, taken

ROWS = b"incident_ref\n1\n"


@pytest.fixture
def proxy(area: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[StoreProxy]:  # noqa: ARG001 - it was announced without the proxy
    """Reach the store through a proxy."""
    with before_store(str(settings().s3_endpoint_url)) as (found, url):
        with monkeypatch.context() as patched:
            patched.setenv("JTAI_S3_ENDPOINT_URL", url)
            reread()
            yield found
        reread()


def versions(key: str, since: datetime | None = None) -> int:
    """Return how many versions of an object there are; earlier tests left theirs at keys that are not guessed."""
    found = store.client().list_object_versions(Bucket=settings().s3_bucket, Prefix=key)
    return len([one for one in found.get("Versions", ()) if since is None or one["LastModified"] >= since])


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.SLOW_DOWN, Fault.DELAY])
def test_l1_an_upload_whose_answer_is_lost_is_stored_once_and_acknowledged(
    area: str, proxy: StoreProxy, fault: Fault
) -> None:
    upload = open_upload(f"{area}-pol-1", "a.csv", uploader="test")
    proxy.order(fault, "PUT", upload.key)
    store.put_stream(upload.key, io.BytesIO(ROWS), filename="a.csv")
    assert proxy.failed
    assert upload_completed(upload.id).sha256 == sha256(ROWS)
    assert versions(upload.key) == 1


def test_l2_an_upload_to_a_key_with_other_bytes_is_still_refused(area: str, proxy: StoreProxy) -> None:
    upload = open_upload(f"{area}-pol-1", "a.csv", uploader="test")
    store.put_once(upload.key, b"others")
    proxy.order(Fault.LOST_ANSWER, "PUT", upload.key)
    with pytest.raises(store.StoredDifferentlyError):
        store.put_stream(upload.key, io.BytesIO(ROWS))
    assert store.get(upload.key) == b"others"


def test_l1_an_upload_that_was_stored_though_every_try_failed_is_found_by_the_sweep(
    area: str, proxy: StoreProxy
) -> None:
    upload = open_upload(f"{area}-pol-1", "a.csv", uploader="test")
    proxy.order(Fault.LOST_ANSWER, "PUT", upload.key, times=9)
    with pytest.raises(BotoCoreError):
        store.put_stream(upload.key, io.BytesIO(ROWS))
    assert look_at_incoming().arrived == (f"{area}-pol-1-v1",)
    assert look_at_incoming().arrived == ()
    assert versions(upload.key) == 1


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.SLOW_DOWN])
def test_l4_a_check_whose_every_put_fails_once_leaves_the_same_bytes_once(
    area: str, proxy: StoreProxy, synthetic: Path, fault: Fault
) -> None:
    police = file_of(synthetic, "POL-1").read_bytes()
    send(f"{area}-pol-1", "a.csv", police)
    checked(area)
    wanted = report_of(f"{area}-pol-1-v1")
    # The very same bytes make no version when they are sent; an earlier version that is used again has them.
    send(f"{area}-pol-1", "a.csv", ROWS)
    checked(area)
    began = utc_now().replace(microsecond=0)
    use_again(f"{area}-pol-1-v1", "wrong_file", by="test")
    for word in ("report", "places", "since"):
        proxy.order(fault, "PUT", word)
    assert [one.verdict for one in checked(area)] == ["accepted"]
    assert {path.rsplit("/", 1)[-1].split("-")[0] for _, path in proxy.failed} >= {"report", "places", "since"}
    assert report_of(f"{area}-pol-1-v3") == wanted
    assert {versions(unquote(path).split("/", 2)[2].split("?")[0], began) for _, path in proxy.failed} == {1}


def test_l2_a_manifest_whose_answer_is_lost_is_locked_once(proxy: StoreProxy, area: str) -> None:
    key, keep = f"test/{area}/{utc_now().timestamp()}/manifest.json", utc_now() + timedelta(days=1)
    proxy.order(Fault.LOST_ANSWER, "PUT", "manifest.json")
    stored = store.put_once(key, b"{}", keep_until=keep)
    assert stored.sha256 == sha256(b"{}")
    assert versions(key) == 1
    head = store.client().head_object(Bucket=settings().s3_bucket, Key=key)
    assert head["ObjectLockRetainUntilDate"]
    assert stored.version_id == head["VersionId"]


@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.CUT_ANSWER])
def test_l1_no_receipt_is_given_for_what_cannot_be_read_back_and_none_is_refused(
    area: str, proxy: StoreProxy, fault: Fault
) -> None:
    upload = put(f"{area}-pol-1", "a.csv", ROWS)
    proxy.order(fault, "GET", f"{area}-pol-1/{upload}", times=9)
    with pytest.raises((BotoCoreError, ClientError)):
        upload_completed(upload)
    proxy.orders.clear()
    assert request(area, "pol-1").state == RequestState.ISSUED
    assert upload_completed(upload).sha256 == sha256(ROWS)


@pytest.mark.parametrize("fault", [Fault.DENIED, Fault.CUT_ANSWER, Fault.SKEWED])
def test_l9_a_file_that_cannot_be_fetched_for_its_check_is_not_called_wrong(
    area: str, proxy: StoreProxy, fault: Fault
) -> None:
    send(f"{area}-pol-1", "a.csv", ROWS)
    claimed = taken(Owed.VALIDATE, area)
    proxy.order(fault, "GET", f"{area}-pol-1/", times=9)
    with pytest.raises((BotoCoreError, ClientError)) as failed:
        validate_submission(claimed)
    proxy.orders.clear()
    assert give_back(claimed, failed.value) is not None
    assert request(area, "pol-1").state == RequestState.VALIDATING
    _at_once()
    assert [one.verdict for one in checked(area)] == ["rejected"]


def _at_once() -> None:
    with transaction() as session:
        session.execute(text("UPDATE work SET not_before = now() - interval '1 second'"))


def test_l9_while_the_store_is_away_work_waits_and_is_not_put_aside(area: str, monkeypatch: pytest.MonkeyPatch) -> None:
    send(f"{area}-pol-1", "a.csv", ROWS)
    with monkeypatch.context() as patched:
        patched.setenv("JTAI_S3_ENDPOINT_URL", "http://127.0.0.1:9")
        patched.setenv("AWS_MAX_ATTEMPTS", "1")
        for _ in range(MOST_ATTEMPTS + 1):
            claimed = taken(Owed.VALIDATE, area)
            reread()
            with pytest.raises(BotoCoreError) as failed:
                validate_submission(claimed)
            assert give_back(claimed, failed.value) is not None
            _at_once()
    reread()
    assert [one.verdict for one in checked(area)] == ["rejected"]
    with transaction() as session:
        assert session.get_one(Work, (Owed.VALIDATE, f"{area}-pol-1-v1")).state == "done"


@pytest.mark.usefixtures("area")
def test_a_store_that_is_busy_is_away_and_one_that_denies_is_not(proxy: StoreProxy) -> None:
    once = one_try_client({name: os.environ[name] for name in os.environ if name.startswith("JTAI_S3")}, "us-east-1")
    wanted = {Fault.SLOW_DOWN: True, Fault.LOST_ANSWER: True, Fault.SKEWED: True, Fault.DENIED: False}
    for fault, away in wanted.items():
        proxy.order(fault, "GET", "anything")
        with pytest.raises((BotoCoreError, ClientError)) as failed:
            once.get_object(Bucket=settings().s3_bucket, Key="anything")
        assert store.is_away(failed.value) is away


def test_l1_a_line_cut_in_mid_upload_stores_nothing_and_the_upload_can_be_made_again(area: str) -> None:
    upload = open_upload(f"{area}-pol-1", "a.csv", uploader="test")
    url, headers = store.presign_put(upload.key, 60, size=len(ROWS), filename="a.csv")
    parts = urlsplit(url)
    lines = [f"PUT {parts.path}?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(ROWS)}"]
    head = "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""])
    address = (str(parts.hostname), int(parts.port or 443))
    with trusting().wrap_socket(socket.create_connection(address), server_hostname=address[0]) as line:
        line.sendall(head.encode() + ROWS[: len(ROWS) // 2])
    with pytest.raises(ReturnRefusedError, match="Nothing arrived"):
        upload_completed(upload.id)
    assert look_at_incoming().arrived == ()
    assert put_at(url, ROWS, headers).status_code == 200
    assert upload_completed(upload.id).sha256 == sha256(ROWS)


def test_an_address_for_an_upload_that_has_expired_takes_nothing(area: str) -> None:
    upload = open_upload(f"{area}-pol-1", "a.csv", uploader="test")
    url, headers = store.presign_put(upload.key, 1, size=len(ROWS), filename="a.csv")
    time.sleep(2.1)
    assert put_at(url, ROWS, headers).status_code == 403
    with pytest.raises(ReturnRefusedError, match="Nothing arrived"):
        upload_completed(upload.id)


def test_l2_what_is_checked_is_what_the_receipt_names_whatever_is_put_there_later(area: str, synthetic: Path) -> None:
    receipt = send(f"{area}-pol-1", "a.csv", file_of(synthetic, "POL-1").read_bytes())
    store.client().put_object(Bucket=settings().s3_bucket, Key=receipt.key, Body=b"nonsense")
    (found,) = checked(area)
    assert found.verdict == "accepted"
    assert sha256(store.get(receipt.key, receipt.version_id)) == receipt.sha256 != sha256(store.get(receipt.key))


def test_l1_the_same_bytes_sent_twice_at_once_are_one_version_with_one_receipt(area: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(lambda _: send(f"{area}-pol-1", "a.csv", ROWS), range(2)))
    assert [one.version for one in receipts] == [1, 1]
    assert len({one.id for one in receipts}) == 1
    assert len(checked(area)) == 1


def test_the_same_bytes_from_two_agencies_are_two_returns_that_know_nothing_of_each_other(area: str) -> None:
    receipts = [send(f"{area}-{code}", "a.csv", ROWS) for code in ("pol-1", "pro-1")]
    assert len({one.key for one in receipts}) == len({one.request_id for one in receipts}) == 2
    assert {one.return_code for one in checked(area)} == {"POL-1", "PRO-1"}
