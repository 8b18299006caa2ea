"""Whose each sheet of a workbook is: headers decide, names hint, and no sheet belongs to two returns."""

from collections.abc import Sequence

import polars as pl
import pytest

from tests.validation.rows import CONTEXT, example_row
from validation.contract.model import Contract
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.files.readers.grid import Grid
from validation.files.splitting import Split, shown_names, split
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages

_ALL = tuple(CONTRACTS.values())
_LISTS = tuple(f"LA-{n}" for n in range(1, 9))
_LIST_9 = (*CONTRACTS["LA-3"].main.names[:5], "Allocated Personal Advisor", "LA in Touch", "Allocated Team")


def _grid(name: str, headers: Sequence[str], visible: bool = True) -> Grid:
    frame = pl.DataFrame({str(n): [header, "x"] for n, header in enumerate(headers)})
    lines = pl.Series([1, 2], dtype=pl.Int64)
    return Grid(name, frame, lines, lines, visible=visible)


def _owners(found: Split) -> dict[str, list[str]]:
    return {code: [claim.shown_name for claim in claims] for code, claims in found.claims.items()}


def _filled(code: str, name: str | None = None) -> Page:
    sheet = CONTRACTS[code].main
    return Page(name or code, [list(sheet.names), list(example_row(sheet).values())])


def _checked(code: str, *pages: Page) -> Outcome:
    return check_file(write_pages(pages, "xlsx"), CONTRACTS[code], CONTEXT)


@pytest.mark.parametrize("contract", _ALL, ids=list(CONTRACTS))
def test_every_return_is_known_by_its_headers_whatever_its_sheets_are_called(contract: Contract) -> None:
    found = split([_grid(f"x{n}", sheet.names) for n, sheet in enumerate(contract.sheets)], _ALL)
    assert _owners(found) == {contract.code: [f"sheet {n + 1}" for n in range(len(contract.sheets))]}


def test_every_sheet_of_all_returns_in_one_workbook_has_its_own_return() -> None:
    found = split([_grid("", sheet.names) for contract in _ALL for sheet in contract.sheets], _ALL)
    assert {code: len(claims) for code, claims in found.claims.items()} == {c.code: len(c.sheets) for c in _ALL}
    assert not found.twice


def test_headers_decide_against_the_name_of_a_sheet() -> None:
    found = split([_grid("List 3", CONTRACTS["LA-1"].main.names), _grid("List 1", CONTRACTS["LA-3"].main.names)], _ALL)
    assert _owners(found) == {"LA-1": ["List 3"], "LA-3": ["List 1"]}


@pytest.mark.parametrize("name", ["List 3", "List_3 - Referrals", "LA-3", "Annex A List 3: Referrals"])
def test_name_decides_where_only_the_childs_headers_are_left(name: str) -> None:
    found = split([_grid("List 1", CONTRACTS["LA-1"].main.names), _grid(name, CONTRACTS["LA-3"].main.names[:5])], _ALL)
    assert list(found.claims) == ["LA-1", "LA-3"]


def test_the_only_table_is_taken_for_what_it_was_sent_as_while_nothing_speaks_against_it() -> None:
    only = [_grid("", CONTRACTS["LA-3"].main.names[:5])]
    assert list(split(only, _ALL, ["LA-3"]).claims) == ["LA-3"]
    assert list(split([_grid("List 9", _LIST_9)], _ALL, ["LA-3"]).claims) == []
    assert list(split([_grid("", CONTRACTS["LA-1"].main.names)], _ALL, ["LA-3"]).claims) == ["LA-1"]


def test_sheet_of_children_alone_is_part_of_the_return_asked_for() -> None:
    found = split([_grid("", CONTRACTS["MAR-1"].sheets[1].names)], _ALL, ["MAR-1"])
    assert [claim.sheet.name for claim in found.claims["MAR-1"]] == ["Children"]


def test_names_of_sheets_that_are_not_ours_are_never_told() -> None:
    names = [
        "List 1",
        "LIST_3 - Referrals",
        "List 4 Quackenbush",
        "Quackenbush",
        "la-1",
        "List 9",
        "LA-1 张伟",
        "\u202ex",
    ]
    told = shown_names([_grid(name, ["a"]) for name in names])
    assert told == ("List 1", "List 3", "sheet 3", "sheet 4", "LA-1", "List 9", "sheet 7", "sheet 8")


def test_two_sheets_of_one_name_are_told_by_their_places_among_those_that_can_be_seen() -> None:
    grids = [_grid("hidden", ["a"], visible=False), _grid("List 3", ["a"]), _grid("List_3", ["a"])]
    assert shown_names(grids) == ("a hidden sheet", "sheet 1", "sheet 2")


def test_list_that_is_not_in_the_workbook_is_named_and_matched_by_no_other() -> None:
    pages = [_filled(code, f"List {code[3:]}") for code in _LISTS if code != "LA-3"]
    outcome = _checked("LA-3", *pages)
    assert [f.rule for f in outcome.findings] == ["FILE.missing_sheet"]
    assert "List 3: Referrals (LA-3) is not in the file" in outcome.findings[0].message


def test_file_that_holds_more_than_the_return_asked_for_is_accepted_and_says_what_else_it_holds() -> None:
    outcome = _checked("LA-4", *(_filled(code, f"List {code[3:]}") for code in _LISTS))
    assert (outcome.verdict, outcome.findings, outcome.rows) == ("accepted", (), 1)
    assert outcome.also == tuple(code for code in _LISTS if code != "LA-4")
    assert Outcome.from_json(outcome.to_json()) == outcome


def test_report_of_an_older_version_is_read_without_the_other_returns() -> None:
    told = _checked("LA-1", _filled("LA-1")).to_json().replace(b' "also": [],\n', b"")
    assert b"also" not in told
    assert Outcome.from_json(told).also == ()


def test_lists_that_nobody_asked_for_are_told_and_not_kept() -> None:
    other = Page("List 9", [list(_LIST_9), ["x"] * len(_LIST_9)])
    outcome = _checked("LA-1", _filled("LA-1", "List 1"), other)
    assert [(f.rule, f.severity, f.sheet) for f in outcome.findings] == [("FILE.extra_sheet", "info", "List 9")]
    assert (outcome.verdict, list(outcome.frames)) == ("accepted", ["LA-1"])


def test_second_sheet_of_the_same_list_is_an_error_and_not_left_out_silently() -> None:
    outcome = _checked("LA-1", _filled("LA-1", "East"), _filled("LA-1", "West"))
    assert [(f.rule, f.sheet) for f in outcome.findings] == [("FILE.second_sheet", "sheet 2")]
    assert outcome.verdict == "rejected"
