"""What each agency sends lies in a folder of its own: its own rows, and no return that its theme does not ask of it."""

from pathlib import Path

import polars as pl
import pytest

from models.themes import shipped, theme
from validation.synthetic import synthesise
from validation.synthetic.writing import write_by_agency


@pytest.mark.parametrize("theme_id", shipped())
def test_each_agency_has_the_files_of_what_it_owes(theme_id: str, tmp_path: Path) -> None:
    theme_ = theme(theme_id)
    files = write_by_agency(synthesise(theme_, "E06000038", 12, 3), tmp_path, "csv")
    owed = {kind: {each.code for each in theme_.returns if each.agency == kind} for kind in files}
    assert {each.agency for each in theme_.returns} == set(files)
    for kind, paths in files.items():
        assert {path.stem.split(" ")[0] for path in paths} == owed[kind]
        assert {path.parent for path in paths} == {tmp_path / kind}
        assert all(path.is_file() for path in paths)
    assert (tmp_path / "truth.parquet").is_file()


def test_of_a_return_that_several_kinds_owe_each_has_its_own_rows(tmp_path: Path) -> None:
    made = synthesise(theme("domestic-abuse-2024"), "E06000038", 150, 3)
    files = write_by_agency(made, tmp_path, "csv")
    rows = {
        kind: pl.read_csv(tmp_path / kind / "HEA-1.csv", infer_schema=False).height
        for kind in ("health", "mental_health")
    }
    assert all(rows.values())
    assert sum(rows.values()) == made.returns["HEA-1"]["HEA-1"].height
    assert set(files) >= {"ambulance", "mental_health"}
