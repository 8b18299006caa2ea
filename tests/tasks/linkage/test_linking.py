"""Links as a whole: any row order gives the same children (L4), pseudonyms say nothing (L5), and how good they are."""

from functools import cache

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.linkage import link, linkage
from tests.examples import examples
from tests.tasks.linkage.people import f1, frame, reached, record, synthetic

_NHS = "9434765919"


@cache
def _small() -> dict[str, pl.DataFrame]:
    return synthetic(120, 3, 0.05)[0]


@cache
def _small_linked() -> pl.DataFrame:
    return link(_small())


@pytest.mark.further
@examples(8)
@given(order=st.integers(0, 100_000), backwards=st.booleans())
def test_l4_any_row_order_gives_the_same_children(order: int, backwards: bool) -> None:
    given_ = _small()
    codes = sorted(given_, reverse=backwards)
    shuffled = {code: given_[code].sample(fraction=1, shuffle=True, seed=order) for code in codes}
    assert link(shuffled).equals(_small_linked())


@examples(6)
@given(order=st.integers(0, 100_000))
def test_l4_children_do_not_depend_on_row_numbers(order: int) -> None:
    """Renumbered as in a re-sorted file, the same contents belong to the same pseudonyms."""
    given_ = _small()
    moved = {
        code: rows.sample(fraction=1, shuffle=True, seed=order).with_columns(pl.int_range(2, pl.len() + 2).alias("row"))
        for code, rows in given_.items()
    }

    def contents(held: dict[str, pl.DataFrame], links: pl.DataFrame) -> list[str]:
        everything = pl.concat([rows.with_columns(pl.lit(code).alias("return")) for code, rows in held.items()])
        joined = everything.join(links, on=["return", "row"]).drop("row", "probability")
        return sorted(str(row) for row in joined.iter_rows())

    assert contents(moved, link(moved)) == contents(given_, _small_linked())


def test_l5_a_pseudonym_depends_on_the_key_and_quotes_nothing() -> None:
    held = {"LA-DA": frame(record(2, nhs_number=_NHS))}
    one, other = link(held, b"one")["child"][0], link(held, b"other")["child"][0]
    assert one != other
    assert len(one) == 20
    assert set(one) <= set("0123456789abcdef")


def test_children_who_share_an_identifier_get_different_pseudonyms() -> None:
    stranger = {"forename": "Adam", "surname": "Khan", "postcode": "RG2 2BB", "nhs_number": _NHS}
    far = record(3, **stranger, date_of_birth=record(0)["date_of_birth"].replace(year=2017, month=11, day=28))
    linked = link({"POL-1": frame(record(2, nhs_number=_NHS), far)})
    assert linked["child"].n_unique() == 2
    assert linked.equals(link({"POL-1": frame(far, record(2, nhs_number=_NHS))}))


@pytest.mark.further
def test_pairwise_f1_on_synthetic_truth_is_at_least_97_hundredths() -> None:
    # What is missing are rows of one return whose forenames differ by a slip: they are asked about, see below.
    for dirty in (0.0, 0.02):
        held, truth = synthetic(400, 11, dirty)
        made = linkage(held)
        assert f1(made.links, truth) >= 0.97
        assert reached(made, truth.join(_findable(held), on=["return", "row"], how="semi")) >= 0.99


def _findable(held: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the records that say who they are about: in the council's lists a number is all there is."""
    somebody = pl.any_horizontal(pl.col("nhs_number", "la_child_id", "forename", "mother_forename").is_not_null())
    return pl.concat(
        frame_.filter(somebody).select(pl.lit(code).alias("return"), pl.col("row").cast(pl.Int64))
        for code, frame_ in held.items()
    )
