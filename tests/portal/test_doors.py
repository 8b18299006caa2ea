"""Who comes in and who does not: links, tokens, other agencies' addresses, the outbox, faults."""

import logging
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import select

from models.settings import settings
from models.tables import Base, Link, Notice, Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.store import client
from tasks.people.sign_in_links import outbox_key
from tests.portal.driving import Driver, Outbox, words
from tests.stacks import put_at, until


def test_opening_a_link_uses_nothing_and_pressing_the_button_uses_it_once(portal: str, outbox: Outbox) -> None:
    link = outbox.link_of("police")
    for _ in range(3):
        assert "Continue" in httpx.get(link, trust_env=False).text
    with Driver(portal) as first, Driver(portal) as second:
        token = second.token(link)
        assert "Thames Valley Police" in words(first.sign_in(link))
        again = second.http.post(link, data={"csrf": token})
        assert again.status_code == 403
        assert "already used" in words(again)
        assert "Send a new link" in second.get(link).text


def test_an_expired_or_altered_link_is_refused_without_a_hint(portal: str, outbox: Outbox) -> None:
    link = outbox.link_of("police")
    altered = httpx.get(link[:-1] + ("0" if link[-1] != "0" else "1"), trust_env=False)
    unknown = httpx.get(f"{portal}/sign-in/{'0' * 32}/{'0' * 40}", trust_env=False)
    assert altered.status_code == unknown.status_code == 403
    assert "not correct" in words(altered)
    assert "not correct" in words(unknown)
    with transaction() as session:
        for row in session.exec(select(Link)):
            row.expires_at = utc_now() - timedelta(seconds=1)
    assert "has expired" in words(httpx.get(link, trust_env=False))


def test_a_new_link_goes_to_the_same_mailbox_once_in_ten_minutes(portal: str, outbox: Outbox) -> None:
    link = outbox.link_of("police")
    with Driver(portal) as driver:
        for known in (link.split("/")[-2], "f" * 32, link.split("/")[-2]):
            answer = driver.post("/sign-in/new", page="/sign-in", link=known)
            assert "If we know the address" in words(answer)
        unknown = driver.post("/sign-in/new", page="/sign-in", mailbox="nobody@example.org")
        assert words(unknown) == words(answer)
        assert "Enter your work email address" in words(driver.post("/sign-in/new", page="/sign-in"))
    until("the link is written", lambda: [one for one in outbox.notices() if one["kind"] == "new_link"])
    with transaction() as session:
        sent = session.exec(select(Notice).where(Notice.kind == "new_link")).all()
    assert [one.to_name for one in sent] == ["Thames Valley Police"]
    assert outbox.link_of("police") != link


def test_the_mailbox_address_also_brings_a_link(portal: str, outbox: Outbox) -> None:
    mailbox = next(one["to_mailbox"] for one in outbox.notices() if str(one["agency_id"]).endswith("/police"))
    with Driver(portal) as driver:
        driver.post("/sign-in/new", page="/sign-in", mailbox=str(mailbox).upper())
    until("the link is written", lambda: outbox.notices()[0]["kind"] == "new_link")


def test_a_changed_cookie_signs_nobody_in(portal: str, police: Driver, reading: str) -> None:
    from portal.pages.session import COOKIE

    value = police.http.cookies[COOKIE]
    for wrong in (value[:-1] + ("0" if value[-1] != "0" else "1"), "", "nonsense", "x" * 5000):
        answer = httpx.get(f"{portal}/requests/{reading}-pol-1", cookies={COOKIE: wrong}, trust_env=False)
        assert answer.status_code == 403
    assert police.get(f"/requests/{reading}-pol-1").status_code == 200


def test_l15_a_kept_cookie_opens_nothing_after_signing_out(portal: str, police: Driver, reading: str) -> None:
    from portal.pages.session import COOKIE

    kept = {COOKIE: police.http.cookies[COOKIE]}
    police.post("/sign-out")
    assert httpx.get(f"{portal}/requests/{reading}-pol-1", cookies=kept, trust_env=False).status_code == 403


def test_l15_a_cancelled_inspection_shuts_every_door_at_once(
    portal: str, police: Driver, inspector: Driver, reading: str, outbox: Outbox
) -> None:
    from tasks.inspection.ending import Ending, EndReason, end
    from tasks.people.tokens import make_token

    token, _ = make_token(reading, "police", "nightly", by="test")
    program = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{portal}/api/requests", headers=program, trust_env=False).status_code == 200
    kept = outbox.link_of("health")
    end(reading, Ending.CANCEL, EndReason.MADE_IN_ERROR, by="test")
    assert police.get(f"/requests/{reading}-pol-1").status_code == 403
    assert inspector.get(f"/inspections/{reading}").status_code == 403
    assert httpx.get(f"{portal}/api/requests", headers=program, trust_env=False).status_code == 401
    with Driver(portal) as driver:
        assert "has ended" in words(driver.sign_in(kept))


