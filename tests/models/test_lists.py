"""Lists of codes that age: each has a source and a day, and they agree with each other."""

from datetime import date, timedelta
from pathlib import Path

from models.areas import area, areas, authority_numbers, codes_of
from models.lists import LISTS, in_lines
from validation.contract.identifiers import UPN_AUTHORITIES

_ROOT = Path(__file__).parents[2]


def test_every_list_says_where_it_is_from_and_when_it_was_looked_at() -> None:
    for codes in LISTS:
        assert codes.source
        assert codes.checked <= date(2026, 11, 26) + timedelta(days=3650)
        assert codes.where.startswith("the package") or (_ROOT / codes.where).exists(), codes.where


def test_the_oldest_comes_first_and_is_marked() -> None:
    oldest = min(codes.checked for codes in LISTS)
    lines = in_lines(oldest + timedelta(days=366))
    assert lines[0].startswith("OLD  ")
    assert all(not line.startswith("OLD") for line in in_lines(oldest + timedelta(days=365)))


def test_every_council_has_a_number_and_every_number_may_stand_in_a_upn() -> None:
    numbers = authority_numbers()
    assert areas().keys() <= numbers.keys()
    assert set(numbers.values()) <= UPN_AUTHORITIES


def test_two_codes_of_one_council_are_one_area() -> None:
    assert codes_of("E08000038") == codes_of("E08000016") == ("E08000016", "E08000038")
    assert area("E08000038") is area("E08000016")
    assert codes_of("E06000038") == ("E06000038",)
    # Every other number belongs to one code alone.
    assert len(authority_numbers()) - len(set(authority_numbers().values())) == 2
