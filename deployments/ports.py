"""Which ports the parts listen on: chosen once, remembered, and chosen anew only when a stranger has one."""

import contextlib
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path

from deployments.state import State

# Below the range from which the kernel takes outgoing connections; the store's gRPC ports are these plus 10,000.
RANGE = range(20000, 22700)
GRPC_OFFSET = 10000
STORE = ("s3", "master", "volume", "filer", "admin")
_SHARED = Path("/tmp")  # noqa: S108 - where SeaweedFS puts them, whatever it is told
NAMES = (*STORE, "prefect", "portal")


def is_free(port: int) -> bool:
    """Return whether this machine's loopback address can be bound at the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def sockets(port: int) -> list[Path]:
    """Return the sockets by which the parts of a store with this port reach each other; their place is not ours."""
    return [*_SHARED.glob(f"seaweedfs-*-{port}.sock"), *_SHARED.glob(f"seaweedfs-*-grpc-{port + GRPC_OFFSET}.sock")]


def usable(name: str, port: int) -> bool:
    """Return whether a part can have the port, with the second one and the sockets that a store part opens."""
    if not is_free(port):
        return False
    return name not in STORE or (is_free(port + GRPC_OFFSET) and all(_is_ours(path) for path in sockets(port)))


def _is_ours(path: Path) -> bool:
    """Return whether the store may put its socket where one lies already, left by a killed one of ours."""
    with contextlib.suppress(FileNotFoundError):
        return os.geteuid() in (0, path.lstat().st_uid)
    return True


def tidy(state: State) -> None:
    """Remove the sockets that a stopped store leaves behind."""
    for name, port in state.read("ports").items():
        for path in sockets(port) if name in STORE else ():
            if _is_ours(path):
                path.unlink(missing_ok=True)


def choose(name: str, taken: set[int]) -> int:
    """Draw a free port that no other part of this stack has."""
    while True:
        # Drawn rather than counted up, so that two stacks starting together seldom want the same.
        port = RANGE.start + secrets.randbelow(len(RANGE))
        if port not in taken and usable(name, port):
            return port


def ports(state: State, say: Callable[..., object]) -> dict[str, int]:
    """Return the port of every part, keeping last time's where they are still free."""
    stored: dict[str, int] = state.read("ports")
    chosen = {name: port for name, port in stored.items() if name in NAMES and usable(name, port)}
    for name in NAMES:
        if name not in chosen:
            chosen[name] = choose(name, set(chosen.values()))
            if name in stored:
                say("port taken by another program", part=name, was=stored[name], now=chosen[name])
    if chosen != stored:
        state.remember("ports", chosen)
    return chosen
