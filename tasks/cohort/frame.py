"""What a frozen cohort is: the frame that everybody works with, and the restricted table that says who they are."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from models.frames import Frame, FrameColumn
from tasks.linkage import Linkage

# The return that lists the children whom the council knows.
REGISTER = "LA-DA"
INCIDENTS = "POL-1"
PERPETRATORS = "PRO-1"
NOT_KNOWN_TO_COUNCIL = "not known to council"
UNKNOWN = "unknown"
NO_POLICE_RISK = "none"
UNBORN = "unborn"
NOT_STATED = "Not stated"
BROAD_GROUPS = {"W": "White", "M": "Mixed", "A": "Asian or Asian British", "B": "Black or Black British", "C": "Other"}
"""First letter of a code of ethnicity -> the broad group; `NOT_STATED` where there is none."""


class CohortFrame(Frame):
    """The children in scope: what everybody works with, and nothing that says who a child is."""

    child = FrameColumn(pl.String(), "The pseudonym.", unique=True)
    household = FrameColumn(pl.String(), "By which children live together.", nullable=True)
    age_band = FrameColumn(pl.String())
    sex = FrameColumn(pl.String(), nullable=True)
    ethnicity = FrameColumn(pl.String())
    disability = FrameColumn(pl.String(), "Whether the council records one.", among=("yes", "no", UNKNOWN))
    plan_status = FrameColumn(pl.String())
    police_risk = FrameColumn(pl.String())
    perpetrator_on_probation = FrameColumn(pl.Boolean())
    marac = FrameColumn(pl.Boolean(), "Whether a Marac heard the case.")
    incidents = FrameColumn(pl.Int64(), "Police incidents in the window.", least=0)
    agencies = FrameColumn(pl.List(pl.String()), "Who knows the child.", nullable=True)
    decision_points = FrameColumn(pl.List(pl.String()), nullable=True)
    hidden = FrameColumn(pl.Boolean(), "Whether an agency knows the child and the council does not.", nullable=True)


@dataclass(frozen=True, slots=True)
class InputVersion:
    """One return as it went into a cohort."""

    code: str
    version: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class BuiltCohort:
    """The children in scope at the announcement.

    Attributes:
        frame: one row a child, sorted by child, the columns of `CohortFrame`; no direct identifier.
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
    # A cell that is not of the type is blank here; the rules of its return have already found it.
    present = pl.col(name) if name in frame.columns else pl.lit(None)
    return present.cast(kind, strict=False).alias(name)
