"""A switch between hosts: it takes every frame that one sends, and drops, delays or doubles it as it is told.

The kernel has no `tc netem` everywhere; a switch of our own needs none, and treats all that hosts say alike.
"""

import fcntl
import heapq
import os
import random
import selectors
import struct
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

_TUNSETIFF = 0x400454CA
_TAP_WITHOUT_HEADER = 0x0002 | 0x1000
_FRAME = 1 << 16
_BROADCAST = b"\xff" * 6


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of what one host sends another.

    Attributes:
        cut: whether nothing arrives.
        loss: share of the frames that are lost.
        delay: seconds until a frame arrives.
        doubled: share of the frames that arrive twice.
    """

    cut: bool = False
    loss: float = 0.0
    delay: float = 0.0
    doubled: float = 0.0


WHOLE = Line()


class Switch:
    """Carries frames between hosts by the lines that are set.

    Args:
        seed: chooses which frames are lost and doubled.
    """

    def __init__(self, seed: int) -> None:
        self.frames = 0
        self.lost = 0
        self._chance = random.Random(seed)  # noqa: S311 - which frame is lost is no secret
        self._ports: dict[str, int] = {}
        self._names: dict[bytes, str] = {}
        self._lines: dict[tuple[str, str], Line] = {}
        self._late: list[tuple[float, int, int, bytes]] = []
        self._selector = selectors.DefaultSelector()
        self._over = threading.Event()
        self._carrying = threading.Thread(target=self._carry, name="switch", daemon=True)

    def port(self, host: str, interface: str) -> None:
        """Make the interface by which a host is reached; whoever calls moves it to where the host is."""
        port = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(port, _TUNSETIFF, struct.pack("16sH22x", interface.encode(), _TAP_WITHOUT_HEADER))
        self._ports[host] = port
        self._selector.register(port, selectors.EVENT_READ, host)

    def start(self) -> None:
        """Begin to carry, once all interfaces are up."""
        self._carrying.start()

    def stop(self) -> None:
        """Carry nothing any more, and take the interfaces away."""
        self._over.set()
        if self._carrying.is_alive():
            self._carrying.join()
        for port in self._ports.values():
            os.close(port)

    def set(self, sender: str, receiver: str, line: Line) -> None:
        """Set what becomes of what one host sends another from now on."""
        self._lines[sender, receiver] = line

    def set_both(self, one: str, other: str, line: Line) -> None:
        """Set the line between two hosts in both directions."""
        self.set(one, other, line)
        self.set(other, one, line)

    def heal(self) -> None:
        """Make every line whole."""
        self._lines = {}

    def _carry(self) -> None:
        while not self._over.is_set():
            wait = min(0.2, max(0.0, self._late[0][0] - time.monotonic())) if self._late else 0.2
            for key, _ in self._selector.select(wait):
                self._take(key.data, key.fd)
            while self._late and self._late[0][0] <= time.monotonic():
                _, _, port, frame = heapq.heappop(self._late)
                self._give(port, frame)

    def _take(self, sender: str, port: int) -> None:
        # Some frames at a time, so that one host that sends much holds up no other.
        for _ in range(32):
            try:
                frame = os.read(port, _FRAME)
            except OSError:
                return
            self._names[frame[6:12]] = sender
            receiver = self._names.get(frame[:6])
            for host in [receiver] if receiver else [each for each in self._ports if each != sender]:
                self._send(sender, host, frame)

    def _send(self, sender: str, receiver: str, frame: bytes) -> None:
        line = self._lines.get((sender, receiver), WHOLE)
        self.frames += 1
        if line.cut or self._chance.random() < line.loss:
            self.lost += 1
            return
        for _ in range(2 if self._chance.random() < line.doubled else 1):
            if line.delay:
                due = time.monotonic() + line.delay
                heapq.heappush(self._late, (due, self.frames, self._ports[receiver], frame))
            else:
                self._give(self._ports[receiver], frame)

    @staticmethod
    def _give(port: int, frame: bytes) -> None:
        # A queue that is full loses a frame, as on any line.
        with suppress(OSError):
            os.write(port, frame)


def may_be_made() -> str:
    """Return why no networks can be made here; empty where they can."""
    if os.geteuid() != 0:
        return "only root may make networks"
    if not os.path.exists("/dev/net/tun"):  # noqa: PTH110 - a device
        return "there is no /dev/net/tun"
    tried = f"jtai-try-{os.getpid()}"
    try:
        made = subprocess.run(["ip", "netns", "add", tried], capture_output=True, check=False)
    except FileNotFoundError:
        return "there is no program `ip`; install iproute2"
    if made.returncode:
        return "the kernel does not allow network namespaces here"
    subprocess.run(["ip", "netns", "del", tried], check=True)
    return ""
