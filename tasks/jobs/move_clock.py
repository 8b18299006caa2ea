"""Moves a rehearsal's clock, and does at once what has come due with it."""

from dataclasses import dataclass
from datetime import datetime

from models.words import joined, moment, plural
from tasks.inspection.rehearsal_clock import move_to
from tasks.jobs.calendar import move_on
from tasks.jobs.chase import chase
from tasks.letters.statement import chase_statements


@dataclass(frozen=True, slots=True)
class Moved:
    """A rehearsal's clock after it was moved.

    Attributes:
        ref: the inspection.
        at: the moment that the clock shows now.
        done: what the day alone decided, in words.
        chased: how many notices to those who owe something were due.
    """

    ref: str
    at: datetime
    done: tuple[str, ...]
    chased: int

    def to_message(self) -> str:
        """Return what became of it, in words."""
        came = [
            *self.done,
            *([plural(self.chased, "reminder or chaser", "reminders and chasers")] if self.chased else []),
        ]
        return f"In {self.ref} it is now {moment(self.at)}. Due by then: {joined(came) if came else 'nothing'}."


def move_clock(ref: str, to: str, *, by: str) -> Moved:
    """Move a rehearsal's clock to a step of its timetable or a day, then do what is due by then.

    What needs work, such as a letter, is owed as ever and done by its own flow.

    Args:
        ref: the inspection.
        to: the name of a step, or a day with or without a time.
        by: who moves it.

    Raises:
        UnknownInspectionError: no such inspection.
        ClockError: the inspection is real or has ended, or the moment is none to which a clock can be moved.
    """
    at = move_to(ref, to, by=by)
    done: list[str] = []
    # One step at a time, as the sweep does: a jump may lead over several.
    while steps := move_on(ref):
        done += steps
    statements = [each for each in chase_statements() if each[0] == ref]
    return Moved(ref, at, tuple(done), len(chase(ref)) + len(statements))
