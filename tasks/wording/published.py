"""A published letter as the linter takes it: no cases are bound in it. Pure."""

from tasks.reading_letters.letter import ReadLetter, ReadSection
from tasks.wording.alarms import CheckedParagraph, CheckedSection


def parts_of_letter(letter: ReadLetter) -> tuple[CheckedSection, ...]:
    """Return the sections of a published letter as they are checked; the heading of a practice study is its label."""
    return tuple(_part(section) for section in letter.sections)


def _part(section: ReadSection) -> CheckedSection:
    texts = tuple(CheckedParagraph(each.text) for each in section.paragraphs if each.kind != "subheading")
    bullets = len(section.of_kind("bullet"))
    return CheckedSection(section.code, section.heading, texts, "bullets" if bullets * 2 > len(texts) else "prose")
