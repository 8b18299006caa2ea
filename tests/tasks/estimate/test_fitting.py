"""Models are fitted rightly: against what can be worked out by hand."""

import numpy as np
import pytest

from tasks.estimate.fitting import design, fit, pairs_of

# Of two lists that depend on nothing, 60 in the first alone, 40 in the second alone, 20 in both.
TWO = np.array([[0.0, 60.0, 40.0, 20.0]])


def test_a_model_has_a_term_for_all_each_list_and_each_pair_that_it_names() -> None:
    assert pairs_of(3) == ((0, 1), (0, 2), (1, 2))
    assert design(3, [(0, 2)]).shape == (8, 5)
    assert design(3, [(0, 2)])[0b101].tolist() == [1, 1, 0, 1, 1]


def test_two_independent_lists_expect_the_children_of_lincoln_and_petersen() -> None:
    fitted = fit(TWO[:, 1:], design(2, [])[1:])
    constant = fitted.expected[0] @ np.array([1, 1, -1 / 1])
    # Three cells and three terms: what is expected is what is there, and no list at all is 60 * 40 / 20.
    assert fitted.expected[0] == pytest.approx([60, 40, 20], rel=1e-4)
    assert constant == pytest.approx(80, rel=1e-4)
    whole = fit(np.array([[120.0, 60.0, 40.0, 20.0]]), design(2, []))
    assert whole.expected[0] == pytest.approx([120, 60, 40, 20], rel=1e-4)


def test_margins_of_what_is_expected_are_those_of_the_table() -> None:
    table = np.random.default_rng(1).integers(0, 90, (5, 16)).astype(float)
    model = design(4, pairs_of(4))
    expected = fit(table, model).expected
    assert expected @ model == pytest.approx(table @ model, rel=1e-3, abs=1e-3)


def test_tables_fitted_together_come_out_as_each_alone() -> None:
    tables = np.random.default_rng(2).integers(0, 50, (3, 8)).astype(float)
    model = design(3, [(0, 1)])
    together = fit(tables, model).expected
    assert together == pytest.approx(np.vstack([fit(table[None], model).expected for table in tables]), rel=1e-5)


def test_empty_cells_and_empty_lists_end_in_numbers() -> None:
    tables = np.array([[0, 5, 0, 0, 7, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 9]], float)
    fitted = fit(tables, design(3, pairs_of(3)))
    assert np.isfinite(fitted.expected).all()
    assert np.isfinite(fitted.likelihood).all()
