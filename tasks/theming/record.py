"""A thematic report as canonical JSON: every number with the findings and letters behind it."""

from dataclasses import asdict
from typing import Any

from tasks.theming.back_testing import message_json
from tasks.theming.grouping import Grouped
from tasks.theming.report import Earlier, ThematicReport

FORMAT = "jtai-thematic-report-1"


def report_record(report: ThematicReport) -> dict[str, Any]:
    """Return the report as plain values; words are those that people wrote for it or that a letter has published."""
    children = report.children
    return {
        "format": FORMAT,
        "report": report.ref,
        "theme": {"id": report.theme.id, "version": report.theme.version, "sha256": report.theme_sha256},
        "title": report.title,
        "status": report.status,
        "rehearsal": report.rehearsal,
        "published": report.published.isoformat() if report.published else None,
        "inspectorates": list(report.theme.inspectorates),
        "areas": list(report.areas),
        "letters": [
            {
                **asdict(source),
                "published": source.published.isoformat() if source.published else None,
                "address": report.letters.get(source.id, ""),
            }
            for source in report.sources
        ],
        "messages": [_message(report, each) for each in report.messages],
        "practice": [asdict(subject) for subject in report.subjects],
        "children": {**asdict(children), "by_message": dict(children.by_message)} if children else None,
        "earlier": _earlier(report.earlier),
        "prose": {part: list(paragraphs) for part, paragraphs in report.prose.items()},
        "recommendations": [asdict(each) for each in report.recommendations],
    }


def _message(report: ThematicReport, each: Grouped) -> dict[str, Any]:
    value = message_json(each, words=False)
    for number, match in enumerate(value["matches"], 1):
        match["anchor"] = f"{each.message.code}-{number}"
        match["paragraphs"] = list(report.findings.get(match["source"], {}).get(match["place"], ()))
        # Words of a finding are not public: of what matched, those of letters alone are shown.
        if report.source(match["source"]).kind == "findings":
            match["words"] = []
    return value


def _earlier(earlier: Earlier | None) -> dict[str, Any] | None:
    if earlier is None:
        return None
    return {
        "theme": earlier.theme,
        "messages": [
            {
                "code": each.message.code,
                "sentence": each.message.sentence,
                "standing": [area.area for area in each.standing],
                "share": each.share,
                "found": each.is_found,
            }
            for each in earlier.messages
        ],
    }
