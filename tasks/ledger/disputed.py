"""Statements that people have put beside rows about them, where the agency did not correct what they say is wrong."""

import json
from collections.abc import Iterable

from sqlmodel import Session, col, select

from models.tables import PersonsCorrection
from tasks.ground import store


def statements(session: Session, ref: str, versions: Iterable[str]) -> dict[tuple[str, str, int], tuple[str, ...]]:
    """Return version, sheet and row -> what the people it is about say of it; whoever shows it records the reading.

    Args:
        session: of the ledger.
        ref: the inspection.
        versions: of returns whose rows are shown.
    """
    query = select(PersonsCorrection).where(
        PersonsCorrection.inspection == ref,
        col(PersonsCorrection.version).in_(set(versions)),
        PersonsCorrection.statement_key != "",
    )
    beside: dict[tuple[str, str, int], list[str]] = {}
    for row in session.exec(query.order_by(PersonsCorrection.id)):
        words = str(json.loads(store.get(row.statement_key))["words"])
        for sheet, line in row.places:
            beside.setdefault((row.version, sheet, int(line)), []).append(words)
    return {place: tuple(words) for place, words in beside.items()}
