"""What encoding names costs in linkage, and what an attacker with the file, or with file and key, recovers of names."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from benchmarks import febrl
from benchmarks.figures import Figure
from tasks.linkage import linkage
from validation.contract.encoded import encoding_key, from_text, likeness, signature, to_text
from validation.contract.not_values import letters

_SECRET = b"the secret of one inspection's pseudonyms"
_KEY = encoding_key(_SECRET)
_PARTS = ("forename", "surname")
_MOTHERS = ("mother_forename", "mother_surname")

Records = Mapping[str, pl.DataFrame]


def encoded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return records as an agency that sends no names would have them."""
    cells = []
    for part in _PARTS:
        plain = frame.select(letters(pl.col(part)).alias("letters"))["letters"]
        texts = [_text(name, day) for name, day in zip(plain, frame["date_of_birth"], strict=True)]
        cells.append(pl.Series(part, texts, dtype=pl.String))
    return blank(frame, *_MOTHERS).with_columns(cells)


def _text(name: str | None, day: date | None) -> str | None:
    return to_text(signature(name, day, _KEY)) if name else None


def blank(frame: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Return records without some columns."""
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names)


def cost(records: Records, truth: pl.DataFrame, code: str) -> dict[str, float]:
    """Return F1 with plain names, with one return's names encoded, and with that return's names left out."""
    ways = {
        "plain": dict(records),
        "encoded": {**records, code: encoded(records[code])},
        "left out": {**records, code: blank(records[code], *_PARTS, *_MOTHERS)},
    }
    return {way: febrl.judged(linkage(given, _SECRET), truth)["f1"] for way, given in ways.items()}


def recovered(frame: pl.DataFrame, dictionary: pl.DataFrame) -> dict[str, float]:
    """Return the share of surnames that an attacker recovers.

    Args:
        frame: the plain records behind the encoded return.
        dictionary: plain records of others, whose surnames the attacker tries: all of them for each day of birth.

    Returns:
        By counting: the commonest encoding is taken for the commonest name, and so on, without the key. By trying: each
        name of the dictionary is encoded under the key, and the most alike is taken.
    """
    plain = frame.select(letters(pl.col("surname")).alias("name"), "date_of_birth").drop_nulls()
    coded = [(name, day, _text(name, day) or "") for name, day in plain.iter_rows()]
    names = dictionary.select(letters(pl.col("surname")).alias("name"))["name"].drop_nulls()
    by_count = [name for name, _ in Counter(names.to_list()).most_common()]
    codes = [code for code, _ in Counter(code for _, _, code in coded).most_common()]
    guesses = dict(zip(codes, by_count, strict=False))
    counted = sum(guesses.get(code) == name for name, _, code in coded) / len(coded)
    some = coded[:: max(1, len(coded) // 60)]
    tried = sum(_best(code, day, by_count) == name for name, day, code in some) / len(some)
    return {"counting": counted, "trying": tried}


def _best(code: str, day: date, names: list[str]) -> str:
    sign = from_text(code) or b""
    return max(names, key=lambda name: (likeness(sign, signature(name, day, _KEY)), name))


def figures(records: Records, truth: pl.DataFrame, code: str, name: str) -> Iterator[Figure]:
    """Yield the figures of one set of records."""
    by_way = cost(records, truth, code)
    yield Figure(f"linkage {name}, F1 with the names of {code} encoded", by_way["encoded"], "", 0.0, "more")
    yield Figure(f"linkage {name}, F1 with plain names", by_way["plain"], "", 0.0, "more")
    yield Figure(f"linkage {name}, F1 with those names left out", by_way["left out"], "", 0.0, "more")
    others = pl.concat([frame.select("surname") for other, frame in sorted(records.items()) if other != code])
    attack = recovered(records[code], others)
    yield Figure(f"linkage {name}, surnames recovered by counting, without the key", attack["counting"], "", 1.0)
    yield Figure(f"linkage {name}, surnames recovered by trying, with the key", attack["trying"], "", 1.0)
