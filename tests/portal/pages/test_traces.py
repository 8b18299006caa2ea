"""From a person's click to the verdict: one id in the answer, in the log, with the owed work and in the audit."""

import json
import logging
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.types import Receive, Scope, Send

from models.events import Owed
from models.settings import reread
from models.tables import OutboxEvent, Work
from portal.pages.traces import HEADER, Traces
from tasks.ground.database import transaction
from tasks.ground.trace import current_origin, traced
from tasks.jobs.validate import validate_submission
from tasks.ledger.audit import chain
from tasks.ledger.work import claim
from tests.portal.apart_loop import run
from tests.portal.driving import Driver, apart

pytestmark = pytest.mark.parts


def test_one_id_leads_from_the_click_to_the_verdict(
    police: Driver, reading: str, police_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    request = f"{reading}-pol-1"
    apart(request)
    with caplog.at_level(logging.INFO, "jtai"):
        answer = police.upload(request, "POL-1.csv", police_file.read_bytes())
    clicks = [each.headers[HEADER] for each in (*answer.history, answer)]
    assert len(set(clicks)) == len(clicks)
    with transaction() as session:
        (work,) = session.exec(select(Work).where(Work.kind == Owed.VALIDATE, Work.inspection == reading)).all()
        events = session.exec(select(OutboxEvent).where(OutboxEvent.subject == work.subject)).all()
    assert work.trace in clicks
    assert {event.facts["trace"] for event in events} == {work.trace}
    lines = [json.loads(line) for line in caplog.messages]
    (line,) = [line for line in lines if line["event"] == "portal" and line["trace"] == work.trace]
    assert line["who"].startswith("P-")
    assert line["session"]

    claimed = claim(Owed.VALIDATE, reading)
    assert claimed is not None
    with traced(claimed.trace):
        validate_submission(claimed)
    with transaction() as session:
        entries = [entry for entry in chain(session, reading)[0] if entry.facts.get("trace") == work.trace]
    states = [entry.facts["to"] for entry in entries if entry.action == "request.moved"]
    assert states == ["received", "validating", "accepted"]


def test_nobody_chooses_the_id_of_their_click(police: Driver) -> None:
    assert police.http.get("/", headers={HEADER: "a" * 32}).headers[HEADER] != "a" * 32


@pytest.mark.parametrize(
    ("networks", "name"), [("", ""), ("Here=127.0.0.0/8", "Here"), ("There=203.0.113.0/24", "another network")]
)
def test_l5_a_click_comes_from_a_named_network_and_never_from_an_address(
    monkeypatch: pytest.MonkeyPatch, networks: str, name: str
) -> None:
    seen = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(current_origin())

    monkeypatch.setenv("JTAI_NETWORKS", networks)
    reread()
    scope = {"type": "http", "client": ("127.0.0.1", 50000)}
    run(Traces(app)(scope, None, None))  # type: ignore[arg-type]
    monkeypatch.undo()
    reread()
    assert seen == [name]
    assert current_origin() == ""
