"""What looks over all inspections sends as many queries for 153 of them as for 12, though each has work that waits."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import event
from sqlmodel import select

from cli.status import command
from models.lifecycle import RequestState, Stage
from models.settings import settings
from models.tables import Agency, Concern, Inspection, Proposal, Request
from models.tables.base import utc_now
from tasks.ground.database import engine_for, transaction
from tasks.watch.overview import publish_overview
from tests.portal.driving import Driver
from tests.portal.people.test_register import manager_of
from tests.tasks.snapshots import empty
from tests.tasks.watch.test_desk import keep

pytestmark = pytest.mark.parts

_STAGES = (Stage.RETURNS_OPEN, Stage.SAMPLE_PROPOSED, Stage.FIELDWORK, Stage.FACTUAL_ACCURACY, Stage.PUBLISHED)
_PAGES = ("/home", "/desk", "/desk/agencies", "/desk/decisions", "/calendar?month=2027-01", "/concerns")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that anything in this process sends while the block lasts."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(str(arguments[2]))

    engine = engine_for(settings().required("database_url"))
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def busy(number: int) -> None:
    """Keep so many inspections; in each a return is late, a decision waits, and a concern is open."""
    keep(number)
    now = utc_now()
    with transaction() as session:
        for at, row in enumerate(session.exec(select(Inspection).order_by(Inspection.ref)).all()):
            row.stage, ref = _STAGES[at % len(_STAGES)], row.ref
            session.add(Agency(id=f"{ref}/police", inspection=ref, kind="police", name=f"Police {at}", mailbox=""))
            session.add(Concern(id=f"C-{ref}", inspection=ref, words_key="k", raised_by="inspector: P-AAAAAAAA"))
            session.flush()
            owed: dict[str, Any] = {"agency_id": f"{ref}/police", "return_code": "POL-1", "step": "lists_due"}
            session.add(Request(id=f"{ref}-pol-1", inspection=ref, due_at=now, state=RequestState.ISSUED, **owed))
            about: dict[str, Any] = {"act": "extend-request", "subject": f"{ref}-pol-1"}
            values = {"request": f"{ref}-pol-1", "until": date(2027, 3, 5).isoformat(), "reason": "LATE_SYSTEM"}
            by, lapses = "programme manager: P-BBBBBBBB", now + timedelta(hours=1)
            session.add(Proposal(id=f"D-{ref}", inspection=ref, values=values, asked_by=by, lapses_at=lapses, **about))


def _opened(manager: Driver, path: str) -> Callable[[], None]:
    def look() -> None:
        answer = manager.get(path)
        assert answer.status_code == 200

    return look


def _overview() -> None:
    assert publish_overview(lambda *_: None, lambda _: "")


def _status() -> None:
    done = CliRunner().invoke(command, ["--json"])
    assert done.exit_code == 0, done.output


def _queries(portal: str, number: int) -> dict[str, int]:
    """Return how many queries each look over so many inspections sends."""
    empty()
    busy(number)
    sent_by = {}
    with manager_of(portal) as manager:
        looks = {path: _opened(manager, path) for path in _PAGES} | {"overview": _overview, "jtai status": _status}
        for name, look in looks.items():
            with counted() as sent:
                look()
            sent_by[name] = len(sent)
    return sent_by


def test_whatever_looks_over_all_inspections_sends_as_many_queries_for_153_as_for_12(
    portal: str,
    ledger: None,  # noqa: ARG001 - it is emptied for others, too
) -> None:
    few, many = _queries(portal, 12), _queries(portal, 153)
    sys.stdout.write(f"{many}\n")
    assert few == many
    assert len(few) == len(_PAGES) + 2
