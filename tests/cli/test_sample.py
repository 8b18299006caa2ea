"""`jtai sample`: draw, verify, and what either refuses."""

import json
import re
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli.sample import command
from models.themes import theme
from tasks.ground.digests import frame_digest
from tasks.sampling import complete, draw, manifest, manifest_bytes
from tests.tasks.sampling.frames import cohort

_THEME = "domestic-abuse-2024"


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments])


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    path = tmp_path / "cohort.parquet"
    cohort(300).with_columns(pl.lit("high").alias("police_risk")).write_parquet(path)
    return path


def _drawn(frame: Path, out: Path, *more: object) -> Result:
    return _run("draw", frame, "--theme", _THEME, "--seed", "00ff", "--out", out, *more)


def test_l4_a_draw_verifies_on_the_same_rows_in_another_order(frame: Path, tmp_path: Path) -> None:
    result = _drawn(frame, tmp_path / "m.json", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["tracked"] == 7
    moved = tmp_path / "moved.parquet"
    pl.read_parquet(frame).sample(fraction=1, shuffle=True, seed=2).write_parquet(moved)
    verified = _run("verify", tmp_path / "m.json", moved, "--json")
    assert verified.exit_code == 0
    assert json.loads(verified.stdout) == {"same": True, "differences": []}
    assert _drawn(moved, tmp_path / "n.json").exit_code == 0
    assert (tmp_path / "m.json").read_bytes() == (tmp_path / "n.json").read_bytes()


def test_l10_any_difference_is_exit_1_and_the_first_is_said(frame: Path, tmp_path: Path) -> None:
    _drawn(frame, tmp_path / "m.json")
    record = json.loads((tmp_path / "m.json").read_bytes())
    record["rows"][0]["child"] = "c00001"
    (tmp_path / "m.json").write_text(json.dumps(record))
    result = _run("verify", tmp_path / "m.json", frame)
    assert result.exit_code == 1
    assert result.stdout.startswith("T1: the manifest has child c00001")
    pl.read_parquet(frame).head(200).write_parquet(frame)
    assert _run("verify", tmp_path / "m.json", frame).stdout.startswith("The cohort differs")


@pytest.mark.further
def test_the_coverage_of_a_manifest_is_told_and_written(frame: Path, tmp_path: Path) -> None:
    _drawn(frame, tmp_path / "m.json")
    result = _run("coverage", tmp_path / "m.json", frame, "--out", tmp_path / "c.json")
    assert result.exit_code == 0
    assert "chance was found by drawing" in result.stdout
    assert re.search(r"^age +unborn +\d+ ", result.stdout, re.MULTILINE)
    told = json.loads(_run("coverage", tmp_path / "m.json", frame, "--json").stdout)
    assert "weights" not in told
    assert {"sets", "groups", "gaps", "method", "draws", "children"} <= set(told)
    assert _run("verify", tmp_path / "m.json", frame, "--coverage", tmp_path / "c.json").exit_code == 0
    (tmp_path / "c.json").write_text("{}")
    wrong = _run("verify", tmp_path / "m.json", frame, "--coverage", tmp_path / "c.json")
    assert wrong.exit_code == 1
    assert "is not the one that manifest, cohort and decisions give" in wrong.stdout


def test_links_are_grouped_into_a_frame_and_what_is_assumed_is_said(tmp_path: Path) -> None:
    links = pl.DataFrame(
        {
            "return": ["LA-DA", "POL-1", "LA-DA"],
            "row": [2, 2, 3],
            "child": [7, 7, 8],
            "probability": [0.9, 0.9, 1.0],
        }
    )
    links.write_parquet(tmp_path / "l.parquet")
    result = _drawn(tmp_path / "l.parquet", tmp_path / "m.json", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["children"], told["tracked"], told["sampled"]) == (2, 1, 1)
    assert "These are links" in result.stderr
    assert "The cohort does not say of any child: age. Minimums for it could not be kept." in told["shortfalls"]
    assert _run("verify", tmp_path / "m.json", tmp_path / "l.parquet").exit_code == 0


def test_l4_a_draw_from_links_by_the_strata_of_before_verifies_by_its_own_plan(tmp_path: Path) -> None:
    """The strata's columns are assumed for it, which the theme's plan of today does not ask for."""
    pl.DataFrame({"child": ["7", "8"]}).write_parquet(tmp_path / "c.parquet")
    shipped = theme(_THEME)
    (before,) = shipped.sampling.formerly
    frame, notes = complete(pl.DataFrame({"child": ["7", "8"]}), before)
    assert len(notes) == 6
    record = manifest(draw(frame, before, "s"), frame_digest(frame), shipped, "s", "1")
    record = {**record, "format": "jtai-sample-3", "plan": {k: v for k, v in before.record().items() if k != "plan"}}
    (tmp_path / "m.json").write_bytes(manifest_bytes(record))
    result = _run("verify", tmp_path / "m.json", tmp_path / "c.parquet")
    assert result.exit_code == 0, result.output
    assert "it counts as 'unknown'" in result.stderr
    assert _run("coverage", tmp_path / "m.json", tmp_path / "c.parquet").exit_code == 0


def test_what_is_no_cohort_or_no_manifest_is_refused(frame: Path, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("not parquet")
    assert "is not a Parquet file" in _drawn(text, tmp_path / "m.json").output
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "other.parquet")
    assert "no column 'child'" in _drawn(tmp_path / "other.parquet", tmp_path / "m.json").output
    assert "not the manifest" in str(_run("verify", text, frame).exception)
    text.write_text('{"format": "jtai-sample-1"}')
    assert "not the manifest" in str(_run("verify", text, frame).exception)
    assert _run("draw", tmp_path / "absent", "--theme", _THEME, "--seed", "1", "--out", text).exit_code == 2
