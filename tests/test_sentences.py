"""docs/sentences.md lists every kind of notice and every sentence of the letter and the board, with its fact (L13)."""

import re

import pytest

from models.settings import CHECKOUT
from models.tables import Base
from tasks.people.notice_words import NOTICES
from tests.written import ROOMS, Text, texts

PAGE = (CHECKOUT / "docs/sentences.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| ")]
LISTED = {row[0] for row in ROWS}
LETTER = ("content", "evidence_document", "evidence_tables", "figures", "gathering", "statutory")
WATCH = ("board", "board_text", "overview")
FILES = {*(f"tasks/letters/{name}.py" for name in LETTER), *(f"tasks/watch/{name}.py" for name in WATCH)}
FILES.add("tasks/plans/in_words.py")
# Heads of tables, addresses, fonts and parts of a sentence that is listed as a whole.
NO_SENTENCE = re.compile(
    r"^(##|\| |Open Sans|Department for|Secretary of State|Next steps|None recorded|Corrections made|Plan status|"
    r"Postal address|set aside|pre-publication copy|holds a list|each hold a list|(X to|due|version) X$|XX,)"
)


def in_the_list(text: str) -> str:
    """Return a text as the list writes it: values as dots, one space between words, links without their address."""
    words = re.sub(r"\]\([^)]*\)", "]", " ".join(text.split()))
    return re.sub(r"(?<![A-Za-z])X(?![a-z])|(?<=X)X", "…", words)


def stated(text: Text) -> bool:
    # What to do at a stage is listed as one mapping, and no row states it alone.
    return text.path in FILES and not NO_SENTENCE.match(" ".join(text.text.split()))


def to_do() -> set[str]:
    from tasks.watch.board_text import _NEXT

    return set(_NEXT.values())


def test_every_kind_of_notice_is_listed_and_no_other() -> None:
    section = PAGE.split("## Notices")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(NOTICES)


def test_every_sentence_of_the_letter_and_the_board_is_listed() -> None:
    sentences = {in_the_list(text.text) for text in texts() if stated(text)} - to_do()
    assert sorted(sentences - LISTED) == []


def test_what_is_listed_of_letter_and_board_is_still_said() -> None:
    said = {in_the_list(text.text) for text in texts() if text.path in FILES}
    both = PAGE.split("## The letter")[1].split("## Pages")[0]
    listed = {row[0] for row in ROWS if f"| {row[0]} |" in both} - {"sentence"}
    assert sorted(listed - said) == []


@pytest.mark.parametrize("row", [row for row in ROWS if row[0] not in {"kind", "sentence", "page"}], ids=lambda r: r[0])
def test_every_row_names_its_fact(row: list[str]) -> None:
    assert row[-1].strip("| ")


def test_every_column_that_is_named_as_a_fact_exists() -> None:
    columns = {table.name: set(table.columns.keys()) for table in Base.metadata.sorted_tables}
    named = re.findall(r"`(\w+)\.(\w+)`", "\n".join(row[-1] for row in ROWS))
    wrong = [f"{table}.{column}" for table, column in named if table.islower() and column not in columns.get(table, ())]
    assert sorted(set(wrong)) == []
    assert {"cli", "portal"} <= set(ROOMS)
