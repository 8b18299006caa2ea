"""What reaches Prefect of what people, programs and nobody ask for, and with which credential."""

import base64
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select
from starlette.types import Message, Receive, Scope, Send

from models.england import world_today
from models.roles import Role
from models.settings import reread
from models.states import SignInWay
from models.tables import AuditEntry, SignIn, Warrant
from models.tables.base import utc_now
from portal.gate.gate import Gate
from portal.gate.messages import BODY
from portal.gate.narrowing import is_of
from portal.gate.routes import REFUSED
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import PROGRAMME, Entered, add_person, end_role, give_role
from tasks.people.sessions import begin, end
from tasks.people.two_people import propose
from tests.portal.apart_loop import run

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]

AUTH = "jtai:a:secret"
BASIC = {"authorization": f"Basic {base64.b64encode(AUTH.encode()).decode()}"}
DEPLOYMENTS = {"1": "decide-sample", "2": "sweep", "3": "announce-inspection", "4": "probe", "5": "chase-returns"}
DEPLOYMENTS |= {"6": "confirm-decision", "7": "extend-request"}
RUN = {"id": "9", "tags": ["jtai", "inspection:reading"], "parameters": {"by": "W-1", "a": 1}}


@dataclass
class Server:
    """Answers as Prefect does, and keeps what reached it."""

    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    sockets: list[Message] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or take what a websocket says."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] != "websocket.disconnect":
                self.sockets.append(message)
                await send({"type": "websocket.send", "text": "an event"})
            return
        body = (await receive()).get("body", b"")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = scope["path"]
        self.requests.append((scope["method"], path, headers, json.loads(body) if body else None))
        answer = self._answer(path)
        start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
        await send(start)
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, path: str) -> Any:
        if path.startswith("/api/deployments/") and path.count("/") == 3:
            schema: dict[str, Any] = {"properties": {"by": {}, "a": {}}}
            return {"name": DEPLOYMENTS.get(path.rsplit("/", 1)[1], ""), "parameter_openapi_schema": schema}
        if path.startswith("/api/deployments/name/"):
            return {"id": "7"}
        if path == "/api/artifacts/filter":
            return [{"id": "8"}]
        if path == "/api/flow_runs/9":
            return RUN
        return {"auth": "BASIC"} if path.endswith("ui-settings") else [RUN]

    @property
    def last(self) -> tuple[str, str, dict[str, str], Any]:
        """Return what reached the server last."""
        return self.requests[-1]


@pytest.fixture
def server() -> Server:
    return Server()


@dataclass(frozen=True)
class Signed:
    """Somebody who is signed in: their reference, their role, and what their browser keeps."""

    person: str
    membership: str
    secret: str


def person(role: Role, inspection: str | None = None) -> Signed:
    """Sign somebody in who has a role."""
    with transaction() as session:
        row = add_person(session, Entered("Alex Lee"), by="test")
        day = world_today()
        membership = give_role(session, row, role, by="test", from_day=day, inspection=inspection)
        return Signed(row.id, membership.id, begin(session, row, SignInWay.OWN_LINK))


def ask(server: Server, method: str, path: str, signed: Signed | None = None, **more: Any) -> httpx.Response:
    """Ask the gate for something, with or without a session."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=Gate(server, AUTH, "https://portal.example.org/"))
        cookies = {COOKIE: signed.secret} if signed else {}
        async with httpx.AsyncClient(transport=transport, base_url="http://prefect", cookies=cookies) as client:
            return await client.request(method, path, **more)

    return run(send())


def refusals() -> list[dict[str, Any]]:
    """Return what the programme's audit says of refusals."""
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == PROGRAMME, AuditEntry.action == "prefect.refused")
        return [entry.facts for entry in session.exec(query.order_by(col(AuditEntry.number)))]


