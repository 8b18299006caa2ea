"""How the sample compares with the cohort: shares by group, and plain sentences where a group is missing."""

from collections.abc import Sequence

import polars as pl

from tasks.sampling.candidates import UNKNOWN
from tasks.sampling.sample import Sample

_DIMENSIONS = {
    "age_band": "age",
    "sex": "sex",
    "ethnicity_group": "ethnic group",
    "plan_status": "plan status",
    "agencies": "agency",
}
# A group is missed only where the draw could be expected to reach it.
_EXPECTED = 1.0
_SCHEMA = {
    "dimension": pl.String,
    "group": pl.String,
    "cohort": pl.Int64,
    "cohort_share": pl.Float64,
    "sample": pl.Int64,
    "sample_share": pl.Float64,
    "gap": pl.String,
}
_BROAD = {"W": "White", "M": "Mixed", "A": "Asian or Asian British", "B": "Black or Black British", "C": "Other"}
_BROAD_CODES = {"OOTH": "Other", "CHNE": "Other", "REFU": "Not stated", "NOBT": "Not stated"}


def ethnicity_group(code: str | None) -> str:
    """Return the broad group of an ethnicity code (LIIA's six groups), 'Not stated' for anything else."""
    given = (code or "").strip().upper()
    if given in _BROAD_CODES:
        return _BROAD_CODES[given]
    return _BROAD.get(given[:1], "Not stated") if len(given) == len("WBRI") else "Not stated"


def coverage(frame: pl.DataFrame, sample: Sample) -> pl.DataFrame:
    """Compare the chosen children with the cohort by age, sex, ethnic group, plan status and agency.

    Returns:
        One row a group, sorted: dimension, group, cohort and sample (children), their shares (0 to 1, four decimals;
        a child known to several agencies counts at each), and gap: a sentence, null where there is none.
    """
    if "ethnicity" in frame.columns:
        groups = pl.col("ethnicity").map_elements(ethnicity_group, return_dtype=pl.String, skip_nulls=False)
        frame = frame.with_columns(groups.alias("ethnicity_group"))
    chosen = frame.filter(pl.col("child").is_in([row.child for row in sample.chosen()]))
    rows = [row for name in _DIMENSIONS if name in frame.columns for row in _compared(name, frame, chosen)]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def gaps(covered: pl.DataFrame) -> tuple[str, ...]:
    """Return the sentences of a coverage frame for the groups that the sample misses."""
    return tuple(covered["gap"].drop_nulls().to_list())


def _compared(name: str, frame: pl.DataFrame, chosen: pl.DataFrame) -> Sequence[tuple[object, ...]]:
    cohort, drawn = _counts(frame, name), _counts(chosen, name)
    rows = []
    for group in sorted(cohort):
        share, taken = cohort[group] / max(frame.height, 1), drawn.get(group, 0)
        sample_share = taken / max(chosen.height, 1)
        expected = share * chosen.height
        gap = None
        if not taken and expected >= _EXPECTED:
            gap = (
                f"Nobody in the sample for {_DIMENSIONS[name]} '{group}', {share:.0%} of the cohort "
                f"({cohort[group]} children): about {round(expected)} would be expected."
            )
        rows.append((_DIMENSIONS[name], group, cohort[group], round(share, 4), taken, round(sample_share, 4), gap))
    return rows


def _counts(frame: pl.DataFrame, name: str) -> dict[str, int]:
    values = frame.select(pl.col(name))
    if isinstance(values.schema[name], pl.List):
        values = values.explode(name)
    counted = values.select(pl.col(name).cast(pl.String).fill_null(UNKNOWN)).to_series().value_counts()
    return dict(counted.iter_rows())
