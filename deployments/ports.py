"""Which ports the parts listen on: chosen once, remembered, and chosen anew only when a stranger has one."""

import secrets
import socket
from collections.abc import Callable

from deployments.state import State

# Below the range from which the kernel takes outgoing connections; the store's gRPC ports are these plus 10,000.
RANGE = range(20000, 22700)
GRPC_OFFSET = 10000
STORE = ("s3", "master", "volume", "filer", "admin")
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


def usable(name: str, port: int) -> bool:
    """Return whether a part can have the port, with the second one that a store part opens."""
    return is_free(port) and (name not in STORE or is_free(port + GRPC_OFFSET))


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
