"""What a good return is: one contract per return, and the readers, messages and reports derived from it."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validation.engine.schemas import parsed, schema

__all__ = ["parsed", "schema"]


def __getattr__(name: str) -> object:
    """Return one of the names that a notebook starts from; pandera is imported where they are used, and not before.

    Raises:
        AttributeError: there is no such name.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("validation.engine.schemas"), name)
