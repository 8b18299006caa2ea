"""Checks across returns: found where they are, told of one's own file alone; an independent reading finds the same."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulesets import Rules
from models.themes import theme
from tests.examples import examples
from tests.validation.across_oracle import FINDERS, Rows, Tables
from tests.validation.rows import CONTEXT, frame_of
from validation.across import CROSS_RULES, AreaReturns, checking
from validation.across.area import Found
from validation.across.checking import check_across, findings_for, unasked
from validation.across.rule import CrossRule, Example
from validation.contract.identity import CHILDREN
from validation.contract.model import value
from validation.contract.rules import Row
from validation.engine.checking import check_file
from validation.returns import CONTRACTS, contract
from validation.synthetic import synthesise
from validation.synthetic.writing import write

Frames = dict[str, dict[str, pl.DataFrame]]
_NOBODY = "9434765870"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Return the canonical frames of 200 made-up children's returns."""
    folder, asked = tmp_path_factory.mktemp("across"), theme("domestic-abuse-2024")
    write(synthesise(asked, "E06000038", 200, 3), folder)
    files = {code: next(folder.glob(f"{code}.*")) for code in ("LA-DA", "POL-1", "PRO-1", "HEA-1")}
    return {code: dict(check_file(path, contract(code), CONTEXT).frames) for code, path in files.items()}


def rows_of(frames: Frames, rule: str, code: str) -> set[int]:
    told = check_across(AreaReturns(frames, CONTEXT)).breaches
    return {row for found_rule, found in told[code] if found_rule.id == rule for row in found.rows}


def with_cell(frames: Frames, code: str, row: int, **cells: object) -> Frames:
    changed = frames[code][code].with_columns(
        pl.when(pl.col("row") == row).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )
    return {**frames, code: {**frames[code], code: changed}}


def shared_row(frames: Frames) -> tuple[int, int]:
    """Return a row of HEA-1 and the row of LA-DA about the same child, whose birth dates agree."""
    pairs = AreaReturns(frames, CONTEXT).pairs("HEA-1", "LA-DA")
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
    told = check_across(AreaReturns({**clean, "HEA-1": {"HEA-1": strangers}}, CONTEXT)).breaches
    assert "X13" in {rule.id for rule, _ in told["HEA-1"]}
    assert "X13" not in {rule.id for rule, _ in check_across(AreaReturns(clean, CONTEXT)).breaches["HEA-1"]}


def test_nothing_is_said_before_the_partners_are_in(clean: Frames) -> None:
    for code in clean:
        assert check_across(AreaReturns({code: clean[code]}, CONTEXT)).breaches == {code: []}


def test_l9_rule_that_crashes_is_named_and_stops_no_other(clean: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: AreaReturns) -> list[Found]:
        raise KeyError("a child's name")

    broken = replace(CROSS_RULES[2], find=crash)
    monkeypatch.setattr(checking, "CROSS_RULES", tuple(broken if r.id == broken.id else r for r in CROSS_RULES))
    across = check_across(AreaReturns(clean, CONTEXT))
    assert across.not_run == (broken.id,)
    monkeypatch.undo()
    whole = check_across(AreaReturns(clean, CONTEXT)).breaches
    assert across.breaches == {code: [b for b in some if b[0].id != broken.id] for code, some in whole.items()}


def test_rules_whose_returns_a_theme_does_not_ask_for_are_told() -> None:
    four = [owed for owed in theme("domestic-abuse-2024").returns if owed.code in ("LA-DA", "POL-1", "PRO-1", "HEA-1")]
    lacking = unasked(theme("domestic-abuse-2024").model_copy(update={"returns": tuple(four)}))
    assert (lacking["X04"], lacking["X06"], lacking["X07.managed"]) == (("LA-1",), ("MAR-1",), ("POL-3",))
    assert not {"X03.sex", "X07", "X08", "X13"} & lacking.keys()


def test_the_order_of_rows_changes_nothing(clean: Frames) -> None:
    shuffled = {
        code: {name: frame.sample(fraction=1, shuffle=True, seed=9) for name, frame in sheets.items()}
        for code, sheets in clean.items()
    }
    assert check_across(AreaReturns(shuffled, CONTEXT)).breaches == check_across(AreaReturns(clean, CONTEXT)).breaches


