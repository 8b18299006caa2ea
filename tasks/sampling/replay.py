"""The state of a sample while decisions are replayed on it, and the rules that each decision must keep."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from models.refusals import Refusal
from models.themes import MARGINS, SamplingPlan
from models.words import count
from tasks.sampling.candidates import ALL
from tasks.sampling.drawing import draw, field_of
from tasks.sampling.margins import minimums
from tasks.sampling.people import is_somebody, same_person
from tasks.sampling.ranks import ranked
from tasks.sampling.sample import CHOSEN, RESERVE, TRACKED, Row, Sample
from tasks.sampling.shortfalls import gave_way

Cohort = Callable[[], pl.DataFrame]
"""Reads the frozen frame that a sample was drawn from; few decisions need it."""


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


class NobodyLeftError(DecisionError):
    """No child of the cohort is left who could be tracked."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} cannot be replaced: no child is left who can be tracked and lives with nobody who is or was in "
            "the sample. Eliminate the child or redraw."
        )


class CohortNeededError(DecisionError):
    """A replacement by a child who is not in reserve, without the frame."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"No reserve keeps the plan's minimums in the place of {label}. Another child can take it, and to find "
            "that child the frozen cohort frame is needed."
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
    """A sample on its way from draw to approval.

    Attributes:
        sample: as it stands.
        given_up: the minimums that the last decision gave up, in the order of the plan.
    """

    def __init__(
        self,
        sample: Sample,
        plan: Mapping[str, Any],
        seed: str,
        cohort: Cohort | None,
        without: Iterable[str] = (),
    ) -> None:
        """Begin with a sample as it was drawn, or with that of a redraw.

        Args:
            sample: as drawn.
            plan: as its manifest has it.
            seed: of the draw.
            cohort: reads the frame; None where nothing needs it.
            without: children who were out of the draw.
        """
        self._plan = SamplingPlan.model_validate(plan)
        self._cohort = cohort
        self._out = set(without)
        self._begin(sample, seed)

    def _begin(self, sample: Sample, seed: str) -> None:
        self.sample, self._drawn, self._seed = sample, sample, seed
        self.given_up: tuple[str, ...] = ()
        self._gone: dict[str, Row] = {}
        self._replaced: set[str] = set()
        self._reasons: list[tuple[str, str, str, bool]] = []
        self._order: list[Row] | None = None
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
        self._gone[label] = row
        self._state(rows)

    def replace(self, label: str, by: str, second: str) -> None:
        """Replace a child by the next reserve who may take its place; a child who is still in is eliminated first."""
        row = self._gone.get(label) or self._row(label)
        if row.role != CHOSEN:
            raise ReserveReplacedError(label)
        if label in self._replaced:
            raise UnknownLabelError(label)
        # Found before the child leaves: without a reserve the decision is refused whole.
        successor, given_up = self._successor(row)
        if label not in self._gone:
            self.eliminate(label, by, second)
        self._replaced.add(label)
        self._put(row, successor, given_up)

    def redraw(self, seed: str) -> None:
        """Draw anew under another seed, without the children eliminated so far."""
        if self._cohort is None or not seed:
            raise NothingToRedrawError
        # For good: whoever was taken out of one draw may not come back by the next.
        self._out.update(row.child for row in self._gone.values())
        self._begin(draw(self._cohort(), self._plan, seed, self._out), seed)

    def _row(self, label: str) -> Row:
        row = self.sample.row(label)
        if row is None:
            raise UnknownLabelError(label)
        return row

    def _successor(self, leaving: Row) -> tuple[Row, dict[str, bool]]:
        """Return who takes a place, and each minimum that this gives up: whether anybody left could have kept it."""
        reserves = list(self._reserves(leaving))
        if self._plan.plan != MARGINS or leaving.set != TRACKED:
            if not reserves:
                raise NoReserveError(leaving.label, leaving.stratum)
            return reserves[0], {}
        due = self._due(leaving)
        for reserve in reserves:
            if {*due} <= {*reserve.groups}:
                return reserve, {}
        if self._cohort is None:
            raise CohortNeededError(leaving.label)
        left = [*reserves, *self._others(self._cohort())]
        if not left:
            raise NobodyLeftError(leaving.label)
        # Of equals `max` returns the first: reserves by label, then whoever is ranked first.
        best = max(left, key=lambda row: [group in row.groups for group in due])
        given_up = [group for group in due if group not in best.groups]
        return best, {group: any(group in row.groups for row in left) for group in given_up}

    def _reserves(self, leaving: Row) -> Iterator[Row]:
        """Go through the reserves of a child's stratum whose household holds no other place."""
        # Without the child who leaves: a sibling of theirs may take the place.
        households = {row.household for row in self.sample.chosen() if row.label != leaving.label}
        for row in self.sample.reserves(leaving.set):
            free = not self._plan.one_per_household or row.household not in households
            if row.stratum == leaving.stratum and free:
                yield row

    def _due(self, leaving: Row) -> list[str]:
        """Return the kept minimums that do not hold among the other tracked children, in the order of the plan.

        An empty place counts as if its child were still there: whoever takes that place will answer for its groups.
        """
        others = (row for row in (*self.sample.chosen(TRACKED), *self._empty()) if row.label != leaving.label)
        counts = Counter(group for row in others if row.set == TRACKED for group in row.groups)
        shares = {share.stratum: share for share in self.sample.shares if share.set == TRACKED}
        everybody = shares.pop(ALL)
        sizes = {group: share.children for group, share in shares.items()}
        order = minimums(self._plan, sizes, everybody.children, everybody.places)
        return [group for group in order if group in shares and counts[group] < shares[group].places]

    def _empty(self) -> list[Row]:
        """Return those who were eliminated and whose places are empty."""
        return [row for row in self._gone.values() if row.role == CHOSEN and row.label not in self._replaced]

    def _others(self, frame: pl.DataFrame) -> Iterator[Row]:
        """Go through those by rank who could be tracked and live with nobody who is or was in the sample."""
        if self._order is None:
            field = field_of(frame, self._plan, self._out)
            people = [field.people[child] for child in ranked(self._seed, TRACKED, field.tracked.children)]
            self._order = [
                Row("", own.child, own.household, TRACKED, RESERVE, ALL, rank, None, own.margins)
                for rank, own in enumerate(people, 1)
            ]
        taken = {self._mark(row) for row in (*self.sample.rows, *self._gone.values())}
        return (row for row in self._order if self._mark(row) not in taken)

    def _mark(self, row: Row) -> str:
        return row.household if self._plan.one_per_household else row.child

    def _put(self, leaving: Row, reserve: Row, given_up: Mapping[str, bool]) -> None:
        letter = leaving.label[0]
        self._last[letter] += 1
        # The weight belongs to the place and not to the child: the stratum has as many chosen as before.
        taken = replace(reserve, label=f"{letter}{self._last[letter]}", role=CHOSEN, weight=leaving.weight)
        chosen = [*(row for row in self.sample.rows if row.role == CHOSEN), taken]
        spare = [row for row in self.sample.rows if row.role != CHOSEN and row is not reserve]
        chosen.sort(key=lambda row: ("TS".index(row.label[0]), int(row.label[1:])))
        self._reasons += [(taken.label, leaving.label, group, anybody) for group, anybody in given_up.items()]
        self._state((*chosen, *spare))
        self.given_up = tuple(given_up)

    def _state(self, rows: tuple[Row, ...]) -> None:
        """Count the sample as its rows are now, and say which places are empty and which minimums gave way."""
        sample = replace(self._counted(rows), rows=rows, approved_by=self.sample.approved_by)
        empty = map(_left_empty, self._empty())
        shares = {share.stratum: share for share in sample.shares if share.set == TRACKED}
        # Whoever came in since may have brought what was given up.
        below = [
            gave_way(new, old, shares[group], anybody=anybody)
            for new, old, group, anybody in self._reasons
            if sample.row(new) and shares[group].chosen < shares[group].places
        ]
        self.sample = replace(sample, shortfalls=(*self._drawn.shortfalls, *empty, *below))
        self.given_up = ()

    def _counted(self, rows: Iterable[Row]) -> Sample:
        """Return a sample by margins with the children of each group counted as they are now; any other as it is."""
        if self._plan.plan != MARGINS:
            return self._drawn
        tracked = [row for row in rows if row.set == TRACKED and row.role == CHOSEN]
        now = Counter(name for row in tracked for name in (row.stratum, *row.groups))
        shares = (
            replace(share, chosen=now[share.stratum]) if share.set == TRACKED else share for share in self._drawn.shares
        )
        return replace(self._drawn, shares=tuple(shares))


def _left_empty(row: Row) -> str:
    where = "" if row.groups else f" in {row.stratum}"
    return f"{row.label} was eliminated and its place{where} is empty."
