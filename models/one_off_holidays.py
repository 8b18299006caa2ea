"""Bank holidays of one year alone, as an operator writes them into the settings."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType


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
