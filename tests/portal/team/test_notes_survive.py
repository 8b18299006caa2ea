"""No character older than a second is lost and none is doubled: browser or portal killed, network cut, disk full.

`NOTES_MOMENTS` says how many moments are tried, `NOTES_SEED` which. Figures of runs are in docs/faults.md.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright
from sqlmodel import select

from models.settings import CHECKOUT
from models.tables import Note, NoteBatch
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.notes.batches import batch_in
from tasks.notes.taking import key_of
from tests.browsers import FLAGS
from tests.portal.driving import Driver
from tests.stacks import until

_MOMENTS = int(os.environ.get("NOTES_MOMENTS", "30"))
pytestmark = [
    pytest.mark.parts,
    pytest.mark.unmeasured,
    pytest.mark.usefixtures("chosen"),
    # A moment takes 3 s on a quiet machine and ten times as long beside other work: a thousand outlast any usual end.
    pytest.mark.timeout(300 + 30 * _MOMENTS),
]
_SEED = int(os.environ.get("NOTES_SEED", "1"))
_KINDS = ("killed", "killed without a network", "network cut", "disk full", "portal killed")
_PATIENCE = 180
"""Seconds within which a page or a portal comes, however busy the machine is: no moment is about that."""
_LANES = 3
"""Profiles side by side: typing is mostly waiting. Each has a log, and a portal to be killed, of its own."""
_DEVICE = """() => new Promise(resolve => {
  const request = indexedDB.open('jtai-notes')
  request.onsuccess = () => {
    const logs = request.result.transaction('logs').objectStore('logs').getAll()
    logs.onsuccess = () => { request.result.close(); resolve(logs.result[0].device) }
  }
})"""
_LETTERS = "abcdefghij klmnop éß“”\n0123456789"


_FORKS = """
import os, signal, sys
import uvicorn
import portal.app
from portal.serve import config
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    process = os.fork()
    if not process:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        uvicorn.Server(config("127.0.0.1", int(line), log_level="critical")).run()
        os._exit(0)
    print(process, flush=True)
"""


class Portals:
    """A process that has imported the portal and forks one at a port whenever asked: to start again takes no time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._forks = subprocess.Popen(
            [sys.executable, "-c", _FORKS],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self, port: int) -> int:
        """Start a portal at a port, and return its process before it answers."""
        assert self._forks.stdin
        assert self._forks.stdout
        with self._turn:
            self._forks.stdin.write(f"{port}\n")
            self._forks.stdin.flush()
            return int(self._forks.stdout.readline())

    def end(self) -> None:
        """End what forks them."""
        self._forks.kill()
        self._forks.wait()


class KilledPortal:
    """A portal of one lane at a port that stays its own, to be killed and started again on the same ledger."""

    def __init__(self, portals: Portals) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._portals, self._process = portals, 0

    def start(self) -> None:
        """Start it, and return before it answers."""
        self._process = self._portals.start(self.port)

    def answers(self) -> bool:
        """Return whether it answers."""
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.address}/health", trust_env=False, timeout=5).status_code == 200
        return False

    def kill(self) -> None:
        """Kill it at once, whatever it is doing."""
        os.kill(self._process, signal.SIGKILL)


@contextmanager
def killed_portal(portals: Portals) -> Iterator[KilledPortal]:
    """Run a portal of one's own."""
    portal = KilledPortal(portals)
    portal.start()
    try:
        until("the portal answers", portal.answers, _PATIENCE)
        yield portal
    finally:
        portal.kill()


@contextmanager
def browser(playwright: Playwright, profile: Path, driver: Driver, portal: str) -> Iterator[tuple[int, Page]]:
    """Run a browser of its own on a profile; yield its process and a page that is signed in."""
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    flags = [
        *FLAGS,
        "--disable-gpu",
        "--disable-extensions",
        "--disable-default-apps",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
    ]
    process = subprocess.Popen(
        ["/usr/bin/chromium", *flags], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until("the browser listens", port_file.exists, 30)
        until("its port is written", lambda: "\n" in port_file.read_text(), 30)
        remote = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port_file.read_text().split()[0]}")
        context = remote.contexts[0]
        context.add_cookies(
            [{"name": str(each.name), "value": str(each.value), "url": portal} for each in driver.http.cookies.jar]
        )
        yield process.pid, context.new_page()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def stored(ref: str, device: str = "") -> list[str]:
    """Return the words of notes as the store has them, those begun last at the end; of one log where it is named."""
    with transaction() as session:
        notes = session.exec(select(Note).where(Note.inspection == ref)).all()
        notes = [note for note in notes if device in ("", note.device)]
        notes.sort(key=lambda each: int(each.id.rpartition("-")[2]))
        rows = [session.get_one(NoteBatch, (ref, note.person_id, note.device, note.sequence)) for note in notes]
    return [batch_in(store.get(key_of(row))).entries[-1].text for row in rows]


def newest(ref: str, device: str) -> str:
    """Return the words of the note that was begun last in one log."""
    return ([""] + stored(ref, device))[-1]


def typed_until(page: Page, chance: random.Random, seconds: float) -> list[tuple[float, str]]:
    """Type for some seconds; return each character with the moment at which it was there."""
    typed, end = [], time.monotonic() + seconds
    page.locator("#text").focus()
    while time.monotonic() < end:
        letter = chance.choice(_LETTERS)
        if letter == "\n":
            page.keyboard.press("Enter")
        else:
            page.keyboard.insert_text(letter)
        typed.append((time.monotonic(), letter))
        time.sleep(chance.uniform(0, 0.06))
    return typed


