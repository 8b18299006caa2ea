"""Programs at the door: an agency's with a token, a store's with a webhook."""

import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import select

from deployments import certificates
from models.events import Owed
from models.settings import CHECKOUT, reread, settings
from models.states import DocumentState
from models.tables import (
    ApiToken,
    DocumentItem,
    DocumentUpload,
    DocumentVersion,
    Notice,
    Submission,
    UploadSession,
)
from models.tables.base import utc_now
from tasks.documents.arrivals import take_unreported
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.scan_document import scan_document
from tasks.ledger.work import claim
from tasks.people.senders import NO_LONGER
from tasks.people.tokens import UnknownAgencyError, make_token, revoke_tokens
from tasks.returns.incoming import look_at_incoming
from tasks.returns.uploads import MOST_OPEN, PUT_SECONDS, open_upload
from tests.portal.driving import apart, validated
from tests.proxies import before_store
from tests.stacks import put_at


@pytest.fixture
def token(reading: str) -> str:
    return make_token(reading, "police", "exports", by="test")[0]


@pytest.fixture
def program(portal: str, token: str) -> Iterator[httpx.Client]:
    """Return a program of the police."""
    with httpx.Client(base_url=portal, trust_env=False, headers={"Authorization": f"Bearer {token}"}) as found:
        yield found


def sent(program: httpx.Client, request_id: str, data: bytes, **more: Any) -> dict[str, Any]:
    answer = program.post(f"/api/requests/{request_id}/uploads", json={"filename": "a.csv", "size": len(data), **more})
    assert answer.status_code == 201, answer.text
    permit = answer.json()
    put_at(permit["url"], data, permit["headers"]).raise_for_status()
    receipt: dict[str, Any] = program.post(permit["complete"]).json()
    assert program.post(permit["complete"]).json() == receipt
    return receipt


def test_a_program_sends_a_return_and_reads_its_verdict(program: httpx.Client, reading: str, police_file: Path) -> None:
    apart(f"{reading}-pol-1", after=80)
    asked = [one for one in program.get("/api/requests").json()["requests"] if one["state"] == "issued"]
    assert [one["return"] for one in asked] == ["POL-1"]
    receipt = sent(program, asked[0]["id"], police_file.read_bytes())
    where = f"/api/submissions/{receipt['submission']}"
    assert program.get(where).json()["verdict"] is None
    assert program.get(f"{where}/report").status_code == 404
    validated(reading)
    told = program.get(where).json()
    assert (told["verdict"], told["errors"], told["sha256"]) == ("accepted", 0, receipt["sha256"])
    assert program.get(f"{where}/report").json()["return"] == "POL-1"
    with transaction() as session:
        assert session.get_one(Submission, receipt["submission"]).uploader == "police program: exports"


def test_a_program_sends_a_document_and_reads_what_the_scanner_answered(program: httpx.Client, reading: str) -> None:
    listed = program.get("/api/documents").json()["documents"]
    (asked_for, *_) = [one for one in listed if one["state"] == "asked" and one["child"] is None]
    assert asked_for["number"]
    assert asked_for["version"] is None
    data, where = b"%PDF-1.7\n%%EOF\n", f"/api/documents/{asked_for['id']}"
    permit = program.post(f"{where}/uploads", json={"filename": "a.pdf", "size": len(data)})
    assert permit.status_code == 201
    put = put_at(permit.json()["url"], data, permit.json()["headers"])
    assert put.status_code == 200
    first = program.post(permit.json()["complete"])
    assert (first.status_code, first.json()["same"], first.json()["kind"]) == (201, False, "pdf")
    assert program.post(permit.json()["complete"]).json() == first.json()
    assert program.get(f"{where}/versions/1").json()["checked"] is None
    work = claim(Owed.SCAN_DOCUMENT, reading)
    assert work is not None
    scan_document(work)
    told = program.get(f"{where}/versions/1").json()
    assert (bool(told["checked"]), told["malware"], told["sha256"]) == (True, False, first.json()["sha256"])
    assert program.get(f"{where}/versions/2").status_code == 404
    again = program.post(f"{where}/none", json={"reason": "not_there"})
    assert (again.status_code, "answered this already" in again.json()["error"]) == (422, True)
    other = next(one["id"] for one in listed if one["state"] == "asked" and one["id"] != asked_for["id"])
    assert program.post(f"/api/documents/{other}/none", json={"reason": "whatever"}).status_code == 422
    assert program.post(f"/api/documents/{other}/none", json={"reason": "not_there"}).json()["state"] == "none_held"
    assert program.post(f"/api/documents/{other}/none", json={"why": "x"}).status_code == 422
    with transaction() as session:
        assert session.get_one(DocumentVersion, f"{asked_for['id']}-v1").by == "police program: exports"


