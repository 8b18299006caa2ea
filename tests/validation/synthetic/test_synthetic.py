"""Synthetic returns: clean ones are accepted whole, planted faults are found at their cells, truth knows every row."""

from collections import Counter
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from models.themes import theme, theme_ids
from tests.examples import examples
from validation.contract.identity import Record, records
from validation.contract.outcome import Options
from validation.engine.checking import check_file
from validation.returns import CONTRACTS, contract
from validation.synthetic import ALL, Synthetic, synthesise
from validation.synthetic.writing import write
from validation.telling.pages import to_csv

_DA = theme("domestic-abuse-2024")
_QUICK = examples(12, suppress_health_check=list(HealthCheck))


@given(
    seed=st.integers(0, 2**32),
    theme_id=st.sampled_from(theme_ids()),
    announced=st.dates(date(2016, 1, 4), date(2030, 12, 31)),
    children=st.integers(1, 60),
)
@_QUICK
def test_clean_synthetic_main_sheets_are_accepted_on_any_day(
    seed: int, theme_id: str, announced: date, children: int
) -> None:
    made = synthesise(theme(theme_id), "E06000038", children, seed, announced=announced, returns=ALL)
    for code, sheets in made.returns.items():
        if sheets[code].is_empty():
            continue
        outcome = check_file(_csv(sheets[code]), contract(code, made.context.theme), made.context)
        assert set(outcome.by_rule) <= {"FILE.missing_sheet"}, outcome.by_rule


def _csv(frame: pl.DataFrame) -> bytes:
    return to_csv([frame.columns, *frame.iter_rows()])


@pytest.mark.further
def test_files_as_written_are_accepted_without_a_query_and_truth_knows_every_child(tmp_path: Path) -> None:
    made = synthesise(_DA, "E08000019", 300, 5, returns=ALL)
    paths = {p.stem: p for p in write(made, tmp_path)}
    truth = pl.read_parquet(paths.pop("truth"))
    assert truth.columns == ["return", "row", "child"]
    for code, path in paths.items():
        outcome = check_file(path, contract(code, made.context.theme), made.context)
        assert (outcome.verdict, outcome.findings) == ("accepted", ())
        found = records(code, outcome.frames)
        assert found.schema == pl.Schema(Record.schema)
        assert found["row"].to_list() == truth.filter(pl.col("return") == code)["row"].to_list()


def test_families_look_like_families() -> None:
    made = synthesise(_DA, "E06000038", 2_000, 3)
    council, truth = made.returns["LA-DA"]["LA-DA"], made.truth
    known = set(truth.filter(pl.col("return") == "LA-DA")["child"])
    hidden = set(truth["child"]) - known
    assert 60 < len(hidden) < 260
    assert council["household_id"].n_unique() < council.height
    assert council.filter(pl.struct("household_id", "date_of_birth").is_duplicated(), pl.col("unborn") == "No").height
    unborn = council.filter(pl.col("unborn") == "Yes")
    assert unborn.height
    assert unborn["mother_surname"].null_count() == 0
    police = set(truth.filter(pl.col("return") == "POL-1")["child"])
    assert 0.4 < len(police & known) / len(known) < 0.5


@pytest.mark.parametrize("rate", [0.02, 0.2])
def test_every_planted_fault_is_found_at_its_cell(rate: float) -> None:
    made = synthesise(_DA, "E06000038", 150, 9, rate, returns=ALL)
    for code, sheets in made.returns.items():
        outcome = check_file(
            _csv(sheets[code]), contract(code, made.context.theme), made.context, Options(everything=True)
        )
        found = {(f.row, f.column) for f in outcome.findings}
        planted = made.planted.filter(pl.col("return") == code, pl.col("sheet") == code)
        # Many words for nothing in one column have one cause, and are told at the first of them.
        told_once = {f.column for f in outcome.findings if f.message.startswith("From here down")}
        missing = set(planted.select("row", "column").iter_rows()) - found
        assert {column for _, column in missing} <= told_once
        assert outcome.verdict == "rejected" or planted.is_empty()


