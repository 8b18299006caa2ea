"""Begins the file of a new theme as a copy of another, comments and all."""

import re

from models.refusals import Refusal
from models.themes import path_of, theme_ids

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class NewThemeError(Refusal):
    """A theme cannot be begun under this name."""


def begun(name: str, like: str) -> str:
    """Return the text of a new theme.

    Args:
        name: its id, such as `neglect-2027`.
        like: id of the theme that it begins as a copy of.

    Raises:
        NewThemeError: the name is taken, or is none that an address can hold.
        UnknownThemeError: there is no theme to copy.
    """
    if not _ID.fullmatch(name):
        raise NewThemeError(f"{name[:40]!r} cannot be the id of a theme. Use small letters, digits and hyphens.")
    if name in theme_ids():
        raise NewThemeError(f"There is a theme {name} already. Give another name.")
    text = path_of(like).read_text(encoding="utf-8")
    head = f"# Begun as a copy of {like}. Say where each number comes from, or that it is of your own design.\n"
    # The comment at its head is about the theme that is copied.
    body = re.sub(r"\A(#[^\n]*\n)+", "", text).lstrip("\n")
    body = re.sub(r'^id = "[^"]*"', f'id = "{name}"', body, count=1, flags=re.MULTILINE)
    return head + "\n" + re.sub(r"^version = \d+", "version = 1", body, count=1, flags=re.MULTILINE)
