"""Checks of identifiers as polars expressions: True where a number or reference is wrong, null where it is blank."""

import polars as pl

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_MODULUS = 23
_NHS_MODULUS = 11
_ALNUM = r"[^A-Z0-9]"

# Spans of local authority codes in characters 2 to 4 of a UPN, from the CIN census rules of 2023/24; 942 and 943 are
# Cumberland and Westmorland and Furness, which Cumbria (909) became on 1 April 2023. `models.lists` says how old it is.
_UPN_AUTHORITIES = (
    "001-005 201-213 301-320 330-336 340-344 350-359 370-373 380-384 390-394 420-420 660-681 701-708 800-803 805-808 "
    "810-813 815-816 820-823 825-826 830-831 835-841 845-846 850-852 855-857 860-861 865-896 908-909 916-916 919-919 "
    "921-921 925-926 928-929 931-931 933-933 935-938 940-943"
)
UPN_AUTHORITIES = frozenset(
    f"{n:03}" for span in _UPN_AUTHORITIES.split() for n in range(int(span[:3]), int(span[4:]) + 1)
)

POSTCODE = r"^(GIR ?0AA|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2})$"
CRN = r"^[A-Z][0-9]{6}$"
NOMS = r"^[A-Z][0-9]{4}[A-Z]{2}$"
ODS = r"^[A-Z0-9]{3,8}$"


def compact(text: pl.Expr) -> pl.Expr:
    """Return text in capitals without spaces and punctuation, the form in which identifiers are compared."""
    return text.str.to_uppercase().str.replace_all(_ALNUM, "")


def _weighted(text: pl.Expr, weights: range, start: int) -> pl.Expr:
    """Return the sum of the digits from `start`, each times its weight; null where one of them is no digit."""
    digits = (text.str.slice(start + n, 1).cast(pl.Int32, strict=False) for n in range(len(weights)))
    terms = [digit * weight for digit, weight in zip(digits, weights, strict=True)]
    return pl.sum_horizontal(terms, ignore_nulls=False)


def bad_nhs_number(text: pl.Expr) -> pl.Expr:
    """Return True where a compact NHS number is not ten digits with the modulus 11 check digit.

    Source: NHS data dictionary; weights 10 to 2, check digit 11 less the remainder, 11 as 0, 10 never issued.
    """
    # A check digit of 10 is no digit, so that it never equals the last one and the number is wrong.
    check = (_NHS_MODULUS - _weighted(text, range(10, 1, -1), 0) % _NHS_MODULUS) % _NHS_MODULUS
    return ~text.str.contains(r"^[0-9]{10}$") | (check != text.str.slice(9, 1).cast(pl.Int32, strict=False)).fill_null(
        False
    )


def bad_upn_format(text: pl.Expr) -> pl.Expr:
    """Return True where a compact UPN is not a letter, eleven digits, and a digit or letter (CIN 1540, 1550)."""
    return ~text.str.contains(r"^[A-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$")


def bad_upn_authority(text: pl.Expr) -> pl.Expr:
    """Return True where characters 2 to 4 of a well-formed UPN are no local authority (CIN 1530)."""
    return ~bad_upn_format(text) & ~text.str.slice(1, 3).is_in(sorted(UPN_AUTHORITIES))


def bad_upn_letter(text: pl.Expr) -> pl.Expr:
    """Return True where the check letter of a well-formed UPN is wrong (CIN 1510).

    Letters at position 13 of a temporary UPN count as their index in the alphabet of check letters.
    """
    last = text.str.slice(12, 1).replace_strict(
        {**{str(n): n for n in range(10)}, **{letter: n for n, letter in enumerate(_UPN_LETTERS)}},
        default=None,
        return_dtype=pl.Int32,
    )
    # Weights 2 to 12 for characters 2 to 12, and 13 for the last, which may be a letter.
    total = _weighted(text, range(2, 13), 1) + last * 13
    letter = (total % _MODULUS).replace_strict(dict(enumerate(_UPN_LETTERS)), default=None, return_dtype=pl.String)
    return ~bad_upn_format(text) & (letter != text.str.slice(0, 1)).fill_null(False)


def bad_pnc(text: pl.Expr) -> pl.Expr:
    """Return True where a PNC ID is not `YYYY/NNNNNNND` or `YY/N..D` with the right check letter (modulus 23)."""
    parts = _pnc_parts(text)
    # Written without leading zeros it is the same number, and its check letter counts them.
    number = (parts.struct.field("1") + parts.struct.field("2").str.zfill(7)).cast(pl.Int64, strict=False)
    letter = (number % _MODULUS).replace_strict(dict(enumerate(_PNC_LETTERS)), default=None, return_dtype=pl.String)
    return text.is_not_null() & ~(letter == parts.struct.field("3")).fill_null(False)


def pnc_key(text: pl.Expr) -> pl.Expr:
    """Return the one form in which PNC IDs are compared, `YYNNNNNNND`; null where there is none."""
    parts = _pnc_parts(text)
    return parts.struct.field("1") + parts.struct.field("2").str.zfill(7) + parts.struct.field("3")


def _pnc_parts(text: pl.Expr) -> pl.Expr:
    """Return the last two digits of the year, the number and the letter of PNC IDs."""
    bare = text.str.to_uppercase().str.replace_all(" ", "")
    return bare.str.extract_groups(r"^(?:[0-9]{2})?([0-9]{2})/([0-9]{1,7})([A-Z])$")


def bad_form(text: pl.Expr, form: str) -> pl.Expr:
    """Return True where text in capitals does not match an anchored form such as `CRN` or `POSTCODE`."""
    return ~text.str.to_uppercase().str.contains(form)
