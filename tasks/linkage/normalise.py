"""The forms in which identity is compared: names without accents and marks, numbers only where their check passes."""

from collections.abc import Mapping

import polars as pl

from tasks.linkage.nicknames import NICKNAMES
from validation.contract.identifiers import bad_nhs_number, bad_upn_format, compact

# Normalised columns of a profile; their order is also the order in which profiles sort.
IDENTITY: dict[str, type[pl.DataType]] = {
    "return": pl.String,
    "nhs": pl.String,
    "upn": pl.String,
    "la": pl.String,
    "given": pl.String,
    "forename": pl.String,
    "surname": pl.String,
    "dob": pl.Date,
    "due": pl.Date,
    "unborn": pl.Boolean,
    "sex": pl.String,
    "postcode": pl.String,
    "mother_given": pl.String,
    "mother_surname": pl.String,
    "mother_dob": pl.Date,
    "mother_nhs": pl.String,
}
_RECORDS: dict[str, type[pl.DataType]] = {
    "row": pl.Int64,
    "sheet": pl.String,
    "forename": pl.String,
    "surname": pl.String,
    "date_of_birth": pl.Date,
    "expected_date_of_birth": pl.Date,
    "unborn": pl.Boolean,
    "sex": pl.String,
    "postcode": pl.String,
    "nhs_number": pl.String,
    "upn": pl.String,
    "la_child_id": pl.String,
    "mother_forename": pl.String,
    "mother_surname": pl.String,
    "mother_date_of_birth": pl.Date,
    "mother_nhs_number": pl.String,
}
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_NO_IDENTIFIER = ("UNKNOWN", "NOTKNOWN", "NONE", "NK", "NA", "TBC")


def letters(name: pl.Expr) -> pl.Expr:
    """Return a name in lower-case letters alone: no accents, apostrophes, hyphens or spaces; blank is null."""
    plain = name.str.to_lowercase().str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    return _filled(plain.str.normalize("NFKD").str.replace_all(r"[^\p{L}]", ""))


def normalised(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Stack the identity records of all returns in normalised form.

    Args:
        records: return code -> the frame of `validation.contract.identity.records`; absent columns count as blank.

    Returns:
        One row a record: return, row, sheet and the columns of IDENTITY.
    """
    stacked = [_shaped(code, frame) for code, frame in sorted(records.items())]
    everything = pl.concat(stacked) if stacked else pl.DataFrame(schema={"return": pl.String, **_RECORDS})
    given = letters(pl.col("forename"))
    mother = letters(pl.col("mother_forename"))
    sex = pl.col("sex").str.strip_chars().str.slice(0, 1).str.to_uppercase()
    unborn = pl.col("unborn").fill_null(
        pl.col("date_of_birth").is_null() & pl.col("expected_date_of_birth").is_not_null()
    )
    return everything.select(
        "row",
        "sheet",
        "return",
        _nhs("nhs_number").alias("nhs"),
        _upn().alias("upn"),
        _local().alias("la"),
        given.alias("given"),
        given.replace(NICKNAMES).alias("forename"),
        letters(pl.col("surname")).alias("surname"),
        pl.col("date_of_birth").alias("dob"),
        # An unborn child of one return is a born one of another: the birth stands in for the date due.
        pl.coalesce("expected_date_of_birth", "date_of_birth").alias("due"),
        unborn.alias("unborn"),
        # Any other code, such as one for not known, is blank, so that it contradicts nothing.
        pl.when(sex.is_in(["M", "F"])).then(sex).alias("sex"),
        _filled(compact(pl.col("postcode"))).alias("postcode"),
        mother.replace(NICKNAMES).alias("mother_given"),
        letters(pl.col("mother_surname")).alias("mother_surname"),
        pl.col("mother_date_of_birth").alias("mother_dob"),
        _nhs("mother_nhs_number").alias("mother_nhs"),
    )


def _shaped(code: str, frame: pl.DataFrame) -> pl.DataFrame:
    given = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _RECORDS.items()
    ]
    return frame.select(pl.lit(code).alias("return"), *given)


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_chars() > 0).then(text)


def _nhs(column: str) -> pl.Expr:
    number = compact(pl.col(column))
    # Ten equal digits pass the check and are what people type to get past a field.
    repeated = number.str.contains(r"^(0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$")
    return pl.when(~bad_nhs_number(number) & ~repeated).then(number)


def _upn() -> pl.Expr:
    number = compact(pl.col("upn"))
    return pl.when(~bad_upn_format(number)).then(number)


def _local() -> pl.Expr:
    number = compact(pl.col("la_child_id"))
    return pl.when(~number.is_in(_NO_IDENTIFIER) & (number.str.len_chars() > 1)).then(number)
