"""A file that stops our reader is unreadable, in words and with the kind of fault for whoever runs the service."""

import errno
from collections.abc import Callable
from typing import TypeVar

from validation.contract.errors import OurFaultError, UnreadableError
from validation.files import refusals

T = TypeVar("T")
# What says nothing of the file: the caller has too little memory, wants to stop, or has named the fault already.
_PASSED_ON = (UnreadableError, OurFaultError, MemoryError, SystemError, KeyboardInterrupt, SystemExit, GeneratorExit)


def guarded(work: Callable[[], T]) -> T:
    """Return what a piece of reading returns; what it raises becomes a refusal, as it would be raised for ever (L9).

    Raises:
        UnreadableError: the reader stopped; the error carries the kind of fault alone, since its text may quote the
            file (L5).
    """
    try:
        return work()
    except _PASSED_ON:
        raise
    except BaseException as error:
        if is_out_of_memory(error):
            raise
        fault = type(error).__name__
    # Raised out here, where the error behind it is no longer attached.
    raise UnreadableError(refusals.READER_STOPPED, fault=fault)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether a fault says of the file that it needs more memory than there is."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    # The interpreter says SystemError where memory runs out in the middle of an import.
    if isinstance(error, MemoryError | SystemError):
        return True
    # A panic of the libraries in Rust is outside the usual family. Where memory is short, it is no thread or no stack.
    text = str(error).lower()
    return not isinstance(error, Exception) and ("thread" in text or f"os error {errno.ENOMEM}" in text)
