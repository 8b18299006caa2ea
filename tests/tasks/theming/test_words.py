"""Words for shares are compared over the areas of a report, in counts alone."""

import pytest

from models.tables import ThemeReport
from tasks.drafting.draft import Binding, DraftParagraph, DraftSection, LetterDraft
from tasks.ground.database import transaction
from tasks.theming import words
from tasks.theming.beginning import begin, report_of
from tasks.theming.words import in_words, word_drift
from tasks.wording.drift import QuantifierUse, drift
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.theming.several import FIRST, OTHERS, copied


def test_a_row_says_what_a_word_stands_for_and_where_it_does_not_mean_the_same() -> None:
    uses = [
        QuantifierUse("a", "Ashmere", "most", 9, 1),
        QuantifierUse("b", "Birchford", "most", 6, 4),
        QuantifierUse("b", "Birchford", "some", 1, 3),
    ]
    most, some = map(in_words, drift(uses))
    assert most == (
        "most",
        "60% to 90% of the cases, in the middle 75%",
        "it does not mean the same in Birchford (60%) and Ashmere (90%)",
    )
    assert some == ("some", "25% of the cases", "used in 1 area alone")
    same = drift([QuantifierUse("a", "Ashmere", "most", 6, 4), QuantifierUse("b", "Birchford", "most", 7, 3)])
    assert in_words(same[0])[2] == "it means about the same in all areas"


@pytest.mark.parts
def test_the_drafts_of_all_areas_of_a_report_are_read(
    published: str,  # noqa: F811 - the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ref = begin("domestic-abuse-2024", [published, copied(published, OTHERS[0])], by=FIRST)

    def bound(_session: object, inspection: str) -> LetterDraft:
        case = Binding(0, "most", ("T1", "T2"), ("T3",) if inspection == published else ())
        return LetterDraft(inspection, (DraftSection("main", "M", (DraftParagraph("P1", 1, "x", bindings=(case,)),)),))

    with transaction() as session:
        row: ThemeReport = report_of(session, ref)
        assert word_drift(session, row) == ()
        monkeypatch.setattr(words, "current_draft", bound)
        (most,) = word_drift(session, row)
    assert (most.quantifier, most.sentences, len(most.areas), most.drifts) == ("most", 2, 2, True)
