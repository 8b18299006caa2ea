"""What a file that has broken its reader would try; it prints the names of the attempts that succeeded.

Its standard input names what it goes for. The test runs it twice: free, where everything must succeed, and confined.
"""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_GET_DUMPABLE = 3
_ATTACH, _DETACH = 16, 17


def _tcp(aim: dict[str, Any]) -> bool:
    with socket.create_connection(("127.0.0.1", aim["tcp"]), 2):
        return True


def _udp(aim: dict[str, Any]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        return line.sendto(b"quackenbush", ("127.0.0.1", aim["udp"])) > 0


def _unix(aim: dict[str, Any]) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(aim["unix"])
        return True


def _environment_of(pid: int | str) -> bool:
    return b"JTAI_SECRET_KEY" in Path(f"/proc/{pid}/environ").read_bytes()


def _memory_of_parent(aim: dict[str, Any]) -> bool:
    attached = ctypes.CDLL(None).ptrace(_ATTACH, aim["parent"], 0, 0) == 0
    if attached:
        os.waitpid(aim["parent"], 0)
        ctypes.CDLL(None).ptrace(_DETACH, aim["parent"], 0, 0)
    return bool(attached)


def _by_another_program(aim: dict[str, Any]) -> bool:
    done = subprocess.run(["/bin/cat", aim["secret"]], capture_output=True, check=False)
    return b"quackenbush" in done.stdout


def _signal(aim: dict[str, Any]) -> bool:
    os.kill(aim["other"], 0)
    return True


def _link(aim: dict[str, Any]) -> bool:
    linked = Path(aim["own"], "linked")
    linked.hardlink_to(aim["secret"])
    return linked.exists()


def _plant(aim: dict[str, Any]) -> bool:
    return Path(aim["elsewhere"], "planted").write_text("quackenbush") > 0


def _leaves_a_dump(_: dict[str, Any]) -> bool:
    return bool(resource.getrlimit(resource.RLIMIT_CORE)[1] or ctypes.CDLL(None).prctl(_GET_DUMPABLE, 0, 0, 0, 0))


def _memory_that_stays(_: dict[str, Any]) -> bool:
    libc = ctypes.CDLL(None)
    # Nobody's, and for everybody: it stays when this process ends, and the child for the next file could read it.
    number = libc.shmget(0, 4096, 0o1666)
    if number >= 0:
        libc.shmctl(number, 0, None)
    return bool(number >= 0)


def _queue_that_stays(_: dict[str, Any]) -> bool:
    libc = ctypes.CDLL(None)
    number = libc.mq_open(b"/quackenbush", os.O_CREAT | os.O_RDWR, 0o666, None)
    if number >= 0:
        libc.mq_unlink(b"/quackenbush")
    return bool(number >= 0)


def _memory_without_limit(_: dict[str, Any]) -> bool:
    # One file of it is held to a size, and there could be a thousand.
    return os.memfd_create("quackenbush") > 0


def _is_root(aim: dict[str, Any]) -> bool:
    """Return whether it is whom its parent is, where that is root; who is an ordinary user stays one."""
    return bool(aim["root"]) and 0 in (os.getuid(), os.geteuid(), os.getgid(), *os.getgroups())


ATTEMPTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "reaches a port": _tcp,
    "sends a datagram": _udp,
    "reaches a socket in the file system": _unix,
    "reads a return": lambda aim: Path(aim["file"]).read_text() == "rows",
    "writes a file": lambda aim: Path(aim["own"], "mine").write_text("rows") > 0,
    "reads the secrets": lambda aim: "quackenbush" in Path(aim["secret"]).read_text(),
    "reads them by another program": _by_another_program,
    "links to the secrets": _link,
    "has a secret in its environment": lambda _: "JTAI_SECRET_KEY" in os.environ,
    "reads its environment as the kernel shows it": lambda _: _environment_of("self"),
    "reads its parent's environment": lambda aim: _environment_of(aim["parent"]),
    "looks into its parent's memory": _memory_of_parent,
    "signals others": _signal,
    "writes elsewhere": _plant,
    "leaves a core dump": _leaves_a_dump,
    "leaves memory behind": _memory_that_stays,
    "leaves a message behind": _queue_that_stays,
    "takes memory that is not counted": _memory_without_limit,
    "is root": _is_root,
}


def main() -> None:
    """Try everything."""
    aim = json.load(sys.stdin)
    done = []
    for name, attempt in ATTEMPTS.items():
        try:
            if attempt(aim):
                done.append(name)
        except OSError:
            continue
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
