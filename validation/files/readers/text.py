"""Turns the bytes of a text file into UTF-8 with one kind of line end; what had to be guessed is marked in place."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.separators import control_that_separates

# Unicode keeps these for use inside a program, so that no text has them: each stands before a character of the text.
GUESSED, CONTROL = "\ufdd1", "\ufdd2"
"""Before a character that was read by another code than the rest; and instead of one that no text has."""

# Tab, line ends and form feed are harmless; NUL is looked at apart.
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 0}) + b"\x7f"
_ANY_CONTROL = re.compile(b"[" + re.escape(_CONTROLS) + b"]")
# The end-of-file mark of DOS, and the padding behind it.
_END = re.compile(rb"\x1a[\x1a\0\r\n]*\Z")
_END_WITHIN = 4096
_LETTERS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MARKED = re.compile(f"({GUESSED})?([^\\x00-\\x7f{GUESSED}{CONTROL}])")
_BOM = b"\xef\xbb\xbf"
# Small enough that its copies stay in memory that is already at hand.
_PART = 2**16
# A text has such a byte here and there; a program or a picture has one in ten.
_FEW, _ONE_IN = 10, 50
_NULS = (
    "The file held empty characters (NUL), which were ignored. They often come from a system export: check names that "
    "look short."
)


@dataclass(frozen=True)
class DecodedText:
    """The text of a file.

    Attributes:
        data: in UTF-8; each line ends with LF or CR LF.
        lines: how many lines the file has, as an editor counts them: LF, CR LF and CR each end one.
        notes: what was assumed.
        marked: whether `GUESSED` or `CONTROL` stand in it.
    """

    data: bytes
    lines: int
    notes: tuple[str, ...] = ()
    marked: bool = False


def text_of(data: bytes) -> DecodedText:
    """Return the text of a file: by byte-order mark, then UTF-8, then UTF-16 by its NULs, then an older code.

    Raises:
        UnreadableError: it is no text, or holds nothing.
    """
    wide = _by_mark(data) or _wide(data)
    notes: tuple[str, ...] = ()
    if wide:
        data, notes = _unfolded(data, wide), (f"The file was read as {wide[:6].upper()}.",)
    # Only now: in UTF-16 every other byte of plain English is a NUL.
    data = _ended(data)
    controls = _controls(data)
    if controls > max(_FEW, len(data) // _ONE_IN):
        raise control_that_separates(data) or UnreadableError(refusals.CONTROL_CODES)
    if b"\0" in data:
        data, notes = data.replace(b"\0", b""), (*notes, _NULS)
    data, code_notes, guessed = _in_utf8(data)
    while data.startswith(_BOM):
        data = data.removeprefix(_BOM)
    if controls:
        data = _ANY_CONTROL.sub(CONTROL.encode(), data)
    if not data.strip():
        raise UnreadableError(refusals.NO_TEXT)
    data, lines = _ending_alike(data)
    return DecodedText(data, lines, (*notes, *code_notes), guessed or controls > 0)


def _ending_alike(data: bytes) -> tuple[bytes, int]:
    """Return a text whose every line ends with LF or CR LF, and how many lines it has; the last may have no end.

    A CR alone ends a line, too: old Macs write it so, and spreadsheets show it so.
    """
    returns = data.count(b"\r")
    both = data.count(b"\r\n") if returns else 0
    lines = data.count(b"\n") + returns - both + (not data.endswith((b"\n", b"\r")))
    if returns != both:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data, lines


def _by_mark(data: bytes) -> str | None:
    marks = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"}
    marks |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
    return next((encoding for mark, encoding in marks.items() if data.startswith(mark)), None)


def _wide(data: bytes) -> str | None:
    """Return the UTF-16 that the pattern of NULs in the first part shows, or None."""
    head = data[:2048]
    pairs = len(head) // 2
    # Not all of them: letters outside Latin, as in a name, have a second byte.
    if pairs and head[1::2].count(0) > pairs * 0.7 and not head[::2].count(0):
        return "utf-16-le"
    if pairs and head[::2].count(0) > pairs * 0.7 and not head[1::2].count(0):
        return "utf-16-be"
    return None


def _unfolded(data: bytes, encoding: str) -> bytes:
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > max(_FEW, len(text) // _ONE_IN):
        raise UnreadableError(refusals.CHARACTERS)
    return text.encode()


def _ended(data: bytes) -> bytes:
    end = _END.search(data, max(0, len(data) - _END_WITHIN))
    return data[: end.start()] if end else data


def _controls(data: bytes) -> int:
    return sum(len(part) - len(part.translate(None, _CONTROLS)) for part in _parts(data))


def _in_utf8(data: bytes) -> tuple[bytes, tuple[str, ...], bool]:
    """Return the text in UTF-8, what was assumed, and whether characters are marked as guessed."""
    if _is_utf8(data):
        return data, (), False
    # Programs of the old Mac end lines with a carriage return alone.
    encoding, name = ("mac_roman", "Mac Roman") if b"\n" not in data and b"\r" in data else ("cp1252", "Windows-1252")
    note = f"The file was read as {name}, an older form of text. Check that accents in names look right."
    letters = sum(1 for _ in _LETTERS.finditer(data))
    if not letters:
        return _older(data, encoding).encode(), (note,), False
    # Two systems had a hand in it: each letter is read by its own code, and those of the rarer one are told.
    text, guesses = _mixed(data, encoding)
    if guesses <= letters:
        return text.encode(), (), True
    return _MARKED.sub(lambda m: m[2] if m[1] else GUESSED + m[2], text).encode(), (note,), True


def _older(data: bytes, encoding: str) -> str:
    text = data.decode(encoding, errors="replace")
    if text.count("\ufffd") > max(_FEW, len(text) // _ONE_IN):
        raise UnreadableError(refusals.CHARACTERS)
    return text


def _mixed(data: bytes, encoding: str) -> tuple[str, int]:
    """Return the text, what is not UTF-8 read by an older code and marked, and how often that was."""
    text = data.decode(errors=f"guessed-{encoding}")
    return text, text.count(GUESSED)


def _guess(error: UnicodeError, encoding: str) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    letters = error.object[error.start : error.end].decode(encoding, errors="replace")
    return "".join(GUESSED + letter for letter in letters), error.end


for _code in ("cp1252", "mac_roman"):
    codecs.register_error(f"guessed-{_code}", partial(_guess, encoding=_code))


def _is_utf8(data: bytes) -> bool:
    """Return whether the file is UTF-8, a part at a time: the text as a whole would take up to four times its size."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for part in _parts(data):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _parts(data: bytes) -> Iterator[bytes]:
    return (data[at : at + _PART] for at in range(0, len(data), _PART))