@pytest.mark.parametrize("path", ["/", "/v2/runs", "/docs", "/openapi.json", "/ui-settings", "/api/version"])
def test_nobody_gets_in(server: Server, path: str) -> None:
    assert ask(server, "GET", path).status_code == 401
    page = ask(server, "GET", path, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "https://portal.example.org/sign-in")
    wrong = {"authorization": "Basic " + base64.b64encode(b"jtai:guess").decode()}
    assert ask(server, "GET", path, headers=wrong).status_code == 401
    assert server.requests == []


def test_whoever_looks_after_the_machine_asks_for_health_alone(server: Server) -> None:
    assert ask(server, "GET", "/api/health").status_code == 200
    assert ask(server, "GET", "/api/ready").status_code == 200
    assert ask(server, "POST", "/api/health").status_code == 401


@pytest.mark.parametrize("portal", ["https://portal.example.org", "http://127.0.0.1:8000"])
def test_no_cookie_of_ours_reaches_prefect_and_no_answer_of_it_is_framed_or_kept(
    server: Server, manager: Signed, portal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JTAI_PORTAL_URL", portal)
    reread()
    prefix = "__Host-" if portal.startswith("https") else ""
    sent = f"{prefix}{COOKIE}={manager.secret}; {prefix}jtai_operator=key; theirs=1"
    for method, path in (("GET", "/api/flow_runs/9"), ("GET", "/v2/runs")):
        answer = ask(server, method, path, headers={"cookie": sent})
        assert answer.status_code == 200
        assert server.last[2]["cookie"] == "theirs=1"
        assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (answer.headers.get("cache-control") == "no-store") is path.startswith("/api/")
        assert ("strict-transport-security" in answer.headers) is bool(prefix)
    monkeypatch.undo()
    reread()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OVERSIGHT, Role.OPERATOR])
def test_a_person_reads_by_our_credential_and_sees_no_order(server: Server, role: Role) -> None:
    signed = person(role)
    cookies = {"cookie": f"theme=dark; {COOKIE}={signed.secret}; ui=v2"}
    answer = ask(server, "POST", "/api/flow_runs/filter", json={"limit": 1}, headers=cookies)
    assert answer.json() == [{**RUN, "parameters": {"a": 1}}]
    _, _, headers, body = server.last
    assert headers["authorization"] == BASIC["authorization"]
    assert headers["cookie"] == "theme=dark; ui=v2"
    assert body == {"limit": 1}


def test_the_page_asks_for_no_password_and_the_form_for_no_order(server: Server) -> None:
    manager = person(Role.MANAGER)
    assert ask(server, "GET", "/ui-settings", manager).json() == {"auth": None}
    form = ask(server, "GET", "/api/deployments/1", manager).json()
    assert form["parameter_openapi_schema"] == {"properties": {"a": {}}}


def test_short_addresses_open_a_form_and_the_newest_board(server: Server, manager: Signed) -> None:
    form = ask(server, "GET", "/forms/extend-request?request=x-pol-1", manager)
    filled = "/v2/deployments/deployment/7/run?parameters=%7B%22request%22%3A%20%22x-pol-1%22%7D"
    assert (form.status_code, form.headers["location"]) == (303, filled)
    board = ask(server, "GET", "/boards/reading-x", manager)
    assert (board.status_code, board.headers["location"]) == (303, "/v2/artifacts/artifact/8")
    assert ask(server, "GET", "/boards/reading-x").status_code == 401


@pytest.mark.parametrize("role", [Role.PROTECTION])
def test_other_roles_of_the_programme_see_nothing(server: Server, role: Role) -> None:
    assert ask(server, "POST", "/api/flow_runs/filter", person(role), json={}).status_code == 403
    assert server.requests == []


@pytest.mark.parametrize("route", [line for line in REFUSED.split("\n") if line and not line.startswith("GET")])
def test_what_is_refused_does_not_reach_prefect(server: Server, route: str, manager: Signed) -> None:
    method, path = route.split(" ")
    answer = ask(server, method, f"/api{path.replace('{', '').replace('}', '')}", manager, json={})
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("Nobody may do this here.")
    assert server.requests == []
    assert bool(refusals()) is not path.endswith(("/filter", "/count", "/validate"))


