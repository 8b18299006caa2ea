"""Files for a moment are as any file to whoever has them, and noise to whoever has the disk."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ground import passing
from tasks.ground.passing import MEMORY, passing_file
from tests.examples import examples
from tests.searching import nameless_files

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.binary(max_size=70)),
        st.tuples(st.just("read"), st.integers(-1, 90)),
        st.tuples(st.just("seek"), st.integers(0, 200)),
    ),
    max_size=25,
)


@pytest.mark.parametrize("memory", [0, 7, MEMORY])
@given(steps=_STEPS)
@examples(60)
def test_it_reads_and_writes_as_any_file(memory: int, steps: list[tuple[str, bytes | int]]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        # Zero is for ever in memory where files are spooled; the disk begins at one byte.
        patched.setattr(passing, "MEMORY", memory or 1)
        with passing_file() as ours, io.BytesIO() as theirs:
            for what, given_ in steps:
                # Beyond its end a file grows by zeros, which ours does not hide: nobody here goes there.
                step = min(given_, len(theirs.getvalue())) if what == "seek" else given_
                assert getattr(ours, what)(step) == getattr(theirs, what)(step)
            ours.seek(0)
            assert ours.read() == theirs.getvalue()


def test_l5_nothing_of_it_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    row = b"Quackenbush,1978\n"
    data = row * (3 * MEMORY // len(row))
    with passing_file() as file:
        file.write(data)
        file.seek(0)
        assert hashlib.file_digest(file, "sha256").digest() == hashlib.sha256(data).digest()  # type: ignore[arg-type]
        (nameless,) = nameless_files(tmp_path)
        assert len(nameless) >= len(data) - MEMORY
        assert b"Quackenbush" not in nameless
        # The same row again and again is no pattern either.
        assert len({nameless[at : at + len(row)] for at in range(0, 100 * len(row), len(row))}) == 100
        assert list(tmp_path.iterdir()) == []
    assert nameless_files(tmp_path) == []


def test_an_archive_is_read_from_it() -> None:
    with passing_file() as file:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a", b"x" * 3 * MEMORY)
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            assert len(archive.read("a")) == 3 * MEMORY
