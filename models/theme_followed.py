"""How a theme has the area followed after its letter: how often progress is asked for, and for how long."""

from pydantic import Field

from models.theme_lists import ThemeData


class Followed(ThemeData):
    """How the plan that answers the letter is followed.

    Attributes:
        every_months: how often progress is asked for, counted from the day on which the plan first came.
        until_months: for how long; then the plan can be closed whatever is left.
        answer_days: working days in which progress is answered.
        late_months: after its day an action that is still open for so long is told to whoever leads.
    """

    every_months: int = Field(3, ge=1, le=12)
    until_months: int = Field(12, ge=1, le=60)
    answer_days: int = Field(10, ge=1, le=60)
    late_months: int = Field(6, ge=1, le=24)

    @property
    def rounds(self) -> int:
        """Return how often progress is asked for."""
        return self.until_months // self.every_months
