"""Rows of the findings workbook: what they say, what is wrong with them, and the template they come from."""

from typing import Any

import pytest

from models.themes import theme
from portal.team.finding_rows import COLUMNS, CellToFix, findings_in, template
from portal.team.grids import rows_of
from tasks.findings.findings import CATEGORIES
from tasks.findings.labels import EVIDENCE_KINDS
from validation.files.readers import read

_THEME = theme("domestic-abuse-2024")
_AREA = _THEME.evaluation_areas[0]
_KNOWN: dict[str, Any] = {
    "theme": _THEME,
    "categories": CATEGORIES,
    "areas": {one.code: one.label for one in _THEME.evaluation_areas},
    "tags": {tag: tag for tag in _THEME.finding_tags},
    "agencies": {"police": "Thames Valley Police", "health": "NHS"},
    "evidence_kinds": EVIDENCE_KINDS,
    "cases": ["T1", "S1"],
}
_HEAD = (1, list(COLUMNS))
_GOOD = ["strength", _AREA.code, "Heading", "Text", "", "police", "staff; documents", "T1;S1"]


def row(**changes: str) -> list[str]:
    return [changes.get(name, cell) for name, cell in zip(COLUMNS, _GOOD, strict=True)]


def test_a_good_row_is_a_finding() -> None:
    found, wrong = findings_in([_HEAD, (2, _GOOD)], _KNOWN)
    assert wrong == []
    assert found[0].cases == ("T1", "S1")
    assert found[0].evidence_kinds == ("staff", "documents")


def test_words_stand_for_codes_in_any_case() -> None:
    cells = row(category=CATEGORIES["priority_action"].upper(), area=_AREA.label, agencies="thames valley police; NHS")
    found, wrong = findings_in([_HEAD, (2, cells)], _KNOWN)
    assert wrong == []
    assert (found[0].category, found[0].area, found[0].agencies) == (
        "priority_action",
        _AREA.code,
        ("police", "health"),
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("category", "bad"),
        ("area", "nowhere"),
        ("heading", ""),
        ("text", " "),
        ("tags", "no such tag"),
        ("agencies", "fire brigade"),
        ("evidence_kinds", ""),
        ("cases", "T99"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column(column: str, cell: str) -> None:
    _, wrong = findings_in([_HEAD, (2, _GOOD), (5, row(**{column: cell}))], _KNOWN)
    assert [(one.row, one.column) for one in wrong] == [(5, column)]
    assert wrong[0].text.endswith(".")


def test_blank_rows_count_for_nothing() -> None:
    found, wrong = findings_in([_HEAD, (2, [""] * 8), (3, _GOOD)], _KNOWN)
    assert len(found) == 1
    assert wrong == []


def test_a_workbook_without_rows_or_columns_says_so() -> None:
    assert findings_in([], _KNOWN)[1][0].text.startswith("The workbook is empty.")
    assert findings_in([_HEAD], _KNOWN)[1][0].row == 2
    missing = findings_in([(1, ["category"]), (2, ["strength"])], _KNOWN)[1]
    assert missing[0] == CellToFix(1, "area", "The column area is missing. Use the template.")


def test_columns_may_stand_in_any_order() -> None:
    found, wrong = findings_in([(1, list(reversed(COLUMNS))), (2, list(reversed(_GOOD)))], _KNOWN)
    assert wrong == []
    assert found[0].heading == "Heading"


def test_the_workbook_names_its_areas_and_takes_them_as_it_offers_them() -> None:
    grids = {grid.name: grid.frame for grid in read(template(_KNOWN), frozenset()).grids}
    entry = f"{_AREA.code}: {_AREA.label}"
    assert entry in grids["Guidance"]["0"].to_list()
    assert entry in grids["Codes"]["1"].to_list()
    findings, wrong = findings_in([_HEAD, (2, row(area=entry, category="strength: Strength"))], _KNOWN)
    assert wrong == []
    assert (findings[0].area, findings[0].category) == (_AREA.code, "strength")


@pytest.mark.parts
def test_the_template_is_read_back_by_its_own_reader() -> None:
    assert rows_of(template(_KNOWN))[0][1] == list(COLUMNS)


def test_a_wrong_cell_is_told_in_its_own_column() -> None:
    _, wrong = findings_in([(1, list(COLUMNS)), (2, [*_GOOD[:3], "", *_GOOD[4:7], "T9"])], _KNOWN)
    assert [(cell.row, cell.column, cell.text) for cell in wrong] == [
        (2, "text", "Enter the text of the finding."),
        (2, "cases", "There is no case 'T9'. Choose from the list."),
    ]
