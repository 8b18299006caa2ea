"""A surname and an address are a household: what lacks a forename, or tells no twin apart, is a person's to decide."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from tasks.linkage import Linkage, linkage
from tasks.linkage.clusters import JoinRefusal
from tasks.linkage.doubtful import HOUSEHOLD, NAMELESS
from tests.tasks.linkage.people import frame, record

_NHS = "9434765919"
_ANN: dict[str, Any] = {"forename": "Ann", "surname": "Bell"}
_NO_BIRTH: dict[str, Any] = {"date_of_birth": None}
_NO_NAME: dict[str, Any] = {"forename": None, "surname": "Bell"}
_MOTHER: dict[str, Any] = {
    "forename": None, "surname": None, "date_of_birth": None, "sex": None, "expected_date_of_birth": date(2025, 6, 1),
    "mother_forename": "Nina", "mother_surname": "Hill", "mother_date_of_birth": date(1995, 2, 2),
}  # fmt: skip
_UNBORN: dict[str, Any] = {**_MOTHER, "unborn": True}


def _linked(council: list[dict[str, Any]], other: dict[str, Any], code: str = "HEA-1") -> Linkage:
    rows = [record(2 + n, la_child_id=f"CH00{n + 1}", **row) for n, row in enumerate(council)]
    return linkage({"LA-DA": frame(*rows), code: frame(record(2, **other))})


def _joined(made: Linkage) -> bool:
    return made.links["child"].n_unique() < made.links.height


def _doubted_rows(made: Linkage) -> list[int]:
    """Return the council's rows of which a person is asked together with the row of the other return."""
    pairs = made.doubtful.select("return", "row", "other_return", "other_row").rows()
    return sorted(
        row if code == "LA-DA" else other_row for code, row, other_code, other_row in pairs if code != other_code
    )


@pytest.mark.parametrize(
    ("blank", "code"), [(None, "HEA-1"), ("Unknown", "POL-1"), ("Baby", "HEA-1"), ("TBC", "PRO-1")], ids=str
)
def test_a_record_without_forename_and_birth_is_asked_about_and_not_joined(blank: str | None, code: str) -> None:
    """The council holds name and birth, a name, a birth, or neither; each of them stands in a household of its own."""
    homes = [
        {"surname": "Bell", "postcode": "RG1 1AA"},
        {"surname": "Okafor", "postcode": "RG2 2BB"},
        {"surname": "Singh", "postcode": "RG4 7AP"},
        {"surname": "Nowak", "postcode": "RG6 9ZZ"},
    ]
    council = [_ANN, {**_ANN, **_NO_BIRTH}, _NO_NAME, {**_NO_NAME, **_NO_BIRTH}]
    listed = [{**row, **home} for row, home in zip(council, homes, strict=True)]
    others = [record(2 + n, **{**_NO_NAME, **_NO_BIRTH, "forename": blank, **home}) for n, home in enumerate(homes)]
    rows = [record(2 + n, la_child_id=f"CH00{n + 1}", **row) for n, row in enumerate(listed)]
    made = linkage({"LA-DA": frame(*rows), code: frame(*others)})
    assert not _joined(made)
    pairs = made.doubtful.select("row", "other_row", "against").rows()
    assert sorted(pairs) == [(row, row, HOUSEHOLD) for row in range(2, 6)]


@pytest.mark.parametrize(
    ("council", "other", "against"),
    [
        ({**_ANN, **_NO_BIRTH}, _NO_NAME, HOUSEHOLD),
        (_ANN, _NO_NAME, NAMELESS),
        (_NO_NAME, _NO_NAME, NAMELESS),
        ({**_ANN, "surname": "Belle"}, _NO_NAME, NAMELESS),
        ({**_ANN, "postcode": None}, {**_NO_NAME, "postcode": None}, NAMELESS),
    ],
    ids=["one part on either side", "one forename", "no forename", "a surname a slip apart", "no address"],
)
def test_the_same_birth_and_home_may_be_a_twins_where_a_forename_is_missing(
    council: dict[str, Any], other: dict[str, Any], against: str
) -> None:
    made = _linked([council], other)
    assert not _joined(made)
    assert made.doubtful["against"].to_list() == [against]


@pytest.mark.parametrize("other", [_NO_NAME, {**_NO_NAME, **_NO_BIRTH}], ids=["no forename", "nor a birth"])
def test_a_number_in_common_joins_what_lacks_a_forename(other: dict[str, Any]) -> None:
    assert _joined(_linked([{**_ANN, "nhs_number": _NHS}], {**other, "nhs_number": _NHS}))


def test_two_nameless_records_of_the_council_fit_a_third_equally_and_both_are_asked_about() -> None:
    made = _linked([{**_NO_NAME, **_NO_BIRTH}] * 2, {**_NO_NAME, **_NO_BIRTH})
    assert not _joined(made)
    assert _doubted_rows(made) == [2, 3]


