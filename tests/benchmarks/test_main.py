"""The command of the benchmarks measures what is asked for, and nothing by a slip of the keys."""

import json
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.figures import Figure
from models.settings import reread


def test_help_and_what_is_not_measured_measure_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as helped:
        benchmarks.main(["--help"])
    assert helped.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert all(name in shown for name in benchmarks.MEASURES)
    with pytest.raises(SystemExit) as refused:
        benchmarks.main(["weather"])
    assert refused.value.code == 2
    assert "weather is not measured here" in capsys.readouterr().err


def test_what_is_asked_for_is_measured_alone_and_written_beside_the_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[bool] = []

    def measure(folder: Path, *, quick: bool) -> list[Figure]:
        assert folder == tmp_path / "bench"
        asked.append(quick)
        return [Figure("a figure", 1.5, "s", 2)]

    monkeypatch.setenv("JTAI_STATE", str(tmp_path))
    reread()
    monkeypatch.setattr(benchmarks, "MEASURES", {**benchmarks.MEASURES, "plans": measure})
    benchmarks.main(["plans", "--quick"])
    assert asked == [True]
    (figure,) = json.loads((tmp_path / "bench" / "figures-plans.json").read_text())
    assert (figure["name"], figure["value"], figure["reached"]) == ("a figure", 1.5, True)
    assert not (tmp_path / "bench" / "figures.json").exists()
