"""A run of many short pieces tells Prefect little: a name now and then, the last one always, and the first as tasks."""

from contextlib import nullcontext
from typing import Any

import pytest

from flows import run as runs
from flows import work
from flows.jobs import Job
from flows.run import Done, Run
from models.events import Owed
from tasks.ledger.work import Claim

pytestmark = pytest.mark.pure


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the list to which each name and its tags are added that Prefect hears of; boards and events go nowhere."""
    names: list[Any] = []
    monkeypatch.setattr(runs, "call", lambda _, __, json: names.append((json["name"], json["tags"])))
    monkeypatch.setattr(runs, "send_soon", lambda: None)
    monkeypatch.setattr(runs, "show_board", lambda _: None)
    return names


def test_a_name_is_shown_at_once_others_soon_after_it_are_not_and_the_last_is_in_the_end(told: list[Any]) -> None:
    run = Run("receive-returns", "none")
    run.doing("first", "a")
    assert told == [("receive-returns - first", ["inspection:a", "jtai"])]
    for number in range(50):
        run.did(Done(f"i{number % 2}", f"piece {number}", "accepted", "validate"))
    assert len(told) == 1
    run.publish()
    last = (
        "receive-returns - piece 0; piece 1 and 48 more",
        ["inspection:a", "inspection:i0", "inspection:i1", "jtai"],
    )
    assert told[1:] == [last]
    # What is shown already is not told again.
    run.publish()
    assert len(told) == 2


def test_a_long_run_shows_its_name_every_few_seconds(told: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("flows.run.time.monotonic", lambda: clock[0])
    run = Run("receive-returns", "none")
    for number in range(10):
        run.did(Done("a", f"piece {number}", "accepted", "validate"))
        clock[0] += 1
    assert len(told) == 4


@pytest.mark.usefixtures("told")
def test_pieces_beyond_the_first_are_no_tasks_and_are_done_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks: list[str] = []

    class Seen:
        def __call__(self, title: str, do: Any) -> str:
            tasks.append(title)
            return self.fn(title, do)

        def fn(self, _: str, do: Any) -> str:
            return str(do())

    monkeypatch.setattr(work, "_task", lambda _: Seen())
    monkeypatch.setattr(work, "renewing", lambda _: nullcontext())
    done: list[str] = []
    job = Job(Owed.VALIDATE, "validate", lambda claimed: claimed.subject, lambda claimed: done.append(claimed.subject))
    run = Run("receive-returns", "none")
    for number in range(work.MOST_TASKS + 5):
        work._do(run, job, Claim(Owed.VALIDATE, f"s{number}", "a", 1, "t"))
    assert tasks == [f"s{number}" for number in range(work.MOST_TASKS)]
    assert len(done) == len(run.done) == work.MOST_TASKS + 5
