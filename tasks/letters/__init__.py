"""The letter of findings: facts in, five formats out, with disclosure control and the chain of evidence (L4, L5)."""

from tasks.letters.compiling import compile, compile_evidence
from tasks.letters.disclosure import numbers
from tasks.letters.evidence_tables import EvidenceQuery, triangulation
from tasks.letters.facts import (
    NO_NUMBERS,
    Addressee,
    Count,
    DatedStep,
    Determination,
    Evidence,
    EvidenceFacts,
    IncompleteLetterError,
    LetterFacts,
    LetterFinding,
    Numbers,
    Passage,
    Recipient,
    Signatory,
    check_complete,
)
from tasks.letters.figures import chart_svg

__all__ = [
    "NO_NUMBERS",
    "Addressee",
    "Count",
    "DatedStep",
    "Determination",
    "Evidence",
    "EvidenceFacts",
    "EvidenceQuery",
    "IncompleteLetterError",
    "LetterFacts",
    "LetterFinding",
    "Numbers",
    "Passage",
    "Recipient",
    "Signatory",
    "chart_svg",
    "check_complete",
    "compile",
    "compile_evidence",
    "numbers",
    "triangulation",
]