@pytest.fixture
def manager() -> Signed:
    return person(Role.MANAGER)


def test_a_run_carries_the_order_of_who_started_it(server: Server, manager: Signed) -> None:
    sent = {"parameters": {"a": 1, "by": "Mickey Mouse"}, "tags": ["inspection:slough"], "work_queue_name": "events"}
    assert ask(server, "POST", "/api/deployments/1/create_flow_run", manager, json=sent).status_code == 200
    _, _, _, body = server.last
    with transaction() as session:
        (order,) = session.exec(select(Warrant)).all()
    assert (order.person_id, order.deployment) == (manager.person, "decide-sample")
    assert body == {"parameters": {"a": 1, "by": order.id}, "state": {"type": "SCHEDULED"}}


def test_job_variables_are_refused_and_recorded(server: Server, manager: Signed) -> None:
    sent = {"parameters": {}, "job_variables": {"command": "id"}}
    answer = ask(server, "POST", "/api/deployments/5/create_flow_run", manager, json=sent)
    assert (answer.status_code, "job variables" in answer.json()["detail"]) == (403, True)
    assert [request[0] for request in server.requests] == ["GET"]
    (refusal,) = refusals()
    assert (refusal["route"], refusal["why"]) == ("POST /deployments/{id}/create_flow_run", "RunRefusedError")


@pytest.mark.parametrize(
    ("deployment", "role"),
    [("3", Role.OVERSIGHT), ("2", Role.OVERSIGHT), ("4", Role.MANAGER), ("2", Role.OPERATOR), ("1", Role.OPERATOR)],
)
def test_a_form_that_the_role_does_not_include_is_refused(server: Server, deployment: str, role: Role) -> None:
    path = f"/api/deployments/{deployment}/create_flow_run"
    assert ask(server, "POST", path, person(role), json={"parameters": {}}).status_code == 403
    assert [request[0] for request in server.requests] == ["GET"]


def test_work_that_a_person_starts_is_recorded_and_needs_no_order(server: Server, manager: Signed) -> None:
    assert ask(server, "POST", "/api/deployments/2/create_flow_run", manager, json=[]).status_code == 403
    answer = ask(server, "POST", "/api/deployments/2/create_flow_run", manager, json={"parameters": {}})
    assert answer.status_code == 200
    assert server.last[3] == {"parameters": {}, "state": {"type": "SCHEDULED"}}
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "work.started"))
        assert (entry.actor, entry.subject) == (f"programme manager: {manager.person}", "sweep")


def test_deciding_on_a_sample_asks_for_a_fresh_sign_in(server: Server, manager: Signed) -> None:
    with transaction() as session:
        for row in session.exec(select(SignIn)):
            row.proven_at -= timedelta(minutes=16)
            session.add(row)
    answer = ask(server, "POST", "/api/deployments/1/create_flow_run", manager, json={"parameters": {}})
    assert answer.json()["detail"] == "Sign in again to do this. You signed in more than 15 minutes ago."


@pytest.mark.parametrize("ends", ["session", "role"])
def test_l15_access_ends_with_its_reason(server: Server, manager: Signed, ends: str) -> None:
    assert ask(server, "POST", "/api/flows/filter", manager, json={}).status_code == 200
    with transaction() as session:
        if ends == "role":
            end_role(session, manager.membership, by="test")
        else:
            (row,) = session.exec(select(SignIn))
            end(session, row.id, by="test")
    assert ask(server, "POST", "/api/flows/filter", manager, json={}).status_code == 401


def test_a_page_that_asks_by_itself_keeps_no_session_alive(server: Server, manager: Signed) -> None:
    with transaction() as session:
        (row,) = session.exec(select(SignIn))
        row.seen_at = before = utc_now() - timedelta(minutes=10)
        session.add(row)
    for path, moved in (("/api/flows/filter", False), ("/", True)):
        method = "POST" if path.startswith("/api") else "GET"
        ask(server, method, path, manager, headers={"accept": "text/html"})
        with transaction() as session:
            (row,) = session.exec(select(SignIn))
            assert (row.seen_at != before) is moved


