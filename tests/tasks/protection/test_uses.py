"""Minimisation: what is said to have no use has none, by taking it out of an area's returns and doing it all again."""

from datetime import date

import polars as pl
import pytest

from models.themes import shipped, theme
from tasks.cohort.building import build
from tasks.ground.digests import frame_digest
from tasks.protection.uses import USE_LABELS, ColumnUse, unused, unused_of, used_columns
from tests.tasks.linkage.people import canonical
from validation.across.area import AreaReturns
from validation.across.checking import check_across
from validation.contract.context import Context
from validation.contract.identity import records
from validation.synthetic import ANNOUNCED, synthesise

DAY = date(2026, 11, 2)


def _outcome(
    frames: dict[str, dict[str, pl.DataFrame]], theme_id: str
) -> tuple[str, list[tuple[str, str, tuple[int, ...]]]]:
    """Return the digest of the frame that is drawn from, and what the checks across returns find."""
    theme_ = theme(theme_id)
    found = {code: records(code, sheets) for code, sheets in frames.items()}
    cohort = build(frames, found, theme_, ANNOUNCED, b"k")
    across = check_across(AreaReturns(frames, Context(theme_, ANNOUNCED, "E06000038")))
    breaches = [(rule.id, breach.column, breach.rows) for rows in across.breaches.values() for rule, breach in rows]
    return frame_digest(cohort.frame), sorted(breaches)


def _without(
    frames: dict[str, dict[str, pl.DataFrame]], places: set[tuple[str, str, str]]
) -> dict[str, dict[str, pl.DataFrame]]:
    return {
        code: {
            sheet: frame.with_columns(
                pl.lit(None, frame.schema[name]).alias(name) for name in frame.columns if (code, sheet, name) in places
            )
            for sheet, frame in sheets.items()
        }
        for code, sheets in frames.items()
    }


@pytest.mark.further
@pytest.mark.parametrize("theme_id", ["domestic-abuse-2024", "child-sexual-exploitation-2016"])
def test_no_link_draw_or_check_across_returns_changes_without_what_has_no_use(theme_id: str) -> None:
    made = synthesise(theme(theme_id), "E06000038", 150, 3)
    frames = {code: canonical(code, dict(sheets), theme(theme_id)) for code, sheets in made.returns.items()}
    places = {(each.code, each.sheet, each.column.name) for each in unused(theme(theme_id), ANNOUNCED)}
    assert places
    before = _outcome(frames, theme_id)
    assert before[1]
    assert _outcome(_without(frames, places), theme_id) == before
    # What has a use is not idle: without the ethnicity on the council's list another frame comes out.
    assert _outcome(_without(frames, {("LA-DA", "LA-DA", "ethnicity")}), theme_id)[0] != before[0]


@pytest.mark.parametrize("theme_id", shipped())
def test_every_column_that_a_theme_asks_for_is_listed_once(theme_id: str) -> None:
    rows = used_columns(theme(theme_id), DAY)
    names = [(row.code, row.sheet, row.column.name) for row in rows]
    assert len(names) == len(set(names))
    assert {row.code for row in rows} == {owed.code for owed in theme(theme_id).returns}
    assert [row for row in rows if not row.uses] == list(unused_of(theme_id, DAY))


def test_uses_of_some_columns_that_everybody_knows() -> None:
    uses = {(row.code, row.column.name): row.uses for row in used_columns(theme("domestic-abuse-2024"), DAY)}
    assert ColumnUse.IDENTITY in uses["LA-DA", "nhs_number"]
    assert {ColumnUse.DRAW, ColumnUse.ACROSS} & set(uses["POL-1", "risk_grade"])
    assert ColumnUse.TIMELINE in uses["HEA-1", next(name for code, name in uses if code == "HEA-1" and "date" in name)]
    assert uses["LA-8", "Placement postcode"] == ()
    assert USE_LABELS.keys() == set(ColumnUse)
