"""Who is in whose list: counts that add up, overlaps as an independent count has them, and hidden children found."""

from datetime import timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import theme
from models.words import agencies
from tasks.cohort.building import build
from tasks.cohort.counting import counts
from tasks.cohort.expectations import expectations
from tasks.cohort.frame import BuiltCohort
from tasks.cohort.overlaps import COUNCIL, KNOW_OF_ABUSE, ListOverlaps, Overlap, in_words, lists, lists_in_markdown
from tasks.cohort.pictures import matrix_svg, upset_svg
from tasks.cohort.reconciliation import combinations, hidden, perhaps, reconciliation
from tests.tasks.linkage.people import canonical
from validation.contract.context import Context
from validation.contract.identity import CHILDREN, records
from validation.synthetic import ALL, ANNOUNCED, synthesise

_THEME = theme("domestic-abuse-2024")
_KINDS = (COUNCIL, "education", *KNOW_OF_ABUSE)
_AGENCIES = st.lists(st.sets(st.sampled_from(_KINDS), min_size=1), max_size=12)
Sheets = dict[str, dict[str, pl.DataFrame]]


def frame_of(known: list[set[str]]) -> pl.DataFrame:
    rows = [{"child": f"c{n}", "agencies": sorted(kinds)} for n, kinds in enumerate(known)]
    found = pl.DataFrame(rows, schema={"child": pl.String, "agencies": pl.List(pl.String)})
    return found.with_columns(hidden(pl.col("agencies")).alias("hidden"))


def lists_of(known: list[set[str]]) -> ListOverlaps:
    frame = frame_of(known)
    joined = [{**one, "agencies": one["agencies"].split("+")} for one in combinations(frame).to_dicts()]
    told = {
        "reconciliation": reconciliation(frame).to_dicts(),
        "combinations": joined,
        "hidden": frame["hidden"].sum(),
    }
    return lists(told, frame.height)


@given(_AGENCIES)
def test_groups_matrix_and_hidden_children_are_counted_as_by_hand(known: list[set[str]]) -> None:
    found = lists_of(known)
    assert {frozenset(one.agencies): one.children for one in found.groups} == {
        frozenset(kinds): known.count(kinds) for kinds in known
    }
    for line in found.matrix:
        mine = [kinds for kinds in known if line.agency in kinds]
        assert line.children == len(mine)
        assert line.hidden == sum(COUNCIL not in kinds and not kinds.isdisjoint(KNOW_OF_ABUSE) for kinds in mine)
        for other in {*_KINDS} - {line.agency}:
            assert line.shared.get(other, 0) == sum(other in kinds for kinds in mine)
    assert found.hidden == sum(one.children for one in found.groups if one.hidden)


def test_a_child_whom_a_school_alone_knows_is_not_said_to_live_with_abuse() -> None:
    assert frame_of([{"education"}, {"education", "police"}, {COUNCIL, "police"}])["hidden"].to_list() == [
        False,
        True,
        False,
    ]


@cache
def area() -> tuple[Sheets, pl.DataFrame, pl.DataFrame]:
    """Return frames of every return of a made-up area, links by the truth, and the truth."""
    made = synthesise(_THEME, "E06000038", 160, 9, returns=ALL)
    frames = {code: canonical(code, dict(sheets)) for code, sheets in made.returns.items() if code != "EVAL"}
    # The truth numbers rows of the children's sheets; adults have none.
    links = made.truth.filter(pl.col("return").is_in(list(CHILDREN))).with_columns(pl.col("child").cast(pl.String))
    return frames, links, made.truth


@cache
def expected() -> dict[tuple[str, str], tuple[int, int]]:
    frames, links, _ = area()
    found = expectations(frames, links, Context(_THEME, ANNOUNCED))
    return {(rule, code): (count, missing) for rule, code, _, _, count, missing in found.iter_rows()}


def who(code: str) -> set[str]:
    links = area()[1]
    return set(links.filter(pl.col("return") == code)["child"])


@pytest.mark.parametrize(("rule", "code"), [("X06", "MAR-1"), ("X07", "PRO-1"), ("X08", "HEA-1"), ("X13", "POL-1")])
def test_children_of_a_list_are_expected_in_the_councils(rule: str, code: str) -> None:
    assert expected()[rule, code] == (len(who(code)), len(who(code) - who("LA-DA")))


