"""Lines add up, and both numbers are said in one sentence."""

import pytest

from validation.contract.reckoning import Reckoning


@pytest.mark.parametrize(
    ("reckoning", "sentence"),
    [
        (Reckoning(28, 26, blank=1), "Your file has 28 lines: 26 rows, 1 header, 1 blank line."),
        (Reckoning(2, 1), "Your file has 2 lines: 1 row, 1 header."),
        (
            Reckoning(1_010, 1_000, above=2, blank=3, breaks=2, left_out=2, sheet="LA-1", file=2),
            "File 2, LA-1, has 1,010 lines: 1,000 rows, 1 header, 2 lines above the headers, 3 blank lines, 2 lines "
            "inside a cell with line breaks, 2 lines that we did not read as rows, listed below.",
        ),
    ],
)
def test_sentence_names_every_line(reckoning: Reckoning, sentence: str) -> None:
    assert (reckoning.missing, reckoning.sentence) == (0, sentence)


def test_line_that_is_none_of_them_is_missing() -> None:
    assert Reckoning(28, 25, blank=1).missing == 1


def test_reckoning_comes_back_from_a_report() -> None:
    reckoning = Reckoning(28, 26, blank=1, sheet="LA-1")
    assert Reckoning.from_dict(reckoning.to_dict()) == reckoning
