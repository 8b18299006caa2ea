"""`jtai link` on files as agencies send them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli.link import command
from models.themes import theme
from tests.tasks.linkage.people import f1
from validation.contract.identity import CHILDREN
from validation.synthetic import synthesise
from validation.synthetic.writing import write

_THEME = "domestic-abuse-2024"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("returns")
    write(synthesise(theme(_THEME), "E06000038", 120, 4, 0.02), out)
    return out


@dataclass(frozen=True)
class _Linked:
    """What `jtai link` wrote and said of the folder."""

    summary: dict[str, Any]
    links: pl.DataFrame
    pairs: Path


@pytest.fixture(scope="module")
def linked(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> _Linked:
    out = tmp_path_factory.mktemp("linked")
    pairs = out / "pairs.csv"
    result = _run(folder, "--theme", _THEME, "--out", out / "l", "--doubtful", pairs, "--json")
    assert result.exit_code == 0, result.output
    return _Linked(json.loads(result.output), pl.read_parquet(out / "l"), pairs)


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments])


@pytest.mark.further
def test_returns_of_every_form_are_linked_even_with_errors(folder: Path, linked: _Linked) -> None:
    told, links = linked.summary, linked.links
    assert links.columns == ["return", "row", "child", "probability"]
    assert set(told["returns"]) == {owed.code for owed in theme(_THEME).returns} & CHILDREN.keys()
    assert told["records"] == links.height
    assert told["method"] == "ladder, then the model shipped-1"
    assert sum(told["joined"].values()) > 100
    assert told["doubtful"] >= 0
    assert f1(links, pl.read_parquet(folder / "truth.parquet")) > 0.95


def test_l5_doubtful_pairs_are_listed_by_return_and_row_without_names(linked: _Linked) -> None:
    summary, links, pairs = linked.summary, linked.links, linked.pairs
    listed = pl.read_csv(pairs)
    assert listed.columns == ["return", "row", "other_return", "other_row", "probability", "evidence", "against"]
    assert (summary["doubtful"], summary["doubtful_out"]) == (listed.height, str(pairs))
    assert listed["probability"].is_sorted(descending=True)
    child = {(code, row): name for code, row, name, _ in links.rows()}
    places = listed.select("return", "row", "other_return", "other_row", "against").rows()
    assert places
    though_linked = "their numbers differ, though they are linked"
    assert all((child[a, b] == child[c, d]) == (against == though_linked) for a, b, c, d, against in places)
    council = synthesise(theme(_THEME), "E06000038", 120, 4, 0.02).returns["LA-DA"]["LA-DA"]
    words = set(council["forename"].drop_nulls()) | set(council["surname"].drop_nulls())
    assert not any(word in pairs.read_text() for word in words)


@pytest.mark.further
def test_it_says_where_doubtful_pairs_are_listed_or_how_they_would_be(folder: Path, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    arguments = (folder, "--theme", _THEME, "--out", tmp_path / "l", "--doubtful", pairs)
    assert f"listed in {pairs}" in _run(*arguments).output
    assert "which --doubtful FILE.csv lists" in _run(*arguments[:-2]).output


def test_l4_workbooks_and_csv_link_alike(linked: _Linked, tmp_path: Path) -> None:
    write(synthesise(theme(_THEME), "E06000038", 120, 4, 0.02), tmp_path / "csv", "csv")
    assert _run(tmp_path / "csv", "--theme", _THEME, "--out", tmp_path / "b").exit_code == 0
    assert linked.links.equals(pl.read_parquet(tmp_path / "b"))


def test_the_cohort_is_written_beside(folder: Path, tmp_path: Path) -> None:
    arguments = (folder, "--theme", _THEME, "--out", tmp_path / "l", "--cohort", tmp_path / "c")
    result = _run(*arguments, "--announce", "2025-02-24")
    assert result.exit_code == 0
    assert "in the cohort" in result.output
    assert "forename" not in pl.read_parquet(tmp_path / "c").columns
    assert _run(*arguments).exit_code == 2


def test_l5_a_key_changes_every_pseudonym(folder: Path, linked: _Linked, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"secret\n")
    _run(folder, "--theme", _THEME, "--out", tmp_path / "b", "--key-file", tmp_path / "key")
    assert not set(linked.links["child"]) & set(pl.read_parquet(tmp_path / "b")["child"])


def test_a_folder_without_returns_or_with_two_of_one_is_misuse(tmp_path: Path) -> None:
    empty = _run(tmp_path, "--theme", _THEME, "--out", tmp_path / "l")
    assert empty.exit_code == 2
    assert "holds no return of this theme" in empty.output
    for suffix in ("csv", "xlsx"):
        (tmp_path / f"LA-DA.{suffix}").write_text("x")
    assert "holds LA-DA twice" in _run(tmp_path, "--theme", _THEME, "--out", tmp_path / "l").output


def test_files_that_are_no_returns_are_named(tmp_path: Path) -> None:
    path = tmp_path / "LA-DA.csv"
    for content, reason in ((b"%PDF-1.4", "a PDF"), (b"colour,shape\nred,round\n", "LA-DA.csv: ")):
        path.write_bytes(content)
        result = _run(tmp_path, "--theme", _THEME, "--out", tmp_path / "l")
        assert result.exit_code == 1 or result.exit_code == 2
        assert reason in result.output
