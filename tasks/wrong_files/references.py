"""The ledger's references to a file and to what was made of it: taken out of its rows, and written back."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, select

from models.keys import put_aside
from models.tables import (
    CheckResult,
    DocumentItem,
    DocumentVersion,
    Explanation,
    Recheck,
    Request,
    Submission,
    UploadSession,
    WrongFile,
)
from tasks.ground.digests import sha256
from tasks.returns.arrivals import files_of

_RESULT = ("report_key", "places_key", "since_key", "across_key")
_REFUSED = "This file was sent in error and is put aside."


def holding(session: Session, row: WrongFile) -> tuple[list[Submission], list[DocumentVersion]]:
    """Return every version of an agency that holds the bytes of a file, by themselves or among others."""
    sent = (
        select(Submission)
        .join(Request, col(Request.id) == Submission.request_id)
        .where(Submission.inspection == row.inspection, Request.agency_id == row.agency_id)
        .order_by(Submission.id)
    )
    documents = (
        select(DocumentVersion)
        .join(DocumentItem, col(DocumentItem.id) == DocumentVersion.item_id)
        .where(DocumentVersion.inspection == row.inspection, DocumentItem.agency_id == row.agency_id)
        .where(DocumentVersion.sha256 == row.sha256)
        .order_by(DocumentVersion.id)
    )
    submissions = [each for each in session.exec(sent) if row.sha256 in {file["sha256"] for file in files_of(each)}]
    return (
        [each for each in submissions if not each.put_aside],
        [each for each in session.exec(documents) if not each.put_aside],
    )


class _Taking:
    """Takes references out of rows one after the other, and keeps what stood there."""

    def __init__(self, session: Session, file: str) -> None:
        self.session, self.file = session, file
        self.kept_references: list[dict[str, Any]] = []

    def mark(self, key: str) -> str:
        """Return what stands in place of a key from now on; of two keys two marks."""
        return put_aside(self.file, sha256(key.encode()))

    def out_of(self, row: Any, identity: str, values: dict[str, Any], **more: str) -> None:
        """Write values over those of a row, and keep the ones that it had."""
        before = {name: getattr(row, name) for name in values}
        self.kept_references.append({"table": row.__tablename__, "id": identity, "values": before, **more})
        for name, value in values.items():
            setattr(row, name, value)
        self.session.add(row)

    def out_of_result(self, result: CheckResult) -> None:
        """Take the report, the tables and the places of a version's check out."""
        marks: dict[str, Any] = {name: self.mark(key) for name in _RESULT if (key := getattr(result, name))}
        if result.table_keys:
            marks["table_keys"] = [self.mark(key) for key in result.table_keys]
        self.out_of(result, result.submission_id, marks)


def take_out(
    session: Session, file: str, submissions: Sequence[Submission], documents: Iterable[DocumentVersion]
) -> list[dict[str, Any]]:
    """Put marks in place of all references of versions, and return what stood there: table, id and values of each."""
    taking, ids = _Taking(session, file), [each.id for each in submissions]
    # A store that reports the object again must not make a new version of it.
    uploads = select(UploadSession).where(col(UploadSession.key).in_([each.key for each in submissions]))
    for upload in session.exec(uploads).all():
        taking.out_of(upload, upload.id, {"refused": _REFUSED})
    for each in submissions:
        parts = [{**part, "key": taking.mark(part["key"])} for part in each.parts]
        taking.out_of(each, each.id, {"key": taking.mark(each.key), "parts": parts}, sha256=each.sha256)
        taking.out_of_result(each.result)
    for explanation in session.exec(select(Explanation).where(col(Explanation.submission_id).in_(ids))).all():
        taking.out_of(explanation, explanation.id, {"key": taking.mark(explanation.key)})
    for again in session.exec(select(Recheck).where(col(Recheck.submission_id).in_(ids))).all():
        if again.report_key:
            taking.out_of(again, again.id, {"report_key": taking.mark(again.report_key)})
    for document in documents:
        taking.out_of(document, document.id, {"key": taking.mark(document.key)})
    session.flush()
    return taking.kept_references


_TABLES: dict[str, Any] = {
    str(table.__tablename__): table
    for table in (Submission, CheckResult, Explanation, Recheck, DocumentVersion, UploadSession)
}


def put_back(session: Session, kept_references: Iterable[dict[str, Any]]) -> None:
    """Write references back where they stood."""
    for entry in kept_references:
        row = session.get(_TABLES[entry["table"]], entry["id"])
        # Explanations, checks and documents may be gone with their class of record.
        if row is None:
            continue
        for name, value in entry["values"].items():
            setattr(row, name, value)
        session.add(row)
    session.flush()


def objects_of(row: WrongFile) -> tuple[list[str], list[str]]:
    """Return the keys of the file itself, wherever it lies, and those of everything that was made of it."""
    files, made = set(), set()
    for entry in row.kept_references:
        values = entry["values"]
        if entry["table"] == "object":
            files.add(entry["id"])
        elif entry["table"] == "submission":
            own = [{"key": values["key"], "sha256": entry["sha256"]}, *values["parts"]]
            # A version may have other files beside the wrong one: they are nobody's error.
            files |= {part["key"] for part in own if part["sha256"] == row.sha256}
        elif entry["table"] == "documentversion":
            files.add(values["key"])
        else:
            made |= {key for name in (*_RESULT, "key") if (key := values.get(name))} | set(values.get("table_keys", ()))
    return sorted(files), sorted(made)
