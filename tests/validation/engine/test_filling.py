"""A child fills returns from an extract: the same account as in this process, and no file takes the caller down."""

from pathlib import Path

import pytest

from models.themes import theme
from tests.validation.annex_a import council, sheets_of, xlsx
from validation.contract.context import Context
from validation.contract.errors import NotFilledError
from validation.engine.checking import headings
from validation.engine.filling import fill_in_child
from validation.files.readers import read
from validation.filling.extract import filled_from
from validation.synthetic import ANNOUNCED

pytestmark = pytest.mark.parts
_CONTEXT = Context(theme("domestic-abuse-2024"), ANNOUNCED, "E06000038")


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "extract"
    path.write_bytes(data)
    return path


def test_a_child_fills_what_this_process_would(tmp_path: Path) -> None:
    extract = xlsx(sheets_of(council()))
    made = fill_in_child([_file(tmp_path, extract)], _CONTEXT)
    here = filled_from([read(extract, headings())], _CONTEXT)
    assert made.account == here.to_dict()
    assert set(made.files) == set(here.returns)
    for data in made.files.values():
        assert data.startswith(b"PK")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04 no workbook", "damaged|workbook|opened"),
        (b"forename,surname\nx,y\n", "no list that we know"),
        (b"", "empty"),
    ],
)
def test_a_wrong_or_hostile_extract_is_refused_as_a_return_would_be(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(NotFilledError, match=words):
        fill_in_child([_file(tmp_path, data)], _CONTEXT)


def test_an_extract_that_needs_more_memory_than_there_is_takes_nobody_down(tmp_path: Path) -> None:
    with pytest.raises(NotFilledError, match="memory|safely|opened"):
        fill_in_child([_file(tmp_path, xlsx(sheets_of(council())))], _CONTEXT, memory_bytes=2**28)
