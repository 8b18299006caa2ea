"""Reads a project of another program (QDPX) in a child process: a hostile file may end its reader, not the portal."""

import json
import re
import resource
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from models.refusals import Refusal, has_control_characters
from models.settings import settings
from validation.contract.errors import UnreadableError
from validation.engine import isolation
from validation.files.readers.markup import feed, new_parser

NAMESPACE = "urn:QDA-XML:project:1.0"
MOST_PIECES = 1_000
"""So many notes of one file are taken in at once."""
MOST_CHARACTERS = 100_000
"""A longer piece is left out, and said to be."""
_SECONDS = 60
_MOST_ENTRIES = 5_000
_MOST_UNPACKED = 200 * 2**20
_MOST_PROJECT = 32 * 2**20
_MOST_TEXT = 4 * 2**20
_MOST_DEPTH = 200
_RATIO = 300
_RATIO_FROM = 20 * 2**20
_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})\}?")
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
    limit = b"%d\n" % settings().validation_memory_bytes
    try:
        status, output = isolation.run("portal.team.projects", limit + data, _SECONDS)
    except isolation.BusyError:
        raise UnreadableProjectError("We are reading other files. Send it again in a few minutes.") from None
    try:
        # The child may die in the middle of its answer, so what is no JSON counts as no answer.
        answer = json.loads(output) if status == 0 else {}
    except ValueError:
        answer = {}
    if "pieces" not in answer:
        why = answer.get("refused") or "The file could not be read. Export the project again as QDPX and send that."
        raise UnreadableProjectError(why)
    pieces = tuple(ProjectPiece(**piece) for piece in answer["pieces"])
    return ReadProject(pieces, {guid: tuple(names) for guid, names in answer["codes"].items()}, answer["left_out"])


class _RefusedError(Exception):
    """The file is not what it should be; the sentence quotes nothing of it."""


def _read(data: bytes) -> dict[str, object]:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = _checked(package)
            project = _project_in(package, entries)
            return _collected(project, package, entries)
    except _RefusedError as refused:
        return {"refused": str(refused)}
    except UnreadableError:
        # The parser stops at a definition before anything of it is used.
        return {"refused": "The file holds definitions that no program writes, so it was not opened."}
    except (zipfile.BadZipFile, expat.ExpatError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return {"refused": "The file is damaged, or is no QDPX project. Export the project again and send that."}


def _checked(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by their names in small letters, where nothing about them is amiss."""
    entries = [entry for entry in package.infolist() if not entry.is_dir()]
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries) or 1
    is_bomb = unpacked > _RATIO_FROM and unpacked / packed > _RATIO
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or is_bomb:
        raise _RefusedError("The file would unpack to far more than a project of notes needs. Export the notes alone.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _RefusedError("The file is protected by a password. Export it without one.")
    names = [entry.filename for entry in entries]
    if any(_leads_out(name) for name in names):
        raise _RefusedError("The file names places outside itself, so it was not opened.")
    by_name = {entry.filename.lower(): entry for entry in entries}
    if len(by_name) != len(entries):
        raise _RefusedError("The file holds 2 parts of the same name, so it is not clear which is meant.")
    if "project.qde" not in by_name:
        raise _RefusedError(
            "The file is no QDPX project: it has no project.qde. Export the project as QDPX (REFI-QDA)."
        )
    return by_name


def _leads_out(name: str) -> bool:
    return "\\" in name or ":" in name or name.startswith("/") or ".." in name.split("/")


def _small(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    # What an entry says of its own size may be wrong, so what is read is counted.
    with package.open(entry) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise _RefusedError("A part of the file is far larger than a project of notes needs.")
    return data


@dataclass(slots=True)
class _Text:
    """A text of the project as its element says it: where it lies, its passages, its codes."""

    guid: str
    path: str
    content: str = ""
    has_content: bool = False
    codes: list[str] = field(default_factory=list)
    passages: list[tuple[str, str, str, list[str]]] = field(default_factory=list)


class _Reader:
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
            raise _RefusedError("The file is no QDPX project of version 1.0. Export the project as QDPX (REFI-QDA).")
        self._path.append(name)
        if len(self._path) > _MOST_DEPTH:
            raise _RefusedError("The file nests its parts deeper than any program does, so it was not opened.")
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
        raise _RefusedError("A part of the project has no GUID in the form of the standard. Export it again.")
    return match[1].lower()


def _project_in(package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> _Reader:
    reader, parser = _Reader(), new_parser(separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    feed(parser, _small(package, entries["project.qde"], _MOST_PROJECT), last=True)
    return reader


def _collected(reader: _Reader, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, object]:
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
        raise _RefusedError(f"The project has more than {MOST_PIECES:,} notes and passages. Export it in parts.")
    listed = [{"guid": piece.guid, "text": piece.text, "codes": piece.codes} for piece in pieces]
    return {"pieces": listed, "codes": reader.codes, "left_out": left_out}


def _words_at(path: str, package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> str | None:
    """Return the words of a text that lies in the file; None where it lies elsewhere: nothing outside is opened."""
    scheme, _, name = path.partition("://")
    entry = entries.get(f"{_FOLDER}{name}".lower()) if scheme == "internal" else None
    return None if entry is None else _small(package, entry, _MOST_TEXT).decode("utf-8-sig")


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
    # Before the file is opened: a small file can unpack to more than the machine has, and a hostile one never ends.
    most_ = int(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (most_, most_))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read())))
