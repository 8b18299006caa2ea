"""The bank holidays of England: those of the calendar, and those of one year alone that an operator adds."""

import os
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

SETTING = "JTAI_BANK_HOLIDAYS"


class _BankHolidays(dict[int, dict[date, str]]):
    """Year -> its bank holidays in England, days to names; a year is filled when a day in it is looked up."""

    def __missing__(self, year: int) -> dict[date, str]:
        # Imported late: the calendar library costs 0.1 s that most commands never need.
        import holidays

        self[year] = dict(holidays.country_holidays("GB", subdiv="ENG", years=year))
        return self[year]


_CALENDAR = _BankHolidays()


@lru_cache
def one_off_holidays(text: str) -> Mapping[date, str]:
    """Return the bank holidays that an operator adds, days to names.

    Args:
        text: of the setting: each a day and its name, with semicolons between them.

    Raises:
        ValueError: a part is not a day followed by a name.
    """
    days: dict[date, str] = {}
    for part in filter(None, map(str.strip, text.split(";"))):
        written, _, name = part.partition(" ")
        try:
            day = date.fromisoformat(written)
        except ValueError:
            name = ""
        if not name.strip():
            raise ValueError("write each bank holiday as a day and its name, such as '2027-05-10 Coronation; ...'")
        days[day] = name.strip()
    return MappingProxyType(days)


def added() -> str:
    """Return the setting's text: that of the environment, else that of the running stack."""
    # The environment first, as settings read it: a process that checks a file has no other setting and loads none.
    text = os.environ.get(SETTING)
    if text is not None:
        return text
    from models.settings import settings

    return settings().bank_holidays


def bank_holiday(day: date) -> str | None:
    """Return the name of England's bank holiday on `day`, or None."""
    return _CALENDAR[day.year].get(day) or one_off_holidays(added()).get(day)
