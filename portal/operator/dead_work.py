"""The operator's page: work that failed too often, to be looked at and started again."""

from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import col, select
from starlette.exceptions import HTTPException

from models.events import Owed
from models.states import WorkState
from models.tables import Work
from portal.operator.door import Operator, menu
from portal.pages.forms import Form, text_of
from portal.pages.frame import to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from tasks.ground.database import transaction
from tasks.ledger.work import MOST_ATTEMPTS, NoDeadWorkError, start_again

router = APIRouter()


@router.get("/work")
def show(request: Request, _: Operator) -> Response:
    """Show dead work to the operator."""
    return _show(request, EVERYTHING)


@router.post("/work/list")
def some(request: Request, _: Operator, form: Form) -> Response:
    """Show or download the work that is wanted."""
    return _show(request, wanted_in(form))


_COLUMNS: tuple[ListingColumn[Work], ...] = (
    ListingColumn("kind", "Work", lambda row: row.kind, chosen=True),
    ListingColumn("subject", "Of", lambda row: row.subject),
    ListingColumn("inspection", "Inspection", lambda row: row.inspection, chosen=True),
    ListingColumn("fault", "Fault", lambda row: row.fault, chosen=True),
    ListingColumn("owed", "Owed since", lambda row: row.owed_at),
)


def _show(request: Request, wanted: Wanted) -> Response:
    with transaction() as session:
        query = select(Work).where(Work.state == WorkState.DEAD).order_by(col(Work.owed_at), Work.kind, Work.subject)
        listing = arrange(session.exec(query).all(), _COLUMNS, wanted)
    facts: dict[str, Any] = {"attempts": MOST_ATTEMPTS, "navigation": menu(request)}
    return answer(request, "work", "Work that needs an operator", listing, _COLUMNS, **facts)


@router.post("/work")
def retry(by: Operator, form: Form) -> Response:
    """Start a piece of dead work again."""
    # Where somebody else has started it meanwhile, the list shows what is left.
    with suppress(NoDeadWorkError):
        start_again(_kind(text_of(form, "kind")), text_of(form, "subject"), by=by)
    return to("/work")


def _kind(name: str) -> Owed:
    try:
        return Owed(name)
    except ValueError:
        raise HTTPException(404) from None
