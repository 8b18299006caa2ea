"""Destroys what two people confirmed, step by step: killed at any point it goes on, and nothing is done twice."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from sqlmodel import Session

from models.ids import once_key
from models.retention import CLASS_LABELS, RecordClass, folders
from models.states import DestructionState, DestructionStep
from models.tables import Destruction
from models.tables.base import utc_now
from models.words import plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.retention import keys, rows, steps, traces
from tasks.retention.certificates import ENTRY
from tasks.retention.facts import certificate_content, lists_of
from tasks.retention.holding import held_by, standing_of
from tasks.retention.kept_figures import keep_figures
from tasks.retention.versions import Version, versions_under

ACTOR = "system"


def carry_out(identity: str) -> str:
    """Do whatever is left of one confirmed destruction, and return what came of it in words.

    Each step is done first and recorded after: a step that was done and not recorded is done again, and finds nothing
    left. Before the first object goes, everything is asked once more that can hold it.
    """
    row = _row(identity)
    if row.state != DestructionState.CONFIRMED:
        return "nothing left to do"
    if row.step == DestructionStep.NONE and (why := _halted(identity)):
        return f"held: {why}"
    for step, work in STEPS:
        if steps.is_before(_row(identity).step, step):
            work(identity, step)
    done = _row(identity)
    number = plural(int(done.counts.get("objects", 0)), "object")
    return f"{number} destroyed, certificate {done.certificate_sha256[:16]}"


def _row(identity: str) -> Destruction:
    with transaction() as session:
        return session.get_one(Destruction, identity)


def _halted(identity: str) -> str:
    """Take back the confirmation of what is held now, and return why; empty where nothing holds it."""
    with transaction() as session:
        row = session.get_one(Destruction, identity)
        inspection = inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        holding = () if row.again_of else held_by(standing_of(session, inspection), RecordClass(row.record_class))
        if not holding:
            return ""
        row.state, row.asked_by, row.confirmed_by, row.confirmed_at = DestructionState.PROPOSED, "", "", None
        session.add(row)
        facts = {"holds": len(holding)}
        audit.append(session, row.inspection, actor=ACTOR, action="destruction.halted", subject=identity, facts=facts)
        return holding[0].why


def _record(identity: str, step: DestructionStep, **changes: Any) -> None:
    """Record that a step was done, with its entry in the audit."""
    with transaction() as session:
        row = session.get_one(Destruction, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        _recorded(session, row, step, **changes)


def _recorded(session: Session, row: Destruction, step: DestructionStep, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.step = step
    session.add(row)
    facts = {"lists": [each["sha256"] for each in row.lists]} if "lists" in changes else {}
    action = f"destruction.{step.value.replace('_', '-')}"
    audit.append(session, row.inspection, actor=ACTOR, action=action, subject=row.id, facts=facts)


def _class(row: Destruction) -> tuple[str, ...]:
    return folders(RecordClass(row.record_class), row.inspection)


def _list(identity: str, step: DestructionStep) -> None:
    """List every object by key, version and digest before any goes, keep the figures that may stay, and record both."""
    row = _row(identity)
    kept = keep_figures(row.inspection, RecordClass(row.record_class), by=ACTOR)
    versions = _there(row)
    listed = steps.keep_list(row, versions)
    counts = {**row.counts, "objects": len(versions), "bytes": sum(each.size for each in versions)}
    _record(identity, step, lists=[*row.lists, listed], kept_key=kept, counts=counts)


def _erase(identity: str, step: DestructionStep) -> None:
    """Remove every version of the class that was listed."""
    steps.erase_listed(partial(_row, identity), _there, partial(_record, identity), step)


def _there(row: Destruction) -> list[Version]:
    return list(versions_under(*_class(row)))


def _destroy_key(identity: str, step: DestructionStep) -> None:
    """Destroy the keys under which the class was sealed: copies in backups cannot be read any more either."""
    row = _row(identity)
    _record(identity, step, tombstone=keys.destroy(row.inspection, RecordClass(row.record_class)))


def _remove_rows(identity: str, step: DestructionStep) -> None:
    """Remove rows and blank references in one transaction, with the list of their digests."""
    with transaction() as session:
        row = session.get_one(Destruction, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        gone = rows.remove(session, row.inspection, RecordClass(row.record_class))
        session.refresh(row)
        listed = steps.keep_list(row, (), [asdict(each) for each in gone])
        counts = {**row.counts, "rows": len(gone)}
        _recorded(session, row, step, lists=[*row.lists, listed], counts=counts)


def _remove_traces(identity: str, step: DestructionStep) -> None:
    """Remove what Prefect keeps of the inspection, and the keys in backups."""
    row = _row(identity)
    removed = traces.remove(row.inspection)
    # Of two attempts both removed something: neither count is lost.
    total: dict[str, Any] = {name: number + int(row.traces.get(name, 0)) for name, number in removed.items()}
    total["backups"] = steps.keys_out_of_backups()["reached"]
    # The end is dated here: whoever signs a second time signs the same words.
    _record(identity, step, traces=total, done_at=row.done_at or utc_now())


def _certify(identity: str, step: DestructionStep) -> None:
    """Sign the certificate, put it into the store, and end the destruction with its digest in the audit."""
    with transaction() as session:
        row = session.get_one(Destruction, identity)
        inspection = inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        at = row.done_at.isoformat() if row.done_at else ""
        digest = steps.keep_certificate(row, certificate_content(row, lists_of(row), at))
        row.step, row.state = step, DestructionState.DONE
        session.add(row)
        facts = {"certificate_sha256": digest, "class": row.record_class, "asked_by": row.asked_by}
        facts |= {"confirmed_by": row.confirmed_by, **({"again_of": row.again_of} if row.again_of else {})}
        audit.append(session, row.inspection, actor=ACTOR, action=ENTRY, subject=row.id, facts=facts)
        _tell(session, row, inspection.ref)


def _tell(session: Session, row: Destruction, ref: str) -> None:
    facts = {"what": CLASS_LABELS[RecordClass(row.record_class)], "certificate": row.certificate_sha256[:16]}
    for role in ("protection", "manager"):
        once = once_key(row.id, "destroyed", role)
        write_notice(session, "destroyed", role, once=once, inspection=ref, facts=facts)


STEPS: tuple[tuple[DestructionStep, Callable[[str, DestructionStep], None]], ...] = (
    (DestructionStep.LISTED, _list),
    (DestructionStep.ERASED, _erase),
    (DestructionStep.KEY_DESTROYED, _destroy_key),
    (DestructionStep.ROWS_REMOVED, _remove_rows),
    (DestructionStep.TRACES_REMOVED, _remove_traces),
    (DestructionStep.CERTIFIED, _certify),
)
"""What is done, in this order; each step can be done again."""
