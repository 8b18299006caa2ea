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
}
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
# What people and programs type where they hold no name, in lower-case letters alone.
_NO_NAME = (
    "null none nil nan na nk nn nka unknown unk notknown unnamed noname nameless notgiven notrecorded notstated notheld "
    "notprovided notapplicable notavailable missing blank empty withheld redacted removed restricted anon anonymous "
    "anonymised tbc tbd tba tobeconfirmed tobeadvised tobenamed tobeannounced pending awaited awaitingname "
    "unborn unbornbaby unbornchild baby babyof infant newborn newbornbaby foetus fetus child boy girl babyboy "
    "babygirl male female malechild femalechild malebaby femalebaby maleinfant femaleinfant twin triplet sibling "
    "forename surname firstname lastname name test testing xx xxx xxxx xxxxx zz zzz"
).split()
_OF_SOMEBODY = ("bo", "infantof", "childof", "sonof", "daughterof", "boyof", "girlof", "twinof")
# Such a word with a number or letter behind it: nobody's name, but two of them in one list are two children. A letter
# stands apart where the word and the letter together are a name, such as Boyd.
_WORDS = r"(?:unborn|baby|infant|newborn|child|boy|girl|male|female|twin|triplet|sibling|unknown|unnamed)"
_COUNTED = (
    rf"^(?:{_WORDS} ?)+(?:no ?|number ?)?(?: ?[0-9]{{1,2}}| [a-d]| ?(?:one|two|three|four)| i{{1,3}}| iv)$"
    r"|^(?:baby|twin|triplet)[a-d]$"
)
# Addresses that the NHS and registers use for no fixed abode, abroad, not known, and for what must not be told.
_NO_POSTCODE = r"^ZZ|^[A-Z]*$|^[0-9]*$"
# What people type into a field that wants ten digits; the last of them even passes the check.
_COUNTED_UP = ("0123456789", "1234567890", "9876543210")


def letters(name: pl.Expr) -> pl.Expr:
    """Return a name in lower-case letters alone: no accents, apostrophes, hyphens or spaces; blank is null."""
    plain = name.str.to_lowercase().str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    return _filled(plain.str.normalize("NFKD").str.replace_all(r"[^\p{L}]", ""))


def never_a_name(name: pl.Expr) -> pl.Expr:
    """Return whether normalised letters are what people type where they hold no name."""
    # One letter again and again, such as `xxxx`, is no name either; a single letter is an initial.
    return name.is_in(_NO_NAME) | name.str.contains(_repeated("abcdefghijklmnopqrstuvwxyz", 3))


def never_a_number(number: pl.Expr) -> pl.Expr:
    """Return whether a compact number is what people type to get past a field: a word, one sign repeated, a sequence."""
    words = [word.upper() for word in _NO_NAME]
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return number.is_in([*words, *_COUNTED_UP]) | number.str.contains(_repeated(signs, 2))


def _repeated(signs: str, least: int) -> str:
    # The engine of expressions knows no back-reference, so every sign is spelled out.
    return "^(?:" + "|".join(f"{sign}{{{least},}}" for sign in signs) + ")$"


def _surname(column: str) -> pl.Expr:
    name = letters(pl.col(column))
    return pl.when(~never_a_name(name)).then(name)


def _forename(column: str, surname: str) -> pl.Expr:
    name = letters(pl.col(column))
    # An unnamed child often goes by its mother's surname: `Baby Smith`.
    alone = name.str.strip_suffix(letters(pl.col(surname)).fill_null(""))
    nobody = never_a_name(name) | never_a_name(alone) | ((alone != name) & alone.is_in(_OF_SOMEBODY))
    return pl.when(~nobody & _place(column, surname).is_null()).then(name)


def _place(column: str, surname: str) -> pl.Expr:
    """Return what counts children where a forename should stand, such as `twin2`; null for a name."""
    typed = pl.col(column).str.to_lowercase().str.normalize("NFKC").str.replace_all(r"[^\p{L}0-9]+", " ")
    alone = typed.str.strip_suffix(pl.col(surname).str.to_lowercase().fill_null("")).str.strip_chars()
    return pl.when(alone.str.contains(_COUNTED)).then(alone.str.replace_all(" ", ""))


def normalised(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Stack the identity records of all returns in normalised form.

    Args:
        records: return code -> the frame of `validation.contract.identity.records`; absent columns count as blank.

    Returns:
        One row a record: return, row, sheet, the columns of IDENTITY, and PLACE.
    """
    stacked = [_shaped(code, frame) for code, frame in sorted(records.items())]
    everything = pl.concat(stacked) if stacked else pl.DataFrame(schema={"return": pl.String, **_RECORDS})
    given = _forename("forename", "surname")
    mother = _forename("mother_forename", "mother_surname")
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
        _surname("surname").alias("surname"),
        pl.col("date_of_birth").alias("dob"),
        # An unborn child of one return is a born one of another: the birth stands in for the date due.
        pl.coalesce("expected_date_of_birth", "date_of_birth").alias("due"),
        unborn.alias("unborn"),
        # Any other code, such as one for not known, is blank, so that it contradicts nothing.
        pl.when(sex.is_in(["M", "F"])).then(sex).alias("sex"),
        _postcode().alias("postcode"),
        mother.replace(NICKNAMES).alias("mother_given"),
        _surname("mother_surname").alias("mother_surname"),
        pl.col("mother_date_of_birth").alias("mother_dob"),
        _nhs("mother_nhs_number").alias("mother_nhs"),
        _place("forename", "surname").alias(PLACE),
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
    return pl.when(~postcode.str.contains(_NO_POSTCODE)).then(postcode)


def _upn() -> pl.Expr:
    number = compact(pl.col("upn"))
    return pl.when(~bad_upn_format(number) & ~never_a_number(number.str.slice(1))).then(number)


def _local() -> pl.Expr:
    number = compact(pl.col("la_child_id"))
    return pl.when(~never_a_number(number) & (number.str.len_chars() > 1)).then(number)
