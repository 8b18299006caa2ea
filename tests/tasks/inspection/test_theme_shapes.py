"""What the reader of a theme cannot take is told by its name, what stands there and what belongs there."""

import re
from typing import Any

import pytest

from models.themes import Theme, path_of
from tasks.inspection.theme_checks import theme_mistakes
from tasks.inspection.theme_shapes import PATTERNS

NAME = "domestic-abuse-2024"
TEXT = path_of(NAME).read_text()


def patterns(schema: Any) -> set[str]:
    """Return every pattern of a schema, at any depth."""
    if isinstance(schema, dict):
        own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
        return own.union(*(patterns(part) for part in schema.values()), set())
    return set[str]().union(*(patterns(part) for part in schema)) if isinstance(schema, list) else set()


def test_every_pattern_of_a_theme_has_words_whose_example_keeps_it() -> None:
    assert patterns(Theme.model_json_schema()) == set(PATTERNS)
    for pattern, words in PATTERNS.items():
        example = words.rpartition("such as ")[2].strip('"')
        assert re.fullmatch(pattern, example), words


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("tracked = 7", "tracked = true", None),
        ("tracked = 7", "tracked = 7.5", "'tracked' cannot be 7.5: it is a whole number, such as 3."),
        ("tracked = 7", "tracked = 0", "'tracked' cannot be 0: it is at least 1."),
        ("version = ", "version = 0 # ", "'version' cannot be 0: it is at least 1."),
        ('title = "Joint', 'title = 3 # "Joint', "'title' cannot be 3: it is text in quotation marks, so write \"3\"."),
        (
            "deadline_time = 17:00:00",
            'deadline_time = "five"',
            "'deadline_time' cannot be 'five': it is a time of day without",
        ),
        (
            "one_per_household = true",
            'one_per_household = "often"',
            "'one_per_household' cannot be 'often': it is true or",
        ),
        (
            "[age_band]",
            '[[chasing]]\nkey = "a"\nworking_days = 1\nnotice = "overdue"\ntells = "manager"\n[age_band]',
            "'tells' is a list. Write [\"manager\"].",
        ),
        (
            "[age_band]",
            "[chasing]\nladder = []\n[age_band]",
            "'chasing' is a list. Begin each of its items with [[chasing]].",
        ),
        ("[letter]", "letter = 3\n[letters]", None),
        ('number = "1.', 'number = "a.', None),
    ],
)
def test_a_shape_is_told_with_what_belongs_there(old: str, new: str, sentence: str | None) -> None:
    mistakes = [str(each) for each in theme_mistakes(TEXT.replace(old, new, 1), NAME)]
    assert mistakes
    # What a library calls it is nobody's word: no tuple, no pattern, no python.
    assert not [each for each in mistakes if re.search(r"tuple|pattern|valid|\{|\^|True|False", each)]
    if sentence:
        assert len(mistakes) == 1
        assert sentence in mistakes[0]
