"""Not a value: what stands in a cell where nothing is known, for rules and for linkage alike; in three classes.

Never a value: a word, a mark or a number that people and programs write where they hold nothing (`NULL`, `TBC`, `-`,
`Baby`, 9999999999, 1 January 1900). It is asked about, should be left blank, and is no evidence of anything.

A true value that identifies nobody: an address that the NHS uses for no fixed abode or for what must not be told
(`ZZ99 3VZ`, `ZZZSECUR`), or one that says it is withheld. It is accepted, and is no evidence that two records are one
child.

A true value that is weak evidence: a birth on 1 January, which is also written where only the year is known. It is
accepted, mentioned where its share is far above chance, and weighs less.

Sources: what databases write for NULL (SQL Server, R, pandas, MySQL); the NHS data dictionary on ZZ99 postcodes and on
names of babies not yet named; NHS Digital on the postcode of restricted records; all others are this project's own.
"""

from collections.abc import Callable

import polars as pl

PROGRAMS_WRITE = (
    *("NULL", "null", "Null", "(null)", "<null>", "<NULL>", "[NULL]", "[null]", "#NULL", "#NULL#", "\\N"),
    *("NaN", "nan", "NA", "<NA>", "NaT", "None", "(blank)"),
)
"""What a program writes for a blank: as it spells it, since `Na` is a name."""

_WORDS = (
    *("null", "nil", "none", "n/a", "n.a.", "n.a", "unknown", "unk", "nk", "n/k", "tbc", "tbd", "tba", "missing"),
    *("blank", "(blank)", "empty", "awaited", "pending", "not known", "not recorded", "not available", "no data"),
    *("not applicable", "not provided", "not given", "not stated", "not held", "none held", "no information"),
    *("to be confirmed", "to be advised", "-", "--", "---", ".", "..", "...", "?", "x", "xx", "xxx"),
    *("xxxx", "*", "**", "~", "/", "_", "\u2013", "\u2014"),
)
PEOPLE_WRITE = tuple(
    sorted({form(word) for word in _WORDS for form in (str.lower, str.upper, str.capitalize, str.title)})
)
"""What people write where they hold nothing, in the ways in which they write capitals."""

# What people and programs type where they hold no name, in lower-case letters alone.
_NO_NAME = (
    *("null", "none", "nil", "nan", "nk", "nka", "unknown", "unk", "notknown", "unnamed", "noname"),
    *("nameless", "notgiven", "notrecorded", "notstated", "notheld", "notprovided", "notapplicable"),
    *("notavailable", "missing", "blank", "empty", "withheld", "redacted", "removed", "restricted", "anon"),
    *("anonymous", "anonymised", "tbc", "tbd", "tba", "tobeconfirmed", "tobeadvised", "tobenamed"),
    *("tobeannounced", "pending", "awaited", "awaitingname", "unborn", "unbornbaby", "unbornchild", "baby"),
    *("babyof", "infant", "newborn", "newbornbaby", "foetus", "fetus", "child", "boy", "girl", "babyboy"),
    *("babygirl", "male", "female", "malechild", "femalechild", "malebaby", "femalebaby", "maleinfant"),
    *("namenotgiven", "namenotknown", "namenotrecorded", "namenotheld", "nameunknown", "namewithheld", "namerefused"),
    *("nonamegiven", "refused", "refusedtogive", "declined", "ditto", "asabove", "seeabove", "bby", "nfa"),
    *("mr", "mrs", "ms", "miss", "juvenile", "youth", "victim", "suspect"),
    *("femaleinfant", "twin", "triplet", "sibling", "forename", "surname", "firstname", "lastname", "name"),
    *("test", "testing", "xx", "zz"),
)
# Such a word with a number or letter behind it is nobody's name, but two of them in one list are two children. A letter
# stands apart where the word and the letter together are a name, such as Boyd.
_SOMEBODY = r"(?:unborn|baby|infant|newborn|child|boy|girl|male|female|twin|triplet|sibling|unknown|unnamed)"
_COUNTED = (
    rf"^(?:{_SOMEBODY} ?)+(?:no ?|number ?)?(?: ?[0-9]{{1,2}}| [a-d]| ?(?:one|two|three|four)| i{{1,3}}| iv)$"
    r"|^(?:baby|twin|triplet)[a-d]$"
)
_OF_SOMEBODY = ("bo", "infantof", "childof", "sonof", "daughterof", "boyof", "girlof", "twinof")
# What people type into a field that wants ten digits; two of the three pass even the check of an NHS number.
_PASSING_THE_CHECK = ("0123456789", "9876543210")
_COUNTED_UP = (*_PASSING_THE_CHECK, "1234567890")
_ALPHABET, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
# Spreadsheets count days from one of these years: the first of them stand where no date, or a child's age, was typed.
_COUNTED_FROM = (1900, 1904)
_WITHHELD = ("WITHHELD", "ADDRESSWITHHELD", "RESTRICTED", "CONFIDENTIAL", "REFUGE", "NFA", "NOFIXEDABODE", "ABROAD")


