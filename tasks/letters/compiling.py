"""One set of facts, five formats, the same bytes every time (L4)."""

from tasks.letters.content import document
from tasks.letters.docx import docx
from tasks.letters.facts import LetterFacts, check_statutory
from tasks.letters.html import html
from tasks.letters.odt import odt
from tasks.letters.pdf import pdf
from tasks.letters.record import json_bytes


def compile(facts: LetterFacts) -> dict[str, bytes]:
    """Compile the letter: `pdf`, `docx`, `odt`, `html` and `json`.

    Raises:
        IncompleteLetterError: something that the law requires in the letter is absent.
    """
    check_statutory(facts)
    letter = document(facts)
    return {
        "pdf": pdf(letter),
        "docx": docx(letter),
        "odt": odt(letter),
        "html": html(letter),
        "json": json_bytes(facts),
    }
