"""What a reader of everything that was published can work out of a count that is not shown: its least and greatest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tasks.disclosure.solver import Form, System
from tasks.disclosure.tables import UNBOUNDED, Published, Range, Relation


def limits_of(published: Iterable[Published]) -> dict[str, Range]:
    """Return what all publications together say of each cell by itself; cells in the order of their ids."""
    limits: dict[str, Range] = {}
    for each in published:
        for cell in (*each.shown, *each.guarded, *named(each.relations)):
            least, most = each.limits(cell)
            before = limits.get(cell, (0, UNBOUNDED))
            # Who reads two publications knows what both say, and so the narrower of each limit.
            limits[cell] = (max(before[0], least), min(before[1], most))
    return dict(sorted(limits.items()))


def named(relations: Iterable[Relation]) -> Iterator[str]:
    """Yield the cells that relations speak of."""
    for relation in relations:
        yield relation.whole
        yield from relation.parts


def relations_of(published: Iterable[Published]) -> tuple[Relation, ...]:
    """Return what anybody knows of the counts of all publications, each once, in one order."""
    return tuple(sorted({relation for each in published for relation in each.relations}))


def hidden_in(published: Iterable[Published]) -> tuple[str, ...]:
    """Return the cells that are withheld or rounded, or could only be worked out, in order.

    What any publication shows as it is is not hidden, whatever another does.
    """
    published = tuple(published)
    cells = {cell for each in published for cell in (*each.shown, *each.guarded)}
    exact = {cell for each in published if not each.within for cell, number in each.shown.items() if number is not None}
    return tuple(sorted(cells - exact))


def ranges(published: Sequence[Published]) -> dict[str, Range]:
    """Return for each hidden cell the least and greatest count that fits everything published.

    Counts are whole numbers and not negative; what adds up adds up. The truth is always within.
    """
    limits, hidden = limits_of(published), hidden_in(published)
    system = system_of(limits, relations_of(published))
    return {cell: range_of(system, {cell: 1}) for cell in hidden}


def system_of(limits: Mapping[str, Range], relations: Sequence[Relation]) -> System:
    """Return the linear system of cells with limits."""
    system = System(tuple(limits), relations)
    system.limit(limits)
    return system


def range_of(system: System, form: Form) -> Range:
    """Return the least and greatest value of a form at whole numbers."""
    return -system.greatest_whole({cell: -number for cell, number in form.items()}), system.greatest_whole(form)
