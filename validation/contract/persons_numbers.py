"""Numbers by which a person is sought over all returns: in which columns they stand, and the one form of each."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from validation.contract.identifiers import (
    CRN,
    NOMS,
    bad_form,
    bad_nhs_number,
    bad_pnc,
    bad_upn_format,
    compact,
    pnc_key,
)

_MOST_REFERENCE = 40
_LA_CHILD = r"^[A-Z0-9]{1,20}$"


class NumberKind(StrEnum):
    """Kinds of number by which agencies know a person."""

    NHS = "nhs"
    UPN = "upn"
    LA_CHILD = "la_child"
    PNC = "pnc"
    CRN = "crn"
    NOMS = "noms"
    REFERENCE = "reference"


NATIONAL = frozenset({NumberKind.NHS, NumberKind.UPN, NumberKind.PNC, NumberKind.CRN, NumberKind.NOMS})
"""Kinds of which a number is one person's everywhere; another is one council's or agency's own."""

NUMBER_LABELS = {
    NumberKind.NHS: "NHS number",
    NumberKind.UPN: "Unique pupil number",
    NumberKind.LA_CHILD: "Council's number for a child",
    NumberKind.PNC: "PNC ID",
    NumberKind.CRN: "Probation case reference (CRN)",
    NumberKind.NOMS: "Prison number (NOMS)",
    NumberKind.REFERENCE: "Another reference of an agency for the person",
}
"""Each kind as people read it."""

NUMBER_FORMS = {
    NumberKind.NHS: "10 digits, such as 943 476 5919",
    NumberKind.UPN: "a letter and 12 characters, such as H801200001001",
    NumberKind.LA_CHILD: "at most 20 letters and digits, such as CH000123",
    NumberKind.PNC: "such as 2003/0011985X",
    NumberKind.CRN: "a letter and 6 digits, such as X123456",
    NumberKind.NOMS: "such as A1234BC",
    NumberKind.REFERENCE: "such as that of the police for a victim or a suspect; at most 40 characters",
}
"""What a good value of each kind looks like."""

COLUMNS: dict[str, NumberKind] = {
    **dict.fromkeys(("nhs_number", "child_nhs_number", "mother_nhs_number"), NumberKind.NHS),
    "upn": NumberKind.UPN,
    **dict.fromkeys(("la_child_id", "child_la_id", "Child Unique ID", "child_la_ids"), NumberKind.LA_CHILD),
    **dict.fromkeys(("pnc_id", "suspect_pnc_id"), NumberKind.PNC),
    "crn": NumberKind.CRN,
    "noms_number": NumberKind.NOMS,
    **dict.fromkeys(
        ("victim_ref", "suspect_ref", "perpetrator_ref", "yjs_ref", "service_ref", "attendance_ref"),
        NumberKind.REFERENCE,
    ),
}
"""Columns of all returns that hold a number of a person; a list of children has several in one cell."""


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """One number by which a person is sought, in the form in which it is compared."""

    kind: NumberKind
    text: str


def compared(kind: NumberKind, cells: pl.Expr) -> pl.Expr:
    """Return numbers in the form in which linkage compares them; null where there is none."""
    if kind is NumberKind.PNC:
        return pnc_key(cells)
    bare = compact(cells)
    return pl.when(bare.str.len_chars() > 0).then(bare)


def number_of(kind: NumberKind, typed: str) -> Number | None:
    """Return a number that somebody typed in the form in which it is compared; None where it is none of its kind."""
    row = pl.DataFrame({"typed": [typed]}, schema={"typed": pl.String})
    cells = pl.col("typed")
    text, is_wrong = row.select(
        compared(kind, cells).alias("text"), _wrong(kind, cells).fill_null(True).alias("wrong")
    ).row(0)
    return None if is_wrong or text is None else Number(kind, text)


def _wrong(kind: NumberKind, cells: pl.Expr) -> pl.Expr:
    bare = compact(cells)
    return {
        NumberKind.NHS: bad_nhs_number(bare),
        NumberKind.UPN: bad_upn_format(bare),
        NumberKind.LA_CHILD: bad_form(bare, _LA_CHILD),
        NumberKind.PNC: bad_pnc(cells.str.strip_chars()),
        NumberKind.CRN: bad_form(bare, CRN),
        NumberKind.NOMS: bad_form(bare, NOMS),
        NumberKind.REFERENCE: ~bare.str.len_chars().is_between(2, _MOST_REFERENCE),
    }[kind]
