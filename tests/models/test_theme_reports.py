"""Messages of a theme: phrases of one form, tags that findings can have, and codes that are there once."""

import re

import pytest
from pydantic import ValidationError

from models.theme_reports import PHRASE, Message
from models.themes import path_of, shipped, theme
from tasks.inspection.theme_checks import theme_mistakes

NAME = "domestic-abuse-2024"
TEXT = path_of(NAME).read_text()


@pytest.mark.parametrize(
    "phrase",
    ["unborn", "midwi*", "own right", "perpetrator* + risk|danger*", "long-term", "child* + seen alone|spoken to"],
)
def test_phrases_have_one_form(phrase: str) -> None:
    assert re.fullmatch(PHRASE, phrase)


@pytest.mark.parametrize("phrase", ["", "*", "a+b", "a +  b", "Perpetrator", "a | b", "(a|b)*", ".*", "a* *", "|a"])
def test_what_has_another_form_is_refused(phrase: str) -> None:
    with pytest.raises(ValidationError):
        Message(code="voice", sentence="Children are not heard.", phrases=(phrase,))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('tags = ["unborn"]', 'tags = ["unbron"]', "Did you mean 'unborn'?"),
        ('code = "unborn", sentence', 'code = "child_voice", sentence', "message 'child_voice' is there twice"),
        ('"midwi*|maternity|antenatal"', '"Midwives"', "words in small letters"),
        ('compares_with = "domestic-abuse-2016"', 'compares_with = "domestic-abuse-2015"', "domestic-abuse-2016"),
        ('compares_with = "domestic-abuse-2016"', f'compares_with = "{NAME}"', "compared with itself"),
        ('compares_with = "domestic-abuse-2016"', "areas = 1", "at least 2"),
    ],
)
def test_theme_check_knows_messages_and_report(old: str, new: str, words: str) -> None:
    assert old in TEXT
    mistakes = theme_mistakes(TEXT.replace(old, new, 1), NAME)
    assert any(words in str(mistake) for mistake in mistakes)
    line = TEXT.count("\n", 0, TEXT.index(old)) + 1
    assert line in {mistake.line for mistake in mistakes}


def test_themes_with_a_published_report_have_its_messages() -> None:
    numbers = {name: len(theme(name).messages) for name in shipped() if theme(name).messages}
    assert numbers == {"domestic-abuse-2016": 6, "domestic-abuse-2024": 7, "serious-youth-violence-2023": 3}
    assert theme("serious-youth-violence-2023").report.children
    assert theme("front-door-2024").report.areas == 6
