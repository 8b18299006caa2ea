"""The groups by which people ask whether a sample is fair: age, sex, ethnic group, plan status, risk, agency."""

import polars as pl

from tasks.cohort.frame import BROAD_GROUPS, NOT_STATED, UNKNOWN

# Between the codes of a list; no code has this character.
_ITEM_END = "\x1f"

DIMENSIONS: dict[str, str] = {
    "age_band": "age",
    "sex": "sex",
    "ethnicity": "ethnic group",
    "plan_status": "plan status",
    "police_risk": "police risk",
    "agencies": "agency",
}
"""Column of the frame -> the words that people read."""

MARGIN_WORDS: dict[str, str] = DIMENSIONS | {
    "hidden": "hidden from the council",
    "disability": "disability",
    "marac": "heard by a Marac",
    "perpetrator_on_probation": "perpetrator on probation",
}
"""The same of every column that a margin can have."""

_BROAD_CODES = {"OOTH": "Other", "CHNE": "Other", "REFU": NOT_STATED, "NOBT": NOT_STATED}


def ethnicity_group(code: str | None) -> str:
    """Return the broad group of an ethnicity code (LIIA's six groups), 'Not stated' for anything else."""
    given = (code or "").strip().upper()
    if given in _BROAD_CODES:
        return _BROAD_CODES[given]
    return BROAD_GROUPS.get(given[:1], NOT_STATED) if len(given) == len("WBRI") else NOT_STATED


def groups(name: str, kind: pl.DataType) -> pl.Expr:
    """Return the groups of each child by one column of the frame, as a list of texts; several for a list column.

    A missing value is 'unknown', yes/no values read as such, ethnicity codes as their broad groups.
    """
    column = pl.col(name)
    if isinstance(kind, pl.List):
        return column.cast(pl.List(pl.String)).list.drop_nulls().list.unique().list.sort().fill_null([])
    if name == "ethnicity":
        return pl.concat_list(column.map_elements(ethnicity_group, return_dtype=pl.String, skip_nulls=False))
    return pl.concat_list(words(name, kind))


def words(name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column's values as texts: 'unknown' where missing, yes/no values as such."""
    column = pl.col(name)
    if kind == pl.Boolean:
        column = pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    return column.cast(pl.String).fill_null(UNKNOWN)


def tuples(lists: pl.Series) -> list[tuple[str, ...]]:
    """Return a column of lists of codes as tuples; equal ones are one object, which is much faster to make."""
    parts: dict[str, tuple[str, ...]] = {"": ()}
    joined = lists.list.join(_ITEM_END, ignore_nulls=True).fill_null("").to_list()
    for text in set(joined):
        parts.setdefault(text, tuple(text.split(_ITEM_END)))
    return [parts[text] for text in joined]
