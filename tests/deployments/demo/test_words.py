"""What the inspectors of a rehearsal find can be recorded in each theme, and speaks of no other theme."""

import re

import pytest

from deployments.demo.words import FINDINGS, corrected, findings_of_theme
from models.themes import shipped, theme
from tasks.findings.recording import check_finding

pytestmark = pytest.mark.pure

LABELS = [f"T{number}" for number in range(1, 8)] + [f"S{number}" for number in range(1, 41)]
ABUSE = re.compile(r"domestic|marac|perpetrator|coercive|violence|incident|midwi", re.IGNORECASE)


@pytest.mark.parametrize("theme_id", shipped())
def test_findings_can_be_recorded_in_each_theme(theme_id: str) -> None:
    theme_ = theme(theme_id)
    findings = findings_of_theme(theme_, LABELS)
    assert len(findings) == len(FINDINGS)
    for each in findings:
        assert check_finding(each, theme_, frozenset(theme_.in_scope), frozenset(LABELS)) == ()
    assert {each.category for each in findings} == {"strength", "practice_study", "improvement", "priority_action"}
    fourth = corrected(findings[3])
    assert fourth.category == "improvement"
    assert (fourth.heading, fourth.text != findings[3].text) == (findings[3].heading, True)


@pytest.mark.parametrize("theme_id", [each for each in shipped() if not each.startswith("domestic-abuse")])
def test_a_theme_speaks_of_no_other_theme(theme_id: str) -> None:
    own = theme(theme_id).lists.about
    for each in findings_of_theme(theme(theme_id), LABELS):
        assert not ABUSE.search(f"{each.heading} {each.text}".replace(own, ""))


def test_domestic_abuse_keeps_its_findings() -> None:
    assert findings_of_theme(theme("domestic-abuse-2024"), LABELS) is FINDINGS
    assert findings_of_theme(theme("domestic-abuse-2016"), LABELS) is FINDINGS
