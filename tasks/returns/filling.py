"""Fills an agency's returns from an extract: each waits as a file of ours until a person looks at it and sends it.

Of the extract itself nothing is kept: it lies in a private folder while a child reads it. What is filled lies in the
evidence store, where its sender may open it, until it is sent, set aside, or its time is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.lifecycle import SETTLED, RequestState
from models.refusals import Refusal
from models.settings import settings
from models.tables import Inspection, Request, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.returns.closing import refusal_of
from tasks.returns.screening import screen
from tasks.returns.uploads import Permit, check_size, forget, held_for, is_signed, open_permitted
from validation.contract.context import Context

WAITING_READ = "waiting-file.read"
FILLABLE = frozenset({"LA-DA", *(f"LA-{number}" for number in range(1, 9))})
"""Returns that an extract of a kind that we know can fill."""

_BEING_CHECKED = frozenset({RequestState.RECEIVED, RequestState.VALIDATING})
_NOT_SENT = "Nobody sent this file in time, so it was removed. Fill the return again from your extract."


class NothingToFillError(Refusal):
    """None of the agency's open requests is for a return that the extract fills."""

    def __init__(self, codes: Sequence[str]) -> None:
        listed = ", ".join(codes)
        super().__init__(
            f"This extract fills {listed}. None of those is waiting for a file of yours: they were sent, accepted or "
            "closed, or we do not ask you for them.",
            field="file",
        )


@dataclass(frozen=True)
class Draft:
    """A filled return that waits for its sender.

    Attributes:
        upload: its session.
        code: the return.
        account: counts, names of columns and sentences; see `Filled.to_dict`.
    """

    upload: UploadSession
    code: str
    account: dict[str, Any]


def open_requests(session: Session, agency_id: str) -> dict[str, Request]:
    """Return code -> the request of an agency, of those that wait for a file."""
    rows = session.exec(select(Request).where(Request.agency_id == agency_id)).all()
    inspections = {row.inspection: session.get_one(Inspection, row.inspection) for row in rows}
    return {
        row.return_code: row
        for row in rows
        if row.state not in SETTLED | _BEING_CHECKED and not refusal_of(row, inspections[row.inspection])
    }


def drafts_of(session: Session, agency_id: str) -> list[Draft]:
    """Return the filled returns of an agency that wait for their sender, in the order of their requests."""
    rows = session.exec(select(Request).where(Request.agency_id == agency_id).order_by(col(Request.id))).all()
    return [
        Draft(upload, row.return_code, upload.filled)
        for row in rows
        for upload in held_for(session, row.id)
        if upload.filled
    ]


def fill(extract: bytes, inspection_ref: str, agency_id: str, *, by: str, mapping: str = "") -> tuple[str, ...]:
    """Fill the open requests of an agency from an extract; return the returns that now wait for their sender.

    Args:
        extract: the file. It is kept nowhere.
        inspection_ref: of the inspection.
        agency_id: of the agency.
        by: who brings it.
        mapping: the text of a mapping, where the extract is an export with headers of its own.

    Raises:
        ReturnRefusedError: it is too large or empty.
        ScreenedOutError: the scanner found malware in it, or gave no clear answer.
        NotFilledError: it cannot be read, or holds nothing that we know.
        NothingToFillError: no open request is for what it fills.
        OurFaultError: a fault of ours stopped it.
    """
    from validation.engine.filling import fill_in_child

    check_size(len(extract))
    screen(extract, inspection_ref, by=by)
    with transaction() as session:
        inspection = session.get_one(Inspection, inspection_ref)
        theme, requests = theme_of(inspection), open_requests(session, agency_id)
        context = Context(theme, inspection.announced, inspection.area_gss, inspection.now().date())
    made = fill_in_child([extract], context, seconds=settings().validation_seconds, mapping=mapping)
    codes = [code for code in made.files if code in requests]
    if not codes:
        raise NothingToFillError(list(made.files))
    about = {"extract": made.account["extract"], "about": made.account["notes"]}
    for each in made.account["returns"]:
        if each["return"] in codes:
            _keep(requests[each["return"]], made.files[each["return"]], {**each, **about}, by)
    with transaction() as session:
        facts = {key: made.account[key] for key in ("extract", "required_cells", "filled_cells")}
        facts["returns"] = codes
        audit.append(session, inspection_ref, actor=by, action="returns.filled", subject=agency_id, facts=facts)
    return tuple(codes)


def _keep(request: Request, data: bytes, account: dict[str, Any], by: str) -> None:
    """Put a filled return where its sender finds it, in the place of an earlier filling that nobody sent."""
    from io import BytesIO

    with transaction() as session:
        earlier = [upload for upload in held_for(session, request.id) if upload.filled]
        for upload in earlier:
            _end(session, upload, "A newer filling took the place of this file.")
    for upload in earlier:
        forget(upload.key)
    permit = Permit(request.id, request.agency_id, request.state, is_signed(request))
    name = f"{request.return_code} filled.xlsx"
    draft = open_permitted(permit, name, uploader=by, looks=True, filled=account)
    store.put_stream(draft.key, BytesIO(data), filename=name)


def _end(session: Session, upload: UploadSession, why: str) -> None:
    upload.awaits_sender, upload.refused = False, why
    session.add(upload)


def clear_unsent() -> int:
    """Remove filled returns that nobody sent in time; return how many."""
    with transaction() as session:
        query = select(UploadSession).where(col(UploadSession.awaits_sender), UploadSession.expires_at < utc_now())
        # JSON of SQL knows two nulls, so what was filled is looked at here.
        over = [upload for upload in session.exec(query.with_for_update()).all() if upload.filled]
        for upload in over:
            _end(session, upload, _NOT_SENT)
    for upload in over:
        forget(upload.key)
    return len(over)
