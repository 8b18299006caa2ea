"""What is asked of different cells is answered as if every cell were asked."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from validation.files.readers.distinct import columns_where, distinct_of, records_like

_CELLS = st.sampled_from([None, "", "a", "#x", "#y", " b", "c#"])


@st.composite
def _frames(draw: st.DrawFn) -> pl.DataFrame:
    height = draw(st.integers(0, 30))
    columns = {str(n): draw(st.lists(_CELLS, min_size=height, max_size=height)) for n in range(draw(st.integers(1, 4)))}
    times = draw(st.integers(1, 9))
    return pl.DataFrame(
        {name: cells * times for name, cells in columns.items()}, schema=dict.fromkeys(columns, pl.String)
    )


@examples(150)
@given(_frames())
def test_answers_are_those_of_all_cells(frame: pl.DataFrame) -> None:
    distinct = distinct_of(frame)
    texts = {name: [cell or "" for cell in frame[name]] for name in frame.columns}
    assert columns_where(distinct, dict.fromkeys(frame.columns, lambda cell: cell.str.starts_with("#"))) == [
        name for name, cells in texts.items() if any(cell.startswith("#") for cell in cells)
    ]
    assert list(records_like(frame, distinct, "#.")) == [
        (column, record)
        for column, cells in enumerate(texts.values())
        for record, cell in enumerate(cells)
        if "#" in cell[:-1]
    ]


def test_only_a_column_that_repeats_its_cells_is_shortened() -> None:
    frame = pl.DataFrame({"few": ["a", "b"] * 50, "many": [str(n) for n in range(100)]})
    distinct = distinct_of(frame)
    assert sorted(distinct["few"]) == ["a", "b"]
    assert distinct["many"].equals(frame["many"])
    assert columns_where(distinct, {}) == []
