"""What a frozen cohort is: the frame that everybody works with, and the restricted table that says who they are."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from tasks.linkage import Linkage

# The return that lists the children whom the council knows.
REGISTER = "LA-DA"
INCIDENTS = "POL-1"
PERPETRATORS = "PRO-1"
NOT_KNOWN_TO_COUNCIL = "not known to council"
UNKNOWN = "unknown"
NO_POLICE_RISK = "none"
UNBORN = "unborn"

FRAME: dict[str, pl.DataType] = {
    "child": pl.String(),
    "household": pl.String(),
    "age_band": pl.String(),
    "sex": pl.String(),
    "ethnicity": pl.String(),
    "plan_status": pl.String(),
    "police_risk": pl.String(),
    "perpetrator_on_probation": pl.Boolean(),
    "marac": pl.Boolean(),
    "incidents": pl.Int64(),
    "agencies": pl.List(pl.String()),
    "decision_points": pl.List(pl.String()),
    "hidden": pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class InputVersion:
    """One return as it went into a cohort."""

    code: str
    version: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Cohort:
    """The children in scope at the announcement.

    Attributes:
        frame: one row a child, sorted by child, the columns of FRAME; no direct identifier.
        identifiers: one row a record of a child in scope, or of one who may be the same as a child in scope: child,
            return, row and what the agency holds (L5: this table stays in the evidence store).
        links: return, row, child, probability of every record, in scope or not.
        exclusions: reason, children: who was linked but is not in the frame.
        reconciliation: measure, agency, other, children (see `reconciliation`).
        announced: the day on which ages are counted.
        linkage: how the links came about, and the pairs that a person should look at.
        adults: adult (pseudonym), role, return, row, probability of every record of a victim or perpetrator.
        adult_children: adult, child, role.
    """

    frame: pl.DataFrame
    identifiers: pl.DataFrame
    links: pl.DataFrame
    exclusions: pl.DataFrame
    reconciliation: pl.DataFrame
    announced: date
    linkage: Linkage
    adults: pl.DataFrame
    adult_children: pl.DataFrame


def column(frame: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column of a canonical frame, or nulls where the return came without it."""
    present = pl.col(name) if name in frame.columns else pl.lit(None)
    return present.cast(kind, strict=False).alias(name)
