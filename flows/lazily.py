"""Functions that are imported with their first call, so that a run which finds nothing to do pays for nothing."""

from collections.abc import Callable
from importlib import import_module
from typing import Any


def lazily(path: str) -> Callable[..., Any]:
    """Return a function that imports `package.module:name` when it is first called, and calls that."""
    module, _, name = path.partition(":")

    def call(*args: Any, **keywords: Any) -> Any:
        return getattr(import_module(module), name)(*args, **keywords)

    call.__qualname__ = call.__name__ = name
    return call
