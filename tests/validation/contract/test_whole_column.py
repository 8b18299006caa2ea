"""The sentence about a whole column says of how many cells it is, and can be read again."""

import pytest

from validation.contract.whole_column import about_column, about_run, cells_meant, is_about_column, run_length
from validation.files.rules.cells import NO_VALUES


@pytest.mark.parametrize("cells", [20, 999, 1_000, 1_234_567])
def test_the_number_of_cells_is_read_back(cells: int) -> None:
    assert cells_meant(about_column(cells, "Wrong.")) == cells
    run = about_run(cells, "F5", f"F{4 + cells}", "Wrong.")
    assert (cells_meant(run), is_about_column(run), run_length(run)) == (cells, False, cells)
    assert run_length(about_column(cells, "Wrong.")) == 1


def test_words_for_nothing_down_a_column_count_too() -> None:
    assert cells_meant(NO_VALUES.about(count="26")) == 26


@pytest.mark.parametrize("message", ["", "Wrong.", "The cell says: This is so in 20 cells", "This is so in cells."])
def test_other_sentences_are_about_one_place(message: str) -> None:
    assert cells_meant(message) is None