def test_another_agencys_addresses_do_not_exist(
    council: Driver, police: Driver, reading: str, police_file: Path
) -> None:
    own = police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes())
    theirs, unknown = f"/requests/{reading}-pol-1", f"/requests/{reading}-none"
    assert words(council.get(theirs)) == words(council.get(unknown))
    for path in ("", "/upload", "/nil", "/late", "/template.xlsx", "/children.xlsx"):
        assert council.get(theirs + path).status_code == 404
    for path in ("", "/state", "/report.json"):
        assert council.get(own.url.path + path).status_code == 404
    with transaction() as session:
        upload = session.exec(select(UploadSession)).one()
    token = {"x-csrf-token": council.token(f"/requests/{reading}-la-da/upload")}
    assert council.http.post(f"/uploads/{upload.id}/complete", headers=token).status_code == 404


def test_an_upload_to_somebody_elses_request_stores_nothing(council: Driver, reading: str, police_file: Path) -> None:
    form = f"/requests/{reading}-la-da/upload"
    before = _stored()
    theirs = f"/requests/{reading}-pol-1/uploads"
    assert council.post(theirs, page=form, files={"file": ("a.csv", police_file.read_bytes())}).status_code == 404
    wanted = {"filename": "a.csv", "size": 5}
    assert council.http.post(theirs, json=wanted, headers={"x-csrf-token": council.token(form)}).status_code == 404
    with transaction() as session:
        assert session.exec(select(UploadSession)).all() == []
    assert _stored() == before


def _stored() -> int:
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=settings().s3_bucket)
    return sum(page["KeyCount"] for page in pages)


