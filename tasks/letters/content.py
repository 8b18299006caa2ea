"""What the letter says under each heading of its theme; the same words go into every format."""

from collections.abc import Callable, Iterable

from models.states import LetterStatus
from models.words import count, joined, long, titled
from tasks.findings.labels import Category
from tasks.letters.annex import annex
from tasks.letters.blocks import Block, Bullets, Document, FindingBlock, Paragraph, Section, Subheading
from tasks.letters.facts import LetterFacts, LetterFinding
from tasks.letters.figures import number_blocks
from tasks.letters.statutory import next_steps

_BANNERS = {
    LetterStatus.DRAFT: "Draft for comments on factual accuracy. Not for publication.",
    LetterStatus.PRE_PUBLICATION: "Pre-publication copy. In confidence until it is published.",
    LetterStatus.PUBLISHED: "",
}
_REHEARSAL = "Rehearsal. This is not a real inspection."
_NEXT = "next"


def document(facts: LetterFacts) -> Document:
    """Compose the letter; a heading without content is left out, the statutory one never."""
    sections = [Section(h.label, tuple(_under(h.code, facts))) for h in facts.theme.letter.headings]
    # Regulation 3 of SI 2015/1792 wants the next steps in every letter, whatever headings a theme lists.
    if all(heading.code != _NEXT for heading in facts.theme.letter.headings):
        sections.append(Section("Next steps", tuple(next_steps(facts))))
    filled = [section for section in sections if section.blocks]
    banner = " ".join(text for text in (_REHEARSAL if facts.rehearsal else "", _BANNERS[facts.status]) if text)
    return Document(
        title=f"{facts.theme.letter.title} {facts.area_name}",
        subtitle=facts.theme.title,
        banner=banner,
        details=tuple(_details(facts)),
        sections=(*filled, *annex(facts)),
    )


def _details(facts: LetterFacts) -> Iterable[tuple[str, str]]:
    yield "Local area", f"{facts.area_name} ({facts.gss})"
    start, end = facts.date_of("fieldwork_start"), facts.date_of("fieldwork_end")
    if start and end:
        yield "Inspectors on site", f"{long(start)} to {long(end)}"
    published = facts.date_of("publication")
    if published:
        yield ("Published" if facts.status == LetterStatus.PUBLISHED else "Planned publication"), long(published)
    yield "Inspectorates", joined(facts.inspectorates)
    yield "Lead inspector", facts.lead_inspector


def _under(code: str, facts: LetterFacts) -> Iterable[Block]:
    return _SECTIONS[code](facts) if code in _SECTIONS else ()


def _of(facts: LetterFacts, category: Category) -> list[LetterFinding]:
    return [finding for finding in facts.findings if finding.category == category]


def _headline(facts: LetterFacts) -> Iterable[Block]:
    yield Paragraph(
        f"This letter sets out what inspectors found about how services in {facts.area_name} work together for "
        f"{facts.theme.subject}. The inspection was carried out under section 20 of the Children Act 2004."
    )
    if facts.tracked or facts.sampled:
        yield Paragraph(
            f"Inspectors looked in depth at the experiences of {count(facts.tracked, 'child', 'children')}, and at "
            f"decisions made for a further {count(facts.sampled, 'child', 'children')}."
        )
    main = [*_of(facts, "priority_action"), *_of(facts, "strength"), *_of(facts, "improvement")]
    if main:
        yield Bullets(tuple(finding.heading for finding in main))
    else:
        yield Paragraph("No findings have been recorded yet.")


def _headings_of(category: Category) -> Callable[[LetterFacts], Iterable[Block]]:
    def section(facts: LetterFacts) -> Iterable[Block]:
        findings = _of(facts, category)
        if findings:
            yield Bullets(tuple(f"{finding.heading} ({finding.id})" for finding in findings))

    return section


def _priority(facts: LetterFacts) -> Iterable[Block]:
    findings = _of(facts, "priority_action")
    if not findings:
        yield Paragraph("Inspectors did not find any area for priority action.")
    yield from (_block(finding) for finding in findings)


def _main(facts: LetterFacts) -> Iterable[Block]:
    """Yield strengths and improvements by evaluation area, in the theme's order."""
    findings = [*_of(facts, "strength"), *_of(facts, "improvement")]
    labels = {area.code: area.label for area in facts.theme.evaluation_areas}
    # Areas that the theme does not list follow at the end, so that no finding is lost.
    others = sorted({finding.area for finding in findings} - labels.keys())
    for code in (*labels, *others):
        in_area = [finding for finding in findings if finding.area == code]
        if in_area:
            yield Subheading(labels.get(code, code))
            yield from (_block(finding) for finding in in_area)


def _practice(facts: LetterFacts) -> Iterable[Block]:
    yield from (_block(finding) for finding in _of(facts, "practice_study"))


def _block(finding: LetterFinding) -> FindingBlock:
    note = f"About: {joined([_inside(titled(a)) for a in finding.agencies])}." if finding.agencies else ""
    return FindingBlock(finding.id, finding.heading, finding.text, note)


_SECTIONS: dict[str, Callable[[LetterFacts], Iterable[Block]]] = {
    "headline": _headline,
    "improve": _headings_of("improvement"),
    "strengths": _headings_of("strength"),
    "priority": _priority,
    "main": _main,
    "numbers": number_blocks,
    "practice": _practice,
    _NEXT: next_steps,
}


def _inside(words: str) -> str:
    """Return words in the form for the middle of a sentence; initials keep their capitals."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]
