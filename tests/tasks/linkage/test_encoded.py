"""Returns with encoded names are linked nearly as well as by names, far better than without; twins stay apart."""

from datetime import date

import polars as pl
import pytest

from tasks.linkage import link
from tasks.linkage.encoded import borrowed_earlier, has_encoded, with_borrowed_names
from tests.tasks.linkage.people import f1, frame, record, synthetic
from validation.contract.encoded import encoding_key, signature, to_text
from validation.contract.not_values import letters

SECRET = b"the secret of an inspection's pseudonyms"
KEY = encoding_key(SECRET)
PARTS = ("forename", "surname")
MOTHERS = ("mother_forename", "mother_surname")


def encoded(records: pl.DataFrame) -> pl.DataFrame:
    """Return records as an agency that sends no names would have them."""
    born = records["date_of_birth"]
    cells = []
    for part in PARTS:
        plain = records.select(letters(pl.col(part)).alias("x"))["x"]
        texts = [to_text(signature(name, day, KEY)) if name else None for name, day in zip(plain, born, strict=True)]
        cells.append(pl.Series(part, texts, dtype=pl.String))
    return without(records, *MOTHERS).with_columns(cells)


def without(records: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Return records with some columns blank."""
    return records.with_columns(pl.lit(None, pl.String).alias(name) for name in names)


@pytest.mark.further
def test_encoding_costs_little_where_leaving_names_out_costs_much() -> None:
    records, truth = synthetic(300, 3)
    plain = f1(link(records, SECRET), truth)
    coded = {code: encoded(rows) if code == "POL-1" else rows for code, rows in records.items()}
    blank = {code: without(rows, *PARTS, *MOTHERS) if code == "POL-1" else rows for code, rows in records.items()}
    score = f1(link(coded, SECRET), truth)
    assert score > plain - 0.02
    assert score > f1(link(blank, SECRET), truth) + 0.02


def _pair(**other: object) -> tuple[str | None, ...]:
    base = {"forename": "Jayden", "surname": "Okafor", "postcode": "RG1 1AA", "la_child_id": None, "nhs_number": None}
    mine = frame({**record(2), **base, "upn": None})
    theirs = frame({**record(2), **base, "upn": None, **other})
    return with_borrowed_names({"LA-DA": mine, "POL-1": encoded(theirs)}, SECRET)["POL-1"].select(PARTS).row(0)


def test_a_name_is_borrowed_from_who_was_born_on_the_same_day_and_is_called_alike() -> None:
    assert _pair() == ("Jayden", "Okafor")
    assert _pair(forename="JAYDEN", surname="O'Kafor") == ("Jayden", "Okafor")


def test_a_sister_keeps_a_name_of_her_own_and_who_was_born_on_another_day_borrows_nothing() -> None:
    forename, surname = _pair(forename="Amelia")
    assert surname == "Okafor"
    assert forename not in (None, "Jayden", "Amelia")
    other_day = _pair(date_of_birth=date(2011, 1, 1))
    assert "Jayden" not in other_day
    assert "Okafor" not in other_day


def test_twins_of_one_return_never_get_one_name() -> None:
    base = {"surname": "Okafor", "postcode": "RG1 1AA", "la_child_id": None, "nhs_number": None, "upn": None}
    mine = frame({**record(2), **base, "forename": "Jayden"})
    twins = frame({**record(2), **base, "forename": "Jayden"}, {**record(3), **base, "row": 3, "forename": "Jaydenn"})
    born = mine["date_of_birth"][0]
    twins = twins.with_columns(pl.lit(born).alias("date_of_birth"))
    names = with_borrowed_names({"LA-DA": mine, "POL-1": encoded(twins)}, SECRET)["POL-1"]["forename"].to_list()
    assert len(set(names)) == 2
    links = link({"LA-DA": mine, "POL-1": encoded(twins)}, SECRET)
    of_police = links.filter(pl.col("return") == "POL-1")["child"]
    assert of_police.n_unique() == 2


def test_l4_the_order_of_rows_changes_nothing_and_plain_returns_stay_as_they_are() -> None:
    records, _ = synthetic(60, 4)
    coded = {code: encoded(rows) if code == "HEA-1" else rows for code, rows in records.items()}
    turned = {code: rows.reverse() for code, rows in coded.items()}
    one, other = with_borrowed_names(coded, SECRET), with_borrowed_names(turned, SECRET)
    assert one["HEA-1"].sort("row").equals(other["HEA-1"].sort("row"))
    assert one["LA-DA"].equals(records["LA-DA"])
    assert not has_encoded(one["HEA-1"])
    assert with_borrowed_names(records, SECRET) == records


def test_the_version_before_is_read_in_the_same_way() -> None:
    records, _ = synthetic(60, 4)
    coded = {code: encoded(rows) if code == "HEA-1" else rows for code, rows in records.items()}
    earlier = pl.concat([rows.with_columns(pl.lit(code).alias("return")) for code, rows in coded.items()])
    again = borrowed_earlier(earlier, SECRET)
    assert again is not None
    assert not has_encoded(again)
    assert borrowed_earlier(None, SECRET) is None


@pytest.mark.parametrize("secret", [b"another secret", b""])
def test_under_another_secret_nothing_is_borrowed(secret: bytes) -> None:
    mine = frame(record(2))
    names = with_borrowed_names({"LA-DA": mine, "POL-1": encoded(frame(record(2)))}, secret)["POL-1"]
    assert names["surname"][0] != mine["surname"][0]
