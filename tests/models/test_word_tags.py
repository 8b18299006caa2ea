"""A tag names one version of a paragraph, and is known again."""

from hypothesis import given
from hypothesis import strategies as st

from models.word_tags import GUIDE, HEADING, SECTION, is_tag, paragraph_in, tag_of
from tests.examples import examples


@examples(100)
@given(st.integers(1, 9999), st.integers(1, 99999))
def test_a_tag_names_its_paragraph_and_version(number: int, version: int) -> None:
    tag = tag_of(f"P{number:02}", version)
    assert paragraph_in(tag) == paragraph_in(f"{tag}{HEADING}") == (f"P{number:02}", version)
    assert is_tag(tag)


def test_what_is_not_a_paragraph_names_none() -> None:
    for tag in (GUIDE, f"{SECTION}main", "P1@1", "P01", "P01@", "xP01@1", "P01@1:title", ""):
        assert paragraph_in(tag) is None
    assert [is_tag(tag) for tag in (GUIDE, f"{SECTION}main", "P01", "")] == [True, True, False, False]
