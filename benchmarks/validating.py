"""Validation: our engine against bare polars expressions, a bare read, and peers that check fewer rules."""

import json
import subprocess
from pathlib import Path

import polars as pl

from benchmarks.figures import Figure, cost, peak_of_children_mib
from benchmarks.returns import context, la_da
from validation.child import check_in_child
from validation.engine import check_file, headings, rules_of, run
from validation.model import Contract
from validation.parsing import parse
from validation.readers import read
from validation.returns import contract
from validation.tables import locate

PEERS = Path(__file__).parent / "peers"
PEER_PYTHON = Path(__file__).parents[1] / ".venv-peers" / "bin" / "python"
_TARGETS = {"pandera_pandas": 5.0, "great_expectations": 20.0, "frictionless": 30.0}


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure the validation rows of the design."""
    asked = contract("LA-DA")
    found = [*_rules(folder, asked, 100_000), *_reading(folder, asked, 100_000), *_peers(folder, asked, 100_000)]
    found += _spreadsheet(folder, 100_000)
    return found if quick else [*found, *_rules(folder, asked, 1_000_000), *_memory(folder)]


def _parsed(folder: Path, asked: Contract, rows: int) -> pl.DataFrame:
    tables, _ = locate(read(la_da(folder, rows), headings()).grids, asked, (asked,))
    return parse(tables[0].frame, tables[0].sheet)


def _rules(folder: Path, asked: Contract, rows: int) -> list[Figure]:
    """The same rules through pandera and as one bare select with the failing cells listed."""
    frame, rules = _parsed(folder, asked, rows), rules_of(asked, asked.main, context())

    def bare() -> pl.DataFrame:
        flags = frame.select(rule.fail.fill_null(False).alias(rule.id) for rule in rules).with_row_index("index")
        return pl.concat(
            [flags.select(pl.col("index").filter(pl.col(r.id)), pl.lit(r.id).alias("rule")) for r in rules]
        )

    ours, theirs = cost(lambda: run(frame, rules)), cost(bare)
    note = f"{len(rules)} rules, {run(frame, rules).height:,} failing cells; {ours.cpu:.2f} / {theirs.cpu:.2f} CPU s"
    return [Figure(f"validate {rows:.0e} rows, work / bare polars", ours.cpu / theirs.cpu, "x", 1.3, note=note)]


def _reading(folder: Path, asked: Contract, rows: int) -> list[Figure]:
    path = la_da(folder, rows)
    ours = cost(lambda: check_file(path, asked, context()))
    theirs = cost(lambda: pl.read_csv(path, infer_schema=False))
    note = f"read, parse, check, report: {ours.cpu:.2f} / {theirs.cpu:.2f} CPU s"
    return [Figure(f"validate {rows:.0e} rows, whole / bare read_csv", ours.cpu / theirs.cpu, "x", 4, note=note)]


def _spec(asked: Contract, path: Path) -> bytes:
    """Return the rules that every peer can state: required, one of the codes, a date or number by its pattern."""
    patterns = {"date": r"^\d{2}/\d{2}/\d{4}$", "integer": r"^\d+$"}
    columns = [
        {
            "name": column.name,
            "required": column.required == "yes",
            "codes": sorted(column.codes.values) if column.codes and column.type == "category" else None,
            "pattern": patterns.get(column.type),
        }
        for column in asked.main.columns
    ]
    return json.dumps({"path": str(path), "columns": columns}).encode()


def _peers(folder: Path, asked: Contract, rows: int) -> list[Figure]:
    """Each peer checks only the rules that it can state, from its own environment; we check all of ours."""
    if not PEER_PYTHON.exists():
        return []
    path = la_da(folder, rows)
    ours = cost(lambda: check_file(path, asked, context()), rounds=1)
    found = []
    for name, reach in _TARGETS.items():
        command = [str(PEER_PYTHON), str(PEERS / f"{name}.py")]
        told = json.loads(subprocess.run(command, input=_spec(asked, path), stdout=subprocess.PIPE, check=True).stdout)
        note = f"{told['rules']} rules of theirs in {told['cpu']:.1f} CPU s, all of ours in {ours.cpu:.2f}"
        title = f"validate {rows:.0e} rows, {name} / ours"
        found.append(Figure(title, told["cpu"] / ours.cpu, "x", reach, "more", note))
    return found


def _spreadsheet(folder: Path, rows: int) -> list[Figure]:
    """A workbook to its verdict, child process included, against openpyxl reading it."""
    if not PEER_PYTHON.exists():
        return []
    path = la_da(folder, rows, "xlsx")
    out = folder / "out"
    out.mkdir(exist_ok=True)
    ours = cost(lambda: check_in_child(path, "LA-DA", context(), out), rounds=1)
    command = [str(PEER_PYTHON), str(PEERS / "openpyxl_read.py")]
    told = json.loads(subprocess.run(command, input=str(path).encode(), stdout=subprocess.PIPE, check=True).stdout)
    note = f"{told['wall']:.1f} / {ours.wall:.1f} s on the wall"
    title = f"XLSX of {rows:.0e} rows to verdict, openpyxl / ours"
    return [Figure(title, told["wall"] / ours.wall, "x", 10, "more", note)]


def _memory(folder: Path) -> list[Figure]:
    out = folder / "out"
    out.mkdir(exist_ok=True)
    check_in_child(la_da(folder, 1_000_000), "LA-DA", context(), out, memory_bytes=8 << 30, seconds=300)
    return [Figure("validate 1e6 rows, peak of the child", peak_of_children_mib(), "MiB", 1024)]
