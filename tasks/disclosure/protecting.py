"""The one way out: a publication's counts as they may be shown, given all that was published before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.refusals import Refusal
from tasks.disclosure.attack import hidden_in, limits_of, range_of, ranges, relations_of, system_of
from tasks.disclosure.rounding import WITHIN, rounded
from tasks.disclosure.tables import UNBOUNDED, VALUES, Cell, Method, Publication, Published, Range, Shown
from tasks.disclosure.withholding import ProtectedCount, Question, to_withhold

_PER_CELL = 1_000
"""What a cell costs, whatever its count: the fewest cells go, and of those the smallest counts."""


class DisclosureRefusedError(Refusal):
    """Counts cannot leave, for they would narrow a count that is not shown; the sentence names no count."""


@dataclass(frozen=True, slots=True)
class Protected:
    """A publication that may leave.

    Attributes:
        published: what its reader has.
        ranges: what a reader of everything can work out of each hidden count, over all publications.
    """

    published: Published
    ranges: Mapping[str, Range]

    @property
    def shown(self) -> Mapping[str, Shown]:
        """Return each offered cell as it may be shown; None where it is withheld."""
        return self.published.shown

    @property
    def narrowest(self) -> tuple[int, str] | None:
        """Return the fewest values that a hidden count keeps, and its cell; None where nothing is hidden."""
        values = ((most - least + 1, cell) for cell, (least, most) in self.ranges.items())
        return min(values, default=None)


def protect(publication: Publication, earlier: Sequence[Published] = ()) -> Protected:
    """Return the counts of a publication as they may leave, beside everything that left before.

    Every hidden count keeps at least `VALUES` values, or as many as earlier publications left it.

    Raises:
        DisclosureRefusedError: it would be narrowed all the same, or the counts are not those of what left before.
    """
    earlier = tuple(sorted(earlier, key=lambda each: str(each.as_json())))
    cells = publication.cells
    _fit(publication, cells, limits_of(earlier))
    proposed = _proposed(publication, earlier)
    question = _question(publication, earlier, proposed)
    away = to_withhold(question) | {name for name, number in proposed.items() if number is None}
    published = _published(publication, {name: None if name in away else number for name, number in proposed.items()})
    attacked = ranges((*earlier, published))
    _check(publication, question, attacked)
    return Protected(published, attacked)


def _fit(publication: Publication, cells: Mapping[str, Cell], limits: Mapping[str, Range]) -> None:
    """Refuse counts that cannot be those of what left before: an attack would start from what is not so.

    Raises:
        DisclosureRefusedError: a count is beyond what was published of it.
    """
    for name, cell in cells.items():
        least, most = limits.get(name, (0, UNBOUNDED))
        if not least <= cell.count <= most:
            raise DisclosureRefusedError(
                f"The figures of {publication.name} contradict what was published before. Ask whoever runs the service."
            )


def _proposed(publication: Publication, earlier: Sequence[Published]) -> dict[str, Shown]:
    """Return what would be shown of each offered cell if nothing could be worked out."""
    cells = publication.cells
    if publication.method == Method.WITHHOLD:
        return {name: None if cell.small else cell.count for name, cell in cells.items() if cell.offered}
    before = {
        name: number for each in earlier if each.within for name, number in each.shown.items() if number is not None
    }
    return dict(rounded(cells, publication.relations, before))


def _published(publication: Publication, shown: Mapping[str, Shown]) -> Published:
    guarded = tuple(name for name, cell in publication.cells.items() if not cell.offered and cell.small)
    rounding = publication.method == Method.ROUND
    within, least = (WITHIN, 0) if rounding else (0, 1)
    return Published(publication.name, shown, within, publication.relations, guarded, least)


def _question(publication: Publication, earlier: Sequence[Published], proposed: Mapping[str, Shown]) -> Question:
    # A 0 is always shown where numbers are withheld: readers may know for other reasons that a group is empty, and one
    # that were withheld would protect nobody then.
    zeros = {name: 0 for name, number in proposed.items() if number == 0 and publication.method == Method.WITHHOLD}
    all_shown, nothing = (
        _published(publication, numbers) for numbers in (proposed, {**dict.fromkeys(proposed), **zeros})
    )
    withheld, shown = limits_of((*earlier, nothing)), limits_of((*earlier, all_shown))
    cells = publication.cells
    # A cell of which everything is known already tells nothing new, and nothing is won by withholding it.
    weights = {
        name: _weight(cells[name])
        for name, number in proposed.items()
        if number is not None and shown[name] != withheld[name]
    }
    return Question(
        shown,
        withheld,
        relations_of((*earlier, all_shown)),
        weights,
        _targets(publication, earlier, proposed, withheld, weights),
    )


def _weight(cell: Cell) -> int:
    return _PER_CELL * cell.weight + min(cell.count, _PER_CELL - 1)


def _targets(
    publication: Publication,
    earlier: Sequence[Published],
    proposed: Mapping[str, Shown],
    withheld: Mapping[str, Range],
    weights: Mapping[str, int],
) -> list[ProtectedCount]:
    cells = publication.cells
    always = {
        *hidden_in(earlier),
        *(name for name, number in proposed.items() if number is None),
        *(name for name, cell in cells.items() if not cell.offered and cell.small),
    }
    if publication.method == Method.ROUND:
        always |= {*weights}
    targets = [ProtectedCount({name: 1}) for name in sorted(always) if withheld[name][0] < withheld[name][1]]
    targets += [ProtectedCount({name: 1}, only_if=name) for name in weights if name not in always]
    # Whoever has two versions of one count subtracts them: the difference is a count of children as well.
    for name, before in sorted(publication.follows):
        least, most = withheld.get(before, (0, UNBOUNDED))
        if least == most and 0 < abs(cells[name].count - least) < VALUES + 1:
            targets.append(ProtectedCount({name: 1, before: -1}))
    return targets


def _check(publication: Publication, question: Question, attacked: Mapping[str, Range]) -> None:
    """Refuse what narrows a count more than it was before; the attack decides, however the cells were chosen.

    Raises:
        DisclosureRefusedError: it does.
    """
    narrow = [cell for cell, (least, most) in attacked.items() if most - least + 1 < VALUES]
    if not narrow:
        return
    system = system_of(question.withheld, question.relations)
    for cell in narrow:
        least, most = range_of(system, {cell: 1})
        if most - least > attacked[cell][1] - attacked[cell][0]:
            raise DisclosureRefusedError(
                f"The figures of {publication.name} cannot be published: together with what was published before, "
                "they would give away how many children are in a small group."
            )