def test_children_of_whom_the_council_says_a_marac_heard_are_expected_in_its_list() -> None:
    frames, links, _ = area()
    heard = frames["LA-DA"]["LA-DA"].filter(pl.col("marac_heard") == "Yes").select("row")
    children = set(links.filter(pl.col("return") == "LA-DA").join(heard, on="row")["child"])
    assert expected()["X06.heard", "LA-DA"] == (len(children), len(children - who("MAR-1")))


def test_the_contact_that_the_police_told_of_is_looked_for_by_child() -> None:
    frames, links, _ = area()
    child = {(code, row): one for code, row, one in links.iter_rows()}
    contacts = [
        (child["LA-1", one["row"]], one["Date of Contact"])
        for one in frames["LA-1"]["LA-1"].iter_rows(named=True)
        if one["Contact Source"] == "6"
    ]
    told = frames["POL-1"]["POL-1"].filter(pl.col("notification_to_csc") == "Yes").iter_rows(named=True)
    searched, missing = 0, 0
    for one in told:
        day, who_is_it = one["incident_datetime"].date(), child["POL-1", one["row"]]
        searched += 1
        last = day + timedelta(days=366)
        missing += not any(name == who_is_it and day <= when <= last for name, when in contacts)
    assert expected()["X05", "POL-1"] == (searched, missing)


@pytest.mark.parametrize("part", ["date_of_birth", "sex", "ethnicity"])
def test_two_lists_that_say_different_things_of_a_child_are_counted_on_both_sides(part: str) -> None:
    frames, links, _ = area()
    names = {"ethnicity": {"LA-DA": "ethnicity", **{f"LA-{n}": "Ethnicity" for n in range(1, 9)}}}
    said: dict[str, dict[str, set[Any]]] = {}
    for code, (sheet, roles) in CHILDREN.items():
        column = names.get(part, {}).get(code) if part in names else roles.of(part)
        if code not in frames or column not in frames[code][sheet].columns:
            continue
        held = frames[code][sheet].join(links.filter(pl.col("return") == code), on="row")
        for one in held.iter_rows(named=True):
            if one[column] not in (None, "U", "REFU", "NOBT", "UNKNOWN"):
                said.setdefault(code, {}).setdefault(one["child"], set()).add(one[column])
    for code, mine in said.items():
        others = {c: set().union(*(o.get(c, set()) for k, o in said.items() if k != code)) for c in mine}
        compared = [c for c in mine if others[c]]
        # Where a list says two things of a child itself, one of them differs from whatever another says.
        differ = sum(any(a != b for a in mine[c] for b in others[c]) for c in compared)
        assert expected().get((f"X03.{part}", code), (0, 0)) == (len(compared), differ)


def test_a_rule_whose_partner_is_not_in_expects_nothing() -> None:
    frames, links, _ = area()
    few = {code: frames[code] for code in ("POL-1", "HEA-1")}
    rules = set(expectations(few, links, Context(_THEME, ANNOUNCED))["rule"])
    assert rules == {"X03.date_of_birth", "X03.sex"}


def test_l4_expectations_are_the_same_in_any_row_order() -> None:
    frames, links, _ = area()
    mixed = {
        code: {name: sheet.sample(fraction=1, shuffle=True, seed=5) for name, sheet in sheets.items()}
        for code, sheets in frames.items()
    }
    one, other = (expectations(f, links, Context(_THEME, ANNOUNCED)) for f in (frames, mixed))
    assert one.equals(other)


def test_few_children_known_to_the_council_put_the_extract_in_doubt() -> None:
    few, enough = (Overlap("X13", "POL-1", "", "children", 100, missing) for missing in (41, 40))
    assert few.few
    assert not enough.few
    assert enough.share == "60%"
    assert not Overlap("X13", "POL-1", "", "children", 0, 0).few