def test_l5_findings_hold_rows_and_sentences_and_no_value(clean: Frames) -> None:
    health, _ = shared_row(clean)
    told = check_across(
        AreaReturns(with_cell(clean, "HEA-1", health, date_of_birth=date(2019, 5, 5)), CONTEXT)
    ).breaches
    findings = [finding.to_dict() for code in clean for finding in findings_for(code, told)]
    # The sentences are the rules' own; one's example may happen to be a number of the made-up area.
    assert {finding.pop("message") for finding in findings} <= {rule.message for rule in CROSS_RULES}
    text = str(findings)
    held = clean["LA-DA"]["LA-DA"].select("surname", "nhs_number", "la_child_id").to_dict(as_series=False)
    assert not any(value in text for values in held.values() for value in values if value)
    assert "2019" not in text


_BY_ID = pytest.mark.parametrize("rule", CROSS_RULES, ids=[rule.id for rule in CROSS_RULES])


def area_of(example: Example) -> AreaReturns:
    """Return the returns of an example as they stand once accepted; a return's main sheet is there in any case."""
    frames: dict[str, dict[str, pl.DataFrame]] = {}
    for name, rows in example.items():
        code, _, second = name.partition(".")
        held = frames.setdefault(code, {code: _example(code, code)})
        held[second or code] = canonical(code, second or code, rows)
        for sheet in CONTRACTS[code].sheets:
            held.setdefault(sheet.name, _example(code, sheet.name).clear())
    return AreaReturns(frames, CONTEXT)


def canonical(code: str, sheet_name: str, rows: tuple[Row, ...]) -> pl.DataFrame:
    """Return rows of a sheet, as changes to its example row, as a typed frame."""
    sheet = next(s for s in CONTRACTS[code].sheets if s.name == sheet_name)
    parsed = frame_of(CONTRACTS[code], sheet, rows)
    lines = pl.int_range(2, len(rows) + 2, dtype=pl.Int64, eager=True).alias("row")
    return parsed.select(lines, *(pl.col(value(name)).alias(name) for name in sheet.names))


@cache
def _example(code: str, sheet_name: str) -> pl.DataFrame:
    return canonical(code, sheet_name, ({},))


def told_of(rule: CrossRule, area: AreaReturns) -> dict[str, set[int]]:
    return {f.code: set(f.rows) for f in rule.find(area) if f.rows or f.share is not None}


@_BY_ID
def test_rule_passes_its_passing_and_fails_its_failing_example(rule: CrossRule) -> None:
    assert told_of(rule, area_of(rule.passes_on)) == {}
    assert told_of(rule, area_of(rule.fails_on))


@_BY_ID
def test_rule_says_nothing_before_its_partners_are_in(rule: CrossRule) -> None:
    whole = area_of(rule.fails_on)
    for code in whole.frames:
        assert told_of(rule, AreaReturns({code: whole.frames[code]}, CONTEXT)) == {}
    assert told_of(rule, AreaReturns({}, CONTEXT)) == {}


@_BY_ID
def test_rule_is_told_on_a_column_of_the_return_it_is_reported_on(rule: CrossRule) -> None:
    for code, column in rule.on.items():
        assert column in {name for sheet in CONTRACTS[code].sheets for name in sheet.names}
    area = area_of(rule.fails_on)
    assert {(f.code, f.column) for f in rule.find(area)} <= set(rule.on.items())
    told = check_across(area).breaches
    for code in told:
        for finding in findings_for(code, told):
            sheet = next(s for s in CONTRACTS[code].sheets if s.name == finding.sheet)
            assert finding.column in sheet.names


@_BY_ID
def test_rule_has_a_sentence_that_says_what_to_do(rule: CrossRule) -> None:
    assert "Check" in rule.message or "Answer" in rule.message or "Enter" in rule.message or "enter" in rule.message
    assert "explain" in rule.message or rule.severity != "query"


@_BY_ID
def test_theme_switches_a_cross_rule_off_and_weighs_it_otherwise(rule: CrossRule) -> None:
    area = area_of(rule.fails_on)

    def under(rules: Rules) -> set[tuple[str, str]]:
        changed = CONTEXT.theme.model_copy(update={"rules": rules})
        told = check_across(replace(area, context=replace(CONTEXT, theme=changed))).breaches
        return {(r.id, r.severity) for found in told.values() for r, _ in found}

    assert (rule.id, "info") in under(Rules(severities={rule.id: "info"}))
    assert rule.id not in {name for name, _ in under(Rules(removes=(rule.id,)))}


