"""The portal as a program: a stranger's 40 MiB hold nobody up, and who sends too slowly is hung up on."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from models.settings import CHECKOUT

pytestmark = pytest.mark.parts
_NESTED = b'{"x":[' + b"[]," * (40 * 2**20 // 3) + b"[]]}"
_PROGRAM = """
import sys
from portal import serve
serve.HEAD_SECONDS, serve.BODY_SECONDS, serve.BODY_BYTES_A_SECOND, serve._LOOK_SECONDS = 1.0, 1.0, 1000, 0.1
sys.argv = ["serve", "--port", sys.argv[1]]
serve.main()
"""


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[int, psutil.Process]]:
    """Serve the portal by its own program, with less patience; return its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(port)],
        cwd=CHECKOUT,
        env={**os.environ, "JTAI_SECRET_KEY": "k" * 40, "JTAI_STATE": "/nowhere"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while program.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"http://127.0.0.1:{port}/sign-in", trust_env=False)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield port, psutil.Process(program.pid)
    program.terminate()
    _, errors = program.communicate(timeout=20)
    assert b"Traceback" not in errors


@pytest.mark.unmeasured
def test_a_strangers_40_mib_are_refused_unparsed_and_others_are_answered_meanwhile(
    served: tuple[int, psutil.Process],
) -> None:
    port, process = served
    address, before, statuses = f"http://127.0.0.1:{port}", process.memory_info().rss, []

    def attack() -> None:
        answer = httpx.post(
            f"{address}/api/requests/none/uploads",
            content=_NESTED,
            headers={"content-type": "application/json"},
            trust_env=False,
            timeout=60,
        )
        statuses.append(answer.status_code)

    spent = sum(process.cpu_times()[:2])
    attackers = [threading.Thread(target=attack) for _ in range(3)]
    for thread in attackers:
        thread.start()
    slowest = 0.0
    while any(thread.is_alive() for thread in attackers):
        begun = time.monotonic()
        assert httpx.get(f"{address}/sign-in", trust_env=False, timeout=30).status_code == 200
        slowest = max(slowest, time.monotonic() - begun)
    assert statuses == [401, 401, 401]
    # One alone took 14 s of processor time and a gigabyte when it was parsed; these are far from it on any machine.
    assert sum(process.cpu_times()[:2]) - spent < 10
    assert slowest < 8
    assert process.memory_info().rss - before < 200 * 2**20


def _cut_off_after(line: socket.socket, piece: bytes, pause: float) -> float:
    """Send a piece again and again until the other side hangs up; return after how many seconds."""
    begun = time.monotonic()
    line.settimeout(pause)
    while time.monotonic() - begun < 15:
        try:
            if piece:
                line.sendall(piece)
            if not line.recv(4096):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begun


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (b"", b""),
        (b"GET / HT", b""),
        (b"GET /sign-in HTTP/1.1\r\nHost: a\r\n", b"X-A: b\r\n"),
        (b"POST /sign-out HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n", b"a"),
        (b"POST /sign-out HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        (b"GET /sign-in HTTP/1.1\r\nHost: a\r\n\r\nGET / HT", b""),
    ],
    ids=["nothing", "half a line", "heads for ever", "a body for ever", "pieces for ever", "half a second request"],
)
def test_who_only_holds_a_place_is_hung_up_on(
    served: tuple[int, psutil.Process], beginning: bytes, piece: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", served[0])) as line:
        line.sendall(beginning)
        assert _cut_off_after(line, piece, 0.2) < 12


def test_an_honest_sender_on_a_slow_line_is_heard_to_the_end(served: tuple[int, psutil.Process]) -> None:
    body = b"csrf=x&" + b"a" * 20_000
    head = f"POST /sign-out HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served[0])) as line:
        line.sendall(head.encode())
        # Slower than the grace, faster than the slowest rate: 2,500 bytes a second for 4 s.
        for at in range(0, len(body), 1000):
            line.sendall(body[at : at + 1000])
            time.sleep(0.2)
        answer = line.recv(4096)
    assert answer.startswith(b"HTTP/1.1 403")


def test_a_kept_connection_takes_a_second_request_after_a_pause(served: tuple[int, psutil.Process]) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{served[0]}", trust_env=False) as browser:
        for _ in range(3):
            assert browser.get("/sign-in").status_code == 200
            time.sleep(1.5)


def test_l5_no_dump_of_its_memory_can_be_made(served: tuple[int, psutil.Process]) -> None:
    limits = Path(f"/proc/{served[1].pid}/limits").read_text()
    assert [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core")] == [["0", "0"]]