@lru_cache
def _clean() -> Synthetic:
    return synthesise(_DA, "E06000038", 60, 2, returns=ALL)


@pytest.mark.parametrize("code", ALL)
@given(data=st.data())
@examples(6, suppress_health_check=list(HealthCheck))
def test_single_planted_fault_is_found_at_its_cell_by_its_rule_and_nothing_else_is(
    code: str, data: st.DataObject
) -> None:
    made = _clean()
    sheet, frame = CONTRACTS[code].main, made.returns[code][code]
    spoilable = [c for c in sheet.columns if c.codes or c.type in ("date", "datetime", "integer", "decimal", "bool")]
    column = data.draw(st.sampled_from(spoilable))
    cells = frame[column.name].to_list()
    # What is spoiled holds something: a cell may have to be blank, as the date of birth of an unborn child.
    filled = [n for n, cell in enumerate(cells) if cell is not None]
    assume(filled)
    row = data.draw(st.sampled_from(filled))
    cells[row] = "?!"
    spoiled = frame.with_columns(pl.Series(column.name, cells, dtype=pl.String))
    outcome = check_file(_csv(spoiled), contract(code, made.context.theme), made.context)
    found = [(f.row, f.column, f.rule) for f in outcome.findings if f.rule != "FILE.missing_sheet"]
    kind = "code" if column.type in ("category", "list") else "type"
    assert found == [(row + 2, column.name, f"{column.block or code}.{column.id}.{kind}")]


def test_first_returns_are_the_same_whatever_else_is_made() -> None:
    alone = synthesise(_DA, "E06000038", 80, 4, 0.05)
    for wanted in (ALL, ("POL-1", "VOL-1"), ("LA-7",)):
        made = synthesise(_DA, "E06000038", 80, 4, 0.05, returns=wanted)
        assert set(made.returns) == set(wanted)
        for code in set(wanted) & set(alone.returns):
            assert all(made.returns[code][name].equals(frame) for name, frame in alone.returns[code].items())
    everything = synthesise(_DA, "E06000038", 80, 4, 0.05, returns=ALL)
    assert everything.returns["LA-7"]["LA-7"].equals(made.returns["LA-7"]["LA-7"])
    with pytest.raises(ValueError, match="There is no synthetic XX-1"):
        synthesise(_DA, "E06000038", 5, 4, returns=("XX-1",))


def test_lists_of_the_council_tell_of_the_same_children() -> None:
    made = synthesise(_DA, "E06000038", 300, 7, returns=ALL)
    rows = {row["la_child_id"]: row for row in made.returns["LA-DA"]["LA-DA"].to_dicts()}
    lists = {f"LA-{n}": made.returns[f"LA-{n}"][f"LA-{n}"].to_dicts() for n in range(1, 9)}
    assert {row["Child Unique ID"] for held in lists.values() for row in held} == set(rows)
    for row in (row for held in lists.values() for row in held):
        child = rows[row["Child Unique ID"]]
        assert row["Date of Birth"] == child["date_of_birth"]
        assert row["Gender"][3:4] == {"M": "M", "F": "F", "U": "N"}[child["sex"]]
    contacts = Counter(row["Child Unique ID"] for row in lists["LA-1"])
    assert all(int(row["contacts_in_window"]) == contacts[child] for child, row in rows.items())


def test_l4_same_seed_makes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    folders = [tmp_path / n for n in "abc"]
    for folder, seed in zip(folders, (1, 1, 2), strict=True):
        write(synthesise(_DA, "E06000038", 60, seed, 0.01), folder)
    for path in folders[0].iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes()
    assert (folders[0] / "POL-1.csv").read_bytes() != (folders[2] / "POL-1.csv").read_bytes()


def test_l8_synthetic_returns_hold_every_column_of_the_contract() -> None:
    made = synthesise(_DA, "E06000038", 30, 1, returns=ALL)
    assert set(made.returns) == set(CONTRACTS) == set(ALL)
    for code, sheets in made.returns.items():
        assert {n: tuple(f.columns) for n, f in sheets.items()} == {s.name: s.names for s in CONTRACTS[code].sheets}
