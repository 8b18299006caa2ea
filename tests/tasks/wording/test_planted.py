"""Planted misuse is seen, and clean paragraphs are left alone: precision and recall of the linter."""

from collections import Counter
from random import Random

import pytest

from tasks.wording.alarms import CheckedParagraph, CheckedSection
from tasks.wording.linting import alarms_of_draft
from tests.tasks.wording.planting import KINDS, Made, clean, planted

pytestmark = pytest.mark.pure

_PARAGRAPHS = 1100


def _rules(made: Made) -> set[str]:
    part = CheckedSection("main", "Main findings", (CheckedParagraph(made.text, bindings=made.bindings),))
    return {alarm.rule for alarm in alarms_of_draft([part], "2022")}


@pytest.mark.parametrize("seed", [1, 20241212])
def test_precision_and_recall_are_at_least_95_in_100(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - draws sentences
    wrong = sum(len(_rules(clean(random))) for _ in range(_PARAGRAPHS))
    seen: Counter[str] = Counter()
    for number in range(_PARAGRAPHS):
        made = planted(random, KINDS[number % len(KINDS)])
        rules = _rules(made)
        seen[made.planted] += made.planted in rules
        wrong += len(rules - {made.planted})
    right = seen.total()
    assert right / _PARAGRAPHS >= 0.95
    assert right / (right + wrong) >= 0.95
    assert all(seen[kind] >= 0.9 * (_PARAGRAPHS // len(KINDS)) for kind in KINDS), seen
