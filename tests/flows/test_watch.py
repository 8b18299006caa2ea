"""The sweep watches over Prefect: runs that nobody runs, automations that somebody changed; and says what it found."""

import json
import time
from typing import Any

import pytest

from flows.artifacts import mark_older
from models.events import Owed
from models.tables import Beat, Work
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, newest_text, start_run, wait_for
from tasks.ledger import heartbeats
from tasks.ledger.heartbeats import give_up_silent
from tasks.watch.automations import put_right, wanted_triggers
from tests.flows.running import announced, runs_of
from tests.stacks import until

pytestmark = pytest.mark.usefixtures("stack")

NAME = "receive-returns-when-uploaded"


def automations(name: str = NAME) -> list[dict[str, Any]]:
    return [one for one in call("POST", "/automations/filter", json={"limit": 200}) if one["name"] == name]


def compared(one: dict[str, Any]) -> str:
    """Return what an automation does, without the ids that differ each time."""
    kept = {key: one[key] for key in ("name", "enabled", "trigger", "actions")}
    kept["trigger"] = {**kept["trigger"], "id": "", "expect": sorted(kept["trigger"]["expect"])}
    return json.dumps(kept, sort_keys=True)


def swept() -> str:
    ended = wait_for(start_run("sweep"), 120)
    assert ended["state_type"] == "COMPLETED", ended["state"]
    return str(ended["state"]["message"])


@pytest.mark.usefixtures("stack")
def test_l3_a_disabled_automation_is_enabled_again() -> None:
    call("PATCH", f"/automations/{automations()[0]['id']}", json={"enabled": False})
    until("it is enabled", lambda: swept() and automations()[0]["enabled"])


@pytest.mark.usefixtures("stack")
def test_l3_an_automation_that_is_gone_is_made_again_as_it_was() -> None:
    before = compared(automations()[0])
    call("DELETE", f"/automations/{automations()[0]['id']}")
    assert put_right() in ([f"made {NAME} again"], [])
    (now,) = automations()
    assert compared(now) == before
    assert put_right() == []


@pytest.mark.usefixtures("stack")
def test_l3_an_automation_that_is_there_twice_is_there_once() -> None:
    one = automations()[0]
    call("POST", "/automations/", json={key: one[key] for key in ("name", "enabled", "trigger", "actions")})
    until("there is one", lambda: (put_right(), len(automations()) == 1)[1])
    there = {one["name"] for one in call("POST", "/automations/filter", json={"limit": 200})}
    assert {name for _, name, _ in wanted_triggers()} <= there


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "SILENT_SECONDS", 8)


def believed_in() -> str:
    """Return a run that Prefect believes to be running and that nobody runs."""
    found = call("GET", "/deployments/name/chase-returns/chase-returns")["id"]
    run = call("POST", f"/deployments/{found}/create_flow_run", json={"state": {"type": "PENDING"}, "tags": ["jtai"]})
    call("POST", f"/flow_runs/{run['id']}/set_state", json={"state": {"type": "RUNNING"}, "force": True})
    return str(run["id"])


def state_of(run: str) -> str:
    return str(call("GET", f"/flow_runs/{run}")["state_type"])


@pytest.mark.usefixtures("stack", "impatient")
def test_l3_a_run_that_nobody_runs_is_given_up_and_one_that_says_so_lives() -> None:
    dead, alive = believed_in(), believed_in()
    time.sleep(8.5)
    heartbeats.say(alive)
    give_up_silent()
    assert (state_of(dead), state_of(alive)) == ("CRASHED", "RUNNING")
    call("POST", f"/flow_runs/{alive}/set_state", json={"state": {"type": "CANCELLING"}, "force": True})
    with transaction() as session:
        session.delete(session.get_one(Beat, alive))
    time.sleep(8.5)
    give_up_silent()
    assert state_of(alive) == "CANCELLED"


@pytest.mark.usefixtures("stack")
def test_a_run_says_that_it_lives_for_as_long_as_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "EVERY_SECONDS", 0.2)
    with heartbeats.beating("some-run"):
        time.sleep(0.7)
    with transaction() as session:
        seen = session.get_one(Beat, "some-run").seen_at
    assert (utc_now() - seen).total_seconds() < 5
    time.sleep(0.5)
    with transaction() as session:
        assert session.get_one(Beat, "some-run").seen_at == seen


@pytest.mark.usefixtures("stack")
def test_a_sweep_that_found_something_shows_a_table_of_it() -> None:
    ref = announced("E06000037", "West Berkshire")
    with transaction() as session:
        old = utc_now().replace(year=2020)
        session.add(Work(kind=Owed.CHECK_ACROSS, subject=f"{ref}/none", inspection=ref, owed_at=old, not_before=old))
    until("a table says so", lambda: (swept(), any("work was owed" in str(one["data"]) for one in tables()))[1])
    assert {"found": "work was owed and nobody did it", "which": "woke receive-returns"} in rows()
    until("receive-returns ran", lambda: runs_of("receive-returns", tags={"all_": ["woken-by-sweep"]}))
    with transaction() as session:
        session.delete(session.get_one(Work, ("check-across", f"{ref}/none")))


def test_the_sweep_shows_an_overview_of_all_inspections_and_only_a_changed_one_again() -> None:
    ref = announced("E06000039", "Slough")
    until("the overview names it", lambda: swept() and f"/boards/{ref}" in newest_text("overview"))
    query = {"artifacts": {"key": {"any_": ["overview"]}}, "sort": "CREATED_DESC"}
    before = [artifact["data"] for artifact in call("POST", "/artifacts/filter", json=query)]
    swept()
    after = [artifact["data"] for artifact in call("POST", "/artifacts/filter", json=query)]
    assert after[0] != (after[1] if len(after) > 1 else "")
    assert before[0] == after[0] or len(after) > len(before)
    assert all(text.startswith("> **This is an older copy.**") for text in after[1:])


def test_l13_an_older_copy_of_a_board_says_that_a_newer_one_exists() -> None:
    key = "board-of-nowhere"
    for number in range(3):
        call("POST", "/artifacts/", json={"key": key, "type": "markdown", "data": f"# Copy {number}"})
    for _ in range(2):
        mark_older(key)
    query = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
    newest, *older = [artifact["data"] for artifact in call("POST", "/artifacts/filter", json=query)]
    assert newest == "# Copy 2"
    assert [text.count("This is an older copy.") for text in older] == [1, 1]
    assert [text.splitlines()[-1] for text in older] == ["# Copy 1", "# Copy 0"]


def tables() -> list[dict[str, Any]]:
    return list(call("POST", "/artifacts/filter", json={"artifacts": {"key": {"any_": ["sweep"]}}, "limit": 50}))


def rows() -> list[dict[str, str]]:
    found = []
    for one in tables():
        data = one["data"]
        found += json.loads(data) if isinstance(data, str) else data
    return found
