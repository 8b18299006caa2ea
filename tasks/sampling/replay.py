"""The state of a sample while decisions are replayed on it, and the rules that each decision must keep."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from models.refusals import Refusal
from models.themes import MARGINS, SamplingPlan
from models.words import count
from tasks.sampling.drawing import draw
from tasks.sampling.people import is_somebody, same_person
from tasks.sampling.sample import CHOSEN, TRACKED, Row, Sample


class DecisionError(Refusal):
    """A decision that the rules do not allow."""


class AlreadyApprovedError(DecisionError):
    """A decision came after the approval."""

    def __init__(self) -> None:
        super().__init__(
            "The sample is approved. After that, only children of the wider sample, whose labels begin with S, can be "
            "taken out or replaced."
        )


class NobodyError(DecisionError):
    """A decision without anybody's name."""

    def __init__(self) -> None:
        super().__init__("Nobody is named as having decided. Give your name, for example Alex Lee.")


class UnknownLabelError(DecisionError):
    """No such child in the sample."""

    def __init__(self, label: str) -> None:
        super().__init__(f"There is no child {label} in the sample as it stands.")


class SecondApproverError(DecisionError):
    """A child was to be taken out by one person alone."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"Taking {label} out of the sample needs 2 different people. Name the second approver, in full where "
            "both names are alike."
        )


class NoReserveError(DecisionError):
    """The stratum has no reserve left that keeps the rules."""

    def __init__(self, label: str, stratum: str) -> None:
        super().__init__(f"{label} cannot be replaced: no reserve is left in {stratum}. Eliminate the child or redraw.")


class NoReserveForMinimumsError(DecisionError):
    """No reserve is left with whom the minimums of the margins would hold as before."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} cannot be replaced: with none of the reserves left would the plan's minimums hold as they do "
            f"with {label}. Eliminate the child or redraw."
        )


class BelowMinimumError(DecisionError):
    """Fewer children would be tracked than the theme wants, by one person's word."""

    def __init__(self, tracked: int, least: int) -> None:
        super().__init__(
            f"Only {count(tracked, 'child', 'children')} would be tracked, and the theme needs at least {least}. "
            "Replace those eliminated or redraw. You can also approve it as it is with a second approver."
        )


class ReserveReplacedError(DecisionError):
    """A reserve has no place in the sample that another child could fill."""

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} is a reserve and holds no place. Eliminate it instead.")


class NothingToRedrawError(DecisionError):
    """A redraw without the frame, or with no new seed."""

    def __init__(self) -> None:
        super().__init__("A redraw needs the frozen cohort frame and a new seed.")


def is_sampled(label: str) -> bool:
    """Return whether a label is that of a child of the wider sample."""
    return label.startswith("S")


