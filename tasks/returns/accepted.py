"""Reads the accepted returns of an inspection: their newest versions and their tables."""

import polars as pl
from sqlmodel import Session, col, select

from models.keys import stem_of
from models.lifecycle import TAKEN
from models.returns import EVALUATION
from models.tables import Request, Submission
from models.themes import Theme
from tasks.ground.tables import table_at
from tasks.ledger.restricted import NOT_COVERED, CoveredRows
from validation.files.senders import counted_on


def accepted(session: Session, ref: str, round_: int = 1) -> list[tuple[Request, Submission]]:
    """Return the newest accepted version of each return of one round of an inspection, by return code."""
    pairs = []
    for request in session.exec(
        select(Request)
        .where(Request.inspection == ref, Request.round == round_)
        .order_by(Request.return_code, Request.id)
    ):
        # Evaluations come after the cohort and are no part of what it is made of.
        if request.return_code == EVALUATION or request.state not in TAKEN:
            continue
        submission = session.get_one(Submission, request.newest_id)
        if submission.put_aside:
            continue
        pairs.append((request, submission))
    return pairs


def accepted_evaluations(session: Session, ref: str) -> list[tuple[Request, Submission]]:
    """Return the newest accepted version of each agency's evaluation of an inspection, by request."""
    newest = (col(Submission.request_id) == Request.id) & (col(Submission.version) == Request.current_version)
    query = select(Request, Submission).join(Submission, newest)
    query = query.where(Request.inspection == ref, Request.return_code == EVALUATION, col(Request.state).in_(TAKEN))
    return list(session.exec(query.order_by(Request.id)).all())


def tables_of(submission: Submission) -> dict[str, pl.DataFrame]:
    """Read the canonical tables of an accepted submission by sheet."""
    return {stem_of(key): table_at(key) for key in submission.result.table_keys}


Sent = list[tuple[str, dict[str, pl.DataFrame]]]
"""Returns by code, with the sheets of one agency."""


def sent(inputs: list[tuple[Request, Submission]], theme_: Theme, covered: CoveredRows = NOT_COVERED) -> Sent:
    """Read the tables of accepted returns, with rows that no other agency's rows share.

    Args:
        inputs: the returns with their versions.
        theme_: of the inspection.
        covered: rows whose use a person has restricted; they are left out.
    """
    return [
        (
            request.return_code,
            counted_on(without(submission, covered), theme_.sender_of(request.return_code, request.agency_id)),
        )
        for request, submission in inputs
    ]


def without(submission: Submission, covered: CoveredRows) -> dict[str, pl.DataFrame]:
    """Read the tables of an accepted submission by sheet, without the rows whose use a person has restricted."""
    tables = tables_of(submission)
    if not covered.hides_of(submission.id):
        return tables
    hidden = {name: covered.hidden(submission.id, name, frame["row"]) for name, frame in tables.items()}
    return {name: frame.filter(~pl.col("row").is_in(sorted(hidden[name]))) for name, frame in tables.items()}
