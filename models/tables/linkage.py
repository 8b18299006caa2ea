"""What people decided on doubtful pairs of records; the records go by keyed digests of their content (L5, L10)."""

from datetime import datetime

from sqlmodel import Field

from models.answers import PairAnswer
from models.tables.base import Base, dated, state


class PairReview(Base, table=True):
    """One decision on one doubtful pair: what was said, by whom, why and when; the newest on a pair counts.

    `first` and `second` are the digests of the two records, `cohort_version` the version whose list asked about them.
    """

    inspection: str = Field(primary_key=True, foreign_key="inspection.ref")
    number: int = Field(primary_key=True)
    # The columns keep the names under which the release before reads them.
    first: str = Field(sa_column_kwargs={"name": "one"})
    second: str = Field(sa_column_kwargs={"name": "other"})
    answer: PairAnswer = state(PairAnswer)
    reason: str
    by: str
    cohort_version: int
    decided_at: datetime = dated()
