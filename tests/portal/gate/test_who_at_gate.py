"""Who may what at the gate: every route and every deployment by every role, by nobody, and after an end."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import yaml
from sqlmodel import select

from models.lifecycle import Stage
from models.roles import AGENCY_ROLES, Role
from models.settings import CHECKOUT
from models.tables import AuditEntry, Inspection, Membership, Person, SignIn
from models.tables.base import utc_now
from models.tables.ledger import REFUSED_ATTEMPT
from portal.gate.gate import Gate
from portal.gate.routes import uses
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.two_people import propose
from tests.portal.apart_loop import run
from tests.portal.gate.test_gate import AUTH, BASIC, Server, Signed, ask, talk
from tests.portal.gate.who import OVERSEERS, ROUTES, STARTS, routes
from tests.portal.test_who_may import OTHER, OWN, signed_in
from tests.portal.who import PROGRAMME
from tests.tasks.people import correspondence

_RUNS = {"own": OWN, "theirs": OTHER}


@dataclass
class Runs(Server):
    """Answers as Prefect does that has a run and a board of each of two inspections."""

    def _answer(self, path: str) -> Any:
        parts = path.split("/")
        if path.startswith("/api/deployments/") and len(parts) == 4:
            return {"name": parts[3]}
        if path.startswith("/api/flow_runs/") and parts[3] in _RUNS:
            return {"id": parts[3], "tags": [f"inspection:{_RUNS[parts[3]]}"]}
        if path.startswith("/api/artifacts/") and parts[3] in _RUNS:
            return {"id": parts[3], "key": f"board-{_RUNS[parts[3]]}"}
        return super()._answer(path)


@pytest.fixture
def server() -> Runs:
    return Runs()


@pytest.fixture
def two(ledger: None) -> None:  # noqa: ARG001 - there is a ledger
    """Keep two inspections that go on."""
    correspondence.inspection()
    with transaction() as session:
        own = session.get_one(Inspection, OWN).model_dump()
        session.add(Inspection(**{**own, "ref": OTHER, "area_gss": "E06000039", "area_name": "Slough"}))


def someone(role: Role) -> Signed:
    """Sign somebody in who has one role in the first inspection, or in the programme."""
    return Signed("", "", signed_in(role))


def statuses(
    server: Runs, who: Signed | None, wanted: Iterable[str], ids: str = "own", **headers: str
) -> dict[str, int]:
    """Return what the gate answers at routes, with the ids of one's own inspection or of the other."""
    cookies = {COOKIE: who.secret} if who else {}
    key = f"board-{_RUNS[ids]}"

    async def ask_all() -> dict[str, int]:
        answers = {}
        transport = httpx.ASGITransport(app=Gate(server, AUTH, "https://portal.example.org/"))
        async with httpx.AsyncClient(transport=transport, base_url="http://prefect", cookies=cookies) as client:
            for route in wanted:
                method, path = route.split(" ")
                path = re.sub(r"\{(\w+)\}", lambda place: key if place[1] == "key" else ids, path)
                body: Any = {"logs": {"flow_run_id": {"any_": [ids]}}} if path == "/logs/filter" else {}
                sent: Any = {"json": body} if method != "GET" else {}
                answer = await client.request(method, f"/api{path}", headers=headers, **sent)
                answers[route] = answer.status_code
        return answers

    return run(ask_all())


def allowed(role: Role, ids: str = "own") -> set[str]:
    """Return the routes that the table opens to a role."""
    opens = {"anybody"} | ({"overseers", "leads too", "leads, of their own"} if role in OVERSEERS else set())
    if role is Role.LEAD:
        opens |= {"leads too"} | ({"leads, of their own"} if ids == "own" else set())
    return {route for route, who in routes().items() if who in opens}


def of_people() -> set[str]:
    """Return the routes that are not anybody's."""
    return {route for route, who in routes().items() if who != "anybody"}


def test_every_route_and_every_deployment_stands_in_the_table_once() -> None:
    assert set(routes()) == set(uses())
    assert len(routes()) == sum(len(listed.strip().split("\n")) for listed in ROUTES.values())
    deployed = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())["deployments"]
    assert set(STARTS) == {each["name"] for each in deployed}


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_uses_what_the_table_says_and_nothing_else(server: Runs, role: Role) -> None:
    tried = {route for route, may in routes().items() if may != "who may start it"}
    answers = statuses(server, someone(role), tried)
    assert {route for route, status in answers.items() if status == 200} == allowed(role)
    assert {status for route, status in answers.items() if route not in allowed(role)} <= {403}
    # What is refused does not reach Prefect, but for the gate's own looks at whose a run or an artifact is.
    assert len(server.requests) <= len(allowed(role)) + len(ROUTES["leads, of their own"].strip().split("\n"))


