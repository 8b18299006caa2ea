"""Documents that agencies are asked for as numbered items, and the versions that came; their bytes are in the store."""

from datetime import datetime

from sqlmodel import Field

from models.ids import document_version_id
from models.keys import document, is_put_aside
from models.states import DocumentKind, DocumentState, NoneHeld, ScanState
from models.tables.base import Base, dated, moment, optional_state, state


class DocumentItem(Base, table=True):
    """One document asked of one agency: its number in the inspectorates' list, its deadline, and where it stands.

    `child` is the label of a chosen child for documents about one. `must` says that each such agency is expected to
    hold it. A chronology has no number of the list: an evaluation says that it is attached.
    """

    id: str = Field(primary_key=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    agency_id: str = Field(foreign_key="agency.id", index=True)
    # A text: 1.1 and 1.10 are two items.
    number: str
    title: str
    kind: DocumentKind = state(DocumentKind)
    must: bool = False
    child: str = ""
    step: str
    due_at: datetime = dated()
    state: DocumentState = state(DocumentState, DocumentState.ASKED)
    current_version: int = 0
    none_reason: NoneHeld | None = optional_state(NoneHeld)
    none_by: str = ""
    none_at: datetime | None = moment()

    @property
    def name(self) -> str:
        """Return what the item is called: its number and title, and the child's label where it is about one."""
        return " ".join(filter(None, (self.number, self.title))) + (f", child {self.child}" if self.child else "")

    @property
    def newest_id(self) -> str:
        """Return the id of the newest version."""
        return document_version_id(self.id, self.current_version)


class DocumentUpload(Base, table=True):
    """Permission of an agency's program to put one file for an item at a place that nobody can guess.

    `version` is the number of the version that it became, or that holds its bytes already; `refused` says why it became
    none. The place follows from inspection and id alone.
    """

    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="documentitem.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    uploader: str
    created_at: datetime = moment(default_now=True)
    completed_at: datetime | None = moment()
    version: int | None = None
    refused: str | None = None

    @property
    def key(self) -> str:
        """Return where in the store the file is put."""
        return document(self.inspection, self.id)


class DocumentVersion(Base, table=True):
    """One file that an agency sent for an item: a reference to it, its digest, size and kind, and the scanner's answer.

    Nobody opens it before `checked_at`: until then it waits for the scanner. Where it holds malware nobody ever does.
    """

    id: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="documentitem.id", index=True)
    inspection: str = Field(foreign_key="inspection.ref", index=True)
    version: int
    key: str
    version_id: str
    sha256: str
    size: int
    kind: str
    by: str
    received_at: datetime = dated()
    late: bool = False
    scanned: ScanState = state(ScanState, ScanState.NOT_SCANNED)
    scanned_by: str = ""
    malware: str = ""
    checked_at: datetime | None = moment()

    @property
    def readable(self) -> bool:
        """Return whether it may be opened."""
        return self.checked_at is not None and not self.malware and not self.put_aside

    @property
    def put_aside(self) -> bool:
        """Return whether it was sent in error."""
        return is_put_aside(self.key)
