"""Identifiers against slow, plain re-statements of their published checks."""

from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from validation.contract.identifiers import (
    CRN,
    POSTCODE,
    UPN_AUTHORITIES,
    bad_form,
    bad_nhs_number,
    bad_pnc,
    bad_upn_authority,
    bad_upn_format,
    bad_upn_letter,
    compact,
    pnc_key,
)

_UPN = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PNC = "ZABCDEFGHJKLMNPQRTUVWXY"


def _bad(check: pl.Expr, *texts: str | None) -> list[Any]:
    return pl.DataFrame({"t": pl.Series(texts, dtype=pl.String)}).select(check).to_series().to_list()


_T = pl.col("t")


@given(st.from_regex(r"[0-9]{10}", fullmatch=True))
def test_nhs_number_has_its_modulus_11_digit(number: str) -> None:
    check = 11 - sum(int(d) * (10 - n) for n, d in enumerate(number[:9])) % 11
    good = check != 10 and check % 11 == int(number[9])
    assert _bad(bad_nhs_number(_T), number) == [not good]


def test_nhs_number_known_values() -> None:
    assert _bad(bad_nhs_number(_T), "9434765919", "9434765918", "943476591", "943476591A", "", None) == [
        False, True, True, True, True, None,
    ]  # fmt: skip


@given(st.from_regex(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]", fullmatch=True))
def test_upn_has_its_check_letter(upn: str) -> None:
    last = int(upn[12]) if upn[12].isdigit() else _UPN.index(upn[12])
    total = sum(int(d) * n for n, d in enumerate(upn[1:12], start=2)) + last * 13
    assert _bad(bad_upn_letter(_T), upn) == [_UPN[total % 23] != upn[0]]


def test_upn_known_values() -> None:
    assert _bad(bad_upn_letter(_T), "H801200001001", "A801200001001") == [False, True]
    assert _bad(bad_upn_format(_T), "H801200001001", "H80120000100", "H80120000100I") == [False, True, True]
    assert _bad(bad_upn_authority(_T), "H801200001001", "H999200001001") == [False, True]


@given(st.integers(1950, 2049), st.integers(1, 9_999_999), st.sampled_from(_PNC))
def test_pnc_id_has_its_check_letter(year: int, number: int, letter: str) -> None:
    good = _PNC[int(f"{year % 100:02}{number:07}") % 23] == letter
    forms = (f"{year}/{number:07}{letter}", f"{year % 100:02}/{number}{letter}")
    assert _bad(bad_pnc(_T), *forms) == [not good, not good]


def test_pnc_id_known_values() -> None:
    assert _bad(bad_pnc(_T), "2003/0011985X", "03/11985X", "2003/0011985A", "2003-0011985X", None) == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_authorities_end_where_the_census_says() -> None:
    assert {"001", "005", "201", "213", "420", "896", "940", "943"} <= UPN_AUTHORITIES
    assert not {"000", "006", "214", "421", "864", "897", "944"} & UPN_AUTHORITIES


def test_a_upn_of_the_wrong_form_is_told_of_its_form_alone() -> None:
    for bad in ("H99", "A8012000010011", "A80120000100", "A99920000100I"):
        assert _bad(bad_upn_format(_T), bad) == [True]
        assert _bad(bad_upn_authority(_T), bad) == _bad(bad_upn_letter(_T), bad) == [False]


def test_numbers_are_compared_in_one_form() -> None:
    assert _bad(compact(_T), "ab 12-c", None) == ["AB12C", None]
    assert _bad(pnc_key(_T), "2003/0011985X", "03/11985x", " 03 / 11985X", "2003-0011985X", None) == [
        "030011985X", "030011985X", "030011985X", None, None,
    ]  # fmt: skip


def test_forms_may_be_written_in_small_letters() -> None:
    assert _bad(bad_form(_T, CRN), "x123456", "X123456", "x12345", None) == [False, False, True, None]
    assert _bad(bad_form(_T, POSTCODE), "rg1 1aa", "rg1") == [False, True]
