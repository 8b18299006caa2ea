"""The letter of findings: facts in, four formats out, with disclosure control and the chain of evidence (L4, L5)."""

from tasks.letters.compiling import compile
from tasks.letters.disclosure import SMALLEST_SHOWN, numbers, withhold
from tasks.letters.evidence import Query, triangulation
from tasks.letters.facts import (
    CATEGORY_LABELS,
    EVIDENCE_KINDS,
    NO_NUMBERS,
    Category,
    Count,
    DatedStep,
    Evidence,
    Finding,
    IncompleteLetterError,
    LetterFacts,
    Numbers,
    Recipient,
    Status,
    check_statutory,
)
from tasks.letters.figures import chart_svg

__all__ = [
    "CATEGORY_LABELS",
    "EVIDENCE_KINDS",
    "NO_NUMBERS",
    "SMALLEST_SHOWN",
    "Category",
    "Count",
    "DatedStep",
    "Evidence",
    "Finding",
    "IncompleteLetterError",
    "LetterFacts",
    "Numbers",
    "Query",
    "Recipient",
    "Status",
    "chart_svg",
    "check_statutory",
    "compile",
    "numbers",
    "triangulation",
    "withhold",
]
