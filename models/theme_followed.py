"""How a theme has the area followed after its letter: how often progress is asked for, and for how long."""

from pydantic import Field

from models.theme_lists import ThemeData


class Occasion(ThemeData):
    """A day after publication on which returns are asked for again: so many months and working days after it."""

    working_days: int = Field(0, ge=0, le=500)
    months: int = Field(0, ge=0, le=60)


class Measure(ThemeData):
    """A share by which a return tells whether something got better.

    Attributes:
        code: of the return.
        column: of its first sheet.
        good: cells that count as good; every other answer, such as Unknown, does not.
        label: what the share is of.
    """

    code: str
    column: str
    good: tuple[str, ...] = Field(("Yes",), min_length=1)
    label: str


_MEASURES = tuple(
    Measure(code=code, column=column, label=label)
    for code, column, label in (
        ("POL-1", "child_spoken_to", "Incidents in which an officer spoke to the child"),
        ("POL-1", "notification_to_csc", "Incidents of which children's social care was notified"),
        ("HEA-1", "da_known_to_service", "Children of whom the health service knew of the abuse"),
        ("PRO-1", "csc_checks_made", "People on probation about whom children's social care was asked"),
        ("MAR-1", "police_attended", "Marac cases that the police attended"),
        ("MAR-1", "health_attended", "Marac cases that a health service attended"),
        ("MAR-1", "education_attended", "Marac cases that education attended"),
        ("VOL-1", "engaged", "People who engaged with specialist services"),
    )
)
"""What is measured unless a theme measures something else: cells that every list has with yes or no."""


class Followed(ThemeData):
    """How the plan that answers the letter is followed.

    Attributes:
        every_months: how often progress is asked for, counted from the day on which the plan first came.
        until_months: for how long; then the plan can be closed whatever is left.
        answer_days: working days in which progress is answered.
        again: returns that are asked for again after publication; none unless a theme or a person asks.
        occasions: the days on which they are asked for again.
        again_days: working days in which they are sent then.
        measures: shares by which both rounds are compared.
        late_months: after its day an action that is still open for so long is told to whoever leads.
    """

    every_months: int = Field(3, ge=1, le=12)
    until_months: int = Field(12, ge=1, le=60)
    answer_days: int = Field(10, ge=1, le=60)
    late_months: int = Field(6, ge=1, le=24)
    again: tuple[str, ...] = ()
    occasions: tuple[Occasion, ...] = (Occasion(working_days=70), Occasion(months=6))
    again_days: int = Field(10, ge=1, le=60)
    measures: tuple[Measure, ...] = _MEASURES

    @property
    def rounds(self) -> int:
        """Return how often progress is asked for."""
        return self.until_months // self.every_months
