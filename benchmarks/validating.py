"""Validation: our engine against bare polars expressions, a bare read, and peers with the rules that they can state."""

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from benchmarks.figures import Figure, cost, peak_of_children_mib
from benchmarks.returns import context, la_da
from validation.contract.context import Context
from validation.contract.model import CHILD_ROWS, Contract, Sheet, raw
from validation.contract.rules import Rule
from validation.engine.checking import check_file, headings
from validation.engine.child import check_in_child
from validation.engine.running import failures_of
from validation.engine.schemas import rules_of, schema_of
from validation.files.parsing import Spelt, parse_spelt
from validation.files.readers import read
from validation.files.tables import locate
from validation.returns import contract

PEERS = Path(__file__).parent / "peers"
PEER_PYTHON = Path(__file__).parents[1] / ".venv-peers" / "bin" / "python"
_TARGETS = {"pandera_pandas": 5.0, "great_expectations": 20.0, "frictionless": 30.0}


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure the validation rows of the design."""
    contract_ = contract("LA-DA")
    measured = [
        *_rules(folder, contract_, 100_000),
        *_reading(folder, contract_, 100_000),
        *_peers(folder, contract_, 100_000),
    ]
    measured += _spreadsheet(folder, 100_000)
    return measured if quick else [*measured, *_rules(folder, contract_, 1_000_000), *_memory(folder)]


def _parsed(folder: Path, contract_: Contract, rows: int) -> tuple[pl.DataFrame, dict[str, Spelt]]:
    tables, _ = locate(read(la_da(folder, rows), headings()).grids, contract_, (contract_,))
    frame, few = parse_spelt(tables[0].frame, tables[0].sheet)
    return frame.with_columns(pl.lit(None, pl.UInt32).alias(CHILD_ROWS)), few


def _rules(folder: Path, contract_: Contract, rows: int) -> list[Figure]:
    """Measure the validation of the schema, and its expressions as one bare select with the failing cells listed."""
    frame, few = _parsed(folder, contract_, rows)
    schema = schema_of(contract_, contract_.main, context())
    rules = [rule for rule in schema.checks if isinstance(rule, Rule)]

    def bare() -> pl.DataFrame:
        flags = frame.select(rule.flag for rule in rules).with_row_index("index")
        return pl.concat(
            [flags.select(pl.col("index").filter(pl.col(r.id)), pl.lit(r.id).alias("rule")) for r in rules]
        )

    ours, theirs = cost(lambda: failures_of(schema, frame), rounds=7), cost(bare, rounds=7)
    as_checked = cost(lambda: failures_of(schema, frame, dict(few)), rounds=7)
    title = f"validate {rows:.0e} rows, schema.validate / bare polars"
    failing_cells = sum(len(records) for records in failures_of(schema, frame).records.values())
    cells = f"{len(rules)} rules, {failing_cells:,} failing cells"
    note = f"as a check does, by the spellings that parsing found: {as_checked.cpu:.2f} / {theirs.cpu:.2f} CPU s"
    return [
        Figure(title, ours.cpu / theirs.cpu, "x", 1.15, note=f"{cells}; {ours.cpu:.2f} / {theirs.cpu:.2f} CPU s"),
        Figure(f"{title}, by spelling", as_checked.cpu / theirs.cpu, "x", 1.0, note=note),
    ]


def _reading(folder: Path, contract_: Contract, rows: int) -> list[Figure]:
    path = la_da(folder, rows)
    ours = cost(lambda: check_file(path, contract_, context()))
    theirs = cost(lambda: pl.read_csv(path, infer_schema=False), rounds=5)
    note = f"read, parse, check, report: {ours.cpu:.2f} / {theirs.cpu:.3f} CPU s"
    return [Figure(f"validate {rows:.0e} rows, whole / bare read_csv", ours.cpu / theirs.cpu, "x", 4, note=note)]


@dataclass(frozen=True)
class _Simple:
    """What every peer can state about a column: that it is required, its codes, a date or number by its pattern."""

    name: str
    required: bool
    codes: list[str] | None
    pattern: str | None


_PATTERNS = {"date": r"^\d{2}/\d{2}/\d{4}$", "integer": r"^\d+$"}


def _simple(contract_: Contract) -> list[_Simple]:
    return [
        _Simple(
            column.name,
            column.required == "yes",
            sorted(column.codes.values) if column.codes and column.type == "category" else None,
            _PATTERNS.get(column.type),
        )
        for column in contract_.main.columns
    ]


def _simple_rules(columns: list[_Simple]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for column in columns:
        cell, start = raw(column.name), f"B.{column.name}"
        fails = {
            "required": cell.is_null() if column.required else None,
            "code": ~cell.is_in(column.codes) if column.codes else None,
            "pattern": ~cell.str.contains(column.pattern) if column.pattern else None,
        }
        rules += [
            Rule(
                f"{start}.{kind}",
                column=column.name,
                severity="error",
                fails_where=fail,
                message="Wrong.",
                source="a benchmark",
            )
            for kind, fail in fails.items()
            if fail is not None
        ]
    return tuple(rules)


def _like_for_like(contract_: Contract, columns: list[_Simple]) -> Contract:
    """Return a contract that holds the peers' rules and no other, every column being text as it is to them."""

    def rules(_: Context) -> tuple[Rule, ...]:
        return _simple_rules(columns)

    plain = [
        replace(c, type="string", shape="text", required="no", codes=None, minimum=None, maximum=None)
        for c in contract_.main.columns
    ]
    return replace(contract_, sheets=(Sheet(contract_.main.name, tuple(plain), contract_.main.key, rules),))


