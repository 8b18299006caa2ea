"""Two records of one return that differ in forename or sex are two children, whatever path joins them."""

from datetime import date
from itertools import combinations
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.linkage import Linkage, PairAnswer, PairDecision, linkage
from tasks.linkage.clusters import Guard, JoinRefusal, forest
from tasks.linkage.profiles import profiles
from tests.examples import examples
from tests.tasks.linkage.people import BORN, frame, record

_NHS, _OTHER_NHS = "9434765919", "9434765870"
Records = dict[str, pl.DataFrame]

TWINS = [
    *(("Ava", "Eva"), ("Hassan", "Hussain"), ("Jayden", "Kayden"), ("Jan", "Jana"), ("Ali", "Alia"), ("Noah", "Noa")),
    *(("Amira", "Amina"), ("Mia", "Millie"), ("Isabel", "Isabelle"), ("Luca", "Lucas"), ("Zayn", "Zayd")),
    *(("Oliver", "Oliwer"), ("Marian", "Marina"), ("Kirsten", "Kristen"), ("Twin 1", "Twin 2"), ("Baby A", "Baby B")),
    *(("Twin One", "Twin Two"), ("Child 1", "Child 2"), ("T", "Tom"), ("Amelia", "Amelia Rose"), ("Seán", "Shaun")),
]


def _linked(records: Records, *decisions: PairDecision) -> Linkage:
    return linkage(records, b"key", decisions)


def _children(made: Linkage) -> dict[tuple[str, int], str]:
    return {(code, row): child for code, row, child, _ in made.links.rows()}


@pytest.mark.parametrize("council", [None, 0, 1])
def test_twins_of_one_return_are_two_children_whomever_the_council_lists(council: int | None) -> None:
    # One family each: a surname, a birth and a home of its own.
    families = [
        {"surname": f"Trem{letter}ett", "postcode": f"RG{n} 1AA", "date_of_birth": BORN.replace(day=n)}
        for n, letter in zip(range(1, len(TWINS) + 1), "abcdefghijklmnopqrstuvwxyz", strict=False)
    ]
    twins = frame(
        *(record(2 + 2 * n + m, forename=TWINS[n][m], **family) for n, family in enumerate(families) for m in (0, 1))
    )
    listed = {}
    if council is not None:
        rows = [record(2 + n, forename=TWINS[n][council], **family) for n, family in enumerate(families)]
        listed["LA-DA"] = frame(*rows)
    children = _children(_linked({"HEA-1": twins, **listed}))
    assert len(families) == len(TWINS)
    merged = [pair for n, pair in enumerate(TWINS) if children["HEA-1", 2 + 2 * n] == children["HEA-1", 3 + 2 * n]]
    assert merged == []


@pytest.mark.parametrize(
    "pair",
    [
        (record(2, forename="Leo", sex="M"), record(3, forename="Lea")),
        (record(2), record(3, sex="M")),
        (record(2, forename="Ava"), record(3, forename="Eva", date_of_birth=date(2021, 3, 4))),
        (record(2, forename="Ava"), record(3, forename="Eva", surname="Khan")),
        (record(2, forename="Ava", nhs_number=_NHS), record(3, forename="Eva", nhs_number=_OTHER_NHS)),
    ],
    ids=["a boy and a girl", "one name and two sexes", "a year apart", "another surname", "two numbers"],
)
def test_other_brothers_and_sisters_of_one_return_are_two_children(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert len(set(_children(_linked({"HEA-1": frame(*pair)})).values())) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"forename": "ZOE", "postcode": None},
        {"forename": "Zooe"},
        {"forename": "O'Brien", "surname": "Zoë"},
        {"forename": "Zoey", "nhs_number": _NHS},
    ],
    ids=["marks and capitals", "a letter doubled", "names exchanged", "a number in common"],
)
def test_one_child_listed_twice_in_a_return_is_one_child(other: dict[str, Any]) -> None:
    number = {"nhs_number": _NHS} if "nhs_number" in other else {}
    made = _linked({"POL-1": frame(record(2, **number), record(3, **other))})
    assert len(set(_children(made).values())) == 1


def test_alike_names_of_one_return_are_asked_about_and_a_person_may_join_them() -> None:
    records = {"HEA-1": frame(record(2, forename="Tremayne"), record(3, forename="Tremaine"))}
    (pair,) = _linked(records).doubtful.iter_rows(named=True)
    assert pair["against"] == JoinRefusal.NAMES.value
    match = PairDecision(pair["one"], pair["other"], PairAnswer.MATCH)
    assert len(set(_children(_linked(records, match)).values())) == 1


def test_a_third_record_that_may_be_either_twins_is_asked_about_with_both() -> None:
    twins = frame(record(2, forename="Tremayne"), record(3, forename="Tremoyne"))
    made = _linked({"HEA-1": twins, "LA-DA": frame(record(2, forename="Tremyne", la_child_id="CH1"))})
    assert len(set(_children(made).values())) == 3
    asked = {
        row for a, b, c, d in made.doubtful.select("return", "row", "other_return", "other_row").rows()
        if {a, c} == {"HEA-1", "LA-DA"} for row in [b if a == "HEA-1" else d]
    }  # fmt: skip
    assert asked == {2, 3}


