"""Finds whatever is owed and not being done, and wakes a run, moves the inspection on or sends what waits (L3)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from models.events import DEPLOYMENT_FOR, Owed
from models.tables.base import utc_now
from models.words import plural
from tasks.assuring.turns import tell_turns
from tasks.documents.arrivals import take_unreported
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ground.prefect_api import PrefectUnreachableError, PutMarkdown, call, newest_text, start_run
from tasks.ground.vault import finish_destroying
from tasks.ground.vault_places import NotRemovedError
from tasks.inspection.days import live_inspections
from tasks.jobs.calendar import move_on
from tasks.jobs.second_person import lapse
from tasks.ledger.counts import SWEEP, count
from tasks.ledger.heartbeats import give_up_silent
from tasks.ledger.outbox import send_events
from tasks.ledger.wakes import begin
from tasks.notes.taking import settle
from tasks.oversight.breaches import remind_of_breaches
from tasks.people import channels, delivery, receipts
from tasks.people.notices import keep_notices
from tasks.persons_requests.correcting import remind_of_corrections
from tasks.persons_requests.recording import remind_of_requests
from tasks.persons_requests.restricting import remind_of_restrictions, seek_restricted
from tasks.retention.returned import is_behind
from tasks.returns.filling import clear_unsent
from tasks.returns.incoming import look_at_incoming
from tasks.theming.beginning import begin_due
from tasks.watch.automations import put_right
from tasks.watch.board import publish_board
from tasks.watch.failures import ReportedFailure, report_failures
from tasks.watch.overview import publish_overview

_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('sweep'))")

PATIENCE_SECONDS = 20
"""Owed work younger than this is left to the event that was sent for it."""


@dataclass
class Swept:
    """What one sweep found and did, in counts and references."""

    arrived: tuple[str, ...] = ()
    strangers: int = 0
    missing: tuple[str, ...] = ()
    given_up: list[str] = field(default_factory=list)
    put_right: list[str] = field(default_factory=list)
    events_sent: int = 0
    notices_sent: int = 0
    moved: dict[str, list[str]] = field(default_factory=dict)
    lapsed: int = 0
    reports: list[str] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    boards: list[str] = field(default_factory=list)
    overview: bool = False
    failures: list[ReportedFailure] = field(default_factory=list)

    @property
    def anything(self) -> bool:
        """Return whether anything was owed that nobody did."""
        return bool(self.rows())

    def rows(self) -> list[dict[str, str]]:
        """Return what was owed and was done now, a row each, for people to read."""
        pairs = [("a day had come", f"{ref}: {', '.join(moves)}") for ref, moves in sorted(self.moved.items())]
        pairs += [("nobody answered in time", f"{plural(self.lapsed, 'decision')} lapsed")] if self.lapsed else []
        pairs += [("enough letters of a theme were published", f"{ref} begun") for ref in self.reports]
        pairs += [("a file had arrived without an event", submission) for submission in self.arrived]
        pairs += [("a file that was received is not in the store", submission) for submission in self.missing]
        pairs += [("a run was shown as running and nothing ran it", run) for run in self.given_up]
        pairs += [("an automation was not as it should be", sentence) for sentence in self.put_right]
        pairs += [("the operator was told of failed work", f"{work.kind} {work.subject}") for work in self.failures]
        pairs += [("work was owed and nobody did it", f"woke {deployment}") for deployment in self.woken]
        pairs += [("events waited in the outbox", f"{self.events_sent} sent")] if self.events_sent else []
        return [{"found": kind, "which": which} for kind, which in pairs]

    def to_message(self) -> str:
        """Return the sum of a sweep in one line."""
        parts = [f"{ref}: {', '.join(what)}" for ref, what in sorted(self.moved.items())]
        parts += [f"took {', '.join(self.arrived)}"] if self.arrived else []
        parts += (
            [f"{plural(self.strangers, 'object')} in incoming/ that nobody was permitted to send"]
            if self.strangers
            else []
        )
        parts += [f"not in the store: {', '.join(self.missing)}"] if self.missing else []
        parts += [f"{plural(self.lapsed, 'decision')} lapsed"] if self.lapsed else []
        parts += [f"began {', '.join(self.reports)}"] if self.reports else []
        parts += [f"gave up {', '.join(self.given_up)}"] if self.given_up else []
        parts += self.put_right
        parts += [f"{plural(self.events_sent, 'event')} sent"] if self.events_sent else []
        parts += (
            [f"told the operator of {plural(len(self.failures), 'piece', 'pieces')} of failed work"]
            if self.failures
            else []
        )
        parts += [f"woke {', '.join(self.woken)}"] if self.woken else []
        return "; ".join(parts) or "Nothing was owed that is not being done."


_WAITING = text(
    """
    SELECT DISTINCT kind FROM work
    WHERE (state = 'owed' AND not_before <= now() AND owed_at < now() - make_interval(secs => :patience))
       OR (state = 'claimed' AND lease_until < now())
    ORDER BY kind
    """
)


def waiting_kinds() -> list[Owed]:
    """Return the kinds of work that are owed and that nobody has taken up in time."""
    with transaction() as session:
        return [Owed(row.kind) for row in session.execute(_WAITING, {"patience": PATIENCE_SECONDS})]


def is_on_its_way(deployment: str) -> bool:
    """Return whether a run of a deployment is about to start, so that waking another would add nothing."""
    # A run that was due more than two minutes ago and has not begun is stuck: another may have better luck. A schedule
    # has runs for days to come, which would do today's work tomorrow.
    now = utc_now()
    starting: dict[str, Any] = {
        "flows": {"name": {"any_": [deployment]}},
        "flow_runs": {
            "state": {"type": {"any_": ["PENDING", "SCHEDULED"]}},
            "expected_start_time": {
                "after_": (now - timedelta(minutes=2)).isoformat(),
                "before_": (now + timedelta(minutes=1)).isoformat(),
            },
        },
        "limit": 1,
    }
    return bool(call("POST", "/flow_runs/filter", json=starting))


def wake(kinds: list[Owed], *others: str) -> list[str]:
    """Start a run of each deployment whose work waits, unless one is on its way; the sweep does its own work itself.

    Args:
        kinds: of owed work that waits.
        others: deployments whose work is not owed but found.
    """
    woken = []
    for deployment in sorted({*others, *(DEPLOYMENT_FOR[kind] for kind in kinds)} - {"sweep"}):
        if not is_on_its_way(deployment):
            start_run(deployment, tags=("woken-by-sweep",))
            woken.append(deployment)
    return woken


MANY = 8
"""So many pieces of work are worth a second run, which takes a second or two to begin."""


def help_out(deployment: str, pieces: int) -> bool:
    """Wake one more run of a deployment where many pieces wait that came before anybody was at work; return whether.

    Without an answer of Prefect's this run does all of them alone.
    """
    if pieces < MANY:
        return False
    try:
        with transaction() as session:
            # In one transaction with the start: where Prefect does not answer, no wake stays recorded as on its way.
            if not begin(session, deployment, str(uuid4())):
                return False
            start_run(deployment, tags=("woken-by-run",))
    except PrefectUnreachableError as error:
        log().warning("help.not-woken", why=error.brief)
        return False
    return True


def sweep(put: PutMarkdown) -> Swept:
    """Do one sweep: send events and notices, move on what its date moves, wake what waits, put the boards right.

    Args:
        put: stores a text as an artifact of the run.

    One sweep works at a time. The lock ends with its holder's connection, so that a killed sweep holds up none.

    Raises:
        PrefectUnreachableError: Prefect does not answer; everything else is done all the same.
    """
    with transaction() as session:
        # The transaction stays open for the whole sweep, since the lock is its own; it holds no row meanwhile.
        alone: bool = session.execute(_ALONE).scalar_one()
        swept = Swept()
        if not alone:
            return swept
        # Every part is done whatever becomes of the others (L9); the first fault is raised once all had their turn.
        faults = [fault for part in _parts(swept, put) if (fault := _tried(part))]
        _count(swept)
        if faults:
            raise faults[0]
        return swept


def _finish_destroying() -> None:
    try:
        removed = finish_destroying()
    except NotRemovedError:
        # Nothing opens with it; whoever may remove it is another program.
        log().warning("vault.key-not-removed")
        return
    if removed:
        log().warning("vault.destruction-finished", keys=removed)


def _parts(swept: Swept, put: PutMarkdown) -> Iterator[Callable[[], None]]:
    # Arrivals before the boards, and boards last, so that the boards show what this sweep itself has changed.
    yield lambda: _take_arrivals(swept)
    yield lambda: _take_documents(swept)
    yield _clear_unsent
    yield _finish_destroying
    yield from (partial(_move, swept, ref) for ref in live_inspections())
    yield lambda: setattr(swept, "lapsed", lapse())
    yield lambda: setattr(swept, "reports", begin_due())
    yield from (partial(_settle, ref) for ref in live_inspections())
    yield from (partial(_tell_turns, ref) for ref in live_inspections())
    yield _remind_of_breaches
    yield _remind_of_requests
    yield _remind_of_corrections
    yield _remind_of_restrictions
    yield _seek_restricted
    yield lambda: setattr(swept, "failures", report_failures())
    yield lambda: _send(swept)
    yield lambda: setattr(swept, "events_sent", send_events())
    yield lambda: setattr(swept, "woken", wake(waiting_kinds(), *_senders(), *_destroyers()))
    yield lambda: setattr(swept, "given_up", give_up_silent())
    yield lambda: setattr(swept, "put_right", put_right())
    yield lambda: setattr(swept, "boards", [ref for ref in live_inspections() if publish_board(ref, put)])
    yield lambda: setattr(swept, "overview", publish_overview(put, newest_text))


def _tried(part: Callable[[], None]) -> Exception | None:
    try:
        part()
    except Exception as fault:  # only its kind is logged: its text may quote data (L5)
        log().error("sweep.failed", fault=type(fault).__name__)
        return fault
    return None


def _settle(ref: str) -> None:
    settle(ref)


def _tell_turns(ref: str) -> None:
    tell_turns(ref)


def _remind_of_breaches() -> None:
    remind_of_breaches()


def _remind_of_requests() -> None:
    remind_of_requests()


def _remind_of_corrections() -> None:
    remind_of_corrections()


def _remind_of_restrictions() -> None:
    remind_of_restrictions()


def _seek_restricted() -> None:
    seek_restricted()


def _take_arrivals(swept: Swept) -> None:
    incoming = look_at_incoming()
    swept.arrived, swept.strangers, swept.missing = incoming.arrived, incoming.strangers, incoming.missing


def _take_documents(swept: Swept) -> None:
    swept.arrived += take_unreported()


def _clear_unsent() -> None:
    clear_unsent()


def _move(swept: Swept, ref: str) -> None:
    moved = move_on(ref)
    if moved:
        swept.moved[ref] = moved


def _senders() -> list[str]:
    """Return the deployment that sends notices where a channel has something to do."""
    waits = channels.is_set() and (delivery.is_waiting() or receipts.are_due() or receipts.any_corrected())
    return [delivery.DEPLOYMENT] if waits else []


def _destroyers() -> list[str]:
    """Return the deployment that destroys where the vault knows of a destruction that an older ledger does not."""
    with transaction() as session:
        return ["retain"] if is_behind(session) else []


def _send(swept: Swept) -> None:
    if channels.is_set():
        return
    with transaction() as session:
        swept.notices_sent = keep_notices(session)


def _count(swept: Swept) -> None:
    counts = {
        "arrived": len(swept.arrived),
        "missing": len(swept.missing),
        "moved": len(swept.moved),
        "given_up": len(swept.given_up),
        "put_right": len(swept.put_right),
        "woken": len(swept.woken),
        "events": swept.events_sent,
    }
    with transaction() as session:
        for label, number in counts.items():
            count(session, SWEEP, label, number)
