"""Who may what: every page by every role, by nobody, by programs, after sessions, roles and inspections have ended.

Each page's work is taken away and its guards are left: what comes in is seen, and nothing is done. Tried by removing a
guard: when a role reached every inspection, lead inspectors, inspectors and quality assurers came in at another one;
when a role let in at every stage, all five roles of an inspection and its program came in after its end.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from fastapi import Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlmodel import select

from models.lifecycle import Stage
from models.roles import AGENCY_ROLES, Role
from models.states import SignInWay
from models.tables import Agency, Inspection, Membership, Person, SignIn, Statement
from models.tables.base import utc_now
from portal import app as rooms
from portal.app import app
from portal.operator.door import COOKIE as OPERATOR
from portal.pages.forms import COOKIE as BROWSER
from portal.pages.session import COOKIE
from portal.pages.signing import signer
from tasks.ground.database import transaction
from tasks.people.sessions import begin
from tasks.people.sign_in_links import outbox_key
from tasks.people.tokens import make_token
from tests.portal.pages.made_up import TestClient
from tests.portal.who import FOREIGN, NOBODYS, PAGES, PASSES, PROGRAMME, READINGS, STOPPED, UNRECORDED, doors
from tests.tasks.people import correspondence

OWN, OTHER = correspondence.REF, "slough-domestic-abuse-2024-20250224"
CAME_IN = 299
SHUT_OUT = {"program": 401, "pen": 401, "operator": 404}
"""With what status a door is shut for whoever is signed in but has no business there; 404 at every other."""


@cache
def routes() -> dict[str, APIRoute]:
    """Return every page that the portal has, by method and address."""
    every = (*rooms._SHARED, *rooms._PEOPLE, *rooms._AGENCY, *rooms._TEAM)
    return {
        f"{method} {route.path}": route
        for room in every
        for route in room.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }


@pytest.fixture
def guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave each page its guards, and nothing behind them; of a refusal is left its status."""

    async def came_in(**_: Any) -> Response:
        return Response(status_code=CAME_IN)

    def shut_out(*_: Any, status: int, **__: Any) -> Response:
        return Response(status_code=status)

    monkeypatch.setattr("fastapi.routing.run_endpoint_function", came_in)
    monkeypatch.setattr("portal.pages.errors.page", shut_out)


class Browser:
    """Whoever asks: a session, an operator's session, or a token."""

    def __init__(self, secret: str = "", *, token: str = "") -> None:
        self.client = TestClient(app)
        self.client.cookies.set(BROWSER, "a")
        if secret:
            self.client.cookies.set(COOKIE, secret)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.form = {"csrf": signer("form").get_signature(f"a\n{secret}").decode()}

    def status(self, page: str, ref: str = OWN) -> int:
        method, path = page.split(" ")
        path = re.sub(r"\{(\w+)\}", lambda name: {"ref": ref, "number": "1"}.get(name[1], "x"), path)
        # A program sends JSON where a browser sends a form.
        message = {"reason": "not_there"} if path.endswith("/none") else {"filename": "a.csv", "size": 1}
        body: dict[str, Any] = {"json": message} if "/api/" in path else {"data": self.form}
        answer = self.client.request(
            method, path, headers=self.headers, follow_redirects=False, **(body if method == "POST" else {})
        )
        return int(answer.status_code)


def signed_in(role: Role, ref: str = OWN, kind: str = "police") -> str:
    """Return the secret of a session of somebody who has one role, in one kind of agency where it is within one."""
    programme, agency = role in PROGRAMME, f"{ref}/{kind}" if role in AGENCY_ROLES else None
    inspection = None if programme else ref
    reference = correspondence.person(
        f"A {role}", f"{role}.{ref[:4]}@jtai-area.uk", role, inspection=inspection, agency=agency
    )
    with transaction() as session:
        return begin(session, session.get_one(Person, reference), SignInWay.OWN_LINK)