def test_the_same_forename_decides_between_twins_though_the_other_is_nearer() -> None:
    twins = frame(record(2, forename="Alex"), record(3, forename="Alexander", postcode=None))
    made = _linked({"HEA-1": twins, "LA-DA": frame(record(2, forename="Alexander", la_child_id="CH1"))})
    children = _children(made)
    assert children["LA-DA", 2] == children["HEA-1", 3] != children["HEA-1", 2]


def test_a_row_without_a_forename_does_not_join_the_named_one_of_its_return() -> None:
    made = _linked({"HEA-1": frame(record(2), record(3, forename=None)), "LA-DA": frame(record(2, la_child_id="CH1"))})
    children = _children(made)
    assert children["HEA-1", 2] == children["LA-DA", 2] != children["HEA-1", 3]
    assert made.doubtful.height == 1


def test_a_forest_keeps_them_apart_through_a_third_of_another_return() -> None:
    records = {"HEA-1": frame(record(2, forename="Ava"), record(3, forename="Eva")), "LA-DA": frame(record(2))}
    people, _ = profiles(records)
    grown = forest(people)
    places = dict(zip(people["given"], people["id"], strict=True))
    assert grown.join(places["zoe"], places["ava"], Guard.NAMES) is True
    assert grown.join(places["zoe"], places["eva"], Guard.NAMES) is JoinRefusal.NAMES
    assert grown.join(places["zoe"], places["eva"], Guard.PERSON) is True


_FORENAMES = ("Ava", "Eva", "Evie", "Leo", "Lea", "Twin 1", "Twin 2", "Baby", None)
_RECORD = st.fixed_dictionaries({
    "code": st.sampled_from(["HEA-1", "POL-1", "LA-DA"]),
    "forename": st.sampled_from(_FORENAMES),
    "surname": st.sampled_from(["O'Brien", "OBrian", "Ava", None]),
    "sex": st.sampled_from(["F", "M", "U"]),
    "date_of_birth": st.sampled_from([BORN, BORN.replace(day=5), BORN.replace(year=2021), None]),
    "postcode": st.sampled_from(["RG1 1AA", "RG1 1AB", None]),
    "nhs_number": st.sampled_from([_NHS, _OTHER_NHS, "9999999999", None, None, None]),
    "mother_nhs_number": st.sampled_from([_NHS, None, None]),
})  # fmt: skip


@examples(6)
@given(st.lists(_RECORD, min_size=2, max_size=9), st.randoms())
def test_no_child_of_any_records_is_two_of_one_return_who_differ(drawn: list[dict[str, Any]], order: Any) -> None:
    by_return = _by_return(drawn)
    children = _children(_linked({code: frame(*rows) for code, rows in by_return.items()}))
    for code, rows in by_return.items():
        for first, second in combinations(rows, 2):
            if children[code, first["row"]] == children[code, second["row"]]:
                assert _may_be_one(first, second), (first, second)
        order.shuffle(rows)
    # L4: the same children in any order of rows.
    assert _children(_linked({code: frame(*by_return[code]) for code in reversed(by_return)})) == children


@examples(40)
@given(
    st.lists(_RECORD, min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from(list(Guard)[1:]), st.booleans())),
)
def test_no_cluster_of_any_links_holds_two_of_one_return_who_differ(
    drawn: list[dict[str, Any]], links: list[tuple[int, int, Guard, bool]]
) -> None:
    by_return = _by_return(drawn)
    people, members = profiles({code: frame(*rows) for code, rows in by_return.items()})
    grown = forest(people)
    for low, high, guard, rivals in links:
        if max(low, high) < people.height:
            grown.grow("any link", guard, [(0.9, low, high)], rivals=rivals)
    roots = grown.roots()
    group = {(code, row): roots[n] for code, row, n in members.select("return", "row", "id").iter_rows()}
    for code, rows in by_return.items():
        for first, second in combinations(rows, 2):
            assert group[code, first["row"]] != group[code, second["row"]] or _may_be_one(first, second)


def _by_return(drawn: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    by_return: dict[str, list[dict[str, Any]]] = {}
    for row in drawn:
        rows = by_return.setdefault(row["code"], [])
        rows.append(record(len(rows) + 2, **{name: cell for name, cell in row.items() if name != "code"}))
    return by_return


def _may_be_one(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Say in other words than the program's whether two records of a return may be one child without a person."""
    if first["nhs_number"] == second["nhs_number"] and first["nhs_number"] in (_NHS, _OTHER_NHS):
        return True
    if {first["sex"], second["sex"]} == {"M", "F"}:
        return False
    names = {row["forename"] for row in (first, second)} - {None, "Baby"}
    exchanged = first["forename"] == second["surname"] and second["forename"] == first["surname"]
    return len(names) < 2 or exchanged
