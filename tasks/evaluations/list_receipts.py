"""Releases lists of children: each agency its own, with a receipt of who has read which list, and when first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.ids import once_key
from models.keys import name_in_folder
from models.returns import EVALUATION
from models.tables import Agency, Inspection, ListReading, Notice, Request
from tasks.evaluations.list_books import with_closed
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.rows import ReturnRefusedError, inspection_of, request_of

_LIST = "children"


class NoListError(ReturnRefusedError):
    """A request names no children."""

    def __init__(self) -> None:
        super().__init__("No list of children belongs to this request.")


@dataclass(frozen=True, slots=True)
class Release:
    """One list as the team sees it: the agency, how many children it names, and who has read it."""

    request_id: str
    agency: str
    children: int
    readings: tuple[ListReading, ...]


def list_key(request: Request) -> str | None:
    """Return the key of the list of children of a request, or None where it has none."""
    return next((key for key in request.template_keys if is_list(key)), None)


def is_list(key: str) -> bool:
    """Return whether a key is that of a list of children."""
    return name_in_folder(key).startswith(_LIST)


def read_list(request_id: str, *, agency_id: str, by: str, hides: Callable[[str], bool]) -> bytes:
    """Return an agency's own list of children; the audit and the receipt record the reading.

    Args:
        request_id: whose list it is.
        agency_id: of who reads.
        by: who reads.
        hides: whether a label is of a child whose use a person has restricted: nothing else of it is read.

    Raises:
        UnknownRequestError: no such request, or another agency's.
        NoListError: the request names no children.
    """
    with transaction() as session:
        request = request_of(session, request_id, agency_id)
        key = list_key(request)
        if key is None:
            raise NoListError
        data = store.get(key)
        reading = _note(session, inspection_of(session, request.inspection), request, sha256(data), by)
        facts = {"list_sha256": reading.sha256, "times": reading.times}
        audit.append(
            session, request.inspection, actor=by, action="children-list.read", subject=request.id, facts=facts
        )
    return with_closed(data, hides) if any(hides(label) for label in request.cases) else data


def _note(session: Session, inspection: Inspection, request: Request, digest: str, by: str) -> ListReading:
    """Count a reading; two at the same time count as two."""
    # One statement, for two readers may come at once: to read the count and write it back would lose one of them.
    now = inspection.now()
    key = {"request_id": request.id, "sha256": digest, "by": by}
    values = {**key, "inspection": inspection.ref, "first_at": now, "last_at": now, "times": 1}
    more = {"times": ListReading.times + 1, "last_at": now}
    statement = insert(ListReading).values(**values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=more))
    return session.get_one(ListReading, tuple(key.values()), populate_existing=True)


def readings_of(session: Session, request_id: str) -> list[ListReading]:
    """Return who has read the list of a request, first reader first."""
    query = select(ListReading).where(ListReading.request_id == request_id)
    return list(session.exec(query.order_by(col(ListReading.first_at), ListReading.by)))


def releases(session: Session, ref: str) -> list[Release]:
    """Return the lists that were released to the agencies of an inspection, by agency."""
    query = select(Request).where(Request.inspection == ref, Request.return_code == EVALUATION)
    rows = [
        Release(
            request.id,
            session.get_one(Agency, request.agency_id).name,
            len(request.cases),
            tuple(readings_of(session, request.id)),
        )
        for request in session.exec(query)
        if list_key(request)
    ]
    return sorted(rows, key=lambda release: release.agency)


def unread_since(session: Session, request: Request) -> datetime | None:
    """Return since when, by the inspection's clock, a list waits to be read; None where there is none, or it was."""
    if list_key(request) is None or readings_of(session, request.id):
        return None
    notice = session.exec(select(Notice).where(Notice.once == once_key(request.id, "opened"))).one_or_none()
    # Lists that were released before notices recorded the time are not chased.
    return datetime.fromisoformat(notice.facts["released"]) if notice and "released" in notice.facts else None
