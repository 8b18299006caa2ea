"""Compares a draw with the audit chain: the seed announced before, the manifest, and the decisions on it (L6, L10)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from models.tables import AuditEntry
from tasks.ground.digests import sha256
from tasks.ledger.audit import verify
from tasks.ledger.proof import DECIDED, DRAWN, decision_apart, story
from tasks.sampling import manifest_bytes


def against(
    entries: Iterable[AuditEntry],
    record: Mapping[str, Any],
    decisions: Mapping[str, Any] | None,
    head: tuple[int, str] | None = None,
) -> list[str]:
    """Compare a draw's manifest, and the file of decisions on it, with the entries of the audit chain.

    Args:
        entries: a whole chain, in order.
        record: the manifest.
        decisions: the file of decisions, if there is one.
        head: number and hash at which the chain ends, where that is known.

    Returns:
        What differs, in sentences, the first difference first.
    """
    chain = list(entries)
    # A chain that is broken, or a seed that is not the announced one, proves nothing about the rest: stop there.
    if (broken := verify(chain, head)) is not None:
        return [f"The audit chain does not hold. {broken.to_message()}"]
    if wrong := story(chain):
        return wrong
    number = record.get("draw", 1)
    draws = (entry for entry in chain if entry.action == DRAWN)
    drawn = next((entry for entry in draws if entry.facts.get("draw") == number), None)
    if drawn is None:
        return [f"The audit chain knows of no draw {number}."]
    sentences = []
    recorded = str(drawn.facts.get("manifest_sha256"))
    if recorded != (own := sha256(manifest_bytes(record))):
        sentences.append(f"The audit chain records manifest {recorded[:12]} for draw {number}, this is {own[:12]}.")
    return sentences + ([] if decisions is None else _decisions_apart(chain, number, decisions))


def _decisions_apart(chain: Iterable[AuditEntry], number: int, decisions: Mapping[str, Any]) -> list[str]:
    steps: Sequence[Mapping[str, Any]] = decisions["decisions"]
    taken = [entry for entry in chain if entry.action in DECIDED and entry.facts.get("draw") == number]
    for place, (entry, step) in enumerate(zip_longest(taken, steps), 1):
        if entry is None or step is None:
            where = "file" if entry is None else "audit chain"
            return [f"Decision {place} on draw {number} stands in the {where} alone."]
        apart = decision_apart(entry, step, number, step["kind"]) or _minimums_apart(entry, step)
        if apart:
            return [f"Decision {place} on draw {number} is not the one in the audit chain: another {apart}."]
    return _approver_apart(taken, number, decisions["approved_by"])


def _minimums_apart(entry: AuditEntry, step: Mapping[str, Any]) -> str:
    same = list(entry.facts.get("gave_up") or []) == list(step.get("gave_up") or [])
    return "" if same else "list of minimums given up"


def _approver_apart(taken: Iterable[AuditEntry], number: int, by: str | None) -> list[str]:
    """Hold the approver that the file names over all to the entry, apart from the decision's own line."""
    approval = next((entry for entry in taken if entry.action == "sample.approve"), None)
    if approval is None:
        return [f"The file says that draw {number} is approved, and the audit chain does not."] if by else []
    if approval.actor not in {by, f"inspectorate: {by}"}:
        return [f"The file names another approver of draw {number} than the audit chain."]
    return []
