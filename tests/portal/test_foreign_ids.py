"""What is somebody else's does not exist: every address with an id in it, played with the ids of others.

Others are another agency of the same inspection, and another inspection. Their rows lead to the very same objects as
one's own, so that a door without its guard shows something. Each address is seen to open with one's own id first.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from sqlmodel import func, select

from models.tables import AuditEntry, DocumentUpload, Membership, SignIn, UploadSession
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ledger.rows import UnknownRequestError
from tasks.notes.pens import pen_for
from tasks.returns.uploads import held_upload
from tests.portal.far import OTHER, Far, far
from tests.portal.test_who_may import Browser
from tests.portal.who import FOREIGN, doors
from tests.tasks.snapshots import put_back

pytestmark = pytest.mark.parts

_WHO = {
    **dict.fromkeys(("agency", "concerned", "person"), "police"),
    **dict.fromkeys(("team", "lead", "leaders", "readers", "team-and-programme", "raisers"), "lead"),
    "council": "local_authority",
    "assurer": "assurer",
    "complaints": "manager",
    "reviewers": "inspector",
}
"""Who plays the pages of a door: somebody whom the door lets in."""

_PLAIN = {
    "child": "T1",
    "area": "EA01",
    "action": "A01",
    "kind": "csv",
    "number": "1",
    "label": "T1",
    "picture": "groups",
    "name": "manifest.json",
}
_QUERY = "/submissions/{submission_id}/queries/{number}"
_OWN = {
    "GET /requests/{request_id}/template.{kind}": {"kind": "xlsx"},
    "GET /requests/{request_id}/children.xlsx": {"request_id": "eval-police"},
    "GET /inspections/{ref}/letter.{kind}": {"kind": "pdf"},
    "GET /inspections/{ref}/evidence-document.{kind}": {"kind": "pdf"},
    "GET /inspections/{ref}/comments/replies.{kind}": {"kind": "pdf"},
    f"GET {_QUERY}": {"number": "0"},
    f"POST {_QUERY}": {"number": "0"},
    **dict.fromkeys(("GET /decisions/{decision}", "POST /decisions/{decision}"), {"who": "lead"}),
    "POST /concerns/{identity}/calls": {"who": "lead"},
    "POST /meetings/{meeting}/cancel": {"who": "local_authority"},
    **dict.fromkeys(
        ("GET /inspections/{ref}/sampled/{label}", "POST /inspections/{ref}/sampled/{label}"), {"label": "S1"}
    ),
}
"""Where another id, form or person than the usual is needed to be let in."""

_NOTHING_THERE = frozenset(
    {
        # There is no doubtful pair.
        "GET /inspections/{ref}/pairs/{name}",
        "POST /inspections/{ref}/pairs/{name}",
    }
)
"""Addresses that open on nothing here even to whom they belong; what is foreign there is played all the same."""

# A programme manager reaches every inspection, so that no complaint is somebody else's to them.
PAGES = sorted(
    page
    for page, door in doors().items()
    if door in _WHO and door != "complaints" and set(re.findall(r"\{(\w+)\}", page)) & set(FOREIGN)
)


@pytest.fixture(scope="module")
def untouched(kept: str) -> Far:
    """Return the inspection with everything in it, for tests that read alone or are refused."""
    made = far(kept)
    put_back("far")
    return made


@pytest.fixture
def there(untouched: Far) -> Iterator[Far]:
    """Return the same for a test that changes something, and put it back before and after."""
    put_back("far")
    yield untouched
    put_back("far")


def places(page: str) -> set[str]:
    """Return the places of an address that name what is somebody's."""
    return set(re.findall(r"\{(\w+)\}", page)) & set(FOREIGN)


def ask(there: Far, page: str, ids: dict[str, str], *, own: bool = False) -> httpx.Response:
    """Ask for a page with some ids as somebody whom its door lets in."""
    special = _OWN.get(page, {})
    who = special.get("who", _WHO[doors()[page]])
    filled = {**_PLAIN, **ids, **{name: value for name, value in special.items() if own or name == "kind"}}
    if own and filled.get("request_id") == "eval-police":
        filled["request_id"] = f"{there.ref}-eval-police"
    browser = Browser(there.secrets[who])
    method, path = page.split(" ")
    path = re.sub(r"\{(\w+)\}", lambda name: filled[name[1]], path)
    headers = {"x-csrf-token": browser.form["csrf"]}
    form = browser.form if method == "POST" else None
    return browser.client.request(method, path, headers=headers, follow_redirects=False, data=form)


def entries() -> int:
    """Return how many entries the chains of both inspections have."""
    with transaction() as session:
        query = select(func.count()).select_from(AuditEntry)
        return session.exec(query.where(AuditEntry.inspection != "programme")).one()


