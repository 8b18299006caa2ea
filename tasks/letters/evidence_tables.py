"""The chain behind each finding: enough kinds of evidence, and the table of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.words import noun, plural, titled
from tasks.findings.labels import EVIDENCE_KINDS
from tasks.letters.facts import EvidenceReference, LetterFinding

_KINDS_NEEDED = 2
_DIGEST_SHOWN = 12
_ROWS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """A question about a finding, which its author answers by a change or an explanation."""

    finding: str
    message: str


def triangulation(findings: Iterable[LetterFinding]) -> tuple[EvidenceQuery, ...]:
    """Ask about every finding that rests on fewer than two kinds of evidence, or on none."""
    return tuple(
        EvidenceQuery(finding.id, _question(finding))
        for finding in findings
        if len(finding.evidence_kinds) < _KINDS_NEEDED
    )


def _question(finding: LetterFinding) -> str:
    if not finding.evidence:
        return f"{finding.id} has no evidence recorded. Record at least 2 kinds."
    only = EVIDENCE_KINDS.get(finding.evidence_kinds[0], finding.evidence_kinds[0]).lower()
    return f"{finding.id} rests on one kind of evidence ({only}). Add a second kind, or explain why there is none."


def kinds_in_words(finding: LetterFinding) -> str:
    """Return the kinds of evidence behind a finding as one phrase."""
    words = [EVIDENCE_KINDS.get(kind, kind) for kind in finding.evidence_kinds]
    return "; ".join(words) if words else "None recorded"


def full_rows(findings: Sequence[LetterFinding]) -> list[list[str]]:
    """Return the table of evidence: finding, kind, agency, case, source and digest of each piece of evidence."""
    rows = []
    for finding in findings:
        for piece in finding.evidence:
            kind, agency = EVIDENCE_KINDS.get(piece.kind, piece.kind), titled(piece.agency)
            # The beginning of a digest is enough to look the object up, and the table stays readable.
            rows.append([finding.id, kind, agency, piece.case, _source(piece), piece.digest[:_DIGEST_SHOWN]])
        if not finding.evidence:
            rows.append([finding.id, "None recorded", "", "", "", ""])
    return rows


def _source(piece: EvidenceReference) -> str:
    if not piece.code:
        return ""
    version = f" version {piece.version}" if piece.version else ""
    if not piece.rows:
        return f"{piece.code}{version}"
    if len(piece.rows) > _ROWS_SHOWN:
        return f"{piece.code}{version}, {plural(len(piece.rows), 'row')}"
    thing = noun(len(piece.rows), "row")
    return f"{piece.code}{version}, {thing} {', '.join(str(row) for row in piece.rows)}"
