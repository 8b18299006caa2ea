"""Files that are in memory alone: they have no name and lie on no disk, and end with the last process that has them.

What a child is given and what it leaves pass by them, so that a process which is killed leaves nothing of a return.
Light, for whoever only passes a file on.
"""

import fcntl
import json
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

Source = Path | bytes | Iterable[bytes]
"""A file for a child: where its sender keeps it, its bytes, or the pieces in which they come."""

MOST = 1 << 30
"""The largest file in bytes that a child can write: what it leaves counts as memory of the machine and not as its."""

_PIECE = 1 << 20
_NUMBER = struct.Struct(">Q")
_ENTRY = struct.Struct(">HQ")
_NEVER_CHANGED = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


@contextmanager
def memory_file(source: Source = b"") -> Iterator[BinaryIO]:
    """Yield a file in memory that holds what a source holds, open at its end.

    Raises:
        OSError: the path cannot be opened.
    """
    number = os.memfd_create("jtai", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with cast(BinaryIO, os.fdopen(number, "w+b", buffering=0)) as file:
        _put(file, source)
        yield file


@contextmanager
def given(job: Mapping[str, Any], sources: Sequence[Source] = ()) -> Iterator[BinaryIO]:
    """Yield what a child is to do, with the files for it, as one file in memory that nobody can change any more.

    A child that its file has broken could else write another file for the one that looks again.

    Raises:
        OSError: a path cannot be opened.
    """
    with memory_file() as file:
        sizes = [_put(file, source) for source in sources]
        text = json.dumps({**job, "sizes": sizes}).encode()
        _write(file, text)
        _write(file, _NUMBER.pack(len(text)))
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _NEVER_CHANGED)
        yield file


def _put(file: BinaryIO, source: Source) -> int:
    """Write what a source holds; return how many bytes that are."""
    return sum(_write(file, piece) for piece in _pieces(source))


def _pieces(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif isinstance(source, Path):
        with source.open("rb") as file:
            yield from iter(lambda: file.read(_PIECE), b"")
    else:
        yield from source


def _write(file: BinaryIO, data: bytes) -> int:
    """Write all of it, for a file without a buffer may take a part; return how many bytes that were."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
    return len(data)


def job_of(number: int) -> dict[str, Any]:
    """Return the job that `given` put into the file of this number."""
    end = os.fstat(number).st_size - _NUMBER.size
    (length,) = _NUMBER.unpack(read_all(number, end, _NUMBER.size))
    job: dict[str, Any] = json.loads(read_all(number, end - length, length))
    return job


def files_of(number: int, job: Mapping[str, Any]) -> list[bytes]:
    """Return the files that came with a job."""
    files, start = [], 0
    for size in job["sizes"]:
        files.append(read_all(number, start, size))
        start += size
    return files


def read_all(number: int, start: int, size: int) -> bytes:
    """Return what stands in the file of a number from a place on; less where it ends before."""
    pieces = []
    # One call of the system returns less than 2 GiB, whatever is asked for.
    while size > 0 and (piece := os.pread(number, min(size, 1 << 30), start)):
        pieces.append(piece)
        start, size = start + len(piece), size - len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


class Leaving:
    """The end of a child: writes what it leaves into a file in memory, each as soon as it is there.

    Args:
        number: of that file.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self._file = cast(BinaryIO, os.fdopen(number, "wb", buffering=0, closefd=False))

    def put(self, name: str, data: bytes = b"") -> None:
        """Leave a file of a name, in the place of an earlier one."""
        _write(self._file, _ENTRY.pack(len(name.encode()), len(data)) + name.encode())
        _write(self._file, data)


def left_in(data: bytes) -> dict[str, bytes]:
    """Return name -> content of what a child left, as far as it came: it may have died in the middle."""
    view, at, left = memoryview(data), 0, dict[str, bytes]()
    while at + _ENTRY.size <= len(view):
        length, size = _ENTRY.unpack_from(view, at)
        start = at + _ENTRY.size + length
        if start + size > len(view):
            break
        left[bytes(view[start - length : start]).decode(errors="replace")] = bytes(view[start : start + size])
        at = start + size
    return left
