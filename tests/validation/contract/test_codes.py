"""Codes are found however people write them: case, spaces, letters in front, labels, a code and any words after it."""

import pytest

from validation.contract.codes import SOURCE, code_of, spellings
from validation.contract.codes_annex_a import GENDER, LA_NAME, LEGAL
from validation.contract.model import CodeSet
from validation.returns import CONTRACTS

_SETS = {c.codes.name: c.codes for k in CONTRACTS.values() for s in k.sheets for c in s.columns if c.codes}


@pytest.mark.parametrize("codes", _SETS.values(), ids=list(_SETS))
def test_every_code_and_label_means_its_own_code(codes: CodeSet) -> None:
    known = spellings(codes)
    for entry in codes.codes:
        for text in (entry.code, entry.label, f"{entry.code}: {entry.label}"):
            for typed in (text, text.upper(), f"  {text.lower()} ", f"b) {text}"):
                assert code_of(typed, known) == entry.code, typed


@pytest.mark.parametrize(
    ("codes", "text", "code"),
    [
        (GENDER, "c) Not stated/recorded (or unborn)", "U"),
        (SOURCE, "k) 3E: Health services", "3E"),
        (SOURCE, "p1) 5D: LA services", "5D"),
        (SOURCE, "Individual: neighbour", None),
        (SOURCE, "-1", None),
        (GENDER, "-1", None),
        (LEGAL, "C1 - Interim Care Order S38 CA 1989", "interim_care_order"),
        (LA_NAME, "Reading Borough Council", "Reading"),
        (LA_NAME, "E06000038", "Reading"),
    ],
)
def test_spellings_that_people_use(codes: CodeSet, text: str, code: str | None) -> None:
    assert code_of(text, spellings(codes)) == code
