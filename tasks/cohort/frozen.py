"""Reads tables back from the evidence store: any stored Parquet, and those of a frozen cohort."""

import polars as pl

from models.tables import Cohort
from tasks.ground.tables import table_at
from tasks.linkage.doubtful import Doubtful


def frame_of(cohort: Cohort) -> pl.DataFrame:
    """Read a frozen frame: pseudonyms and strata, no identifiers."""
    return table_at(cohort.frame_key)


def identifiers_of(cohort: Cohort) -> pl.DataFrame:
    """Read the restricted table of a cohort: who the children are, record by record."""
    return table_at(cohort.identifiers_key)


def doubtful_of(cohort: Cohort) -> pl.DataFrame:
    """Read the doubtful pairs of a cohort; versions from before pairs were kept have none."""
    return table_at(cohort.doubtful_key) if cohort.doubtful_key else Doubtful.empty()
