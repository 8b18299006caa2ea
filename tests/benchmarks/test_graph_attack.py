"""The attack on encoded names by their likenesses bites where it can, so that a low figure of it says something."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benchmarks.graph_attack import NamedBirth, by_day, in_a_nation, overlap, under_one_key
from validation.synthetic.names import GIRLS, SURNAMES

pytestmark = pytest.mark.pure
_DAY = date(2020, 3, 1)


def _letters(name: str) -> str:
    return "".join(letter for letter in name.lower() if "a" <= letter <= "z")


# Of each name as many as no other has, as in a population some names are common and most are not.
_COMMON_AND_RARE = [
    NamedBirth(_letters(GIRLS[at]), _letters(SURNAMES[at]), _DAY + timedelta(days=31 * at + number))
    for at in range(12)
    for number in range(2**at // 8 + 1)
]


def test_names_under_one_key_for_all_days_are_read_by_their_graph() -> None:
    assert under_one_key(_COMMON_AND_RARE, _COMMON_AND_RARE) > 0.9


def test_the_day_in_the_key_leaves_a_graph_of_each_day_alone() -> None:
    names = [("olivia", "smith"), ("annabel", "bellamy"), ("zoe", "okafor")]
    children = [NamedBirth(*name, _DAY) for name in names]
    # With a list of the three children the graph tells who is who; the day alone does not.
    assert by_day(children, children, likenesses=True) == 1.0


def test_among_the_children_of_a_nation_a_graph_of_one_child_tells_little() -> None:
    apart = [NamedBirth(child.forename, child.surname, _DAY) for child in sorted(set(_COMMON_AND_RARE))]
    some = [replace(child, born=_DAY + timedelta(days=at)) for at, child in enumerate(dict.fromkeys(apart))]
    assert in_a_nation(some, likenesses=True) < 0.5


def test_who_has_nobody_of_that_day_reads_nothing() -> None:
    child = NamedBirth("olivia", "smith", _DAY)
    other = NamedBirth("olivia", "smith", _DAY + timedelta(days=1))
    assert by_day([child], [other], likenesses=True) == 0.0


@pytest.mark.parametrize(
    ("name", "other", "share"), [("anna", "anna", 1.0), ("anna", "otto", 0.0), ("ann", "anna", 0.5)]
)
def test_likeness_of_plain_names_is_that_of_their_pairs_of_letters(name: str, other: str, share: float) -> None:
    assert overlap(name, other) == pytest.approx(share)
