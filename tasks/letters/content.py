"""What the letter says under each heading of its theme; the same words go into every format."""

from collections.abc import Callable, Iterable, Iterator

from models.states import LetterStatus
from models.words import joined, long, span, titled
from tasks.ledger.anchored import token_of
from tasks.letters.blocks import (
    Block,
    Box,
    Bullets,
    Closing,
    Document,
    Letterhead,
    RunningText,
    Section,
    SignatureBlock,
    Subheading,
)
from tasks.letters.facts import LetterFacts, Passage, unsigned
from tasks.letters.statutory import next_steps, receivers

_BANNERS = {
    LetterStatus.DRAFT: "Draft for comments on factual accuracy. Not for publication.",
    LetterStatus.PRE_PUBLICATION: "Pre-publication copy. In confidence.",
    LetterStatus.PUBLISHED: "",
}
_REHEARSAL = "Rehearsal. This is not a real inspection."
_NEXT = "next"
_PARAGRAPHS = "\n\n"


def document(facts: LetterFacts) -> Document:
    """Compose the letter; a heading without content is left out, the statutory one never."""
    form = facts.theme.letter
    sections = [Section(heading.label, tuple(_under(heading.code, facts))) for heading in form.headings]
    # Regulation 3 of SI 2015/1792 wants the next steps in every letter, whatever headings a theme lists.
    if all(heading.code != _NEXT for heading in form.headings):
        sections.append(Section("Next steps", tuple(next_steps(facts))))
    return Document(
        title=f"{form.title} {facts.area_name}",
        subtitle="",
        banner=" ".join(filter(None, (_REHEARSAL if facts.rehearsal else "", _BANNERS[facts.status], _embargo(facts)))),
        details=(),
        sections=(Section("", tuple(_opening(facts))), *(section for section in sections if section.blocks)),
        head=_head(facts),
        closing=_closing(facts),
        anchor=token_of(facts.anchor),
    )


def _embargo(facts: LetterFacts) -> str:
    """Return until when a copy before publication is under embargo; empty for any other letter."""
    if facts.status != LetterStatus.PRE_PUBLICATION:
        return ""
    planned = facts.date_of("publication")
    # What was planned when the copy was made may move: the embargo ends with the publication, whatever its day.
    if planned is None:
        return "Under embargo until it is published."
    return f"Under embargo until it is published, planned for {long(planned)}."


def _head(facts: LetterFacts) -> Letterhead:
    written = ", ".join
    addressees = [written(part for part in (a.name, a.office, a.body) if part) for a in facts.addressees]
    planned = facts.date_of("publication")
    # Only a published letter has a date: what is planned is no day on which somebody wrote (L13).
    day = long(facts.published) if facts.published else f"Planned for {long(planned)}" if planned else "Not dated yet"
    return Letterhead(
        bodies=facts.inspectorates,
        date=day,
        addressees=tuple(addressees) or ("The people to whom this letter is addressed are not recorded yet.",),
        salutation=facts.theme.letter.salutation.replace("{area}", facts.area_name),
    )


def _opening(facts: LetterFacts) -> Iterator[Block]:
    """Yield what, where, when and by whom, in two paragraphs."""
    yield RunningText(
        f"This letter tells you what we found when we looked together at how services in {facts.area_name} work with "
        f"each other for {facts.theme.subject}."
    )
    start, end = facts.date_of("fieldwork_start"), facts.date_of("fieldwork_end")
    when = f"Inspectors were in {facts.area_name} from {span(start, end)}. " if start and end else ""
    yield RunningText(
        f"{when}They came from {joined(facts.inspectorates)}. The inspection was carried out under section 20 of the "
        "Children Act 2004."
    )


def _under(code: str, facts: LetterFacts) -> Iterable[Block]:
    shape = _SHAPES.get(code)
    return shape([each for each in facts.passages if each.section == code], facts) if shape else ()


def _context(passages: list[Passage], facts: LetterFacts) -> Iterator[Block]:
    """Yield what people wrote, or where nobody did, what the theme says of itself."""
    yield from _prose(passages, facts) if passages else map(RunningText, facts.theme.letter.context)


def _prose(passages: list[Passage], _facts: LetterFacts) -> Iterator[Block]:
    for passage in passages:
        yield from map(RunningText, _paragraphs(passage))


def _list(passages: list[Passage], _facts: LetterFacts) -> Iterator[Block]:
    if passages:
        yield Bullets(tuple(passage.text for passage in passages))


def _improve(passages: list[Passage], facts: LetterFacts) -> Iterator[Block]:
    """Yield what needs to improve: one list, or in the form of 2016 a list for each agency."""
    if facts.theme.letter.form != "2016":
        yield from _list(passages, facts)
        return
    kinds = [kind for kind in facts.theme.in_scope if any(kind in each.agencies for each in passages)]
    for kind in kinds:
        yield Subheading(titled(kind))
        yield Bullets(tuple(each.text for each in passages if kind in each.agencies))
    others = [each for each in passages if not set(each.agencies) & set(kinds)]
    if others and kinds:
        yield Subheading("All agencies")
    yield from _list(others, facts)


def _next(passages: list[Passage], facts: LetterFacts) -> Iterator[Block]:
    """Yield what people wrote of the next steps, then what the law wants said of them."""
    yield from _prose(passages, facts)
    yield from next_steps(facts)


def _practice(passages: list[Passage], facts: LetterFacts) -> Iterator[Block]:
    label = next(heading.label for heading in facts.theme.letter.headings if heading.code == "practice")
    for passage in passages:
        yield Box(passage.heading or label, tuple(_paragraphs(passage)))


def _paragraphs(passage: Passage) -> list[str]:
    return [part.strip() for part in passage.text.split(_PARAGRAPHS) if part.strip()]


_SHAPES: dict[str, Callable[[list[Passage], LetterFacts], Iterable[Block]]] = {
    "context": _context,
    "headline": _prose,
    "priority": _prose,
    "improve": _improve,
    "strengths": _list,
    "main": _prose,
    "practice": _practice,
    _NEXT: _next,
}


def _closing(facts: LetterFacts) -> Closing:
    order = facts.inspectorates.index
    signed = sorted(facts.signatories, key=lambda signatory: order(signatory.inspectorate))
    signatures = [SignatureBlock(each.name, (each.office, each.inspectorate)) for each in signed]
    signatures += [SignatureBlock(f"Who signs for {body} is not recorded yet", ()) for body in unsigned(facts)]
    return Closing("Yours sincerely", tuple(signatures), tuple(receivers(facts)))