def test_a_page_of_another_address_may_not_use_a_session(server: Server, manager: Signed) -> None:
    for origin, status in (("http://evil.example", 403), ("http://prefect:1", 403), ("http://prefect", 200)):
        answer = ask(server, "POST", "/api/flows/filter", manager, json={}, headers={"origin": origin})
        assert answer.status_code == status


def test_a_body_larger_than_any_form_is_refused(server: Server, manager: Signed) -> None:
    assert ask(server, "POST", "/api/flows/filter", manager, content=b" " * (BODY + 1)).status_code == 413
    assert server.requests == []


@pytest.mark.parametrize(("path", "bulk"), [("create_flow_run", False), ("create_flow_run/bulk", True)])
def test_l11_a_program_starts_no_decision_without_an_order(server: Server, path: str, *, bulk: bool) -> None:
    for deployment, by, status in (("1", "Alex Lee", 403), ("1", "W-1", 200), ("2", "", 200)):
        run = {"parameters": {"by": by}}
        body = [run] if bulk else run
        answer = ask(server, "POST", f"/api/deployments/{deployment}/{path}", json=body, headers=BASIC)
        assert answer.status_code == status


def test_a_program_does_what_it_always_did(server: Server) -> None:
    for method, path in (("POST", "/api/flow_runs/9/set_state"), ("PATCH", "/api/work_pools/jtai"), ("GET", "/docs")):
        assert ask(server, method, path, headers=BASIC, json={}).status_code == 200
    assert len(server.requests) == 3


@pytest.fixture
def lead(reading: str) -> tuple[Signed, str]:
    """Return the lead inspector of Reading."""
    return person(Role.LEAD, reading), reading


def test_a_lead_inspector_sees_their_own_inspection_alone(server: Server, lead: tuple[Signed, str]) -> None:
    signed, ref = lead
    assert ask(server, "POST", "/api/flow_runs/filter", signed, json={}).status_code == 200
    assert server.last[3]["flow_runs"]["tags"] == {"any_": [f"inspection:{ref}"]}
    # The server's one run is of another inspection.
    for method, path, body in (
        ("GET", "/api/flow_runs/9", None),
        ("POST", "/api/logs/filter", {"logs": {"flow_run_id": {"any_": ["9"]}}}),
        ("POST", "/api/logs/filter", {}),
        ("POST", "/api/events/filter", {}),
        ("GET", "/api/artifacts/board-slough/latest", None),
    ):
        assert ask(server, method, path, signed, json=body).status_code == 403
    assert ask(server, "GET", f"/api/artifacts/board-{ref}/latest", signed).status_code == 200


def test_a_lead_inspector_starts_what_is_of_their_own_inspection(server: Server, lead: tuple[Signed, str]) -> None:
    signed, ref = lead
    for deployment, inspection, status in (("5", ref, 200), ("5", "slough", 403), ("5", "", 403), ("3", ref, 403)):
        body = {"parameters": {"inspection": inspection}}
        answer = ask(server, "POST", f"/api/deployments/{deployment}/create_flow_run", signed, json=body)
        assert answer.status_code == status, (deployment, inspection)


@pytest.mark.usefixtures("ledger")
def test_a_lead_inspectors_own_run_is_theirs_to_see_from_its_start(server: Server, lead: tuple[Signed, str]) -> None:
    signed, ref = lead
    with transaction() as session:
        values = {"request": f"{ref}-pro-1", "reason": "EMERGENCY"}
        asked_for = propose(session, ref, "waive-request", f"{ref}-pro-1", values, by="programme manager: P-AAAAAAAA")
    for deployment, parameters in (
        ("6", {"proposal": asked_for, "answer": "confirm"}),
        ("6", {"proposal": f" {asked_for.lower()} - Go on without PRO-1", "answer": "refuse"}),
        ("7", {"request": f"{ref}-pol-1"}),
        ("5", {"inspection": ref}),
    ):
        sent = {"parameters": parameters, "tags": ["inspection:slough"]}
        path = f"/api/deployments/{deployment}/create_flow_run"
        assert ask(server, "POST", path, signed, json=sent).status_code == 200
        assert server.last[3]["tags"] == [f"inspection:{ref}"]
        # What the run becomes before anything is done for the inspection: it waits, or is refused.
        assert is_of(server.last[3], frozenset({ref}))


