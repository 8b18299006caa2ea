"""England's clock, by which every deadline falls and every moment is told."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")


def world_today() -> date:
    """Return the present day in England by the world's clock, which no rehearsal moves."""
    return datetime.now(ENGLAND).date()
