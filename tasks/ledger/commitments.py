"""What an announcement binds itself to before any return is in: the bytes of the theme and every seed of the draw."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.tables import AuditEntry
from tasks.ground.digests import canonical_json, sha256

ANNOUNCED = "inspection.announced"
FORMAT = "jtai-commitment-1"


@dataclass(frozen=True, slots=True)
class Commitment:
    """Digests by which anybody can show later that neither theme nor draw was changed.

    Attributes:
        theme: SHA-256 of the theme's file as it was at the announcement; empty where none was kept.
        seeds: SHA-256 over the digests of all seeds, in order, a line each without a last line break.
    """

    theme: str
    seeds: str


def commitment(session: Session, ref: str) -> Commitment | None:
    """Return what an announcement bound itself to, from its audit entry; None before it."""
    entry = _announcement(session, ref)
    if entry is None:
        return None
    return Commitment(entry.facts.get("theme_sha256", ""), over(entry.facts.get("seeds_sha256", [])))


def document(session: Session, ref: str) -> bytes | None:
    """Return what an announcement bound itself to, every seed's digest apart, as it is kept in the store; None before.

    It is canonical JSON: the reference, the digest of the theme, those of the seeds, and the hash of the entry.
    """
    entry = _announcement(session, ref)
    if entry is None:
        return None
    fields = {"format": FORMAT, "inspection": ref, "announced": entry.facts.get("announced", ""), "entry": entry.hash}
    fields |= {name: entry.facts.get(name) for name in ("theme_sha256", "seeds_sha256", "rehearsal")}
    # Announcements from before each inspection had a key of its own for its seeds have none of it.
    fields |= {name: entry.facts[name] for name in ("seed_key_sha256",) if name in entry.facts}
    return canonical_json(fields)


def _announcement(session: Session, ref: str) -> AuditEntry | None:
    query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == ANNOUNCED)
    return session.exec(query.order_by(col(AuditEntry.number))).first()


def over(digests: list[str]) -> str:
    """Return one digest over those of all seeds."""
    return sha256("\n".join(digests).encode())
