"""Finds what came back although it was destroyed, as from an older backup, and has it destroyed again."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from models.keys import CERTIFICATES
from models.retention import RecordClass, folders
from models.scopes import class_scope
from models.states import DestructionState
from models.tables import Destruction, Inspection
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.retention import keys
from tasks.retention.deciding import owe_destruction
from tasks.retention.gone import destroyed_classes
from tasks.retention.rows import rows_of
from tasks.retention.versions import erase, versions_under

_MADE_AFTERWARDS = frozenset({"notice", "outboxevent"})
"""Tables into which we write about an inspection also after its destruction."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A class of record that is there although it was destroyed.

    Attributes:
        inspection: whose.
        record_class: which.
        objects: how many versions of objects are there.
        rows: how many rows.
    """

    inspection: str
    record_class: RecordClass
    objects: int
    rows: int


def find_returned() -> list[Returned]:
    """Find what came back, owe its destruction again by the authority of the first, and return it; safe to repeat."""
    certified = _certificates()
    with transaction() as session:
        refs = sorted(session.exec(select(Inspection.ref)))
    for ref in sorted({ref for ref, _ in certified} - set(refs)):
        # The ledger is older than the inspection itself, and no row can say that anything is owed.
        for kind in (kind for other, kind in certified if other == ref):
            for version in versions_under(*folders(kind, ref)):
                erase(version)
    return [each for ref in refs for each in _returned(ref, certified)]


def is_behind(session: Session) -> bool:
    """Return whether the vault knows of a destruction that the ledger does not: the ledger is an older one."""
    query = select(Destruction.inspection, Destruction.record_class).where(
        Destruction.state != DestructionState.PROPOSED
    )
    recorded = {(ref, RecordClass(kind)) for ref, kind in session.exec(query)}
    refs = session.exec(select(Inspection.ref))
    return any((ref, kind) not in recorded for ref in refs for kind in keys.destroyed(ref))


def _certificates() -> dict[tuple[str, RecordClass], dict[str, Any]]:
    """Return the newest certificate of each class of each inspection, as the store has them."""
    newest: dict[tuple[str, RecordClass], dict[str, Any]] = {}
    for key in store.keys_under(f"{CERTIFICATES}/"):
        # The lists of what was destroyed lie in the same folder.
        if "-certificate-" not in key:
            continue
        content = json.loads(store.get(key))["certificate"]
        # The certificate of a single file, which says nothing of a whole class.
        if content["class"]["name"] not in set(RecordClass):
            continue
        name = (content["inspection"], RecordClass(content["class"]["name"]))
        # A class can be destroyed again where a restored backup brought it back.
        if name not in newest or newest[name]["destroyed_at"] < content["destroyed_at"]:
            newest[name] = content
    return newest


def _returned(ref: str, certified: dict[tuple[str, RecordClass], dict[str, Any]]) -> Iterator[Returned]:
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        rows = session.exec(select(Destruction).where(Destruction.inspection == ref)).all()
        # What is being destroyed already is not owed a second time.
        waiting = {row.record_class for row in rows if row.state == DestructionState.CONFIRMED}
        gone = destroyed_classes(session, ref) | {kind for other, kind in certified if other == ref}
        for kind in (kind for kind in RecordClass if kind in gone and kind not in waiting):
            objects = sum(1 for _ in versions_under(*folders(kind, ref)))
            left = _rows_left(session, ref, kind)
            if objects or left:
                _owe_again(session, inspection, kind, certified.get((ref, kind), {}), objects)
                yield Returned(ref, kind, objects, left)


def _rows_left(session: Session, ref: str, kind: RecordClass) -> int:
    return sum(row.table not in _MADE_AFTERWARDS for row in rows_of(session, ref, kind))


def _owe_again(
    session: Session, inspection: Inspection, kind: RecordClass, first: dict[str, Any], objects: int
) -> None:
    """Owe the destruction of what came back: two people confirmed it once, and nothing of it may be read meanwhile."""
    ref, policy, authority = inspection.ref, first.get("policy", {}), first.get("authority", {})
    day = policy.get("due_on") or inspection.today().isoformat()
    # An older ledger may still have it as proposed: it is confirmed, and gets no second row beside it.
    row = session.exec(
        select(Destruction).where(
            Destruction.inspection == ref,
            Destruction.record_class == kind,
            Destruction.state == DestructionState.PROPOSED,
        )
    ).one_or_none()
    row = row or Destruction(
        id=f"X-{secrets.token_hex(4).upper()}",
        inspection=ref,
        record_class=kind,
        months=int(policy.get("months", 0)),
        counted_from=date.fromisoformat(policy.get("counted_from") or day),
        due_on=date.fromisoformat(day),
        basis=str(policy.get("basis", "The vault's tombstone: it was destroyed before")),
    )
    row.state, row.confirmed_at = DestructionState.CONFIRMED, utc_now()
    row.again_of = str(first.get("id") or class_scope(ref, kind))
    row.asked_by, row.confirmed_by = str(authority.get("asked_by", "")), str(authority.get("confirmed_by", ""))
    row.counts = {"objects": objects}
    session.add(row)
    session.flush()
    facts = {"class": kind.value, "again_of": row.again_of, "objects": objects}
    audit.append(session, ref, actor="system", action="destruction.returned", subject=row.id, facts=facts)
    owe_destruction(session, row)
