"""How far the actions of the plan are, as the partnership says: one action at a time, in words or by a file."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.refusals import Mistake, Refusal
from models.states import ActionState
from models.tables import Inspection
from portal.agency.plan import PlanReader, PlanSender
from portal.pages.forms import FileForm, Form, file_of, text_of
from portal.pages.frame import download, page, to
from portal.pages.listing import EVERYTHING, Wanted, arrange, list_file, wanted_in
from portal.pages.plan_lists import ACTION_COLUMNS
from portal.pages.session import Visitor
from tasks.ground.database import transaction
from tasks.plans.progress import LONGEST, STATES, ActionEvidence, open_round, tell_progress, waits_for
from tasks.plans.standing import plan_refusal

router = APIRouter(prefix="/plan/progress")


@router.get("")
def listed(request: Request, sender: PlanSender) -> Response:
    """Show how far each action is, and of which we wait to hear."""
    return _listed(request, sender, EVERYTHING)


@router.post("/list")
def some(request: Request, sender: PlanReader, form: Form) -> Response:
    """Show or download the actions that are wanted, with how far they are."""
    return _listed(request, sender, wanted_in(form))


def _listed(request: Request, sender: Visitor, wanted: Wanted) -> Response:
    from tasks.plans.reading import read_version

    read = read_version(sender.inspection, by=sender.by)
    listing = arrange(read.actions, ACTION_COLUMNS, wanted)
    if wanted.download:
        return list_file("How far the actions are", listing, ACTION_COLUMNS)
    facts = _facts(sender) | {"read": read, "listing": listing}
    return page(request, "plan_progress", "How far the actions of your plan are", back="/plan", **facts)


def _facts(sender: Visitor) -> dict[str, Any]:
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        current = open_round(session, sender.inspection)
        return {
            "inspection": inspection,
            "round": current,
            "waits": waits_for(session, current) if current else [],
            "refusal": plan_refusal(session, inspection),
            "states": STATES,
            "longest": LONGEST,
        }


@router.get("/{action}")
def form(request: Request, action: str, sender: PlanSender) -> Response:
    """Show the form about one action, with what was said of it before."""
    return _form(request, sender, action, {})


def _form(
    request: Request, sender: Visitor, identity: str, entered: dict[str, str], mistakes: tuple[Mistake, ...] = ()
) -> Response:
    from tasks.plans.reading import read_version

    read = read_version(sender.inspection, by=sender.by)
    each = next((each for each in read.actions if each.action.id == identity), None)
    if each is None:
        raise HTTPException(404)
    given = {"outcome": each.row.state.value if each.row else "", "text": "", **entered}
    facts = _facts(sender) | {"each": each, "entered": given, "files": "/plan/progress"}
    title, status = f"How far action {identity} is", 422 if mistakes else 200
    return page(request, "plan_progress_form", title, status=status, mistakes=mistakes, back="/plan/progress", **facts)


@router.post("/{action}")
def tell(request: Request, action: str, sender: PlanSender, form: FileForm) -> Response:
    """Record how far an action is."""
    entered = {"outcome": text_of(form, "outcome"), "text": text_of(form, "text")}
    if entered["outcome"] not in set(ActionState):
        wrong = Mistake("outcome", "Choose how far the action is.")
        return _form(request, sender, action, entered, (wrong,))
    file = file_of(form, "file")
    evidence = ActionEvidence(file.filename or "", file.file.read()) if file else None
    state = ActionState(entered["outcome"])
    try:
        tell_progress(sender.inspection, action, state, entered["text"], evidence, by=sender.by)
    except Refusal as refused:
        return _form(request, sender, action, entered, refused.mistakes)
    return to("/plan/progress", "plan_told", action)


@router.get("/{action}/files/{number}")
def evidence_file(action: str, number: int, sender: PlanSender) -> Response:
    """Download a file that was sent as evidence; each opening is recorded."""
    from tasks.plans.reading import read_evidence

    key, name = read_evidence(sender.inspection, action, number, by=sender.by)
    return download(key, "", name)
