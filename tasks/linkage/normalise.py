"""The forms in which identity is compared: names without accents and marks, numbers only where their check passes."""

from collections.abc import Mapping

import polars as pl

from tasks.linkage.nicknames import NICKNAMES
from validation.contract.identifiers import bad_nhs_number, bad_upn_format, compact
from validation.contract.not_values import (
    identifies_nobody,
    letters,
    never_a_birth,
    never_a_childs_birth,
    never_a_name,
    never_a_number,
    place_among_children,
)

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
PLACE = "place"
"""What stands for a forename and tells two children of one list apart all the same, such as the 2 of `Twin 2`."""

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
    "twin": pl.Int64,
}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# A forename that holds one of these is looked at together with the surname: `Baby Smith`, `Infant of Smith`.
_SUSPECT = r"(?i)unborn|baby|infant|newborn|child|boy|girl|male|twin|triplet|sibling|un(?:known|named)|of|^ *b.?o\b"

# A child not yet named goes by the mother's surname, which need not be the one beside it.
_BABY = r"(?i)^ *(?:baby|infant|newborn|unborn)\b"


def undoubled(name: pl.Expr) -> pl.Expr:
    """Return a normalised name with each letter once where it stands twice in a row."""
    return name.str.replace_many([letter * 2 for letter in _ALPHABET], list(_ALPHABET))


def _names(records: pl.DataFrame, forename: str, surname: str) -> pl.DataFrame:
    """Return the names of children or of mothers in the form compared, blank where what stands there is no name.

    Returns:
        given and surname as letters alone, and PLACE: what counts a child without a name.
    """
    # Each name is judged once, and with its surname only where it may be a word for a child without one: to judge every
    # record would take longer than all else here.
    words = pl.DataFrame({"name": pl.concat([records[forename], records[surname]]).drop_nulls().unique()})
    nobodys = words.filter(never_a_name(pl.col("name")))["name"].implode()
    suspects = words.filter(pl.col("name").str.contains(_SUSPECT))["name"].implode()
    typed = records.select(
        pl.col(forename).alias("forename"),
        pl.col(surname).alias("surname"),
        pl.when(~pl.col(forename).is_in(nobodys)).then(letters(pl.col(forename))).alias("given"),
        pl.when(~pl.col(surname).is_in(nobodys)).then(letters(pl.col(surname))).alias("plain"),
    ).with_row_index("index")
    unnamed = (
        typed.filter(pl.col("forename").is_in(suspects))
        .filter(never_a_name(pl.col("forename"), pl.col("surname")) | pl.col("forename").str.contains(_BABY))
        .select("index", place_among_children(pl.col("forename"), pl.col("surname")).alias(PLACE), nobody=True)
    )
    judged = typed.join(unnamed, on="index", how="left", maintain_order="left")
    given = pl.when(pl.col("nobody").is_null()).then("given").alias("given")
    return judged.select(given, pl.col("plain").alias("surname"), PLACE)


def normalised(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Stack the identity records of all returns in normalised form.

    Args:
        records: return code -> the frame of `validation.contract.identity.records`; absent columns count as blank.

    Returns:
        One row a record: return, row, sheet, the columns of IDENTITY, and PLACE.
    """
    stacked = [_shaped(code, frame) for code, frame in sorted(records.items())]
    everything = pl.concat(stacked) if stacked else pl.DataFrame(schema={"return": pl.String, **_RECORDS})
    own = _names(everything, "forename", "surname")
    mother = _names(everything, "mother_forename", "mother_surname").select(pl.all().name.prefix("mothers_"))
    everything = everything.drop("forename", "surname").hstack(own).hstack(mother)
    # Where a system holds no birth it writes the day from which it counts, the same for all.
    everything = everything.with_columns(
        pl.when(~never(pl.col(day))).then(day).alias(day)
        for day, never in (("date_of_birth", never_a_childs_birth), ("mother_date_of_birth", never_a_birth))
    )
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
        "given",
        pl.col("given").replace(NICKNAMES).alias("forename"),
        "surname",
        pl.col("date_of_birth").alias("dob"),
        # An unborn child of one return is a born one of another: the birth stands in for the date due.
        pl.coalesce("expected_date_of_birth", "date_of_birth").alias("due"),
        unborn.alias("unborn"),
        # Any other code, such as one for not known, is blank, so that it contradicts nothing.
        pl.when(sex.is_in(["M", "F"])).then(sex).alias("sex"),
        _postcode().alias("postcode"),
        pl.col("mothers_given").replace(NICKNAMES).alias("mother_given"),
        pl.col("mothers_surname").alias("mother_surname"),
        pl.col("mother_date_of_birth").alias("mother_dob"),
        _nhs("mother_nhs_number").alias("mother_nhs"),
        pl.coalesce(PLACE, pl.when(pl.col("given").is_null()).then(pl.format("unborn{}", "twin"))).alias(PLACE),
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
    return pl.when(~bad_nhs_number(number) & ~never_a_number(number)).then(number)


def _postcode() -> pl.Expr:
    postcode = _filled(compact(pl.col("postcode")))
    # A word, or a number alone, is no postcode however much it is mistyped.
    word = postcode.str.contains(r"^[A-Z]*$|^[0-9]*$")
    return pl.when(~identifies_nobody(postcode) & ~word).then(postcode)


def _upn() -> pl.Expr:
    number = compact(pl.col("upn"))
    return pl.when(~bad_upn_format(number) & ~never_a_number(number.str.slice(1))).then(number)


def _local() -> pl.Expr:
    number = compact(pl.col("la_child_id"))
    return pl.when(~never_a_number(number) & (number.str.len_chars() > 1)).then(number)
