"""The letter of findings: facts in, five formats out, with disclosure control and the chain of evidence (L4, L5)."""

from tasks.letters.compiling import compile
from tasks.letters.disclosure import numbers
from tasks.letters.evidence_tables import EvidenceQuery, triangulation
from tasks.letters.facts import (
    NO_NUMBERS,
    Count,
    DatedStep,
    Evidence,
    IncompleteLetterError,
    LetterFacts,
    LetterFinding,
    Numbers,
    Recipient,
    check_statutory,
)
from tasks.letters.figures import chart_svg

__all__ = [
    "NO_NUMBERS",
    "Count",
    "DatedStep",
    "Evidence",
    "EvidenceQuery",
    "IncompleteLetterError",
    "LetterFacts",
    "LetterFinding",
    "Numbers",
    "Recipient",
    "chart_svg",
    "check_statutory",
    "compile",
    "numbers",
    "triangulation",
]
