"""Drives the portal over HTTP as a browser without scripts does: reads a page, fills in its form, sends it."""

import html
import re
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from models.lifecycle import Stage
from tasks.ledger.work import Claim
from tasks.people.persons import REFERENCE

_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')


class Driver:
    """One browser: it keeps its cookies."""

    def __init__(self, portal: str) -> None:
        self.http = httpx.Client(base_url=portal, trust_env=False, timeout=60, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.http.close()

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.http.get(path)

    def post(self, path: str, *, page: str | None = None, files: Any = None, **fields: Any) -> httpx.Response:
        """Open `page` (the form's own address by default), take its token and send its form."""
        data = {name.replace("__", "-"): value for name, value in fields.items()}
        return self.http.post(path, data={"csrf": self.token(page or path), **data}, files=files)

    def token(self, page: str) -> str:
        """Return the token of a page's form."""
        found = _TOKEN.search(self.get(page).text)
        return found[1] if found else ""

    def sign_in(self, address: str, name: str = "A Lee") -> httpx.Response:
        """Sign in with a link; whoever uses one that came to a shared mailbox says who they are."""
        return self.post(address, name=name, job="data officer")

    def operate(self, page: str = "outbox") -> httpx.Response:
        """Come in as the operator, with the key that is typed into the form."""
        from tasks.people.sign_in_links import outbox_key

        data = {"csrf": self.token("/operator"), "key": outbox_key(), "page": page}
        return self.http.post("/operator", data=data)

    def upload(self, request_id: str, name: str, data: bytes, why: str = "errors_fixed") -> httpx.Response:
        """Send a file by the form, and confirm it where it is shown before it counts."""
        answer = self.chosen(request_id, name, data, why)
        at = answer.url.path
        return self.post(at) if at.startswith("/uploads/") and answer.is_success else answer

    def chosen(self, request_id: str, name: str, data: bytes, why: str = "errors_fixed") -> httpx.Response:
        """Choose a file and send its form, and confirm nothing."""
        form = f"/requests/{request_id}/upload"
        return self.post(f"/requests/{request_id}/uploads", page=form, files={"file": (name, data)}, why=why)


class Outbox:
    """The notices, as the operator's program reads them."""

    def __init__(self, portal: str) -> None:
        self.portal = portal

    def notices(self) -> list[dict[str, Any]]:
        """Return all notices, newest first."""
        from tasks.people.sign_in_links import outbox_key

        answer = httpx.get(
            f"{self.portal}/outbox.json", headers={"Authorization": f"Bearer {outbox_key()}"}, trust_env=False
        )
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def link_of(self, kind: str) -> str:
        """Return the newest sign-in link of an agency."""
        return next(
            str(one["sign_in_url"])
            for one in self.notices()
            if one["sign_in_url"] and str(one["agency_id"]).endswith(f"/{kind}")
        )

    def link_to(self, name: str, ref: str = "") -> str:
        """Return the newest sign-in link of a person, in one inspection where it is named."""
        return next(
            str(notice["sign_in_url"])
            for notice in self.notices()
            if notice["sign_in_url"] and notice["to_name"] == name and ref in ("", notice["inspection"])
        )


def aged(minutes: int = 16) -> None:
    """Let everybody have signed in some minutes earlier than they did."""
    from datetime import timedelta

    from sqlmodel import select

    from models.tables import SignIn
    from tasks.ground.database import transaction

    with transaction() as session:
        for row in session.exec(select(SignIn)):
            row.proven_at -= timedelta(minutes=minutes)
            session.add(row)


def plain_actor(actor: str) -> str:
    """Return how the audit names somebody, with `P` for whichever person it is."""
    return REFERENCE.sub("P", actor)


def words(answer: httpx.Response) -> str:
    """Return a page's visible words on one line."""
    text = re.sub(r"(?s)<(script|style|head).*?</\1>|<[^>]+>", " ", answer.text)
    return html.unescape(re.sub(r"\s+", " ", text))


def validated(reading: str) -> None:
    """Let every waiting submission be checked, as the flow does."""
    from models.events import Owed
    from tasks.jobs.validate import validate_submission
    from tasks.ledger.work import claim

    while claimed := claim(Owed.VALIDATE, reading):
        validate_submission(claimed)


def sent_and_chosen(reading: str, synthetic: Path) -> None:
    """Bring an inspection to fieldwork: all returns in, cohort frozen, sample approved, evaluations open."""
    from models.events import Owed
    from tasks.jobs.build_cohort import freeze_cohort
    from tasks.jobs.open_evaluations import open_evaluations
    from tasks.jobs.propose_sample import propose
    from tasks.ledger.work import claim
    from tasks.sampling import Decision, DecisionKind, Reason
    from tasks.sampling.draws import decide

    for path in sorted(synthetic.iterdir()):
        if path.suffix in {".csv", ".xlsx", ".ods"}:
            _send(f"{reading}-{path.stem.lower()}", path)
    validated(reading)
    for kind, work in ((Owed.BUILD_COHORT, freeze_cohort), (Owed.PROPOSE_SAMPLE, propose)):
        work(_taken(claim(kind, reading)))
    decide(reading, Decision(DecisionKind.APPROVE, Reason.SATISFIED, "B Khan"))
    open_evaluations(_taken(claim(Owed.OPEN_EVALUATIONS, reading)))


def _taken(claimed: Claim | None) -> Claim:
    assert claimed is not None
    return claimed


def _send(request_id: str, path: Path) -> None:
    from tasks.ground import store
    from tasks.returns.uploads import open_upload, upload_completed

    upload = open_upload(request_id, path.name, uploader="test")
    store.put_once(upload.key, path.read_bytes())
    upload_completed(upload.id)


def moved_to(reading: str, *stages: Stage) -> None:
    """Take an inspection through stages that only need time or a person."""
    from tasks.ground.database import transaction
    from tasks.ledger.moves import move_stage
    from tasks.ledger.rows import inspection_of

    for stage in stages:
        with transaction() as session:
            move_stage(session, inspection_of(session, reading, lock=True), stage, actor="test")


def drafted(reading: str) -> None:
    """Compile the draft letter of an inspection whose fieldwork has ended."""
    from models.events import Owed
    from tasks.jobs.compile_letter import compile_owed
    from tasks.ledger.work import claim
    from tasks.letters.publication import ask_for_draft
    from tests.tasks.passing import ready_for_draft

    ready_for_draft(reading)
    ask_for_draft(reading)
    compile_owed(_taken(claim(Owed.COMPILE_LETTER, reading)))


def apart(request_id: str, after: int = 40) -> None:
    """Let a request's versions begin where no other test stores its own; the store forgets nothing between tests."""
    from models.tables import Request
    from tasks.ground.database import transaction

    with transaction() as session:
        asked = session.get_one(Request, request_id)
        asked.current_version = after
        session.add(asked)
