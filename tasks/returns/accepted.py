"""Reads the accepted returns of an inspection: their newest versions and their tables."""

import polars as pl
from sqlmodel import Session, select

from models.keys import stem_of
from models.lifecycle import RequestState
from models.returns import EVALUATION
from models.tables import Request, Submission
from tasks.ground.tables import table_at


def accepted(session: Session, ref: str) -> list[tuple[Request, Submission]]:
    """Return the newest accepted version of each return of an inspection, by return code."""
    found = []
    for request in session.exec(select(Request).where(Request.inspection == ref).order_by(Request.return_code)):
        if request.return_code == EVALUATION or request.state not in {RequestState.ACCEPTED, RequestState.QUERIED}:
            continue
        submission = session.get_one(Submission, request.newest_id)
        found.append((request, submission))
    return found


def tables_of(submission: Submission) -> dict[str, pl.DataFrame]:
    """Read the canonical tables of an accepted submission by sheet."""
    return {stem_of(key): table_at(key) for key in submission.result.table_keys}
