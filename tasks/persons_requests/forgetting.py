"""Forgets who asked: some time after a request was closed its key is destroyed, and all that lies under it."""

from datetime import date, datetime, timedelta

from sqlmodel import col, select

from models import keys
from models.england import ENGLAND
from models.scopes import persons_scope
from models.settings import settings
from models.tables import PersonsRequest, PersonsRestriction
from models.tables.base import utc_now
from models.timetable import add_months
from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME
from tasks.retention.versions import erase, versions_under

MONTHS = 12
"""So long after its end it stays known who asked, for a complaint about the answer: a choice of the design."""

ACTOR = "system"
_IN_FORCE = col(PersonsRestriction.lifted_at).is_(None)
_SURELY_RECORDED = timedelta(days=1)
"""What has no row so long after it was put was left by a kill and has no owner."""


def forget_due(now: datetime | None = None) -> list[str]:
    """Destroy who asked in requests that were closed long enough ago, and what nobody owns; return the ids. Repeatable.

    The key goes first: whoever is killed afterwards leaves bytes that nothing opens, and the next run removes them.
    """
    at = now or utc_now()
    day = at.astimezone(ENGLAND).date()
    with transaction() as session:
        rows = session.exec(select(PersonsRequest).order_by(PersonsRequest.id)).all()
        # While a restriction is in force, rows that come later are found by who it is.
        restricted = set(session.exec(select(PersonsRestriction.request_id).where(_IN_FORCE)))
        due = [row.id for row in rows if row.forgotten_at is None and _is_over(row, day) and row.id not in restricted]
        remembered = {row.id for row in rows if row.forgotten_at is None}
    # What was put and never recorded, because the process died between the two.
    left = sorted({keys.persons_request(key) for key in store.keys_under(f"{keys.PERSONS}/")} - remembered)
    for identity in (*due, *(each for each in left if _is_left(each, at))):
        vault.destroy(persons_scope(identity))
        for version in list(versions_under(f"{keys.persons_folder(identity)}/")):
            erase(version)
    for identity in due:
        with transaction() as session:
            # Each in a transaction of its own: after a death the rest is due again, and what is done is not.
            row = session.get_one(PersonsRequest, identity, with_for_update=True)
            if row.forgotten_at is None:
                row.forgotten_at, row.who_key = at, ""
                session.add(row)
                facts = {"months": MONTHS}
                action = "persons-request.forgotten"
                audit.append(session, PROGRAMME, actor=ACTOR, action=action, subject=identity, facts=facts)
    return due


def _is_over(row: PersonsRequest, day: date) -> bool:
    return row.closed_at is not None and add_months(row.closed_at.astimezone(ENGLAND).date(), MONTHS) <= day


def _is_left(identity: str, at: datetime) -> bool:
    """Return whether what lies under an id was put long enough ago to have a row, if it ever gets one."""
    for key in store.keys_under(f"{keys.persons_folder(identity)}/"):
        head = store.client().head_object(Bucket=settings().s3_bucket, Key=key)
        if head["LastModified"] > at - _SURELY_RECORDED:
            return False
    return True
