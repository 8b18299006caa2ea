"""Two people are two people: another spelling of one name does not make a second approver (L10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.sampling.people import is_somebody, same_person


@pytest.mark.parametrize(
    "other",
    [
        "alex lee",
        " Alex   Lee ",
        "ALEX LEE",
        "Lee, Alex",
        "Dr Alex Lee",
        "Aléx Lee",
        "Alex\u00a0Lee",
        "Alex\u200b Lee",
        "Alex-Lee",
        "alex.lee@ofsted.example",
        "Alex.Lee+jtai@ofsted.example",
        "Alex Lee <alex.lee@ofsted.example>",
    ],
)
def test_l10_one_person_under_another_spelling_is_the_same_person(other: str) -> None:
    assert same_person("Alex Lee", other)
    assert same_person(other, "Alex Lee")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alex Lee", "Bo Okoro"),
        ("Alex Lee", "Alex Leigh"),
        ("a.lee@ofsted.example", "a.lee@cqc.example"),
        ("Alex Lee", ""),
        ("a.lee@ofsted.example", "Bo Okoro"),
    ],
)
def test_l10_two_people_are_not_taken_for_one(one: str, other: str) -> None:
    assert not same_person(one, other)
    assert not same_person(other, one)


@pytest.mark.parametrize("given_", ["", "  ", "-", "...", "\u200b"])
def test_l10_punctuation_is_nobody(given_: str) -> None:
    assert not is_somebody(given_)


@given(st.text(max_size=20), st.sampled_from([str.upper, str.lower, str.title, lambda name: f"  {name} "]))
def test_a_name_is_the_same_person_as_itself_in_any_case(name: str, changed: object) -> None:
    assert callable(changed)
    plain = "".join(letter for letter in name if letter.isascii())
    assert same_person(plain, changed(plain))
