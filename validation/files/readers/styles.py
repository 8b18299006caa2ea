"""Formats of an XLSX workbook under which a cell shows something else than the number that it holds."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from validation.files.readers.markup import elements, plain_text

# Formats that every program has under these numbers, without writing them down.
_BUILT_IN = {"9": "%", "10": "%", "46": "hours"} | dict.fromkeys(("18", "19", "20", "21", "45", "47"), "time")
_ASIDE = re.compile(r'"[^"]*"|\\.|\[[^\]hms]*\]|_.|\*.')
_ZEROS = re.compile(r"^0[0 \-/.]*0$")
_CLOCK = re.compile(r"(?i)[hs]")
_HOURS = re.compile(r"(?i)\[[hms]+\]")
_DATE = re.compile(r"(?i)[dy]|mmm")
_MOST_SECONDS = 10**9


class Formats:
    """The formats of a workbook by the number under which cells name them.

    Attributes:
        kinds: number of a format -> `%`, `time` of a day, `hours` beyond a day, or how many digits it pads a number to.
    """

    def __init__(self, part: bytes | None = None) -> None:
        """Read the part of formats.

        Raises:
            ExpatError: it is not whole.
        """
        self.kinds: dict[str, str] = {}
        if not part:
            return
        part = plain_text(part)
        codes = {a.get("numFmtId", ""): a.get("formatCode", "") for a in elements(part, "numFmt")}
        # Formats of cells stand in a list of their own beside those of named styles.
        for number, attributes in enumerate(elements(_cell_formats(part), "xf")):
            kind = _kind(attributes.get("numFmtId", "0"), codes)
            if kind:
                self.kinds[str(number)] = kind

    def shown(self, style: str, number: str) -> str | None:
        """Return what a cell shows; None where that is the number itself, or a day."""
        kind = self.kinds.get(style)
        return as_shown(kind, number) if kind else None


def as_shown(kind: str, number: str) -> str | None:
    """Return what a number shows under a kind of format; None where that is the number itself."""
    try:
        exact = Decimal(number.strip())
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    if kind == "%":
        return percent(exact)
    if kind in ("time", "hours"):
        # A day with its time, of which the format shows the time alone, is handed on whole.
        return _clock(exact) if kind == "hours" or exact < 1 else None
    whole = exact == exact.to_integral_value() and exact >= 0
    return str(int(exact)).zfill(int(kind)) if whole and exact.adjusted() < int(kind) else None


def percent(share: Decimal) -> str:
    """Return a share as a percentage: `.934` as `93.4%`, without the noise of binary fractions."""
    rounded = round(share * 100, 9).normalize()
    return f"{rounded:f}%"


def _clock(days: Decimal) -> str | None:
    seconds = round(days * 86_400)
    if not 0 <= seconds < _MOST_SECONDS:
        return None
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _kind(number: str, codes: Mapping[str, str]) -> str:
    code = codes.get(number)
    if code is None:
        return _BUILT_IN.get(number, "")
    # Only the first of up to four sections is about numbers that are not negative.
    bare = _ASIDE.sub("", code.partition(";")[0]).strip()
    if "%" in bare:
        return "%"
    if _CLOCK.search(bare) and not _DATE.search(bare):
        return "hours" if _HOURS.search(bare) else "time"
    return str(bare.count("0")) if _ZEROS.match(bare) and "." not in bare else ""


def _cell_formats(part: bytes) -> bytes:
    start, end = part.find(b"cellXfs"), part.rfind(b"cellXfs")
    if not 0 <= start < end:
        return b"<xfs/>"
    return b"<xfs>" + part[part.find(b">", start) + 1 : part.rfind(b"<", 0, end)] + b"</xfs>"
