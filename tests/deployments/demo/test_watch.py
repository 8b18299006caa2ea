"""The rehearsal fills in forms as a person would: a run that had no turn is asked for again, one that failed is not."""

from typing import Any

import pytest

from deployments.demo import watch
from deployments.demo.people import Decider
from deployments.demo.watch import StoryError, submit

pytestmark = pytest.mark.pure


def run(kind: str, message: str = "") -> dict[str, Any]:
    return {"state_type": kind, "state": {"message": message}}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the runs that end one after the other; the last one goes on ending as it did."""
    ending: list[dict[str, Any]] = []
    monkeypatch.setattr(watch, "cookie_of", lambda *_: "a")
    monkeypatch.setattr(watch, "start_as", lambda *_: "a run")
    monkeypatch.setattr(watch, "wait_for", lambda *_: ending.pop(0) if len(ending) > 1 else ending[0])
    monkeypatch.setattr("time.sleep", lambda _: None)
    return ending


def test_a_run_that_others_kept_from_its_turn_is_asked_for_until_it_has_one(runs: list[dict[str, Any]]) -> None:
    runs += [*[run("CANCELLED")] * 30, run("COMPLETED", "3 chased.")]
    assert submit(Decider.MANAGER, "chase-returns") == "3 chased."


def test_a_run_that_crashed_is_tried_five_times(runs: list[dict[str, Any]]) -> None:
    runs += [run("CRASHED")] * 20
    with pytest.raises(StoryError, match="chase-returns did not complete in 5 tries"):
        submit(Decider.MANAGER, "chase-returns")
    assert len(runs) == 15


def test_a_run_that_failed_is_not_tried_again(runs: list[dict[str, Any]]) -> None:
    runs += [run("FAILED", "There is no such inspection."), run("COMPLETED")]
    with pytest.raises(StoryError, match="no such inspection"):
        submit(Decider.MANAGER, "chase-returns")
