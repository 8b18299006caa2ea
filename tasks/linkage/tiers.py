"""The ladder of evidence: which two profiles may be one child, strongest first, each rung with its probability."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from tasks.linkage.clusters import Guard, JoinRefusal
from tasks.linkage.normalise import PLACE
from tasks.linkage.similar import alike_names, alike_pairs, date_slip, default_birth, with_alike

# A key shared by more profiles than this tells nobody apart (a placeholder, a hostel's postcode).
_COMMON = 60
_DUE_DAYS = 28

# What the conditions of the rungs look at; a pair carries no more, for there are millions of pairs.
_COMPARED = ("id", "return", "given", "forename", "surname", "dob", "due", "unborn", "sex", "postcode", PLACE)
# These are only tested for equality, and a number is lighter than a text.
_EQUAL = ("return", "sex", "postcode", "nhs", "upn", "la", "mother_nhs")

EXACT, ALIKE = "exact", "alike"
"""How a pair agrees: by forename and birth, or by what a twin, a brother or a sister may share as well."""

Find = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Tier:
    """One rung: how pairs are found, how likely each is one child, and what a join by it must not contradict."""

    name: str
    probability: float
    guard: Guard
    find: Find
    numbered: bool = False


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
    """Find pairs by an identifier."""

    def find(people: pl.DataFrame) -> pl.DataFrame:
        return _pairs(people, [column])

    return find


def _with_copied(pairs: pl.DataFrame) -> pl.DataFrame:
    """Add whether a number is hardly the child's own: mistyped it is some other child's, or it was copied to a twin."""
    strangers = _differ("forename") & _differ("dob") & ~date_slip("dob", "dob_right").fill_null(False)
    twins = _differ("forename") & _same("return") & (_differ("sex") | _same("dob"))
    doubted = pairs.with_columns(strangers.fill_null(False).alias("copied"), twins.fill_null(False).alias("twins"))
    # Only what looks like twins is compared name by name, which takes a while.
    compared = with_alike(doubted.filter("twins")).with_columns(copied=pl.col("copied") | ~pl.col("alike"))
    return pl.concat([doubted.filter(~pl.col("twins")), compared.drop("alike")])


def _name_and_birth(people: pl.DataFrame) -> pl.DataFrame:
    straight = _pairs(people, ["forename", "surname", "dob"])
    swapped = _pairs(people, ["given", "surname", "dob"], ["surname", "given", "dob"])
    return pl.concat([straight, swapped])


def _at_one_address(people: pl.DataFrame) -> pl.DataFrame:
    return _name_and_birth(people).filter(_same("postcode"))


def _forename_slip(people: pl.DataFrame) -> pl.DataFrame:
    return alike_pairs(_pairs(people, ["surname", "dob", "postcode"]).filter(~_differ("sex")))


def _other_surname(people: pl.DataFrame) -> pl.DataFrame:
    return _pairs(people, ["forename", "dob", "postcode"])


def _surname_slip(people: pl.DataFrame) -> pl.DataFrame:
    return alike_pairs(_pairs(people, ["forename", "dob"]).filter(~_differ("sex")), "surname")


def _forename_slip_moved(people: pl.DataFrame) -> pl.DataFrame:
    return alike_pairs(_pairs(people, ["surname", "dob"]).filter(~_differ("sex")))


def _forename_slip_at_home(people: pl.DataFrame) -> pl.DataFrame:
    """Find a forename a slip apart at one address; twins differ by more, whatever the surnames."""
    return alike_pairs(_pairs(people, ["dob", "postcode"]).filter(~_differ("sex")))


def _two_slips(people: pl.DataFrame) -> pl.DataFrame:
    """Find a birth and one name each a slip apart at one address."""
    slipped = date_slip("dob", "dob_right") & ~_differ("sex")
    # Of like forenames, a birth in another year is a brother's or sister's, even where one digit alone differs.
    one_year = pl.col("dob").dt.year() == pl.col("dob_right").dt.year()
    by_forename = alike_pairs(_pairs(people, ["surname", "postcode"]).filter(slipped & one_year))
    by_surname = alike_pairs(_pairs(people, ["forename", "postcode"]).filter(slipped), "surname")
    return pl.concat([by_forename, by_surname])


def _birth_slip_moved(people: pl.DataFrame) -> pl.DataFrame:
    pairs = _pairs(people, ["forename", "surname"])
    return pairs.filter(date_slip("dob", "dob_right") & ~_differ("sex"))


def _exchanged_and_a_slip(people: pl.DataFrame) -> pl.DataFrame:
    """Find a forename and a surname exchanged, one of them a slip apart."""
    by_forename = _pairs(people, ["given", "dob"], ["surname", "dob"]).filter(~_differ("sex"))
    by_surname = _pairs(people, ["surname", "dob"], ["given", "dob"]).filter(~_differ("sex"))
    return pl.concat([alike_names(by_forename, "surname", "given"), alike_names(by_surname, "given", "surname")])


def _birth_slip(people: pl.DataFrame) -> pl.DataFrame:
    pairs = _pairs(people, ["forename", "surname", "postcode"])
    return pairs.filter(date_slip("dob", "dob_right") & ~_differ("sex"))


def _birth_missing(people: pl.DataFrame) -> pl.DataFrame:
    straight = _pairs(people, ["forename", "surname", "postcode"])
    swapped = _pairs(people, ["given", "surname", "postcode"], ["surname", "given", "postcode"])
    pairs = pl.concat([straight, swapped])
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
    # A strong rung may join two children whose numbers differ, for a number is mistyped more often than all else.
    Tier("NHS number", 0.999, Guard.REGISTER, _number("nhs"), numbered=True),
    Tier("UPN", 0.998, Guard.REGISTER, _number("upn"), numbered=True),
    Tier("local identifier", 0.997, Guard.REGISTER, _number("la"), numbered=True),
    Tier("name, date of birth and postcode", 0.99, Guard.REGISTER, _at_one_address),
    Tier("unborn: mother's NHS number and date due", 0.98, Guard.REGISTER, _carried(["mother_nhs"])),
    Tier("name and date of birth", 0.97, Guard.NUMBERS, _name_and_birth),
    Tier("unborn: mother's name, her date of birth and date due", 0.96, Guard.NUMBERS,
         _carried(["mother_given", "mother_surname", "mother_dob"])),
    Tier("surname, date of birth and postcode, forename a slip apart", 0.95, Guard.NUMBERS, _forename_slip),
    Tier("forename, date of birth and postcode, another surname", 0.94, Guard.NUMBERS, _other_surname),
    Tier("name and postcode, date of birth a slip apart", 0.93, Guard.NUMBERS, _birth_slip),
    Tier("forename and date of birth, surname a slip apart", 0.9, Guard.NUMBERS, _surname_slip),
    Tier("surname and date of birth, forename a slip apart", 0.88, Guard.NUMBERS, _forename_slip_moved),
    Tier("date of birth and postcode, forename a slip apart", 0.87, Guard.NUMBERS, _forename_slip_at_home),
    Tier("postcode, date of birth and one name each a slip apart", 0.86, Guard.NUMBERS, _two_slips),
    Tier("unborn: mother's name, postcode and date due", 0.85, Guard.NUMBERS,
         _carried(["mother_given", "mother_surname", "postcode"])),
    Tier("date of birth, names exchanged and one a slip apart", 0.84, Guard.NUMBERS, _exchanged_and_a_slip),
    Tier("name and postcode, a date of birth missing", 0.75, Guard.NUMBERS, _birth_missing),
    Tier("name, date of birth a slip apart, another address", 0.7, Guard.NUMBERS, _birth_slip_moved),
)  # fmt: skip


def edges(people: pl.DataFrame) -> pl.DataFrame:
    """Find every pair that some tier joins, with the strongest tier that does.

    Returns:
        Columns tier (index into TIERS), kind (EXACT, ALIKE, or why the program does not join the pair: a value of
        JoinRefusal), low and high (profile ids, low < high), sorted: of one tier, those of the same forename first.
    """
    people = people.with_columns(pl.col(*_EQUAL).rank("dense").cast(pl.UInt32))
    by_tier = []
    for number, tier in enumerate(TIERS):
        pairs = tier.find(people)
        if tier.numbered:
            pairs = _with_copied(pairs)
        by_tier.append(
            pairs.select(
                pl.lit(number, pl.Int64).alias("tier"),
                _kind(tier).alias("kind"),
                pl.min_horizontal("id", "id_right").alias("low"),
                pl.max_horizontal("id", "id_right").alias("high"),
            )
        )
    every = pl.concat(by_tier).sort("tier", "kind", "low", "high")
    # A pair that one rung leaves to a person may be joined by another: the rung that joins it counts.
    strongest = every.sort(pl.col("kind").is_in([EXACT, ALIKE]).not_(), "tier").unique(["low", "high"], keep="first")
    exact = pl.col("kind") != EXACT
    return strongest.sort("tier", exact, "kind", "low", "high").select("tier", "kind", "low", "high")


def _kind(tier: Tier) -> pl.Expr:
    exact = _same("given") | (
        (pl.col("given") == pl.col("surname_right")) & (pl.col("surname") == pl.col("given_right"))
    )
    exact = exact.fill_null(False)
    # Without a birth to compare, a short form may as well be a brother's or sister's name.
    birthless = (pl.col("dob").is_null() | pl.col("dob_right").is_null()) & ~pl.col("unborn") & ~pl.col("unborn_right")
    kind = pl.when(exact & ~birthless).then(pl.lit(EXACT)).otherwise(pl.lit(ALIKE))
    if tier.numbered:
        return pl.when("copied").then(pl.lit(JoinRefusal.COPIED.value)).otherwise(pl.lit(EXACT))
    placed = pl.col(PLACE).is_not_null() | pl.col(f"{PLACE}_right").is_not_null()
    # A boy and a girl whose names are alike or short forms of one are twins; of one name, the sex is the slip.
    sexes = _differ("sex") & ~exact
    # The same name at the same address is enough, whatever stands for the birth.
    at_home = (_same("given") & _same("surname") & _same("postcode")).fill_null(False)
    return (
        pl.when(placed)
        .then(pl.lit(JoinRefusal.PLACE.value))
        .when(sexes)
        .then(pl.lit(JoinRefusal.SEXES.value))
        .when(default_birth() & ~at_home)
        .then(pl.lit(JoinRefusal.DEFAULT_BIRTH.value))
        .when(birthless & ~exact)
        .then(pl.lit(JoinRefusal.BIRTHLESS.value))
        .otherwise(kind)
    )
