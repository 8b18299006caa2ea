"""Norms can be measured again from any letters."""

from typing import get_args

import pytest

from tasks.reading_letters.letter import ReadLetter, ReadParagraph, ReadSection
from tasks.wording.linting import Form
from tasks.wording.measuring import alarmed, measured, spread
from tasks.wording.norms import NORMS
from tasks.wording.published import parts_of_letter

pytestmark = pytest.mark.pure

_LETTER = ReadLetter(
    1,
    "2022",
    sections=(
        ReadSection("opening", "", (ReadParagraph("We were there from 2 to 6 May 2024."),)),
        ReadSection("improve", "What needs to improve?", (ReadParagraph("The reach of help.", "bullet"),) * 3),
        ReadSection(
            *("main", "Main findings"),
            (ReadParagraph("On help", "subheading"), ReadParagraph("We read 3 cases. Plans are clear.")),
        ),
    ),
)


def test_figures_are_smallest_middle_and_largest() -> None:
    assert spread([3, 1, 9]) == (1, 3, 9)
    assert spread([]) == (0, 0, 0)
    figures = measured([_LETTER, _LETTER])
    assert figures["letters"] == 2
    assert figures["bullets"]["improve"] == (3, 3, 3)
    assert figures["bullet_words"]["improve"] == (4, 4, 4)
    assert figures["sections"]["main"] == (2, 7, 7, 7)
    # Opening and next steps are nobody's prose; 3 bullets and 2 sentences of each letter are.
    assert (figures["sentences"]["number"], figures["sentences"]["longest"]) == (10, 4)


def test_sections_of_a_letter_are_checked_without_their_subheadings() -> None:
    opening, improve, main = parts_of_letter(_LETTER)
    assert (opening.form, improve.form, main.form) == ("prose", "bullets", "prose")
    assert [text.text for text in main.texts] == ["We read 3 cases. Plans are clear."]
    assert main.texts[0].bindings is None


def test_alarms_of_letters_are_counted_once_a_rule() -> None:
    figures = alarmed([_LETTER])
    assert figures["letters"] == {2: 1}
    assert figures["rules"] == {"count": 1, "length": 1}
    assert figures["places"] == {"count": 1, "length": 3}


def test_there_are_norms_of_each_form() -> None:
    assert set(NORMS) == set(get_args(Form))
