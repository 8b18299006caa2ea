"""Proposes what is due: a destruction for each class of each inspection whose period is over, unless it is held."""

import secrets
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.ids import once_key
from models.retention import CLASS_LABELS, RecordClass, folders
from models.states import DestructionState
from models.tables import Destruction, Inspection
from models.words import plural
from tasks.ground.database import transaction
from tasks.ground.log import log
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice
from tasks.retention.gone import destroyed_classes
from tasks.retention.holding import Held, held_by, standing_of
from tasks.retention.rows import rows_of
from tasks.retention.schedule import RecordsDue, dues, schedule_for
from tasks.retention.versions import versions_under

_BEFORE = {
    RecordClass.CHILDREN: frozenset[RecordClass](),
    RecordClass.EVIDENCE: frozenset({RecordClass.CHILDREN}),
    RecordClass.RECORD: frozenset({RecordClass.CHILDREN, RecordClass.EVIDENCE}),
}
"""What must be gone before a class: the record of data never goes before the data."""


@dataclass(frozen=True, slots=True)
class ClassNow:
    """Where one class of record of an inspection stands.

    Attributes:
        due: when its period is over.
        holding: what holds it, besides its period.
        destruction: the newest destruction of it; None where none was ever proposed.
        gone: whether it is destroyed.
    """

    due: RecordsDue
    holding: tuple[Held, ...]
    destruction: Destruction | None
    gone: bool


def classes_now(session: Session, inspection: Inspection) -> tuple[ClassNow, ...]:
    """Return where each class of record of an inspection stands."""
    standing, gone = standing_of(session, inspection), destroyed_classes(session, inspection.ref)
    theme = theme_of(inspection)
    days = {"published_on": standing.published_on, "ended_on": standing.ended_on}
    newest = {row.record_class: row for row in destructions_of(session, inspection.ref)}
    states = []
    for due in dues(schedule_for(theme), theme.inspectorates, **days):
        first = sorted(_BEFORE[due.record_class] - gone)
        order = [Held(f"{CLASS_LABELS[kind]} must be destroyed first.", "that is done") for kind in first]
        holding = (*held_by(standing, due.record_class), *order)
        kind = due.record_class
        states.append(ClassNow(due, holding, newest.get(kind), kind in gone))
    return tuple(states)


def destructions_of(session: Session, ref: str) -> list[Destruction]:
    """Return the destructions of an inspection, the oldest first."""
    query = select(Destruction).where(Destruction.inspection == ref)
    return list(session.exec(query.order_by(col(Destruction.proposed_at), Destruction.id)))


def propose_due() -> list[Destruction]:
    """Propose what is due and not held, each once, and tell those who decide and who oversee; return what is new.

    One inspection never stops another (L9): the first fault is raised once all had their turn.
    """
    with transaction() as session:
        # Each inspection has a transaction of its own, so that one that fails undoes no other's proposals.
        refs = sorted(session.exec(select(Inspection.ref)))
    rows: list[Destruction] = []
    faults: list[Exception] = []
    for ref in refs:
        try:
            rows += _propose(ref)
        except Exception as fault:
            log().error("retention.not-proposed", inspection=ref, fault=type(fault).__name__)
            faults.append(fault)
    if faults:
        raise faults[0]
    return rows


def _propose(ref: str) -> list[Destruction]:
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        rows = []
        for now in classes_now(session, inspection):
            # One that waits for people, or was halted, is not proposed a second time beside itself.
            waits = now.destruction is not None and now.destruction.state != DestructionState.DONE
            if not now.due.has_come(inspection.today()) or now.holding or now.gone or waits:
                continue
            rows.append(_proposed(session, inspection, now.due))
        return rows


def _proposed(session: Session, inspection: Inspection, due: RecordsDue) -> Destruction:
    ref, kind = inspection.ref, due.record_class
    if due.counted_from is None or due.day is None:
        raise ValueError("nothing is due that is not counted from a day")
    versions = list(versions_under(*folders(kind, ref)))
    counts = {
        "objects": len(versions),
        "bytes": sum(each.size for each in versions),
        "rows": len(rows_of(session, ref, kind)),
    }
    row = Destruction(
        id=f"X-{secrets.token_hex(4).upper()}",
        inspection=ref,
        record_class=kind,
        months=due.months,
        counted_from=due.counted_from,
        due_on=due.day,
        basis=due.basis,
        counts=counts,
    )
    session.add(row)
    session.flush()
    facts = {"class": kind.value, "due": due.day.isoformat(), **counts}
    audit.append(session, ref, actor="system", action="destruction.proposed", subject=row.id, facts=facts)
    notice = {"what": CLASS_LABELS[kind], "objects": plural(len(versions), "object")}
    for role in ("manager", "protection"):
        once = once_key(row.id, "due", role)
        write_notice(session, "destruction_due", role, once=once, inspection=ref, facts=notice)
    return row
