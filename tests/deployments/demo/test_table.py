"""The rehearsal's last table says in words who did what."""

import pytest

from deployments.demo.table import done_in_words

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("action", "times", "words"),
    [
        ("finding.recorded", 7, "finding recorded (7 times)"),
        ("signed-in", 1, "signed in"),
        ("children-list.read", 2, "children list read (2 times)"),
        ("stage.moved", 1, "stage moved"),
    ],
)
def test_an_act_of_the_audit_is_said_in_words(action: str, times: int, words: str) -> None:
    assert done_in_words(action, times) == words
