"""A file that stops our reader is unreadable, in words and with the kind of fault for whoever runs the service."""

from collections.abc import Iterator
from contextlib import contextmanager

from validation.contract.errors import OurFaultError, UnreadableError
from validation.files import refusals

# What says nothing of the file: the caller has too little memory, wants to stop, or has named the fault already.
_PASSED_ON = (UnreadableError, OurFaultError, MemoryError, SystemError, KeyboardInterrupt, SystemExit, GeneratorExit)


@contextmanager
def guarded() -> Iterator[None]:
    """Turn whatever a reader raises at a file into a refusal: the same file would stop it for ever (L9).

    Raises:
        UnreadableError: the reader stopped; the error carries the kind of fault alone, since its text may quote the
            file (L5).
    """
    fault = ""
    try:
        yield
    except _PASSED_ON:
        raise
    except BaseException as error:
        # A panic of the libraries in Rust is outside the usual family; where no thread can start, memory is short.
        if not isinstance(error, Exception) and "thread" in str(error).lower():
            raise
        fault = type(error).__name__
    if fault:
        # Raised out here, where the error behind it is no longer attached.
        raise UnreadableError(refusals.READER_STOPPED, fault=fault)