class Deciding:
    """A sample on its way from draw to approval."""

    def __init__(
        self, sample: Sample, plan: Mapping[str, Any], frame: pl.DataFrame | None, without: Iterable[str] = ()
    ) -> None:
        self.sample = sample
        self._plan = SamplingPlan.model_validate(plan)
        self._frame = frame
        self._gone: dict[str, Row] = {}
        self._out = set(without)
        self._replaced: set[str] = set()
        # A label once used is never given to another child.
        self._last = {letter: sum(row.label.startswith(letter) for row in sample.rows) for letter in "TS"}

    def check_open(self, by: str, leaving: str = "") -> None:
        """Raise a DecisionError if nobody is named, or once the sample is approved.

        Args:
            by: who decides.
            leaving: label of a child who is to leave; one of the wider sample may after the approval too, as nothing
                was prepared for it that cannot be asked of another.
        """
        if not is_somebody(by):
            raise NobodyError
        if self.sample.approved_by is not None and not is_sampled(leaving):
            raise AlreadyApprovedError

    def approve(self, by: str, second: str) -> None:
        """Close the sample; with fewer tracked children than the theme wants only by two people."""
        tracked, least = len(self.sample.chosen(TRACKED)), self._plan.tracked_minimum
        if tracked < least and (not is_somebody(second) or same_person(by, second)):
            raise BelowMinimumError(tracked, least)
        self.sample = replace(self.sample, approved_by=by)

    def eliminate(self, label: str, by: str, second: str) -> None:
        """Eliminate a chosen child or a reserve; a chosen child's place stays empty."""
        row = self._row(label)
        if not is_somebody(second) or same_person(by, second):
            raise SecondApproverError(label)
        rows = tuple(other for other in self.sample.rows if other is not row)
        shortfalls = self.sample.shortfalls
        if row.role == CHOSEN:
            shortfalls = (*shortfalls, _empty(row))
        self._gone[label] = row
        self.sample = self._counted(replace(self.sample, rows=rows, shortfalls=shortfalls))

    def replace(self, label: str, by: str, second: str) -> None:
        """Replace a child by the next reserve who may take its place; a child who is still in is eliminated first."""
        row = self._gone.get(label) or self._row(label)
        if row.role != CHOSEN:
            raise ReserveReplacedError(label)
        if label in self._replaced:
            raise UnknownLabelError(label)
        # Found before the child leaves: without a reserve the decision is refused whole.
        successor = self._next_reserve(row)
        if label not in self._gone:
            self.eliminate(label, by, second)
        self._put(row, successor)
        self._replaced.add(label)

    def redraw(self, seed: str) -> None:
        """Draw anew under another seed, without the children eliminated so far."""
        if self._frame is None or not seed:
            raise NothingToRedrawError
        # For good: whoever was taken out of one draw may not come back by the next.
        self._out.update(row.child for row in self._gone.values())
        self.sample = draw(self._frame, self._plan, seed, self._out)
        self._last = {letter: sum(row.label.startswith(letter) for row in self.sample.rows) for letter in "TS"}
        self._gone.clear()
        self._replaced.clear()

    def _row(self, label: str) -> Row:
        row = self.sample.row(label)
        if row is None:
            raise UnknownLabelError(label)
        return row

    def _next_reserve(self, leaving: Row) -> Row:
        households = {row.household for row in self.sample.chosen() if row.label != leaving.label}
        must = self._must_serve(leaving)
        for row in self.sample.reserves(leaving.set):
            free = not self._plan.one_per_household or row.household not in households
            if row.stratum == leaving.stratum and must <= {*row.groups} and free:
                return row
        if leaving.groups:
            raise NoReserveForMinimumsError(leaving.label)
        raise NoReserveError(leaving.label, leaving.stratum)

    def _must_serve(self, leaving: Row) -> set[str]:
        """Return the groups of a child who leaves that have too few without it: a plan by margins keeps minimums."""
        others = [row for row in self.sample.chosen(leaving.set) if row.label != leaving.label]
        counts = Counter(group for row in others for group in row.groups)
        least = {share.stratum: share.places for share in self.sample.shares if share.set == leaving.set}
        return {group for group in leaving.groups if counts[group] < least[group]}

    def _counted(self, sample: Sample) -> Sample:
        """Return a sample by margins with the children of each group counted as they are now; any other as it is."""
        if self._plan.plan != MARGINS:
            return sample
        now = Counter(name for row in sample.chosen(TRACKED) for name in (row.stratum, *row.groups))
        shares = (
            replace(share, chosen=now[share.stratum]) if share.set == TRACKED else share for share in sample.shares
        )
        return replace(sample, shares=tuple(shares))

    def _put(self, leaving: Row, reserve: Row) -> None:
        letter = leaving.label[0]
        self._last[letter] += 1
        # The weight belongs to the place and not to the child: the stratum has as many chosen as before.
        taken = replace(reserve, label=f"{letter}{self._last[letter]}", role=CHOSEN, weight=leaving.weight)
        chosen = [*(row for row in self.sample.rows if row.role == CHOSEN), taken]
        spare = [row for row in self.sample.rows if row.role != CHOSEN and row is not reserve]
        chosen.sort(key=lambda row: ("TS".index(row.label[0]), int(row.label[1:])))
        shortfalls = tuple(text for text in self.sample.shortfalls if text != _empty(leaving))
        self.sample = self._counted(replace(self.sample, rows=(*chosen, *spare), shortfalls=shortfalls))


def _empty(row: Row) -> str:
    where = "" if row.groups else f" in {row.stratum}"
    return f"{row.label} was eliminated and its place{where} is empty."