def test_pictures_and_words_tell_of_every_agency_and_of_nobody() -> None:
    some = lists_of([{COUNCIL, "police"}, {COUNCIL, "police"}, {"health"}])
    for picture in (upset_svg(some), matrix_svg(some)):
        assert picture.startswith("<svg")
        assert "Local authority" in picture
        assert "undefined" not in picture
    assert in_words(some, "living with abuse").endswith(
        "1 child is known to be living with abuse but not in any list from the council."
    )
    told = lists_in_markdown("Reading", 2, some, "living with abuse")
    assert "| Health | 1 | yes |" in told
    assert "| Police | 2 | 0 | 2 |  | 0 |" in told
    assert agencies(["a", "local_authority", "b"]) == "A, local authority and b"
    nobody = lists_of([])
    assert in_words(nobody, "living with abuse") == "No child is in any list."
    assert upset_svg(nobody).startswith("<svg")


def planted(children: int, seed: int) -> tuple[int, int, int, BuiltCohort]:
    """Return how many of 30 planted children are found hidden, how many are doubted, and how many others seem so."""
    made = synthesise(_THEME, "E06000038", children, seed, hidden=30)
    frames = {code: canonical(code, dict(sheets)) for code, sheets in made.returns.items()}
    cohort = build(frames, {code: records(code, one) for code, one in frames.items()}, _THEME, ANNOUNCED, b"k")
    truly = set(made.truth["child"]) - set(made.truth.filter(pl.col("return") == "LA-DA")["child"])
    assert len(truly) == 30
    linked = cohort.links.join(made.truth, on=["return", "row"], suffix="_true")
    seem = linked.join(cohort.frame.filter("hidden").select("child"), on="child", how="semi")
    right = seem.group_by("child").agg(pl.col("child_true").is_in(sorted(truly)).any().alias("right"))
    doubted = perhaps(cohort.frame, cohort.linkage.doubtful).join(right.filter("right"), on="child")
    found = len(set(seem["child_true"]) & truly)
    return found, doubted["child"].n_unique(), right.filter(~pl.col("right")).height, cohort


@pytest.mark.further
@pytest.mark.parametrize(("children", "seed"), [(1_000, 3), pytest.param(3_000, 5, marks=pytest.mark.long)])
def test_thirty_planted_hidden_children_are_found_and_false_alarms_are_few(children: int, seed: int) -> None:
    found, doubted, false, cohort = planted(children, seed)
    assert found == 30
    assert doubted <= 4
    # A row whose forename differs by a slip from another of its return is a child of its own until a person decides.
    assert false <= 0.045 * children
    assert counts(cohort, {}, _THEME)["hidden"] >= 30 + false - 2


def test_a_doubtful_pair_of_a_hidden_child_and_one_of_the_council_is_told_from_either_side() -> None:
    frame = frame_of([{"police"}, {COUNCIL}, {"health"}, {"police", COUNCIL}])
    columns = ("child", "return", "row", "other_child", "other_return", "other_row")
    pairs = [
        ("c0", "POL-1", 2, "c1", "LA-DA", 5),
        ("c3", "POL-1", 9, "c2", "HEA-1", 7),
        ("c0", "POL-1", 2, "c2", "HEA-1", 8),
        ("c1", "LA-DA", 5, "c3", "POL-1", 9),
    ]
    found = perhaps(frame, pl.DataFrame(pairs, schema=list(columns), orient="row"))
    assert found.rows() == [("c0", "LA-DA", 5), ("c2", "POL-1", 9)]


def test_a_hidden_child_is_known_to_somebody_and_the_rest_of_the_area_is_as_before() -> None:
    plain, with_hidden = (synthesise(_THEME, "E06000038", 200, 4, hidden=count) for count in (None, 12))
    known = with_hidden.truth.filter(pl.col("return") == "LA-DA")["child"]
    assert known.n_unique() == 188
    assert set(with_hidden.truth["child"]) >= set(range(200)) - set(known)
    same = synthesise(_THEME, "E06000038", 200, 4, hidden=12)
    assert all(one.equals(same.returns[code][code]) for code, one in _mains(with_hidden.returns))
    assert plain.truth.filter(pl.col("return") == "LA-DA").height != 188


def _mains(returns: Any) -> list[tuple[str, pl.DataFrame]]:
    return [(code, sheets[code]) for code, sheets in returns.items()]
