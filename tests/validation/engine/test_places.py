"""Places are known again: by their row's key in a later version, as explained while its cells stay."""

import random
from collections.abc import Sequence
from dataclasses import replace

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.themes import Theme
from tests.examples import examples
from tests.validation.rows import CONTEXT, checked
from validation.contract.context import Context
from validation.contract.outcome import Options, Outcome
from validation.contract.rules import Row
from validation.engine.places import Places, compared, marked_new
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_PLACES = Options(places=True)


def child(number: int, **changes: str | None) -> Row:
    return {"la_child_id": f"CH{number}", "nhs_number": None, "upn": None, "forename": f"N{number}", **changes}


def outcome_of(*rows: Row, context: Context = CONTEXT) -> Outcome:
    return checked(_LA, *rows, context=context, options=_PLACES)


def places_of(*rows: Row) -> pl.DataFrame:
    places = outcome_of(*rows).places
    assert places is not None
    return places


def told(places: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return places.select(columns).rows()


def test_every_finding_has_its_place_beyond_what_the_report_lists() -> None:
    rows = [child(n, postcode=f"RG{n}" if n < 150 else "RG1 1AA") for n in range(300)]
    found = outcome_of(*rows)
    assert found.places is not None
    assert (len(found.findings), found.places.height) == (100, 150)
    first = found.findings[0]
    assert found.places.row(0, named=True) | {"mark": "", "content": ""} == {
        **{name: getattr(first, name) for name in ("rule", "severity", "sheet", "row", "column", "cell", "message")},
        "mark": "",
        "content": "",
        "file": None,
    }


def test_places_are_only_made_where_asked_for() -> None:
    assert checked(_LA, child(1, postcode="RG1")).places is None
    assert dict(outcome_of(child(1)).places.schema) == Places.schema  # type: ignore[union-attr]


def test_l5_places_repeat_nothing_of_a_cell() -> None:
    text = places_of(child(1, postcode="RG1", surname="Zzyzx", sex="Planted")).write_csv()
    assert "Zzyzx" not in text
    assert "Planted" not in text
    assert "CH1" not in text


def test_a_row_that_moves_keeps_its_marks() -> None:
    bad = child(1, postcode="RG1")
    assert told(places_of(bad, child(2)), "mark", "content") == told(places_of(child(2), bad), "mark", "content")


def test_another_value_in_the_cell_changes_its_content_and_not_its_mark() -> None:
    one, two = places_of(child(1, postcode="RG1")), places_of(child(1, postcode="RG2"))
    assert told(one, "mark") == told(two, "mark")
    assert told(one, "content") != told(two, "content")


def test_a_cell_that_the_rule_does_not_read_changes_nothing() -> None:
    one, two = places_of(child(1, postcode="RG1")), places_of(child(1, postcode="RG1", surname="Other"))
    assert told(one, "content") == told(two, "content")


def test_rows_without_a_key_are_known_by_their_line() -> None:
    rows = [child(n, la_child_id=None, postcode="RG1") for n in (1, 2)]
    places = places_of(*rows).filter(pl.col("rule") == "ID.postcode.format")
    assert places["mark"].n_unique() == 2


def test_a_corrected_version_says_what_is_fixed_new_and_still_there() -> None:
    before = places_of(child(1, postcode="RG1"), child(2, postcode="RG1"), child(3))
    now = places_of(child(1), child(2, postcode="RG"), child(3, postcode="RG1"))
    assert told(compared(before, now), "rule", "column", "severity", "fixed", "new", "still") == [
        ("ID.postcode.format", "postcode", "error", 1, 1, 1)
    ]
    assert told(marked_new(before, now), "row") == [(4,)]


_DIRT = st.lists(st.sampled_from(["RG1 1AA", "RG1", "zz", None]), min_size=1, max_size=12)


def _rows(postcodes: Sequence[str | None]) -> list[Row]:
    return [child(n, postcode=text) for n, text in enumerate(postcodes)]


@examples(25)
@given(before=_DIRT, now=_DIRT, seed=st.integers(0, 9))
def test_fixed_and_still_are_the_earlier_places_and_new_and_still_the_later(
    before: list[str | None], now: list[str | None], seed: int
) -> None:
    earlier, rows = places_of(*_rows(before)), _rows(now)
    later = places_of(*rows)
    random.Random(seed).shuffle(rows)  # noqa: S311
    found = compared(earlier, places_of(*rows))
    assert found.equals(compared(earlier, later))
    fixed, new, still = found.select(pl.col("fixed", "new", "still").sum()).row(0)
    assert (fixed + still, new + still) == (earlier.height, later.height)


def test_a_version_compared_with_itself_has_nothing_new() -> None:
    places = places_of(child(1, postcode="RG1"), child(2, sex="?"))
    found = compared(places, places)
    assert (found["fixed"].sum(), found["new"].sum(), found["still"].sum()) == (0, 0, places.height)


def test_a_waived_rule_counts_and_blocks_nothing() -> None:
    bad = child(1, postcode="RG1")
    found = outcome_of(bad, context=replace(CONTEXT, waived=("ID.postcode.format",)))
    assert (found.verdict, dict(found.by_rule), found.findings[0].severity) == (
        "accepted",
        {"ID.postcode.format": 1},
        "info",
    )
    assert found.findings[0].message.endswith("waived for your return, so it asks for nothing.")
    assert found.rule_set != outcome_of(bad).rule_set
    assert found.rule_set.startswith(CONTEXT.theme.rule_set)


def test_a_waived_rule_about_the_sheet_blocks_nothing() -> None:
    rows = [child(n, sex="U") for n in range(9)]
    assert outcome_of(*rows).verdict == "queried"
    waived = replace(CONTEXT, waived=("LA-DA.sex.unknown_share",))
    assert outcome_of(*rows, context=waived).verdict == "accepted"


def partly(share: float, code: str = "LA-DA") -> Context:
    theme = Theme.model_validate({**CONTEXT.theme.model_dump(), "partial_acceptance": {code: share}})
    return replace(CONTEXT, theme=theme)


def test_a_theme_may_accept_the_rows_without_errors() -> None:
    rows = [child(1, postcode="RG1"), *(child(n) for n in range(2, 12))]
    found = outcome_of(*rows, context=partly(0.1))
    assert (found.verdict, found.errors, found.left_out, found.rows) == ("queried", 1, 1, 11)
    assert found.frames["LA-DA"]["row"].to_list() == list(range(3, 13))
    assert "1 row holds errors and was left out; the other 10 are accepted." in found.notes[-1]
    assert Outcome.from_json(found.to_json()).left_out == 1


def test_too_many_rows_with_errors_are_rejected_as_ever() -> None:
    rows = [child(1, postcode="RG1"), child(2, postcode="RG1"), *(child(n) for n in range(3, 12))]
    found = outcome_of(*rows, context=partly(0.1))
    assert (found.verdict, found.left_out, dict(found.frames)) == ("rejected", 0, {})


def test_no_part_is_accepted_of_another_return() -> None:
    rows = [child(1, postcode="RG1"), *(child(n) for n in range(2, 12))]
    assert outcome_of(*rows, context=partly(0.5, "HEA-1")).verdict == "rejected"
