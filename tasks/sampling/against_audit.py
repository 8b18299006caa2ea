"""Compares a draw with the audit chain: the seed announced before, the manifest, and the decisions on it (L6, L10)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from models.tables import AuditEntry
from tasks.ground.digests import sha256
from tasks.ground.keys import commit
from tasks.ledger.audit import verify
from tasks.sampling import Kind, manifest_bytes

_DECIDED = frozenset(f"sample.{kind.value}" for kind in Kind)
_FACTS = ("label", "reason", "second_approver", "new_label")


def announced_digests(entries: Iterable[AuditEntry]) -> tuple[str, ...]:
    """Return the digests of the seeds of draws 1, 2, .. as the announcement committed to them.

    Inspections announced before redraws were committed to have the digest of the first draw alone.
    """
    for entry in entries:
        if entry.action == "inspection.announced":
            return tuple(entry.facts.get("seeds_sha256") or [entry.facts["seed_sha256"]])
    return ()


def revealed_wrongly(entries: Iterable[AuditEntry]) -> str | None:
    """Return a sentence about the first draw whose seed is not the one that was announced, or None.

    Args:
        entries: a whole chain, in order.
    """
    chain = list(entries)
    digests = announced_digests(chain)
    for entry in chain:
        if entry.action != "sample.drawn":
            continue
        number = int(entry.facts["draw"])
        if number <= len(digests) and commit(entry.facts["seed"]) != digests[number - 1]:
            return f"Entry {entry.number} reveals a seed of draw {number} whose digest was not the one announced."
    return None


def against(entries: Iterable[AuditEntry], record: Mapping[str, Any], decisions: Mapping[str, Any] | None) -> list[str]:
    """Compare a draw's manifest, and the file of decisions on it, with the entries of the audit chain.

    Args:
        entries: a whole chain, in order.
        record: the manifest.
        decisions: the file of decisions, if there is one.

    Returns:
        What differs, in sentences, the first difference first.
    """
    chain = list(entries)
    # A chain that is broken, or a seed that is not the announced one, proves nothing about the rest: stop there.
    if (broken := verify(chain)) is not None:
        return [f"The audit chain does not hold. {broken.to_message()}"]
    if (wrong := revealed_wrongly(chain)) is not None:
        return [wrong]
    number = record.get("draw", 1)
    draws = (entry for entry in chain if entry.action == "sample.drawn")
    drawn = next((entry for entry in draws if entry.facts["draw"] == number), None)
    if drawn is None:
        return [f"The audit chain knows of no draw {number}."]
    sentences = []
    if drawn.facts["manifest_sha256"] != (own := sha256(manifest_bytes(record))):
        recorded = drawn.facts["manifest_sha256"][:12]
        sentences.append(f"The audit chain records manifest {recorded} for draw {number}, this is {own[:12]}.")
    return sentences + ([] if decisions is None else _steps_apart(chain, number, decisions["decisions"]))


def _steps_apart(chain: Iterable[AuditEntry], number: int, steps: Sequence[Mapping[str, Any]]) -> list[str]:
    taken = [
        {
            "kind": entry.action.removeprefix("sample."),
            **{name: entry.facts[name] or "" for name in _FACTS},
            "gave_up": entry.facts.get("gave_up", []),
        }
        for entry in chain
        if entry.action in _DECIDED and entry.facts["draw"] == number
    ]
    # The chain has None where the file has an empty text; both mean that there is none.
    stated = [
        {"kind": step["kind"], **{name: step[name] or "" for name in _FACTS}, "gave_up": list(step.get("gave_up", []))}
        for step in steps
    ]
    for place, (was, now) in enumerate(zip_longest(taken, stated), 1):
        if was != now:
            return [f"Decision {place} on draw {number} is not the one in the audit chain."]
    return []
