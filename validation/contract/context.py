"""What a check needs to know besides the file: the theme, the area, the day of the announcement."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.themes import Theme
from models.timetable import add_working_days

_MONTHS = 12
# The returns are due within two weeks of the call, so no list can reach beyond.
_DRAWN_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Context:
    """The circumstances of one request; a plain value that survives JSON.

    Attributes:
        theme: the theme version, whose age band, window and cohort factors are data for the rules.
        announced: the day of the announcement.
        gss: the inspected area, when known.
        extract: the day on which the agency drew the data, or by which it must have, such as that of the receipt; the
            announcement where nobody has given it.
        sample_refs: references of the children chosen, for evaluations.
        agency: the agency that evaluates, when known.
        waived: ids of the rules that were waived for this request; what breaks them is counted and blocks nothing.
        due: the day on which the return is due where that is known, such as after an extension.
        drawn: the day of the extract in the sender's own words, where the file has it.
        origins: the parts of the letter that a plan answers, as pairs of id and words.
        owners: the bodies of the inspection that can own an action of a plan, by name.
    """

    theme: Theme
    announced: date
    gss: str | None = None
    extract: date | None = None
    sample_refs: tuple[str, ...] = ()
    agency: str | None = None
    waived: tuple[str, ...] = ()
    due: date | None = None
    drawn: date | None = None
    origins: tuple[tuple[str, str], ...] = ()
    owners: tuple[str, ...] = ()

    @property
    def rule_set(self) -> str:
        """Return the name under which a report records its rules: the theme version, and which rules were waived."""
        if not self.waived:
            return self.theme.rule_set
        # In one order, so that the same waivers have the same name (L4).
        digest = hashlib.sha256("\n".join(sorted(self.waived)).encode()).hexdigest()
        return f"{self.theme.rule_set}-waived-{digest[:8]}"

    @property
    def window_start(self) -> date:
        """Return the first day of the window: the announcement less the theme's months."""
        months = self.announced.year * _MONTHS + self.announced.month - 1 - self.theme.window_months
        return _day(months // _MONTHS, months % _MONTHS + 1, self.announced.day)

    @property
    def extracted(self) -> date:
        """Return the day of the extract, or the announcement where nobody has given it."""
        return self.extract or self.announced

    @property
    def drawn_from(self) -> date:
        """Return the first day on which the data can have been drawn: what the sender says, or the announcement."""
        return min(self.drawn or self.announced, self.extracted)

    @property
    def drawn_by(self) -> date:
        """Return the last day on which the data can have been drawn, where nobody has given the day of the extract."""
        return self.extract or self.announced + _DRAWN_WITHIN

    def due_by(self, step: str | None) -> date | None:
        """Return the day on which the return is due, by a step of the timetable where no other day is known."""
        if self.due or step is None:
            return self.due
        steps = {s.step: s for s in self.theme.timetable.steps}
        count = 0
        # Steps count from one another; working days add up, so the whole way is one number.
        while steps[step].after:
            count += steps[step].working_days
            step = steps[step].after
        return add_working_days(self.announced, count)

    @property
    def born_after(self) -> date:
        """Return the day after which a child must be born to be within the age band at the announcement."""
        return _day(self.announced.year - self.theme.age_band.oldest - 1, self.announced.month, self.announced.day)

    @property
    def born_by(self) -> date:
        """Return the last day of birth that is old enough for the age band.

        Where the band begins at birth, a child born between the announcement and the extract belongs to it.
        """
        if self.theme.age_band.youngest == 0:
            return max(self.announced, self.extracted)
        return _day(self.announced.year - self.theme.age_band.youngest, self.announced.month, self.announced.day)

    def to_json(self) -> dict[str, Any]:
        """Return the context as plain JSON values."""
        return {
            "theme": self.theme.model_dump(mode="json"),
            "announced": self.announced.isoformat(),
            "gss": self.gss,
            "extract": self.extract.isoformat() if self.extract else None,
            "sample_refs": list(self.sample_refs),
            "agency": self.agency,
            "waived": list(self.waived),
            "due": self.due.isoformat() if self.due else None,
            "drawn": self.drawn.isoformat() if self.drawn else None,
            "origins": [list(origin) for origin in self.origins],
            "owners": list(self.owners),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Context":
        """Rebuild a context from `to_json`.

        Raises:
            KeyError: a key is missing.
            ValueError: a value is not of its kind.
        """
        return cls(
            Theme.model_validate(data["theme"]),
            date.fromisoformat(data["announced"]),
            data["gss"],
            date.fromisoformat(data["extract"]) if data["extract"] else None,
            tuple(data["sample_refs"]),
            data["agency"],
            tuple(data["waived"]),
            date.fromisoformat(data["due"]) if data["due"] else None,
            date.fromisoformat(data["drawn"]) if data["drawn"] else None,
            tuple((identity, words) for identity, words in data["origins"]),
            tuple(data["owners"]),
        )


def _day(year: int, month: int, day: int) -> date:
    """Return the day, or the month's last where the month is shorter."""
    # No month is more than three days shorter than another.
    for last in range(day, day - 4, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise ValueError(f"no day {day} in month {month}")
