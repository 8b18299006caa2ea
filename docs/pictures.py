"""Retakes the pictures of boards, runs and the letter, from the rehearsal of the stack that runs; `make pictures`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from deployments.demo.people import Decider, cookie_of
from deployments.demo.rehearsal import letter
from deployments.demo.watch import REF
from models.settings import settings
from portal.pages.session import COOKIE
from tasks.ground.prefect_api import call

FOLDER = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 1280, 900
# What a browser should not do on a machine that only takes pictures.
QUIET = (
    "--headless=new",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)
SETTLED_MILLISECONDS = 2500
LETTER_DOTS_PER_INCH = 90


def newest_board() -> str:
    """Return the address of the board of the rehearsal as it is now."""
    wanted = {"artifacts": {"key": {"any_": [f"board-{REF}"]}}, "sort": "CREATED_DESC", "limit": 1}
    return f"/artifacts/artifact/{call('POST', '/artifacts/filter', json=wanted)[0]['id']}"


def runs() -> str:
    """Return the address of the list of this inspection's runs."""
    return f"/runs?tags={quote(f'inspection:{REF}')}&range=past-7-days"


SCREENS: dict[str, tuple[Callable[[], str], int]] = {
    "prefect-deployments": (lambda: "/deployments?limit=25", 1160),
    "prefect-runs": (runs, 1500),
    "prefect-board": (newest_board, 1500),
}


def take(page: Page, name: str) -> None:
    """Save what a page shows under a name."""
    page.wait_for_timeout(SETTLED_MILLISECONDS)
    page.screenshot(path=FOLDER / f"{name}.png")
    sys.stdout.write(f"{name}\n")


def screens(wanted: set[str]) -> None:
    """Take the pictures of the Prefect UI, and of the letter as a page of the web."""
    server = settings().required("prefect_api_url").removesuffix("/api")
    cookie = {"name": COOKIE, "value": cookie_of(Decider.MANAGER, REF), "url": server}
    browser_program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    no_sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=browser_program, args=[*QUIET, *no_sandbox])
        context = browser.new_context(locale="en-GB", timezone_id="Europe/London", color_scheme="light")
        context.add_cookies([cookie])  # type: ignore[list-item]
        for name, (address, height) in SCREENS.items():
            if not wanted or name in wanted:
                page = context.new_page()
                page.set_viewport_size({"width": WIDTH, "height": height})
                page.goto(f"{server}/v2{address()}")
                take(page, name)
                page.close()
        if not wanted or "letter-html" in wanted:
            file = Path(folder) / "letter.html"
            file.write_bytes(letter("html"))
            page = context.new_page()
            page.set_viewport_size({"width": 1000, "height": 1200})
            page.goto(file.as_uri())
            take(page, "letter-html")
        browser.close()


def pages() -> None:
    """Take a picture of each page of the published letter."""
    for old in FOLDER.glob("letter-page-*.png"):
        old.unlink()
    command = ["pdftoppm", "-png", "-r", str(LETTER_DOTS_PER_INCH), "-", str(FOLDER / "letter-page")]
    subprocess.run(command, input=letter("pdf"), check=True)
    for new in sorted(FOLDER.glob("letter-page-*.png")):
        sys.stdout.write(f"{new.stem}\n")


def main() -> int:
    """Take the pictures that are named, or all; returns the exit code."""
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(exist_ok=True)
    screens(wanted)
    if not wanted or any(name.startswith("letter-page") for name in wanted):
        pages()
    return 0


if __name__ == "__main__":
    sys.exit(main())