def _peers(folder: Path, contract_: Contract, rows: int) -> list[Figure]:
    """Each peer, in its own environment, against our engine with the same few rules, then with all of ours."""
    if not PEER_PYTHON.exists():
        return []
    path, columns = la_da(folder, rows), _simple(contract_)
    spec = json.dumps({"path": str(path), "columns": [column.__dict__ for column in columns]}).encode()
    few = _like_for_like(contract_, columns)
    same, whole = cost(lambda: check_file(path, few, context())), cost(lambda: check_file(path, contract_, context()))
    cells = sum(check_file(path, few, context()).by_rule.values())
    count, all_rules = len(_simple_rules(columns)), len(rules_of(contract_, contract_.main, context()))
    measured = []
    for name, reach in _TARGETS.items():
        command = [str(PEER_PYTHON), str(PEERS / f"{name}.py")]
        peer = json.loads(subprocess.run(command, input=spec, stdout=subprocess.PIPE, check=True).stdout)
        title = f"validate {rows:.0e} rows, {name} / ours"
        theirs = f"{peer['rules']} rules in {peer['cpu']:.2f} CPU s, {peer['failing']:,} failing cells"
        note = f"{theirs}; ours {count} rules in {same.cpu:.2f}, {cells:,} failing cells"
        measured.append(Figure(f"{title}, same rules", peer["cpu"] / same.cpu, "x", reach, "more", note))
        note = f"theirs as above; ours all {all_rules} rules with typed values in {whole.cpu:.2f}"
        measured.append(Figure(f"{title}, all of ours", peer["cpu"] / whole.cpu, "x", reach, "more", note))
    return measured


def _spreadsheet(folder: Path, rows: int) -> list[Figure]:
    """A workbook to its verdict, child process included, against openpyxl reading it."""
    if not PEER_PYTHON.exists():
        return []
    path = la_da(folder, rows, "xlsx")
    ours = cost(lambda: check_in_child(path, "LA-DA", context()))
    command = [str(PEER_PYTHON), str(PEERS / "openpyxl_read.py")]
    peer = json.loads(subprocess.run(command, input=str(path).encode(), stdout=subprocess.PIPE, check=True).stdout)
    note = f"{peer['wall']:.1f} s to read it / {ours.wall:.1f} s to start, read, check and report, on the wall"
    title = f"XLSX of {rows:.0e} rows to verdict, openpyxl / ours"
    return [Figure(title, peer["wall"] / ours.wall, "x", 10, "more", note)]


def _memory(folder: Path) -> list[Figure]:
    path = la_da(folder, 1_000_000)
    outcome = check_in_child(path, "LA-DA", context(), memory_bytes=8 << 30, seconds=300)
    note = f"{outcome.verdict}: {outcome.rows:,} rows, {sum(outcome.by_rule.values()):,} findings"
    return [Figure("validate 1e6 rows, peak of the child", peak_of_children_mib(), "MiB", 1024, note=note)]
