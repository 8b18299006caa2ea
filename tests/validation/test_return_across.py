"""Checks across returns: found where they are, told of one's own file alone."""

from datetime import date

import polars as pl
import pytest

from models.themes import theme
from validation.across import CROSS_RULES, Area, check_across, findings_for
from validation.context import Context
from validation.engine import check_file
from validation.returns import contract
from validation.synthetic import synthesise
from validation.synthetic.writing import write

Frames = dict[str, dict[str, pl.DataFrame]]
_NOBODY = "9434765870"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Return the canonical frames of 200 made-up children's returns."""
    folder, asked = tmp_path_factory.mktemp("across"), theme("domestic-abuse-2024")
    write(synthesise(asked, "E06000038", 200, 3), folder)
    context = Context(asked, date(2025, 2, 24), "E06000038")
    files = {code: next(folder.glob(f"{code}.*")) for code in ("LA-DA", "POL-1", "PRO-1", "HEA-1")}
    return {code: dict(check_file(path, contract(code), context).frames) for code, path in files.items()}


def rows_of(frames: Frames, rule: str, code: str) -> set[int]:
    told = check_across(Area(frames))
    return {row for found_rule, found in told[code] if found_rule.id == rule for row in found.rows}


def with_cell(frames: Frames, code: str, row: int, **cells: object) -> Frames:
    changed = frames[code][code].with_columns(
        pl.when(pl.col("row") == row).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )
    return {**frames, code: {**frames[code], code: changed}}


def shared_row(frames: Frames) -> tuple[int, int]:
    """Return a row of HEA-1 and the row of LA-DA about the same child, whose birth dates agree."""
    pairs = Area(frames).pairs("HEA-1", "LA-DA")
    alike = pairs.filter(pl.col("date_of_birth") == pl.col("date_of_birth_other"))
    return alike["row"][0], alike["row_other"][0]


def test_another_date_of_birth_is_told_to_both_at_their_own_rows(clean: Frames) -> None:
    health, council = shared_row(clean)
    before = rows_of(clean, "X03.date_of_birth", "HEA-1"), rows_of(clean, "X03.date_of_birth", "LA-DA")
    changed = with_cell(clean, "HEA-1", health, date_of_birth=date(2019, 5, 5))
    assert rows_of(changed, "X03.date_of_birth", "HEA-1") - before[0] == {health}
    assert council in rows_of(changed, "X03.date_of_birth", "LA-DA")


def test_a_child_unknown_to_the_council_is_told_to_health(clean: Frames) -> None:
    health, _ = shared_row(clean)
    before = rows_of(clean, "X08", "HEA-1")
    changed = with_cell(clean, "HEA-1", health, nhs_number=_NOBODY, la_child_id=None)
    assert rows_of(changed, "X08", "HEA-1") - before == {health}


def test_sex_not_recorded_contradicts_nobody(clean: Frames) -> None:
    health, _ = shared_row(clean)
    assert health not in rows_of(with_cell(clean, "HEA-1", health, sex="U"), "X03.sex", "HEA-1")


def test_a_return_of_another_area_is_seen_by_its_few_matches(clean: Frames) -> None:
    strangers = clean["HEA-1"]["HEA-1"].with_columns(
        pl.lit(_NOBODY).alias("nhs_number"), pl.lit(None, pl.String).alias("la_child_id")
    )
    told = check_across(Area({**clean, "HEA-1": {"HEA-1": strangers}}))
    assert "X13" in {rule.id for rule, _ in told["HEA-1"]}
    assert "X13" not in {rule.id for rule, _ in check_across(Area(clean))["HEA-1"]}


def test_nothing_is_said_before_the_partners_are_in(clean: Frames) -> None:
    for code in clean:
        assert check_across(Area({code: clean[code]})) == {code: []}


def test_the_order_of_rows_changes_nothing(clean: Frames) -> None:
    shuffled = {
        code: {name: frame.sample(fraction=1, shuffle=True, seed=9) for name, frame in sheets.items()}
        for code, sheets in clean.items()
    }
    assert check_across(Area(shuffled)) == check_across(Area(clean))


def test_l5_findings_hold_rows_and_sentences_and_no_value(clean: Frames) -> None:
    health, _ = shared_row(clean)
    told = check_across(Area(with_cell(clean, "HEA-1", health, date_of_birth=date(2019, 5, 5))))
    text = str([finding.to_dict() for code in clean for finding in findings_for(code, told)])
    held = clean["LA-DA"]["LA-DA"].select("surname", "nhs_number", "la_child_id").to_dict(as_series=False)
    assert not any(value in text for values in held.values() for value in values if value)
    assert "2019" not in text


def test_every_rule_has_a_sentence_that_says_what_to_do() -> None:
    for rule in CROSS_RULES:
        assert any(word in rule.message for word in ("Check", "check", "explain")), rule.id
