"""The ladder of evidence: which two profiles may be one child, strongest first, each rung with its probability."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from tasks.linkage.similar import alike_pairs, date_slip

# A key shared by more profiles than this tells nobody apart (a placeholder, a hostel's postcode).
_COMMON = 60
_DUE_DAYS = 28

# What the conditions of the rungs look at; a pair carries no more, for there are millions of pairs.
_COMPARED = ("id", "return", "given", "forename", "surname", "dob", "due", "unborn", "sex", "postcode")
# These are only tested for equality, and a number is lighter than a text.
_EQUAL = ("return", "sex", "postcode", "nhs", "upn", "la", "mother_nhs")

# The forename as written and its long form: a slip shows as alike in one, a short form in the other.
_FORENAMES = ("given", "forename")

Find = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Tier:
    """One rung: how pairs are found, and how likely each is one child.

    A weak tier never joins children whose valid NHS numbers, UPNs or local identifiers contradict each other.
    """

    name: str
    probability: float
    weak: bool
    find: Find


def _same(name: str) -> pl.Expr:
    return pl.col(name) == pl.col(f"{name}_right")


def _differ(name: str) -> pl.Expr:
    """Return where both sides are filled and not the same."""
    return (pl.col(name) != pl.col(f"{name}_right")).fill_null(False)


def _pairs(people: pl.DataFrame, left: Sequence[str], right: Sequence[str] | None = None) -> pl.DataFrame:
    """Join people with one another on equal keys; each pair once, the lower id first."""
    people = people.select(list(dict.fromkeys((*_COMPARED, *left, *(right or ())))))
    complete = people.filter(pl.all_horizontal(pl.col(*left).is_not_null()))
    if right is None:
        complete = complete.filter(pl.len().over(left) <= _COMMON)
    other = complete if right is None else people.filter(pl.all_horizontal(pl.col(*right).is_not_null()))
    # coalesce=False keeps both sides' key columns under the names that the conditions use
    joined = complete.join(other, left_on=list(left), right_on=list(right or left), coalesce=False)
    if right is None:
        return joined.filter(pl.col("id") < pl.col("id_right"))
    # With unlike keys a pair may be found from one side only, so both orders must stay.
    return joined.filter(pl.col("id") != pl.col("id_right"))


def _number(column: str) -> Find:
    """Find pairs by an identifier; a number copied to a sibling or mistyped does not outweigh all else."""

    def find(people: pl.DataFrame) -> pl.DataFrame:
        pairs = _pairs(people, [column])
        # A mistyped number is some other child's, and twins share all else: both would else be joined by the number.
        strangers = _differ("forename") & _differ("dob") & ~date_slip("dob", "dob_right").fill_null(False)
        twins = _differ("forename") & _same("return") & (_differ("sex") | _same("dob"))
        return pairs.filter(~strangers & ~twins.fill_null(False))

    return find


def _name_and_birth(people: pl.DataFrame) -> pl.DataFrame:
    straight = _pairs(people, ["forename", "surname", "dob"])
    swapped = _pairs(people, ["given", "surname", "dob"], ["surname", "given", "dob"])
    return pl.concat([straight, swapped])


def _at_one_address(people: pl.DataFrame) -> pl.DataFrame:
    return _name_and_birth(people).filter(_same("postcode"))


def _forename_slip(people: pl.DataFrame) -> pl.DataFrame:
    return alike_pairs(_pairs(people, ["surname", "dob", "postcode"]).filter(~_differ("sex")), *_FORENAMES)


def _other_surname(people: pl.DataFrame) -> pl.DataFrame:
    return _pairs(people, ["forename", "dob", "postcode"])


def _surname_slip(people: pl.DataFrame) -> pl.DataFrame:
    return alike_pairs(_pairs(people, ["forename", "dob"]).filter(~_differ("sex")), "surname")


def _forename_slip_moved(people: pl.DataFrame) -> pl.DataFrame:
    return alike_pairs(_pairs(people, ["surname", "dob"]).filter(~_differ("sex")), *_FORENAMES)


def _forename_slip_at_home(people: pl.DataFrame) -> pl.DataFrame:
    """Find a forename a slip apart at one address; twins differ by more, whatever the surnames."""
    return alike_pairs(_pairs(people, ["dob", "postcode"]).filter(~_differ("sex")), *_FORENAMES)


def _two_slips(people: pl.DataFrame) -> pl.DataFrame:
    """Find a birth and one name each a slip apart at one address."""
    slipped = date_slip("dob", "dob_right") & ~_differ("sex")
    by_forename = alike_pairs(_pairs(people, ["surname", "postcode"]).filter(slipped), *_FORENAMES)
    by_surname = alike_pairs(_pairs(people, ["forename", "postcode"]).filter(slipped), "surname")
    return pl.concat([by_forename, by_surname])


def _birth_slip_moved(people: pl.DataFrame) -> pl.DataFrame:
    pairs = _pairs(people, ["forename", "surname"])
    return pairs.filter(date_slip("dob", "dob_right") & ~_differ("sex"))


def _forename_missing(people: pl.DataFrame) -> pl.DataFrame:
    nameless = pl.col("forename").is_null() | pl.col("forename_right").is_null()
    return _pairs(people, ["surname", "dob", "postcode"]).filter(nameless & ~_differ("sex"))


def _birth_slip(people: pl.DataFrame) -> pl.DataFrame:
    pairs = _pairs(people, ["forename", "surname", "postcode"])
    return pairs.filter(date_slip("dob", "dob_right") & ~_differ("sex"))


def _birth_missing(people: pl.DataFrame) -> pl.DataFrame:
    pairs = _pairs(people, ["forename", "surname", "postcode"])
    missing = pl.col("dob").is_null() | pl.col("dob_right").is_null()
    return pairs.filter(missing & ~_differ("sex") & ~pl.col("unborn") & ~pl.col("unborn_right"))


def _carried(keys: Sequence[str]) -> Find:
    """Find an unborn child again through its mother: her keys, and dates due (or born) within four weeks."""

    def find(people: pl.DataFrame) -> pl.DataFrame:
        near = (pl.col("due") - pl.col("due_right")).dt.total_days().abs() <= _DUE_DAYS
        unborn = pl.col("unborn") | pl.col("unborn_right")
        return _pairs(people, keys).filter(near & unborn)

    return find


TIERS: tuple[Tier, ...] = (
    Tier("NHS number", 0.999, False, _number("nhs")),
    Tier("UPN", 0.998, False, _number("upn")),
    Tier("local identifier", 0.997, False, _number("la")),
    Tier("name, date of birth and postcode", 0.99, False, _at_one_address),
    Tier("unborn: mother's NHS number and date due", 0.98, False, _carried(["mother_nhs"])),
    Tier("name and date of birth", 0.97, True, _name_and_birth),
    Tier("unborn: mother's name, her date of birth and date due", 0.96, True,
         _carried(["mother_given", "mother_surname", "mother_dob"])),
    Tier("surname, date of birth and postcode, forename a slip apart", 0.95, True, _forename_slip),
    Tier("forename, date of birth and postcode, another surname", 0.94, True, _other_surname),
    Tier("name and postcode, date of birth a slip apart", 0.93, True, _birth_slip),
    Tier("forename and date of birth, surname a slip apart", 0.9, True, _surname_slip),
    Tier("surname and date of birth, forename a slip apart", 0.88, True, _forename_slip_moved),
    Tier("date of birth and postcode, forename a slip apart", 0.87, True, _forename_slip_at_home),
    Tier("postcode, date of birth and one name each a slip apart", 0.86, True, _two_slips),
    Tier("unborn: mother's name, postcode and date due", 0.85, True,
         _carried(["mother_given", "mother_surname", "postcode"])),
    Tier("surname, date of birth and postcode, a forename missing", 0.8, True, _forename_missing),
    Tier("name and postcode, a date of birth missing", 0.75, True, _birth_missing),
    Tier("name, date of birth a slip apart, another address", 0.7, True, _birth_slip_moved),
)  # fmt: skip


def edges(people: pl.DataFrame) -> pl.DataFrame:
    """Find every pair that some tier joins, with the strongest tier that does.

    Returns:
        Columns tier (index into TIERS), low and high (profile ids, low < high), sorted.
    """
    people = people.with_columns(pl.col(*_EQUAL).rank("dense").cast(pl.UInt32))
    by_tier = []
    for number, tier in enumerate(TIERS):
        pairs = tier.find(people)
        by_tier.append(
            pairs.select(
                pl.lit(number, pl.Int64).alias("tier"),
                pl.min_horizontal("id", "id_right").alias("low"),
                pl.max_horizontal("id", "id_right").alias("high"),
            )
        )
    strongest = pl.concat(by_tier).group_by("low", "high").agg(pl.col("tier").min())
    return strongest.select("tier", "low", "high").sort("tier", "low", "high")
