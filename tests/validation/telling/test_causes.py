"""Causes come first: layout, whole columns, cells; counts and places are exact, or say that they are not."""

from typing import Any

import pytest

from validation.contract.whole_column import about_column
from validation.telling.causes import Listed, causes_of, grouped, place_words, tally


def _finding(rule: str, row: int | None = 2, severity: str = "error", **changes: Any) -> Listed:
    given = {"sheet": "POL-1", "column": "sex", "cell": f"F{row}" if row else None, "message": rule}
    return Listed(rule, severity, **{**given, "row": row, **changes})


def test_layout_comes_before_whole_columns_and_those_before_cells() -> None:
    findings = [
        *(_finding("A.sex.code", row) for row in range(2, 60)),
        _finding("A.area", message=about_column(40, "Wrong area.")),
        _finding("FILE.no_row", 90, column=None, cell=None),
        _finding("FILE.missing_column", 1, column="upn", cell=None),
        _finding("FILE.extra_sheet", None, "info", sheet="sheet 2", column=None),
        _finding("FILE.missing_sheet", None, column=None, sheet="Children"),
        _finding("A.share", None, "query"),
    ]
    causes = causes_of(findings, {"A.area": 40})
    layout = ["FILE.missing_sheet", "FILE.missing_column", "FILE.no_row", "FILE.extra_sheet"]
    assert [c.first.rule for c in causes] == [*layout, "A.area", "A.share", "A.sex.code"]
    assert [(group, len(some)) for group, some in grouped(causes)] == [("layout", 4), ("columns", 2), ("cells", 1)]
    assert tally(causes) == "101 errors, 1 query, 1 note"


def test_what_is_in_most_places_is_first_among_equals() -> None:
    findings = [_finding("A", 2), _finding("B", 3), _finding("B", 4), _finding("C", 5, "query")]
    assert [c.first.rule for c in causes_of(findings, {"A": 1, "B": 2, "C": 900})] == ["B", "A", "C"]
    columns = [_finding(rule, message=about_column(n, "Wrong.")) for rule, n in (("A", 30), ("B", 1_200))]
    causes = causes_of(columns, {"A": 30, "B": 1_200})
    assert [(c.first.rule, c.size, c.at) for c in causes] == [
        ("B", "1,200 cells", "From F2 down."),
        ("A", "30 cells", "From F2 down."),
    ]


def test_the_sentences_of_one_rule_stand_apart_and_their_counts_are_no_more_than_is_so() -> None:
    findings = [
        *(_finding("A", row) for row in range(2, 82)),
        *(_finding("A", row, message="Hint") for row in (90, 91)),
    ]
    capped = causes_of(findings, {"A": 4_000})
    assert [(c.size, c.at_first(1)) for c in capped] == [
        ("at least 80 cells", "At F2 and at least 79 more."),
        ("at least 2 cells", "At F90 and at least 1 more."),
    ]
    assert tally(capped) == "at least 82 errors"
    assert [c.size for c in causes_of(findings, {"A": 82})] == ["80 cells", "2 cells"]


@pytest.mark.parametrize(
    ("changes", "sheets", "where"),
    [
        ({}, True, "Sheet POL-1, column F, sex"),
        ({}, False, "Column F, sex"),
        ({"sheet": "sheet 2"}, True, "Sheet 2, column F, sex"),
        ({"column": None}, True, "Sheet POL-1, column F"),
        ({"cell": None}, True, "Sheet POL-1, column sex"),
        ({"cell": None, "column": None}, True, "Sheet POL-1"),
        ({"cell": None, "column": None, "sheet": ""}, True, ""),
    ],
)
def test_sheet_letter_and_heading_are_named(changes: dict[str, Any], sheets: bool, where: str) -> None:
    [cause] = causes_of([_finding("A", 2, **changes)], {})
    assert cause.where(sheets) == where


def test_each_header_that_nobody_asked_for_is_named_by_its_letter() -> None:
    findings = [_finding("FILE.extra_column", 1, "info", column=None, cell=cell) for cell in ("N1", "AK1")]
    assert {c.where(False) for c in causes_of(findings, {"FILE.extra_column": 2})} == {"Column N", "Column AK"}


def test_a_place_in_one_of_several_files_says_in_which() -> None:
    assert place_words(_finding("A", 3, file=2)) == "file 2, F3"
    assert place_words(_finding("A", 3, cell=None)) == "row 3"
    assert place_words(_finding("A", None)) == ""
