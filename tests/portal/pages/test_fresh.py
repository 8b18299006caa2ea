"""Whatever binds an agency or an inspectorate is signed with a fresh sign-in, and signing in again loses nothing."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from models.ids import document_id
from models.lifecycle import Stage
from models.states import ReturnVerdict
from models.tables import AuditEntry, DocumentItem, Inspection, Link, Notice, Request, SignIn, Statement, Submission
from models.tables.base import utc_now
from portal.pages.fresh import own_page
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.ledger.anchors import anchor
from tests.portal.agency.test_complaints import TEXT
from tests.portal.agency.test_plan import add
from tests.portal.driving import Driver, Outbox, aged, moved_to, words
from tests.portal.people.test_register import manager_of
from tests.portal.team.passing import assurer_of
from tests.stacks import put_at, until
from tests.tasks.plans.published import publish_letter

pytestmark = pytest.mark.parts
REFUSED = "Sign in again to do this. You signed in more than 15 minutes ago."


def check_refused(answer: httpx.Response, *kept: str) -> None:
    """Check that a page refuses to sign, shows how to sign in again, and still holds what was entered."""
    assert answer.status_code == 422
    assert REFUSED in words(answer)
    assert 'action="/sign-in/again"' in answer.text
    assert 'href="#sign-in-again"' in answer.text
    for text in kept:
        assert text in answer.text


def again(driver: Driver, page: httpx.Response) -> httpx.Response:
    """Sign in again as a page offers it, by the link that comes, and return where the link leads."""
    fields = dict(
        re.findall(r'name="(csrf|leads_to)" value="([^"]+)"', page.text.partition('action="/sign-in/again"')[2])
    )
    asked = driver.http.post("/sign-in/again", data=fields)
    assert "We have sent a sign-in link to the shared mailbox of" in words(asked)
    link = next(each for each in Outbox(str(driver.http.base_url)).notices() if each["kind"] == "new_link")
    opened = driver.get(link["sign_in_url"])
    name = re.search(r'name="name" [^>]*value="([^"]*)"|value="([^"]*)"[^>]* name="name"', opened.text)
    given = {"name": next(filter(None, name.groups()))} if name else {}
    return driver.post(link["sign_in_url"], **given)


def test_l11_a_nil_return_is_signed_and_nothing_is_lost_by_signing_in_again(police: Driver, reading: str) -> None:
    page, secret = f"/requests/{reading}-pol-1/nil", police.http.cookies[COOKIE]
    checked = police.post(f"{page}/check", page=page, declare="yes")
    assert "/sign-in/again" not in checked.text
    aged()
    assert "Sign in again before you sign" in words(police.get(page))
    form = dict(re.findall(r'name="(csrf|declare)" value="([^"]+)"', checked.text))
    refused = police.http.post(page, data=form)
    check_refused(refused, 'name="declare" value="yes"')
    with transaction() as session:
        assert session.get_one(Request, f"{reading}-pol-1").nil_declared_by is None
    back = again(police, refused)
    assert back.url.path == page
    # The same session goes on under another secret, so that the very form that was open before can be sent.
    assert police.http.cookies[COOKIE] != secret
    assert "Nil return" in words(police.http.post(page, data=form))
    with transaction() as session:
        assert session.get_one(Request, f"{reading}-pol-1").nil_declared_by
        ways = session.exec(select(AuditEntry.action).where(AuditEntry.action == "signed-in"))
        assert len(ways.all()) == 2


def opens(driver: Driver, page: str, secret: str) -> int:
    """Return the status of a page for another browser, to which somebody copied the secret of a session."""
    address = driver.http.base_url.join(page)
    return httpx.get(address, cookies={COOKIE: secret}, trust_env=False).status_code


def test_l15_a_copied_cookie_opens_nothing_once_its_owner_has_signed_in_again(police: Driver, reading: str) -> None:
    page, copied = f"/requests/{reading}-pol-1/nil", police.http.cookies[COOKIE]
    assert opens(police, page, copied) == 200
    aged()
    again(police, police.post(page, declare="yes"))
    assert (opens(police, page, copied), police.get(page).status_code) == (403, 200)
    # Whoever has the copy cannot make the new one of it, and does not end the session of its owner either.
    for made in (f"{copied}.", f"{copied}.x", police.http.cookies[COOKIE] + "x"):
        assert opens(police, page, made) == 403
    assert police.get(page).status_code == 200
    with transaction() as session:
        refused = session.exec(select(AuditEntry).where(AuditEntry.subject == "session")).all()
        owner = session.exec(select(SignIn)).one()
    assert len(refused) == 4
    assert {entry.actor for entry in refused} == {owner.person_id}


def test_l15_signing_in_again_from_another_tab_ends_no_earlier_one_s_form(police: Driver, reading: str) -> None:
    page = f"/requests/{reading}-pol-1/nil"
    checked = police.post(f"{page}/check", page=page, declare="yes")
    form = dict(re.findall(r'name="(csrf|declare)" value="([^"]+)"', checked.text))
    for _ in range(2):
        aged()
        refused = police.post(page, declare="yes")
        with transaction() as session:
            # A minute goes by between one wish for a link and the next.
            for notice in session.exec(select(Notice).where(Notice.kind == "new_link")):
                session.delete(notice)
        again(police, refused)
    assert "Nil return" in words(police.http.post(page, data=form))


def test_a_sign_in_whose_answer_is_lost_leaves_its_person_able_to_sign_in(police: Driver, reading: str) -> None:
    page, secret = f"/requests/{reading}-pol-1/nil", police.http.cookies[COOKIE]
    aged()
    address = _way_back(police, police.post(page, declare="yes"))
    police.sign_in(address)
    # The portal died after it had decided: the browser keeps the older secret, and the link is used.
    police.http.cookies.clear()
    police.http.cookies.set(COOKIE, secret)
    assert police.get(page).status_code == 403
    asked = police.post("/sign-in/new", page=address, link=address.split("/")[-2])
    assert "Look in your mailbox" in words(asked)
    outbox = Outbox(str(police.http.base_url))
    until("the link is written", lambda: outbox.notices()[0]["sign_in_url"] not in ("", address))
    police.sign_in(outbox.notices()[0]["sign_in_url"])
    assert police.get(page).status_code == 200


def test_somebody_else_at_the_same_browser_begins_a_session_of_their_own(police: Driver, reading: str) -> None:
    secret = police.http.cookies[COOKIE]
    aged()
    refused = police.post(f"/requests/{reading}-pol-1/nil", declare="yes")
    police.sign_in(_way_back(police, refused), name="Bo Okoro")
    assert police.http.cookies[COOKIE] != secret
    with transaction() as session:
        first, second = session.exec(select(SignIn).order_by(col(SignIn.began_at))).all()
    assert first.person_id != second.person_id
    assert utc_now() - first.proven_at > timedelta(minutes=15)
    # Whose browser it was before has no cookie there any more; whoever copied it has nothing by it.
    assert first.ended_at is not None
    assert (opens(police, "/home", secret), police.get("/home").status_code) == (403, 200)


def _way_back(driver: Driver, page: httpx.Response) -> str:
    fields = dict(
        re.findall(r'name="(csrf|leads_to)" value="([^"]+)"', page.text.partition('action="/sign-in/again"')[2])
    )
    driver.http.post("/sign-in/again", data=fields)
    return str(
        next(each for each in Outbox(str(driver.http.base_url)).notices() if each["kind"] == "new_link")["sign_in_url"]
    )


def test_a_link_comes_again_to_the_mailbox_that_somebody_came_in_by(police: Driver, reading: str) -> None:
    from models.roles import Role
    from models.tables import Agency
    from tests.tasks.people.correspondence import person

    person("Una Own", "una@thames.test", Role.OFFICER, inspection=reading, agency=f"{reading}/police")
    aged()
    refused = police.post(f"/requests/{reading}-pol-1/nil", declare="yes")
    for _ in range(3):
        _way_back(police, refused)
    with transaction() as session:
        links = session.exec(select(Link).where(Link.leads_to != "")).all()
        mailbox = session.get_one(Agency, f"{reading}/police").mailbox
    assert {(link.person_id, link.agency_id, link.leads_to) for link in links} == {
        (None, f"{reading}/police", f"/requests/{reading}-pol-1/nil")
    }
    # Three questions within a minute, or over the turn of one.
    assert len(links) <= 2
    sent = [each for each in Outbox(str(police.http.base_url)).notices() if each["kind"] == "new_link"]
    assert {each["to_mailbox"] for each in sent} == {mailbox}


def test_a_document_that_is_not_held_is_signed(council: Driver, reading: str) -> None:
    item = document_id(f"{reading}/local_authority", "1.12")
    page = f"/documents/{item}"
    aged()
    refused = council.post(f"{page}/none", page=page, reason="being_written")
    check_refused(refused, f'value="{page}?reason=being_written"')
    assert re.search(r'value="being_written"[^>]*checked', refused.text)
    again(council, refused)
    council.post(f"{page}/none", page=page, reason="being_written")
    with transaction() as session:
        assert session.get_one(DocumentItem, item).state == "none_held"


@pytest.mark.parametrize("by_script", [False, True])
def test_an_evaluation_is_kept_and_waits_for_a_fresh_sign_in(police: Driver, chosen: str, by_script: bool) -> None:
    request_id, data = f"{chosen}-eval-police", b"child,judgement\nT1,good\n"
    aged()
    if by_script:
        token = {"x-csrf-token": police.token(f"/requests/{request_id}/upload")}
        about = {"filename": "a.csv", "size": len(data)}
        permit = police.http.post(f"/requests/{request_id}/uploads", json=about, headers=token).json()
        put_at(permit["url"], data, permit["headers"]).raise_for_status()
        page = police.http.post(permit["complete"], headers=token).json()["location"]
    else:
        page = police.chosen(request_id, "a.csv", data).url.path
    assert page.startswith("/uploads/")
    assert "Sign in again before you sign" in words(police.get(page))
    refused = police.post(page)
    check_refused(refused, f'value="{page}"')
    assert versions(request_id) == []
    assert again(police, refused).url.path == page
    assert police.post(page).url.path.startswith("/submissions/")
    assert versions(request_id) == [1]
    # A version that takes the place of another is signed as the first was.
    police.upload(request_id, "b.csv", data + b"\n")
    with transaction() as session:
        session.get_one(Submission, f"{request_id}-v1").result.verdict = ReturnVerdict.ACCEPTED
    aged()
    check_refused(police.post(f"/submissions/{request_id}-v1/again", reason="wrong_file"))
    assert versions(request_id) == [1, 2]


def versions(request_id: str) -> list[int]:
    with transaction() as session:
        return list(session.exec(select(Submission.version).where(Submission.request_id == request_id)))


def test_a_return_is_sent_without_a_new_sign_in(police: Driver, reading: str, police_file: Path) -> None:
    aged()
    assert police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes()).url.path.startswith("/submissions/")


def test_the_written_statement_is_signed(council: Driver, reading: str) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.STATEMENT_DUE
        due = utc_now() + timedelta(days=30)
        facts: dict[str, Any] = {"principal_authority": "Reading", "due_at": due, "published_on": due.date()}
        session.add(Statement(inspection=reading, needed=True, **facts))
    aged()
    checking = council.post("/statement/check", page="/statement", files={"file": ("a.pdf", b"%PDF-1")})
    assert "Sign in again before you sign" in words(checking)
    name = checking.url.params["file"]
    address = f"/statement/check?file={name}"
    refused = council.post("/statement", page=address, file=name)
    check_refused(refused, f'value="{address}"', f'name="file" value="{name}"')
    with transaction() as session:
        assert session.get_one(Statement, reading).received_at is None
    back = again(council, refused)
    assert (back.url.path, back.url.params["file"]) == ("/statement/check", name)
    assert "We have your written statement" in words(council.post("/statement", page=address, file=name))


def test_a_plan_and_its_review_are_signed(council: Driver, chosen: str, portal: str) -> None:
    from models.roles import Role
    from tests.portal.team.passing import signed_in

    moved_to(chosen, Stage.FIELDWORK)
    publish_letter(chosen)
    add(council)
    seen = council.get("/plan/send").text.split('name="seen" value="')[1].split('"')[0]
    aged()
    check_refused(council.post("/plan/send", seen=seen), f'name="seen" value="{seen}"')
    again(council, council.get("/plan/send"))
    assert "Version 1 of the plan is sent." in words(council.post("/plan/send", seen=seen))
    with signed_in(portal, chosen, Role.INSPECTOR, "Ines Inspector") as reviewer:
        aged()
        page = f"/inspections/{chosen}/plan/review"
        check_refused(reviewer.post(page, outcome="adequate", number="1", text="CANARY-WORDS"), "CANARY-WORDS")


def test_what_inspectorates_sign_asks_for_it_too(inspector: Driver, chosen: str, portal: str) -> None:
    moved_to(chosen, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    aged()
    page, day = f"/inspections/{chosen}/determination", {"due-day": "13", "due-month": "8", "due-year": "2025"}
    values = {"needed": "yes", "authority": f"{chosen}/police", "send_to": "statements@ofsted.test", "reason": ""}
    check_refused(inspector.post(page, **values, **day), "statements@ofsted.test")
    made = anchor(chosen)
    assert made is not None
    page = f"/inspections/{chosen}/record"
    check_refused(inspector.post(page, number=str(made.number), how="own", key="k", signature="CANARY"), "CANARY")
    with assurer_of(portal, chosen) as assurer:
        aged()
        page = f"/inspections/{chosen}/assurance"
        given = {"of": "draft", "seen": "0" * 64, "outcome": "ready", "text": "CANARY-TYPED"}
        check_refused(assurer.post(page, page="/account", **given))


def test_a_decision_on_a_complaint_is_signed_and_its_words_stay(police: Driver, chosen: str, portal: str) -> None:
    from models.states import LetterStatus
    from models.tables import Letter

    with transaction() as session:
        inspection = session.get_one(Inspection, chosen)
        inspection.stage = Stage.STATEMENT_DUE
        values: dict[str, Any] = {"version": 1, "sha256": "0" * 64, "compiled_at": inspection.now()}
        session.add(Letter(inspection=chosen, status=LetterStatus.PUBLISHED, keys=[], **values))
    own = police.post("/complaints", text=TEXT).url.path
    page = f"/inspections/{chosen}/complaints" + own.removeprefix("/complaints")
    with manager_of(portal) as manager:
        aged()
        check_refused(manager.post(page, outcome="partly_upheld", text="CANARY-WHY"), "CANARY-WHY")


@pytest.mark.usefixtures("reading")
def test_nobody_without_a_session_asks_for_a_way_back(portal: str) -> None:
    with Driver(portal) as driver:
        csrf = driver.token("/sign-in")
        assert driver.http.post("/sign-in/again", data={"csrf": csrf, "leads_to": "/home"}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/a b",
        "/a\n/b",
        "/" * 300,
    ],
)
def test_a_way_back_leads_to_our_own_pages_alone(address: str) -> None:
    assert own_page(address) == "/home"
    assert own_page("/requests/reading-1/nil?reason=none_in_window") == "/requests/reading-1/nil?reason=none_in_window"


def test_l15_a_way_back_lets_nobody_in_whose_role_has_ended(police: Driver, reading: str) -> None:
    aged()
    address = _way_back(police, police.post(f"/requests/{reading}-pol-1/nil", declare="yes"))
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.CANCELLED
    assert "has ended" in words(police.sign_in(address))
