"""Reads what people decided on doubtful pairs, and counts what waits for a person or for the next cohort."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.answers import PairAnswer
from models.tables import Cohort, PairReview


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How many doubtful pairs of a cohort version are decided, and how many wait.

    Attributes:
        doubtful: how many there are.
        waiting: how many of them nobody has decided on.
        unbuilt: decisions, other than unsure, that only the next version of the cohort will include.
    """

    doubtful: int
    waiting: int
    unbuilt: int


def reviews_of(session: Session, ref: str) -> list[PairReview]:
    """Return all decisions on pairs of an inspection in the order in which they were taken."""
    query = select(PairReview).where(PairReview.inspection == ref).order_by(col(PairReview.number))
    return list(session.exec(query))


def standing(session: Session, cohort: Cohort) -> ReviewCounts:
    """Return the state of the doubtful pairs of a cohort version now, from counts and decisions alone."""
    # Versions from before pairs were counted have no doubtful ones.
    kept = cohort.counts.get("pairs", {"doubtful": 0, "waiting": 0, "reviews": 0})
    reviews = reviews_of(session, cohort.inspection)
    old = {(row.first, row.second) for row in reviews if row.number <= kept["reviews"]}
    new = {(row.first, row.second): row.answer for row in reviews if row.number > kept["reviews"]}
    # A pair decided before the build was not waiting, so that a second decision on it takes none off.
    unbuilt = sum(answer != PairAnswer.UNSURE for answer in new.values())
    return ReviewCounts(kept["doubtful"], kept["waiting"] - len(new.keys() - old), unbuilt)
