"""Templates: derived from the contract, stamped, repeatable, and accepted back when filled in."""

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from models.themes import theme
from tests.validation.rows import CONTEXT, example_row
from validation.contract.model import Contract
from validation.engine.checking import check_file
from validation.files.readers import read
from validation.files.stamp import Stamp, stamp_of
from validation.returns import CONTRACTS
from validation.telling.csvw import metadata
from validation.telling.pages import write_pages
from validation.telling.templates import template_pages, workbook_pages, write_template

_THEME = theme("domestic-abuse-2024")
_STAMP = Stamp(gss="E06000038", area="Reading", inspection="2025-001")


@pytest.mark.parametrize("form", ["xlsx", "ods"])
@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_l8_template_and_guidance_hold_every_column_of_the_contract(contract: Contract, form: str) -> None:
    out = io.BytesIO()
    write_template(contract, _THEME, out, form, _STAMP)  # type: ignore[arg-type]
    grids = {g.name: g.frame for g in read(out.getvalue(), frozenset()).grids}
    for sheet in contract.sheets:
        assert grids[sheet.name].row(0) == sheet.names
        guided = grids["Guidance"].filter(pl.col("0") == sheet.name)["1"].to_list()
        assert guided == list(sheet.names)
    assert contract.title in str(grids["About"][0, 0])


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_l8_drop_downs_offer_every_code(contract: Contract) -> None:
    pages = {p.name: p for p in template_pages(contract, _THEME)}
    codes = list(zip(*pages["Codes"].rows, strict=True))
    for sheet in contract.sheets:
        for x, column in enumerate(sheet.columns):
            if column.type == "category" and column.codes:
                offered = next(c for c in codes if c[0] == column.codes.name)
                assert [c for c in offered[1:] if c] == list(column.codes.values)
                assert x in pages[sheet.name].lists


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_l8_csv_on_the_web_metadata_describes_every_column(contract: Contract) -> None:
    for sheet in contract.sheets:
        schema = metadata(contract, sheet)["tableSchema"]
        assert [c["name"] for c in schema["columns"]] == list(sheet.names)
        for told, column in zip(schema["columns"], sheet.columns, strict=True):
            assert told["required"] == (column.required == "yes")
            assert not column.codes or told["datatype"]["format"] == "|".join(column.codes.values)
    assert metadata(CONTRACTS["LA-DA"], CONTRACTS["LA-DA"].main)["tableSchema"]["primaryKey"] == ["la_child_id"]


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_l4_same_template_has_the_same_bytes(form: str, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        write_template(CONTRACTS["PRO-1"], _THEME, path, form, _STAMP)  # type: ignore[arg-type]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_stamp_is_read_back(form: str) -> None:
    out = io.BytesIO()
    write_template(CONTRACTS["LA-DA"], _THEME, out, form, _STAMP)  # type: ignore[arg-type]
    stamp = stamp_of(read(out.getvalue(), frozenset()).grids)
    assert stamp == Stamp("LA-DA", "1", theme("domestic-abuse-2024").rule_set, "E06000038", "Reading", "2025-001", "")


def _sent_back() -> Iterator[object]:
    """Yield each return in each form: in quick tests one form of each, all forms by turns."""
    for n, (code, contract) in enumerate(CONTRACTS.items()):
        for k, form in enumerate(("xlsx", "ods", "csv")):
            marks = () if n % 3 == k else (pytest.mark.long,)
            yield pytest.param(contract, form, marks=marks, id=f"{code}-{form}")


@pytest.mark.parametrize(("contract", "form"), _sent_back())
def test_empty_template_sent_back_asks_for_a_nil_return(contract: Contract, form: str) -> None:
    out = io.BytesIO()
    write_template(contract, _THEME, out, form, _STAMP)  # type: ignore[arg-type]
    outcome = check_file(out.getvalue(), contract, CONTEXT)
    assert [f.rule for f in outcome.findings if f.severity == "error"] == ["FILE.no_rows"]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_template_filled_in_with_the_examples_is_accepted(contract: Contract) -> None:
    rows = {s.name: [list(example_row(s).values())] for s in contract.sheets}
    data = write_pages(workbook_pages(contract, _THEME, "xlsx", _STAMP, rows), "xlsx")
    assert check_file(data, contract, CONTEXT).findings == ()


@pytest.mark.further
def test_evaluation_template_arrives_with_the_children_filled_in_and_names_apart() -> None:
    chosen = pl.DataFrame({"sample_ref": ["C-7F3K", "C-8G4L"], "agency": ["police"] * 2, "forename": ["A", "B"]})
    out = io.BytesIO()
    write_template(CONTRACTS["EVAL"], _THEME, out, "xlsx", _STAMP, chosen)
    grids = {g.name: g.frame for g in read(out.getvalue(), frozenset()).grids}
    assert grids["EVAL"]["1"].to_list() == ["sample_ref", "C-7F3K", "C-8G4L"]
    assert "forename" not in grids["EVAL"].row(0)
    assert grids["Children chosen"]["2"].to_list() == ["forename", "A", "B"]
    outcome = check_file(out.getvalue(), CONTRACTS["EVAL"], CONTEXT)
    assert {f.sheet for f in outcome.findings} == {"EVAL"}
