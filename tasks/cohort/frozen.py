"""Reads tables back from the evidence store: any stored Parquet, and those of a frozen cohort."""

import polars as pl
from sqlmodel import col, select

from models.keys import PUT_ASIDE
from models.tables import Cohort, Submission
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.linkage.doubtful import Doubtful
from validation.files.senders import named_apart


def frame_of(cohort: Cohort) -> pl.DataFrame:
    """Read a frozen frame: pseudonyms and strata, no identifiers."""
    return table_at(cohort.frame_key)


def identifiers_of(cohort: Cohort) -> pl.DataFrame:
    """Read the restricted table of a cohort: who the children are, record by record.

    The frozen table stays as it is; what it took from a file that was sent in error is read by nobody.
    """
    table, wrong = table_at(cohort.identifiers_key), wrong_inputs(cohort)
    return table.filter(~named_apart(table)["return"].is_in(sorted(wrong))) if wrong else table


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
