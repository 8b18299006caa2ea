"""Documents as the team reads them: what each agency was asked for, what came, and what is about a child."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.states import DocumentKind, DocumentState
from models.tables import Agency, AuditEntry, DocumentItem, DocumentVersion
from tasks.documents.sending import READ, UnknownDocumentError, open_document
from tasks.ground.database import transaction
from tasks.inspection.document_items import items_of
from tasks.reading.visibility import Reader


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document that an agency was asked for, with its versions, newest first, and how often each was opened."""

    item: DocumentItem
    agency: str
    versions: tuple[tuple[DocumentVersion, int], ...]

    @property
    def promised(self) -> bool:
        """Return whether an evaluation says that it is attached, and it is not there."""
        return self.item.kind is DocumentKind.CHRONOLOGY and self.item.state is DocumentState.ASKED


def documents_seen(session: Session, ref: str, reader: Reader, child: str = "") -> list[AskedDocument]:
    """Return the documents of an inspection that a reader sees, by agency and deadline; those about a child, if named.

    What was only offered and never came is left out.
    """
    versions: dict[str, list[DocumentVersion]] = {}
    query = select(DocumentVersion).where(DocumentVersion.inspection == ref)
    for version in session.exec(query.order_by(col(DocumentVersion.version).desc())):
        versions.setdefault(version.item_id, []).append(version)
    opened = _opened(session, ref)
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(col(Agency.name), Agency.id)).all()
    return [
        AskedDocument(item, agency.name, tuple((each, opened.get(each.id, 0)) for each in versions.get(item.id, ())))
        for agency in agencies
        if reader.sees(agency.id)
        for item in items_of(session, agency.id)
        if item.state is not DocumentState.OFFERED and (not child or item.child == child)
    ]


def _opened(session: Session, ref: str) -> dict[str, int]:
    entries = select(AuditEntry.subject, func.count()).where(AuditEntry.inspection == ref, AuditEntry.action == READ)
    return dict(session.exec(entries.group_by(AuditEntry.subject)).all())


def read_document(ref: str, identity: str, number: int, reader: Reader) -> tuple[str, DocumentVersion]:
    """Return our own name of a version of a document, and the version; the audit records who opened it.

    Raises:
        UnknownDocumentError: the inspection has no such version that this reader sees and may be opened.
    """
    with transaction() as session:
        item = session.get(DocumentItem, identity)
        if item is None or item.inspection != ref or not reader.sees(item.agency_id):
            raise UnknownDocumentError
        return open_document(session, item, number, by=reader.by)
