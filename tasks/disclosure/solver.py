"""Least and greatest values over linear relations of counts, and the cheapest cover; HiGHS solves both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from tasks.disclosure.tables import Relation

_EXACT = 1e-6
"""Solutions are within 1e-7 of the truth; what is nearer to an integer than this is one."""
Form = Mapping[str, int]
"""A sum of counts, each times a number: cell -> number."""


class UnsolvedError(Exception):
    """The solver found no solution, though the truth is one: a fault of ours."""


def solver_name() -> str:
    """Return the solver and its version, as certificates name it."""
    return f"HiGHS {version('highspy')}"


@dataclass(frozen=True, slots=True)
class Extreme:
    """A greatest value of a form.

    Attributes:
        value: the greatest.
        whole: whether it is taken at whole numbers.
        counts: a table in which the form has this value, in the order of the cells.
        reduced: cell -> by how much its limits move the value, from the duals.
    """

    value: float
    whole: bool
    counts: Sequence[float]
    reduced: Mapping[str, float]


class System:
    """Counts with limits, and relations between them; once limits change, the solver goes on from where it was."""

    def __init__(self, cells: Sequence[str], relations: Sequence[Relation]) -> None:
        self.cells = tuple(cells)
        self._place = {cell: place for place, cell in enumerate(cells)}
        self._rows = [self._row(relation) for relation in relations]
        self._complete = [relation.complete for relation in relations]
        self._linear: Any = None
        self._whole: Any = None
        self._limits: tuple[Sequence[float], Sequence[float]] = ([0.0] * len(cells), [0.0] * len(cells))

    def _row(self, relation: Relation) -> dict[int, float]:
        row = {self._place[part]: -1.0 for part in relation.parts}
        row[self._place[relation.whole]] = 1.0
        return row

    def limit(self, limits: Mapping[str, tuple[float, float]]) -> None:
        """Set the least and greatest value of every cell."""
        self._limits = ([limits[c][0] for c in self.cells], [limits[c][1] for c in self.cells])
        self._whole = None
        if self._linear is None:
            self._linear = self._program(whole=False)
        else:
            self._linear.changeColsBounds(
                len(self.cells), _numbers(range(len(self.cells))), *map(_floats, self._limits)
            )

    def greatest(self, form: Form) -> Extreme:
        """Return the greatest value of a form where counts need not be whole: never less than where they must."""
        costs = self._maximise(self._linear, form)
        solution = self._linear.getSolution()
        reduced = dict(costs)
        for row, dual in zip(self._rows, solution.row_dual, strict=True):
            if abs(dual) > _EXACT:
                for place, number in row.items():
                    reduced[place] = reduced.get(place, 0.0) - dual * number
        whole = all(abs(value - round(value)) <= _EXACT for value in solution.col_value)
        kept = {self.cells[place]: round(d, 6) for place, d in sorted(reduced.items()) if abs(d) > _EXACT}
        return Extreme(self._linear.getInfo().objective_function_value, whole, solution.col_value, kept)

    def greatest_whole(self, form: Form) -> int:
        """Return the greatest value of a form where every count is a whole number."""
        extreme = self.greatest(form)
        if extreme.whole:
            return round(extreme.value)
        if self._whole is None:
            self._whole = self._program(whole=True)
        self._maximise(self._whole, form)
        return int(round(self._whole.getInfo().objective_function_value))

    def _maximise(self, program: Any, form: Form) -> dict[int, float]:
        costs = {self._place[cell]: float(number) for cell, number in form.items()}
        dense = [costs.get(place, 0.0) for place in range(len(self.cells))]
        program.changeColsCost(len(dense), _numbers(range(len(dense))), _floats(dense))
        _run(program)
        return costs

    def _program(self, *, whole: bool) -> Any:
        import highspy

        program = _quiet()
        program.changeObjectiveSense(highspy.ObjSense.kMaximize)
        program.addVars(len(self.cells), *map(_floats, self._limits))
        for row, complete in zip(self._rows, self._complete, strict=True):
            program.addRow(0.0, 0.0 if complete else highspy.kHighsInf, len(row), _numbers(row), _floats(row.values()))
        if whole:
            kinds = [highspy.HighsVarType.kInteger] * len(self.cells)
            program.changeColsIntegrality(len(kinds), _numbers(range(len(kinds))), _kinds(kinds))
        else:
            # Without it the solver goes on from its last solution, which is what makes hundreds of questions fast.
            program.setOptionValue("presolve", "off")
        return program


@dataclass(frozen=True, slots=True)
class Choice:
    """What should hold of a choice of cells: their numbers add up to `total`, or to no less where not `exact`."""

    numbers: Mapping[str, float]
    total: float
    exact: bool = False


def cheapest(weights: Mapping[str, int], covers: Sequence[Choice]) -> frozenset[str]:
    """Return the cells of least weight in all by which every cover is met.

    Raises:
        UnsolvedError: no choice meets them all.
    """
    return least_cost(weights, covers, apart=None)


def least_cost(costs: Mapping[str, int], choices: Sequence[Choice], *, apart: int | None) -> frozenset[str]:
    """Return the cells whose choice costs least.

    Args:
        costs: of each cell where it is chosen.
        choices: what should hold.
        apart: what each 1 costs by which a choice fails to hold; None where all must hold.

    Raises:
        UnsolvedError: all must hold, and no choice does.
    """
    import highspy

    if not costs:
        return frozenset()
    cells = tuple(costs)
    place = {cell: number for number, cell in enumerate(cells)}
    count, slack = len(cells), 0 if apart is None else len(choices)
    program = _quiet()
    program.addVars(count, _floats([0.0] * count), _floats([1.0] * count))
    program.changeColsCost(count, _numbers(range(count)), _floats(costs.values()))
    program.changeColsIntegrality(count, _numbers(range(count)), _kinds([highspy.HighsVarType.kInteger] * count))
    # By how much a choice falls short, and by how much it goes too far.
    program.addVars(2 * slack, _floats([0.0] * 2 * slack), _floats([highspy.kHighsInf] * 2 * slack))
    slacks = range(count, count + 2 * slack)
    program.changeColsCost(2 * slack, _numbers(slacks), _floats([float(apart or 0)] * 2 * slack))
    program.setOptionValue("mip_rel_gap", 0.0)
    for number, choice in enumerate(choices):
        row = {place[cell]: value for cell, value in choice.numbers.items()}
        if slack:
            row |= {count + 2 * number: 1.0, count + 2 * number + 1: -1.0}
        most = choice.total if choice.exact else highspy.kHighsInf
        program.addRow(choice.total, most, len(row), _numbers(row), _floats(row.values()))
    _run(program)
    return frozenset(cell for cell, value in zip(cells, program.getSolution().col_value, strict=False) if value > 0.5)


def _quiet() -> Any:
    import highspy

    program = highspy.Highs()  # type: ignore[no-untyped-call]  # a class of the compiled library
    # One thread and one seed: the same question has the same answer on every machine (L4).
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        program.setOptionValue(option, value)
    return program


def _run(program: Any) -> None:
    import highspy

    program.run()
    if program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise UnsolvedError(program.modelStatusToString(program.getModelStatus()))


def _numbers(values: Any) -> Any:
    import numpy as np

    return np.fromiter(values, dtype=np.int32)


def _floats(values: Any) -> Any:
    import numpy as np

    return np.fromiter(values, dtype=np.float64)


def _kinds(values: Any) -> Any:
    import numpy as np

    return np.array(values)
