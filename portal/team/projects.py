"""Reads a project of another program (QDPX) in a child process: a hostile file may end its reader, not the portal."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.refusals import Refusal, has_control_characters
from portal.team.packages import MOST_DEPTH, PackageRefusedError, answer_of, checked_entries, part_of, reading, serve
from validation.files.readers.markup import feed, new_parser

NAMESPACE = "urn:QDA-XML:project:1.0"
MOST_PIECES = 1_000
"""So many notes of one file are taken in at once."""
MOST_CHARACTERS = 100_000
"""A longer piece is left out, and said to be."""
_MOST_PROJECT = 32 * 2**20
_MOST_TEXT = 4 * 2**20
_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})\}?")
_WHAT = "a project of notes"
_FOLDER = "sources/"
_TEXTS = frozenset({"TextSource", "Note"})
# Texts that belong to pictures, sound and films; they are no notes of anybody.
_OTHERS = frozenset({"PictureSource", "PDFSource", "AudioSource", "VideoSource"})


class UnreadableProjectError(Refusal):
    """The file cannot be read as a project; the message says why and what to do."""


@dataclass(slots=True)
class ProjectPiece:
    """One text of a project, or one coded passage of it: its GUID, its words, and the GUIDs of its codes."""

    guid: str
    text: str
    codes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReadProject:
    """What a project holds: its pieces, its codes with the groups above each, and what was left out and why."""

    pieces: tuple[ProjectPiece, ...]
    codes: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, int]


def project_in(data: bytes) -> ReadProject:
    """Return what a QDPX file holds.

    Raises:
        UnreadableProjectError: it is none, is damaged or hostile, or takes too long to read.
    """
    unreadable = "The file could not be read. Export the project again as QDPX and send that."
    answer = answer_of("portal.team.projects", data, UnreadableProjectError, unreadable)
    pieces = tuple(ProjectPiece(**piece) for piece in answer["pieces"])
    return ReadProject(pieces, {guid: tuple(names) for guid, names in answer["codes"].items()}, answer["left_out"])


def _read(data: bytes) -> dict[str, object]:
    return reading(
        data, _project, "The file is damaged, or is no QDPX project. Export the project again and send that."
    )


def _project(package: zipfile.ZipFile) -> dict[str, object]:
    lacking = "The file is no QDPX project: it has no project.qde. Export the project as QDPX (REFI-QDA)."
    entries = checked_entries(package, _WHAT, "project.qde", lacking)
    return _collected(_project_in(package, entries), package, entries)


@dataclass(slots=True)
class _Text:
    """A text of the project as its element says it: where it lies, its passages, its codes."""

    guid: str
    path: str
    content: str = ""
    has_content: bool = False
    codes: list[str] = field(default_factory=list)
    passages: list[tuple[str, str, str, list[str]]] = field(default_factory=list)


class _ProjectReader:
    """Takes the elements of a project one after the other."""

    def __init__(self) -> None:
        self.codes: dict[str, list[str]] = {}
        self.texts: list[_Text] = []
        self.others = 0
        self._path: list[str] = []
        self._above: list[str] = []
        self._text: _Text | None = None
        self._passage: list[str] | None = None
        self._characters: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if not self._path and (name != "Project" or space != NAMESPACE):
            raise PackageRefusedError(
                "The file is no QDPX project of version 1.0. Export the project as QDPX (REFI-QDA)."
            )
        self._path.append(name)
        if len(self._path) > MOST_DEPTH:
            raise PackageRefusedError("The file nests its parts deeper than any program does, so it was not opened.")
        if name == "Code":
            self._above.append(attributes.get("name", ""))
            self.codes[_guid(attributes)] = list(self._above)
        elif name in _OTHERS:
            self.others += 1
        elif name in _TEXTS and len(self._path) == 3:
            self._text = _Text(_guid(attributes), attributes.get("plainTextPath", ""))
            self.texts.append(self._text)
        elif self._text is not None:
            self._within(name, attributes, self._text)

    def _within(self, name: str, attributes: Mapping[str, str], text: _Text) -> None:
        if name == "PlainTextContent":
            self._characters, text.has_content = [], True
        elif name == "PlainTextSelection":
            self._passage = []
            ends = (attributes.get("startPosition", ""), attributes.get("endPosition", ""))
            text.passages.append((_guid(attributes), *ends, self._passage))
        elif name == "CodeRef" and "Coding" in self._path:
            (text.codes if self._passage is None else self._passage).append(_guid(attributes, "targetGUID"))

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        self._path.pop()
        if name == "Code":
            self._above.pop()
        elif name in _TEXTS and len(self._path) == 2:
            self._text = None
        elif name == "PlainTextSelection":
            self._passage = None
        elif name == "PlainTextContent" and self._text is not None and self._characters is not None:
            self._text.content, self._characters = "".join(self._characters), None

    def characters(self, data: str) -> None:
        if self._characters is not None:
            self._characters.append(data)


def _guid(attributes: Mapping[str, str], name: str = "guid") -> str:
    match = _GUID.fullmatch(attributes.get(name, "").strip())
    if match is None:
        raise PackageRefusedError("A part of the project has no GUID in the form of the standard. Export it again.")
    return match[1].lower()


def _project_in(package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> _ProjectReader:
    reader, parser = _ProjectReader(), new_parser(separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    feed(parser, part_of(package, entries["project.qde"], _MOST_PROJECT, _WHAT), last=True)
    return reader


def _collected(
    reader: _ProjectReader, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]
) -> dict[str, object]:
    left_out = {"others": reader.others, "elsewhere": 0, "empty": 0, "long": 0, "characters": 0, "passages": 0}
    pieces: list[ProjectPiece] = []
    for text in reader.texts:
        words = text.content if text.has_content else _words_at(text.path, package, entries)
        if words is None:
            left_out["elsewhere"] += 1
            continue
        for piece in _pieces_of(text, words.replace("\r\n", "\n"), left_out):
            why = _why_not(piece.text)
            if why:
                left_out[why] += 1
            else:
                pieces.append(piece)
    if len(pieces) > MOST_PIECES:
        raise PackageRefusedError(f"The project has more than {MOST_PIECES:,} notes and passages. Export it in parts.")
    listed = [{"guid": piece.guid, "text": piece.text, "codes": piece.codes} for piece in pieces]
    return {"pieces": listed, "codes": reader.codes, "left_out": left_out}


def _words_at(path: str, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> str | None:
    """Return the words of a text that lies in the file; None where it lies elsewhere: nothing outside is opened."""
    scheme, _, name = path.partition("://")
    entry = entries.get(f"{_FOLDER}{name}".lower()) if scheme == "internal" else None
    # Some programs put a mark of the byte order before the words, which is none of them.
    return None if entry is None else part_of(package, entry, _MOST_TEXT, _WHAT).decode("utf-8-sig")


def _pieces_of(text: _Text, words: str, left_out: dict[str, int]) -> list[ProjectPiece]:
    """Return a text as a piece, and each coded passage as another; codes on the whole of it are the text's own."""
    whole = ProjectPiece(text.guid, words, list(text.codes))
    parts = []
    for guid, start, end, codes in text.passages:
        # Places count characters from 0; programs differ in whether the end of the last line counts.
        if not (start.isdecimal() and end.isdecimal() and int(start) <= int(end) <= len(words) + 1):
            left_out["passages"] += 1
        elif int(start) == 0 and int(end) >= len(words.rstrip()):
            whole.codes += codes
        else:
            parts.append(ProjectPiece(guid, words[int(start) : int(end)], list(dict.fromkeys([*codes, *text.codes]))))
    whole.codes = list(dict.fromkeys(whole.codes))
    return [whole, *parts]


def _why_not(text: str) -> str:
    if not text.strip():
        return "empty"
    if len(text) > MOST_CHARACTERS:
        return "long"
    return "characters" if has_control_characters(text) else ""


if __name__ == "__main__":
    serve(_read)
