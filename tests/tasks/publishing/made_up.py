"""Published letters made for tests of the public pages."""

from dataclasses import replace
from datetime import date
from functools import lru_cache

from models.states import LetterStatus
from tasks.letters.compiling import compile as compile_letter
from tasks.publishing.values import Ended, PublicInspection, PublicVersion
from tests.tasks.letters.made_up import facts

WITHDRAWN = Ended(False, "A fact in the letter was wrong", date(2025, 6, 2))
REPLACED = Ended(True, "A fact in the letter was wrong", date(2025, 6, 9))


@lru_cache(maxsize=1)
def letter() -> dict[str, bytes]:
    """Return a published letter in its five formats."""
    return compile_letter(facts(status=LetterStatus.PUBLISHED))


def reading() -> PublicInspection:
    """Return an inspection whose letter counts."""
    version = PublicVersion(1, date(2025, 5, 6), letter())
    ref, theme = "reading-domestic-abuse-2024-20250224", "Children who are victims of domestic abuse"
    return PublicInspection(ref, "Reading", "E06000038", "domestic-abuse-2024", theme, (version,))


def leeds(ended: Ended | None = WITHDRAWN) -> PublicInspection:
    """Return an inspection of another theme and year, whose letter was withdrawn."""
    version = PublicVersion(1, date(2024, 5, 16), dict.fromkeys(letter(), b""), ended)
    ref, theme = "leeds-serious-youth-violence-2023-20240304", "Serious youth violence & its <victims>"
    return PublicInspection(ref, "Leeds", "E08000035", "serious-youth-violence-2023", theme, (version,))


def corrected() -> PublicInspection:
    """Return an inspection whose first letter was replaced by another."""
    first = replace(reading().newest, files=dict.fromkeys(letter(), b""), ended=REPLACED)
    return replace(reading(), versions=(first, PublicVersion(2, date(2025, 6, 9), letter())))
