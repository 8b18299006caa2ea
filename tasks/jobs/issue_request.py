"""Issues a request once there is a basis for it: writes its templates into the store, then notifies the agency."""

import io
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.ids import once_key
from models.keys import template
from models.lifecycle import RequestState, Stage
from models.returns import EVALUATION
from models.tables import Agency, Inspection, Request
from models.tables.base import utc_now
from models.words import moment
from tasks.basis.holding import LOOKED_AT_AGAIN
from tasks.basis.standing import standing_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.document_items import listed_for
from tasks.inspection.releasing import may_ask
from tasks.jobs.open_evaluations import issue_evaluation
from tasks.ledger.moves import move_request, move_stage
from tasks.ledger.rows import inspection_of, request_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import Claim, finish, put_off
from tasks.people.notices import write_notice
from tasks.returns.if_held import is_if_held
from validation.contract.context import Context
from validation.returns import contract
from validation.telling.templates import Format, Stamp, write_template


def issue(session: Session, request: Request, keys: list[str]) -> None:
    """Mark a request as issued with its stored templates, and notify the agency after its last one."""
    # A repeat after a death: the first attempt came as far as its commit.
    if request.state != RequestState.DRAFTED:
        return
    request.template_keys = keys
    move_request(session, request, RequestState.ISSUED, actor="system: announce-inspection")
    agency = session.get_one(Agency, request.agency_id)
    waiting = session.exec(
        select(Request).where(
            Request.agency_id == agency.id,
            Request.state == RequestState.DRAFTED,
            Request.id != request.id,
            # An evaluation that is held has a notice of its own.
            Request.return_code != EVALUATION,
        )
    ).first()
    # One notice for all requests of an agency, written with the last: a person is to read one, not five.
    if waiting is None:
        once = once_key(agency.id, "issued", request.step)
        facts = _facts_for(session, agency, request)
        kind = "requests_issued" if request.round == 1 else "requests_again"
        write_notice(session, kind, agency, once=once, sign_in=True, facts=facts)


def _facts_for(session: Session, agency: Agency, request: Request) -> dict[str, Any]:
    """Return what an agency is asked for in the round of a request, by when and for which period, for its notice."""
    inspection = inspection_of(session, agency.inspection)
    announced = request.asked_on or inspection.announced
    period = Context(theme_of(inspection), announced)
    requests = session.exec(
        select(Request)
        .where(Request.agency_id == agency.id, Request.round == request.round)
        .order_by(col(Request.due_at), Request.id)
    )
    returns = [
        {
            "code": row.return_code,
            "title": contract(row.return_code).title,
            "due": moment(row.due_at),
            **({"if_held": True} if is_if_held(row, period.theme) else {}),
        }
        for row in requests
    ]
    standing = standing_of(session, inspection, agency, period.theme)
    return {
        "area_code": inspection.area_gss,
        "bases": standing.titles,
        **({"sharing": standing.sharing.title, "controller": standing.sharing.controller} if standing.sharing else {}),
        "returns": returns,
        "documents": listed_for(session, agency.id),
        "period_from": period.window_start.isoformat(),
        "period_to": announced.isoformat(),
    }


def open_returns(session: Session, inspection: Inspection) -> None:
    """Open the returns once every request of an announced inspection is issued; one that is held stops no other."""
    drafted = session.exec(
        select(Request)
        .join(Agency, col(Agency.id) == Request.agency_id)
        .where(Request.inspection == inspection.ref, Request.state == RequestState.DRAFTED, Agency.lacks == "")
    ).first()
    if inspection.stage == Stage.ANNOUNCED and drafted is None:
        move_stage(session, inspection, Stage.RETURNS_OPEN, actor="system: announce-inspection")


TEMPLATE_TYPES: tuple[Format, ...] = ("xlsx", "ods", "csv")


def request_name(claimed: Claim) -> str:
    """Return what people call a request: area, agency, return."""
    with transaction() as session:
        request = request_of(session, claimed.subject)
        area = session.get_one(Inspection, request.inspection).area_name
        return f"{area} - {session.get_one(Agency, request.agency_id).name} - {request.return_code}"


def template_bytes(
    inspection: Inspection,
    return_code: str,
    kind: Format,
    due: datetime | None = None,
    *,
    if_held: bool = False,
    asked_on: date | None = None,
) -> bytes:
    """Return the empty template of a return, stamped so that a wrong area, theme or return is recognised later.

    Args:
        inspection: whose window, area and ages its guidance names.
        return_code: of the return.
        kind: of file.
        due: when the return is due, where that is known.
        if_held: whether it is asked for only where its agency holds such records.
        asked_on: the day from which its window is counted, where it is asked for again.
    """
    theme_ = theme_of(inspection)
    stamp = Stamp(theme=theme_.rule_set, gss=inspection.area_gss, area=inspection.area_name, inspection=inspection.ref)
    out = io.BytesIO()
    context = Context(theme_, asked_on or inspection.announced, inspection.area_gss)
    write_template(
        contract(return_code, theme_),
        theme_,
        out,
        kind,
        stamp,
        context=context,
        due=moment(due) if due else "",
        if_held=if_held,
    )
    return out.getvalue()


def _is_held(session: Session, inspection: Inspection, request: Request) -> bool:
    agency = session.get_one(Agency, request.agency_id)
    return not may_ask(session, inspection, agency, theme_of(inspection))


def issue_request(claimed: Claim) -> str:
    """Write the templates of a request, mark it issued and notify the agency; safe to repeat.

    Where the basis for asking is missing or has lapsed, the request is held: the work stays owed, and is looked at
    again when something is entered about the agency's organisation, and by itself some hours later.
    """
    with transaction() as session:
        request = request_of(session, claimed.subject)
        inspection = inspection_of(session, request.inspection, lock=True)
        if request.state == RequestState.DRAFTED and _is_held(session, inspection, request):
            put_off(session, claimed, utc_now() + LOOKED_AT_AGAIN)
            open_returns(session, inspection)
            return "held"
    if request.return_code == EVALUATION:
        return issue_evaluation(claimed)
    keys = []
    for kind in TEMPLATE_TYPES:
        if_held = is_if_held(request, theme_of(inspection))
        data = template_bytes(
            inspection, request.return_code, kind, request.due_at, if_held=if_held, asked_on=request.asked_on
        )
        keys.append(store.put_once(template(request.id, kind), data).key)
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, claimed.inspection, lock=True)
        issue(session, request_of(session, claimed.subject, lock=True), keys)
        # The next query must see this request as issued, or the last one would open nothing.
        session.flush()
        open_returns(session, inspection)
    return "issued"