def test_a_list_still_to_come_keeps_the_rules_that_search_all_lists_waiting() -> None:
    by_id = {rule.id: rule for rule in CROSS_RULES}
    for rule in (by_id["X01"], by_id["LA-4.start.before_referral"]):
        area = area_of(rule.fails_on)
        assert told_of(rule, replace(area, awaited=frozenset({"HEA-1"}))) == told_of(rule, area) != {}
        assert told_of(rule, replace(area, awaited=frozenset({"LA-6"}))) == {}


_CHILD = ("CH000123", "CH000124", "CH000125", None)
_NHS = ("9434765919", "9434765870", None)
_ROWS = 600


def _random_row(code: str, sheet_name: str, rng: Random) -> Row:
    """Return changes to the example row in the cells that the rules look at, of a few values that meet often."""
    sheet = next(s for s in CONTRACTS[code].sheets if s.name == sheet_name)
    row: dict[str, str | None] = {}
    number = CHILDREN[code][1].of("la_child_id") if code in CHILDREN else ""
    for column in sheet.columns:
        if column.name in (number, "la_child_id"):
            row[column.name] = rng.choice(_CHILD)
        elif column.name.endswith("nhs_number") and not column.name.startswith("mother"):
            row[column.name] = rng.choice(_NHS)
        elif column.codes and column.type == "category":
            row[column.name] = rng.choice(column.codes.codes[:7] + column.codes.codes[-3:]).code
        elif column.type in ("date", "datetime"):
            row[column.name] = rng.choice((None, column.example, _day(column.type, rng), _day(column.type, rng)))
        elif column.name in ("crn", "pnc_id", "incident_ref", "police_incident_ref", "contacts_in_window"):
            row[column.name] = rng.choice(_OTHERS[column.name])
    return row


_OTHERS: Mapping[str, tuple[str | None, ...]] = {
    "crn": ("X123456", "X654321", "X777777", None),
    "pnc_id": ("2003/0011985X", "03/11985X", "1988/0123456K", None),
    "incident_ref": ("43250012345", "43250012346", "43250012347"),
    "police_incident_ref": ("43250012345", "43259999999", None),
    "contacts_in_window": ("1", "2", "3"),
}


def _day(kind: str, rng: Random) -> str:
    day = date(2025, 2, 24) - timedelta(days=rng.randrange(0, 200))
    return f"{day:%d/%m/%Y}" + (" 10:15" if kind == "datetime" else "")


@cache
def _random_rows(code: str, sheet_name: str) -> pl.DataFrame:
    """Return many random rows of a sheet, which are read once; areas are drawn from them."""
    rng = Random(f"{code} {sheet_name}")  # noqa: S311 - repeatable, not secret
    return canonical(code, sheet_name, tuple(_random_row(code, sheet_name, rng) for _ in range(_ROWS)))


def _random_sheet(code: str, sheet_name: str, rng: Random) -> pl.DataFrame:
    drawn = [rng.randrange(_ROWS) for _ in range(rng.randrange(0, 12))]
    return _random_rows(code, sheet_name)[drawn].with_columns(row=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))


def _random_area(rule: CrossRule, rng: Random) -> AreaReturns:
    """Return made-up returns: those that the rule compares, and a few others."""
    asked = {name.partition(".")[0] for name in rule.fails_on}
    others = sorted({*CHILDREN, "POL-3"} - asked)
    frames = {
        code: {sheet.name: _random_sheet(code, sheet.name, rng) for sheet in CONTRACTS[code].sheets}
        for code in sorted(asked) + rng.sample(others, rng.randrange(0, 4))
    }
    return AreaReturns(frames, CONTEXT, frozenset(rng.choice(((), (), ("LA-6",), ("HEA-1",)))))


@_BY_ID
@given(seed=st.integers(0, 2**32))
@examples(15)
def test_rule_and_an_independent_reading_find_the_same(rule: CrossRule, seed: int) -> None:
    area = _random_area(rule, Random(seed))  # noqa: S311 - repeatable, not secret
    tables: Tables = {
        code: {name: frame.to_dicts() for name, frame in sheets.items()} for code, sheets in area.frames.items()
    }
    read = FINDERS[rule.id](Rows(tables, CONTEXT, area.awaited))
    found = {f.code: (set(f.rows) or {0}) for f in rule.find(area) if f.rows or f.share is not None}
    assert found == {code: rows for code, rows in read.items() if rows}


def test_every_rule_has_an_independent_reading_and_its_random_areas_break_it() -> None:
    assert set(FINDERS) == {rule.id for rule in CROSS_RULES}
    for rule in CROSS_RULES:
        assert any(told_of(rule, _random_area(rule, Random(seed))) for seed in range(60)), rule.id  # noqa: S311