def test_every_child_of_a_home_is_asked_about_with_a_nameless_record_of_it() -> None:
    born = [date(2019, 5, 14), date(2021, 6, 14), date(2018, 7, 14)]
    names = ["Ann", "Ben", "Cat"]
    home = [{**_ANN, "forename": name, "date_of_birth": day} for name, day in zip(names, born, strict=True)]
    made = _linked(home, {**_NO_NAME, **_NO_BIRTH})
    assert not _joined(made)
    assert _doubted_rows(made) == [2, 3, 4]


@pytest.mark.parametrize(
    "other", [_NO_BIRTH, {**_NO_BIRTH, "surname": "Belle"}], ids=["same surname", "a surname a slip apart"]
)
def test_the_same_forename_at_one_home_is_one_child_though_a_birth_is_missing(other: dict[str, Any]) -> None:
    assert _joined(_linked([_ANN], {**_ANN, **other}))


@pytest.mark.parametrize("pair", [("Kate", "Katherine"), ("Tremayne", "Tremaine")], ids="/".join)
def test_a_forename_that_is_only_alike_needs_a_birth(pair: tuple[str, str]) -> None:
    made = _linked([{**_ANN, "forename": pair[0]}], {**_ANN, "forename": pair[1], **_NO_BIRTH})
    assert not _joined(made)
    assert made.doubtful["against"].to_list() == [JoinRefusal.BIRTHLESS.value]
    made = _linked([{**_ANN, "forename": pair[0]}], {**_ANN, "forename": pair[1]})
    assert _joined(made)


def test_1_january_is_no_birth_for_a_forename_that_is_only_alike() -> None:
    january = {"date_of_birth": date(2019, 1, 1)}
    made = _linked([{**_ANN, "forename": "Kate", **january}], {**_ANN, "forename": "Katherine", **january})
    assert not _joined(made)
    assert made.doubtful["against"].to_list() == [JoinRefusal.DEFAULT_BIRTH.value]


def test_a_record_without_a_birth_that_fits_two_children_of_one_name_is_asked_about_with_both() -> None:
    listed = [_ANN, {**_ANN, "date_of_birth": date(2012, 9, 21)}]
    made = _linked(listed, {**_ANN, **_NO_BIRTH})
    assert not _joined(made)
    assert _doubted_rows(made) == [2, 3]
    other = frame(record(2, **_ANN), record(3, **{**_ANN, "date_of_birth": date(2012, 9, 21)}))
    made = linkage({"HEA-1": other, "POL-1": frame(record(2, **_ANN, **_NO_BIRTH))})
    assert not _joined(made)
    assert made.doubtful.filter(pl.col("return") != pl.col("other_return")).height == 2


@pytest.mark.parametrize(
    "evidence",
    [{}, {"mother_nhs_number": _NHS}, {"mother_date_of_birth": None}],
    ids=["her name and birth", "her NHS number", "her name and address"],
)
@pytest.mark.parametrize("other", [_UNBORN, {**_MOTHER, "surname": "Hill", "unborn": None}], ids=["unborn", "unsaid"])
def test_unborn_twins_of_one_mother_fit_a_third_record_equally_and_both_are_asked_about(
    evidence: dict[str, Any], other: dict[str, Any]
) -> None:
    made = _linked([{**_UNBORN, **evidence}] * 2, {**other, **evidence})
    assert not _joined(made)
    assert _doubted_rows(made) == [2, 3]
    with_other = made.doubtful.filter(pl.col("return") != pl.col("other_return"))
    assert set(with_other["against"]) == {JoinRefusal.RIVAL.value}
    assert _joined(_linked([{**_UNBORN, **evidence}], {**other, **evidence}))


def test_twins_born_since_are_both_asked_about_with_the_record_from_before_the_birth() -> None:
    mother = {name: cell for name, cell in _MOTHER.items() if name.startswith("mother")}
    twins = [{**mother, **_ANN, "forename": name, "date_of_birth": date(2025, 5, 28)} for name in ("Ann", "Bea")]
    made = _linked(twins, _UNBORN)
    assert not _joined(made)
    assert _doubted_rows(made) == [2, 3]


def test_l4_the_order_of_rows_changes_nothing() -> None:
    rows = [record(2, **_UNBORN, la_child_id="CH001"), record(3, **_UNBORN, la_child_id="CH002")]
    rows += [record(4, **_NO_NAME, la_child_id="CH003"), record(5, **_ANN, la_child_id="CH004")]
    other = {"HEA-1": frame(record(2, **_UNBORN), record(3, **_NO_NAME, **_NO_BIRTH))}
    straight, turned = (linkage({"LA-DA": listed, **other}) for listed in (frame(*rows), frame(*reversed(rows))))
    assert straight.links.equals(turned.links)
    assert straight.doubtful.equals(turned.doubtful)
