"""Opens zipped files of other programs in a child process: a hostile one may end its reader, not the portal."""

import json
import resource
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.parsers import expat

from models.refusals import Refusal
from models.settings import settings
from validation.contract.errors import UnreadableError
from validation.engine import isolation

SECONDS = 60
MOST_DEPTH = 200
_MOST_ENTRIES = 5_000
_MOST_UNPACKED = 200 * 2**20
_RATIO = 300
_RATIO_FROM = 20 * 2**20


class PackageRefusedError(Exception):
    """The file is not what it should be; the sentence quotes nothing of it."""


def answer_of(module: str, data: bytes, refusal: Callable[[str], Refusal], unreadable: str) -> dict[str, Any]:
    """Return what a module reads from a file in a child process.

    Args:
        module: which is started, and calls `serve`.
        data: of the file.
        refusal: makes the error from a sentence.
        unreadable: the sentence where the child gave no answer.

    Raises:
        Refusal: the file is refused, damaged or hostile, or takes too long to read.
    """
    # In the first line, because the child is bare and has no settings to read.
    limit = b"%d\n" % settings().validation_memory_bytes
    try:
        status, output = isolation.run(module, limit + data, SECONDS)
    except isolation.BusyError:
        raise refusal("We are reading other files. Send it again in a few minutes.") from None
    try:
        # The child may die in the middle of its answer, so what is no JSON counts as no answer.
        answer: dict[str, Any] = json.loads(output) if status == 0 else {}
    except ValueError:
        answer = {}
    if not answer or "refused" in answer:
        raise refusal(answer.get("refused") or unreadable)
    return answer


def reading(data: bytes, read: Callable[[zipfile.ZipFile], dict[str, object]], damaged: str) -> dict[str, object]:
    """Return what `read` finds in a package, or why it is refused.

    Args:
        data: of the file.
        read: takes the opened package.
        damaged: the sentence for what is no package.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return read(package)
    except PackageRefusedError as refused:
        return {"refused": str(refused)}
    except UnreadableError:
        # The parser stops at a definition before anything of it is used.
        return {"refused": "The file holds definitions that no program writes, so it was not opened."}
    except (zipfile.BadZipFile, expat.ExpatError, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return {"refused": damaged}


def checked_entries(package: zipfile.ZipFile, what: str, needed: str, lacking: str) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by their names in small letters, where nothing about them is amiss.

    Args:
        package: the opened file.
        what: it is, for the sentences.
        needed: the name of the entry without which it is not that.
        lacking: the sentence where the entry is absent.
    """
    entries = [entry for entry in package.infolist() if not entry.is_dir()]
    # What the entries say of themselves is enough: reading stops where an entry is longer than it says.
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries) or 1
    is_bomb = unpacked > _RATIO_FROM and unpacked / packed > _RATIO
    if len(entries) > _MOST_ENTRIES or unpacked > _MOST_UNPACKED or is_bomb:
        raise PackageRefusedError(f"The file would unpack to far more than {what} needs.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise PackageRefusedError("The file is protected by a password. Save it without one.")
    names = [entry.filename for entry in entries]
    if any(_leads_out(name) for name in names):
        raise PackageRefusedError("The file names places outside itself, so it was not opened.")
    # Programs differ in which of 2 parts of one name they open, so that we might check another than is read.
    by_name = {entry.filename.lower(): entry for entry in entries}
    if len(by_name) != len(entries):
        raise PackageRefusedError("The file holds 2 parts of the same name, so it is not clear which is meant.")
    if needed not in by_name:
        raise PackageRefusedError(lacking)
    return by_name


def _leads_out(name: str) -> bool:
    return "\\" in name or ":" in name or name.startswith("/") or ".." in name.split("/")


def part_of(package: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, what: str) -> bytes:
    """Return the bytes of an entry, unless they are more than `what` needs."""
    # What an entry says of its own size may be wrong, so what is read is counted.
    with package.open(entry) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise PackageRefusedError(f"A part of the file is far larger than {what} needs.")
    return data


def serve(read: Callable[[bytes], dict[str, object]]) -> None:
    """Read the file that comes on standard input, and answer on standard output, within limits."""
    # Before the file is opened: a small file can unpack to more than the machine has, and a hostile one never ends.
    most = int(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read())))
