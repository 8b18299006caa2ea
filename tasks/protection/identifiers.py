"""Counts how many records carry the consistent identifier (Children Act 2004, section 16LC), by agency and return."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from models.keys import stem_of
from models.tables import Agency
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ledger.rows import inspection_of
from tasks.returns.accepted import accepted
from validation.contract.identifiers import bad_nhs_number
from validation.contract.identity import CHILDREN, records


@dataclass(frozen=True, slots=True)
class Carrying:
    """How many records of children in one accepted return carry the NHS number, which is piloted as the identifier.

    Attributes:
        agency: its name.
        code: of the return.
        version: that is accepted.
        records: rows about children who are born.
        with_number: those of them with an NHS number whose check digit holds.
    """

    agency: str
    code: str
    version: int
    records: int
    with_number: int

    @property
    def share(self) -> str:
        """Return the share in per cent; a dash where there is no record."""
        return f"{self.with_number / self.records:.0%}" if self.records else "–"


def carrying(ref: str) -> list[Carrying]:
    """Return the counts for each accepted return that names children, by agency and return.

    Raises:
        UnknownInspectionError: there is no such inspection.
    """
    with transaction() as session:
        sent = [
            (session.get_one(Agency, request.agency_id).name, request.return_code, each.version, each.result.table_keys)
            for request, each in accepted(session, inspection_of(session, ref).ref)
            if request.return_code in CHILDREN
        ]
    # The store is read once the ledger is let go.
    rows = [
        Carrying(agency, code, version, *_counts(code, {stem_of(key): table_at(key) for key in keys}))
        for agency, code, version, keys in sent
    ]
    return sorted(rows, key=lambda row: (row.agency, row.code))


def _counts(code: str, sheets: Mapping[str, pl.DataFrame]) -> tuple[int, int]:
    born = records(code, sheets).filter(~pl.col("unborn"))
    good = pl.col("nhs_number").is_not_null() & ~bad_nhs_number(pl.col("nhs_number")).fill_null(True)
    return born.height, born.filter(good).height
