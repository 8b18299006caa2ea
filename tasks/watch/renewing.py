"""Makes the boards of live inspections again before Prefect deletes them: it keeps no artifact longer than its run."""

from datetime import datetime, timedelta

from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ground.prefect_api import PrefectUnreachableError, PutMarkdown, call
from tasks.inspection.days import live_inspections
from tasks.ledger.rows import inspection_of
from tasks.watch.board import publish_board

RENEWED_AFTER = timedelta(days=14)
"""A board older than this is made again: well within the 30 days for which the server keeps a run that has ended."""


def renew_boards(put: PutMarkdown) -> list[str]:
    """Make again the board of each live inspection that Prefect has lost, or will soon; return their references.

    A board is written when it changes, and that of an inspection that waits for months does not. A server that does
    not answer keeps what it has: the next day is soon enough.

    Args:
        put: stores a text as an artifact of the run.
    """
    renewed: list[str] = []
    for ref in live_inspections():
        try:
            if _is_fresh(ref):
                continue
        except PrefectUnreachableError as error:
            log().warning("boards.not-renewed", why=error.brief)
            return renewed
        with transaction() as session:
            # Whoever dies after this leaves a board that the next sweep makes.
            inspection_of(session, ref, lock=True).board_digest = ""
        if publish_board(ref, put):
            renewed.append(ref)
    return renewed


def _is_fresh(ref: str) -> bool:
    """Return whether Prefect shows a board of an inspection that it will still have for a while."""
    query = {"artifacts": {"key": {"any_": [f"board-{ref}"]}}, "sort": "CREATED_DESC", "limit": 1}
    made = [datetime.fromisoformat(str(each["created"])) for each in call("POST", "/artifacts/filter", json=query)]
    return any(utc_now() - each < RENEWED_AFTER for each in made)
