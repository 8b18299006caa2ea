"""Reports for people: causes first in every form, sheet and heading named, and no word more than the outcome holds."""

import csv
import io
from dataclasses import replace

import pytest

from tests.validation.exports import ROWS, spoilt_export
from tests.validation.rows import CONTEXT
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.files.readers import read
from validation.returns import CONTRACTS
from validation.telling.reports import advice, causes, render, summary

_GROUPS = ("The layout of your file", "Whole columns", "Cells and rows")


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    path = tmp_path_factory.mktemp("exports") / "export.xlsx"
    spoilt_export(path)
    return replace(check_file(path, CONTRACTS["POL-1"], replace(CONTEXT, agency=None)), truncated=False)


def test_causes_are_few_though_findings_are_many(outcome: Outcome) -> None:
    assert sum(outcome.by_rule.values()) > ROWS
    shown = causes(outcome)
    assert len(shown) < 15
    assert [c.group for c in shown] == sorted((c.group for c in shown), key=("layout", "columns", "cells").index)


def test_the_web_page_lists_groups_in_order_with_links_to_each(outcome: Outcome) -> None:
    page = render(outcome, ".html").decode()
    places = [page.index(f">{group}</h3>") for group in _GROUPS]
    assert places == sorted(places)
    assert page.index('href="#layout"') < page.index('id="layout"')
    assert "<strong>Sheet 1, column O, child_date_of_birth</strong>" in page
    assert "POL-1: Needs correcting" in page


def test_the_workbook_has_a_sheet_of_causes(outcome: Outcome) -> None:
    grids = {grid.name: grid.frame for grid in read(render(outcome, ".xlsx"), frozenset()).grids}
    groups = grids["What to fix"]["0"].to_list()[1:]
    assert groups == sorted(groups, key=_GROUPS.index)
    wheres = grids["What to fix"]["3"].to_list()
    assert "Sheet 1, column E, gss_code" in wheres
    assert "Sheet 2" in wheres


def test_the_table_is_in_the_order_of_causes(outcome: Outcome) -> None:
    rows = list(csv.DictReader(io.StringIO(render(outcome, ".csv").decode("utf-8-sig"))))
    assert [row["Rule"] for row in rows] == [f.rule for cause in causes(outcome) for f in cause.findings]
    assert len(rows) == len(outcome.findings)


def test_a_header_like_another_says_which(outcome: Outcome) -> None:
    (message,) = [f.message for f in outcome.findings if f.cell == "AL3"]
    assert "Its header is like child_date_of_birth, and so is the one in O3" in message


def test_l5_no_form_repeats_the_name_of_a_sheet_or_header_that_is_not_ours(outcome: Outcome) -> None:
    for form in (".html", ".csv", ".json"):
        text = render(outcome, form).decode()
        assert "Jane" not in text
        assert "Officer" not in text


def test_l9_a_verdict_that_waits_says_so_in_every_form() -> None:
    clean = Outcome("POL-1", "accepted", 1, 0, 0, (), {}, False, (), "t@1", 1, not_checked=("POL-1.x",))
    assert dict(summary(clean))["Verdict"] == "Held: to be checked again"
    assert "The fault is ours" in advice(clean)
    page = render(clean, ".html").decode()
    assert 'class="panel held"' in page
    assert "POL-1.x" in page
