"""Which rounds of returns came after the first one: their numbers, days and codes, from the ledger alone."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.tables import Request


@dataclass(frozen=True, slots=True)
class LaterRound:
    """A round after the first: its number, the day from which its windows are counted, and what was asked for."""

    number: int
    asked_on: date
    codes: tuple[str, ...]


def later_rounds(session: Session, ref: str) -> list[LaterRound]:
    """Return the rounds after the first one, the newest first."""
    query = select(Request).where(Request.inspection == ref, Request.round > 1)
    by_round: dict[int, list[Request]] = {}
    for row in session.exec(query.order_by(col(Request.round).desc(), Request.id)):
        by_round.setdefault(row.round, []).append(row)
    return [
        LaterRound(number, rows[0].asked_on, tuple(sorted({row.return_code for row in rows})))
        for number, rows in by_round.items()
        if rows[0].asked_on
    ]
