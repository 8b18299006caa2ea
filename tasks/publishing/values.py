"""What the public pages are made of: inspections with the versions of their letters, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FORMATS = {
    "html": "Letter as a web page",
    "pdf": "Letter as PDF",
    "docx": "Letter as Word document (DOCX)",
    "odt": "Letter as OpenDocument text (ODT)",
    "json": "Letter as data (JSON)",
    "proof.json": "Proof that binds each sentence to its evidence (JSON)",
}
"""The formats of a letter, with what people call them."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a version of a letter no longer counts.

    Attributes:
        replaced: whether a corrected letter takes its place; it is withdrawn otherwise.
        reason: in public words, without a full stop.
        on: the day.
    """

    replaced: bool
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """One published version of a letter.

    Attributes:
        number: 1 for the first.
        published: the day on which it was published.
        files: format -> its bytes, as they were published.
        ended: why it no longer counts; None while it does.
    """

    number: int
    published: date
    files: Mapping[str, bytes]
    ended: Ended | None = None

    @property
    def changed(self) -> date:
        """Return the last day on which something became of it."""
        return self.ended.on if self.ended else self.published


@dataclass(frozen=True, slots=True)
class PublicInspection:
    """One inspection whose letter was published.

    Attributes:
        ref: its reference.
        area: the local area.
        gss: its GSS code.
        theme_id: of its theme.
        theme: the title of its theme.
        versions: of its letter, the first first.
        rehearsal: whether it is none, but a rehearsal.
    """

    ref: str
    area: str
    gss: str
    theme_id: str
    theme: str
    versions: tuple[PublicVersion, ...]
    rehearsal: bool = False

    @property
    def newest(self) -> PublicVersion:
        """Return the newest version, whatever became of it."""
        return self.versions[-1]

    @property
    def first_published(self) -> date:
        """Return the day on which its first letter was published."""
        return self.versions[0].published

    @property
    def changed(self) -> date:
        """Return the last day on which something became of one of its letters."""
        return max(version.changed for version in self.versions)


@dataclass(frozen=True, slots=True)
class PublicReport:
    """One published thematic report.

    Attributes:
        ref: its reference.
        theme_id: of its theme.
        title: as printed.
        areas: how many local areas it is on.
        published: the day.
        files: name -> its bytes, as they were published.
        rehearsal: whether it is none, but a rehearsal.
        ended: why it no longer counts; None while it does. Its files are then names without content.
    """

    ref: str
    theme_id: str
    title: str
    areas: int
    published: date
    files: Mapping[str, bytes]
    rehearsal: bool = False
    ended: Ended | None = None

    @property
    def changed(self) -> date:
        """Return the last day on which something became of it."""
        return self.ended.on if self.ended else self.published

    @property
    def tables(self) -> tuple[str, ...]:
        """Return the names of its data tables, sorted."""
        return tuple(sorted(name for name in self.files if name.endswith(".csv")))


REPORT_FORMATS = {
    "report.html": "Report as a web page",
    "report.pdf": "Report as PDF",
    "report.docx": "Report as Word document (DOCX)",
    "report.odt": "Report as OpenDocument text (ODT)",
    "report.json": "Report as data (JSON)",
}
"""The files of a thematic report, with what people call them."""


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page that lists inspections.

    Attributes:
        path: of the page.
        heading: above the list.
        inspections: in order.
        reports: thematic reports, the newest first.
    """

    path: str
    heading: str
    inspections: tuple[PublicInspection, ...] = field(default=())
    reports: tuple[PublicReport, ...] = field(default=())


_OPEN = (
    *("area_name", "gss", "theme", "dates", "published", "inspectorates", "headings", "passages", "statement"),
    *("numbers", "statement_needed", "principal_authority", "statement_due", "recipients", "rehearsal"),
)
# Letters of an earlier release hold findings, numbers and a determination in other fields.
_OPEN_OF_FINDING = ("id", "category", "area", "heading", "text", "tags", "agencies")


def open_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a letter's record what is open data: what the letter says, and no member of staff."""
    shown = {name: record[name] for name in _OPEN if name in record}
    if "findings" in record:
        shown["findings"] = [{name: finding[name] for name in _OPEN_OF_FINDING} for finding in record["findings"]]
    return shown
