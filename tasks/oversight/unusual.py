"""What reading of data about children is unusual: plain rules over the audit's own entries. None accuses. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from models.england import ENGLAND
from models.timetable import is_working_day

MANY = 30
"""So many different children, lists or files opened by one person on one day are many."""

FROM, UNTIL = time(7), time(20)
"""Hours in which reading is usual, on working days, by the clock in England."""

FOR_PERSONS = "persons-rows.read"
"""What a person's request opens: the officer's own work, which the register has, and which shows nobody's data."""

ABOUT_CHILDREN = frozenset(
    {
        FOR_PERSONS,
        *("child.read", "children-list.read", "own-records.read", "hidden-children.read", "pair.read", "sample.read"),
        *("return.read", "return-file.read", "report.read", "marked-copy.read", "waiting-file.read", "document.read"),
        *("sampled.read", "sampled-list.read", "explanations.read", "judgements.read", "notes.read", "meeting.read"),
        *("family-meetings.read", "concern.read"),
    }
)
"""Actions of the audit by which somebody opened data about children."""

INSPECTING = frozenset({"lead_inspector", "inspector"})
"""Roles whose work it is to read about children of all agencies; people of an agency read their own."""

_OF_AGENCIES = frozenset({"officer", "program", "named_for_concerns"})


class UnusualReading(StrEnum):
    """Why reading is unusual."""

    MANY = "many"
    HOURS = "hours"
    ROLE = "role"


RULE_LABELS = {
    UnusualReading.MANY: f"{MANY} or more children, lists or files on one day",
    UnusualReading.HOURS: "before 7am, after 8pm, at a weekend or on a bank holiday",
    UnusualReading.ROLE: "in a role whose work is not with children's data",
}
"""Each rule as people read it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One entry of the audit on data about children.

    Attributes:
        by: the person, as the audit names them: role, then reference.
        action: what was opened.
        subject: which, by reference.
        at: when.
        trace: the click behind it; empty where it has none.
        rows_of: references of the agencies whose rows it showed; None where the entry does not say.
        network: the name of the network from which it was read; empty where that is not kept, or not any more.
    """

    by: str
    action: str
    subject: str
    at: datetime
    trace: str = ""
    rows_of: tuple[str, ...] | None = None
    network: str = ""

    @property
    def day(self) -> date:
        """Return the day by the calendar in England."""
        return self.at.astimezone(ENGLAND).date()


@dataclass(frozen=True, slots=True)
class Unusual:
    """Reading of one person on one day that one rule finds unusual.

    Attributes:
        day: by the calendar in England.
        by: the person, as the audit names them.
        rule: why.
        number: of different things that were opened so.
        first: the first click of them, by which the log of the portal finds the session.
        networks: names of the networks from which they were opened.
    """

    day: date
    by: str
    rule: UnusualReading
    number: int
    first: str
    networks: tuple[str, ...] = ()


def unusual(readings: Iterable[Reading]) -> tuple[Unusual, ...]:
    """Return what is unusual, the newest day first; the same in whatever order the entries come."""
    by_day: dict[tuple[date, str], list[Reading]] = {}
    for reading in sorted(readings, key=lambda each: (each.at, each.by, each.action, each.subject)):
        if reading.action in ABOUT_CHILDREN - {FOR_PERSONS}:
            by_day.setdefault((reading.day, reading.by), []).append(reading)
    results = [each for (day, by), some in by_day.items() for each in _of_day(day, by, some)]
    return tuple(sorted(results, key=lambda each: (-each.day.toordinal(), each.by, each.rule)))


def _of_day(day: date, by: str, readings: list[Reading]) -> Iterator[Unusual]:
    if _different(readings) >= MANY:
        yield _made(day, by, UnusualReading.MANY, readings)
    late = [each for each in readings if not _is_usual(each.at)]
    if late:
        yield _made(day, by, UnusualReading.HOURS, late)
    if not _is_theirs(by):
        yield _made(day, by, UnusualReading.ROLE, readings)


def _made(day: date, by: str, rule: UnusualReading, readings: list[Reading]) -> Unusual:
    networks = tuple(sorted({each.network for each in readings if each.network}))
    first = next((each.trace for each in readings if each.trace), "")
    return Unusual(day, by, rule, _different(readings), first, networks)


def _different(readings: list[Reading]) -> int:
    return len({(each.action, each.subject) for each in readings})


def _is_usual(at: datetime) -> bool:
    there = at.astimezone(ENGLAND)
    return is_working_day(there.date()) and FROM <= there.time() < UNTIL


def _is_theirs(by: str) -> bool:
    role = by.partition(":")[0].strip()
    # Whoever looks at pages as somebody else reads with that role and stands in the audit as the lead.
    # An agency's kind stands before the role of its people: `police officer`.
    return role.split(" as ")[0] in INSPECTING or role.split(" ")[-1] in _OF_AGENCIES or role == "system"
