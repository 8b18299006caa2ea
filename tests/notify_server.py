"""Stands in for GOV.UK Notify over real HTTP: it knows a key, a template and addresses, and answers as Notify does."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import jwt

SERVICE = "11111111-2222-4333-8444-555555555555"
SECRET = "66666666-7777-4888-9999-aaaaaaaaaaaa"
KEY = f"a_key-{SERVICE}-{SECRET}"
TEMPLATE = "bbbbbbbb-cccc-4ddd-8eee-ffffffffffff"
WRONG_DOMAIN = "refused.jtai-area.uk"
_WRONG_ADDRESS = ("ValidationError", "email_address Not a valid email address")
_TEAM = ("BadRequestError", "Can’t send to this recipient using a team-only API key")
_NO_TEMPLATE = ("BadRequestError", "Template not found")
_LACKS_FIELD = ("BadRequestError", "Missing personalisation: subject")
_MOST_SKEW = 30


@dataclass
class Notifications:
    """What the service has taken, and how it is to answer.

    Attributes:
        taken: every e-mail that it took, oldest first.
        answers: status codes with which it answers the next sendings instead of taking them.
        team: addresses that a team key may write to; None for a live key.
        silent: seconds for which it says nothing after it took an e-mail.
        busy_after: number of e-mails after which it takes no more.
        asked: number of times that it was asked for e-mails by their reference.
    """

    taken: list[dict[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    team: set[str] | None = None
    silent: float = 0
    busy_after: int | None = None
    asked: int = 0
    url: str = ""

    def becomes(self, reference: str, status: str) -> None:
        """Let an e-mail have another status."""
        for row in self.taken:
            if row["reference"] == reference:
                row["status"] = status

    def to(self, address: str) -> list[dict[str, Any]]:
        """Return the e-mails to an address."""
        return [row for row in self.taken if row["email_address"] == address]


@contextmanager
def notify_server() -> Iterator[Notifications]:
    """Serve it on this machine for as long as the block takes."""
    state = Notifications()

    class Handler(_Handler):
        notifications = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    notifications: Notifications

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, status: int, error: str, message: str) -> None:
        self._answer(status, {"status_code": status, "errors": [{"error": error, "message": message}]})

    def _knows_key(self) -> bool:
        try:
            claims = jwt.decode(
                self.headers["Authorization"].removeprefix("Bearer "),
                SECRET,
                algorithms=["HS256"],
                options={"verify_iat": False},
            )
        except jwt.InvalidTokenError:
            self._refuse(403, "AuthError", "Invalid token: API key not found")
            return False
        if claims["iss"] != SERVICE or abs(time.time() - claims["iat"]) > _MOST_SKEW:
            self._refuse(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
            return False
        return True

    def do_POST(self) -> None:
        """Take an e-mail."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._knows_key():
            return
        service = self.notifications
        if service.busy_after is not None and len(service.taken) >= service.busy_after:
            service.answers.append(429)
        if service.answers:
            status = service.answers.pop(0)
            kinds = {429: ("RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds")}
            self._refuse(status, *kinds.get(status, ("Exception", "Internal server error")))
            return
        if refusal := _refusal(service, body):
            self._refuse(400, *refusal)
            return
        row = {"id": str(uuid4()), "status": "created", **body}
        service.taken.append(row)
        time.sleep(service.silent)
        self._answer(201, {"id": row["id"], "reference": body.get("reference"), "uri": ""})

    def do_GET(self) -> None:
        """Return one e-mail by its id, or those with a reference, the newest first."""
        if not self._knows_key():
            return
        parts = urlsplit(self.path)
        if parts.path == "/v2/notifications":
            self.notifications.asked += 1
            reference = parse_qs(parts.query).get("reference", [""])[0]
            rows = [row for row in reversed(self.notifications.taken) if row["reference"] == reference]
            self._answer(200, {"notifications": rows, "links": {}})
            return
        for row in self.notifications.taken:
            if parts.path == f"/v2/notifications/{row['id']}":
                self._answer(200, row)
                return
        self._refuse(404, "NoResultFound", "No result found")


def _refusal(service: Notifications, body: dict[str, Any]) -> tuple[str, str] | None:
    name, _, domain = body["email_address"].rpartition("@")
    if not name or domain == WRONG_DOMAIN:
        return _WRONG_ADDRESS
    if body["template_id"] != TEMPLATE:
        return _NO_TEMPLATE
    if not {"subject", "body"} <= body.get("personalisation", {}).keys():
        return _LACKS_FIELD
    if service.team is not None and body["email_address"] not in service.team:
        return _TEAM
    return None
