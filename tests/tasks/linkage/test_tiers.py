"""Each rung of the ladder, and the guards that keep brothers, sisters and twins apart."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tasks.linkage import TIERS, link, linkage
from tasks.linkage.similar import alike
from tests.tasks.linkage.people import BORN, frame, record, same

_NHS, _OTHER_NHS = "943 476 5919", "9434765870"
_UNBORN: dict[str, Any] = {
    "forename": None, "surname": None, "date_of_birth": None, "sex": "U", "postcode": None, "unborn": True,
    "expected_date_of_birth": date(2025, 5, 1), "mother_forename": "Katherine", "mother_surname": "Hill",
    "mother_date_of_birth": date(1995, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"forename": "ZOE", "surname": "O’Brien", "postcode": None},
        {"forename": "O'Brien", "surname": "Zoë", "postcode": None},
        {"forename": "Zo", "postcode": "rg11aa"},
        {"forename": "Z", "postcode": "RG1 1AA"},
        {"surname": "Khan"},
        {"surname": "O'Brian", "postcode": None},
        {"surname": "O'Brien-Khan", "postcode": None},
        {"date_of_birth": date(2020, 4, 3)},
        {"date_of_birth": date(2020, 3, 14)},
        {"date_of_birth": date(2020, 3, 5), "postcode": None},
        {"date_of_birth": date(2020, 4, 3), "surname": "OBrian"},
        {"forename": "Zoie", "surname": "OBrian"},
        {"date_of_birth": None},
        {"date_of_birth": None, "surname": "OBrian"},
    ],
    ids=str,
)
def test_what_people_do_to_names_dates_and_addresses_is_seen_through(other: dict[str, Any]) -> None:
    assert same(record(2), record(2, **other))


@pytest.mark.parametrize("number", [{"nhs_number": _NHS}, {"upn": "H801200001001"}, {"la_child_id": "CH 001"}], ids=str)
def test_a_shared_number_joins_records_that_differ_elsewhere(number: dict[str, str]) -> None:
    assert same(record(2, **number), record(2, surname="Khan", postcode=None, **number))


@pytest.mark.parametrize(
    "other",
    [
        {"forename": "Adam", "sex": "M"},
        {"forename": "Eve"},
        {"date_of_birth": date(2018, 9, 21)},
        {"forename": "Adam", "surname": "Khan", "date_of_birth": date(2018, 9, 21), "postcode": "RG2 2BB"},
    ],
    ids=str,
)
def test_brothers_sisters_twins_and_strangers_stay_apart(other: dict[str, Any]) -> None:
    assert not same(record(2), record(2, **other))


def test_numbers_that_contradict_each_other_outweigh_weak_evidence() -> None:
    assert not same(record(2, nhs_number=_NHS), record(2, nhs_number=_OTHER_NHS, postcode=None))
    assert same(record(2, nhs_number=_NHS), record(2, nhs_number="9434765918", postcode=None))


def test_a_number_copied_to_a_stranger_or_twin_is_not_believed() -> None:
    stranger = {"forename": "Adam", "surname": "Khan", "date_of_birth": date(2018, 9, 21), "postcode": "RG2 2BB"}
    assert not same(record(2, nhs_number=_NHS), record(2, nhs_number=_NHS, **stranger))
    twins = (record(2, nhs_number=_NHS), record(3, nhs_number=_NHS, forename="Adam", sex="M"))
    assert not same(*twins, codes=("POL-1", "POL-1"))


def test_two_children_of_the_councils_list_are_never_one() -> None:
    assert not same(record(2, la_child_id="CH1"), record(3, la_child_id="CH2"), codes=("LA-DA", "LA-DA"))
    linked = link(
        {"LA-DA": frame(record(2, la_child_id="CH1"), record(3, la_child_id="CH2")), "POL-1": frame(record(2))}
    )
    assert linked["child"].n_unique() == 2


def test_several_rows_of_one_return_are_one_child() -> None:
    assert same(record(2), record(3), codes=("POL-1", "POL-1"))


def test_an_unborn_child_is_found_through_its_mother() -> None:
    assert same(record(2, **_UNBORN), record(2, **{**_UNBORN, "expected_date_of_birth": date(2025, 5, 20)}))
    assert not same(record(2, **_UNBORN), record(2, **{**_UNBORN, "expected_date_of_birth": date(2025, 7, 1)}))
    by_number = {**_UNBORN, "mother_nhs_number": _NHS}
    assert same(record(2, **by_number), record(2, **{**by_number, "mother_surname": "Vale"}))
    assert not same(record(2, **_UNBORN), record(2, **{**_UNBORN, "mother_forename": "Alys"}))


def test_unborn_twins_of_one_return_are_two_children_and_asked_about_elsewhere() -> None:
    by_number = {**_UNBORN, "mother_nhs_number": _NHS}
    first, second = record(2, **by_number, twin=1), record(3, **by_number, twin=2)
    assert not same(first, second, codes=("HEA-1", "HEA-1"))
    assert same(first, {**first, "row": 3}, codes=("HEA-1", "HEA-1"))
    made = linkage({"HEA-1": frame(first, second), "LA-DA": frame(record(2, **by_number))})
    assert made.links["child"].n_unique() == 3
    assert made.doubtful.height == 2


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(1904, 1, 1), date(1970, 1, 1), date(1980, 1, 1)])
def test_the_day_from_which_a_system_counts_is_no_evidence(day: date) -> None:
    child = {"forename": "Ahmad", "surname": "Khan", "sex": "M", "date_of_birth": day}
    assert not same(record(2, **child), record(2, **child, postcode="RG4 7AP"))
    assert not same(record(2, **child), record(2, **{**child, "forename": "Amir"}))


def test_an_age_read_as_a_date_is_no_evidence_and_an_old_birth_is() -> None:
    child = {"forename": "Ahmad", "surname": "Khan", "sex": "M"}
    aged, old = date(1900, 1, 12), date(1903, 5, 14)
    assert not same(record(2, **child, date_of_birth=aged), record(2, **child, date_of_birth=aged, postcode="RG4 7AP"))
    assert same(record(2, **child, date_of_birth=old), record(2, **child, date_of_birth=old, postcode="RG4 7AP"))


def test_records_that_say_nothing_are_nobody_else() -> None:
    blank = {"forename": None, "surname": None, "date_of_birth": None, "postcode": None, "sex": None}
    assert not same(record(2, **blank), record(3, **blank), codes=("POL-1", "POL-1"))
    assert not same(record(2, **blank, la_child_id="unknown"), record(2, **blank, la_child_id="Unknown"))


def test_probabilities_are_stated_and_fall_from_rung_to_rung() -> None:
    stated = [tier.probability for tier in TIERS]
    assert stated == sorted(stated, reverse=True)
    linked = link({"LA-DA": frame(record(2, nhs_number=_NHS)), "POL-1": frame(record(2, nhs_number=_NHS))})
    assert linked["probability"].to_list() == [0.999, 0.999]
    assert link({"LA-DA": frame(record(2))})["probability"].to_list() == [1.0]


def test_names_are_alike_by_slips_parts_and_initials() -> None:
    assert alike("oliver", "olivre")
    assert alike("smith", "smithjones")
    assert alike("o", "oliver")
    assert not alike("eve", "adam")
    assert not alike(None, "adam")


def test_no_records_give_no_links() -> None:
    assert link({}).schema == {"return": pl.String, "row": pl.Int64, "child": pl.String, "probability": pl.Float64}
    assert link({"POL-1": frame()}).is_empty()


@pytest.mark.parametrize(
    "pair",
    [("Yousef", "Yusuf"), ("Muhammad", "Mohammed"), ("Alex", "Alexander"), ("Elliot", "Elliott"), ("Olivre", "Oliver")],
    ids="/".join,
)
def test_spellings_short_forms_and_slips_of_one_name_are_one_child_of_two_agencies(pair: tuple[str, str]) -> None:
    assert same(record(2, forename=pair[0]), record(2, forename=pair[1]))


@pytest.mark.parametrize(
    "pair",
    [("Ava", "Eva"), ("Jayden", "Kayden"), ("Hassan", "Hussain"), ("Noah", "Noa"), ("Luca", "Lucas")],
    ids="/".join,
)
def test_two_names_a_letter_apart_are_two_children_though_each_agency_holds_one(pair: tuple[str, str]) -> None:
    made = linkage({"LA-DA": frame(record(2, forename=pair[0])), "HEA-1": frame(record(2, forename=pair[1]))})
    assert made.links["child"].n_unique() == 2
    assert made.doubtful["against"].to_list() == ["the forenames differ"]


def test_a_boy_and_a_girl_of_like_names_or_births_a_year_apart_are_two_children() -> None:
    assert not same(record(2, forename="Frankie"), record(2, forename="Frank", sex="M"))
    born = date(2021, 3, 4)
    assert not same(record(2, forename="Tremayna"), record(2, forename="Tremayne", date_of_birth=born))


_NOBODY = ("NULL", "nan", "Unknown", "Unborn", "Baby", "TBC", "-", "Baby Vale", "xxx", "N/A", "Not known")


def _joined(first: list[dict[str, Any]], second: list[dict[str, Any]], codes: tuple[str, str]) -> set[int]:
    """Return which of several pairs of records are linked, each pair born on a day of its own."""
    sides = [
        [{**row, "row": 2 + n, "date_of_birth": BORN + timedelta(days=100 * n)} for n, row in enumerate(side)]
        for side in (first, second)
    ]
    if codes[0] == codes[1]:
        linked = link({codes[0]: frame(*sides[0], *({**row, "row": 1000 + row["row"]} for row in sides[1]))})
    else:
        linked = link(dict(zip(codes, (frame(*side) for side in sides), strict=True)))
    pair = (pl.col("row") % 1000).alias("pair")
    alone = linked.group_by(pair).agg(pl.col("child").n_unique())
    assert alone.height == len(first)
    return set(alone.filter(pl.col("child") < 2)["pair"] - 2)


def _pairs_of(surname: str, forenames: tuple[str, ...]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows = [record(2, forename=forename, surname=surname) for forename in forenames]
    return rows, [{**row, "postcode": "RG1 1AB"} for row in rows]


def test_a_placeholder_for_a_name_joins_nobody() -> None:
    for surname in ("Vale", "Unknown"):
        assert not _joined(*_pairs_of(surname, _NOBODY), ("LA-DA", "POL-1"))
    first, _ = _pairs_of("Unknown", _NOBODY)
    assert not _joined(first, first, ("HEA-1", "HEA-1"))


def test_pairs_beside_each_other_are_joined_as_they_would_be_alone() -> None:
    names = ("Tremayne",) * len(_NOBODY)
    assert _joined(*_pairs_of("Vale", names), ("LA-DA", "POL-1")) == set(range(len(names)))
    first, _ = _pairs_of("Vale", names)
    assert _joined(first, first, ("HEA-1", "HEA-1")) == set(range(len(names)))


@pytest.mark.parametrize("codes", [("LA-DA", "POL-1"), ("HEA-1", "HEA-1")], ids=" ".join)
def test_a_placeholder_for_a_number_joins_nobody(codes: tuple[str, str]) -> None:
    numbers = ("0000000000", "9999999999", "1111111111", "9876543210", "0123456789", "NULL")
    held = [record(2, nhs_number=number, la_child_id=number) for number in numbers]
    stranger = {"forename": "Zed", "surname": "Khan", "postcode": "RG2 2BB"}
    assert not _joined(held, [{**row, **stranger} for row in held], codes)


@pytest.mark.parametrize("postcode", ["ZZ99 3VZ", "ZZZSECUR", "NFA"])
def test_an_address_of_nobody_is_no_evidence(postcode: str) -> None:
    slips = record(2, forename="Tremayne", surname="Vale"), record(2, forename="Tremayne", surname="Vale")
    birthless = [{**row, "date_of_birth": None} for row in slips]
    assert same(birthless[0], birthless[1])
    first, second = ({**row, "postcode": postcode} for row in birthless)
    assert not same(first, second)


def test_a_birth_on_1_january_is_weak_evidence() -> None:
    khan = {"forename": "Ahmad", "surname": "Khan", "sex": "M", "date_of_birth": date(2019, 1, 1)}
    assert same(record(2, **khan), record(2, **khan))
    made = linkage({"LA-DA": frame(record(2, **khan)), "HEA-1": frame(record(2, **khan, postcode="RG4 7AP"))})
    assert made.links["child"].n_unique() == 2
    assert made.doubtful["against"].to_list() == ["1 January is often entered where the birth is not known"]
    in_march = {**khan, "date_of_birth": date(2019, 3, 1)}
    assert same(record(2, **in_march), record(2, **in_march, postcode="RG4 7AP"))
