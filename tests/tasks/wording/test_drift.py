"""Whether a word means the same in every area."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.drafting.draft import Binding, DraftParagraph, DraftSection, LetterDraft
from tasks.wording.drift import QuantifierUse, drift, uses_of

pytestmark = pytest.mark.pure


def test_uses_are_counts_of_what_is_bound() -> None:
    bindings = (Binding(0, "most", ("T1", "T2"), ("T3",)), Binding(1, "some"), Binding(2, "nonsense", ("T1",)))
    draft = LetterDraft("r", (DraftSection("main", "Main", (DraftParagraph("P1", 1, "x", bindings=bindings),)),))
    assert uses_of(draft, "Reading") == (QuantifierUse("r", "Reading", "most", 2, 1),)


def test_a_word_drifts_where_two_areas_mean_unlike_shares() -> None:
    uses = [
        QuantifierUse("a", "A", "most", 9, 1),
        QuantifierUse("b", "B", "most", 6, 4),
        QuantifierUse("b", "B", "some", 1, 9),
        QuantifierUse("b", "B", "most", 2, 8),
    ]
    most, some = drift(uses)
    assert (most.quantifier, most.sentences, most.outside) == ("most", 3, 1)
    assert (most.least, most.middle, most.most) == (0.2, 0.6, 0.9)
    assert [(each.area, each.sentences, round(each.share, 2)) for each in most.areas] == [("B", 2, 0.4), ("A", 1, 0.9)]
    assert (most.drifts, round(most.spread, 2)) == (True, 0.5)
    assert (some.drifts, some.spread, some.outside) == (False, 0.0, 0)


_USES = st.lists(
    st.builds(
        QuantifierUse,
        st.just("r"),
        st.sampled_from("ABC"),
        st.sampled_from(["most", "some", "all"]),
        st.integers(1, 9),
        st.integers(0, 9),
    ),
    max_size=20,
)


@given(_USES)
def test_l4_order_of_letters_does_not_matter(uses: list[QuantifierUse]) -> None:
    assert drift(uses) == drift(list(reversed(uses)))
    assert sum(each.sentences for each in drift(uses)) == len(uses)
    for each in drift(uses):
        assert each.least <= each.middle <= each.most
        assert sum(area.sentences for area in each.areas) == each.sentences
