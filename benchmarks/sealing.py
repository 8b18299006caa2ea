"""What sealing costs: from an upload to its verdict and in the store alone, sealed and plain by turns in one run."""

import io
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.returns import la_da
from deployments.stack import Stack
from models.scopes import scope_of
from tasks.ground import store, vault
from tasks.returns.uploads import open_upload, upload_completed
from tests.stacks import no_addresses, pointed_at
from tests.tasks.steps import announced, checked

_ROWS = 10_000
_LARGE = 64 << 20


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure on a database and a store of their own."""
    with no_addresses():
        stack = Stack(folder / "sealing", prefect=False)
        with stack, pointed_at(stack):
            made = [_verdict(folder, 4 if quick else 12), *_large(3 if quick else 7)]
        stack.destroy()
    return made


@contextmanager
def _plain() -> Iterator[None]:
    """Store everything plain while a block runs: a switch that only this benchmark has."""
    modules = (store, vault)
    try:
        for module in modules:
            module.scope_of = lambda _key: None  # type: ignore[attr-defined]
        yield
    finally:
        for module in modules:
            module.scope_of = scope_of  # type: ignore[attr-defined]


def _by_turns(work: Callable[[int], object], rounds: int) -> tuple[float, float]:
    """Return the median seconds of a piece of work sealed and plain; the first of each is not counted."""
    sealed, plain = [], []
    for number in range(rounds + 1):
        sealed.append(_seconds(work, 2 * number))
        with _plain():
            plain.append(_seconds(work, 2 * number + 1))
    return statistics.median(sealed[1:]), statistics.median(plain[1:])


def _seconds(work: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    work(number)
    return time.perf_counter() - started


def _verdict(folder: Path, rounds: int) -> Figure:
    data = la_da(folder, _ROWS).read_bytes()
    # Two inspections: what one stored sealed, the other must not read with the switch thrown.
    refs = announced("E06000038"), announced("E06000045")

    def send(number: int) -> None:
        ref = refs[number % 2]
        upload = open_upload(f"{ref}-la-da", "la-da.csv", uploader="bench")
        # Each time another number of lines that hold nothing: the same bytes again would make no version.
        store.put_stream(upload.key, io.BytesIO(data + b"\n" * (number + 1)), filename="la-da.csv")
        upload_completed(upload.id)
        checked(ref)

    sealed, plain = _by_turns(send, rounds)
    note = f"{_ROWS:,} rows in one process: {sealed * 1000:.0f} ms, plain {plain * 1000:.0f} ms"
    return Figure("upload to verdict, sealed / plain", sealed / plain, "x", 1.10, note=note)


def _large(rounds: int) -> Iterator[Figure]:
    body, ref = os.urandom(_LARGE), "bench-domestic-abuse-2024-20250224"

    def put(number: int) -> None:
        store.put_stream(f"documents/{ref}/put-{number}", io.BytesIO(body))

    def read(number: int) -> None:
        assert sum(map(len, store.chunks(f"documents/{ref}/put-{number}"))) == _LARGE

    for name, work in (("put", put), ("read", read)):
        sealed, plain = _by_turns(work, rounds)
        size = _LARGE >> 20
        note = f"{size / sealed:.0f} MiB/s, plain {size / plain:.0f} MiB/s"
        yield Figure(f"{size} MiB {name}, sealed / plain", sealed / plain, "x", 2.0, note=note)


if __name__ == "__main__":
    import tempfile

    from benchmarks.figures import table

    with tempfile.TemporaryDirectory() as scratch:
        print(table(figures(Path(scratch), quick=False)))
