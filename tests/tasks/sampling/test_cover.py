"""Whether minimums can be met is answered exactly: against every choice of children, with and without households."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tasks.sampling.cover import Cover, count_of, one_of
from tests.examples import examples

# Two margins of three groups each; a child is in one of each, or in none that has a minimum.
_SIZES = (3, 3)
_OWN = st.tuples(st.none() | st.integers(0, 2), st.none() | st.integers(3, 5))
_CHILDREN = st.lists(st.tuples(_OWN, st.integers(0, 5)), min_size=0, max_size=9)


def added(places: tuple[int | None, ...]) -> int:
    return sum(one_of(place) for place in places if place is not None)


@examples(400)
@given(
    children=_CHILDREN,
    due=st.lists(st.integers(0, 2), min_size=6, max_size=6),
    places=st.integers(0, 4),
    used=st.sets(st.integers(0, 5), max_size=3),
)
def test_what_can_be_met_is_what_some_choice_of_children_meets(
    children: list[tuple[tuple[int | None, ...], int]], due: list[int], places: int, used: set[int]
) -> None:
    owns = {f"c{number}": added(own) for number, (own, _) in enumerate(children)}
    homes = {f"c{number}": f"h{home}" for number, (_, home) in enumerate(children)}
    cover = Cover(owns, homes, _SIZES, places + len(used))
    free = [(own, home) for own, home in children if home not in used]
    can = any(
        len({home for _, home in chosen}) == len(chosen)
        and all(sum(place in own for own, _ in chosen) >= number for place, number in enumerate(due))
        for size in range(places + 1)
        for chosen in combinations(free, size)
    )
    wanted = sum(number * one_of(place) for place, number in enumerate(due))
    marks = frozenset(f"h{home}" for home in used)
    for _ in range(2):
        # Asked twice, for the second answer comes from what was found for the first.
        assert cover.meets(wanted, places, marks) is can


def test_a_household_that_was_found_to_serve_is_not_counted_on_once_it_is_used() -> None:
    owns = {"a": one_of(0), "b": one_of(0), "c": one_of(1)}
    cover = Cover(owns, {"a": "x", "b": "y", "c": "y"}, (1, 1), 2)
    both = one_of(0) + one_of(1)
    assert cover.meets(both, 2)
    assert cover.meets(one_of(1), 1, frozenset({"x"}))
    assert not cover.meets(one_of(1), 1, frozenset({"y"}))


def test_what_is_due_falls_by_one_where_it_is_due_and_nowhere_else() -> None:
    cover = Cover({"a": one_of(0) + one_of(3)}, {"a": "a"}, _SIZES, 1)
    after = cover.after(2 * one_of(0) + one_of(1), one_of(0) + one_of(3))
    assert [count_of(after, place) for place in range(6)] == [1, 1, 0, 0, 0, 0]
