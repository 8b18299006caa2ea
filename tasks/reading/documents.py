"""Documents as the team reads them: what each agency was asked for, what came, and what is about a child."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.ids import document_version_id
from models.states import DocumentKind, DocumentState
from models.tables import Agency, AuditEntry, DocumentItem, DocumentVersion
from tasks.documents.sending import READ, UnknownDocumentError, open_document
from tasks.ground.database import transaction
from tasks.inspection.document_items import items_of
from tasks.ledger.restricted import RestrictedError
from tasks.reading.closed import closed_to, open_closed_document
from tasks.reading.visibility import Reader
from tasks.sampling.restricted_cases import RestrictedCases, restricted_cases

RESTRICTED_DOCUMENT = (
    "A person has restricted the use of this document. It opens from the page of the child, for a reason that the law "
    "allows, or after 2 people lift the restriction."
)


@dataclass(frozen=True, slots=True)
class AskedDocument:
    """A document that an agency was asked for, with its versions, newest first, and how often each was opened.

    `restricted` says that a person has restricted its use: of the versions those alone are there that this is not of.
    """

    item: DocumentItem
    agency: str
    versions: tuple[tuple[DocumentVersion, int], ...]
    restricted: bool = False

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
    opened, closed = _opened(session, ref), closed_to(session, ref, reader)
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(col(Agency.name), Agency.id)).all()
    return [
        _item_asked_for(item, agency.name, versions.get(item.id, []), opened, closed)
        for agency in agencies
        if reader.sees(agency.id)
        for item in items_of(session, agency.id)
        if item.state is not DocumentState.OFFERED and (not child or item.child == child)
    ]


def _item_asked_for(
    item: DocumentItem,
    agency: str,
    versions: Sequence[DocumentVersion],
    opened: Mapping[str, int],
    closed: RestrictedCases,
) -> AskedDocument:
    shown = [each for each in versions if not _is_closed(item, each.id, closed)]
    hidden = closed.hides(item.child) or len(shown) < len(versions)
    return AskedDocument(item, agency, tuple((each, opened.get(each.id, 0)) for each in shown), hidden)


def _is_closed(item: DocumentItem, version: str, closed: RestrictedCases) -> bool:
    return closed.hides(item.child) or version in closed.documents


def _opened(session: Session, ref: str) -> dict[str, int]:
    entries = select(AuditEntry.subject, func.count()).where(AuditEntry.inspection == ref, AuditEntry.action == READ)
    return dict(session.exec(entries.group_by(AuditEntry.subject)).all())


def read_document(ref: str, identity: str, number: int, reader: Reader) -> tuple[str, DocumentVersion]:
    """Return our own name of a version of a document, and the version; the audit records who opened it.

    Raises:
        UnknownDocumentError: the inspection has no such version that this reader sees and may be opened.
        RestrictedError: a person has restricted its use, and the reader does not open it for a reason.
    """
    with transaction() as session:
        item = session.get(DocumentItem, identity)
        if item is None or item.inspection != ref or not reader.sees(item.agency_id):
            raise UnknownDocumentError
        version = document_version_id(identity, number)
        if _is_closed(item, version, restricted_cases(session, ref)):
            if reader.opens is None:
                raise RestrictedError(RESTRICTED_DOCUMENT)
            open_closed_document(session, ref, reader, version)
        return open_document(session, item, number, by=reader.by)
