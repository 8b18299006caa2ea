"""Asks a clamd whether a file holds malware; whatever is not a clear answer is none, and never passes for clean."""

import re
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from models.settings import settings
from models.tables import Work
from tasks.ledger.work import HeldError

_CHUNK = 1 << 16
# No answer of clamd is near so long: whatever sends more is no scanner, and must not fill the memory.
_LONGEST = 4096
_FOUND = re.compile(r"stream: (\S{1,200}) FOUND")
# Names of malware come from outside and go into notices and pages: only these characters of them do.
_NOT_OURS = re.compile(r"[^A-Za-z0-9._:/() -]")
# What clamd says of a file that is too large or too deep for it to look into: not clean, and not malware either.
_LIMITS = "Heuristics.Limits.Exceeded"


class ScannerAwayError(HeldError):
    """The scanner gave no clear answer; the file stays where it is and is scanned later."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The malware scanner gave no answer ({why}). The file is kept and scanned later.")
        self.why = why


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner reports of a file.

    Attributes:
        malware: the name of the malware; empty for a clean file.
        engine: scanner and signature database, as the scanner names them.
    """

    malware: str
    engine: str


def is_scanner_away(work: Work) -> bool:
    """Return whether a piece of work waits because the scanner gave no clear answer about its file."""
    # The ledger stores the kind of a fault alone, as the name of its class: its text may quote data (L5).
    return work.fault == ScannerAwayError.__name__


def is_on() -> bool:
    """Return whether files are scanned at all."""
    return bool(settings().scanner)


def scan(chunks: Iterable[bytes]) -> Scan:
    """Scan a file.

    Args:
        chunks: the file in pieces; read only as far as the scanner takes it.

    Raises:
        ScannerAwayError: it is down or slow, the connection was cut, the file is too large for it, or it said something
            else than that the file is clean or what is in it.
    """
    deadline = time.monotonic() + settings().scanner_seconds
    with _answering():
        # The version is asked first: something else at the address must not pass for a scanner that finds nothing.
        engine = _answer_to(b"zVERSION\0", (), deadline)
        if not engine.startswith("ClamAV "):
            raise ScannerAwayError("no version")
        answer = _answer_to(b"zINSTREAM\0", _framed(chunks), deadline)
    return Scan(_meant(answer), _NOT_OURS.sub("", engine)[:200])


def _meant(answer: str) -> str:
    """Return the name of the malware, or an empty text for a clean file.

    Raises:
        ScannerAwayError: it is neither.
    """
    if answer == "stream: OK":
        return ""
    match = _FOUND.fullmatch(answer)
    if match is None or match[1].startswith(_LIMITS):
        raise ScannerAwayError("too large to be scanned" if "xceeded" in answer else "not an answer")
    return _NOT_OURS.sub("", match[1])


def _framed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a stream as the protocol wants them: each after its length, an empty one last."""
    left = settings().scanner_max_bytes
    for chunk in chunks:
        left -= len(chunk)
        # Refused here already: the scanner would refuse it as well, after as much of it was sent.
        if left < 0:
            raise ScannerAwayError("too large to be scanned")
        for at in range(0, len(chunk), _CHUNK):
            piece = chunk[at : at + _CHUNK]
            yield struct.pack("!I", len(piece)) + piece
    yield struct.pack("!I", 0)


@contextmanager
def _answering() -> Iterator[None]:
    """Make whatever a connection fails of one error; the store's own errors stay what they are."""
    try:
        yield
    except (socket.gaierror, TimeoutError, ConnectionError, FileNotFoundError, PermissionError) as error:
        kind = type(error).__name__
    else:
        return
    raise ScannerAwayError(kind)


def _answer_to(command: bytes, pieces: Iterable[bytes], deadline: float) -> str:
    """Send one command and return its whole answer, which ends with a NUL; one that comes early or is cut is none."""
    with closing(_connected(deadline)) as connection:
        wait = _timer(connection, deadline)
        wait()
        connection.sendall(command)
        for piece in pieces:
            _check_silent(connection)
            wait()
            connection.sendall(piece)
        return _answer(connection, wait)


def _timer(connection: socket.socket, deadline: float) -> Callable[[], None]:
    def wait() -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)

    return wait


def _check_silent(connection: socket.socket) -> None:
    """Refuse an answer given before the whole file was sent: it cannot be about the whole file."""
    connection.setblocking(False)
    try:
        early = connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return
    raise ScannerAwayError("an answer before the end of the file" if early else "the connection was cut")


def _answer(connection: socket.socket, wait: Callable[[], None]) -> str:
    answer = b""
    while not answer.endswith(b"\0"):
        wait()
        more = connection.recv(_LONGEST)
        if not more or len(answer) > _LONGEST:
            raise ScannerAwayError("the answer was cut")
        answer += more
    return answer[:-1].decode("utf-8", errors="replace").strip()


def _connected(deadline: float) -> socket.socket:
    address, left = settings().scanner or "", max(0.01, deadline - time.monotonic())
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(left)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=left)
