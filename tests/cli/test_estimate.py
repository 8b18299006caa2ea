"""`jtai estimate` on the files of a cohort: sentences and JSON, with and without doubt about links."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli.estimate import command

_LISTS = ("health", "local_authority", "police")
_RETURNS = {"health": "HEA-1", "local_authority": "LA-DA", "police": "POL-1"}
# Children by which of the three lists hold them: each list alone, each two, all three.
_CELLS = {1: 400, 2: 300, 4: 200, 3: 120, 5: 90, 6: 60, 7: 40}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with cohort, links and doubtful pairs."""
    out = tmp_path_factory.mktemp("estimate")
    masks = [mask for mask, children in _CELLS.items() for _ in range(children)]
    listed = [[name for place, name in enumerate(_LISTS) if mask >> place & 1] for mask in masks]
    children = [f"c{number:04}" for number in range(len(masks))]
    pl.DataFrame({"child": children, "agencies": listed}).write_parquet(out / "cohort.parquet")
    rows = [
        (_RETURNS[name], n, child, 0.99)
        for n, (child, names) in enumerate(zip(children, listed, strict=True))
        for name in names
    ]
    links = pl.DataFrame(rows, schema=["return", "row", "child", "probability"], orient="row")
    links.write_parquet(out / "links.parquet")
    pairs = [("HEA-1", n, "LA-DA", 400 + n, 0.5, "model", "") for n in range(80)]
    names = ["return", "row", "other_return", "other_row", "probability", "evidence", "against"]
    pl.DataFrame(pairs, schema=names, orient="row").write_csv(out / "pairs.csv")
    return out


def run(folder: Path, *arguments: str) -> Result:
    paths = [str(folder / word) if "." in word else word for word in arguments]
    return CliRunner().invoke(command, paths)


def test_the_frame_alone_gives_a_range_and_says_that_links_count_as_right(folder: Path) -> None:
    result = run(folder, "cohort.parquet")
    assert result.exit_code == 0, result.output
    assert "children are probably in none of the lists" in result.output
    assert "Each link between records is taken as right" in result.output
    value = json.loads(run(folder, "cohort.parquet", "--json").output)
    # 400 * 300 * 200 * 40 / (120 * 90 * 60), as three lists with every pair give it.
    assert value["unseen"]["low"] < 1480 < value["unseen"]["high"]
    assert (value["none"], value["seen"], value["in_several"]) == (None, 1210, 310)


def test_doubt_about_links_makes_the_range_wider(folder: Path) -> None:
    links = ("cohort.parquet", "--links", "links.parquet", "--theme", "domestic-abuse-2024", "--json")
    alone = json.loads(run(folder, "cohort.parquet", "--json").output)["unseen"]
    doubted = json.loads(run(folder, *links, "--doubtful", "pairs.csv").output)
    assert doubted["unseen"]["low"] < alone["low"]
    assert "80 pairs" in " ".join(doubted["cautions"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cohort.parquet", "--links", "links.parquet"), "give --theme too"),
        (("cohort.parquet", "--doubtful", "pairs.csv"), "give --links too"),
        (("links.parquet",), "has no column 'agencies'"),
        (("other.parquet",), "is not a Parquet file"),
        (("flat.parquet",), "holds no lists"),
    ],
)
def test_what_is_missing_is_said(folder: Path, arguments: tuple[str, ...], sentence: str) -> None:
    (folder / "other.parquet").write_text("no table")
    pl.DataFrame({"child": ["a"], "agencies": ["police"]}).write_parquet(folder / "flat.parquet")
    result = run(folder, *arguments)
    assert result.exit_code != 0
    assert sentence in result.output
