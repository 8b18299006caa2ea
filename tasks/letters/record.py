"""The facts of a letter, and of what stands behind it, as canonical JSON."""

import json
from dataclasses import asdict
from typing import Any

from tasks.ground.digests import canonical_document
from tasks.letters.evidence_tables import triangulation
from tasks.letters.facts import EvidenceFacts, LetterFacts, LetterFinding

FORMAT = "jtai-letter-2"
EVIDENCE_FORMAT = "jtai-letter-evidence-1"


def letter_record(facts: LetterFacts) -> dict[str, Any]:
    """Return the facts of a letter as plain values: dates as ISO 8601, the theme by name and version."""
    statement = asdict(facts.determination)
    return {
        "format": FORMAT,
        "area_name": facts.area_name,
        "gss": facts.gss,
        "theme": facts.theme.rule_set,
        "rehearsal": facts.rehearsal,
        "status": facts.status,
        "published": facts.published.isoformat() if facts.published else None,
        "dates": [{"step": d.step, "label": d.label, "date": d.date.isoformat()} for d in facts.dates],
        "inspectorates": list(facts.inspectorates),
        "headings": [heading.model_dump() for heading in facts.theme.letter.headings],
        "passages": [asdict(passage) for passage in facts.passages],
        "addressees": [asdict(addressee) for addressee in facts.addressees],
        "signatories": [asdict(signatory) for signatory in facts.signatories],
        "statement": {**statement, "due": statement["due"].isoformat() if statement["due"] else None},
        "recipients": [asdict(recipient) for recipient in facts.recipients],
        "anchor": json.loads(facts.anchor.document()) if facts.anchor else None,
    }


def evidence_record(facts: EvidenceFacts) -> dict[str, Any]:
    """Return what stands behind a letter as plain values."""
    return {
        "format": EVIDENCE_FORMAT,
        "area_name": facts.letter.area_name,
        "gss": facts.letter.gss,
        "theme": facts.letter.theme.rule_set,
        "status": facts.letter.status,
        "findings": [_finding(finding) for finding in facts.findings],
        "queries": [asdict(query) for query in triangulation(facts.findings)],
        "corrections": list(facts.corrections),
        "list_holders": list(facts.list_holders),
        "numbers": asdict(facts.numbers),
        "tracked": facts.tracked,
        "sampled": facts.sampled,
    }


def json_bytes(record: dict[str, Any]) -> bytes:
    """Return a record as canonical JSON."""
    return canonical_document(record)


def _finding(finding: LetterFinding) -> dict[str, Any]:
    return {**asdict(finding), "evidence_kinds": list(finding.evidence_kinds)}
