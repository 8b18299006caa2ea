"""Takes returns with encoded names together with others: a record borrows the name that is most like its own.

Only names of records born on the same day can be compared, for the day is part of the encoding. A name that is alike
enough is borrowed, one that is somewhat alike is left blank, so that people decide, and any other becomes a name of its
own, which is like no other. Nothing here changes a record whose names are plain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from validation.contract.encoded import PREFIX, encoding_key, from_text, likeness, signature
from validation.contract.not_values import letters, never_a_name

ALIKE = 0.7
"""From this likeness on a name is borrowed: slips of the pen are above it, brothers' and sisters' names below."""

UNLIKE = 0.45
"""Below this likeness a name is another one; in between nobody can tell."""

_PARTS = ("forename", "surname")
_OWN = 14


@dataclass(frozen=True, slots=True)
class _NameCandidate:
    """A plain name of somebody born on a day, with the signatures of its parts."""

    names: tuple[str | None, str | None]
    signs: tuple[bytes | None, bytes | None]


def has_encoded(frame: pl.DataFrame) -> bool:
    """Return whether any record has an encoded name."""
    return any(name in frame.columns and frame[name].drop_nulls().str.starts_with(PREFIX).any() for name in _PARTS)


def with_borrowed_names(records: Mapping[str, pl.DataFrame], secret: bytes) -> dict[str, pl.DataFrame]:
    """Return the records of all returns, those with encoded names under borrowed ones.

    Args:
        records: return code -> frame of `validation.contract.identity.records`.
        secret: of the pseudonyms, from which the key of the encoding is made.
    """
    encoded = {code for code, frame in records.items() if has_encoded(frame)}
    if not encoded:
        return dict(records)
    key = encoding_key(secret)
    days = {day for code in encoded for day in records[code]["date_of_birth"].drop_nulls().to_list()}
    by_day = _candidates([frame for code, frame in records.items() if code not in encoded], days, key)
    return {code: _borrowing(frame, by_day) if code in encoded else frame for code, frame in records.items()}


def borrowed_earlier(earlier: pl.DataFrame | None, secret: bytes) -> pl.DataFrame | None:
    """Return the identity records of the version before in the same way; each has its return."""
    if earlier is None or not has_encoded(earlier):
        return earlier
    by_return = {str(code): frame for (code,), frame in earlier.group_by("return", maintain_order=True)}
    return pl.concat(list(with_borrowed_names(by_return, secret).values()))


def _candidates(frames: Sequence[pl.DataFrame], days: set[date], key: bytes) -> dict[date, list[_NameCandidate]]:
    """Return the plain names of everybody born on one of some days, each name once a day."""
    by_day: dict[date, list[_NameCandidate]] = {}
    if not frames:
        return by_day
    plain = (
        pl.concat([frame.select("date_of_birth", *_PARTS) for frame in frames]).unique().sort("date_of_birth", *_PARTS)
    )
    plain = plain.filter(pl.col("date_of_birth").is_in(list(days))).with_columns(
        pl.when(~never_a_name(pl.col(part))).then(letters(pl.col(part))).alias(f"{part} letters") for part in _PARTS
    )
    for day, forename, surname, given, family in plain.iter_rows():
        signs = tuple(signature(text, day, key) if text else None for text in (given, family))
        by_day.setdefault(day, []).append(_NameCandidate((forename, surname), signs))  # type: ignore[arg-type]
    return by_day


def _borrowing(frame: pl.DataFrame, by_day: Mapping[date, Sequence[_NameCandidate]]) -> pl.DataFrame:
    rows = frame.select("date_of_birth", *_PARTS).rows()
    # Equal cells borrow equally, whatever the order of the rows (L4).
    borrowed = {row: _borrowed(row, by_day.get(row[0], ())) for row in set(rows)}
    _keep_apart(borrowed)
    columns = zip(*(borrowed[row] for row in rows), strict=True) if rows else ((), ())
    return frame.with_columns(
        pl.Series(part, list(values), dtype=pl.String) for part, values in zip(_PARTS, columns, strict=True)
    )


_Names = tuple[str | None, str | None]
_Row = tuple[date | None, str | None, str | None]


def _borrowed(row: _Row, candidates: Sequence[_NameCandidate]) -> _Names:
    """Return the names under which a record is compared."""
    signs = tuple(from_text(cell) if cell else None for cell in row[1:])
    if not any(signs):
        return row[1], row[2]
    scored = [(_likenesses(signs, each.signs), each) for each in candidates]
    best = max(
        scored, key=lambda pair: (sum(pair[0]), pair[0], pair[1].names[1] or "", pair[1].names[0] or ""), default=None
    )
    likenesses, names = (best[0], best[1].names) if best else ((0.0, 0.0), (None, None))
    return tuple(  # type: ignore[return-value]
        cell if sign is None else _name(sign, like, name)
        for cell, sign, like, name in zip(row[1:], signs, likenesses, names, strict=True)
    )


def _likenesses(signs: Sequence[bytes | None], others: Sequence[bytes | None]) -> tuple[float, float]:
    pairs = zip(signs, others, strict=True)
    given, family = (likeness(sign, other) if sign and other else 0.0 for sign, other in pairs)
    return given, family


def _name(sign: bytes, like: float, name: str | None) -> str | None:
    if like >= ALIKE:
        return name
    return None if like >= UNLIKE else _own(sign)


def _own(sign: bytes) -> str:
    """Return a name that is like no other, the same for the same signature: letters that stand for its first places."""
    return "".join(chr(ord("a") + place) for place in sign[:_OWN])


def _keep_apart(borrowed: dict[_Row, _Names]) -> None:
    """Give no two records of one return the same borrowed names if their own were not the same: twins stay two."""
    taken: dict[tuple[date | None, _Names], _Row] = {}
    for row in sorted(borrowed, key=lambda each: tuple(str(part) for part in each)):
        place = (row[0], borrowed[row])
        other = taken.setdefault(place, row)
        if other is not row and row[1] != other[1] and row[2] == other[2]:
            sign = from_text(row[1]) if row[1] else None
            if sign:
                borrowed[row] = (_own(sign), borrowed[row][1])
