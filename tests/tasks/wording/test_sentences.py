"""One sentence at a time: what is alarmed, and what is like it but right."""

import pytest

from tasks.wording.norms import NORMS
from tasks.wording.sentences import misuses

pytestmark = pytest.mark.pure


def _rules(sentence: str, form: str = "2022", section: str = "main") -> list[str]:
    norms = NORMS["2022" if form == "2022" else "2016"]
    return [each.rule for each in misuses(sentence, norms, section=section)]


@pytest.mark.parametrize(
    ("sentence", "rules"),
    [
        ("The mother failed to protect her children.", ["blame"]),
        ("This was a non-engaging mother.", ["blame"]),
        ("The social worker was careless.", ["blame"]),
        ("Mothers are not to blame and workers say so.", []),
        ("Mothers relied on one worker.", []),
        ("She was described as streetwise.", ["blame"]),
        ("Agencies failed to share what they knew.", []),
        ("The family was hostile; plans are clear.", ["blame"]),
        ("Partners will leverage what they have.", ["jargon"]),
        ("The leverage point is a part of a machine.", ["jargon"]),
        ("This may possibly be late.", ["hedges"]),
        ("It may be late, and others could be on time.", []),
        ("In May, one plan was late.", []),
        ("We read 12 cases.", ["count"]),
        ("Those under two children talk to.", []),
        ("Two of the three cases were late.", ["count"]),
        ("There are 60,000 children in the area.", []),
        ("Of plans, 30% are late.", ["percentage"]),
        ("About 30% of the population, as in England, is young.", []),
        ("Finding F03 says so.", ["id"]),
        ("An S47 enquiry was begun under section 47.", []),
        ("We met Sarah at school.", ["name"]),
        ("Mr Teague wrote it.", ["name"]),
        ("Sarah Whitfield House is a refuge in St Helens.", ["name"]),
        ("Victoria Road has a family hub.", []),
        (" ".join(["word"] * 66) + ".", ["long_sentence"]),
    ],
)
def test_a_sentence_gives_these_alarms(sentence: str, rules: list[str]) -> None:
    assert _rules(sentence) == rules


@pytest.mark.parametrize(
    ("sentence", "form", "section", "rules"),
    [
        ("Sarah told her school.", "2016", "practice", []),
        ("Sarah told her school.", "2022", "practice", ["name"]),
        ("Three siblings live here.", "2022", "practice", []),
        ("Sarah Teague answers it.", "2022", "next", []),
        ("Of plans, 30% are late.", "2016", "main", []),
    ],
)
def test_form_and_section_decide_what_is_usual(sentence: str, form: str, section: str, rules: list[str]) -> None:
    assert _rules(sentence, form, section) == rules


def test_an_alarm_says_what_is_wrong_and_what_is_better() -> None:
    (misuse,) = misuses("They going forward meet.", NORMS["2022"])
    assert (misuse.wrong, misuse.better) == ("“going forward” is jargon.", "Plain words are: from now on.")
