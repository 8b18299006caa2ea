"""Reads who opened data about children; tells the lead of what is unusual, and an agency who opened its own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import once_key
from models.roles import ROLE_LABELS, Role
from models.tables import AuditEntry, Inspection, ReadingOrigin, Request
from models.tables.base import utc_now
from models.words import joined, long, plural
from tasks.ground.database import transaction
from tasks.oversight.unusual import ABOUT_CHILDREN, RULE_LABELS, Reading, Unusual, unusual
from tasks.people.notices import write_notice
from tasks.reading.openings import opened
from tasks.reading.visibility import CHILD_READ, ROWS_OF

DAYS = 30
"""For so many days back unusual reading is shown."""


def readings_of(session: Session, ref: str, since: date) -> list[Reading]:
    """Return the entries on data about children of an inspection since a day."""
    return _readings(session, since, AuditEntry.inspection == ref).get(ref, [])


def _readings(session: Session, since: date, *only: ColumnElement[bool] | bool) -> dict[str, list[Reading]]:
    """Return the entries on data about children since a day, by inspection."""
    # Entries hold their moment in UTC as text in ISO form, which sorts as time does; the day is one of England.
    begins = datetime.combine(since, time.min, ENGLAND).astimezone(UTC).isoformat()
    query = select(AuditEntry).where(col(AuditEntry.action).in_(ABOUT_CHILDREN), col(AuditEntry.at) >= begins, *only)
    origins = dict(session.exec(select(ReadingOrigin.trace, ReadingOrigin.network)).all())
    readings: dict[str, list[Reading]] = {}
    for row in session.exec(query.order_by(col(AuditEntry.inspection), col(AuditEntry.number))):
        rows_of = row.facts.get(ROWS_OF)
        trace = str(row.facts.get("trace", ""))
        readings.setdefault(row.inspection, []).append(
            Reading(
                row.actor,
                row.action,
                row.subject,
                datetime.fromisoformat(row.at),
                trace,
                None if rows_of is None else tuple(rows_of),
                origins.get(trace, ""),
            )
        )
    return readings


def unusual_by_inspection(session: Session, since: date) -> dict[str, tuple[Unusual, ...]]:
    """Return the unusual reading since a day of every inspection that has some, by its reference; the newest first."""
    by_inspection = {ref: unusual(readings) for ref, readings in _readings(session, since).items()}
    return {ref: each for ref, each in by_inspection.items() if each}


def forget_origins(now: datetime | None = None) -> list[str]:
    """Forget from where was read longer ago than unusual reading is shown; return the clicks that those were."""
    before = (now or utc_now()) - timedelta(days=DAYS)
    with transaction() as session:
        old = delete(ReadingOrigin).where(col(ReadingOrigin.at) < before).returning(col(ReadingOrigin.trace))
        return sorted(session.execute(old).scalars())


def tell_unusual(now: datetime | None = None) -> list[str]:
    """Tell the lead and the data protection officer of yesterday's unusual reading, once; return the inspections.

    By the world's clock: a rehearsal moves its own, and people read at their own time.
    """
    yesterday = (now or utc_now()).astimezone(ENGLAND).date() - timedelta(days=1)
    with transaction() as session:
        refs = sorted(session.exec(select(Inspection.ref)))
        by_inspection = unusual_by_inspection(session, yesterday)
    of_day = {ref: [each for each in by_inspection.get(ref, ()) if each.day == yesterday] for ref in refs}
    return [ref for ref, some in of_day.items() if some and _tell(ref, yesterday, some)]


def _tell(ref: str, day: date, of_day: list[Unusual]) -> bool:
    with transaction() as session:
        rules = joined([RULE_LABELS[rule] for rule in dict.fromkeys(each.rule for each in of_day)], "or")
        people = len({each.by for each in of_day})
        facts = {"day": long(day), "people": plural(people, "person", "people"), "rules": rules}
        written = [
            write_notice(
                session,
                "unusual_reading",
                role,
                once=once_key(ref, "unusual", day.isoformat(), role),
                inspection=ref,
                facts=facts,
            )
            for role in ("lead", "protection")
        ]
        return any(written)


@dataclass(frozen=True, slots=True)
class Opened:
    """What people of one role opened of an agency's data.

    Attributes:
        what: kind of page, list or file.
        role: whose: no person is named to an agency.
        times: how often.
        first: when first.
        last: when last.
    """

    what: str
    role: str
    times: int
    first: datetime
    last: datetime


def opened_of(session: Session, ref: str, agency_id: str) -> list[Opened]:
    """Return what was opened of what an agency sent, by role and never by name, the newest first."""
    requests = session.exec(select(Request.id).where(Request.inspection == ref, Request.agency_id == agency_id)).all()
    grouped: dict[tuple[str, str], list[datetime]] = {}
    entries = readings_of(session, ref, date.min) if requests else []
    for entry in entries:
        # `...-pol-1` is not `...-pol-10`: what follows the request's own id is a version of it.
        if agency_id in (entry.rows_of or ()) or any(_is_of(entry.subject, request) for request in requests):
            grouped.setdefault((entry.action, entry.by.partition(":")[0]), []).append(entry.at)
    rows = [
        Opened(
            opened(action),
            _label(kind),
            len(at),
            min(at),
            max(at),
        )
        for (action, kind), at in grouped.items()
    ]
    return sorted(rows, key=lambda row: row.last, reverse=True)


def without_agencies(session: Session, ref: str) -> int:
    """Return how often a chosen child's page was opened before its entry said whose rows it showed."""
    return sum(each.action == CHILD_READ and each.rows_of is None for each in readings_of(session, ref, date.min))


def _is_of(subject: str, request: str) -> bool:
    return subject == request or subject.startswith((f"{request}-v", f"{request}/"))


def _label(kind: str) -> str:
    words = kind.split(" as ")[0].split(" ")
    return ROLE_LABELS[Role(words[-1])] if words[-1] in set(Role) else kind