@dataclass(frozen=True)
class Loss:
    """What became of a moment: the words in the store, how many characters they lack, and the age of the oldest."""

    kind: str
    words: str
    lacks: int
    oldest: float


@dataclass(frozen=True)
class Typed:
    """What was typed in one moment, each character with its time; what is a second older than `died` must be kept."""

    kind: str
    letters: list[tuple[float, str]]
    died: float

    @property
    def text(self) -> str:
        """Return all of it."""
        return "".join(letter for _, letter in self.letters)

    def lost(self, words: str) -> "Loss":
        """Hold what the store has against what was typed."""
        old = sum(at < self.died - 1 for at, _ in self.letters)
        assert self.text.startswith(words), self.kind
        assert len(words) >= old, (self.kind, len(words), old)
        missing = [self.died - at for at, _ in self.letters[len(words) :]]
        return Loss(self.kind, words, len(missing), max(missing, default=0.0))


def typed_while_killed(page: Page, portal: KilledPortal, chance: random.Random) -> list[tuple[float, str]]:
    """Type until the portal is killed, go on while it is away, and until it answers again."""
    letters = typed_until(page, chance, chance.uniform(0, 2))
    portal.kill()
    letters += typed_until(page, chance, chance.uniform(0.3, 1.5))
    portal.start()
    while not portal.answers():
        letters += typed_until(page, chance, 0.3)
    return letters


def moment(page: Page, pid: int, kind: str, ref: str, chance: random.Random, portal: KilledPortal) -> Typed:
    """Type into an empty note until the browser is killed, or until all was sent in spite of what failed."""
    if "network" in kind:
        page.context.set_offline(True)
    if kind == "portal killed":
        letters = typed_while_killed(page, portal, chance)
    else:
        letters = typed_until(page, chance, chance.uniform(0.3, 3))
    died = time.monotonic()
    if kind.startswith("killed"):
        os.killpg(pid, signal.SIGKILL)
        return Typed(kind, letters, died)
    typed = Typed(kind, letters, died + 60)
    if kind == "disk full":
        expect(page.locator("#state")).to_contain_text("cannot keep")
    page.context.set_offline(False)
    expect(page.locator("#text")).to_have_value(typed.text)
    # A browser whose disk was full begins a log anew once the portal says that the place is taken, so it is asked anew.
    until("all is sent", lambda: newest(ref, page.evaluate(_DEVICE)) == typed.text, _PATIENCE)
    return typed


def came_back(page: Page) -> str:
    """Wait until the page has what the browser kept and has sent it; return it, empty where it kept nothing."""
    expect(page.locator("#text")).to_be_enabled(timeout=_PATIENCE * 1000)
    kept = page.locator("#text").input_value()
    # Who is killed before the first character is a second old may come back to an empty note.
    expect(page.locator("#state")).to_have_text("Kept and sent." if kept else "Ready.", timeout=_PATIENCE * 1000)
    return kept


def moments(profile: Path, driver: Driver, portals: Portals, ref: str, seed: str, number: int) -> list[Loss]:
    """Try some moments on one profile: the browser that shows what became of one is killed in the next."""
    chance, before, losses = random.Random(seed), None, []  # noqa: S311
    with sync_playwright() as playwright, killed_portal(portals) as served:
        portal = served.address
        for kind in (*islice(cycle(_KINDS), number), ""):
            with browser(playwright, profile, driver, portal) as (pid, page):
                if kind == "disk full":
                    # Chromium remembers for a while how much space there was, so it must be gone before the first look.
                    quota = {"origin": portal, "quotaSize": 1}
                    page.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
                page.goto(f"{portal}/inspections/{ref}/notes/write", timeout=_PATIENCE * 1000)
                kept = came_back(page)
                if before:
                    losses.append(before.lost(newest(ref, page.evaluate(_DEVICE)) if kept else ""))
                    page.get_by_role("button", name="Begin another note").click()
                    expect(page.locator("#text")).to_have_value("")
                if kind:
                    before = moment(page, pid, kind, ref, chance, served)
    return losses


def test_l1_no_character_older_than_a_second_is_lost_and_none_is_doubled(
    inspector: Driver, reading: str, tmp_path: Path
) -> None:
    portals = Portals()
    shares = [len(range(lane, _MOMENTS, _LANES)) for lane in range(_LANES)]
    with ThreadPoolExecutor(_LANES) as lanes:
        running = [
            lanes.submit(moments, tmp_path / str(lane), inspector, portals, reading, f"{_SEED}/{lane}", share)
            for lane, share in enumerate(shares)
        ]
        losses = [each for lane in running for each in lane.result()]
    portals.end()
    assert len(losses) == _MOMENTS
    assert Counter(filter(None, stored(reading))) == Counter(each.words for each in losses if each.words)
    lacks, oldest = sum(each.lacks for each in losses), max(each.oldest for each in losses)
    sys.stdout.write(f"{_MOMENTS} moments, seed {_SEED}: {lacks} characters lost, the oldest {oldest:.2f} s old\n")
    for kind in _KINDS:
        mine = [each for each in losses if each.kind == kind]
        typed = sum(len(each.words) + each.lacks for each in mine)
        lacking = sum(each.lacks for each in mine)
        sys.stdout.write(f"{kind}: {len(mine)} moments, {typed} characters typed, {lacking} lost, 0 doubled\n")
