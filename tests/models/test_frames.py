"""Frames that cross from room to room are what they were declared to be, or the fault is ours and quotes no cell."""

import os
import subprocess
import sys
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from models.frames import CELLS, DEPTH, Frame, FrameColumn, FrameError
from validation.engine.accepted import accepted
from validation.returns import CONTRACTS

_CANARY = "Zebulonia"


class Links(Frame):
    """Records and their children."""

    return_ = FrameColumn(pl.String(), "The return.")
    row = FrameColumn(pl.Int64(), "The line.", least=2)
    child = FrameColumn(pl.String(), "The child.", nullable=True)
    role = FrameColumn(pl.String(), among=("victim", "perpetrator"))
    probability = FrameColumn(pl.Float64(), least=0, most=1)
    key = ("return", "row")


_GOOD = pl.DataFrame([("LA-DA", 2, None, "victim", 0.5)], Links.schema, orient="row")


def test_frame_as_declared_crosses_unchanged_and_so_does_one_without_rows() -> None:
    assert Links.crossing(_GOOD) is _GOOD
    assert Links.crossing(Links.empty()).is_empty()


def test_model_is_a_pandera_model_with_names_types_blanks_and_words() -> None:
    assert issubclass(Links.model(), pa.DataFrameModel)
    columns = Links.model().to_schema().columns
    assert {name: (c.dtype.type, c.nullable, c.description) for name, c in columns.items()} == {
        name: (c.dtype, c.nullable, c.words or None) for name, c in Links.columns.items()
    }
    assert Links.model() is Links.model()


@pytest.mark.parametrize(
    ("frame", "wrong"),
    [
        (_GOOD.drop("child"), "without child"),
        (_GOOD.with_columns(name=pl.lit(_CANARY)), "with name"),
        (_GOOD.with_columns(row=pl.lit(_CANARY)), "where row is String"),
        (_GOOD.select(reversed(_GOOD.columns)), "its columns are in another order"),
    ],
)
@pytest.mark.parametrize("depth", ["", CELLS])
def test_l5_names_and_types_are_held_everywhere(
    frame: pl.DataFrame, wrong: str, depth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEPTH, depth)
    with pytest.raises(FrameError, match=f"The frame Links is not as declared: {wrong}.") as caught:
        Links.crossing(frame)
    assert _CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("frame", "wrong"),
    [
        (_GOOD.with_columns(role=pl.lit(_CANARY)), r"role \(dataframe_check\)"),
        (_GOOD.with_columns(probability=pl.lit(1.5)), r"probability \(dataframe_check\)"),
        (_GOOD.with_columns(row=pl.lit(1, pl.Int64)), r"row \(dataframe_check\)"),
        (_GOOD.with_columns(pl.lit(None, pl.String).alias("return")), r"return \(series_contains_nulls\)"),
        (pl.concat([_GOOD, _GOOD]), r"Links \(duplicates\)"),
    ],
)
def test_l5_cells_are_held_in_tests_and_rehearsals_and_never_quoted(
    frame: pl.DataFrame, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FrameError, match=wrong) as caught:
        Links.crossing(frame)
    assert _CANARY not in str(caught.value)
    assert caught.value.__context__ is None
    monkeypatch.delenv(DEPTH)
    assert Links.crossing(frame) is frame


class Marks(Frame):
    """A frame in which blanks are allowed and doubles are not."""

    number = FrameColumn(pl.Int64(), nullable=True, unique=True)
    share = FrameColumn(pl.Float64(), nullable=True, least=0, most=1)
    word = FrameColumn(pl.String(), nullable=True, among=("a", "b"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, 1, 2, 3]),
            st.sampled_from([None, 0.0, 1.0, 0.5, -0.5, 1.5, float("nan")]),
            st.sampled_from([None, "a", "b", "c"]),
        ),
        max_size=3,
    )
)
def test_a_frame_crosses_where_pandera_finds_nothing_and_nowhere_else(rows: list[tuple[object, ...]]) -> None:
    frame = pl.DataFrame(rows, Marks.schema, orient="row")
    try:
        Marks.model().validate(frame, lazy=True)
    except SchemaErrors:
        with pytest.raises(FrameError):
            Marks.crossing(frame)
    else:
        assert Marks.crossing(frame) is frame


def test_a_column_may_have_another_name_than_its_attribute() -> None:
    class Named(Frame):
        """A frame with a column that is no good name in the code."""

        first = FrameColumn(pl.String(), name="one")

    assert list(Named.schema) == list(Named.columns) == ["one"]
    assert Named.crossing(pl.DataFrame({"one": ["a"]})).height == 1


def test_accepted_frames_of_every_sheet_have_a_model() -> None:
    for contract in CONTRACTS.values():
        for sheet in contract.sheets:
            frame = accepted(sheet)
            assert list(frame.schema) == ["row", *sheet.names]
            assert frame.crossing(frame.empty()).is_empty()
            assert accepted(sheet) is frame


@pytest.mark.parts
def test_declaring_and_comparing_costs_no_import_of_pandera() -> None:
    program = (
        "import sys\nimport polars as pl\nfrom models.frames import Frame, FrameColumn\n"
        "class A(Frame):\n    a = FrameColumn(pl.String())\n"
        "A.crossing(A.empty())\nassert not [name for name in sys.modules if name.startswith('pandera')]\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != DEPTH}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
