"""Reads tables back from the evidence store: any stored Parquet, and those of a frozen cohort."""

from collections.abc import Collection

import polars as pl
from sqlmodel import Session, col, select

from models.ids import code_of
from models.keys import PUT_ASIDE
from models.tables import Cohort, Submission
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ledger.restricted import covered_rows
from tasks.linkage.doubtful import Doubtful
from validation.contract.identity import sheet_of_children
from validation.files.senders import named_apart, row_of


def identifiers_of(cohort: Cohort, *, restricted: bool = False) -> pl.DataFrame:
    """Read the confidential table of a cohort: who the children are, record by record.

    The frozen table stays as it is; what it took from a file that was sent in error is read by nobody, and rows whose
    use a person has restricted only by whoever asks for them.

    Args:
        cohort: a version.
        restricted: whether rows under a restriction are among them: for what protects the person, or hides them itself.
    """
    table, wrong = table_at(cohort.identifiers_key), wrong_inputs(cohort)
    if wrong:
        table = table.filter(~named_apart(table)["return"].is_in(sorted(wrong)))
    return table if restricted else table.filter(~_are_restricted(table, cohort))


def restricted_records(cohort: Cohort) -> pl.DataFrame:
    """Read those records of the confidential table of a cohort whose use a person has restricted."""
    table = identifiers_of(cohort, restricted=True)
    return table.filter(_are_restricted(table, cohort))


def _are_restricted(table: pl.DataFrame, cohort: Cohort) -> pl.Series:
    with transaction() as session:
        covered = covered_rows(session, cohort.inspection)
    if covered.sought is None:
        return pl.repeat(value=False, n=table.height, eager=True)
    return pl.Series([covered.hides(*place) for place in _places(table, cohort)], dtype=pl.Boolean)


def restricted_children(session: Session, cohort: Cohort) -> set[str] | None:
    """Return the children of a cohort whose own records a person has restricted; None while that is looked for."""
    covered, wrong = covered_rows(session, cohort.inspection), wrong_inputs(cohort)
    # What was sent in error is read by nobody, and nobody looks for rows in it.
    if any(covered.is_closed(used["submission"]) for used in cohort.inputs if used["code"] not in wrong):
        return None
    return children_at(cohort, covered.own) if covered.own else set()


def children_at(cohort: Cohort, rows: Collection[tuple[str, str, int]]) -> set[str]:
    """Return the children of a cohort who have a record at one of some places: version, sheet and row."""
    table = table_at(cohort.identifiers_key)
    own = [place in rows for place in _places(table, cohort)]
    return set(table.filter(own)["child"])


def _places(table: pl.DataFrame, cohort: Cohort) -> list[tuple[str, str, int]]:
    """Return version, sheet and row of each record of a cohort, in the order of its table."""
    versions = {used["code"]: used["submission"] for used in cohort.inputs}
    lines = named_apart(table).select("return", "sheet", row_of(pl.col("row")).alias("row")).iter_rows()
    return [(versions[name], sheet or sheet_of_children(code_of(name)), row) for name, sheet, row in lines]


def wrong_inputs(cohort: Cohort) -> set[str]:
    """Return the inputs of a cohort, by return and sender as its tables name them, that were sent in error."""
    by_submission = {used["submission"]: used["code"] for used in cohort.inputs}
    query = select(Submission.id).where(
        col(Submission.id).in_(by_submission), col(Submission.key).startswith(PUT_ASIDE)
    )
    with transaction() as session:
        return {by_submission[identity] for identity in session.exec(query)}


def doubtful_of(cohort: Cohort) -> pl.DataFrame:
    """Read the doubtful pairs of a cohort; versions from before pairs were kept have none."""
    return table_at(cohort.doubtful_key) if cohort.doubtful_key else Doubtful.empty()