def opens(there: Far, page: str) -> None:
    """See that a page opens with one's own ids."""
    status = ask(there, page, there.own, own=True).status_code
    assert status not in {401, 403, 404, 405} or page in _NOTHING_THERE, status
    assert status < 500


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("GET ")])
def test_what_is_ones_own_opens(untouched: Far, page: str) -> None:
    opens(untouched, page)


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("POST ")])
def test_a_form_of_ones_own_is_taken(there: Far, page: str) -> None:
    opens(there, page)


@pytest.mark.parametrize("page", [page for page in PAGES if places(page) - {"session_id"}])
def test_what_is_somebody_elses_does_not_exist(untouched: Far, page: str) -> None:
    there, before = untouched, entries()
    for place in places(page):
        others = {there.of_another_inspection[place]}
        if _WHO[doors()[page]] not in {"lead", "inspector"}:
            # The team sees all agencies of its inspection.
            others.add(there.of_another_agency[place])
        assert others - {there.own[place]}, place
        for foreign in others - {there.own[place]}:
            answer = ask(there, page, {**there.own, place: foreign})
            assert answer.status_code == 404, (place, foreign)
    # Nothing was read and nothing done.
    assert entries() == before


def test_l15_a_person_ends_none_but_their_own_sessions(there: Far) -> None:
    page = "POST /account/sessions/{session_id}/end"
    answer = ask(there, page, {"session_id": there.of_another_agency["session_id"]})
    assert answer.status_code == 303
    with transaction() as session:
        assert session.get_one(SignIn, there.of_another_agency["session_id"]).ended_at is None
    ask(there, page, {"session_id": there.own["session_id"]})
    with transaction() as session:
        assert session.get_one(SignIn, there.own["session_id"]).ended_at is not None


def test_a_program_opens_nothing_of_anybody_else(there: Far) -> None:
    browser = Browser(token=there.token)
    for page in [page for page, door in doors().items() if door == "program" and places(page)]:
        method, path = page.split(" ")
        for ids in (there.of_another_agency, there.of_another_inspection):
            address = re.sub(r"\{(\w+)\}", lambda name, ids=ids: {**_PLAIN, **ids}[name[1]], path)  # type: ignore[misc]
            message = {"reason": "not_there"} if path.endswith("/none") else {"filename": "a.csv", "size": 1}
            more = {"json": message} if method == "POST" else {}
            answer = browser.client.request(method, address, headers=browser.headers, **more)  # type: ignore[arg-type]
            assert answer.status_code == 404, (page, address)
    item = browser.client.get(f"/api/documents/{there.own['item']}/versions/1", headers=browser.headers)
    assert item.status_code == 200
    own = browser.client.get(f"/api/submissions/{there.own['submission_id']}", headers=browser.headers)
    assert own.status_code == 200
    with transaction() as session:
        for ids in (there.own, there.of_another_agency, there.of_another_inspection):
            assert session.get_one(UploadSession, ids["upload_id"]).completed_at is None
            assert session.get_one(DocumentUpload, ids["document_upload"]).completed_at is None


def test_a_pen_writes_in_its_own_name_and_inspection_alone(there: Far) -> None:
    browser, mine = Browser(), there.people["lead"]
    pen = {"x-pen": pen_for(there.ref, mine)}
    for ref, person, status in (
        (there.ref, mine, 422),
        (OTHER, mine, 401),
        (there.ref, there.people["assurer"], 401),
        (there.ref, there.people["police"], 401),
    ):
        answer = browser.client.post(f"/api/notes/{ref}/{person}", headers=pen, content=b"{}")
        assert answer.status_code == status, (ref, person)


def test_the_ended_role_of_one_agency_leaves_the_other_shut(there: Far) -> None:
    with transaction() as session:
        row = session.get_one(Membership, there.own["membership"])
        row.ended_at = utc_now()
        session.add(row)
    for page in PAGES:
        if _WHO[doors()[page]] == "police" and "who" not in _OWN.get(page, {}):
            assert ask(there, page, there.own).status_code == 403, page
            theirs = replace(there, own=there.of_another_agency).own
            assert ask(there, page, theirs).status_code == 403, page


def test_an_upload_that_waits_says_nothing_to_another_agency(there: Far) -> None:
    page = "POST /uploads/{upload_id}/complete"
    for ids in (there.of_another_agency, there.of_another_inspection):
        assert ask(there, page, {"upload_id": ids["upload_id"]}).status_code == 404
        with pytest.raises(UnknownRequestError):
            held_upload(ids["upload_id"], f"{there.ref}/police")
    assert ask(there, page, {"upload_id": there.own["upload_id"]}).status_code == 200


def test_of_another_agencys_person_no_file_is_read(untouched: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr("starlette.requests.MultiPartParser.__init__", parse)
    for who, path in (
        ("police", "/statement/check"),
        ("police", "/statement"),
        ("police", f"/requests/{untouched.of_another_agency['request_id']}/uploads"),
        ("manager", f"/inspections/{untouched.ref}/findings/workbook"),
    ):
        browser = Browser(untouched.secrets[who])
        answer = browser.client.post(path, data=browser.form, files={"file": ("a.pdf", b"%PDF" * 1000)})
        assert answer.status_code == 404, path
