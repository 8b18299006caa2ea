"""The certainty of a number of unseen children: against the closed form of two lists, and over several linkages."""

from math import inf

import numpy as np
import pytest

from tasks.estimate.fitting import design
from tasks.estimate.profiles import Curve, averaged, certainty, possible

TWO = np.array([[0.0, 600.0, 400.0, 200.0]])


def test_the_middle_of_two_independent_lists_is_lincoln_and_petersens_number() -> None:
    curve = averaged(TWO, design(2, []), 12)
    assert curve.at(0.5) == pytest.approx(1200, rel=0.01)
    # Its standard error is sqrt(n1 n2 (n1 - m)(n2 - m) / m^3), with 800 and 600 children and 200 in both.
    error = (800 * 600 * 600 * 400 / 200**3) ** 0.5
    assert curve.at(0.975) - curve.at(0.025) == pytest.approx(2 * 1.96 * error, rel=0.03)


def test_certainty_never_falls() -> None:
    tables = np.random.default_rng(4).integers(1, 60, (6, 8)).astype(float)
    sure = certainty(tables, design(3, [(0, 1)]), possible(0, 4800))
    assert (np.diff(sure, axis=1) >= 0).all()


def test_a_curve_ends_at_nobody_and_at_no_end() -> None:
    curve = Curve(np.array([0.0, 10.0, 20.0]), np.array([0.3, 0.6, 0.9]))
    assert [curve.at(0.025), curve.at(0.45), curve.at(0.975)] == [0.0, pytest.approx(5), inf]


def test_doubt_between_two_linkages_makes_the_interval_wider_than_either_has_it() -> None:
    tables = np.array([[0.0, 600.0, 400.0, 200.0], [0.0, 550.0, 350.0, 250.0]])
    model = design(2, [])
    both = averaged(tables, model, 12)
    alone = [averaged(table[None], model, 12) for table in tables]
    assert both.at(0.025) == pytest.approx(min(curve.at(0.025) for curve in alone), rel=0.15)
    assert both.at(0.975) > sum(curve.at(0.975) for curve in alone) / 2
    assert averaged(np.repeat(TWO, 5, axis=0), model, 12).at(0.9) == pytest.approx(averaged(TWO, model, 12).at(0.9))
