"""Proxies that do what networks do: they stand before the object store and PostgreSQL, and fail where they are told to.

They fail by order only. A lost answer is the fault that matters most: what was asked for has been done, and who asked
does not know it.
"""

import http.client
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.stacks import trusting


class Fault(Enum):
    """What may happen to a request on its way."""

    SLOW_DOWN = auto()
    """Refused by the store, which is busy; nothing was done."""
    DENIED = auto()
    """Refused, as after somebody took a right away."""
    SKEWED = auto()
    """Refused because the clocks of the two differ too much."""
    UNCONDITIONAL = auto()
    """Answered as by a store that knows no conditions, for which every put succeeds."""
    LOST_ANSWER = auto()
    """Done, and the answer never came."""
    CUT_ANSWER = auto()
    """Answered with half of the body, then the line went dead."""
    DELAY = auto()
    """Done a second later."""


_REFUSALS = {
    Fault.SLOW_DOWN: (503, "SlowDown"),
    Fault.DENIED: (403, "AccessDenied"),
    Fault.SKEWED: (403, "RequestTimeTooSkewed"),
}


@dataclass
class Order:
    """A fault for the next requests of a method whose path holds a word."""

    fault: Fault
    method: str
    word: str
    times: int


class _Handler(BaseHTTPRequestHandler):
    """Passes one request on, or fails it as ordered."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def _pass_on(self) -> None:
        self.close_connection = True
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.proxy.fault_for(self.command, self.path)
        if fault in _REFUSALS:
            code, word = _REFUSALS[fault]
            return self._say(code, f"<Error><Code>{word}</Code><Message>No</Message></Error>".encode(), {})
        if fault is Fault.DELAY:
            time.sleep(1)
        status, headers, answer = self._asked(body)
        if fault is Fault.LOST_ANSWER:
            return None
        if fault is Fault.UNCONDITIONAL and status == 412:
            return self._say(200, b"", {"ETag": '"whatever"'})
        return self._say(status, answer, headers, cut=fault is Fault.CUT_ANSWER)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_OPTIONS = _pass_on  # noqa: N815 - the names are the base class's

    def _asked(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        line = self.server.proxy.line()
        line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() != "expect":
                line.putheader(name, value)
        line.endheaders(body)
        answer = line.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        line.close()
        return found

    def _say(self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False) -> None:
        length = headers.get("Content-Length", str(len(body)))
        kept = {k: v for k, v in headers.items() if k.lower() not in {"content-length", "transfer-encoding", "date"}}
        self.send_response(status)
        for name, value in (kept | {"Content-Length": length, "Connection": "close"}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: "StoreProxy"


@dataclass
class StoreProxy:
    """Stands before an object store; `seen` are the methods and paths that came, `failed` those that were failed."""

    host: str
    trusted: ssl.SSLContext | None = None
    """Whom it believes that the store is the store; None where that speaks no TLS."""
    orders: list[Order] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def line(self) -> http.client.HTTPConnection:
        """Return a fresh line to the store."""
        if self.trusted:
            return http.client.HTTPSConnection(self.host, timeout=60, context=self.trusted)
        return http.client.HTTPConnection(self.host, timeout=60)

    def order(self, fault: Fault, method: str, word: str = "", times: int = 1) -> None:
        """Fail the next requests of a method whose path holds `word`."""
        self.orders.append(Order(fault, method, word, times))

    def fault_for(self, method: str, path: str) -> Fault | None:
        """Return what is to happen to a request."""
        with self._lock:
            self.seen.append((method, path))
            for one in self.orders:
                if one.times and one.method == method and one.word in path:
                    one.times -= 1
                    self.failed.append((method, path))
                    return one.fault
        return None


@contextmanager
def before_store(url: str, tls: ssl.SSLContext | None = None) -> Iterator[tuple[StoreProxy, str]]:
    """Put a proxy before the store at `url`, one that ends TLS where it is given some; give it and its own address."""
    proxy = StoreProxy(urlsplit(url).netloc, trusting() if url.startswith("https:") else None)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.proxy = proxy
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy, f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


_SOCKET = ".s.PGSQL.5432"


class DatabaseProxy:
    """Stands before PostgreSQL's socket, and cuts the line at one commit.

    Args:
        folder: a new folder for its socket; the kernel allows a socket's path 107 bytes.
        behind: the folder of PostgreSQL's own socket.
    """

    def __init__(self, folder: Path, behind: Path) -> None:
        self.commits = 0
        self.cut = False
        self._at, self._answered = 0, False
        self._behind = behind
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(folder / _SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_at(self, commit: int, *, done: bool) -> None:
        """Cut the line at the commit of this number from now, from 1: after it was `done`, or before it arrives."""
        self.commits, self.cut = 0, False
        self._at, self._answered = commit, done

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.connect(str(self._behind / _SOCKET))
        with client, server, selectors.DefaultSelector() as ready, suppress(OSError):
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if not self._relay(key.fileobj is client, client, server):
                        return

    def _relay(self, asked: bool, client: socket.socket, server: socket.socket) -> bool:
        data = (client if asked else server).recv(1 << 16)
        if asked and b"COMMIT" in data:
            self.commits += 1
            if self.commits == self._at:
                self.cut = True
                if self._answered:
                    server.sendall(data)
                    server.recv(1 << 16)
                return False
        (server if asked else client).sendall(data)
        return bool(data)
