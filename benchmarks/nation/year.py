"""Goes through the year day by day, takes each step on its day, and writes down what everything cost.

Whatever was done stands in the folder: a run that was stopped goes on from there, on the same database and store.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from sqlmodel import Session, col, func, select

from benchmarks.nation.inspecting import DatedStep, Managers, YearStory
from benchmarks.nation.measures import Meter, Spent, database_bytes, on_disk, stored, tables
from benchmarks.nation.missed import missed
from benchmarks.nation.programme import Planned, working_days
from benchmarks.nation.scheduler import Scheduler, in_thread, served
from deployments.ports import ports
from deployments.stack import Stack
from models.england import ENGLAND
from models.lifecycle import ENDED, Stage
from models.settings import reread
from models.tables import AuditEntry, Inspection
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock

_QUIET = frozenset({Stage.STATEMENT_DUE, Stage.STATEMENT_RECEIVED, Stage.PUBLISHED})
"""Stages in which the clock of an inspection is moved once a week: nothing of theirs is due from day to day."""

_START, _NOW, _END = "start", "now", "end"
_DAILY = ("chase-returns", "sweep")
_WEEKLY = ("anchor", "retain")


@dataclass
class Notes:
    """What a year has come to so far, a line of JSON for each step, day and month."""

    folder: Path
    steps: list[dict[str, Any]] = field(default_factory=list)
    days: list[dict[str, Any]] = field(default_factory=list)
    months: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> "Notes":
        """Return what an earlier run has left in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, *(_lines(folder / f"{name}.jsonl") for name in ("steps", "days", "months")))

    def step(self, **facts: Any) -> None:
        """Note a step that was taken."""
        self._add("steps", self.steps, facts)

    def day(self, **facts: Any) -> None:
        """Note a day that is over."""
        self._add("days", self.days, facts)

    def month(self, **facts: Any) -> None:
        """Note how much everything has grown by the end of a month."""
        self._add("months", self.months, facts)

    def _add(self, name: str, notes: list[dict[str, Any]], facts: dict[str, Any]) -> None:
        notes.append(facts)
        with (self.folder / f"{name}.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(facts) + "\n")
            out.flush()
            os.fsync(out.fileno())


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    written = path.read_text("utf-8")
    # The last line of a run that was killed may be half of one: what it was about is done again.
    whole = written[: written.rfind("\n") + 1]
    if whole != written:
        path.write_text(whole, "utf-8")
    return [json.loads(line) for line in whole.splitlines()]


@dataclass
class Underway:
    """An inspection that has begun, with the steps that are still to come."""

    story: YearStory
    steps: list[DatedStep]

    def is_due(self, today: date) -> bool:
        """Return whether its next step's day has come."""
        return bool(self.steps) and self.steps[0].day(self.story) <= today


class Year:
    """The year, on a ledger and a store of its own.

    Args:
        folder: for the notes, the made-up returns and the data of the stack.
        programme: the inspections.
        say: takes a line for whoever watches.

    Attributes:
        scheduler: stands where Prefect stands.
        notes: what it has come to so far.
        missed: who was late, silent and wrong, and who was chased; once it has run.
    """

    def __init__(self, folder: Path, programme: list[Planned], say: Callable[[str], None]) -> None:
        self._folder, self._programme, self._say = folder, programme, say
        self.scheduler = Scheduler()
        self.notes = Notes.of(folder)
        self.missed: dict[str, Any] = {}

    def run(self, until: float = float("inf"), last_day: date = date.max) -> bool:
        """Go on to the end and return True, or return False once it is too late.

        Args:
            until: a moment of the monotonic clock, after which no further day begins.
            last_day: of the simulated days that are to be over.
        """
        with self.running() as (portal, meter):
            ended = self._go(portal, meter, until, last_day)
            if not self.notes.months or self.notes.months[-1]["month"] != _END:
                # How much all of it has grown to by now.
                self._month(_END if ended else _NOW)
            self.missed = missed([each.setting.ref for each in self._programme])
        return ended

    @contextmanager
    def running(self) -> Iterator[tuple[str, Meter]]:
        """Run ledger, store, portal and scheduler during the block; give the portal's address and what is spent."""
        stack = Stack(self._folder / "stack", prefect=False)
        with stack:
            port = ports(stack.state, lambda *_, **__: None)["prefect"]
            before = dict(os.environ)
            with served(self.scheduler, port) as api:
                os.environ.update({**stack.addresses, **_prefect(self._folder, api)})
                reread()
                self.scheduler.start()
                try:
                    from portal.serve import config

                    portal = stack.addresses["JTAI_PORTAL_URL"]
                    server = uvicorn.Server(config("127.0.0.1", urlsplit(portal).port or 0, log_level="warning"))
                    with in_thread(server):
                        yield portal, Meter({name: part.pid for name, part in stack.parts.items()})
                        self.scheduler.settle()
                finally:
                    os.environ.clear()
                    os.environ.update(before)
                    reread()

    def _go(self, portal: str, meter: Meter, until: float, last_day: date) -> bool:
        done = {(each["ref"], each["title"]) for each in self.notes.steps}
        managers = Managers(portal)
        coming = [self._underway(planned, portal, managers, done) for planned in self._programme]
        last = self.notes.days[-1]["day"] if self.notes.days else ""
        under_way: list[Underway] = []
        if not self.notes.months:
            self._month(_START)
        for today in working_days(coming[0].story.setting.announced, date.max):
            while coming and coming[0].story.setting.announced <= today:
                under_way.append(coming.pop(0))
            under_way = [each for each in under_way if each.steps]
            if not under_way and not coming:
                return True
            if today.isoformat() <= last:
                continue
            if monotonic() > until or today > last_day:
                return False
            self._day(today, under_way, meter)
        return True

    def _underway(self, planned: Planned, portal: str, managers: Managers, done: set[tuple[str, str]]) -> Underway:
        setting = planned.setting
        story = YearStory(
            portal,
            self._folder / "returns" / setting.ref,
            lambda _: None,
            setting=setting,
            planned=planned,
            scheduler=self.scheduler,
            managers=managers,
        )
        return Underway(story, [each for each in story.dated_steps() if (setting.ref, each.title) not in done])

    def _day(self, today: date, under_way: list[Underway], meter: Meter) -> None:
        before = meter.now()
        live = _wake_clocks(today)
        clocks = meter.now()
        spent: dict[str, dict[str, float]] = {}
        for deployment in (*_DAILY, *(_WEEKLY if today.weekday() == 0 else ())):
            start = meter.now()
            self.scheduler.run(deployment)
            spent[deployment] = (meter.now() - start).to_dict()
        taken = 0
        for each in under_way:
            while each.is_due(today):
                self._step(today, each, meter)
                taken += 1
        self.notes.day(day=today.isoformat(), live=live, steps=taken, clocks=(clocks - before).to_dict(), runs=spent)
        month = self.notes.months[-1]["month"] if self.notes.months else ""
        if (now := f"{today:%Y-%m}") != month:
            self._month(now)

    def _step(self, today: date, each: Underway, meter: Meter) -> None:
        story, step = each.story, each.steps[0]
        start, said = meter.now(), self.scheduler.said()
        if story.inspection() is not None:
            story.clock(today, 9)
        outcome = step.take(story)
        self.scheduler.settle()
        spent = meter.now() - start
        each.steps.pop(0)
        self.notes.step(
            ref=story.ref,
            number=story.planned.number,
            theme=story.setting.theme.id,
            title=step.title,
            day=today.isoformat(),
            counts=step.counts,
            calls=self.scheduler.said()[0] - said[0],
            events=self.scheduler.said()[1] - said[1],
            **spent.to_dict(),
        )
        self._say(f"{today} {story.ref}: {step.title}: {outcome} ({spent.cpu:.2f} s, {spent.queries} queries)")

    def _month(self, month: str) -> None:
        with transaction() as session:
            facts = {
                "inspections": session.exec(select(func.count()).select_from(Inspection)).one(),
                "ended": _ended(session),
                "audit": session.exec(select(func.count()).select_from(AuditEntry)).one(),
            }
        self.notes.month(
            month=month,
            **facts,
            tables=tables(),
            store=stored(),
            disk={"database": database_bytes(), "store": on_disk(self._folder / "stack" / "s3")},
        )


def _prefect(folder: Path, api: str) -> dict[str, str]:
    """Return the settings by which flows find the scheduler; Prefect reads them when it is first imported."""
    home = {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    }
    return {"JTAI_PREFECT_API_URL": api, "PREFECT_API_URL": api, "PREFECT_CLI_COLORS": "false", **home}


def _ended(session: Session) -> int:
    query = select(func.count()).select_from(Inspection).where(col(Inspection.stage).in_(ENDED))
    return session.exec(query).one()


def _wake_clocks(today: date) -> int:
    """Let it be the morning of a day in every live inspection, and return how many there are."""
    with transaction() as session:
        query = select(Inspection).where(col(Inspection.stage).not_in(ENDED))
        live = [(each.ref, each.stage, each.now()) for each in session.exec(query)]
    morning = datetime(today.year, today.month, today.day, 9, tzinfo=ENGLAND)
    for ref, stage, now in live:
        if now < morning and (stage not in _QUIET or today.weekday() == 0):
            set_clock(ref, morning, by="benchmark")
    return len(live)


def spent_by(notes: list[dict[str, Any]]) -> Spent:
    """Return what noted steps cost together."""
    names = tuple(Spent.__dataclass_fields__)
    return sum((Spent(**{name: each[name] for name in names}) for each in notes), Spent())
