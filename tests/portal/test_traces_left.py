"""Who read what is confidential, and who was refused what, is in the audit: one test over all such doors."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from models.settings import CHECKOUT, settings
from models.tables import AuditEntry, Finding, SignIn
from models.tables.base import utc_now
from models.tables.ledger import REFUSED_ATTEMPT
from portal.operator.door import BY as OPERATOR
from tasks.ground.database import transaction
from tasks.ledger.audit import chain, verify
from tasks.people.persons import PROGRAMME
from tasks.people.sign_in_links import outbox_key
from tests.portal.far import OTHER, Far, far
from tests.portal.test_foreign_ids import _OWN, _PLAIN, _WHO
from tests.portal.test_who_may import Browser
from tests.portal.who import READINGS, doors
from tests.tasks.snapshots import put_back

pytestmark = pytest.mark.parts

_LISTS = (
    "tests/tasks/evaluations/test_sampled_lists.py",
    "test_l10_an_opening_has_a_receipt_of_who_which_version_and_how_often",
)
_ELSEWHERE = {
    # Slough has no doubtful pair.
    "GET /inspections/{ref}/pairs/{name}": (
        "tests/portal/team/test_pairs.py",
        "test_l5_names_are_on_the_page_and_not_in_its_address_or_the_audit",
    ),
    # A plan has a template once a letter is published.
    "GET /plan/template.{kind}": (
        "tests/portal/agency/test_plan.py",
        "test_l6_whoever_takes_the_workbook_with_the_draft_is_in_the_audit",
    ),
    # Nobody asks for anything about themselves here.
    "GET /oversight/requests/{persons_request}": (
        "tests/portal/people/test_persons_requests.py",
        "test_l6_each_opening_of_a_request_is_recorded_and_its_name_is_nowhere_else",
    ),
    **dict.fromkeys(
        (
            "GET /oversight/requests/{persons_request}/copies/{copy}",
            "GET /oversight/requests/{persons_request}/copies/{copy}/copy.xlsx",
            "GET /oversight/requests/{persons_request}/copies/{copy}/copy.pdf",
        ),
        (
            "tests/portal/people/test_persons_requests.py",
            "test_l11_a_copy_is_made_read_and_released_by_two_and_each_opening_is_recorded",
        ),
    ),
    # No inspection is published here, so there is no report.
    **dict.fromkeys(
        ("GET /reports/{report}", "GET /reports/{report}/parts/{part}", "GET /reports/{report}/files/{name}"),
        ("tests/portal/people/test_reports.py", "test_l11_two_managers_write_assure_and_publish_a_report"),
    ),
    # At the check of facts nothing is wanted of an agency for the wider sample any more.
    **dict.fromkeys(("GET /sampled", "GET /sampled/children.xlsx"), _LISTS),
}
_ELSEWHERE |= dict.fromkeys(
    # While the facts are checked no agency has a reply.
    ("GET /letter/replies", "GET /letter/replies.{kind}"),
    (
        "tests/portal/agency/test_replies.py",
        "test_replies_are_read_by_those_for_whom_they_are_and_each_opening_is_recorded",
    ),
)
_COUNCIL = {"GET /statement/file"}


@pytest.fixture(scope="module")
def untouched(kept: str) -> Far:
    """Return the inspection with everything in it, for tests that leave entries of the audit alone."""
    made = far(kept)
    put_back("far")
    return made


@pytest.fixture
def there(untouched: Far) -> Iterator[Far]:
    """Return the same for a test that changes something, and put it back before and after."""
    put_back("far")
    yield untouched
    put_back("far")


def entries(*chains: str) -> list[AuditEntry]:
    """Return all entries of some chains, in order, which are whole."""
    with transaction() as session:
        for name in chains:
            assert verify(*chain(session, name)) is None
        query = select(AuditEntry).where(col(AuditEntry.inspection).in_(chains))
        return sorted(session.exec(query), key=lambda entry: entry.at)


def open_page(there: Far, page: str) -> tuple[httpx.Response, str]:
    """Open a page as somebody who may; return the answer, and how the audit must name them."""
    method, path = page.split(" ")
    door = doors()[page]
    special = _OWN.get(page, {})
    ids = {**_PLAIN, **there.own, **{name: value for name, value in special.items() if name != "who"}}
    if ids["request_id"] == "eval-police":
        ids["request_id"] = f"{there.ref}-eval-police"
    if page in {"GET /letter.{kind}", "GET /inspections/{ref}/evidence-document.{kind}"}:
        ids["kind"] = "pdf"
    path = re.sub(r"\{(\w+)\}", lambda place: ids[place[1]], path)
    if door == "operator":
        browser, name = Browser(token=outbox_key()), OPERATOR
    elif door == "program":
        browser, name = Browser(token=there.token), "nightly"
    else:
        who = "local_authority" if page in _COUNCIL else _WHO[door]
        browser, name = Browser(there.secrets[who]), there.people[who]
    form = browser.form if method == "POST" else None
    answer = browser.client.request(method, path, headers=browser.headers, follow_redirects=False, data=form)
    return answer, name


@pytest.mark.parametrize("page", sorted(set(READINGS) - set(_ELSEWHERE)))
def test_every_opening_of_what_is_confidential_is_recorded_with_the_person(untouched: Far, page: str) -> None:
    there, before = untouched, entries(untouched.ref, PROGRAMME)
    answer, name = open_page(there, page)
    assert answer.status_code == 200
    new = entries(there.ref, PROGRAMME)[len(before) :]
    (entry,) = [entry for entry in new if entry.action == READINGS[page]]
    assert name in entry.actor
    # Who it was, and nothing of what was read (L5).
    assert not re.search(r"It was three days|A heading|It is right|A danger", str(entry.facts))


def test_what_is_recorded_by_another_test_is_there() -> None:
    for file, name in _ELSEWHERE.values():
        assert f"def {name}(" in (CHECKOUT / file).read_text("utf-8")


def test_a_finding_names_the_role_in_which_it_was_recorded(there: Far) -> None:
    browser = Browser(there.secrets["lead"])
    words = {"category": "improvement", "area": "EA01", "heading": "Another", "text": "A text."}
    form = {**browser.form, **words, "evidence_kinds": "documents"}
    answer = browser.client.post(f"/inspections/{there.ref}/findings/new", data=form, follow_redirects=False)
    assert answer.status_code == 303
    recorded = [entry for entry in entries(there.ref) if entry.action == "finding.recorded"]
    assert recorded[-1].actor == f"lead_inspector: {there.people['lead']}"
    with transaction() as session:
        assert session.get_one(Finding, (there.ref, recorded[-1].subject)).recorded_by == recorded[-1].actor


@dataclass
class Attempt:
    """Something that is refused.

    Attributes:
        who: signed in as whom; `program`, or nobody.
        page: method and address, with places for ids.
        ids: of whom: `own`, `of_another_agency` or `of_another_inspection`.
        door: what the record says that it was tried at.
        more: header, form or JSON that is sent.
    """

    who: str
    page: str
    ids: str = "of_another_agency"
    door: str = "page"
    more: dict[str, Any] = field(default_factory=dict)


_WRONG = {"headers": {"Authorization": "Bearer wrong"}}
ATTEMPTS = {
    "another agency's request": Attempt("police", "GET /requests/{request_id}"),
    "another inspection's request": Attempt("police", "GET /requests/{request_id}", "of_another_inspection"),
    "another agency's version": Attempt("police", "GET /submissions/{submission_id}"),
    "another agency's report": Attempt("police", "GET /submissions/{submission_id}/report.csv"),
    "another agency's upload": Attempt("police", "GET /uploads/{upload_id}/check"),
    "the council's statement": Attempt("police", "GET /statement/file"),
    "the council's form": Attempt("police", "POST /statement/check"),
    "a page of the team": Attempt("police", "GET /inspections/{ref}", "own"),
    "a child": Attempt("manager", "GET /inspections/{ref}/children/T1", "own"),
    "the register": Attempt("lead", "GET /people"),
    "another inspection": Attempt("lead", f"GET /inspections/{OTHER}/findings"),
    "another inspection's comment": Attempt(
        "lead", "POST /inspections/" + "{own}" + "/comments/{comment_id}", "of_another_inspection"
    ),
    "another inspection's finding": Attempt("lead", "GET /inspections/{own}/findings/F02"),
    "another inspection's version": Attempt(
        "lead", "GET /inspections/{own}/returns/{submission}/rows", "of_another_inspection"
    ),
    "another inspection's decision": Attempt("lead", "GET /decisions/{decision}", "of_another_inspection"),
    "somebody else's role": Attempt("police", "POST /home/as/{membership}"),
    "a form of another site": Attempt("police", "POST /sign-out", more={"data": {"csrf": "0" * 40}}),
    "another agency's version, by its program": Attempt("program", "GET /api/submissions/{submission_id}"),
    "another agency's upload, by its program": Attempt("program", "POST /api/uploads/{upload_id}/complete"),
    "a kept cookie": Attempt("ended", "GET /home", door="session"),
    "a made-up cookie": Attempt("made up", "GET /home", door="session"),
    "a wrong link": Attempt("", f"GET /sign-in/{'0' * 32}/{'0' * 40}", door="link"),
    "a wrong token": Attempt("", "GET /api/requests", door="token", more=_WRONG),
    "a wrong key": Attempt("", "POST /operator", door="operator", more={"data": {"key": "wrong"}}),
    "a wrong key of a program": Attempt("", "GET /outbox.json", door="operator", more=_WRONG),
    "a wrong token of a store": Attempt("", "POST /hooks/store", door="hook", more=_WRONG),
    "a wrong token of Notify": Attempt("", "POST /hooks/notify", door="hook", more=_WRONG),
    "a wrong token of monitoring": Attempt("", "GET /api/metrics", door="metrics", more=_WRONG),
    "a wrong pen": Attempt("", "POST /api/notes/{ref}/{person}", door="pen", more={"headers": {"X-Pen": "wrong"}}),
    "an answer of no provider": Attempt("", "GET /sign-in/provider/back?code=x&state=y", door="provider"),
}


@pytest.fixture
def secrets_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the doors of machines their secrets, and the portal a provider."""
    for name in ("hook_token", "notify_callback_token", "metrics_token"):
        monkeypatch.setattr(settings(), name, SecretStr("t" * 20))
    monkeypatch.setattr(settings(), "oidc_issuer", "https://provider.example.org")
    monkeypatch.setattr(settings(), "oidc_client_id", "jtai")
    return iter(())


