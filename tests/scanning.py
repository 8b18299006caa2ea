"""A real clamd with our own few signatures, and scanners that misbehave."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from models.settings import settings

# Put together here, so that no scanner takes this file for the test virus.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"
_NAME = "Eicar-Test-Signature"
_CONFIG = """\
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/db
TemporaryDirectory {folder}
Foreground yes
LogFile {folder}/clamd.log
StreamMaxLength {most}
MaxScanSize {deep}
MaxFileSize {deep}
AlertExceedsMax {alert}
"""


def packed(name: str, *, around: bytes = b"") -> bytes:
    """Return a compressed package with the test virus in it, as in an embedded part of a document.

    Args:
        name: of the part.
        around: a package to which it is added; without one, a new one.
    """
    out = BytesIO(around)
    with ZipFile(out, "a", ZIP_DEFLATED) as package:
        package.writestr(name, EICAR)
    return out.getvalue()


@contextmanager
def clamd(folder: Path, most: str = "4M", deep: str = "4M", alert: str = "yes") -> Iterator[str]:
    """Run clamd for as long as the block takes; yield the path of its socket.

    Args:
        folder: an empty one for its files.
        most: the largest stream that it takes.
        deep: how much of a file it looks into.
        alert: whether it says so where a file is larger, `yes` or `no`.
    """
    (folder / "db").mkdir(parents=True)
    (folder / "db" / "ours.ndb").write_text(f"{_NAME}:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(_CONFIG.format(folder=folder, most=most, deep=deep, alert=alert))
    path = folder / "clamd.sock"
    command = ["/usr/sbin/clamd", "--config-file", str(folder / "clamd.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _until_it_listens(path, process)
        yield str(path)
    finally:
        process.terminate()
        process.wait(20)


def _until_it_listens(path: Path, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and process.poll() is None:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as one:
            one.connect(str(path))
            return
        time.sleep(0.05)
    raise AssertionError((path.parent / "clamd.log").read_text())


@contextmanager
def using(address: str, **more: int) -> Iterator[None]:
    """Point the settings at a scanner."""
    known = settings()
    before = {name: getattr(known, name) for name in ("scanner", *more)}
    for name, value in {"scanner": address, **more}.items():
        setattr(known, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(known, name, value)


Behaviour = Callable[[socket.socket], None]


@contextmanager
def misbehaving(folder: Path, behaviour: Behaviour, version: bytes = b"ClamAV 1.0/1/test\0") -> Iterator[str]:
    """Serve a scanner that tells its version well and does what `behaviour` says with a file."""
    path = folder / "double.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=_serve, args=(listening, behaviour, version), daemon=True)
        thread.start()
        yield str(path)
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _serve(listening: socket.socket, behaviour: Behaviour, version: bytes) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                command = b""
                while not command.endswith(b"\0"):
                    command += connection.recv(1)
                if command == b"zVERSION\0":
                    connection.sendall(version)
                else:
                    behaviour(connection)


def swallow(connection: socket.socket) -> None:
    """Read a stream to its end."""
    while size := int.from_bytes(connection.recv(4, socket.MSG_WAITALL), "big"):
        connection.recv(size, socket.MSG_WAITALL)