@pytest.fixture
def two(ledger: None, guards: None) -> None:  # noqa: ARG001 - both are there
    """Keep two inspections that go on, each with a council that owes a statement and a police force."""
    correspondence.inspection()
    with transaction() as session:
        own = session.get_one(Inspection, OWN).model_dump()
        session.add(Inspection(**{**own, "ref": OTHER, "area_gss": "E06000039", "area_name": "Slough"}))
        session.flush()
        police = session.get_one(Agency, f"{OWN}/police").model_dump()
        session.add(Agency(**{**police, "id": f"{OTHER}/police", "inspection": OTHER}))
        for ref in (OWN, OTHER):
            council = {"kind": "local_authority", "name": "A council", "organisation_id": None}
            session.add(Agency(**{**police, **council, "id": f"{ref}/local_authority", "inspection": ref}))
            session.add(
                Statement(
                    inspection=ref,
                    needed=True,
                    principal_authority="A council",
                    due_at=utc_now(),
                    published_on=utc_now().date(),
                )
            )


@cache
def each_kind() -> dict[str, str]:
    """Return one page of each kind -> its door.

    Once the work of pages is taken away, those with one door, one method and the same guards, of an inspection or of
    none, differ in nothing; that each has the guards of its door, the table holds for every role.
    """
    stopped = set(STOPPED.strip().split("\n"))
    kinds: dict[object, str] = {}
    for page, door in doors().items():
        method, path = page.split(" ")
        kind = (door, method, "{ref}" in path, "/api/" in path, page in stopped, _guards(routes()[page].dependant))
        kinds.setdefault(kind, page)
    return {page: doors()[page] for page in kinds.values()}


def _guards(dependant: Dependant) -> tuple[object, ...]:
    return tuple((each.call, _guards(each)) for each in dependant.dependencies)


def passing(browser: Browser, ref: str = OWN, among: Mapping[str, str] | None = None) -> set[str]:
    """Return the pages that let a visitor in; whom they shut out, they answer as they should."""
    came_in = set()
    for page, door in (among or doors()).items():
        status = browser.status(page, ref)
        if status == CAME_IN:
            came_in.add(page)
        else:
            assert status == SHUT_OUT.get(door, 404), page
    return came_in


_ENDED: dict[str, Any] = {
    "session": select(SignIn),
    "role": select(Membership),
    "person": select(Person),
}


def pages(*of: str) -> set[str]:
    return {page for page, door in doors().items() if door in of}


def open_to(role: Role, kind: str = "police") -> set[str]:
    """Return the pages that the table opens to a role; what is the council's is so to its own people alone."""
    own = [door for door, roles in PASSES.items() if role in roles]
    return pages(*own) - (set() if kind == "local_authority" else pages("council"))


def test_every_page_stands_in_the_table_once() -> None:
    assert set(routes()) == set(doors())
    assert len(doors()) == sum(len(listed.strip().split("\n")) for listed in PAGES.values())
    assert set(doors().values()) == set(PASSES)


def test_every_page_for_those_who_are_signed_in_says_whether_its_reading_is_recorded() -> None:
    unrecorded = UNRECORDED.strip().split("\n")
    shows = {page for page in doors() if page.startswith("GET ")} - pages("anybody")
    assert len(unrecorded) == len(set(unrecorded))
    assert not set(unrecorded) & set(READINGS)
    assert shows == {page for page in (*unrecorded, *READINGS) if page.startswith("GET ")}
    assert {page for page in READINGS if page.startswith("POST ")} <= set(doors())


def test_every_place_in_an_address_is_somebodys_or_nobodys() -> None:
    places = {place for page in doors() for place in re.findall(r"\{(\w+)\}", page)}
    assert places == set(FOREIGN) | NOBODYS
    assert not set(FOREIGN) & NOBODYS


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_comes_in_where_the_table_says_and_nowhere_else(role: Role) -> None:
    browser = Browser(signed_in(role))
    assert passing(browser) == open_to(role)
    reach = {page for page in pages("team", "readers", "team-and-programme") if "{ref}" in page}
    elsewhere = {page for page in reach if browser.status(page, OTHER) == CAME_IN}
    assert elsewhere == ({page for page in reach if role in PASSES[doors()[page]]} if role in PROGRAMME else set())


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", sorted(AGENCY_ROLES))
def test_what_is_the_councils_is_for_its_own_people(role: Role) -> None:
    assert passing(Browser(signed_in(role, kind="local_authority"))) == open_to(role, "local_authority")


