"""Looks for personal values in whatever bytes lie somewhere: plain or wide, packed, spelled in another alphabet."""

import base64
import binascii
import ctypes
import ctypes.util
import re
import struct
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

SHAPES = re.compile(
    rb"(?<![0-9a-f.])\d{3}(?:[ +-]|%20)?\d{3}(?:[ +-]|%20)?\d{4}(?![0-9a-f])"  # NHS number
    rb"|[A-Za-z]\d{12}|[Cc][Hh]\d{6}"  # unique pupil number, the council's own number
    rb"|\d{2}/\d{2}/\d{4}|\d{4}-\d{2}-\d{2}"  # dates
    rb"|[A-Za-z]{2}\d{1,2}(?: |%20)\d[A-Za-z]{2}"  # postcode
)
"""What a number, a date or a postcode of the planted children looks like, however it is spaced."""

_DIGITS, _LETTERS = b"0123456789", bytes((*range(65, 91), *range(97, 123)))
_PRINTED, _WORDS = bytes(range(32, 127)), _LETTERS + _DIGITS + b"+/_-"


def _classes(*of: tuple[bytes, bytes]) -> bytes:
    """Return a table by which each byte becomes the letter of its class: a search by `find` is 20 times a pattern's."""
    return bytes(next((name[0] for name, own in reversed(of) if byte in own), 0) for byte in range(256))


_SHAPED = _classes((b"A", _LETTERS), (b"0", _DIGITS), (b"-", b" -+"), (b"/", b"/"), (b"%", b"%"))
_SHAPE_STARTS = (
    *(b"0000000000", b"000-000-0000", b"000%00000%000000", b"AA000000", b"A000000000000"),
    *(b"00/00/0000", b"0000-00-00", b"AA0-0AA", b"AA00-0AA", b"AA0%000AA", b"AA00%000AA"),
)
_WIDE = _classes((b"p", _PRINTED), (b"N", b"\x00")), b"pN" * 6, re.compile(rb"(?:[\x20-\x7e]\x00)+")
_OF_FILES, _OF_ADDRESSES = re.compile(rb"[+/]"), re.compile(rb"[_-]")
_BASE64 = _classes((b"b", _WORDS)), b"b" * 16, re.compile(rb"[A-Za-z0-9+/_\r\n-]+")
_HEX = _classes((b"h", b"0123456789ABCDEFabcdef")), b"h" * 20, re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_PACKED = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|PK\x03\x04|stream\r?\n(?=\x78)")
_DEPTH = 4
_MOST = 1 << 26
FRAGMENT = 6
"""Letters of a name that stand together wherever PostgreSQL compresses a value: it writes a byte between each eight."""


def plain(cell: str) -> str:
    """Return a number, date or postcode as the search compares it."""
    if re.fullmatch(r"\d{2}/\d{2}/\d{4}", cell):
        day, month, year = cell.split("/")
        return f"{year}-{month}-{day}"
    cell = re.sub(r"%20", " ", cell)
    return re.sub(r"[ +-]", "", cell) if re.fullmatch(r"[\d +-]+", cell) and cell[4:5] != "-" else cell.upper()


def traces_in(data: bytes, names: Collection[str], numbers: Collection[str]) -> set[str]:
    """Return the names, in small letters, and the numbers that some bytes hold in any way in which they can be written.

    Args:
        data: of a file, a row, a page of a database.
        names: in small letters, each of 6 letters or more.
        numbers: numbers, dates and postcodes as `plain` writes them.
    """
    return set(_found(data, names, set(numbers), _DEPTH))


def _found(data: bytes, names: Collection[str], numbers: set[str], depth: int) -> Iterator[str]:
    small = data.lower()
    for name in names:
        if any(name[at : at + FRAGMENT].encode() in small for at in range(len(name) - FRAGMENT + 1)):
            yield name
    yield from numbers & {plain(shape) for shape in _shaped(data)}
    if depth == _DEPTH:
        yield from _as_integers(data, {int(each): each for each in numbers if len(each) == 10 and each.isdigit()})
    if depth:
        within = b"\n".join(_read_otherwise(data))
        if within:
            yield from _found(within, names, numbers, depth - 1)


