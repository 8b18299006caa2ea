"""England's clock, by which every deadline falls and every moment is told."""

from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")
