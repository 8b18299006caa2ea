"""A thematic report of six made-up areas: two messages, practice, recommendations, children, and a report before."""

from dataclasses import replace
from datetime import date

from models.areas import areas
from models.themes import Theme, theme
from tasks.disclosure.tables import Method
from tasks.theming.assembling import Material, ReportStanding, ReportWriting, assembled
from tasks.theming.children import cases_behind, counted, publication_of
from tasks.theming.grouping import grouped
from tasks.theming.leaning import Lean
from tasks.theming.report import Recommendation, ThematicReport
from tasks.theming.sources import SourceText
from tests.tasks.theming.made_up import AREAS, SOURCES, UNBORN, VOICE, finding, source, texts

GSS = dict(zip(AREAS, sorted(areas())[:6], strict=True))
PLACED = tuple(replace(each, gss=GSS[each.area], published=date(2025, 6, 2)) for each in SOURCES)
FINDINGS = texts(
    *((area, finding(1, "improvement", "Secret words on voices of children.", "child_voice")) for area in AREAS[:4]),
    *((area, finding(2, "strength", "Midwives act early.", "unborn")) for area in AREAS[:2]),
    (AREAS[5], finding(2, "improvement", "Too few midwives.", "unborn")),
)
LETTERS = (
    SourceText(
        *(source(AREAS[0]).id, "P01", "improve", "How children are heard <b>.", Lean("improve", "heading improve")),
        findings=("F01",),
    ),
    SourceText(
        *(source(AREAS[0]).id, "P02", "strengths", "Midwives notice early.", Lean("strength", "heading strengths")),
        findings=("F02",),
        tags=("unborn",),
    ),
    SourceText(*(source(AREAS[1]).id, "P09", "strengths", "Leaders meet.", Lean("strength", "heading strengths"))),
)
RESTS = {source(AREAS[0]).id: {"F01": ("P01",), "F02": ("P02",)}}
TRACKED = frozenset((each.id, f"T{number}") for each in SOURCES for number in range(1, 8))


def theme_of_two() -> Theme:
    """Return a theme with two messages that counts children."""
    whole = theme("domestic-abuse-2024")
    report = whole.report.model_copy(update={"children": True})
    return whole.model_copy(update={"messages": (VOICE, UNBORN), "report": report})


def report(*, published: date | None = date(2025, 9, 1), rehearsal: bool = False) -> ThematicReport:
    """Return the report."""
    chosen = theme_of_two()
    cases = {(each.id, "F01"): ["T1", "T2"] for each in SOURCES} | {(SOURCES[0].id, "F02"): ["T3"]}
    behind = {each.message.code: cases_behind(each, cases) for each in grouped(chosen.messages, SOURCES, FINDINGS)}
    children, _ = counted(publication_of("r", Method.WITHHOLD, TRACKED, behind), ())
    return assembled(
        ReportStanding("domestic-abuse-2024-report-1", published, rehearsal),
        chosen,
        "f" * 64,
        Material(PLACED, FINDINGS, LETTERS, RESTS, {each.id: f"../../letters/{each.id}/" for each in SOURCES}),
        written=ReportWriting(
            {"introduction": ("Why we looked.",), "message-child_voice": ("What it means.",)},
            (Recommendation(1, "Police forces", "=Ask each child.", ("child_voice",)),),
        ),
        before=theme("domestic-abuse-2016"),
        children=children,
    )
