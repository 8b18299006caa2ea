"""What a child is given and what it leaves: whole, unchanged, without a name, and read as far as it came."""

import os
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.examples import examples
from validation.engine.memory_files import Leaving, files_of, given, job_of, left_in, memory_file, read_all

_FILES = st.lists(st.binary(max_size=90), max_size=5)
_LEFT = st.lists(st.tuples(st.text(max_size=9), st.binary(max_size=90)), max_size=5)


@for_all(files=_FILES, word=st.text(max_size=9))
@examples(60)
def test_a_child_takes_what_it_was_given(files: list[bytes], word: str) -> None:
    with given({"word": word}, files) as file:
        job = job_of(file.fileno())
        assert (job["word"], files_of(file.fileno(), job)) == (word, files)


def test_a_path_and_pieces_are_given_as_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"rows")
    with given({}, [tmp_path / "a.csv", iter([b"ro", b"", b"ws"]), b""]) as file:
        assert files_of(file.fileno(), job_of(file.fileno())) == [b"rows", b"rows", b""]
    with pytest.raises(FileNotFoundError), given({}, [tmp_path / "b.csv"]):
        raise AssertionError


def test_l9_nobody_changes_what_was_given() -> None:
    with given({}, [b"rows"]) as file:
        for change in (lambda n: os.pwrite(n, b"x", 0), lambda n: os.ftruncate(n, 0), lambda n: os.ftruncate(n, 99)):
            with pytest.raises(PermissionError):
                change(file.fileno())
        assert files_of(file.fileno(), job_of(file.fileno())) == [b"rows"]


def test_l5_a_file_in_memory_has_no_name_and_is_gone_once_it_is_closed() -> None:
    with memory_file(b"rows") as file:
        link = Path(f"/proc/self/fd/{file.fileno()}")
        assert str(link.readlink()) == "/memfd:jtai (deleted)"
        assert os.fstat(file.fileno()).st_nlink == 0
    assert not link.exists() or "memfd" not in str(link.readlink())


@for_all(entries=_LEFT, cut=st.integers(0, 600))
@examples(100)
def test_what_a_child_left_is_read_as_far_as_it_came(entries: list[tuple[str, bytes]], cut: int) -> None:
    with memory_file() as file:
        leaving = Leaving(file.fileno())
        for name, data in entries:
            leaving.put(name, data)
        whole = read_all(file.fileno(), 0, 1 << 20)
    assert left_in(whole) == dict(entries)
    left = left_in(whole[:cut])
    came = [dict(entries[:count]) for count in range(len(entries) + 1)]
    assert left in came
    assert left_in(whole[: len(whole) - 1] if entries else b"") == dict(entries[:-1])
