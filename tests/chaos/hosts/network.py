"""Hosts as network namespaces, each with an address and names for the others, all behind one switch."""

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.chaos.hosts.switch import Switch

WORKERS = ("worker1", "worker2", "worker3")
HOSTS = ("database", "store", "prefect", "portal", *WORKERS)
OUTSIDE = "outside"
"""Where people are, and whoever looks on: no host of ours."""

_NET = "10.99.0"
_ADDRESSES = {host: f"{_NET}.{number}" for number, host in enumerate((OUTSIDE, *HOSTS), start=1)}
_NAMES = Path("/etc/netns")
_NO_SERVER = f"nameserver {_NET}.250\noptions timeout:1 attempts:1\n"


def address(host: str) -> str:
    """Return the address of a host."""
    return _ADDRESSES[host]


def name(host: str) -> str:
    """Return the name by which hosts know a host."""
    return f"{host}.jtai.internal"


class Network:
    """The hosts, and the switch between them; made at the beginning of a block and gone after it."""

    def __init__(self, seed: int) -> None:
        self.switch = Switch(seed)

    def __enter__(self) -> "Network":
        """Make all hosts."""
        self._remove()
        try:
            for host in (OUTSIDE, *HOSTS):
                self._make(host)
        except BaseException:
            self._remove()
            raise
        self.switch.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take them away."""
        self.switch.stop()
        self._remove()

    def _make(self, host: str) -> None:
        interface = f"jt-{host}"
        self.switch.port(host, interface)
        inside: tuple[str, ...] = ()
        if host != OUTSIDE:
            _ip("netns", "add", _space(host))
            _ip("link", "set", interface, "netns", _space(host))
            inside = ("-n", _space(host))
            _ip(*inside, "link", "set", "lo", "up")
            folder = _NAMES / _space(host)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "resolv.conf").write_text(_NO_SERVER)
            self.tell_names(host, told=True)
        _ip(*inside, "addr", "add", f"{address(host)}/24", "dev", interface)
        # Large frames, so that few cross the switch.
        _ip(*inside, "link", "set", interface, "mtu", "16000", "up")

    def tell_names(self, host: str, *, told: bool) -> None:
        """Let a host know the names of the others, or let it ask in vain.

        The file keeps its place, as running programs read it where it was when they began.
        """
        lines = [f"127.0.0.1 localhost {host}", *(f"{address(each)} {name(each)}" for each in HOSTS if told)]
        (_NAMES / _space(host) / "hosts").write_text("\n".join(lines) + "\n")

    def _remove(self) -> None:
        for host in HOSTS:
            subprocess.run(["ip", "netns", "del", _space(host)], capture_output=True, check=False)
            folder = _NAMES / _space(host)
            with suppress(FileNotFoundError):
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()


def at(host: str, command: Sequence[str], over: tuple[Path, Path] | None = None) -> list[str]:
    """Return the command that runs another at a host.

    Args:
        host: the host.
        command: to run there.
        over: a folder of the host's own, and the folder in whose place its programs find it.
    """
    entered = ["ip", "netns", "exec", _space(host)]
    if over is None:
        return [*entered, *command]
    script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'
    return [*entered, "sh", "-c", script, "sh", str(over[0]), str(over[1]), *command]


def _space(host: str) -> str:
    return f"jtai-{host}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
