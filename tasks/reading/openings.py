"""Who opened what in an inspection, how often, and when first and last, from the audit's own entries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlmodel import Session, col, select

from models.tables import AuditEntry, ReadingOrigin
from models.words import titled

_READ = ".read"


@dataclass(frozen=True, slots=True)
class Opening:
    """What one person opened.

    Attributes:
        what: kind of page, list, report, file or letter.
        subject: which, by reference.
        by: the person, as the audit names them.
        times: how often.
        first: when first.
        last: when last.
        networks: names of the networks from which, where that is still kept.
    """

    what: str
    subject: str
    by: str
    times: int
    first: datetime
    last: datetime
    networks: tuple[str, ...] = ()


def openings(session: Session, ref: str, *, origins: bool = False) -> list[Opening]:
    """Return who opened what in an inspection, the newest first.

    Args:
        session: of the ledger.
        ref: the inspection.
        origins: whether it says from which networks, which is for the data protection officer alone.
    """
    came = _networks(session, ref) if origins else {}
    key = (col(AuditEntry.action), col(AuditEntry.subject), col(AuditEntry.actor))
    query = (
        sql(*key, func.count(), func.min(AuditEntry.at), func.max(AuditEntry.at))
        .where(col(AuditEntry.inspection) == ref, col(AuditEntry.action).endswith(_READ))
        .group_by(*key)
    )
    rows = [
        Opening(
            *(_named(action), subject, actor, times, datetime.fromisoformat(first), datetime.fromisoformat(last)),
            tuple(sorted(came.get((action, subject, actor), ()))),
        )
        for action, subject, actor, times, first, last in session.execute(query)
    ]
    return sorted(rows, key=lambda opening: opening.last, reverse=True)


def _networks(session: Session, ref: str) -> dict[tuple[str, str, str], set[str]]:
    kept = dict(session.exec(select(ReadingOrigin.trace, ReadingOrigin.network)).all())
    came: dict[tuple[str, str, str], set[str]] = {}
    query = select(AuditEntry).where(AuditEntry.inspection == ref, col(AuditEntry.action).endswith(_READ))
    # Where nothing of where it was read is kept any more, no entry needs to be looked at.
    for entry in session.exec(query) if kept else ():
        if network := kept.get(str(entry.facts.get("trace", ""))):
            came.setdefault((entry.action, entry.subject, entry.actor), set()).add(network)
    return came


def _named(action: str) -> str:
    """Return what an entry of the audit says was opened, for example `Hidden children`."""
    return titled(action.removesuffix(_READ).replace("-", " "))
