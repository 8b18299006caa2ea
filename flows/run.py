"""The run of a flow as people see it: its name shows the work and the inspection, its state the outcome."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from flows.artifacts import show_board
from models.england import ENGLAND
from models.tables.base import utc_now
from models.words import short_weekday
from tasks.ground.faults import answer_to
from tasks.ground.log import about, log
from tasks.ground.prefect_api import PrefectUnreachableError, call
from tasks.ground.trace import traced
from tasks.ledger.heartbeats import beating
from tasks.ledger.outbox import send_soon

State = Any
"""A state of Prefect, which a flow returns to end in it."""

# A list of runs shows a name in one line, and a run's page its message in one paragraph.
_NAMES_SHOWN = 2
_PIECES_SHOWN = 20
_BETWEEN_NAMES_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Done:
    """One piece of work that a run did.

    Attributes:
        inspection: the inspection that it is for.
        what: the work in words.
        outcome: the result of the work in words.
        kind: the kind of owed work; empty where nobody owed it.
    """

    inspection: str
    what: str
    outcome: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """One piece of work that a run could not do.

    Attributes:
        what: the work in words.
        why: the kind of fault in words, which quote nothing.
        retry_at: when it is tried again; None where it was put aside for a person.
    """

    what: str
    why: str
    retry_at: datetime | None

    @property
    def consequence(self) -> str:
        """Return what happens next."""
        if self.retry_at is None:
            return "put aside for the operator: `jtai work --dead` lists it"
        retry_at = self.retry_at.astimezone(ENGLAND)
        day = "" if retry_at.date() == utc_now().astimezone(ENGLAND).date() else f" on {short_weekday(retry_at.date())}"
        return f"tried again at {retry_at:%H:%M}{day}"


@dataclass
class Run:
    """The run of a flow, as the Prefect UI shows it."""

    flow: str
    id: str
    done: list[Done] = field(default_factory=list)
    failures: dict[str, Failure] = field(default_factory=dict)
    taken_over: list[str] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    tags: tuple[str, ...] = ("jtai",)
    title: str = ""
    unpublished: set[str] = field(default_factory=set)
    _shown: str = ""
    _unshown: str = ""
    _shown_at: float = -_BETWEEN_NAMES_SECONDS

    def doing(self, what: str, *inspections: str) -> None:
        """Show at once what the run is doing, and tag it with its inspections."""
        self.touches(*inspections)
        self._show(self._named() if self.done or self.title else f"{self.flow} - {what}")

    def touches(self, *inspections: str) -> None:
        """Note the inspections whose boards are out of date; work that is for none, an empty text, has no board."""
        boards = [ref for ref in inspections if ref]
        self.touched.update(boards)
        self.unpublished.update(boards)

    def publish(self) -> None:
        """Show the last name, send the events of the work that was done, publish the boards that are out of date."""
        self._show_last()
        # Events first: other runs wait for them, and nobody waits for a board.
        send_soon()
        while self.unpublished:
            show_board(self.unpublished.pop())

    def did(self, done: Done, subject: str = "") -> None:
        """Record one piece of work and name the run by it; an earlier failure of the same piece no longer counts."""
        self.failures.pop(subject, None)
        self.done.append(done)
        self.touches(done.inspection)
        self._show(self._named())

    def outcome(self, message: str = "") -> State:
        """Return the state in which the run ends (L13).

        *Failed* where any piece of work failed, *Cancelled* where other runs had taken all of it over, else
        *Completed* with `message` or what was done.
        """
        if self.failures:
            before = f"{message.rstrip('.')}. " if message else ""
            return Failed(message=f"{before}{self._failed()}")
        if self.taken_over and not self.done:
            return Cancelled(message=f"Gave way: another run does {'; '.join(self.taken_over[:_PIECES_SHOWN])}.")
        if not self.done and not self.touched and not message:
            self._show(f"{self.flow} - nothing waiting")
        return Completed(message=message or self.summary() or "Nothing was waiting.")

    def summary(self) -> str:
        """Return what was done, piece by piece; empty where nothing was."""
        return "; ".join(f"{piece.what}: {piece.outcome}" for piece in self.done[:_PIECES_SHOWN])

    def _failed(self) -> str:
        failures = list(self.failures.values())
        share = f"{len(failures)} of {len(self.done) + len(failures)} failed"
        if len(failures) == 1:
            [only] = failures
            sentence = f"{share} ({only.why}), {only.consequence}: {only.what}."
        else:
            pieces = (f"{piece.what} ({piece.why}), {piece.consequence}" for piece in failures[:_PIECES_SHOWN])
            sentence = f"{share}: {'; '.join(pieces)}."
        return f"{sentence} Done: {self.summary()}." if self.done else sentence

    def _named(self) -> str:
        if self.title:
            return f"{self.flow} - {self.title}"
        # What follows from other work of the same run, such as comparing returns, is not what the run is for.
        first = self.done[0].kind
        names = list(dict.fromkeys(piece.what for piece in self.done if piece.kind == first))
        rest = len(names) - _NAMES_SHOWN
        return f"{self.flow} - {'; '.join(names[:_NAMES_SHOWN])}{f' and {rest} more' if rest > 0 else ''}"

    def _show(self, name: str) -> None:
        """Show a name at once, or within some seconds of the one before: a run of short pieces has many."""
        self._unshown = name
        if time.monotonic() - self._shown_at >= _BETWEEN_NAMES_SECONDS:
            self._show_last()

    def _show_last(self) -> None:
        name = self._unshown
        tags = sorted({*self.tags, *(f"inspection:{ref}" for ref in self.touched)})
        if (shown := f"{name} {tags}") == self._shown or not name:
            return
        self._shown, self._shown_at = shown, time.monotonic()
        try:
            call("PATCH", f"/flow_runs/{self.id}", json={"name": name, "tags": tags})
        except PrefectUnreachableError as error:
            # A name is for people; the work does not wait for it.
            log().warning("run.not-named", why=error.brief)


def ended(flow: str, body: Callable[[Run], str]) -> State:
    """Do the work of a flow, publish its events and boards, and return the state in which its run ends.

    A refusal is *Failed* by its own sentence, and any other exception by the kind of fault: neither leaves a traceback
    in the run's page, and no text of a foreign exception reaches it (L5).

    Args:
        flow: its name.
        body: does the work, and returns the message of a run without failures; empty for a list of the work.
    """
    try:
        run = Run(flow, str(flow_run.id), tags=("jtai", *flow_run.tags))
        with traced(run.id), about(flow=flow, run=run.id):
            try:
                with beating(run.id):
                    return run.outcome(body(run))
            finally:
                # Also after a failure: what was done before it is committed, and others wait for its events.
                run.publish()
    except Exception as error:
        answer = answer_to(error)
        log().warning("run.ended", cause=answer.turn.value, fault=type(error).__name__)
        return Failed(message=answer.sentence)
