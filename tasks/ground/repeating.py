"""Does something again and again beside a piece of work, for as long as that takes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread


@contextmanager
def meanwhile(name: str, seconds: float, do: Callable[[], bool]) -> Iterator[None]:
    """Call `do` every so many seconds while the block runs, until it returns False; it must not raise.

    Work that ends sooner never calls it.

    Args:
        name: of the thread.
        seconds: between two calls.
        do: what to do; whether to go on.
    """
    done = Event()

    def again() -> None:
        while not done.wait(seconds) and do():
            pass

    # In the context of whoever starts it, so that what it does counts as that run's.
    thread = Thread(target=copy_context().run, args=(again,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
