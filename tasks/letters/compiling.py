"""One set of facts, five formats, the same bytes every time (L4)."""

from tasks.letters.blocks import Document
from tasks.letters.content import document
from tasks.letters.docx import docx
from tasks.letters.evidence_document import evidence_document
from tasks.letters.facts import EvidenceFacts, LetterFacts, check_complete
from tasks.letters.html import html
from tasks.letters.odt import odt
from tasks.letters.pdf import pdf
from tasks.letters.record import evidence_record, json_bytes, letter_record


def compile(facts: LetterFacts) -> dict[str, bytes]:
    """Compile the letter: `pdf`, `docx`, `odt`, `html` and `json`.

    Raises:
        IncompleteLetterError: something that the letter cannot leave without is absent.
    """
    check_complete(facts)
    return {**_formats(document(facts)), "json": json_bytes(letter_record(facts))}


def compile_evidence(facts: EvidenceFacts) -> dict[str, bytes]:
    """Compile what stands behind the letter, in the same formats."""
    return {**_formats(evidence_document(facts)), "json": json_bytes(evidence_record(facts))}


def _formats(made: Document) -> dict[str, bytes]:
    return {"pdf": pdf(made), "docx": docx(made), "odt": odt(made), "html": html(made)}
