"""What an inspection costs each agency: cells typed, files sent, days until its returns are accepted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.england import ENGLAND
from models.lifecycle import TAKEN
from models.tables import Agency, CheckResult, Inspection, Request, Submission, UploadSession
from models.themes import Theme
from tasks.ledger.themes import theme_of


@dataclass(frozen=True, slots=True)
class Burden:
    """What one agency of an inspection has done so far.

    Attributes:
        agency: its name.
        returns: how many returns it has sent in a file that could be read.
        files: how many files, every version and part counted.
        cells_typed: cells that every row of those returns needs and that were not filled from an extract, those that
            a person had to check among them.
        cells_filled: the others.
        accepted: how many of its returns are accepted.
        days: from the announcement to the verdict that accepted them, on average; None where none is.
    """

    agency: str
    returns: int
    files: int
    cells_typed: int
    cells_filled: int
    accepted: int
    days: float | None


def burdens(session: Session, ref: str) -> list[Burden]:
    """Return what an inspection costs each agency that has sent something, by name."""
    inspection = session.get_one(Inspection, ref)
    rows = session.exec(select(Request, Agency.name).join(Agency).where(Request.inspection == ref)).all()
    by_agency: dict[str, list[Request]] = defaultdict(list)
    for request, name in rows:
        by_agency[name].append(request)
    files = _files(session, ref)
    shares = _shares_filled(session, ref)
    results = _newest_results(session, [request for request, _ in rows])
    theme = theme_of(inspection)
    made = (
        _burden(name, requests, inspection, theme, files, shares, results)
        for name, requests in sorted(by_agency.items())
    )
    return [each for each in made if each.files]


def _burden(
    name: str,
    requests: Sequence[Request],
    inspection: Inspection,
    theme: Theme,
    files: dict[str, int],
    shares: dict[str, float],
    results: dict[str, CheckResult],
) -> Burden:
    read = [(request, results[request.id]) for request in requests if request.id in results]
    needed = {request.id: (result.rows or 0) * _required(request.return_code, theme) for request, result in read}
    filled = {identity: round(cells * shares.get(identity, 0.0)) for identity, cells in needed.items()}
    days = [
        (result.decided_at.astimezone(ENGLAND).date() - inspection.announced).days
        for request, result in read
        if request.state in TAKEN and result.decided_at
    ]
    return Burden(
        name,
        sum(result.rows is not None for _, result in read),
        sum(files.get(request.id, 0) for request in requests),
        sum(needed.values()) - sum(filled.values()),
        sum(filled.values()),
        sum(request.state in TAKEN for request in requests),
        round(sum(days) / len(days), 1) if days else None,
    )


def _required(code: str, theme: Theme) -> int:
    """Return how many cells every row of a return needs."""
    # Imported here, because contracts bring frames that other pages do not need.
    from validation.returns import contract

    return sum(column.required == "yes" for column in contract(code, theme).main.columns)


def _files(session: Session, ref: str) -> dict[str, int]:
    query = (select(Submission.request_id, func.count()).join(Request).where(Request.inspection == ref)).group_by(
        col(Submission.request_id)
    )
    return dict(session.exec(query).all())


def _newest_results(session: Session, requests: Sequence[Request]) -> dict[str, CheckResult]:
    newest = {request.newest_id: request.id for request in requests if request.current_version}
    query = select(CheckResult).where(col(CheckResult.submission_id).in_(newest))
    return {newest[result.submission_id]: result for result in session.exec(query)}


def _shares_filled(session: Session, ref: str) -> dict[str, float]:
    """Return for each request which share of required cells its newest filling before the newest version had.

    Whoever completes a filled return in a spreadsheet sends another file, with fewer rows where children were taken
    out: the share holds for it all the same. What a person had to check was not filled for them.
    """
    query = select(UploadSession, Request).join(Request).where(Request.inspection == ref)
    # Oldest first: a later filling of the same request takes the place of an earlier one.
    query = query.where(col(UploadSession.filled).is_not(None)).order_by(col(UploadSession.created_at))
    shares = {}
    for upload, request in session.exec(query):
        account = upload.filled or {}
        if request.current_version and account.get("required_cells"):
            sure = account["filled_cells"] - account["cells_to_check"]
            shares[request.id] = sure / account["required_cells"]
    return shares
