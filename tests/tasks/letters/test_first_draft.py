"""The first draft of a letter has every finding in its sections, in the order of the theme's areas, without ids."""

from hypothesis import given
from hypothesis import strategies as st

from models.themes import shipped, theme
from tasks.letters import LetterFinding, first_draft
from tests.examples import examples
from tests.tasks.letters.made_up import findings

_CATEGORIES = ("strength", "improvement", "priority_action", "practice_study")


def test_each_category_stands_where_a_letter_has_it() -> None:
    sections = [
        (each.section, each.text, each.heading) for each in first_draft(findings(), theme("domestic-abuse-2024"))
    ]
    assert ("strengths", "Midwives ask every time.", "") in sections
    assert ("priority", "Some decisions leave children at risk. They wait.", "") in sections
    assert ("practice", "Children talk.", "A worker in each refuge") in sections
    assert [text for section, text, _ in sections if section == "headline"] == [
        "Some decisions leave children at risk.",
        "Midwives ask every time.",
        "Information comes late.",
    ]


def test_a_form_without_headline_findings_gets_none() -> None:
    assert "headline" not in {each.section for each in first_draft(findings(), theme("domestic-abuse-2016"))}


@examples(40)
@given(
    st.lists(st.tuples(st.sampled_from(_CATEGORIES), st.sampled_from(("EA01", "EA05", "EA99"))), max_size=8),
    st.sampled_from(shipped()),
)
def test_no_finding_is_lost_whatever_its_area_and_theme(made: list[tuple[str, str]], theme_id: str) -> None:
    every = [
        LetterFinding(f"F{at:02}", category, area, f"Heading {at}", f"Text {at}")  # type: ignore[arg-type]
        for at, (category, area) in enumerate(made)
    ]
    written = " ".join(each.text for each in first_draft(every, theme(theme_id)))
    assert all(each.text in written for each in every)
    assert not any(each.id in written for each in every)
