"""Kills a destruction once at each of its checkpoints at each step, before and after what is done there."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


class Killed(BaseException):
    """Stands for the death of a process: nothing that the product does catches it."""


def deadly(
    monkeypatch: pytest.MonkeyPatch, checkpoints: Iterable[tuple[Any, str]], step_now: Callable[[], str]
) -> set[tuple[str, str, str]]:
    """Die once at each checkpoint at each step, before and after its work; return the moments at which it died.

    Args:
        monkeypatch: puts everything back.
        checkpoints: module and name of each call before and after which a process can die.
        step_now: returns the last step that is recorded.
    """
    died: set[tuple[str, str, str]] = set()

    def watched(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def passing(*args: Any, **named: Any) -> Any:
            step = step_now()
            _die(died, (name, "before", step))
            result = real(*args, **named)
            _die(died, (name, "after", step))
            return result

        return passing

    for where, name in checkpoints:
        monkeypatch.setattr(where, name, watched(getattr(where, name), name))
    return died


def _die(died: set[tuple[str, str, str]], moment: tuple[str, str, str]) -> None:
    if moment not in died:
        died.add(moment)
        raise Killed
