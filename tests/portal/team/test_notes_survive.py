"""No character older than a second is lost and none is doubled: a browser killed, the network cut, a full disk.

`NOTES_MOMENTS` says how many moments are tried, `NOTES_SEED` which. Figures of runs are in docs/faults.md.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright
from sqlmodel import select

from models.tables import Note, NoteBatch
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.notes.batches import batch_in
from tasks.notes.taking import key_of
from tests.portal.conftest import _FLAGS
from tests.portal.driving import Driver
from tests.stacks import until

pytestmark = [pytest.mark.parts, pytest.mark.unmeasured, pytest.mark.usefixtures("chosen")]
_MOMENTS = int(os.environ.get("NOTES_MOMENTS", "30"))
_SEED = int(os.environ.get("NOTES_SEED", "1"))
_KINDS = ("killed", "killed without a network", "network cut", "disk full")
_LETTERS = "abcdefghij klmnop éß“”\n0123456789"


@contextmanager
def browser(playwright: Playwright, profile: Path, driver: Driver, portal: str) -> Iterator[tuple[int, Page]]:
    """Run a browser of its own on a profile; yield its process and a page that is signed in."""
    port_file = profile / "DevToolsActivePort"
    port_file.unlink(missing_ok=True)
    flags = [*_FLAGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank"]
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


def newest(ref: str) -> str:
    """Return the words of the note that was begun last, as the store has them."""
    with transaction() as session:
        notes = session.exec(select(Note).where(Note.inspection == ref)).all()
        if not notes:
            return ""
        note = max(notes, key=lambda each: int(each.id.rpartition("-")[2]))
        row = session.get_one(NoteBatch, (ref, note.person_id, note.device, note.sequence))
    return batch_in(store.get(key_of(row))).entries[-1].text


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


def test_l1_no_character_older_than_a_second_is_lost_and_none_is_doubled(
    portal: str, inspector: Driver, reading: str, tmp_path: Path
) -> None:
    chance, address = random.Random(_SEED), f"{portal}/inspections/{reading}/notes/write"  # noqa: S311
    lost, oldest_lost = 0, 0.0
    with sync_playwright() as playwright:
        for number in range(_MOMENTS):
            kind = _KINDS[number % len(_KINDS)]
            with browser(playwright, tmp_path / "profile", inspector, portal) as (pid, page):
                page.goto(address)
                expect(page.locator("#state")).to_have_text(
                    ("Ready.", "Kept and sent.")[min(number, 1)], timeout=20_000
                )
                if number:
                    page.get_by_role("button", name="Begin another note").click()
                    expect(page.locator("#text")).to_have_value("")
                tools = page.context.new_cdp_session(page)
                if "network" in kind:
                    page.context.set_offline(True)
                if kind == "disk full":
                    tools.send("Storage.overrideQuotaForOrigin", {"origin": portal, "quotaSize": 1})
                typed = typed_until(page, chance, chance.uniform(0.3, 3))
                died = time.monotonic()
                if kind == "network cut":
                    page.context.set_offline(False)
                if "killed" in kind:
                    os.killpg(pid, signal.SIGKILL)
                else:
                    expect(page.locator("#text")).to_have_value("".join(letter for _, letter in typed))
                    until("all is sent", lambda: newest(reading) == "".join(letter for _, letter in typed), 20)  # noqa: B023
                    died = time.monotonic() + 60
            with browser(playwright, tmp_path / "profile", inspector, portal) as (_, page):
                page.goto(address)
                expect(page.locator("#state")).to_contain_text("sent", timeout=20_000)
                expect(page.locator("#state")).to_have_text("Kept and sent.", timeout=20_000)
            words, text = newest(reading), "".join(letter for _, letter in typed)
            old = sum(at < died - 1 for at, _ in typed)
            assert text.startswith(words) or (old == 0 and not words), (number, kind)
            assert len(words) >= old, (number, kind, len(words), old)
            lost += len(text) - len(words)
            oldest_lost = max([oldest_lost, *(died - at for at, _ in typed[len(words) :])])
    sys.stdout.write(f"{_MOMENTS} moments, seed {_SEED}: {lost} characters lost, the oldest {oldest_lost:.2f} s old\n")