def _browser(there: Far, who: str) -> tuple[Browser, str]:
    """Return a browser, and whom the record must name."""
    if who == "program":
        return Browser(token=there.token), "police program: nightly"
    if who == "ended":
        with transaction() as session:
            for row in session.exec(select(SignIn).where(SignIn.person_id == there.people["lead"])):
                row.ended_at = utc_now()
                session.add(row)
        return Browser(there.secrets["lead"]), there.people["lead"]
    if who == "made up":
        return Browser("nonsense"), "nobody"
    return (Browser(there.secrets[who]), there.people[who]) if who else (Browser(), "nobody")


@pytest.mark.usefixtures("secrets_set")
@pytest.mark.parametrize("name", list(ATTEMPTS))
def test_every_refused_attempt_is_recorded_with_who_tried(there: Far, name: str) -> None:
    attempt = ATTEMPTS[name]
    browser, actor = _browser(there, attempt.who)
    method, path = attempt.page.split(" ")
    ids: dict[str, str] = {**getattr(there, attempt.ids), "own": there.ref}
    address = re.sub(r"\{(\w+)\}", lambda place: ids[place[1]], path)
    more: dict[str, Any] = {"headers": {**browser.headers, **attempt.more.get("headers", {})}}
    if method == "POST" and "/api/" not in path and "/hooks/" not in path:
        more["data"] = {**browser.form, **attempt.more.get("data", {})}
    before = len(entries(PROGRAMME))
    status = browser.client.request(method, address, follow_redirects=False, **more).status_code
    assert status in {401, 403, 404, 422}
    (entry,) = entries(PROGRAMME)[before:]
    assert (entry.action, entry.subject, entry.actor) == (REFUSED_ATTEMPT, attempt.door, actor)
    # The route and never the address: an address holds what somebody typed.
    assert address not in str(entry.facts) or "{" not in path
    for secret in ("wrong", "nonsense", there.token, *there.secrets.values()):
        assert secret not in str(entry.facts)


@pytest.mark.parametrize("who", ["police", "program"])
def test_who_tries_without_end_fills_nothing_and_is_still_refused(there: Far, who: str) -> None:
    from portal.pages.attempts import MOST

    browser, _ = _browser(there, who)
    path = f"/{'api/' if who == 'program' else ''}submissions/{there.of_another_agency['submission_id']}"
    before = len(entries(PROGRAMME))
    ask: Callable[[], int] = lambda: int(browser.client.get(path, headers=browser.headers).status_code)  # noqa: E731
    assert {ask() for _ in range(MOST + 10)} == {404}
    assert len(entries(PROGRAMME)) == before + MOST
