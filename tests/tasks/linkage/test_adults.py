"""Victims and perpetrators: linked by their numbers, kept apart where numbers differ, and the children of each."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.linkage.adults import AdultChildren, Adults, adults, on_probation
from validation.files.senders import SENDER

_PNC, _OTHER_PNC = "2003/0011985X", "2010/0000001C"
_BORN = date(1988, 5, 2)
Frames = dict[str, dict[str, pl.DataFrame]]


def _incidents(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"victim_ref": "V1", "suspect_ref": "S1", "suspect_pnc_id": None}
    schema = {"row": pl.Int64, **dict.fromkeys(usual, pl.String)}
    return pl.DataFrame([{"row": n, **usual, **row} for n, row in enumerate(rows, 2)], schema=schema)


def _suspects(*rows: dict[str, Any]) -> pl.DataFrame:
    usual = {"suspect_ref": "S1", "pnc_id": None, "crn": None, "date_of_birth": _BORN}
    schema = {
        "row": pl.Int64,
        "suspect_ref": pl.String,
        "pnc_id": pl.String,
        "crn": pl.String,
        "date_of_birth": pl.Date,
    }
    return pl.DataFrame([{"row": n, **usual, **row} for n, row in enumerate(rows, 2)], schema=schema)


def _probation(pnc: str | None = None, crn: str = "X123456", born: date = _BORN) -> dict[str, pl.DataFrame]:
    person = {"row": [2], "pnc_id": [pnc], "crn": [crn], "date_of_birth": [born]}
    schema = {"row": pl.Int64, "pnc_id": pl.String, "crn": pl.String, "date_of_birth": pl.Date}
    return {"PRO-1": pl.DataFrame(person, schema=schema), "Children": pl.DataFrame({"row": [2], "crn": [crn]})}


def _marac() -> dict[str, pl.DataFrame]:
    case = {"row": [2], "marac_case_ref": ["M1"], "victim_ref": ["V1"], "perpetrator_ref": ["S1"]}
    return {"MAR-1": pl.DataFrame(case), "Children": pl.DataFrame({"row": [2], "marac_case_ref": ["M1"]})}


def _links(**children: str) -> pl.DataFrame:
    """Return links of the first row of each return, given as POL_1="ada"."""
    rows = [(code.replace("_", "-"), 2, child) for code, child in children.items()]
    return pl.DataFrame(rows, schema={"return": pl.String, "row": pl.Int64, "child": pl.String}, orient="row")


def _of(frames: Frames, links: pl.DataFrame, role: str = "perpetrator") -> dict[str, set[str]]:
    """Return the adults of one role by return."""
    found, _ = adults(frames, links, b"k")
    kept = found.filter(pl.col("role") == role)
    return {str(code): set(part["adult"]) for (code,), part in kept.group_by(["return"])}


def test_a_suspect_of_the_police_is_found_on_probation_by_pnc_and_then_by_reference() -> None:
    frames = {
        "POL-1": {"POL-1": _incidents({})},
        "POL-3": {"POL-3": _suspects({"pnc_id": _PNC})},
        "PRO-1": _probation(pnc="03/11985X"),
    }
    links = _links(POL_1="ada")
    by_return = _of(frames, links)
    assert by_return["POL-1"] == by_return["POL-3"] == by_return["PRO-1"]
    found, concerned = adults(frames, links, b"k")
    assert on_probation(found, concerned) == {"ada"}
    assert set(found.filter(pl.col("role") == "perpetrator")["probability"]) == {0.999, 0.99}


def test_a_crn_links_where_no_pnc_id_is_held() -> None:
    frames = {"POL-3": {"POL-3": _suspects({"crn": "X123456"})}, "PRO-1": _probation()}
    by_return = _of(frames, _links())
    assert by_return["POL-3"] == by_return["PRO-1"]


@pytest.mark.parametrize(
    "other", [{"pnc_id": _OTHER_PNC}, {"date_of_birth": date(1990, 1, 1), "pnc_id": None}], ids=str
)
def test_numbers_or_births_that_differ_are_two_adults(other: dict[str, Any]) -> None:
    frames = {"POL-3": {"POL-3": _suspects({"crn": "X123456", **other})}, "PRO-1": _probation(pnc=_PNC)}
    by_return = _of(frames, _links())
    assert by_return["POL-3"] != by_return["PRO-1"]


def test_a_birth_and_a_child_in_common_are_one_perpetrator_and_a_birth_alone_is_not() -> None:
    frames = {"POL-1": {"POL-1": _incidents({})}, "POL-3": {"POL-3": _suspects({})}, "PRO-1": _probation()}
    same = _of(frames, _links(POL_1="ada", PRO_1="ada"))
    assert same["POL-3"] == same["PRO-1"]
    apart = _of(frames, _links(POL_1="ada", PRO_1="ben"))
    assert apart["POL-3"] != apart["PRO-1"]


@pytest.mark.parametrize(("child", "one"), [("ada", True), ("ben", False)])
def test_a_reference_of_two_agencies_counts_only_with_a_child_in_common(child: str, one: bool) -> None:
    frames = {"POL-1": {"POL-1": _incidents({})}, "MAR-1": _marac()}
    by_return = _of(frames, _links(POL_1="ada", MAR_1=child), "victim")
    assert (by_return["POL-1"] == by_return["MAR-1"]) is one


def test_victims_and_perpetrators_of_one_reference_are_two_adults() -> None:
    found, concerned = adults(
        {"POL-1": {"POL-1": _incidents({"victim_ref": "A", "suspect_ref": "A"})}}, _links(POL_1="c")
    )
    assert found["adult"].n_unique() == 2
    assert sorted(concerned["role"]) == ["perpetrator", "victim"]


def test_adults_whom_health_saw_carry_their_role_and_children_are_left_out() -> None:
    seen = {"row": [2, 3, 4], "nhs_number": ["9434765919", "943 476 5870", "9434765919"]}
    sheet = pl.DataFrame({**seen, "patient_role": ["child", "adult_victim", "perpetrator"]})
    found, concerned = adults({"HEA-2": {"HEA-2": sheet}}, _links(HEA_2="ada"))
    assert set(found.select("role", "row").rows()) == {("victim", 3), ("perpetrator", 4)}
    assert concerned.is_empty()


@given(order=st.randoms(use_true_random=False))
def test_l4_any_row_order_gives_the_same_adults(order: Any) -> None:
    rows: list[dict[str, Any]] = [
        {"suspect_ref": f"S{n % 3}", "suspect_pnc_id": _PNC if n == 4 else None} for n in range(6)
    ]
    numbered = _incidents(*rows)
    moved = numbered.sample(fraction=1, shuffle=True, seed=order.randrange(1000))
    links = pl.DataFrame({"return": ["POL-1"] * 6, "row": range(2, 8), "child": list("abcabc")}).cast({"row": pl.Int64})
    one, other = (adults({"POL-1": {"POL-1": frame}}, links, b"k") for frame in (numbered, moved))
    assert one[0].equals(other[0])
    assert one[1].equals(other[1])


def test_l5_adults_go_by_pseudonyms_that_the_key_changes() -> None:
    frames: Frames = {"POL-1": {"POL-1": _incidents({"suspect_pnc_id": _PNC})}}
    one, other = (adults(frames, _links(POL_1="ada"), key)[0] for key in (b"k", b"l"))
    assert not set(one["adult"]) & set(other["adult"])
    assert "11985" not in str(one.to_dicts())


def test_no_returns_give_no_adults() -> None:
    found, concerned = adults({}, _links())
    assert (dict(found.schema), dict(concerned.schema)) == (Adults.schema, AdultChildren.schema)
    assert found.is_empty()
    assert on_probation(found, concerned) == frozenset()


def test_two_bodies_that_count_alike_share_no_case_no_victim_and_no_suspect() -> None:
    first, second = 2, 2 + SENDER
    case = {
        "row": [first, second],
        "marac_case_ref": ["M1"] * 2,
        "victim_ref": ["V1"] * 2,
        "perpetrator_ref": ["S1"] * 2,
    }
    named = pl.DataFrame({"row": [first, second], "marac_case_ref": ["M1"] * 2})
    links = pl.DataFrame({"return": ["MAR-1"] * 2, "row": [first, second], "child": ["ada", "ben"]})
    for frames, code in (
        ({"MAR-1": {"MAR-1": pl.DataFrame(case), "Children": named}}, "MAR-1"),
        ({"POL-1": {"POL-1": _incidents({"row": first}, {"row": second})}}, "POL-1"),
    ):
        records, concerned = adults(frames, links.with_columns(pl.lit(code).alias("return")), b"k")
        assert records["adult"].n_unique() == 4
        assert concerned.group_by("adult").agg(pl.col("child").n_unique())["child"].to_list() == [1] * 4
        # Nor where both know the same child: a number that each counts for itself is no evidence.
        one_child = links.with_columns(pl.lit(code).alias("return"), pl.lit("ada").alias("child"))
        assert adults(frames, one_child, b"k")[0]["adult"].n_unique() == 4
