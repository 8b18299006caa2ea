"""Move the clock of a rehearsal forward: to a step of its timetable, or to a day."""

from typing import Annotated

from flows.form import Order, decision, line
from models.decisions import MOVE_CLOCK, Decided
from tasks.inspection.clock_moments import ClockError, step_of
from tasks.jobs.move_clock import move_clock as move


@decision(MOVE_CLOCK, "move-clock - {inspection}")
def move_clock(
    inspection: Annotated[str, line("Rehearsal", "Which rehearsal. A real inspection has no clock to move.")],
    step: Annotated[
        str,
        line(
            "Step",
            "Go on to a step of its timetable: a line of the same rehearsal. For another day, leave this empty and "
            "write the day.",
        ),
    ] = "",
    day: Annotated[
        str,
        line("Day", "Such as 2025-03-10 for 9am on that day, or 2025-03-10T17:30.", max_length=20),
    ] = "",
    by: Order = "",
) -> Decided:
    """Move the clock of a rehearsal forward. What is due by then happens at once.

    The clock never goes back. Moving it is recorded with your name.
    """
    if bool(step.strip()) == bool(day.strip()):
        raise ClockError("Choose a step or write a day. Give one of them, and not both.")
    moved = move(inspection, step_of(inspection, step) or day, by=by)
    return Decided(inspection, f"{inspection} - {moved.at:%Y-%m-%d %H:%M}", "clock moved", moved.to_message())
