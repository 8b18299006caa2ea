"""Rows of the ledger that go with a class of record: which are removed, which lose their references, which stay."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, select, update
from sqlmodel import Session

from models.keys import DESTROYED, is_destroyed
from models.retention import RecordClass
from models.tables import Base
from tasks.ground.digests import canonical_json, sha256

_C, _E, _R = RecordClass.CHILDREN, RecordClass.EVIDENCE, RecordClass.RECORD

REMOVED: dict[RecordClass, tuple[str, ...]] = {
    _C: (
        *("uploadsession", "explanation", "listreading", "sampledlist", "sampledlistreading", "recheck", "pairreview"),
        *("reducedfile", "personscopy", "personscorrection", "personsplace", "personssearch"),
        "personsrestriction",
        *("documentupload", "documentversion", "plannedmeeting", "consent", "heldmeeting"),
        *("concern", "concernreceipt", "concerncall", "notice", "outboxevent"),
    ),
    _E: (
        *("note", "notebatch", "notelog", "keptwriting", "importednote", "sampledform", "judgement", "agreedjudgement"),
        *("commentfile", "paragraph", "paragraphversion", "letterparagraph", "thread", "remark", "markedwords"),
        *("notice", "outboxevent"),
    ),
    _R: (
        *("letter", "letterend", "statement", "publishedfigures", "recipientpublication", "complaint"),
        *("actionplan", "planversion", "planreview", "planaction", "planround", "planprogress"),
        *("remitconcern", "remitconcernversion", "assurance", "correction", "finding", "findingpass"),
        *("submission", "checkresult", "rulewaiver", "documentitem", "cohort", "cohortdecision"),
        *("apitoken", "addressee", "narrowing", "notice", "outboxevent"),
    ),
}
"""Tables whose rows of an inspection are removed with a class."""

BLANKED: dict[RecordClass, dict[str, tuple[str, ...]]] = {
    _C: {
        "request": ("template_keys",),
        "submission": ("key", "version_id", "etag", "parts"),
        "checkresult": ("report_key", "table_keys", "places_key", "since_key", "across_key"),
        "cohort": (
            *("frame_key", "identifiers_key", "links_key", "doubtful_key", "model_key", "adults_key"),
            *("adult_children_key", "manifest_key"),
        ),
    },
    _E: {
        "finding": ("text_key", "withdrawn_key"),
        "correction": ("text_key", "reply_key"),
        "assurance": ("text_key",),
    },
    _R: {},
}
"""Columns that name objects of a class in rows that stay: receipts, counts and decisions outlive what they are of."""

KEPT: dict[str, str] = {
    "inspection": "what it was called, and when",
    "timetablestep": "its dates",
    "kepttheme": "the theme by which it went",
    "agency": "who took part",
    "request": "what was asked for, and how it ended",
    "membership": "who had which role",
    "keptmapping": "of its organisation, for its next return",
    "work": "what was owed and done",
    "link": "spent links, without their secrets",
    "proposal": "who asked and who confirmed",
    "hold": "what held destruction",
    "destruction": "the destruction itself",
    "wrongfile": "who put it aside, destroyed or released it, by codes and digests",
    "breach": "what was decided about it, by codes and counts",
    "auditentry": "the chain is whole or it proves nothing",
    "audithead": "the chain is whole or it proves nothing",
    "anchor": "the chain is proved by it",
    "witness": "the chain is proved by it",
    "sampledraw": "the draw can be proved as long as the audit",
    "sampledecision": "decisions can be proved as long as the audit",
    "themereport": "it is of many inspections",
}
"""Tables with rows of an inspection that no destruction removes, each with the reason."""

_TABLES: dict[str, Table] = {table.name: table for table in Base.metadata.sorted_tables}
# A row goes before the one that it refers to, as foreign keys want it.
_ORDER = [table.name for table in reversed(Base.metadata.sorted_tables)]


@dataclass(frozen=True, slots=True)
class GoneRow:
    """One row that goes, or loses its references.

    Attributes:
        table: its name.
        sha256: of the row as canonical JSON.
        removed: whether it is removed; else its references are blanked.
    """

    table: str
    sha256: str
    removed: bool


def rows_of(session: Session, ref: str, record_class: RecordClass) -> list[GoneRow]:
    """Return the rows that go with a class, or that still name objects of it, by their digests, in a lasting order."""
    return [row for _, _, row in _going(session, ref, record_class)]


def _going(session: Session, ref: str, record_class: RecordClass) -> Iterator[tuple[Table, dict[str, Any], GoneRow]]:
    named = {**dict.fromkeys(REMOVED[record_class], True), **dict.fromkeys(BLANKED[record_class], False)}
    for name in (each for each in _ORDER if each in named):
        table = _TABLES[name]
        rows = [dict(row._mapping) for row in session.execute(select(table).where(belongs(table, ref)))]
        digests = sorted(((sha256(canonical_json(row)), row) for row in rows), key=lambda pair: pair[0])
        for digest, row in digests:
            if named[name] or _blank(table, row, BLANKED[record_class][name]):
                yield table, row, GoneRow(name, digest, named[name])


def belongs(table: Table, ref: str) -> ColumnElement[bool]:
    """Return the condition of rows of an inspection: by its reference, or by the row that they hang on."""
    if "inspection" in table.columns:
        return table.columns["inspection"] == ref
    column, parent = next(
        (column, key.column)
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in _TABLES and _hangs(key.column.table)
    )
    return column.in_(select(parent).where(belongs(parent.table, ref)))


def _hangs(table: Any) -> bool:
    return "inspection" in table.columns


def of_inspections() -> set[str]:
    """Return the names of all tables that have rows of an inspection."""
    own = {name for name, table in _TABLES.items() if "inspection" in table.columns}
    hang = {
        name
        for name, table in _TABLES.items()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in own - {"inspection", "agency", "membership", "themereport"}
    }
    return {*own, *hang, "inspection"}


def remove(session: Session, ref: str, record_class: RecordClass) -> list[GoneRow]:
    """Remove and blank the rows of a class, and return them by digest; the caller commits.

    What is blanked already is left, so that a second time changes nothing.
    """
    gone = []
    for table, row, entry in list(_going(session, ref, record_class)):
        own = [column == row[column.name] for column in table.primary_key.columns]
        if entry.removed:
            session.execute(delete(table).where(*own))
        else:
            blank = _blank(table, row, BLANKED[record_class][str(table.name)])
            session.execute(update(table).where(*own).values(**blank))
        gone.append(entry)
    # What the session has read of these rows is not so any more.
    session.expire_all()
    return gone


def _blank(table: Table, row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    """Return what is written over the references of a row; nothing where all are blank already."""
    return {
        name: _nothing(table.columns[name], row[name]) for name in columns if row[name] and not is_destroyed(row[name])
    }


def _nothing(column: Column[Any], value: Any) -> Any:
    if isinstance(value, list):
        return []
    # Two versions of a return stay two: no unique pair of references may become one.
    return None if column.nullable else f"{DESTROYED}{sha256(str(value).encode())[:16]}"


def unnamed() -> set[str]:
    """Return the tables with rows of an inspection of which nothing is decided here; there are to be none."""
    decided = {*KEPT, *(name for tables in REMOVED.values() for name in tables)}
    return of_inspections() - decided
