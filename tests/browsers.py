"""The real browser that tests drive: which program it is, and how it is started."""

import shutil

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def program() -> str | None:
    """Return the path of the browser that this machine has."""
    return shutil.which("chromium") or shutil.which("google-chrome")