@pytest.mark.parts
@pytest.mark.usefixtures("two")
def test_nobody_comes_in_but_where_anybody_does() -> None:
    for page, door in doors().items():
        expected = {"anybody": CAME_IN, **SHUT_OUT}.get(door, 403)
        assert Browser().status(page) == expected, page


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("end", ["session", "role", "person"])
def test_l15_what_has_ended_opens_nothing(role: Role, end: str) -> None:
    secret = signed_in(role)
    browser = Browser(secret)
    assert browser.status("GET /home") == CAME_IN
    with transaction() as session:
        for row in session.exec(_ENDED[end]):
            row.ended_at = utc_now()
            session.add(row)
    for page in (open_to(role) & each_kind().keys()) - pages("anybody"):
        assert browser.status(page) == 403, page


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.CLOSED])
def test_l15_all_access_ends_with_the_inspection(role: Role, stage: Stage) -> None:
    browser = Browser(signed_in(role))
    with transaction() as session:
        session.get_one(Inspection, OWN).stage = stage
    if role in PROGRAMME:
        assert passing(browser, among=each_kind()) == open_to(role) & each_kind().keys()
        return
    # A child in danger does not end with the inspection: these doors alone stay open to whoever they were open to.
    for page, door in each_kind().items():
        lasts = door in ("anybody", "concerned", "raisers") and role in PASSES[door]
        known = door in ("concerned", "raisers") and role in PASSES["concerned"]
        expected = SHUT_OUT.get(door, 404 if known else 403)
        assert browser.status(page) == (CAME_IN if lasts else expected), page


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", list(Role))
def test_l15_a_pause_stops_what_is_sent_and_reading_goes_on(role: Role) -> None:
    kind = "local_authority" if role in AGENCY_ROLES else "police"
    browser = Browser(signed_in(role, kind=kind))
    _pause(Stage.DEFERRED)
    stopped = set(STOPPED.strip().split("\n"))
    assert stopped <= set(doors())
    for page in open_to(role, kind):
        assert browser.status(page) == (422 if page in stopped else CAME_IN), page
    # What was stopped goes on where the inspection does.
    _pause(Stage.FIELDWORK)
    assert passing(browser, among=each_kind()) == open_to(role, kind) & each_kind().keys()


@pytest.mark.parts
@pytest.mark.usefixtures("two")
def test_l15_a_pause_stops_what_a_program_sends() -> None:
    browser = Browser(token=make_token(OWN, "police", "exports", by="test")[0])
    _pause(Stage.DEFERRED)
    stopped = set(STOPPED.strip().split("\n"))
    for page in pages("program"):
        assert browser.status(page) == (422 if page in stopped else CAME_IN), page


def _pause(stage: Stage) -> None:
    with transaction() as session:
        session.get_one(Inspection, OWN).stage = stage


@pytest.mark.parts
@pytest.mark.usefixtures("two")
def test_a_program_comes_in_at_its_own_door_until_its_inspection_ends() -> None:
    token, _ = make_token(OWN, "police", "exports", by="test")
    browser = Browser(token=token)
    for page, door in doors().items():
        expected = {"anybody": CAME_IN, "program": CAME_IN, "operator": 404, "pen": 401}.get(door, 403)
        assert browser.status(page) == expected, page
    assert {Browser(token=f"{token[:-1]}x").status(page) for page in pages("program")} == {401}
    assert {Browser(signed_in(Role.MANAGER), token=outbox_key()).status(page) for page in pages("program")} == {401}
    with transaction() as session:
        session.get_one(Inspection, OWN).stage = Stage.CANCELLED
    assert {browser.status(page) for page in pages("program")} == {401}


@pytest.mark.parts
@pytest.mark.usefixtures("two")
def test_the_operator_comes_in_at_their_own_door_and_sees_no_inspection() -> None:
    browser = Browser(token=outbox_key())
    for page, door in doors().items():
        expected = {"anybody": CAME_IN, "operator": CAME_IN, "program": 401, "pen": 401}.get(door, 403)
        assert browser.status(page) == expected, page
    browser = Browser()
    browser.client.cookies.set(OPERATOR, outbox_key())
    assert {browser.status(page) for page in pages("operator")} == {404}
