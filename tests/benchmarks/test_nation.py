"""The year of the programme: the same for a seed, on working days, told as it was, and run in small."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.nation.measures import Spent
from benchmarks.nation.missed import staff
from benchmarks.nation.prefect_database import held
from benchmarks.nation.programme import programme, working_days
from benchmarks.nation.scheduler import Scheduler
from benchmarks.nation.telling import costs, flatness
from benchmarks.nation.year import Notes, spent_by
from deployments.prefect_server import EVENT_DAYS, RUN_DAYS
from flows import work
from models.settings import CHECKOUT
from models.themes import shipped
from models.timetable import is_working_day
from tests.stacks import no_addresses

SPENT = {"own": 1.0, "children": 0.5, "postgres": 0.25, "store": 0.25, "queries": 100, "wall": 3.0}


def test_the_same_seed_gives_the_same_programme_and_another_seed_another() -> None:
    assert programme(2, 10, 60, 1) == programme(2, 10, 60, 1)
    assert programme(2, 10, 60, 1) != programme(2, 10, 60, 2)


def test_a_year_has_ten_areas_a_month_each_once_every_theme_and_all_on_working_days() -> None:
    planned = programme(12, 10, 60, 1)
    assert len({each.setting.area.gss for each in planned}) == len(planned) == 120
    assert {each.setting.theme.id for each in planned} == set(shipped())
    assert all(is_working_day(each.setting.announced) for each in planned)
    assert [each.number for each in planned] == list(range(120))


def test_a_year_has_silent_agencies_people_on_leave_and_days_that_bank_holidays_move() -> None:
    planned = programme(12, 10, 60, 1)
    assert 0 < sum(each.silent is not None for each in planned) < len(planned)
    told = staff(planned)
    assert told["samples whose approval waits for somebody on leave"] > 0
    assert told["announcements that a bank holiday moves by a week"] > 0
    assert 0 < told["inspections with a day that differs where weekdays alone are counted"] <= len(planned)


def test_days_without_work_are_left_out() -> None:
    days = list(working_days(date(2025, 4, 17), date(2025, 4, 23)))
    assert days == [date(2025, 4, 17), date(2025, 4, 22), date(2025, 4, 23)]


def test_what_a_killed_run_left_half_written_is_not_taken_for_done(tmp_path: Path) -> None:
    notes = Notes.of(tmp_path)
    notes.step(ref="a", title="Announced")
    with (tmp_path / "steps.jsonl").open("a") as out:
        out.write('{"ref": "a", "ti')
    assert Notes.of(tmp_path).steps == [{"ref": "a", "title": "Announced"}]


def test_what_is_noted_after_a_half_written_line_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "steps.jsonl").write_text('{"ref": "a"}\n{"ref": "b", "ti')
    Notes.of(tmp_path).step(ref="c")
    assert Notes.of(tmp_path).steps == [{"ref": "a"}, {"ref": "c"}]


def test_an_inspection_that_has_not_ended_has_no_cost_and_making_data_up_is_none(tmp_path: Path) -> None:
    notes = Notes.of(tmp_path)
    notes.step(number=0, theme="t", title="Returns made", counts=False, **SPENT)
    notes.step(number=0, theme="t", title="Announced", counts=True, **SPENT)
    assert costs(notes) == {}
    notes.step(number=0, theme="t", title="Closed", counts=True, **SPENT)
    assert costs(notes)[0][1].cpu == pytest.approx(4.0)


def test_inspections_are_compared_with_those_of_their_own_theme() -> None:
    dear, cheap = Spent(own=30.0), Spent(own=10.0)
    found = {
        0: ("a", dear),
        1: ("b", cheap),
        2: ("a", dear),
        3: ("b", cheap),
        4: ("a", dear),
        5: ("b", Spent(own=12.0)),
    }
    assert flatness(found, "cpu") == pytest.approx(1.1)
    assert flatness({0: ("a", dear), 1: ("b", cheap)}, "cpu") is None
    assert flatness({}, "cpu") is None


def test_prefect_holds_what_comes_in_as_many_days_as_it_keeps() -> None:
    mib = float(1 << 20)
    tables = (
        "flow_run",
        "flow_run_state",
        "task_run",
        "task_run_state",
        "log",
        "artifact",
        "events",
        "event_resources",
    )
    found = held({name: {"bytes": mib} for name in tables}, {name: {"bytes": 0.0} for name in tables}, 2)
    assert found["flow_run"] == 2 * RUN_DAYS
    assert found["events"] == 2 * EVENT_DAYS


def test_every_event_that_wakes_a_flow_wakes_it_here() -> None:
    scheduler = Scheduler()
    assert scheduler._wakes["jtai.return.uploaded"] == ["receive-returns"]
    assert set(sum(scheduler._wakes.values(), [])) <= set(scheduler._ids)


def run(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.nation", "--folder", str(folder), *more]
    # It starts a stack of its own: what other tests of this worker have started is none of it.
    with no_addresses():
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


@pytest.mark.parts
@pytest.mark.unmeasured
@pytest.mark.timeout(1800)
def test_a_month_of_two_areas_is_stopped_continued_and_told(tmp_path: Path) -> None:
    wanted = ("--months", "1", "--areas", "2", "--children", "30")
    # The first has its sample by then, and the second is to be announced on the next working day.
    assert run(tmp_path, *wanted, "--until", "2025-01-10").returncode == 130
    begun = Notes.of(tmp_path)
    assert run(tmp_path, "--months", "1", "--areas", "3").returncode == 2
    assert run(tmp_path, *wanted, "--until", "2025-01-14").returncode == 130
    notes = Notes.of(tmp_path)
    done = [(each["ref"], each["title"]) for each in notes.steps]
    assert notes.steps[: len(begun.steps)] == begun.steps
    assert len(done) == len(set(done)), "nothing is done twice"
    first, second = (each.setting.ref for each in programme(1, 2, 30, 1))
    assert (first, "Sample approved") in done
    assert (second, "Council sends LA-DA") in done
    outcome = json.loads((tmp_path / "outcome.json").read_text())
    assert sum(outcome["missed"]["late"].values()) == 1
    assert sum(outcome["missed"]["wrong"].values()) == 1
    assert outcome["growth"]["audit entries"] > 50
    assert outcome["growth"]["calls of Prefect's API"] > 1
    assert spent_by(notes.steps).queries > 1000


def test_a_call_that_cannot_be_made_ends_without_a_state_and_the_next_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    # It begins by changing this for its whole process, in which other tests run as well.
    monkeypatch.setattr(work, "MOST_TASKS", work.MOST_TASKS)
    scheduler = Scheduler()
    calls: list[str] = []

    def fails() -> None:
        raise ValueError

    scheduler._deployments = {"fails": lambda: fails, "works": lambda: lambda: calls.append("done")}
    scheduler.start()
    assert scheduler.run("fails").state is None
    with scheduler.held():
        scheduler._ask("works", {})
        assert calls == []
    assert calls == ["done"]
    assert work.MOST_TASKS == 0
