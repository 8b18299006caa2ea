"""Issues a request: writes its template workbooks into the store, then tells the agency."""

import io

from sqlmodel import Session, select

from models.ids import once_key
from models.keys import template
from models.lifecycle import RequestState, Stage
from models.tables import Agency, Inspection, Request
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.moves import move_request, move_stage
from tasks.ledger.rows import inspection_of, request_of
from tasks.ledger.work import Claim, finish
from tasks.people.notices import write_notice
from validation.returns import contract
from validation.telling.templates import Format, Stamp, write_template


def issue(session: Session, request: Request, keys: list[str]) -> None:
    """Mark a request as issued with its stored templates, tell the agency, and open the returns after the last one."""
    if request.state != RequestState.DRAFTED:
        return
    request.template_keys = keys
    move_request(session, request, RequestState.ISSUED, actor="system: announce-inspection")
    agency = session.get_one(Agency, request.agency_id)
    waiting = session.exec(
        select(Request).where(
            Request.agency_id == agency.id, Request.state == RequestState.DRAFTED, Request.id != request.id
        )
    ).first()
    if waiting is None:
        write_notice(session, "requests_issued", agency, once=once_key(agency.id, "issued", request.step), sign_in=True)


def open_returns(session: Session, inspection: Inspection) -> None:
    """Open the returns once every request of an announced inspection is issued."""
    drafted = session.exec(
        select(Request).where(Request.inspection == inspection.ref, Request.state == RequestState.DRAFTED)
    ).first()
    if inspection.stage == Stage.ANNOUNCED and drafted is None:
        move_stage(session, inspection, Stage.RETURNS_OPEN, actor="system: announce-inspection")


TEMPLATE_TYPES: tuple[Format, ...] = ("xlsx", "ods", "csv")


def request_name(claimed: Claim) -> str:
    """Return what people call a request: area, agency, return."""
    with transaction() as session:
        return "{} - {} - {}".format(*_names(session, request_of(session, claimed.subject)))


def _names(session: Session, request: Request) -> tuple[str, str, str]:
    inspection = session.get_one(Inspection, request.inspection)
    return inspection.area_name, session.get_one(Agency, request.agency_id).name, request.return_code


def template_bytes(inspection: Inspection, return_code: str, kind: Format) -> bytes:
    """Return the empty template of a return, stamped so that a wrong area, theme or return is recognised later."""
    asked = theme(inspection.theme_id)
    stamp = Stamp(theme=asked.rule_set, gss=inspection.area_gss, area=inspection.area_name, inspection=inspection.ref)
    out = io.BytesIO()
    write_template(contract(return_code), asked, out, kind, stamp)
    return out.getvalue()


def issue_request(claimed: Claim) -> str:
    """Write the templates of a request, mark it issued and tell the agency; safe to repeat."""
    with transaction() as session:
        request = request_of(session, claimed.subject)
        inspection = inspection_of(session, request.inspection)
    keys = []
    for kind in TEMPLATE_TYPES:
        data = template_bytes(inspection, request.return_code, kind)
        keys.append(store.put_once(template(request.id, kind), data).key)
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, claimed.inspection, lock=True)
        issue(session, request_of(session, claimed.subject, lock=True), keys)
        session.flush()
        open_returns(session, inspection)
    return "issued"