def test_a_form_without_its_token_changes_nothing(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-1"
    for fields in ({}, {"csrf": "0" * 40}):
        for path in ("/acknowledge", "/nil", "/late"):
            assert police.http.post(page + path, data={"declare": "yes", **fields}).status_code == 403
        assert police.http.post(f"{page}/uploads", data=fields, files={"file": ("a.csv", b"a")}).status_code == 403
    assert police.http.post(f"{page}/uploads", json={"filename": "a.csv", "size": 1}).status_code == 403
    assert police.http.post("/sign-out").status_code == 403
    assert "To do" in words(police.get(page))


def test_signing_out_forgets_the_visitor(police: Driver, reading: str) -> None:
    police.post("/sign-out")
    assert police.get(f"/requests/{reading}-pol-1").status_code == 403


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("path", ["/outbox", "/outbox.json", "/outbox?key=", "/outbox.json?key=wrong"])
def test_the_outbox_does_not_exist_without_its_key(portal: str, path: str) -> None:
    assert httpx.get(portal + path, trust_env=False).status_code == 404


@pytest.mark.usefixtures("reading")
def test_the_outbox_shows_notices_with_links_and_hides_its_key(portal: str) -> None:
    with Driver(portal) as driver:
        assert "not the operator" in words(driver.post("/operator", key="wrong"))
        assert driver.get("/outbox").status_code == 404
        seen = driver.operate()
        assert outbox_key() not in str(dict(driver.http.cookies))
    assert seen.url.path == "/outbox"
    assert not seen.url.query
    assert "/sign-in/" in seen.text
    assert "Thames Valley Police" in words(seen)


@pytest.mark.usefixtures("portal")
def test_every_answer_carries_the_security_headers(police: Driver) -> None:
    for path in ("/", "/sign-in", "/nowhere", "/assets/portal.css"):
        headers = police.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert police.get("/").headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("reading")
def test_the_typeface_of_govuk_is_not_used(portal: str) -> None:
    styles = httpx.get(f"{portal}/assets/govuk.css", trust_env=False).text
    assert "GDS Transport" not in styles
    assert "font-family:arial,sans-serif" in styles


@pytest.mark.usefixtures("reading")
def test_health_says_what_does_not_answer(portal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert httpx.get(f"{portal}/health", trust_env=False).json() == {"ok": True}
    monkeypatch.setattr(settings(), "s3_bucket", "no-such-bucket")
    away = httpx.get(f"{portal}/health", trust_env=False)
    assert away.status_code == 503
    assert away.json() == {"ok": False, "failing": ["store"]}


def test_l9_a_fault_of_ours_is_said_to_be_ours(
    police: Driver, reading: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from portal.agency import requests

    def broken(*_: object) -> None:
        raise RuntimeError("a child's name")

    monkeypatch.setattr(requests, "context_of", broken)
    with caplog.at_level(logging.INFO):
        answer = police.get(f"/requests/{reading}-pol-1")
    assert answer.status_code == 500
    assert "This is our fault and not yours" in words(answer)
    assert "child's name" not in answer.text
    while "RuntimeError" not in caplog.text:  # the line follows the answer
        time.sleep(0.01)
    assert "/requests/{request_id}" in caplog.text
    assert "child's name" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.usefixtures("reading")
def test_a_database_that_is_away_gives_503(police: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic import SecretStr

    away = SecretStr("postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.setattr(settings(), "database_url", away)
    answer = police.get("/")
    assert answer.status_code == 503
    assert "not available" in words(answer)


def test_l5_a_senders_file_name_stays_with_the_object(
    police: Driver, reading: str, police_file: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = "Zebedee Canary-Child.csv"
    with caplog.at_level(logging.DEBUG):
        answer = police.upload(f"{reading}-pol-1", canary, police_file.read_bytes())
        police.get(f"{answer.url.path}?name=Zebedee")
    assert canary in words(answer)
    assert "Zebedee" not in str(answer.url)
    # What the test's own client logs is no log of ours.
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert ours
    captured = capfd.readouterr()
    assert "Zebedee" not in "".join(ours) + captured.out + captured.err
    with transaction() as session:
        for name in Base.metadata.tables:
            rows = session.execute(text(f'SELECT t::text FROM "{name}" t')).scalars()  # noqa: S608
            assert not any("Zebedee" in row for row in rows)
        assert session.exec(select(Submission)).one().sha256


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("letter.pdf", b"%PDF", "The selected file must be an XLSX, ODS or CSV file."),
        ("a.csv", b"", "The selected file is empty."),
        ("", b"", "Select a file."),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(police: Driver, reading: str, name: str, data: bytes, said: str) -> None:
    answer = police.upload(f"{reading}-pol-1", name, data)
    assert answer.status_code == 422
    assert said in words(answer)
    assert "<title>Error: " in answer.text
    assert 'href="#file"' in answer.text
    with transaction() as session:
        assert session.exec(select(Submission)).all() == []


def test_too_large_a_file_is_refused_before_anything_is_stored(
    police: Driver, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "max_upload_bytes", 2**20)
    answer = police.upload(f"{reading}-pol-1", "a.csv", b"a" * (3 * 2**20))
    assert answer.status_code == 413
    assert "must be smaller than 1 MB" in words(answer)
    form = f"/requests/{reading}-pol-1"
    token = {"x-csrf-token": police.token(f"{form}/upload")}
    told = police.http.post(f"{form}/uploads", json={"filename": "a.csv", "size": 2**21}, headers=token)
    assert told.status_code == 422
    assert "smaller than 1 MB" in told.json()["error"]
    with transaction() as session:
        assert session.exec(select(UploadSession)).all() == []


def test_l1_a_script_that_puts_more_than_it_told_of_stores_nothing_and_gets_no_receipt(
    police: Driver, reading: str
) -> None:
    form = f"/requests/{reading}-pol-1"
    token = {"x-csrf-token": police.token(f"{form}/upload")}
    permit = police.http.post(f"{form}/uploads", json={"filename": "a.csv", "size": 5}, headers=token).json()
    put = put_at(permit["url"], b"a" * 2**21, permit["headers"])
    assert put.status_code == 403
    early = police.http.post(permit["complete"], headers=token)
    assert early.status_code == 422
    assert "Nothing arrived" in early.json()["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/requests/%00",
        "/requests/%FF%FE",
        "/submissions/..%2F..%2Fetc",
        "/submissions/x/report.exe",
        "/assets/..%2Fapp.py",
        "/assets/app.py",
        "/letter.pdf",
        "/letter.exe",
        "/letter/view",
        "/statement",
        "/inspections/x/findings/y",
        "/requests/a'--/upload",
    ],
)
def test_a_hostile_address_is_a_page_that_does_not_exist(police: Driver, path: str) -> None:
    assert police.get(path).status_code == 404


@pytest.mark.usefixtures("portal")
def test_hostile_fields_are_refused_and_break_nothing(police: Driver, outbox: Outbox, reading: str) -> None:
    link = outbox.link_of("health").rsplit("/", 1)[0]
    assert httpx.get(f"{link}/%C3%A9", trust_env=False).status_code == 403
    late = f"/requests/{reading}-pol-1/late"
    for day in ("\0", "²", "-1", "9" * 400):
        answer = police.post(late, until__day=day, until__month="3", until__year="2025", reason="\0")
        assert answer.status_code == 422
    assert police.post(late, until__day="5", until__month="3", until__year="2025", reason="x").status_code == 422
    assert police.post("/sign-in/new", page="/sign-in", mailbox="a\0b@example.org").status_code == 422


def test_l1_completing_an_upload_twice_gives_one_receipt(police: Driver, reading: str, police_file: Path) -> None:
    form, data = f"/requests/{reading}-pol-1", police_file.read_bytes()
    token = {"x-csrf-token": police.token(f"{form}/upload")}
    wanted = {"filename": "a.csv", "size": len(data)}
    permit = police.http.post(f"{form}/uploads", json=wanted, headers=token).json()
    put_at(permit["url"], data, permit["headers"]).raise_for_status()
    other = bytes(len(data))
    again = put_at(permit["url"], other, permit["headers"])
    assert again.status_code == 412
    # Nor may a sender leave the condition out: it is part of what was signed.
    free = {name: value for name, value in permit["headers"].items() if name != "If-None-Match"}
    assert put_at(permit["url"], other, free).status_code == 403
    receipts = [police.http.post(permit["complete"], headers=token).json() for _ in range(2)]
    assert (
        receipts[0]
        == receipts[1]
        == {
            "submission": f"{reading}-pol-1-v1",
            "location": f"/submissions/{reading}-pol-1-v1",
        }
    )
