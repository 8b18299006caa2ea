"""The archive that holds a reduced file: read again as the same, in bytes that depend on nothing else."""

import io
import zipfile

import polars as pl
import pytest

from validation.contract.errors import InternalFaultError
from validation.files.copies import copy_of, read_copy
from validation.files.readers import Account, Grid, Read
from validation.files.readers.grid import Mark

_FRAME = pl.DataFrame({"0": ['a,"b"', None, " x\r"], "1": ["line\nbreak", "é\t", None]})
_GRID = Grid(
    "POL-1",
    _FRAME,
    pl.Series([1, 2, 7]),
    pl.Series([1, 3, 9]),
    offset=2,
    overlong=(3,),
    visible=False,
    above=(("Title", ""),),
    marks=(Mark("merged", 1, 2, 2, 3),),
    account=Account(9, 3, 1, (4,)),
    hidden_columns=(3,),
    wider=(4,),
    joined=(5,),
)
_FILE = Read(
    (_GRID, Grid("", _FRAME.head(0), pl.Series([], dtype=pl.Int64), pl.Series([], dtype=pl.Int64))), ("Said.",)
)


def test_all_that_a_reader_knows_of_a_file_comes_back() -> None:
    found = read_copy(copy_of(_FILE))
    assert found.notes == _FILE.notes
    for one, other in zip(found.grids, _FILE.grids, strict=True):
        assert one.frame.equals(other.frame)
        assert (one.lines.to_list(), one.places.to_list()) == (other.lines.to_list(), other.places.to_list())
        named = (
            "name",
            "offset",
            "overlong",
            "visible",
            "above",
            "marks",
            "account",
            "hidden_columns",
            "wider",
            "joined",
        )
        assert [getattr(one, name) for name in named] == [getattr(other, name) for name in named]


def test_people_find_rows_and_columns_where_their_spreadsheet_has_them() -> None:
    with zipfile.ZipFile(io.BytesIO(copy_of(_FILE))) as archive:
        assert archive.namelist() == ["layout.json", "sheet-1.csv", "sheet-2.csv"]
        lines = archive.read("sheet-1.csv").decode().split("\n")
    assert lines[0] == "row,C,D"
    assert lines[1].startswith('1,"a,""b"""')


def test_l4_the_same_file_gives_the_same_bytes_with_no_date_in_them() -> None:
    assert copy_of(_FILE) == copy_of(_FILE)
    with zipfile.ZipFile(io.BytesIO(copy_of(_FILE))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    "data", [b"", b"PK", copy_of(_FILE)[:-30], copy_of(_FILE).replace(b"jtai-reduced", b"jtai-another")]
)
def test_l9_what_is_no_copy_is_our_fault(data: bytes) -> None:
    with pytest.raises(InternalFaultError):
        read_copy(data)
