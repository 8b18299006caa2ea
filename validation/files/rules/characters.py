"""Rules about characters that their sender did not mean."""

from validation.contract.file_rules import FileRule

_OR_EXPLAIN = (
    "Compare the cell with your own system: fix it there and send the file again, or explain that it is right."
)

GUESSED = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "A letter of the cell is stored in another code than the rest of the file, so we had to guess it; saving the "
        f"file as 'CSV UTF-8' avoids that. {_OR_EXPLAIN}"
    ),
)
CONTROL = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a character that cannot be seen, such as a line break of another program, and we read a space "
        f"in its place. {_OR_EXPLAIN}"
    ),
)
LOST_LETTER = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "A letter of the cell was lost before the file was sent, and a sign such as � stands in its place. "
        f"{_OR_EXPLAIN}"
    ),
)
TWICE = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        f"Letters of the cell look garbled, as in SiÃ¢n for Siân, because a system encoded them twice. {_OR_EXPLAIN}"
    ),
)
ENTITY = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a letter or sign as a web page writes it, such as &amp; for &. Write the sign itself. "
        f"{_OR_EXPLAIN}"
    ),
)

ESCAPED = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a letter as a program writes it in code, such as \\u00e9 or %C3%A9 for é. Write the letter "
        f"itself. {_OR_EXPLAIN}"
    ),
)
UNSEEN = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a mark that cannot be seen between 2 letters, such as a soft hyphen. Type the word again. "
        f"{_OR_EXPLAIN}"
    ),
)
QUESTIONED = FileRule(
    "FILE.odd_character",
    severity="query",
    message=(
        "The cell holds a question mark in a word, as in Si?n for Siân, where a system has lost a letter. Enter the "
        f"letter. {_OR_EXPLAIN}"
    ),
)

CHARACTER_RULES = (
    GUESSED,
    CONTROL,
    LOST_LETTER,
    TWICE,
    ENTITY,
    ESCAPED,
    UNSEEN,
    QUESTIONED,
)
