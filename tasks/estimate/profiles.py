"""How sure each number of unseen children is: the profile likelihood, averaged over the ways records may be linked."""

from dataclasses import dataclass
from math import erf, inf, sqrt

import numpy as np

from tasks.estimate.fitting import Floats, fit

_ROUGH, _FINE = 36, 72
# Beyond these certainties no end of an interval lies.
_NEARLY_NONE, _NEARLY_ALL = 0.0005, 0.9995


@dataclass(frozen=True, slots=True)
class Curve:
    """How sure it is that no more than so many children are unseen.

    Attributes:
        unseen: numbers of children, rising from 0.
        sure: for each of them, from 0 to 1, never falling.
    """

    unseen: Floats
    sure: Floats

    def at(self, share: float) -> float:
        """Return the number that the unseen children do not exceed, with this certainty.

        It is 0 where that certainty is reached with nobody unseen, and infinite where the curve does not reach it.
        """
        if share <= self.sure[0]:
            return 0.0
        if share > self.sure[-1]:
            return inf
        return float(np.interp(share, self.sure, self.unseen))


def possible(fewest: float, most: float, points: int = _FINE) -> Floats:
    """Return numbers of unseen children to try, ever further apart."""
    return np.asarray(np.expm1(np.linspace(np.log1p(fewest), np.log1p(most), points)))


def certainty(tables: Floats, model: Floats, unseen: Floats) -> Floats:
    """Return how sure a model is of each number of unseen children, for each table.

    The signed root of the likelihood ratio is taken as normal. The likelihood is that of a multinomial whose total is
    not known, at its greatest for each number of children in no list (Cormack, Biometrics 48, 1992).

    Args:
        tables: table by cell; the first cell, of children in no list, is not read.
        model: of `design`.
        unseen: of `possible`.

    Returns:
        table by number.
    """
    tried = np.repeat(tables, len(unseen), axis=0)
    tried[:, 0] = np.tile(unseen, len(tables))
    likelihood = fit(tried, model).likelihood.reshape(len(tables), len(unseen))
    best = likelihood.argmax(axis=1)[:, None]
    distance = np.sqrt(2 * np.maximum(0.0, np.take_along_axis(likelihood, best, axis=1) - likelihood))
    root = np.where(np.arange(len(unseen)) < best, -distance, distance)
    normal = np.array([(1 + erf(value / sqrt(2))) / 2 for value in root.ravel()]).reshape(root.shape)
    return np.asarray(np.maximum.accumulate(normal, axis=1))


def averaged(tables: Floats, model: Floats, times: float) -> Curve:
    """Return the certainty over several tables of the same children, each as likely as the next.

    Each table is one way in which the records may be linked. Averaging the certainties carries the doubt about links
    into every interval that is read off the curve.
    """
    different, often = np.unique(tables, axis=0, return_counts=True)
    unseen = possible(0, float(tables.sum(axis=1).mean()) * times, _ROUGH)
    sure = np.average(certainty(different, model, unseen), axis=0, weights=often)
    # Looked at once more, closely, where the ends and the middle lie.
    first = max(0, int(np.searchsorted(sure, _NEARLY_NONE)) - 1)
    last = min(len(sure) - 1, int(np.searchsorted(sure, _NEARLY_ALL)) + 1)
    closely = possible(unseen[first], unseen[last])
    return Curve(closely, np.average(certainty(different, model, closely), axis=0, weights=often))
