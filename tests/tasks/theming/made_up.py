"""Messages, sources and findings of six made-up areas."""

from models.theme_reports import Message
from tasks.theming.sources import AgreedFinding, ReportSource, SourceText, texts_of_findings

AREAS = ("Ashmere", "Birchford", "Cedarham", "Dalewick", "Elmstow", "Fernley")
VOICE = Message(
    code="child_voice",
    sentence="What children live through is captured unevenly.",
    tags=("child_voice",),
    phrases=("voice* + child*", "child* + lived experience*"),
)
UNBORN = Message(
    code="unborn", sentence="Work for unborn babies is good.", leans="strength", tags=("unborn",), phrases=("midwi*",)
)


def source(area: str) -> ReportSource:
    """Return the findings of an area as a source."""
    return ReportSource(f"{area.lower()}-da-20250224", area, "findings", digest="0" * 64)


SOURCES = tuple(source(area) for area in AREAS)


def finding(number: int, category: str, text: str, *tags: str) -> AgreedFinding:
    """Return a finding of an area."""
    return AgreedFinding(f"F{number:02}", category, "EA01", "", text, tags)


def texts(*findings: tuple[str, AgreedFinding]) -> tuple[SourceText, ...]:
    """Return findings as texts, each with the area that it is of."""
    return tuple(text for area, each in findings for text in texts_of_findings([each], source(area)))
