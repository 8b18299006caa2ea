"""Reads what people decided on doubtful pairs."""

from sqlmodel import Session, select

from models.tables import PairReview
from tasks.linkage.decisions import Answer, PairDecision


def reviews_of(session: Session, ref: str) -> list[PairReview]:
    """Return all decisions on pairs of an inspection in the order in which they were taken."""
    rows = session.exec(select(PairReview).where(PairReview.inspection == ref))
    return sorted(rows, key=lambda row: row.number)


def decisions_of(session: Session, ref: str) -> list[PairDecision]:
    """Return the decisions as linkage takes them, oldest first."""
    return [PairDecision(row.one, row.other, Answer(row.answer)) for row in reviews_of(session, ref)]
