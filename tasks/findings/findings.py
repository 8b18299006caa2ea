"""Findings as rows and words: the ledger holds references, the evidence store what was written (L5)."""

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, select

from models.tables import Finding
from tasks.findings.labels import CATEGORY_LABELS, EVIDENCE_KINDS
from tasks.ground import store

CATEGORIES: dict[str, str] = {code: label for code, label in CATEGORY_LABELS.items()}  # noqa: C416 -- widens the keys

__all__ = ["CATEGORIES", "EVIDENCE_KINDS", "FindingWords", "all_findings", "findings_of", "words_of"]


@dataclass(frozen=True, slots=True)
class FindingWords:
    """A finding as an inspector records it."""

    category: str
    area: str
    heading: str
    text: str
    tags: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    evidence_kinds: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def words_of(row: Finding) -> FindingWords:
    """Read a finding's words from the store."""
    document: dict[str, Any] = json.loads(store.get(row.text_key))
    # JSON has no tuples, and a finding that is compared with another must have the same types.
    parts: dict[str, Any] = {key: tuple(part) if isinstance(part, list) else part for key, part in document.items()}
    return FindingWords(**parts)


def findings_of(session: Session, ref: str) -> list[Finding]:
    """Return the findings of an inspection that stand, by id; those that were withdrawn are left out."""
    return [row for row in all_findings(session, ref) if row.withdrawn_at is None]


def all_findings(session: Session, ref: str) -> list[Finding]:
    """Return all findings of an inspection by id, those that were withdrawn among them."""
    return list(session.exec(select(Finding).where(Finding.inspection == ref).order_by(Finding.id)))