@pytest.mark.parts
@pytest.mark.usefixtures("two")
def test_a_lead_inspector_reads_nothing_of_another_inspection(server: Runs) -> None:
    who = someone(Role.LEAD)
    own = [route for route, may in routes().items() if may == "leads, of their own"]
    assert set(statuses(server, who, own).values()) == {200}
    assert set(statuses(server, who, own, "theirs").values()) == {403}


@pytest.mark.parts
@pytest.mark.usefixtures("two")
def test_nobody_uses_any_and_a_program_all(server: Runs) -> None:
    strangers = statuses(server, None, routes())
    assert {route for route, status in strangers.items() if status != 401} == set(routes()) - of_people()
    wrong = "Basic " + base64.b64encode(b"jtai:guess").decode()
    assert set(statuses(server, None, of_people(), authorization=wrong).values()) == {401}
    assert set(statuses(server, None, routes(), **BASIC).values()) == {200}


def _values(deployment: str, ref: str, proposal: str) -> dict[str, Any]:
    of_none = {"sweep", "retain", "send-notices", "report-failures", "announce-inspection", "anchor"}
    if deployment in of_none | {"compile-thematic-report", "begin-thematic-report"}:
        return {}
    return {"proposal": proposal, "answer": "confirm"} if deployment == "confirm-decision" else {"inspection": ref}


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("role", list(Role))
def test_a_role_starts_what_the_table_says_and_nothing_else(server: Runs, role: Role) -> None:
    who, proposals = someone(role), {}
    with transaction() as session:
        for ref in (OWN, OTHER):
            values, by = {"request": f"{ref}-pro-1"}, "programme manager: P-AAAAAAAA"
            proposals[ref] = propose(session, ref, "waive-request", f"{ref}-pro-1", values, by=by)
    started: dict[str, set[str]] = {OWN: set(), OTHER: set()}
    for ref, names in started.items():
        for deployment in STARTS:
            body = {"parameters": _values(deployment, ref, proposals[ref])}
            path = f"/api/deployments/{deployment}/create_flow_run"
            if ask(server, "POST", path, who, json=body).status_code == 200:
                names.add(deployment)
    mine = {deployment for deployment, roles in STARTS.items() if role in roles}
    assert started[OWN] == mine
    assert started[OTHER] == (mine if role in PROGRAMME else set())


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("role", "end"),
    [
        *((Role.MANAGER, "session"), (Role.OVERSIGHT, "role"), (Role.LEAD, "person")),
        *((Role.LEAD, "inspection"), (Role.MANAGER, "inspection")),
    ],
)
def test_l15_what_has_ended_opens_no_route(server: Runs, role: Role, end: str) -> None:
    who = someone(role)
    with transaction() as session:
        if end == "inspection":
            session.get_one(Inspection, OWN).stage = Stage.CANCELLED
        else:
            table: Any = {"session": SignIn, "role": Membership, "person": Person}[end]
            for row in session.exec(select(table)):
                row.ended_at = utc_now()
                session.add(row)
    if end == "inspection" and role in PROGRAMME:
        answers = statuses(server, who, routes())
        assert {route for route, status in answers.items() if status == 200} == allowed(role)
        return
    assert set(statuses(server, who, of_people()).values()) == {401}
    (answer, *_) = talk(server, "/api/events/out", who.secret, [])
    assert answer["type"] in {"websocket.close", "websocket.accept"}
    assert server.requests == []


@pytest.mark.parts
@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("role", "route", "ids", "headers", "why"),
    [
        (Role.LEAD, "GET /flow_runs/{id}", "theirs", {}, "another inspection"),
        (Role.LEAD, "POST /events/filter", "own", {}, "another inspection"),
        (Role.OFFICER, "POST /flow_runs/filter", "own", {}, "role"),
        (Role.MANAGER, "POST /flows/filter", "own", {"origin": "http://evil.example"}, "another address"),
        (None, "GET /flows/{id}", "own", {"authorization": "Basic wrong"}, None),
        ("ended", "GET /flows/{id}", "own", {}, None),
    ],
)
def test_what_is_refused_leaves_a_trace(
    server: Runs, role: Role | str | None, route: str, ids: str, headers: dict[str, str], why: str | None
) -> None:
    who = someone(Role.MANAGER if role == "ended" else Role(role)) if role else None
    person = "nobody"
    with transaction() as session:
        if who:
            person = session.exec(select(SignIn)).one().person_id
        if role == "ended":
            session.exec(select(SignIn)).one().ended_at = utc_now()
    assert set(statuses(server, who, [route], ids, **headers).values()) <= {401, 403}
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == REFUSED_ATTEMPT))
    assert (entry.actor, entry.facts.get("why")) == (person, why)
    assert entry.subject == ("session" if role == "ended" else "prefect")


def test_the_roles_of_an_agency_start_nothing() -> None:
    assert not [deployment for deployment, roles in STARTS.items() if roles & AGENCY_ROLES]
