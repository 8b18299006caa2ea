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
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
# What people and programs type where they hold no name, in lower-case letters alone.
_WORDS_FOR_NO_NAME = """
    null none nil nan na nk nn nka unknown unk notknown unnamed noname nameless notgiven notrecorded notstated
    notheld notprovided notapplicable notavailable missing blank empty withheld redacted removed restricted anon
    anonymous anonymised tbc tbd tba tobeconfirmed tobeadvised tobenamed tobeannounced pending awaited awaitingname
    unborn unbornbaby unbornchild baby babyof infant newborn newbornbaby foetus fetus child boy girl babyboy
    babygirl male female malechild femalechild malebaby femalebaby maleinfant femaleinfant twin triplet sibling
    forename surname firstname lastname name test testing xx xxx xxxx xxxxx zz zzz
"""
_NO_NAME = tuple(_WORDS_FOR_NO_NAME.split())
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


def undoubled(name: pl.Expr) -> pl.Expr:
    """Return a normalised name with each letter once where it stands twice in a row."""
    return name.str.replace_many([letter * 2 for letter in _ALPHABET], list(_ALPHABET))


def never_a_name(name: pl.Expr) -> pl.Expr:
    """Return whether normalised letters are what people type where they hold no name."""
    # One letter again and again, such as `xxxx`, is no name either; a single letter is an initial.
    return name.is_in(_NO_NAME) | (_one_sign(name) & (name.str.len_chars() > 2))


def never_a_number(number: pl.Expr) -> pl.Expr:
    """Return whether a compact number is what people type to get past a field: a word, one sign again and again."""
    return number.is_in([*(word.upper() for word in _NO_NAME), *_COUNTED_UP]) | _one_sign(number)


def _one_sign(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars(text.str.slice(0, 1)).str.len_chars() == 0


def _unnamed(records: pl.DataFrame) -> pl.DataFrame:
    """Return the records whose forename is a word for a child without one, and what counts such children.

    Args:
        records: index, forename and surname as they stand, `given` as letters alone.

    Returns:
        index and PLACE (`twin2`), which is null where nothing counts the child.
    """
    # These few are looked at closely; a look at every record would take longer than all else here.
    suspected = records.filter(pl.col("given").str.contains(f"{_WORDS}|of|^bo"))
    surname = pl.col("surname").str.to_lowercase().fill_null("")
    # An unnamed child often goes by its mother's surname: `Baby Smith`.
    name = pl.col("given").str.strip_suffix(letters(pl.col("surname")).fill_null(""))
    typed = pl.col("forename").str.to_lowercase().str.normalize("NFKC").str.replace_all(r"[^\p{L}0-9]+", " ")
    alone = typed.str.strip_suffix(surname).str.strip_chars()
    place = pl.when(alone.str.contains(_COUNTED)).then(alone.str.replace_all(" ", ""))
    nobody = never_a_name(name) | ((name != pl.col("given")) & name.is_in(_OF_SOMEBODY)) | place.is_not_null()
    return suspected.filter(nobody).select("index", place.alias(PLACE))


def normalised(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Stack the identity records of all returns in normalised form.

    Args:
        records: return code -> the frame of `validation.contract.identity.records`; absent columns count as blank.

    Returns:
        One row a record: return, row, sheet, the columns of IDENTITY, and PLACE.
    """
    stacked = [_shaped(code, frame) for code, frame in sorted(records.items())]
    everything = pl.concat(stacked) if stacked else pl.DataFrame(schema={"return": pl.String, **_RECORDS})
    everything = everything.with_row_index("index").with_columns(
        letters(pl.col("forename")).alias("given"), letters(pl.col("mother_forename")).alias("mother_given")
    )
    nobody = _unnamed(everything.select("index", "forename", "surname", "given"))
    everything = everything.join(nobody.with_columns(nobody=True), on="index", how="left", maintain_order="left")
    given = _known(pl.when(pl.col("nobody").is_null()).then("given"))
    mother = _known(pl.col("mother_given"))
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
        _known(letters(pl.col("surname"))).alias("surname"),
        pl.col("date_of_birth").alias("dob"),
        # An unborn child of one return is a born one of another: the birth stands in for the date due.
        pl.coalesce("expected_date_of_birth", "date_of_birth").alias("due"),
        unborn.alias("unborn"),
        # Any other code, such as one for not known, is blank, so that it contradicts nothing.
        pl.when(sex.is_in(["M", "F"])).then(sex).alias("sex"),
        _postcode().alias("postcode"),
        mother.replace(NICKNAMES).alias("mother_given"),
        _known(letters(pl.col("mother_surname"))).alias("mother_surname"),
        pl.col("mother_date_of_birth").alias("mother_dob"),
        _nhs("mother_nhs_number").alias("mother_nhs"),
        PLACE,
    )


def _shaped(code: str, frame: pl.DataFrame) -> pl.DataFrame:
    given = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in _RECORDS.items()
    ]
    return frame.select(pl.lit(code).alias("return"), *given)


def _known(name: pl.Expr) -> pl.Expr:
    return pl.when(~never_a_name(name)).then(name)


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
