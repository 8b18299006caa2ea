"""Parts the lines of a letter into sections and paragraphs by their look: bold headings, bullets, gaps. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tasks.reading_letters.letter import ParagraphKind, ReadParagraph, ReadSection
from tasks.reading_letters.lines import PageLine

_HEADINGS = (
    ("context", r"context"),
    ("headline", r"headline findings?"),
    ("priority", r"areas? for priority actions?"),
    ("improve", r"(what needs to improve\??|areas? for improvement)"),
    ("strengths", r"(.*\b)?strengths"),
    ("main", r"(main )?findings"),
    ("practice", r"((case|practice) (study|studies)\b.*|places and spaces\b.*)"),
    ("next", r"next steps"),
)
_BULLET = re.compile(
    r"[\u25fc\u25a0\u25aa\u2022\u25cf\u25cb\u25e6\u2023\u2043\u2013\u2014\u2212\uf0a7\uf0b7\uf06e*o-]\s+(?=\S)"
)
_ENDS = re.compile(r"[.?!:;][\"'\u2019\u201d)]*$")
# The raised number of a footnote stands at the end of a word, behind its full stop or comma.
_MARK = re.compile(r"(?<=[a-z)\u2019][.,;])\d{1,2}(?=\s|$)")
# A gap this much larger than that between lines parts paragraphs.
_APART = 1.15
# Letters are of unequal width: a line is surely not full where its next word would have fitted into this share of it.
_SURE = 0.95
_INDENT = 4.0
_HEADING_WORDS = 14


def code_of(heading: str) -> str:
    """Return the code of a heading, or an empty text where it is none of a letter's own."""
    text = heading.strip().rstrip(".").lower()
    return next((code for code, pattern in _HEADINGS if re.fullmatch(pattern, text)), "")


def leading(lines: Sequence[PageLine]) -> float:
    """Return the usual gap between two lines, in points."""
    gaps = sorted(round(line.gap, 1) for line in lines if line.gap > 0)
    # Many lines go on with a paragraph; the lowest fifth is free of the gaps between paragraphs, also in short letters.
    return gaps[len(gaps) // 5] if gaps else 0.0


def full_width(lines: Sequence[PageLine]) -> int:
    """Return the number of characters in a full line."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(len(lengths) * 0.9)] if lengths else 0


@dataclass(slots=True)
class _Open:
    """A paragraph that is being read."""

    kind: ParagraphKind
    lines: list[PageLine] = field(default_factory=list)

    @property
    def page(self) -> int:
        return self.lines[0].page if self.lines else 0

    def text(self) -> str:
        return _MARK.sub("", joined_lines([line.text for line in self.lines]))


def joined_lines(lines: Sequence[str]) -> str:
    """Return lines as one; a word parted at a hyphen stays hyphened, as it is where letters part words."""
    text = ""
    for line in lines:
        hyphened = re.search(r"\w-$", text) is not None
        text = f"{text}{line}" if hyphened or not text else f"{text} {line}"
    return text


def sections(lines: Sequence[PageLine]) -> tuple[ReadSection, ...]:
    """Return the sections of the lines between salutation and signature, the opening first."""
    step, width = leading(lines), full_width(lines)
    parts: list[tuple[str, str, list[_Open]]] = [("opening", "", [])]
    for block, bold in _blocks(lines, step):
        heading = joined_lines([line.text for line in block])
        code = code_of(heading) if bold else ""
        # A heading right below one of the same kind parts that section, and is none of the letter's own.
        if code and (code != parts[-1][0] or parts[-1][2]):
            parts.append((code, heading, []))
        elif bold and len(heading.split()) <= _HEADING_WORDS and not _BULLET.match(heading):
            parts[-1][2].append(_Open("subheading", list(block)))
        else:
            for line in block:
                _add(_around(parts, line), line, step, width)
    return tuple(
        ReadSection(code, heading, tuple(ReadParagraph(each.text(), each.kind, each.page) for each in paragraphs))
        for code, heading, paragraphs in parts
        if heading or paragraphs
    )


def _around(parts: Sequence[tuple[str, str, list[_Open]]], line: PageLine) -> list[_Open]:
    """Return the paragraphs to which a line belongs: those of a list that goes on below the box of a practice study."""
    code, _, paragraphs = parts[-1]
    around = parts[-2][2] if len(parts) > 1 else []
    if code != "practice" or not paragraphs or not around or around[-1].kind != "bullet":
        return paragraphs
    # A box is set in from the margin, at which the list around it has its signs; further lines of the list are set
    # in more than the box.
    box = paragraphs[0].lines[0].left
    is_bullet = _BULLET.match(line.text) is not None
    begins = is_bullet and line.left < box - 1
    goes_on = not is_bullet and line.left > box + 1 and paragraphs[-1].lines[-1].page != line.page
    return around if begins or goes_on else paragraphs


def _blocks(lines: Sequence[PageLine], step: float) -> Iterator[tuple[list[PageLine], bool]]:
    """Yield runs of lines that are bold, or not; headings one above the other, but apart, are runs of their own."""
    block: list[PageLine] = []
    for line in lines:
        if block and (line.bold != block[-1].bold or (line.bold and _is_other(line, block[-1], step))):
            yield block, block[-1].bold
            block = []
        block.append(line)
    if block:
        yield block, block[-1].bold


def _is_other(line: PageLine, above: PageLine, step: float) -> bool:
    """Return whether a bold line is another heading than the bold line above it."""
    return line.gap > step * 1.5 or line.size != above.size or line.page != above.page or code_of(above.text) != ""


def _add(paragraphs: list[_Open], line: PageLine, step: float, width: int) -> None:
    last = paragraphs[-1] if paragraphs else None
    sign = _BULLET.match(line.text)
    if sign and (line.text[0] != "o" or (last is not None and last.kind == "bullet")):
        text = line.text[sign.end() :]
        paragraphs.append(_Open("bullet", [PageLine(text, line.page, line.bold, line.size, line.left, line.gap)]))
    elif last is None or last.kind == "subheading" or _is_apart(last, line, step, width):
        paragraphs.append(_Open("prose", [line]))
    else:
        last.lines.append(line)


def _is_apart(last: _Open, line: PageLine, step: float, width: int) -> bool:
    """Return whether a line begins a paragraph of its own."""
    above, first = last.lines[-1], last.lines[0]
    if last.kind == "bullet":
        # What is set in below a bullet's sign belongs to it, further paragraphs too.
        return line.left <= first.left + _INDENT / 2 if first.left else line.gap > step * _APART
    if line.page != above.page:
        ended = _ENDS.search(above.text) is not None
        fits = len(above.text) + 1 + len(line.text.split()[0]) < width * _SURE
        return ended and fits and not line.text[0].islower()
    return line.gap > step * _APART or abs(line.left - above.left) > 2 * _INDENT
