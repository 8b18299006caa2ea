"""Doubtful pairs are put to a person, and what the person says holds, through others and after a rebuild (L4, L5)."""

from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.linkage import Linkage, PairAnswer, PairDecision, linkage
from tasks.linkage.doubtful import Doubtful
from tests.examples import examples
from tests.tasks.linkage.people import frame, record, synthetic

_KEY = b"key"
_NHS, _OTHER_NHS = "9434765919", "9434765870"
_STRANGER: dict[str, Any] = {"forename": "Adam", "surname": "Khan", "sex": "M", "date_of_birth": date(2018, 9, 21)}
Records = dict[str, pl.DataFrame]


def _linked(records: Records, *decisions: PairDecision) -> Linkage:
    return linkage(records, _KEY, decisions)


def _child(made: Linkage, code: str, row: int = 2) -> str:
    (found,) = made.links.filter((pl.col("return") == code) & (pl.col("row") == row))["child"]
    return str(found)


def _only(made: Linkage, answer: PairAnswer) -> PairDecision:
    """Return a decision on the only doubtful pair."""
    assert made.doubtful.height == 1
    row = made.doubtful.row(0, named=True)
    return PairDecision(row["one"], row["other"], answer)


_TWINS: Records = {
    "LA-DA": frame(record(2, la_child_id="CH1")),
    "POL-1": frame(record(2, forename="Ada")),
}


@cache
def _twins() -> Linkage:
    """Return the links of the twins before anybody has decided."""
    return _linked(_TWINS)


def test_twins_of_whom_each_agency_knows_one_are_asked_about_and_not_joined() -> None:
    made = _twins()
    assert _child(made, "LA-DA") != _child(made, "POL-1")
    assert made.doubtful["against"].to_list() == ["the forenames differ"]
    assert made.facts["doubtful"] == 1


def test_twins_whom_one_agency_holds_both_are_no_question() -> None:
    both = {**_TWINS, "HEA-1": frame(record(2, nhs_number=_NHS), record(3, forename="Ada", nhs_number=_OTHER_NHS))}
    made = _linked(both)
    assert _child(made, "POL-1") == _child(made, "HEA-1", 3) != _child(made, "LA-DA")
    assert made.doubtful.is_empty()


@pytest.mark.parametrize(
    ("other", "against"),
    [
        ({"nhs_number": _OTHER_NHS, "postcode": None}, "their numbers differ"),
        ({"date_of_birth": date(2018, 9, 21)}, "the dates of birth differ"),
    ],
    ids=str,
)
def test_what_speaks_against_a_likely_pair_is_said(other: dict[str, Any], against: str) -> None:
    made = _linked(
        {"LA-DA": frame(record(2, nhs_number=_NHS)), "HEA-1": frame(record(2, **{"nhs_number": None, **other}))}
    )
    assert made.doubtful["against"].to_list() == [against]


def test_one_child_twice_on_the_councils_list_is_asked_about() -> None:
    made = _linked({"LA-DA": frame(record(2, la_child_id="CH1"), record(3, la_child_id="CH2"))})
    assert made.doubtful["against"].to_list() == ["the council's list holds both"]
    joined = _linked(
        {"LA-DA": frame(record(2, la_child_id="CH1"), record(3, la_child_id="CH2"))}, _only(made, PairAnswer.MATCH)
    )
    assert joined.links["child"].n_unique() == 1


def test_strangers_are_no_question() -> None:
    assert _linked({"LA-DA": frame(record(2)), "POL-1": frame(record(2, **_STRANGER))}).doubtful.is_empty()


def test_a_match_joins_and_is_asked_about_no_more() -> None:
    made = _linked(_TWINS, _only(_twins(), PairAnswer.MATCH))
    assert _child(made, "LA-DA") == _child(made, "POL-1")
    assert set(made.links["probability"]) == {1.0}
    assert made.doubtful.is_empty()
    assert made.facts["joined"] == {"a person": 1}


