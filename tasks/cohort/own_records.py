"""What an agency may know of the comparison: its own rows about children who are in no list of the council."""

from dataclasses import dataclass

import polars as pl

from models.tables import Agency
from models.themes import Theme, theme
from tasks.cohort.frozen import frame_of, identifiers_of
from tasks.cohort.overlaps import COUNCIL
from tasks.cohort.versions import can_compare, cohort_in_force, cohorts_of
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from validation.files.parts import row_in_words

COLUMNS = ("return", "row", "forename", "surname", "date_of_birth", "expected_date_of_birth")


@dataclass(frozen=True)
class OwnRecords:
    """An agency's own rows beside the council's lists.

    Attributes:
        version: of the cohort that was compared.
        children: how many children of the cohort the agency knows.
        absent: how many of those are in no list of the council.
        rows: the agency's own rows about the latter, with the columns of COLUMNS as text.
    """

    version: int
    children: int
    absent: int
    rows: pl.DataFrame


def read_own(agency_id: str, *, by: str) -> OwnRecords | None:
    """Return what the comparison says of an agency's own rows; that it was read is in the audit.

    Returns:
        None for the council itself, before a cohort is frozen, and where the council sent no list to compare with.
    """
    with transaction() as session:
        agency = session.get_one(Agency, agency_id)
        asked = theme(inspection_of(session, agency.inspection).theme_id)
        if not cohorts_of(session, agency.inspection):
            return None
        cohort = cohort_in_force(session, agency.inspection)
        if not can_compare(cohort, agency.kind, asked):
            return None
        found = own_records(cohort.version, frame_of(cohort), identifiers_of(cohort), asked, agency.kind)
        facts = {"cohort": found.version, "children": found.absent}
        audit.append(session, agency.inspection, actor=by, action="own-records.read", subject=agency.id, facts=facts)
    return found


def own_records(version: int, frame: pl.DataFrame, identifiers: pl.DataFrame, asked: Theme, kind: str) -> OwnRecords:
    """Pick the rows of one kind of agency about children of the frame who are in no list of the council."""
    codes = [item.code for item in asked.returns if item.agency == kind]
    own = frame.filter(pl.col("agencies").list.contains(kind))
    absent = own.filter(~pl.col("agencies").list.contains(COUNCIL)).select("child")
    rows = identifiers.filter(pl.col("return").is_in(codes)).join(absent, on="child", how="semi").sort("return", "row")
    text = [pl.col(name).cast(pl.String).fill_null("") for name in COLUMNS if name not in {"row", "return"}]
    numbered = pl.col("row").map_elements(row_in_words, return_dtype=pl.String)
    return OwnRecords(version, own.height, absent.height, rows.select("return", numbered, *text))
