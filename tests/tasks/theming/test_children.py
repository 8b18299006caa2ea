"""Children behind messages are counted once each, and leave through disclosure control."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.disclosure.tables import VALUES, Method
from tasks.theming.children import Case, cases_behind, counted, left, publication_of
from tasks.theming.grouping import grouped
from tests.examples import examples
from tests.tasks.theming.made_up import SOURCES, VOICE
from tests.tasks.theming.reports import FINDINGS, TRACKED

pytestmark = pytest.mark.pure


def test_a_child_behind_two_findings_is_one_child_and_an_area_that_leans_otherwise_counts_none() -> None:
    (voice,) = grouped((VOICE,), SOURCES, FINDINGS)
    cases = {(each.id, "F01"): ["T1", "T1", "T2"] for each in SOURCES} | {(SOURCES[5].id, "F02"): ["T7"]}
    behind = cases_behind(voice, cases)
    assert len(behind) == 8
    assert SOURCES[5].id not in {inspection for inspection, _ in behind}


def test_small_numbers_are_withheld_and_the_certificate_says_what_left() -> None:
    behind = {"few": frozenset(sorted(TRACKED)[:2]), "many": frozenset(sorted(TRACKED)[:20])}
    publication = publication_of("r", Method.WITHHOLD, TRACKED, behind)
    children, certificate = counted(publication, ())
    assert (children.tracked, children.by_message["few"], children.by_message["many"]) == (42, None, 20)
    assert not children.rounded
    assert left(certificate).shown["r:many"] == 20
    again, _ = counted(publication, (left(certificate),))
    assert dict(again.by_message) == dict(children.by_message)


_CASES = st.dictionaries(st.sampled_from("abc"), st.frozensets(st.sampled_from(sorted(TRACKED))), min_size=1)


@examples(20)
@given(_CASES)
def test_no_hidden_count_keeps_fewer_than_four_values(behind: dict[str, frozenset[Case]]) -> None:
    children, certificate = counted(publication_of("r", Method.WITHHOLD, TRACKED, behind), ())
    hidden = [code for code, number in children.by_message.items() if number is None]
    ranges = json.loads(certificate)["certificate"]["ranges"]
    for code in hidden:
        least, most = ranges[f"r:{code}"]
        assert most - least + 1 >= VALUES
