"""What an agency may see of the comparison: its own rows about children who are in no list of the council."""

from dataclasses import dataclass

import polars as pl

from models.ids import agency_kind
from models.tables import Agency
from models.themes import Theme
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.overlaps import COUNCIL
from tasks.cohort.versions import can_compare, cohort_in_force, cohorts_of
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from validation.files.parts import row_in_words
from validation.files.senders import row_of, sender_of

COLUMNS = ("return", "row", "forename", "surname", "date_of_birth", "expected_date_of_birth")


@dataclass(frozen=True)
class OwnRecords:
    """An agency's own rows beside the council's lists.

    Attributes:
        version: of the cohort that was compared.
        children: how many children of the cohort the agency knows.
        absent: how many of those children are in no list of the council.
        rows: the agency's own rows about the absent children, with the columns of COLUMNS as text.
    """

    version: int
    children: int
    absent: int
    rows: pl.DataFrame


def read_own(agency_id: str, *, by: str) -> OwnRecords | None:
    """Return the result of the comparison for an agency's own rows; the audit records the reading.

    Returns:
        None for the council itself, before a cohort is frozen, and where the council sent no list to compare with.
    """
    with transaction() as session:
        agency = session.get_one(Agency, agency_id)
        theme_ = theme_of(inspection_of(session, agency.inspection))
        if not cohorts_of(session, agency.inspection):
            return None
        cohort = cohort_in_force(session, agency.inspection)
        if not can_compare(cohort, agency.kind, theme_):
            return None
        records = own_records(cohort.version, table_at(cohort.frame_key), identifiers_of(cohort), theme_, agency.id)
        facts = {"cohort": records.version, "children": records.absent}
        audit.append(session, agency.inspection, actor=by, action="own-records.read", subject=agency.id, facts=facts)
    return records


def rows_of(identifiers: pl.DataFrame, theme_: Theme, agency: str) -> pl.DataFrame:
    """Return the records that one agency sent, with rows as it counts them.

    Args:
        identifiers: the records of a cohort.
        theme_: of the inspection, which says which kind of agency owes which return.
        agency: id of the agency.
    """
    codes = [return_.code for return_ in theme_.returns if return_.agency == agency_kind(agency)]
    sent = [(pl.col("return") == code) & (sender_of(pl.col("row")) == theme_.sender_of(code, agency)) for code in codes]
    own = pl.any_horizontal(pl.lit(False), *sent)
    return identifiers.filter(own).with_columns(row_of(pl.col("row")).alias("row"))


def own_records(version: int, frame: pl.DataFrame, identifiers: pl.DataFrame, theme_: Theme, agency: str) -> OwnRecords:
    """Return the rows of one agency about children of the frame who are in no list of the council."""
    rows = rows_of(identifiers, theme_, agency)
    own = frame.join(rows.select("child"), on="child", how="semi")
    absent = own.filter(~pl.col("agencies").list.contains(COUNCIL)).select("child")
    rows = rows.join(absent, on="child", how="semi").sort("return", "row")
    text = [pl.col(name).cast(pl.String).fill_null("") for name in COLUMNS if name not in {"row", "return"}]
    numbered = pl.col("row").map_elements(row_in_words, return_dtype=pl.String)
    return OwnRecords(version, own.height, absent.height, rows.select("return", numbered, *text))