def test_different_keeps_apart_what_evidence_would_join_also_through_others() -> None:
    twins = _only(_twins(), PairAnswer.DIFFERENT)
    # A third record that both would join to.
    third = {**_TWINS, "HEA-1": frame(record(2, la_child_id="CH1"), record(3, forename="Ada", la_child_id="CH1"))}
    assert _linked(third).links["child"].n_unique() == 1
    made = _linked(third, twins)
    assert _child(made, "LA-DA") != _child(made, "POL-1")


def test_unsure_leaves_the_pair_where_it_was() -> None:
    before = _twins()
    after = _linked(_TWINS, _only(before, PairAnswer.UNSURE))
    assert after.links.equals(before.links)
    assert after.doubtful.equals(before.doubtful)
    assert after.facts["decisions"] == {"match": 0, "different": 0, "unsure": 1}


def test_the_later_of_two_decisions_counts() -> None:
    match, different = (_only(_twins(), answer) for answer in (PairAnswer.MATCH, PairAnswer.DIFFERENT))
    assert _linked(_TWINS, match, different).links["child"].n_unique() == 2
    assert _linked(_TWINS, different, match).links["child"].n_unique() == 1


def test_a_decision_survives_other_rows_and_returns_and_a_changed_record_asks_again() -> None:
    match = _only(_twins(), PairAnswer.MATCH)
    moved = {
        "POL-1": frame(record(2, **_STRANGER), record(9, forename="Ada")),
        "LA-DA": frame(record(7, la_child_id="CH1")),
        "PRO-1": frame(record(2, forename="Ben", surname="Vale", date_of_birth=date(2019, 1, 2))),
    }
    made = _linked(moved, match)
    assert _child(made, "LA-DA", 7) == _child(made, "POL-1", 9)
    changed = {**_TWINS, "POL-1": frame(record(2, forename="Ada", sex="M"))}
    assert _linked(changed, match).facts["decisions"]["match"] == 0


def test_another_key_names_pairs_otherwise() -> None:
    one, other = linkage(_TWINS, b"one").doubtful, linkage(_TWINS, b"other").doubtful
    assert one["one"][0] not in {other["one"][0], other["other"][0]}


@cache
def _area() -> Records:
    return synthetic(250, 9, 0.06)[0]


@cache
def _area_linked() -> Linkage:
    return _linked(_area())


@pytest.mark.further
def test_l4_the_list_of_doubtful_pairs_is_the_same_for_any_row_order() -> None:
    shuffled = {code: rows.sample(fraction=1, shuffle=True, seed=3) for code, rows in reversed(_area().items())}
    assert _linked(shuffled).doubtful.equals(_area_linked().doubtful)


def test_l5_the_list_holds_references_alone() -> None:
    table = _area_linked().doubtful
    assert dict(table.schema) == Doubtful.schema
    assert table.height >= 1
    held = pl.concat(
        [rows.select("forename", "surname", "postcode", "nhs_number", "la_child_id") for rows in _area().values()]
    )
    words = {word for column in held for word in column.drop_nulls()}
    assert not words & {str(cell) for row in table.iter_rows() for cell in row}


@pytest.mark.further
@examples(8)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(list(PairAnswer))), max_size=12),
    st.randoms(),
)
def test_what_people_said_holds_whatever_the_evidence_and_the_order(
    drawn: list[tuple[int, int, PairAnswer]], order: Any
) -> None:
    from tasks.linkage.decisions import digests
    from tasks.linkage.profiles import profiles

    people, members = profiles(_area())
    named = digests(people, range(31), _KEY)
    newest = {(named[min(a, b)], named[max(a, b)]): answer for a, b, answer in drawn if a != b}
    decisions = [PairDecision(min(pair), max(pair), answer) for pair, answer in newest.items()]
    made = _linked(_area(), *decisions)
    order.shuffle(decisions)
    assert _linked(_area(), *decisions).links.equals(made.links)
    place = dict(zip(members["id"], members.select("return", "row").iter_rows(), strict=True))
    child = {digest: _child(made, *place[number]) for number, digest in named.items()}
    apart = [pair for pair, answer in newest.items() if answer is PairAnswer.DIFFERENT]
    assert all(child[one] != child[other] for one, other in apart)
    if not apart:
        assert all(child[one] == child[other] for (one, other), answer in newest.items() if answer is PairAnswer.MATCH)
