"""The letter's facts as canonical JSON; once it leaves the inspection team, without cases, sources and digests."""

from dataclasses import asdict
from typing import Any

from models.states import LetterStatus
from tasks.ground.digests import canonical_document
from tasks.letters.evidence_tables import triangulation
from tasks.letters.facts import LetterFacts, LetterFinding

FORMAT = "jtai-letter-1"


def record(facts: LetterFacts) -> dict[str, Any]:
    """Return the facts as plain values: dates as ISO 8601, the theme by name and version."""
    given = {name: value for name, value in _plain(facts).items() if name not in ("theme", "findings")}
    draft = facts.status == LetterStatus.DRAFT
    return {
        "format": FORMAT,
        **given,
        "theme": facts.theme.rule_set,
        "headings": [heading.model_dump() for heading in facts.theme.letter.headings],
        "findings": [_finding(finding, draft) for finding in facts.findings],
        "queries": [asdict(query) for query in triangulation(facts.findings)] if draft else [],
    }


def json_bytes(facts: LetterFacts) -> bytes:
    """Return the record as canonical JSON."""
    return canonical_document(record(facts))


def _plain(facts: LetterFacts) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(facts, name) for name in LetterFacts.__dataclass_fields__}
    plain["dates"] = [{"step": d.step, "label": d.label, "date": d.date.isoformat()} for d in facts.dates]
    plain["numbers"] = asdict(facts.numbers)
    plain["recipients"] = [asdict(recipient) for recipient in facts.recipients]
    plain["statement_due"] = facts.statement_due.isoformat() if facts.statement_due else None
    return plain


def _finding(finding: LetterFinding, draft: bool) -> dict[str, Any]:
    said = asdict(finding)
    said["evidence_kinds"] = list(finding.evidence_kinds)
    said["evidence_count"] = len(finding.evidence)
    if not draft:
        del said["evidence"]
    return said