def test_the_guides_own_commands_send_a_return_and_a_document(
    portal: str, token: str, reading: str, police_file: Path, tmp_path: Path
) -> None:
    apart(f"{reading}-pol-1", after=85)
    shutil.copy(police_file, tmp_path / "POL-1.csv")
    scripts = re.findall(r"```sh\n(.*?)```", (CHECKOUT / "docs" / "machines.md").read_text(), re.DOTALL)
    environment = {
        **{name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        "TOKEN": token,
        "PORTAL": portal,
        "FILE": "POL-1.csv",
        "REQUEST": f"{reading}-pol-1",
        "DOCUMENT": _first_document(reading),
        # As the guide says of a stack of one's own.
        "CURL_CA_BUNDLE": settings().required("s3_ca_file"),
    }
    said = ""
    for script in scripts:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said += done.stdout
        validated(reading)
    assert f"{reading}-pol-1 issued" in said
    assert "\naccepted\n" in said
    assert said.rstrip().endswith("null")
    with transaction() as session:
        assert session.get_one(DocumentItem, environment["DOCUMENT"]).state is DocumentState.RECEIVED


def _first_document(ref: str) -> str:
    with transaction() as session:
        query = select(DocumentItem.id).where(DocumentItem.agency_id == f"{ref}/police")
        return session.exec(query.where(DocumentItem.child == "").order_by(DocumentItem.id)).all()[0]


def test_a_token_opens_nothing_of_another_agency(program: httpx.Client, reading: str) -> None:
    body = {"filename": "a.csv", "size": 5}
    theirs = program.post(f"/api/requests/{reading}-la-da/uploads", json=body)
    assert (theirs.status_code, theirs.json()) == (404, {"error": "There is nothing at this address for this token."})
    upload = open_upload(f"{reading}-la-da", "a.csv", uploader="agency: council")
    store.put_once(upload.key, b"rows")
    assert program.post(f"/api/uploads/{upload.id}/complete").status_code == 404
    assert program.get(f"/api/submissions/{reading}-la-da-v1").status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer x", "Bearer jtai_x_y", "Basic {}", "Bearer {}x"])
def test_without_a_token_that_holds_nothing_is_told(portal: str, token: str, given: str) -> None:
    answer = httpx.get(f"{portal}/api/requests", headers={"Authorization": given.format(token)}, trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "has expired" in answer.json()["error"]


def test_a_token_that_was_revoked_or_has_ended_is_worth_nothing(program: httpx.Client, reading: str) -> None:
    assert program.get("/api/requests").status_code == 200
    with transaction() as session:
        row = session.exec(select(ApiToken)).one()
        row.expires_at = utc_now()
        session.add(row)
    assert program.get("/api/requests").status_code == 401
    make_token(reading, "police", "other", by="test")
    assert revoke_tokens(reading, "police", by="test") == 2
    assert program.get("/api/requests").status_code == 401
    with pytest.raises(UnknownAgencyError, match="No fire brigade"):
        make_token(reading, "fire_brigade", "x", by="test")


def test_a_program_is_told_what_is_wrong_in_a_sentence(program: httpx.Client, reading: str) -> None:
    where = f"/api/requests/{reading}-pol-1/uploads"
    for body, said in (
        ({"filename": "a.pdf", "size": 5}, "XLSX, ODS or CSV"),
        ({"filename": "a.csv", "size": 0}, "is empty"),
        ({"size": 1}, "Send JSON such as"),
    ):
        answer = program.post(where, json=body)
        assert answer.status_code == 422
        assert said in answer.json()["error"]
    early = program.post(where, json={"filename": "a.csv", "size": 5}).json()
    assert "Nothing arrived" in program.post(early["complete"]).json()["error"]


@pytest.fixture
def hook(portal: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """Return a store that knows the webhook's token."""
    monkeypatch.setattr(settings(), "hook_token", SecretStr("let-me-in"))
    with httpx.Client(base_url=portal, trust_env=False, headers={"Authorization": "Bearer let-me-in"}) as found:
        yield found


def test_l3_a_store_that_tells_twice_makes_one_submission(hook: httpx.Client, reading: str) -> None:
    apart(f"{reading}-pol-1", after=90)
    upload = open_upload(f"{reading}-pol-1", "a.csv", uploader="agency: police")
    store.put_once(upload.key, b"incident_ref\n1\n")
    filer = {"event_type": "create", "key": f"/buckets/{settings().s3_bucket}/{upload.key}"}
    for _ in range(2):
        assert hook.post("/hooks/store", json=filer).json() == {"taken": 1}
    assert hook.post("/hooks/store", json={"Records": "nonsense"}).json() == {"taken": 0}
    with transaction() as session:
        assert [one.key for one in session.exec(select(Submission))] == [upload.key]


def test_the_webhook_is_for_those_who_know_its_token(portal: str, hook: httpx.Client) -> None:
    wrong = httpx.post(f"{portal}/hooks/store", json={}, headers={"Authorization": "Bearer x"}, trust_env=False)
    assert wrong.status_code == 401
    assert hook.post("/hooks/store", content=b"no json").status_code == 400
    assert hook.post("/hooks/store", content=b"[" * 1_000_001).status_code == 413


@pytest.mark.usefixtures("storage")
def test_without_a_token_there_is_no_webhook(portal: str) -> None:
    assert httpx.post(f"{portal}/hooks/store", json={}, trust_env=False).status_code == 404


def _permit(program: httpx.Client, request_id: str, size: int, name: str = "a.csv") -> httpx.Response:
    return program.post(f"/api/requests/{request_id}/uploads", json={"filename": name, "size": size})


@pytest.mark.parametrize("more", [-1, 1, 10_000])
def test_an_address_takes_a_file_of_the_size_that_was_announced_and_no_other(
    program: httpx.Client, reading: str, more: int
) -> None:
    permit = _permit(program, f"{reading}-pol-1", 100).json()
    put = put_at(permit["url"], b"a" * (100 + more), permit["headers"])
    assert put.status_code == 403
    assert program.post(permit["complete"]).status_code == 422
    without = {name: value for name, value in permit["headers"].items() if "announced" not in name}
    assert put_at(permit["url"], b"a" * 100, without).status_code == 403
    other = permit["headers"] | {"x-amz-meta-announced-size": str(100 + more)}
    assert put_at(permit["url"], b"a" * (100 + more), other).status_code == 403
    put = put_at(permit["url"], b"a" * 100, permit["headers"])
    assert put.status_code == 200


def test_l1_what_a_careless_store_took_beyond_the_size_is_not_receipted_and_is_removed(
    program: httpx.Client, reading: str
) -> None:
    permit = _permit(program, f"{reading}-pol-1", 100).json()
    with transaction() as session:
        upload = session.get_one(UploadSession, permit["upload"])
    # As a store would that does not compare the length it signed.
    stored = store.client().put_object(
        Bucket=settings().s3_bucket, Key=upload.key, Body=b"a" * 101, Metadata={"announced-size": "100"}
    )
    refused = program.post(permit["complete"])
    assert refused.status_code == 422
    assert "101 bytes, and 100 were announced" in refused.json()["error"]
    assert program.post(permit["complete"]).json() == refused.json()
    with transaction() as session:
        assert session.exec(select(Submission).where(Submission.key == upload.key)).all() == []
        assert session.get_one(UploadSession, upload.id).refused
    with pytest.raises(store.NotStoredError):
        store.look(upload.key, stored["VersionId"])


def test_a_file_beyond_the_limit_is_removed_whatever_was_announced(
    program: httpx.Client, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit = _permit(program, f"{reading}-pol-1", 300).json()
    put_at(permit["url"], b"a" * 300, permit["headers"]).raise_for_status()
    monkeypatch.setattr(settings(), "max_upload_bytes", 299)
    assert program.post(permit["complete"]).status_code == 422
    with transaction() as session:
        assert not store.exists(session.get_one(UploadSession, permit["upload"]).key)


@pytest.mark.parametrize("size", [0, -1, -5, -(10**30)])
def test_a_size_that_no_file_has_gets_no_address(program: httpx.Client, reading: str, size: int) -> None:
    assert _permit(program, f"{reading}-pol-1", size).status_code == 422


def test_an_agency_holds_so_many_addresses_at_once_and_no_more(
    program: httpx.Client, reading: str, police_file: Path
) -> None:
    apart(f"{reading}-pol-1", after=600)
    request_id = f"{reading}-pol-1"
    with ThreadPoolExecutor(8) as several:
        statuses = list(several.map(lambda _: _permit(program, request_id, 10).status_code, range(MOST_OPEN + 10)))
    assert sorted(statuses) == [201] * MOST_OPEN + [422] * 10
    assert "sent no file" in _permit(program, request_id, 10).json()["error"]
    # Another agency is none the worse for it, and the same one again once the addresses are dead.
    other = make_token(reading, "probation", "exports", by="test")[0]
    with httpx.Client(
        base_url=str(program.base_url), trust_env=False, headers={"Authorization": f"Bearer {other}"}
    ) as theirs:
        (first, *_) = theirs.get("/api/requests").json()["requests"]
        assert _permit(theirs, first["id"], 10).status_code == 201
    with transaction() as session:
        for upload in session.exec(select(UploadSession).where(UploadSession.request_id == request_id)):
            upload.created_at -= timedelta(seconds=PUT_SECONDS)
            session.add(upload)
    assert sent(program, request_id, police_file.read_bytes())["size"] == police_file.stat().st_size


def test_senders_reach_the_store_at_its_public_address_behind_a_proxy_with_tls(
    program: httpx.Client, reading: str, police_file: Path, tmp_path: Path
) -> None:
    apart(f"{reading}-pol-1", after=700)
    (tmp_path / "working").mkdir()
    certificates.secure(tmp_path / "tls", tmp_path / "working", utc_now())
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / "tls" / "store.crt", tmp_path / "tls" / "store.key")
    believing = ssl.create_default_context(cafile=str(tmp_path / "tls" / "ca.crt"))
    data = police_file.read_bytes()
    with before_store(settings().required("s3_endpoint_url"), server) as (proxy, public), _reached_at(public):
        permit = _permit(program, f"{reading}-pol-1", len(data)).json()
        assert permit["url"].startswith(f"{public}/")
        assert f" {public};" in program.get("/sign-in").headers["content-security-policy"]
        put = httpx.put(permit["url"], content=data, headers=permit["headers"], trust_env=False, verify=believing)
        assert put.status_code == 200
        # Our own reading goes the short way.
        assert program.post(permit["complete"]).json()["size"] == len(data)
        assert [method for method, _ in proxy.seen] == ["PUT"]


@contextmanager
def _reached_at(public: str) -> Iterator[None]:
    """Let senders reach the store at a public address while a block runs."""
    os.environ["JTAI_S3_PUBLIC_URL"] = public
    reread()
    try:
        yield
    finally:
        del os.environ["JTAI_S3_PUBLIC_URL"]
        reread()


def test_l15_a_file_put_after_its_token_was_revoked_is_not_taken_and_its_agency_is_told(
    program: httpx.Client, reading: str
) -> None:
    permit = _permit(program, f"{reading}-pol-1", 300).json()
    revoke_tokens(reading, "police", by="test")
    # A token of the same name that was made since is another one.
    make_token(reading, "police", "exports", by="test")
    # The store asks nobody: the address that it gave takes the file still.
    put_at(permit["url"], b"a" * 300, permit["headers"]).raise_for_status()
    assert look_at_incoming().arrived == ()
    with transaction() as session:
        assert session.exec(select(Submission).where(Submission.request_id == f"{reading}-pol-1")).all() == []
        assert session.get_one(UploadSession, permit["upload"]).refused == NO_LONGER
        written = session.exec(select(Notice).where(Notice.kind == "not_taken")).one()
    assert written.facts["why"] == NO_LONGER


def test_l15_a_document_put_after_its_token_was_revoked_is_not_taken(program: httpx.Client, reading: str) -> None:
    where = f"/api/documents/{_first_document(reading)}/uploads"
    data = b"%PDF-1.7\n%%EOF\n"
    permits = [program.post(where, json={"filename": "a.pdf", "size": len(data)}).json() for _ in range(2)]
    for permit in permits:
        put_at(permit["url"], data, permit["headers"]).raise_for_status()
    assert program.post(permits[0]["complete"]).status_code == 201
    revoke_tokens(reading, "police", by="test")
    assert take_unreported() == ()
    with transaction() as session:
        assert session.get_one(DocumentUpload, permits[1]["upload"]).refused == NO_LONGER
