"""Formats of an XLSX workbook: only those that show something else than the number are known, and what they show."""

import pytest

from validation.files.readers.styles import Formats, as_shown


def _kind(code: str) -> str:
    cells = '<cellXfs><xf numFmtId="200"/></cellXfs>'
    part = (
        f'<x:s><x:numFmt numFmtId="200" formatCode="{code}"/>{cells.replace("<", "<x:").replace("<x:/", "</x:")}</x:s>'
    )
    return Formats(part.encode()).kinds.get("0", "")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0%", "%"),
        ("0.00%;[Red]-0.00%", "%"),
        ("hh:mm", "time"),
        ("h:mm AM/PM", "time"),
        ("[hh]:mm:ss", "hours"),
        ("[$-409]h:mm", "time"),
        ("0000000", "7"),
        ("000 000 0000", "10"),
        ("dd/mm/yyyy", ""),
        ("dd/mm/yyyy hh:mm", ""),
        ("mmm-yy", ""),
        ("General", ""),
        ("0", ""),
        ("0.00", ""),
        ("#,##0", ""),
        ("@", ""),
        ("&quot;hours&quot; 0", ""),
        ("&quot;100%&quot; 0", ""),
    ],
)
def test_kind_of_a_format(code: str, kind: str) -> None:
    assert _kind(code) == kind


@pytest.mark.parametrize(
    ("kind", "number", "shown"),
    [
        ("%", "0.28999999999999998", "29%"),
        ("%", "-0.5", "-50%"),
        ("%", "0", "0%"),
        ("time", "0.999999999", "24:00:00"),
        ("time", "1.5", None),
        ("hours", "-1", None),
        ("6", "1234567", None),
        ("6", "12.5", None),
        ("6", "-12", None),
        ("%", "NaN", None),
        ("%", "x", None),
    ],
)
def test_what_a_number_shows(kind: str, number: str, shown: str | None) -> None:
    assert as_shown(kind, number) == shown
