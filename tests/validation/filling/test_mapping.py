"""An export with headers of its own fills a return by a mapping that a person made; nothing is applied unasked."""

import json
from datetime import date
from functools import lru_cache

import polars as pl
import pytest

from models.themes import theme
from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.engine.checking import headings
from validation.files.readers import read
from validation.files.readers.grid import Read
from validation.filling.mapping import HeaderMapping, MappingRefusedError, filled_by, may_be_kept, suggested
from validation.returns import contract
from validation.synthetic import synthesise
from validation.telling.pages import to_csv

_DA = theme("domestic-abuse-2024")
_CONTEXT = Context(_DA, date(2025, 2, 24), "E06000038")
_THEIRS = {
    "incident_ref": "Occurrence No",
    "incident_datetime": "Date of incident",
    "reported_datetime": "Date reported",
    "risk_grade": "Grade at scene",
    "child_date_of_birth": "DOB",
    "gss_code": "Council",
}
_WORDS = {"standard": "STD", "medium": "MED", "high": "HI", "not_assessed": "none yet"}


@lru_cache
def _incidents() -> pl.DataFrame:
    made = synthesise(_DA, "E06000038", 200, 5, returns=["POL-1"]).returns["POL-1"]["POL-1"]
    graded = made.with_columns(pl.col("risk_grade").str.to_lowercase().str.replace(" ", "_").replace(_WORDS))
    return graded.rename(_THEIRS).with_columns(pl.lit("x").alias("Officer"))


@lru_cache
def _export() -> Read:
    frame = _incidents()
    return read(to_csv([frame.columns, *frame.iter_rows()]), headings())


def _mapping() -> HeaderMapping:
    names = contract("POL-1", _DA).main.names
    columns = {name: _THEIRS.get(name, name) for name in names if _THEIRS.get(name, name) in _incidents().columns}
    return HeaderMapping("POL-1", columns, {"risk_grade": {theirs: ours for ours, theirs in _WORDS.items()}})


def test_a_mapping_fills_what_it_names_and_accounts_for_each_row() -> None:
    filling = filled_by([_export()], _mapping(), _CONTEXT)
    filled = filling.returns["POL-1"]
    assert filled.counted == _incidents().height == filled.rows + sum(each.count for each in filled.left_out)
    assert set(filled.frame["risk_grade"]) <= set(_WORDS)
    assert filled.frame["incident_ref"].to_list() == _incidents()["Occurrence No"].to_list()
    assert any("of risk_grade are written as the codes of your mapping" in note for note in filled.notes)
    assert filled.filled / filled.required > 0.9


def test_only_columns_that_a_person_named_are_taken() -> None:
    only = {name: theirs for name, theirs in _mapping().columns.items() if name != "crime_recorded"}
    filled = filled_by([_export()], HeaderMapping("POL-1", only), _CONTEXT).returns["POL-1"]
    assert filled.frame["crime_recorded"].null_count() == filled.rows
    assert set(filled.frame["risk_grade"]) <= {*_WORDS.values(), *_WORDS}


def test_suggestions_name_likely_columns_and_the_values_that_need_a_code() -> None:
    suggestion = suggested(_export(), contract("POL-1", _DA))
    columns = suggestion.mapping.columns
    assert {columns[name] for name in ("incident_ref", "child_date_of_birth", "gss_code")} == {
        "Occurrence No",
        "DOB",
        "Council",
    }
    assert "risk_grade" not in columns
    assert suggestion.looks["DOB"] == "dates"
    named = HeaderMapping("POL-1", {**columns, "risk_grade": "Grade at scene"})
    assert HeaderMapping.from_json(named.to_json()) == named
    fields = json.loads(suggestion.to_json())
    assert fields["return"] == "POL-1"
    assert "Officer" in fields["your headers"]


def test_l5_a_suggestion_and_a_mapping_hold_no_cell_that_could_be_about_a_child() -> None:
    text = suggested(_export(), contract("POL-1", _DA)).to_json()
    for column in ("Occurrence No", "DOB", "child_nhs_number", "victim_ref"):
        cells = {cell for cell in _incidents()[column].drop_nulls() if len(cell) > 3}
        assert not any(cell in text for cell in cells)
    assert not any(
        may_be_kept(text) for text in ("9434765919", "943 476 5919", "x" * 41, "A B C D E F G", "12/03/2019")
    )
    assert may_be_kept("High risk (DASH)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "not one of ours"),
        ("[]", "not one of ours"),
        ('{"return": "POL-9", "columns": {"a": "b"}}', "no return of ours"),
        ('{"return": "POL-1", "columns": {}}', "names no column"),
        (
            '{"return": "POL-1", "columns": {"incident_ref": "No", "child_seq": "no"}}',
            "one of your columns for several",
        ),
        (
            '{"return": "POL-1", "columns": {"risk_grade": "G"}, "values": {"risk_grade": {"9434765919": "high"}}}',
            "what is no code",
        ),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(MappingRefusedError, match=words):
        HeaderMapping.from_json(text)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (HeaderMapping("POL-1", {"shoe_size": "DOB"}), "no column 'shoe_size'"),
        (HeaderMapping("POL-1", {"risk_grade": "Grade at scene"}, {"risk_grade": {"STD": "low"}}), "no code of risk"),
    ],
)
def test_names_and_codes_that_the_return_does_not_have_are_refused(mapping: HeaderMapping, words: str) -> None:
    with pytest.raises(MappingRefusedError, match=words):
        filled_by([_export()], mapping, _CONTEXT)


def test_an_export_whose_headers_changed_is_refused_with_how_many_are_gone() -> None:
    frame = _incidents().rename({"DOB": "Born on"})
    changed = read(to_csv([frame.columns, *frame.iter_rows()]), headings())
    with pytest.raises(UnreadableError, match="1 of .* are not there"):
        filled_by([changed], _mapping(), _CONTEXT)