# In one expression, since every name of a return is asked: a word with marks anywhere between its letters, one letter
# again and again, a word that counts children, or marks alone.
_BETWEEN = r"[\s./\\'\u2019_()-]*"
_NEVER = (
    rf"(?i)^{_BETWEEN}(?:"
    + "|".join(_BETWEEN.join(word) for word in _NO_NAME)
    + "|"
    + "|".join(f"{letter}{{3,}}" for letter in _ALPHABET)
    + rf"|(?:{_SOMEBODY}{_BETWEEN})+(?:no{_BETWEEN}|number{_BETWEEN})?"
    + r"(?:[0-9]{1,2}|[\s._-]+[a-d]|one|two|three|four|[\s._-]+(?:i{1,3}|iv))"
    + r"|(?:baby|twin|triplet)[a-d]"
    + rf"){_BETWEEN}$|^[^\p{{L}}]+$|^(?-i:NA|N/A)$"
)


def letters(name: pl.Expr) -> pl.Expr:
    """Return a name in lower-case letters alone: no accents, apostrophes, hyphens or spaces; blank is null."""
    plain = name.str.to_lowercase().str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    bare = plain.str.normalize("NFKD").str.replace_all(r"[^\p{L}]", "")
    return pl.when(bare.str.len_chars() > 0).then(bare)


def never_a_name(forename: pl.Expr, surname: pl.Expr | None = None) -> pl.Expr:
    """Return whether what was typed as a name is what people type where they hold none.

    Args:
        forename: as typed.
        surname: as typed; with it `Baby Smith` of the family Smith is seen to be no forename.
    """
    nobody = forename.str.contains(_NEVER)
    if surname is None:
        return nobody
    # An unnamed child often goes by its mother's surname.
    name = letters(forename)
    alone = name.str.strip_suffix(letters(surname).fill_null(""))
    nobody = nobody | ((alone != name) & alone.is_in([*_NO_NAME, *_OF_SOMEBODY]))
    return nobody | place_among_children(forename, surname).is_not_null()


def place_among_children(forename: pl.Expr, surname: pl.Expr | None = None) -> pl.Expr:
    """Return what counts children where a forename should stand, such as `twin2`; null for a name.

    It names nobody, but two records of one list that differ in it are two children.
    """
    typed = forename.str.to_lowercase().str.normalize("NFKC").str.replace_all(r"[^\p{L}0-9]+", " ")
    if surname is not None:
        typed = typed.str.strip_suffix(surname.str.to_lowercase().fill_null(""))
    alone = typed.str.strip_chars()
    return pl.when(alone.str.contains(_COUNTED)).then(alone.str.replace_all(" ", ""))


def never_a_number(number: pl.Expr) -> pl.Expr:
    """Return whether a compact number is what people type to get past a field.

    Such is a word for nothing, one sign again and again, or digits counted up or down.
    """
    words = [word.upper() for word in _NO_NAME] + ["NA"]
    signs = _DIGITS + _ALPHABET.upper()
    return number.is_in([*words, *_COUNTED_UP]) | number.str.contains(_again(signs, 2))


def identifies_nobody(postcode: pl.Expr) -> pl.Expr:
    """Return whether a postcode in capitals stands for no address of one family: abroad, none, not known, withheld.

    Source: NHS data dictionary, postcodes beginning ZZ99; `ZZZSECUR` of the personal demographics service.
    """
    bare = postcode.str.replace_all(" ", "", literal=True)
    return bare.str.starts_with("ZZ") | bare.is_in(_WITHHELD)


def never_issued(nhs_number: pl.Expr) -> pl.Expr:
    """Return whether a compact NHS number passes its check and was never issued: one digit ten times, or a sequence."""
    return nhs_number.is_in([digit * 10 for digit in _DIGITS] + [*_PASSING_THE_CHECK])


def never_a_birth(birth: pl.Expr) -> pl.Expr:
    """Return whether a date of birth is what a system writes where it holds none, or an age that was read as a date.

    Spreadsheets count days from January of 1900 or 1904; other systems from a day before (1753, 1899). Any other old
    birth is a slip of its sender, which two returns of one source may share.
    """
    first_days = birth.dt.year().is_in(_COUNTED_FROM) & (birth.dt.month() == 1)
    return (birth.dt.year() < min(_COUNTED_FROM)) | first_days


def never_a_childs_birth(birth: pl.Expr) -> pl.Expr:
    """Return whether a child's date of birth is the day from which a system counts: Unix from 1970, DOS from 1980."""
    return never_a_birth(birth) | (often_made_up(birth) & birth.dt.year().is_in([1970, 1980]))


def often_made_up(birth: pl.Expr) -> pl.Expr:
    """Return whether a date of birth is 1 January, which is also written where only the year is known."""
    return (birth.dt.month() == 1) & (birth.dt.day() == 1)


def words_for_nothing(is_code: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the words for nothing, in the spellings that occur, but for those that mean a code of a column."""
    return tuple(word for word in (*PROGRAMS_WRITE, *PEOPLE_WRITE) if not is_code(word))


def _again(signs: str, least: int) -> str:
    # The engine of expressions knows no back-reference, so every sign is spelled out.
    return "^(?:" + "|".join(f"{sign}{{{least},}}" for sign in signs) + ")$"
