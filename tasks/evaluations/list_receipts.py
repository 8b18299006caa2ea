"""Releases lists of children: each agency its own, with a receipt of who has read which list, and when first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.ids import once_key
from models.returns import EVALUATION
from models.tables import Agency, Inspection, ListReading, Notice, Request
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
    """One list as the team sees it: whose it is, how many children it names, and who has read it."""

    request_id: str
    agency: str
    children: int
    readings: tuple[ListReading, ...]


def list_key(request: Request) -> str | None:
    """Return where the list of children of a request lies, or None where it has none."""
    return next((key for key in request.template_keys if is_list(key)), None)


def is_list(key: str) -> bool:
    """Tell whether a key is that of a list of children."""
    return key.rpartition("/")[2].startswith(_LIST)


def read_list(request_id: str, *, agency_id: str, by: str) -> bytes:
    """Return an agency's own list of children; that it was read is in the audit and on the receipt.

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
    return data


def _note(session: Session, inspection: Inspection, request: Request, digest: str, by: str) -> ListReading:
    """Count a reading; two at once are two."""
    now = inspection.now()
    key = {"request_id": request.id, "sha256": digest, "by": by}
    values = {**key, "inspection": inspection.ref, "first_at": now, "last_at": now, "times": 1}
    more = {"times": ListReading.times + 1, "last_at": now}
    found = insert(ListReading).values(**values)
    session.execute(found.on_conflict_do_update(index_elements=list(key), set_=more))
    return session.get_one(ListReading, tuple(key.values()), populate_existing=True)


def readings_of(session: Session, request_id: str) -> list[ListReading]:
    """Return who has read the list of a request, first reader first."""
    query = select(ListReading).where(ListReading.request_id == request_id)
    return list(session.exec(query.order_by(col(ListReading.first_at), ListReading.by)))


def releases(session: Session, ref: str) -> list[Release]:
    """Return the lists that were released to the agencies of an inspection, by agency."""
    query = select(Request).where(Request.inspection == ref, Request.return_code == EVALUATION)
    found = [
        Release(
            one.id,
            session.get_one(Agency, one.agency_id).name,
            len(one.cases),
            tuple(readings_of(session, one.id)),
        )
        for one in session.exec(query)
        if list_key(one)
    ]
    return sorted(found, key=lambda one: one.agency)


def unread_since(session: Session, request: Request) -> datetime | None:
    """Return since when, by the inspection's clock, a list waits to be read; None where there is none, or it was."""
    if list_key(request) is None or readings_of(session, request.id):
        return None
    told = session.exec(select(Notice).where(Notice.once == once_key(request.id, "opened"))).one_or_none()
    # Lists that were released before this was kept are not chased.
    return datetime.fromisoformat(told.facts["released"]) if told and "released" in told.facts else None
