"""Every return that `jtai synthesise` makes is accepted as it is, in every form; where it is spoilt, that is found."""

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from cli.check import command as check
from cli.synthesise import command as synthesise
from models.themes import theme
from validation.contract.context import Context
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_files
from validation.engine.child import check_in_child
from validation.returns import CONTRACTS, contract
from validation.synthetic import synthesise as made_again

pytestmark = pytest.mark.parts

_THEME, _AREA, _CHILDREN, _SEED = "domestic-abuse-2024", "E06000038", 40, 6
_ASKED = ("--theme", _THEME, "--area", _AREA, "--children", str(_CHILDREN), "--seed", str(_SEED), "--json")


def made(out: Path, *more: str) -> tuple[dict[str, list[Path]], tuple[str, ...]]:
    """Return the files of each return, and the references of the made-up sample."""
    done = CliRunner().invoke(synthesise, [*_ASKED, "--out", str(out), *more])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    files = defaultdict(list)
    # Where several kinds owe a return, the share of each lies in a folder of its own beside the whole.
    for path in (path for path in map(Path, told["files"]) if path.parent == out):
        files[path.stem.split(" ")[0]].append(path)
    files.pop("truth")
    return dict(files), tuple(told.get("sample_refs", ()))


def context_of(refs: tuple[str, ...]) -> Context:
    return Context(theme(_THEME), date(2025, 2, 24), _AREA, sample_refs=refs)


def checked(files: dict[str, list[Path]], refs: tuple[str, ...]) -> dict[str, Outcome]:
    """Return what the engine says of each return."""
    return {
        code: outcome
        for code, paths in files.items()
        for outcome in check_files(paths, [contract(code)], context_of(refs), Options(True))
    }


def checked_in_children(files: dict[str, list[Path]], refs: tuple[str, ...]) -> dict[str, Outcome]:
    """Return what a child process of its own says of each return."""

    def of_child(code: str) -> Outcome:
        paths = files[code]
        file_or_files = paths if len(paths) > 1 else paths[0]
        return check_in_child(file_or_files, code, context_of(refs), options=Options(True))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(files, pool.map(of_child, files), strict=True))


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_every_return_filled_in_without_dirt_is_accepted(tmp_path: Path, form: str) -> None:
    files, refs = made(tmp_path / "made", "--all", "--format", form)
    assert set(files) == set(CONTRACTS)
    assert refs
    # What a child adds is the same for every form, so one form goes through children.
    outcomes = checked_in_children(files, refs) if form == "csv" else checked(files, refs)
    assert set(outcomes) == set(CONTRACTS)
    for code, outcome in outcomes.items():
        assert (code, outcome.verdict, outcome.findings) == (code, "accepted", ())
        assert outcome.rows


def test_every_return_with_dirt_has_its_planted_faults_found_and_no_cell_blamed_besides(tmp_path: Path) -> None:
    files, refs = made(tmp_path / "made", "--all", "--format", "csv", "--dirty", "0.01")
    planted = made_again(theme(_THEME), _AREA, _CHILDREN, _SEED, 0.01, returns=tuple(CONTRACTS)).planted
    mains = {code: paths[:1] for code, paths in files.items()}
    for code, outcome in checked(mains, refs).items():
        spoilt = set(
            planted.filter(pl.col("return") == code, pl.col("sheet") == code).select("row", "column").iter_rows()
        )
        found = {(f.row, f.column) for f in outcome.findings if f.rule != "FILE.missing_sheet" and f.row is not None}
        assert spoilt <= found, code
        # A rule over several cells may tell of a spoilt one on another column of the row, or of the rows of one child.
        spoilt_rows = {row for row, _ in spoilt}
        assert outcome.verdict == "rejected" or not spoilt
        assert {row for row, _ in found} <= spoilt_rows | _alike(mains[code][0], code, spoilt_rows), code


def _alike(path: Path, code: str, rows: set[int]) -> set[int]:
    """Return the rows that share their first cell or a number with one of these."""
    frame = pl.read_csv(path, infer_schema=False).with_row_index("row", 2)
    keys = [name for name in frame.columns if name in CONTRACTS[code].main.key or name.endswith(("number", "upn"))]
    spoilt = frame.filter(pl.col("row").is_in(sorted(rows)))
    shared = [frame.join(spoilt.select(key).drop_nulls(), on=key, how="semi")["row"] for key in keys]
    return {row for found in shared for row in found}


def test_returns_named_are_made_alone_and_an_evaluation_passes_the_real_command(tmp_path: Path) -> None:
    files, refs = made(tmp_path, "--return", "eval", "--return", "POL-3")
    assert set(files) == {"EVAL", "POL-3"}
    asked = ["--return", "EVAL", "--theme", _THEME, "--announce", "2025-02-24", "--json"]
    told = partial(CliRunner().invoke, check)
    known = [arg for ref in refs for arg in ("--sample-ref", ref)]
    assert json.loads(told([str(files["EVAL"][0]), *asked, *known]).stdout)["verdict"] == "accepted"
    other = told([str(files["EVAL"][0]), *asked, "--sample-ref", refs[0]])
    assert (other.exit_code, set(json.loads(other.stdout)["by_rule"])) == (1, {"EVAL.sample_ref.sample"})


def test_return_and_all_together_or_an_unknown_return_are_misuse(tmp_path: Path) -> None:
    run = partial(CliRunner().invoke, synthesise)
    both = run([*_ASKED, "--out", str(tmp_path), "--all", "--return", "EVAL"])
    assert (both.exit_code, "not both" in both.output) == (2, True)
    assert run([*_ASKED, "--out", str(tmp_path), "--return", "XX-9"]).exit_code != 0
