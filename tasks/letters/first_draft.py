"""A first draft of the letter, put together from findings, for people to write from."""

from collections.abc import Iterable, Iterator

from models.themes import Theme
from tasks.findings.labels import Category
from tasks.letters.facts import LetterFinding, Passage

_LISTS: tuple[tuple[str, Category], ...] = (("improve", "improvement"), ("strengths", "strength"))


def first_draft(findings: Iterable[LetterFinding], theme: Theme) -> tuple[Passage, ...]:
    """Return passages for the sections of a theme's letter; no finding is lost, and none is named by its id."""
    every = tuple(findings)
    codes = {heading.code for heading in theme.letter.headings}
    return tuple(passage for passage in _passages(every, theme) if passage.section in codes)


def _passages(findings: tuple[LetterFinding, ...], theme: Theme) -> Iterator[Passage]:
    main = _by_area([each for each in findings if each.category in {"strength", "improvement"}], theme)
    urgent = [each for each in findings if each.category == "priority_action"]
    yield from (Passage("headline", _sentence(each.heading), agencies=each.agencies) for each in (*urgent, *main))
    yield from (
        Passage("priority", f"{_sentence(each.heading)} {each.text}", agencies=each.agencies) for each in urgent
    )
    for section, category in _LISTS:
        chosen = [each for each in main if each.category == category]
        yield from (Passage(section, _sentence(each.heading), agencies=each.agencies) for each in chosen)
    yield from (Passage("main", each.text, agencies=each.agencies) for each in main)
    for each in findings:
        if each.category == "practice_study":
            yield Passage("practice", each.text, each.heading, each.agencies)


def _by_area(findings: list[LetterFinding], theme: Theme) -> list[LetterFinding]:
    """Sort findings by the theme's areas; those of an area that it does not list follow at the end."""
    order = {area.code: place for place, area in enumerate(theme.evaluation_areas)}
    return sorted(findings, key=lambda each: (order.get(each.area, len(order)), each.area))


def _sentence(heading: str) -> str:
    return heading if heading.endswith((".", "!", "?")) else f"{heading}."
