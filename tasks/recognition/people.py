"""What the records of an inspection say of people, as free text is compared with it; nothing prints it. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tasks.recognition.names import Names
from tasks.recognition.phrases import Age, WrittenDay

Span = tuple[date, date]


@dataclass(frozen=True, slots=True, repr=False)
class RecordedChild:
    """A child in scope: born (or due) on a day, with the days on which their records say that something happened."""

    born: date | None
    sex: str
    household: str
    days: frozenset[date] = frozenset()

    def can_be(self, age: Age, between: Span) -> bool:
        """Return whether the child had an age at some time between 2 days."""
        if self.born is None or (age.sex and self.sex in ("M", "F") and self.sex != age.sex):
            return False
        first, last = (_months(self.born, day) for day in between)
        return first < age.below and last >= age.least


@dataclass(frozen=True, repr=False)
class RecordedPeople:
    """People in the records.

    Attributes:
        names: of children, mothers and other adults.
        numbers: of people and of cases, capitals and figures alone.
        postcodes: of homes, without space.
        children: in scope.
        window: first and last day that the records speak of.
    """

    names: Names = field(default_factory=Names)
    numbers: frozenset[str] = frozenset()
    postcodes: frozenset[str] = frozenset()
    children: tuple[RecordedChild, ...] = ()
    window: Span = (date.min, date.min)

    @cached_property
    def _by_day(self) -> dict[tuple[int, int], list[tuple[date, int]]]:
        days: dict[tuple[int, int], list[tuple[date, int]]] = {}
        for number, child in enumerate(self.children):
            for day in child.days:
                days.setdefault((day.month, day.day), []).append((day, number))
        return days

    def on(self, day: WrittenDay) -> set[int]:
        """Return the children of whom the records say that something happened on a day."""
        return {number for when, number in self._by_day.get((day.month, day.day), ()) if day.is_same(when)}

    def born_on(self, day: WrittenDay) -> set[int]:
        """Return the children who were born or are due on a day."""
        return {number for number, child in enumerate(self.children) if child.born and day.is_same(child.born)}

    def aged(self, age: Age, among: Collection[int] | None = None) -> set[int]:
        """Return the children who had an age at some time in the window."""
        numbers: Iterable[int] = range(len(self.children)) if among is None else among
        return {number for number in numbers if self.children[number].can_be(age, self.window)}

    def households(self, ages: Iterable[Age]) -> Iterator[str]:
        """Yield the households with children of all these ages."""
        homes = [{self.children[number].household for number in self.aged(age)} - {""} for age in ages]
        yield from set.intersection(*homes) if homes else set()


NOBODY = RecordedPeople()


def _months(born: date, day: date) -> int:
    """Return an age in whole months; below 0 before birth."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
