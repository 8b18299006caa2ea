"""Stands in for `python -m prefect.engine`: starts in milliseconds and has the run forked from the zygote.

Run with `python -I -S -E`, so it imports nothing of ours. It passes its environment, working directory and standard
streams to the zygote, hands on the signals that it gets, and ends as the run ends. Where no zygote answers, it becomes
a cold start.
"""

import array
import json
import os
import signal
import socket
import struct
import sys
from types import FrameType

PID = struct.Struct("!i")
ENGINE = ("-m", "deployments.warm.engine")


def run_cold() -> None:
    """Become a process that imports everything itself."""
    os.execv(sys.executable, [sys.executable, *ENGINE])  # noqa: S606 -- our own interpreter


def connect(address: str) -> socket.socket | None:
    """Return a connection to the zygote, or None where there is none."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.connect(address)
    except OSError:
        line.close()
        return None
    return line


def receive(line: socket.socket) -> int | None:
    """Return the next number that the zygote sends, or None when it has gone."""
    data = b""
    while len(data) < PID.size:
        try:
            part = line.recv(PID.size - len(data))
        except OSError:
            return None
        if not part:
            return None
        data += part
    number: int = PID.unpack(data)[0]
    return number


def ask(line: socket.socket) -> int:
    """Send what the run needs and return its process id; 0 where the zygote will not fork now."""
    # pathlib would cost a third of this program's time.
    job = json.dumps({"env": dict(os.environ), "cwd": os.getcwd()}).encode()  # noqa: PTH109
    streams = array.array("i", [0, 1, 2])
    try:
        line.sendmsg([struct.pack("!I", len(job))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        line.sendall(job)
    except OSError:
        return 0
    return receive(line) or 0


def end_as(status: int) -> None:
    """End with the run's exit code, or by the signal that ended it."""
    if status < 0:
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def main() -> None:
    """Launch one run."""
    line = connect(sys.argv[1])
    pid = ask(line) if line else 0
    if not line or not pid:
        return run_cold()

    def hand_on(number: int, _frame: FrameType | None) -> None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, hand_on)
    status = receive(line)
    # A zygote that died cannot say how the run ended; the ledger's lease and the sweep take it from here.
    return end_as(1 if status is None else status)


if __name__ == "__main__":
    main()
