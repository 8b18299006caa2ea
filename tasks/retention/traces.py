"""What Prefect keeps of an inspection: runs with their logs, artifacts, events. None of it holds personal data (L5)."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.settings import settings
from tasks.ground.database import engine_for
from tasks.ground.prefect_api import NotInPrefectError, call

# Prefect gives no more than this in one answer.
_PAGE = 200
_GOING_ON = ("RUNNING", "PENDING", "SCHEDULED", "CANCELLING", "PAUSED")

# Prefect has no door by which events can be removed; they go by themselves after its own period of a week.
_EVENTS = text(
    """
    DELETE FROM events WHERE resource_id LIKE :part OR cast(resource AS text) LIKE :part
    OR cast(related AS text) LIKE :part OR cast(payload AS text) LIKE :part
    """
)
_RESOURCES = text("DELETE FROM event_resources WHERE resource_id LIKE :part OR cast(resource AS text) LIKE :part")


def remove(ref: str) -> dict[str, int]:
    """Remove what Prefect keeps of an inspection, and return how many of each; runs that go on are left to end.

    Events are counted only where Prefect's database is within reach; elsewhere they are gone after a week.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    if not settings().prefect_api_url:
        return {}
    removed = {"artifacts": _each("artifacts", _artifacts(ref)), "runs": _each("flow_runs", _runs(ref))}
    url = settings().prefect_database_url
    if url:
        # The address is written for Prefect's own driver, which is asynchronous.
        with Session(engine_for(url.get_secret_value().replace("+asyncpg", "+psycopg"))) as session, session.begin():
            part = {"part": f"%{ref}%"}
            session.execute(_RESOURCES, part)
            removed["events"] = int(getattr(session.execute(_EVENTS, part), "rowcount", 0))
    return removed


def _each(kind: str, ids: Iterator[str]) -> int:
    number = 0
    for identity in ids:
        # Somebody else has removed it meanwhile: another attempt, or Prefect itself after its own period.
        with suppress(NotInPrefectError):
            call("DELETE", f"/{kind}/{identity}")
            number += 1
    return number


def _runs(ref: str) -> Iterator[str]:
    tagged: dict[str, Any] = {"tags": {"all_": [f"inspection:{ref}"]}}
    ended = {**tagged, "state": {"type": {"not_any_": list(_GOING_ON)}}}
    yield from _pages("flow_runs", {"flow_runs": ended})


def _artifacts(ref: str) -> Iterator[str]:
    yield from _pages("artifacts", {"artifacts": {"key": {"like_": f"%{ref}%"}}})


def _pages(kind: str, query: dict[str, Any]) -> Iterator[str]:
    """Return the ids of all that Prefect finds; the first page again and again, since each is removed meanwhile."""
    seen: set[str] = set()
    while page := [
        str(entry["id"])
        for entry in call("POST", f"/{kind}/filter", json={**query, "limit": _PAGE})
        if str(entry["id"]) not in seen
    ]:
        seen.update(page)
        yield from page
