"""Sorts strengths and practice of published letters by subject: the message that their words carry. Pure."""

from collections.abc import Mapping, Sequence

from models.theme_reports import Message
from models.words import titled
from tasks.theming.grouping import matched
from tasks.theming.report import Quotation, Subject
from tasks.theming.sources import ReportSource, SourceText

_TELLING = frozenset({"strengths", "practice", "strength", "practice_study"})
OTHER = "Other strengths"


def subjects(
    messages: Sequence[Message], sources: Sequence[ReportSource], texts: Sequence[SourceText]
) -> tuple[Subject, ...]:
    """Return strengths and effective practice of letters by subject, each once: under the message it carries most of.

    Args:
        messages: of the theme.
        sources: the letters.
        texts: of the letters; a paragraph in several sentences is quoted once.
    """
    order = {source.id: place for place, source in enumerate(sources)}
    by_subject: dict[str, list[Quotation]] = {code: [] for code in (*(message.code for message in messages), "")}
    for (source, place), parts in _paragraphs(texts, order).items():
        first = parts[0]
        whole = " ".join(part.text for part in parts)
        quotation = Quotation(source, place, first.page, whole, first.heading, first.findings)
        by_subject[_subject(messages, parts)].append(quotation)
    labels = {message.code: titled(message.code) for message in messages} | {"": OTHER}
    return tuple(Subject(code, labels[code], tuple(rows)) for code, rows in by_subject.items() if rows)


def _subject(messages: Sequence[Message], parts: Sequence[SourceText]) -> str:
    """Return the code of the message that a paragraph carries most of, the first of equals; none where it has none."""
    matches = {each.code: [match for part in parts if (match := matched(each, part))] for each in messages}
    carried = {code: sum(len(match.carried_by) for match in rows) for code, rows in matches.items()}
    most = max(carried.values(), default=0)
    return next((code for code, number in carried.items() if number == most), "") if most else ""


def _paragraphs(texts: Sequence[SourceText], order: Mapping[str, int]) -> dict[tuple[str, str], list[SourceText]]:
    quoted: dict[tuple[str, str], list[SourceText]] = {}
    for text in sorted(texts, key=lambda each: (order.get(each.source, 0), _place(each.place))):
        if text.section in _TELLING and text.lean.leaning == "strength":
            quoted.setdefault((text.source, text.place), []).append(text)
    return quoted


def _place(place: str) -> tuple[int, str]:
    return int("".join(char for char in place if char.isdigit()) or 0), place
