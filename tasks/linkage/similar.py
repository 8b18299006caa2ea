"""When two different values may be one: names a slip apart, dates of birth mistyped in one place."""

from enum import IntEnum

import polars as pl
from rapidfuzz.distance import OSA

from tasks.linkage.forenames import COMMON
from validation.contract.not_values import often_made_up

_LONG = 5
_PART = 3


def alike(name: str | None, other: str | None) -> bool:
    """Return whether two normalised names differ only in the ways in which people write one name.

    That is: one slip in a short name, two in a name of five letters or more; one name as the beginning or end of the
    other, from three letters on (double surnames; not 'Jo'); or an initial.
    """
    if name is None or other is None:
        return False
    short, long = sorted((name, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    if len(short) >= _PART and (long.startswith(short) or long.endswith(short)):
        return True
    allowed = 2 if len(short) >= _LONG else 1
    return OSA.distance(name, other, score_cutoff=allowed) <= allowed


def alike_forenames(
    given: str | None, other: str | None, long: str | None = None, other_long: str | None = None
) -> bool:
    """Return whether two forenames are ways of writing one: alike as given or in their long forms, and not two names.

    Ava and Eva are a letter apart and two names: of twins each agency may hold another one.
    """
    if long is not None and long == other_long:
        return True
    if given in COMMON and other in COMMON and given != other:
        return False
    return alike(given, other) or alike(long, other_long)


class NameLikeness(IntEnum):
    """How far the names of two profiles are those of one child."""

    OTHER = 0
    """The forenames differ by more than people slip."""
    TOO_LITTLE = 1
    """A forename is blank, and the surnames differ."""
    ALIKE = 2
    """A forename is alike, or blank beside a like surname; a twin's may be so too."""
    SAME = 3
    """The forename is the same, as given or exchanged with the surname, and the surname is alike."""


Names = tuple[str | None, str | None, str | None]


def name_likeness(names: Names, others: Names) -> NameLikeness:
    """Return how far two names are those of one child; each is the forename as given, its long form, the surname."""
    (given, long, surname), (other_given, other_long, other_surname) = names, others
    # Children who are not born yet, or not named, have no forename.
    if given is None or other_given is None:
        return NameLikeness.ALIKE if alike(surname, other_surname) else NameLikeness.TOO_LITTLE
    if given == other_given and alike(surname, other_surname):
        return NameLikeness.SAME
    # Forms that ask for the surname first are filled in the wrong way round.
    if given == other_surname and surname == other_given:
        return NameLikeness.SAME
    exchanged = alike(given, other_surname) and alike(surname, other_given)
    if exchanged or alike_forenames(given, other_given, long, other_long):
        return NameLikeness.ALIKE
    return NameLikeness.OTHER


def alike_pairs(pairs: pl.DataFrame, column: str = "") -> pl.DataFrame:
    """Return the pairs in which `column` is alike to its `_right`; without one, the forenames."""
    return with_alike(pairs, column).filter("alike").drop("alike")


def alike_names(pairs: pl.DataFrame, left: str, right: str) -> pl.DataFrame:
    """Return the pairs in which column `left` is alike to column `right` of the other side."""
    kept = [alike(name, other) for name, other in pairs.select(left, f"{right}_right").iter_rows()]
    return pairs.filter(pl.Series(kept, dtype=pl.Boolean))


def with_alike(pairs: pl.DataFrame, column: str = "") -> pl.DataFrame:
    """Return the pairs with `alike`: whether `column` is alike to its `_right`; without one, the forenames."""
    # Row by row: polars has no distance of names in which an exchange of two letters counts as one slip.
    if column:
        kept = [alike(name, other) for name, other in pairs.select(column, f"{column}_right").iter_rows()]
    else:
        names = pairs.select("given", "given_right", "forename", "forename_right").iter_rows()
        kept = [alike_forenames(*row) for row in names]
    return pairs.with_columns(pl.Series("alike", kept, dtype=pl.Boolean))


def default_birth() -> pl.Expr:
    """Return where `dob` and `dob_right` are one 1 January, which is entered where the birth is not known."""
    dob = pl.col("dob")
    return ((dob == pl.col("dob_right")) & often_made_up(dob)).fill_null(False)


def date_slip(column: str, other: str) -> pl.Expr:
    """Return where two dates differ by day and month exchanged, by one digit of yyyymmdd, or by a day."""
    a, b = pl.col(column), pl.col(other)
    exchanged = (a.dt.year() == b.dt.year()) & (a.dt.month() == b.dt.day()) & (a.dt.day() == b.dt.month())
    digits = [pl.col(name).dt.strftime("%Y%m%d") for name in (column, other)]
    differing = pl.sum_horizontal([digits[0].str.slice(n, 1) != digits[1].str.slice(n, 1) for n in range(8)])
    neighbours = (a - b).dt.total_days().abs() == 1
    return (a != b) & (exchanged | (differing == 1) | neighbours)
