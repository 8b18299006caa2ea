"""Reads a draft that people corrected in Word, in a child process: what it says once every change is accepted."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from models.refusals import Refusal, has_control_characters
from models.word_tags import GUIDE, HEADING, SECTION, is_tag, paragraph_in
from portal.team.packages import MOST_DEPTH, PackageRefusedError, answer_of, checked_entries, part_of, reading, serve
from validation.files.readers.markup import feed, new_parser

_WHAT = "a letter"
_DAMAGED = "The file is damaged, or is no Word document. Save it as DOCX and send that."
_LACKING = "The file is no Word document in the form DOCX. Save it as DOCX and send that."
_MOST_PART = 32 * 2**20
_MOST_TEXTS = 500
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Strict OOXML names the same elements in another namespace.
_SPACES = frozenset({_W, "http://purl.oclc.org/ooxml/wordprocessingml/main"})
_GONE = frozenset({"del", "moveFrom"})
# A soft hyphen only says where a line may break, and is no part of a word.
_BREAKS = {"tab": " ", "br": " ", "cr": " ", "noBreakHyphen": "\u2011", "softHyphen": ""}


class UnreadableCopyError(Refusal):
    """The file cannot be read as a corrected draft; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CorrectedParagraph:
    """A paragraph of the draft as it came back: its id, the version that was corrected, its title and its words."""

    id: str
    version: int
    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class NewText:
    """Words that stand in no frame, with the section under which they stand; empty before the first."""

    section: str
    text: str


@dataclass(frozen=True, slots=True)
class CorrectedCopy:
    """What a corrected draft says, in its order; and how many comments and footnotes of Word it holds."""

    paragraphs: tuple[CorrectedParagraph, ...]
    new: tuple[NewText, ...]
    notes: int


def corrected_copy(data: bytes) -> CorrectedCopy:
    """Return what a DOCX file says of the draft.

    Raises:
        UnreadableCopyError: it is none, is damaged or hostile, takes too long to read, or holds nothing of the draft.
    """
    return copy_in(answer_of("portal.team.corrected", data, UnreadableCopyError, _DAMAGED))


def copy_in(answer: Mapping[str, Any]) -> CorrectedCopy:
    """Return what the child answered as a copy.

    Raises:
        UnreadableCopyError: it holds nothing of the draft.
    """
    paragraphs = tuple(CorrectedParagraph(**each) for each in answer["paragraphs"])
    if not paragraphs and not answer["sections"]:
        raise UnreadableCopyError(
            "The file holds no paragraph of the draft. Download the draft as Word, change that file, and send it back."
        )
    return CorrectedCopy(paragraphs, tuple(NewText(**each) for each in answer["new"]), answer["notes"])


def _read(data: bytes) -> dict[str, object]:
    return reading(data, _document, _DAMAGED)


def _document(package: zipfile.ZipFile) -> dict[str, object]:
    entries = checked_entries(package, _WHAT, "word/document.xml", _LACKING)
    reader, parser = _CorrectedReader(), new_parser(separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    feed(parser, part_of(package, entries["word/document.xml"], _MOST_PART, _WHAT), last=True)
    return reader.answer()


@dataclass(slots=True)
class _Frame:
    """A content control that is open: its tag, and the lines in it."""

    tag: str = ""
    lines: list[str] = field(default_factory=list)


class _CorrectedReader:
    """Takes the elements of a document one after the other, with every tracked change accepted."""

    def __init__(self) -> None:
        self.sections = 0
        self._texts: dict[str, str] = {}
        self._new: list[NewText] = []
        self._notes = 0
        self._section = ""
        self._path: list[str] = []
        self._frames: list[_Frame] = []
        self._gone = 0
        self._line: list[str] = []
        self._is_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        # Drawings and formulas have elements of the same names, whose words are none of the letter.
        name = name if space in _SPACES else f"other:{name}"
        self._path.append(name)
        if len(self._path) > MOST_DEPTH:
            raise PackageRefusedError("The file nests its parts deeper than any program does, so it was not opened.")
        if name == "sdt":
            self._frames.append(_Frame())
        elif name == "tag" and self._frames and self._path[-2] == "sdtPr":
            self._frames[-1].tag = next((v for k, v in attributes.items() if k.rpartition(" ")[2] == "val"), "")
        elif name in _GONE and self._path[-2] not in ("rPr", "trPr"):
            # Not so in properties: there it marks the end of a paragraph or a row as removed, and holds no words.
            self._gone += 1
        elif name in ("commentReference", "footnoteReference", "endnoteReference"):
            self._notes += 1
        elif name in _BREAKS and not self._gone:
            self._line.append(_BREAKS[name])
        self._is_text = name == "t" and not self._gone

    def end(self, _: str) -> None:
        name = self._path.pop()
        self._is_text = False
        if name == "p":
            self._end_line()
        elif name == "sdt":
            self._end_frame(self._frames.pop())
        elif name in _GONE and self._path[-1] not in ("rPr", "trPr"):
            self._gone -= 1

    def characters(self, data: str) -> None:
        if self._is_text:
            self._line.append(data)

    def _end_line(self) -> None:
        line, self._line = " ".join("".join(self._line).split()), []
        if not line:
            return
        # A frame that somebody put inside one of ours, or around it, holds what ours holds.
        own = next((frame for frame in reversed(self._frames) if is_tag(frame.tag)), None)
        if own is None:
            self._add(line)
        else:
            own.lines.append(line)

    def _end_frame(self, frame: _Frame) -> None:
        text = " ".join(frame.lines)
        if frame.tag.startswith(SECTION):
            self._section, self.sections = frame.tag.removeprefix(SECTION), self.sections + 1
        elif frame.tag == GUIDE or not is_tag(frame.tag):
            return
        elif frame.tag in self._texts:
            # Copied and pasted: the words of the copy stand in no paragraph yet.
            self._add(text)
        else:
            self._texts[frame.tag] = text

    def _add(self, text: str) -> None:
        if text:
            self._new.append(NewText(self._section, text))

    def answer(self) -> dict[str, object]:
        """Return everything as JSON can hold it."""
        paragraphs = []
        for tag, text in self._texts.items():
            place = paragraph_in(tag)
            if place is not None and not tag.endswith(HEADING):
                heading = self._texts.get(f"{tag}{HEADING}", "")
                paragraphs.append({"id": place[0], "version": place[1], "text": text, "heading": heading})
        new = [{"section": each.section, "text": each.text} for each in self._new]
        if len(paragraphs) + len(new) > _MOST_TEXTS:
            raise PackageRefusedError(f"The file has more than {_MOST_TEXTS:,} paragraphs, which no letter has.")
        if any(has_control_characters(text) for text in (*self._texts.values(), *(each.text for each in self._new))):
            raise PackageRefusedError(
                "The file holds characters that no keyboard makes. Remove them and send it again."
            )
        return {"paragraphs": paragraphs, "new": new, "notes": self._notes, "sections": self.sections}


if __name__ == "__main__":
    serve(_read)
