"""The cohort: who is in scope and why not, what is said of each, and identity kept apart (L4, L5)."""

from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest

from models.themes import theme
from tasks.cohort.building import build
from tasks.cohort.frame import BuiltCohort, CohortFrame, InputVersion
from tasks.cohort.manifests import manifest, manifest_bytes
from tasks.ground.digests import frame_digest
from tasks.sampling import draw
from tests.tasks.linkage.people import canonical, frame, record
from validation.contract.identity import records
from validation.synthetic import ANNOUNCED, synthesise

_THEME = theme("domestic-abuse-2024")
_DIRECT = {"forename", "surname", "date_of_birth", "postcode", "nhs_number", "upn", "la_child_id"}
_COUNCIL = {
    "household_id": "H1", "case_status": "child_protection_plan", "ethnicity": "WBRI", "marac_heard": "Yes",
    "contacts_in_window": 2, "latest_da_contact_date": date(2025, 1, 2),
}  # fmt: skip


def _council(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {"LA-DA": pl.DataFrame([{"row": n, **_COUNCIL, **row} for n, row in enumerate(rows, 2)])}


def _police(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    usual = {"incident_ref": "I1", "risk_grade": "high", "victim_ref": "V1"}
    return {"POL-1": pl.DataFrame([{"row": n, **usual, **row} for n, row in enumerate(rows, 2)])}


def _one(cohort: BuiltCohort) -> dict[str, Any]:
    assert cohort.frame.height == 1
    return cohort.frame.row(0, named=True)


@cache
def _synthetic(seed: int = 3) -> tuple[dict[str, dict[str, pl.DataFrame]], dict[str, pl.DataFrame]]:
    made = synthesise(_THEME, "E06000038", 250, seed)
    frames = {code: canonical(code, dict(sheets)) for code, sheets in made.returns.items()}
    return frames, {code: records(code, sheets) for code, sheets in frames.items()}


def test_what_the_agencies_say_of_a_child_comes_together() -> None:
    frames = {"LA-DA": _council({}), "POL-1": _police({"risk_grade": "standard"}, {"incident_ref": "I2"})}
    held = {"LA-DA": frame(record(2)), "POL-1": frame(record(2), record(3)), "PRO-1": frame(record(2))}
    child = _one(build(frames, held, _THEME, ANNOUNCED, b"k"))
    assert child["age_band"] == "2-4"
    assert child["plan_status"] == "child_protection_plan"
    assert (child["police_risk"], child["incidents"]) == ("high", 2)
    assert child["perpetrator_on_probation"]
    assert child["marac"]
    assert not child["hidden"]
    assert child["agencies"] == ["local_authority", "police", "probation"]
    assert child["decision_points"] == ["contact", "marac", "plan", "strategy"]


def test_a_perpetrator_on_probation_is_found_whom_probation_names_no_child_of() -> None:
    managed = pl.DataFrame({"row": [2], "crn": ["X123456"], "pnc_id": ["2003/0011985X"], "date_of_birth": [None]})
    held = {"POL-1": frame(record(2))}

    def built(**suspect: str) -> BuiltCohort:
        frames = {"POL-1": _police({"suspect_ref": "S1", **suspect}), "PRO-1": {"PRO-1": managed}}
        return build(frames, held, _THEME, ANNOUNCED, b"k")

    made = built(suspect_pnc_id="2003/0011985X")
    assert _one(made)["perpetrator_on_probation"]
    assert made.adults["return"].to_list().count("PRO-1") == 1
    assert made.adult_children.height == 2
    told = manifest(made, [], _THEME, "1")
    assert told["adults"] == 2
    assert told["adults_digest"] != told["adult_children_digest"]
    assert not _one(built())["perpetrator_on_probation"]


def test_a_child_whom_the_council_does_not_know_is_hidden() -> None:
    child = _one(build({"POL-1": _police({})}, {"POL-1": frame(record(2))}, _THEME, ANNOUNCED, b"k"))
    assert (child["plan_status"], child["hidden"], child["ethnicity"]) == ("not known to council", True, "unknown")
    assert child["decision_points"] == []


def test_a_disability_is_what_any_record_of_the_council_says() -> None:
    held = {"LA-DA": frame(record(2), record(3)), "POL-1": frame(record(2))}
    for cells, expected in (
        (("No", "Yes"), "yes"),
        (("Unknown", "No"), "no"),
        (("Unknown", "Unknown"), "unknown"),
        ((None, None), "unknown"),
    ):
        rows = [{"disability": cell} for cell in cells]
        child = _one(build({"LA-DA": _council(*rows), "POL-1": _police({})}, held, _THEME, ANNOUNCED, b"k"))
        assert child["disability"] == expected
    unseen = _one(build({"POL-1": _police({})}, {"POL-1": frame(record(2))}, _THEME, ANNOUNCED, b"k"))
    assert unseen["disability"] == "unknown"


def test_an_unborn_child_is_before_birth() -> None:
    unborn = {"unborn": True, "date_of_birth": None, "expected_date_of_birth": date(2025, 6, 1), "la_child_id": "CH9"}
    child = _one(build({"LA-DA": _council({})}, {"LA-DA": frame(record(2, **unborn))}, _THEME, ANNOUNCED, b"k"))
    assert child["age_band"] == "unborn"
    assert "pre_birth" in child["decision_points"]
    older = build({}, {"LA-DA": frame(record(2, **unborn))}, theme("child-sexual-exploitation-2016"), ANNOUNCED, b"k")
    assert older.exclusions.rows() == [("unborn, and the theme does not ask for unborn children", 1)]


def test_ages_are_counted_on_the_day_of_the_announcement() -> None:
    births = {date(2017, 2, 24): False, date(2017, 2, 25): True, date(2025, 2, 24): True, date(2025, 2, 25): False}
    for born, inside in births.items():
        made = build({}, {"POL-1": frame(record(2, date_of_birth=born))}, _THEME, ANNOUNCED, b"k")
        assert (made.frame.height == 1) is inside
        assert made.exclusions["children"].sum() == (not inside)


def test_a_child_without_a_birth_is_left_out_with_the_reason() -> None:
    made = build({}, {"POL-1": frame(record(2, date_of_birth=None))}, _THEME, ANNOUNCED, b"k")
    assert made.exclusions.rows() == [("no date of birth, and not unborn", 1)]
    assert made.links.height == 1


def test_children_of_one_household_victim_or_address_live_together() -> None:
    apart = {"postcode": None, "surname": "Khan"}
    held = {
        "LA-DA": frame(record(2, la_child_id="C1"), record(3, la_child_id="C2", forename="Adam", sex="M", **apart)),
        "POL-1": frame(record(2), record(3, forename="Eve", date_of_birth=date(2021, 7, 9), **apart)),
    }
    frames = {"LA-DA": _council({}, {}), "POL-1": _police({}, {})}
    made = build(frames, held, _THEME, ANNOUNCED, b"k")
    assert made.frame.height == 3
    assert made.frame["household"].n_unique() == 1


def test_children_of_one_case_of_the_marac_live_together() -> None:
    case = pl.DataFrame({"row": [2], "marac_case_ref": ["M1"], "victim_ref": ["V7"], "perpetrator_ref": ["S7"]})
    named = pl.DataFrame({"row": [2, 3], "marac_case_ref": ["M1", "M1"]})
    other = record(3, forename="Adam", surname="Khan", sex="M", postcode=None, date_of_birth=date(2018, 9, 21))
    frames = {"MAR-1": {"MAR-1": case, "Children": named}}
    made = build(frames, {"MAR-1": frame(record(2), other)}, _THEME, ANNOUNCED, b"k")
    assert made.frame.height == 2
    assert made.frame["household"].n_unique() == 1


def test_l5_the_frame_holds_no_identifier_and_the_table_of_identifiers_does() -> None:
    frames, held = _synthetic()
    made = build(frames, held, _THEME, ANNOUNCED, b"k")
    assert dict(made.frame.schema) == CohortFrame.schema
    assert not _DIRECT & set(made.frame.columns)
    assert set(made.identifiers.columns) >= _DIRECT
    assert set(made.identifiers["child"]) == set(made.frame["child"])
    known = {str(x) for name in ("nhs_number", "la_child_id", "surname") for x in made.identifiers[name] if x}
    assert not known & {str(cell) for row in made.frame.iter_rows() for cell in row}


@pytest.mark.further
def test_l4_any_row_order_gives_the_same_cohort() -> None:
    frames, held = _synthetic()

    def mixed(sheet: pl.DataFrame) -> pl.DataFrame:
        return sheet.sample(fraction=1, shuffle=True, seed=8)

    one = build(frames, held, _THEME, ANNOUNCED, b"k")
    moved = {code: {name: mixed(sheet) for name, sheet in sheets.items()} for code, sheets in frames.items()}
    other = build(moved, {code: mixed(rows) for code, rows in held.items()}, _THEME, ANNOUNCED, b"k")
    assert frame_digest(other.frame) == frame_digest(one.frame)
    inputs = [InputVersion("POL-1", "2", "bb", 9), InputVersion("LA-DA", "1", "aa", 9)]
    told = manifest_bytes(manifest(one, inputs, _THEME, "1"))
    assert manifest_bytes(manifest(other, inputs[::-1], _THEME, "1")) == told


def test_the_manifest_counts_and_digests_without_identifiers() -> None:
    frames, held = _synthetic()
    made = build(frames, held, _THEME, ANNOUNCED, b"k")
    told = manifest(made, [], _THEME, "1")
    assert told["children"] == made.frame.height
    assert told["records"] == sum(rows.height for rows in held.values())
    assert told["theme"] == _THEME.rule_set
    assert told["frame_digest"] == frame_digest(made.frame)


def test_reconciliation_adds_up() -> None:
    frames, held = _synthetic()
    made = build(frames, held, _THEME, ANNOUNCED, b"k")
    counts = {(m, a, o): n for m, a, o, n, _ in made.reconciliation.iter_rows()}
    holds = made.frame["agencies"].list
    assert counts["known", "police", ""] == holds.contains("police").sum()
    both = (holds.contains("police") & holds.contains("health")).sum()
    assert counts["shared", "police", "health"] == counts["shared", "health", "police"] == both
    assert counts["hidden", "police", "local_authority"] == (holds.contains("police") & made.frame["hidden"]).sum()


def test_another_key_gives_other_pseudonyms() -> None:
    held = {"POL-1": frame(record(2))}
    one, other = (build({}, held, _THEME, ANNOUNCED, key).frame.row(0) for key in (b"k", b"l"))
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_the_cohort_can_be_drawn_from() -> None:
    frames, held = _synthetic()
    drawn = draw(build(frames, held, _THEME, ANNOUNCED, b"k").frame, _THEME.sampling, "s")
    assert len(drawn.chosen("tracked")) == 7


def test_no_returns_give_an_empty_cohort() -> None:
    made = build({}, {}, _THEME, ANNOUNCED, b"k")
    assert made.frame.is_empty()
    assert made.reconciliation.is_empty()
    assert manifest(made, [], _THEME, "1")["hidden"] == 0


def test_a_theme_can_tell_decision_points_in_a_way_of_its_own() -> None:
    exploitation = theme("child-sexual-exploitation-2016")
    rows: list[dict[str, Any]] = [
        {"missing_episodes_in_window": 2, "strategy_discussion": "No", "latest_cse_contact_date": date(2025, 1, 2)},
        {"missing_episodes_in_window": 0, "strategy_discussion": "Yes", "household_id": "H2"},
        {
            "missing_episodes_in_window": None,
            "strategy_discussion": None,
            "household_id": "H3",
            "contacts_in_window": 0,
        },
    ]
    born = date(2012, 3, 1)
    held = [
        record(n, nhs_number=None, forename=name, date_of_birth=born)
        for n, name in enumerate(("Ada", "Bea", "Cleo"), 2)
    ]
    made = build({"LA-DA": _council(*rows)}, {"LA-DA": frame(*held)}, exploitation, ANNOUNCED, b"k").frame
    points = sorted(made["decision_points"].to_list())
    assert points == [["contact", "missing", "plan"], ["contact", "plan", "strategy"], ["plan"]]
