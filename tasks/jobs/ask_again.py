"""Asks the same agencies for the same returns again after publication, with windows of their own; clock or a person."""

from collections.abc import Sequence
from enum import StrEnum

from sqlmodel import Session, select

from models.actors import inspectorate
from models.events import Event, Owed
from models.ids import again_id, request_id_of
from models.lifecycle import ASKED_AGAIN, at_stage
from models.refusals import Refusal
from models.returns import EVALUATION
from models.tables import Agency, Inspection, Request, Statement
from models.timetable import add_working_days, deadline
from models.words import joined
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import owe
from tasks.plans.rounds import occasions_due

_ACTOR = "system: sweep"


class AgainReason(StrEnum):
    """Why a person asks again; a reason from the list, because free words could name a child."""

    AFTER_STATEMENT = "To see what has changed since the letter"
    PLAN_DONE = "To see what the plan has brought about"
    PRIORITY = "A priority action must be seen to work"


class AgainRefusedError(Refusal):
    """Returns cannot be asked for again as somebody wants; the sentence says why."""


def rounds_of(session: Session, ref: str) -> list[Request]:
    """Return the requests of all later rounds of an inspection, by round and id."""
    query = select(Request).where(Request.inspection == ref, Request.round > 1)
    return list(session.exec(query.order_by(Request.round, Request.id)))  # type: ignore[arg-type]


def ask_again_when_due(ref: str) -> list[str]:
    """Ask again where the theme says so and the day has come, once; return what was done, in words."""
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        statement, followed = session.get(Statement, ref), theme_of(inspection).followed
        if inspection.stage not in ASKED_AGAIN or statement is None or statement.published_on is None:
            return []
        days = [row.asked_on for row in rounds_of(session, ref) if row.asked_on]
        if not occasions_due(statement.published_on, inspection.today(), followed, days):
            return []
        number = _ask(session, inspection, followed.again, by=_ACTOR, reason="theme")
    return [f"returns asked for again, round {number}"]


def ask_again(ref: str, codes: Sequence[str], reason: AgainReason, *, by: str) -> int:
    """Ask for returns again because a person wants it, and return which round that is.

    Args:
        ref: the inspection.
        codes: of the returns; those of the theme's `followed.again` where there are none.
        reason: why.
        by: who asks.

    Raises:
        UnknownInspectionError: no such inspection.
        AgainRefusedError: the letter is not published, the inspection is closed, an earlier round is not over, or the
            theme does not ask for such a return.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if inspection.stage not in ASKED_AGAIN:
            raise AgainRefusedError(
                "Returns are asked for again once the letter is published and until the inspection is closed. This "
                f"inspection is {at_stage(inspection.stage)}."
            )
        theme_ = theme_of(inspection)
        wanted = tuple(dict.fromkeys(code.strip().upper() for code in codes if code.strip())) or theme_.followed.again
        known_codes = {each.code for each in theme_.returns} - {EVALUATION}
        if not wanted:
            raise AgainRefusedError(
                "Name the returns, for example POL-1: the theme names none that is asked for again."
            )
        if unknown := sorted(set(wanted) - known_codes):
            raise AgainRefusedError(
                f"The theme does not ask for {joined(unknown)}. Choose from {joined(sorted(known_codes))}."
            )
        return _ask(session, inspection, wanted, by=inspectorate(by), reason=reason.name.lower())


def _ask(session: Session, inspection: Inspection, codes: Sequence[str], *, by: str, reason: str) -> int:
    theme_, today = theme_of(inspection), inspection.today()
    earlier = rounds_of(session, inspection.ref)
    if any(row.asked_on == today for row in earlier):
        raise AgainRefusedError("Returns were asked for again today already. Ask for others on another day.")
    number = max((row.round for row in earlier), default=1) + 1
    due = deadline(theme_, add_working_days(today, theme_.followed.again_days))
    agencies = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id)).all()
    requests = []
    for asked_for in theme_.returns:
        for agency in agencies:
            if asked_for.code not in codes or agency.kind != asked_for.agency:
                continue
            first = request_id_of(agency.id, asked_for.code, theme_.sender_of(asked_for.code, agency.id))
            requests.append(
                Request(
                    id=again_id(first, number),
                    inspection=inspection.ref,
                    agency_id=agency.id,
                    return_code=asked_for.code,
                    step=f"again_{number}",
                    due_at=due,
                    round=number,
                    asked_on=today,
                )
            )
    session.add_all(requests)
    session.flush()
    for request in requests:
        owe(session, Owed.ISSUE_REQUEST, request.id, inspection.ref)
    facts = {"round": number, "returns": sorted(codes), "requests": len(requests), "reason": reason}
    audit.append(session, inspection.ref, actor=by, action="returns.asked-again", subject=inspection.ref, facts=facts)
    tell(session, Event.ASKED_AGAIN, inspection.ref, inspection.ref, {"round": number})
    return number