def talk(server: Server, path: str, secret: str, words: list[Any], origin: str = "") -> list[Message]:
    """Say words over a websocket at the gate and return what comes back."""
    headers = [(b"host", b"prefect"), (b"cookie", f"{COOKIE}={secret}".encode())] if secret else [(b"host", b"prefect")]
    headers += [(b"origin", origin.encode())] if origin else []
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b"", "subprotocols": ["prefect"]}
    incoming: list[Message] = [{"type": "websocket.connect"}]
    incoming += [{"type": "websocket.receive", "text": json.dumps(word)} for word in words]
    incoming.append({"type": "websocket.disconnect", "code": 1000})
    outgoing: list[Message] = []

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        outgoing.append(message)

    run(Gate(server, AUTH, "https://portal.example.org")(scope, receive, send))
    return outgoing


SIGN_IN = {"type": "auth", "token": None}


@pytest.mark.parametrize("path", ["/api/events/out", "/api/logs/out"])
def test_a_person_watches_by_our_credential(server: Server, manager: Signed, path: str) -> None:
    talk(server, path, manager.secret, [SIGN_IN, SIGN_IN, {"type": "filter"}], "http://prefect")
    said = [json.loads(message["text"]) for message in server.sockets]
    assert said == [{"type": "auth", "token": AUTH}, SIGN_IN, {"type": "filter"}]


def test_what_comes_first_and_is_no_sign_in_is_not_made_one(server: Server, manager: Signed) -> None:
    talk(server, "/api/events/out", manager.secret, [{"type": "filter"}])
    assert json.loads(server.sockets[0]["text"]) == {"type": "filter"}


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("/api/events/in", ""),
        ("/api/task_runs/subscriptions/scheduled", ""),
        ("/api/work_pools/jtai/workers/connect", ""),
        ("/api/events/out", "http://evil.example"),
    ],
)
def test_a_person_sends_nothing_over_a_websocket(server: Server, manager: Signed, path: str, origin: str) -> None:
    (answer,) = talk(server, path, manager.secret, [SIGN_IN], origin)
    assert (answer["type"], server.sockets) == ("websocket.close", [])


def test_a_lead_inspector_watches_no_stream(server: Server, lead: tuple[Signed, str]) -> None:
    (answer,) = talk(server, "/api/events/out", lead[0].secret, [SIGN_IN])
    assert (answer["type"], server.sockets) == ("websocket.close", [])


@pytest.mark.parametrize("secret", ["", "guessed"])
def test_whoever_has_no_session_must_know_the_credential(server: Server, secret: str) -> None:
    talk(server, "/api/events/out", secret, [SIGN_IN])
    # As it came, so that Prefect itself refuses it.
    assert json.loads(server.sockets[0]["text"]) == SIGN_IN


def test_l15_a_stream_ends_with_its_session(server: Server, manager: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.gate.sockets._LOOKED_AT_SECONDS", 0.0)
    assert [each["type"] for each in talk(server, "/api/events/out", manager.secret, [SIGN_IN])] == [
        "websocket.accept",
        "websocket.send",
    ]
    monkeypatch.setattr("portal.gate.sockets._may_watch", _once_then_not())
    closing = talk(server, "/api/events/out", manager.secret, [SIGN_IN, {"type": "filter"}])
    assert [each["type"] for each in closing] == ["websocket.accept", "websocket.close"]


def _once_then_not() -> Any:
    answers = [True, False]
    return lambda _secret: answers.pop(0)
