"""`jtai rehearse` and `jtai clock`: what they refuse, before anybody has to sign in."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from cli.rehearsing import RehearsalError, announced_rehearsal, send_all
from models.tables import Inspection
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tests.cli.running import jtai

pytestmark = pytest.mark.parts

THEME = "domestic-abuse-2024"
ANNOUNCED = date(2025, 2, 24)


def become_real(ref: str) -> None:
    """Make an inspection of the tests a real one."""
    with transaction() as session:
        row = session.get_one(Inspection, ref)
        row.rehearsal = False
        session.add(row)


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--theme", "weather", "--area", "E06000038"], "There is no theme 'weather'"),
        (["--theme", THEME, "--area", "E99"], "There is no area 'E99'"),
        (["--theme", THEME, "--area", "E06000038", "--date", "2025-02-23"], "is at a weekend. Give a working day"),
        (["--theme", THEME, "--area", "E06000038", "--children", "0"], "0 is not in the range"),
        (["--theme", THEME], "Missing option '--area'"),
    ],
    ids=["theme", "area", "weekend", "nobody", "no area"],
)
def test_misuse_is_one_sentence_and_exit_2(args: list[str], sentence: str) -> None:
    assert sentence in jtai("rehearse", *args).sentence()


def test_a_rehearsal_that_is_there_is_gone_on_with(reading: str) -> None:
    assert announced_rehearsal("E06000038", THEME, ANNOUNCED) == reading


def test_no_made_up_data_reaches_a_real_inspection(reading: str, tmp_path: Path) -> None:
    become_real(reading)
    args = ["--theme", THEME, "--area", "E06000038", "--date", ANNOUNCED.isoformat(), "--out", f"{tmp_path}/files"]
    assert "is a real inspection. No made-up data is sent to it." in jtai("rehearse", *args, "--send").sentence()
    assert not (tmp_path / "files").exists()
    file = tmp_path / "POL-1.csv"
    file.write_text("incident_ref\n")
    with pytest.raises(RehearsalError, match="is a real inspection"):
        list(send_all(reading, {"police": [file]}))


def test_a_rehearsal_that_has_ended_is_not_gone_on_with(reading: str) -> None:
    end(reading, Ending.CANCEL, EndReason.AREA_ASKED, by="programme manager: P-AAAAAAAA")
    with pytest.raises(RehearsalError, match="is cancelled. Give another day with --date"):
        announced_rehearsal("E06000038", THEME, ANNOUNCED)


def test_files_are_made_for_each_agency_though_nobody_sends_them(reading: str, tmp_path: Path) -> None:
    args = ["--theme", THEME, "--area", "E06000038", "--date", ANNOUNCED.isoformat(), "--children", "40"]
    portal = {"JTAI_PORTAL_URL": "http://127.0.0.1:9"}
    done = jtai("rehearse", *args, "--out", tmp_path / "files", "--json", **portal).json()
    assert set(done) == {"inspection", "announced", "folder", "agencies", "sent"}
    assert (done["inspection"], done["sent"]) == (reading, [])
    police = next(each for each in done["agencies"] if each["kind"] == "police")
    assert police["agency"] == "Thames Valley Police"
    assert police["files"] == ["POL-1.csv", "POL-2.csv", "POL-3.xlsx"]
    assert all(Path(each["folder"], name).is_file() for each in done["agencies"] for name in each["files"])
    shown = jtai("rehearse", *args, "--out", tmp_path / "again", **portal).out
    assert f"`jtai clock {reading} --to theme_lists_due`" in shown
    # The same arguments make the same bytes.
    for name in ("POL-1.csv", "POL-2.csv"):
        first, second = (tmp_path / folder / "police" / name for folder in ("files", "again"))
        assert first.read_bytes() == second.read_bytes()


def test_the_clock_is_shown_with_the_steps_to_come(reading: str) -> None:
    shown = jtai("clock", reading, "--json").json()
    assert set(shown) == {"inspection", "clock", "steps"}
    assert shown["clock"].startswith("2025-02-24T09")
    assert shown["steps"][0] == {
        "step": "theme_lists_due",
        "label": "Theme lists due",
        "moment": "2025-02-26T17:00:00+00:00",
    }
    assert "theme_lists_due" in jtai("clock", reading).out


def test_a_clock_that_cannot_be_moved_is_said_before_anybody_signs_in(reading: str, tmp_path: Path) -> None:
    home = {"XDG_CONFIG_HOME": str(tmp_path)}
    back = f"{ANNOUNCED - timedelta(days=3):%Y-%m-%d}"
    assert "A rehearsal's clock only goes forward" in jtai("clock", reading, "--to", back, **home).sentence()
    assert "neither a step of the timetable nor a day" in jtai("clock", reading, "--to", "soon", **home).sentence()
    assert "Sign in first" in jtai("clock", reading, "--to", "2025-02-26", **home).sentence()
    assert "There is no inspection 'nowhere'" in jtai("clock", "nowhere").sentence()
    become_real(reading)
    for args in ([], ["--to", "2025-02-26"]):
        assert "Only a rehearsal has a clock of its own" in jtai("clock", reading, *args, **home).sentence()