def _as_integers(data: bytes, wanted: dict[int, str]) -> Iterator[str]:
    """Yield the numbers that stand in some bytes as integers of eight bytes, wherever they begin."""
    for start in range(min(8, len(data) - 7) if wanted else 0):
        all_there = np.frombuffer(data, "<i8", (len(data) - start) // 8, start)
        # All at once: a search of its own for each number would take most of the time.
        near = all_there[(all_there >= min(wanted)) & (all_there <= max(wanted))]
        yield from (wanted[number] for number in set(near.tolist()) & wanted.keys())


def _shaped(data: bytes) -> Iterator[str]:
    classes = data.translate(_SHAPED)
    for start in _SHAPE_STARTS:
        at = classes.find(start)
        while at >= 0:
            # With what stands before it: a part of a longer number is none.
            yield from (match[0].decode() for match in SHAPES.finditer(data, max(at - 1, 0), at + len(start) + 1))
            at = classes.find(start, at + 1)


def _runs(data: bytes, of: tuple[bytes, bytes, re.Pattern[bytes]]) -> Iterator[bytes]:
    """Yield each run of a kind of bytes that begins with so many of them."""
    table, start, pattern = of
    classes = data.translate(table)
    at = classes.find(start)
    while at >= 0:
        match = pattern.match(data, at)
        assert match is not None
        yield match[0]
        at = classes.find(start, match.end())


def _read_otherwise(data: bytes) -> Iterator[bytes]:
    """Yield what bytes say that are not what they say themselves."""
    yield from (run.replace(b"\x00", b"") for run in _runs(data, _WIDE))
    for run in _runs(data, _BASE64):
        # Of one case alone, as an id or a digest is, or of both alphabets at once, as a path is, nothing is spelled so.
        if run.islower() or run.isupper() or run.isdigit() or (_OF_FILES.search(run) and _OF_ADDRESSES.search(run)):
            continue
        text = re.sub(rb"[\r\n]", b"", run).replace(b"-", b"+").replace(b"_", b"/")
        # Nobody says where it began: an alphabet of 4 letters for 3 bytes can be read in 4 places.
        yield from (base64.b64decode(text[at : len(text) - ((len(text) - at) % 4 == 1)] + b"==") for at in range(4))
    yield from map(binascii.unhexlify, _runs(data, _HEX))
    for match in _PACKED.finditer(data):
        yield _unpacked(data, match)


def _unpacked(data: bytes, match: re.Match[bytes]) -> bytes:
    mark, at = match[0], match.start()
    if mark == b"\x28\xb5\x2f\xfd":
        return _of_zstandard(data[at : at + _MOST])
    if mark == b"PK\x03\x04":
        name, extra = struct.unpack_from("<HH", data[at : at + 30].ljust(30, b"\0"), 26)
        return data[at + 30 : at + 30 + name] + b"\n" + _inflated(data, at + 30 + name + extra, -15)
    return _inflated(data, at, 31) if mark == b"\x1f\x8b\x08" else _inflated(data, match.end(), 15)


def _inflated(data: bytes, start: int, window: int) -> bytes:
    """Return as much as can be read from a place on: what was cut off, or is no stream, is read up to where it ends."""
    stream, out, size = zlib.decompressobj(window), list[bytes](), 0
    for at in range(start, len(data), 1 << 12):
        part, before = data[at : at + (1 << 12)], stream.copy()
        try:
            out.append(stream.decompress(part, _MOST))
        except zlib.error:
            return b"".join((*out, _to_the_fault(before, part)))
        size += len(out[-1])
        if stream.eof or size > _MOST:
            break
    return b"".join(out)


def _to_the_fault(stream: "zlib._Decompress", part: bytes) -> bytes:
    out = b""
    with suppress(zlib.error):
        for byte in part:
            out += stream.decompress(bytes((byte,)))
    return out


_ZSTANDARD = ctypes.util.find_library("zstd")
READS_ZSTANDARD = _ZSTANDARD is not None
"""Whether this machine has the library that reads it."""


def _of_zstandard(data: bytes) -> bytes:
    if _ZSTANDARD is None:
        return b""
    library = ctypes.CDLL(_ZSTANDARD)
    library.ZSTD_createDStream.restype = ctypes.c_void_p
    library.ZSTD_decompressStream.restype = ctypes.c_size_t

    class Buffer(ctypes.Structure):
        _fields_ = (("start", ctypes.c_void_p), ("size", ctypes.c_size_t), ("at", ctypes.c_size_t))

    stream, out = ctypes.c_void_p(library.ZSTD_createDStream()), ctypes.create_string_buffer(1 << 20)
    whole = ctypes.create_string_buffer(data, len(data))
    source, read = Buffer(ctypes.addressof(whole), len(data), 0), b""
    while len(read) < _MOST:
        target = Buffer(ctypes.addressof(out), len(out), 0)
        left = library.ZSTD_decompressStream(stream, ctypes.byref(target), ctypes.byref(source))
        read += out.raw[: target.at]
        if (
            left == 0
            or library.ZSTD_isError(ctypes.c_size_t(left))
            or (target.at < len(out) and source.at == len(data))
        ):
            break
    library.ZSTD_freeDStream(stream)
    return read


def files_since(folders: Iterable[Path], since: float, but: Collection[Path] = ()) -> Iterator[tuple[Path, bytes]]:
    """Yield each file that was written since a time, with its name as the first line of what it holds.

    What was last written before anything was planted can hold nothing of it.
    """
    for path in (path for folder in folders if folder.is_dir() for path in folder.rglob("*")):
        try:
            if path.is_file() and path.stat().st_mtime >= since and not set(but).intersection(path.parents):
                yield path, str(path).encode() + b"\n" + path.read_bytes()
        except FileNotFoundError:
            # Its owner has removed it meanwhile.
            continue


def nameless_files(folder: Path) -> list[bytes]:
    """Return what lies on the disk in files without a name that this process has open in a folder."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            target = str(link.readlink())
            if target.startswith(f"{folder}/") and target.endswith(" (deleted)"):
                found.append(link.read_bytes())
    return found


def cores_under(folders: Iterable[Path], since: float, is_there: Callable[[Path], bool] = Path.is_file) -> list[Path]:
    """Return the files that the kernel, or this test, would call a core, written since a time."""
    paths = (path for folder in folders if folder.is_dir() for path in folder.glob("**/core*"))
    named = (path for path in paths if re.fullmatch(r"core(\.\d+)?", path.name))
    return [path for path in named if is_there(path) and path.stat().st_mtime >= since]
