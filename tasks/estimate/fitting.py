"""Log-linear models of which lists hold a child, fitted to many tables at once by iterated least squares."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import lgamma

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pair = tuple[int, int]

_STEPS = 60
_CLOSE = 1e-7
# Logarithms of expected counts are kept within this, where a table with empty cells would drive them to infinity.
_BOUND = 25.0
# So little that no estimate moves, and enough that a table with empty margins can be solved.
_RIDGE = 1e-6
# A longer step, in units of a logarithm, overshoots where cells are empty.
_STRIDE = 3.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model fitted to tables.

    Attributes:
        expected: table by cell, the counts that the model expects.
        likelihood: of each table, the logarithm of its multinomial likelihood with the total unknown.
    """

    expected: Floats
    likelihood: Floats


def pairs_of(lists: int) -> tuple[Pair, ...]:
    """Return every pair of lists."""
    return tuple(combinations(range(lists), 2))


def design(lists: int, pairs: Sequence[Pair]) -> Floats:
    """Return the design of a model: cell by term. Bit `i` of a cell's number says whether list `i` holds the child.

    Args:
        lists: how many there are.
        pairs: of lists that depend on each other in this model.
    """
    cells = np.arange(1 << lists)
    listed = [(cells >> place & 1).astype(float) for place in range(lists)]
    return np.column_stack([np.ones(len(cells)), *listed, *(listed[i] * listed[j] for i, j in pairs)])


def fit(tables: Floats, model: Floats) -> Fitted:
    """Fit a model to tables.

    Args:
        tables: table by cell, counts of children that need not be whole.
        model: of `design`; without its first row where the tables leave out the children in no list.
    """
    # Terms are 0 or 1 in each cell, so that most products of two of them are the same columns over again.
    products = np.einsum("ci,cj->ijc", model, model).reshape(-1, len(model))
    columns, which = np.unique(products, axis=0, return_inverse=True)
    terms = _times(np.log(tables + 0.5), np.asarray(np.linalg.pinv(model), float))
    shape = (len(tables), model.shape[1], model.shape[1])
    for _ in range(_STEPS):
        expected = _expected(terms, model)
        score = _times(tables - expected, model.T)
        information = _times(expected, columns)[:, which.ravel()].reshape(shape) + _RIDGE * np.eye(shape[1])
        step = np.linalg.solve(information, score[..., None])[..., 0]
        largest = np.abs(step).max(axis=1, keepdims=True)
        terms = terms + step / np.maximum(1.0, largest / _STRIDE)
        if largest.max() < _CLOSE:
            break
    expected = _expected(terms, model)
    return Fitted(expected, _likelihood(tables, expected))


def _expected(terms: Floats, model: Floats) -> Floats:
    return np.asarray(np.exp(np.clip(_times(terms, model), -_BOUND, _BOUND)))


def _times(rows: Floats, columns: Floats) -> Floats:
    """Return each row times each column.

    Not by `@`: what its threads add up depends on how many there are (L4), and on small tables they get in each other's
    way.
    """
    return np.asarray(np.einsum("bc,uc->bu", rows, columns))


def _likelihood(tables: Floats, expected: Floats) -> Floats:
    shares = expected / expected.sum(axis=1, keepdims=True)
    spread = _log_factorial(tables.sum(axis=1)) - _log_factorial(tables).sum(axis=1)
    return np.asarray(spread + (tables * np.log(shares)).sum(axis=1))


def _log_factorial(counts: Floats) -> Floats:
    values, where = np.unique(counts, return_inverse=True)
    return np.array([lgamma(value + 1) for value in values])[where].reshape(counts.shape)
