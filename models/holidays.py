"""The bank holidays of England: those of the calendar, and those of one year alone that an operator adds."""

import os
from datetime import date

from models.one_off_holidays import one_off_holidays

SETTING = "JTAI_BANK_HOLIDAYS"


class _BankHolidays(dict[int, dict[date, str]]):
    """Year -> its bank holidays in England, days to names; a year is filled when a day in it is looked up."""

    def __missing__(self, year: int) -> dict[date, str]:
        # Imported late: the calendar library costs 0.1 s that most commands never need.
        import holidays

        self[year] = dict(holidays.country_holidays("GB", subdiv="ENG", years=year))
        return self[year]


_CALENDAR = _BankHolidays()


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
