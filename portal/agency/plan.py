"""The plan that answers the letter, as its sender keeps it: actions one at a time or by workbook, sent in versions."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.ids import ACTION
from models.refusals import Mistake, Refusal
from models.tables import Inspection, Statement
from portal.pages.forms import FileForm, Form, date_of, file_of, text_of
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.fresh import check_fresh
from portal.pages.listing import EVERYTHING, Wanted, arrange, list_file, wanted_in
from portal.pages.plan_lists import ACTION_COLUMNS
from portal.pages.session import AgencyPerson, NotTheirsError, Sender, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.plans.standing import owners_of, plan_of, plan_refusal, sends_plan
from validation.telling.causes import ORDER, REASONS, TITLES, Listed, causes_of, grouped, tally

if TYPE_CHECKING:
    from tasks.plans.reading import PlanRead
    from tasks.plans.values import Action
    from validation.telling.pages import Format

router = APIRouter(prefix="/plan")
_KINDS: "tuple[Format, ...]" = ("xlsx", "ods", "csv")
_TITLE = "Plan that answers the letter"


def plan_reader(reader: AgencyPerson) -> Visitor:
    """Return somebody of the agency that sends the plan, at a page that a pause does not stop.

    Raises:
        NotTheirsError: somebody of another agency.
        HTTPException: no plan is asked for.
    """
    with transaction() as session:
        statement = session.get(Statement, reader.inspection)
        if statement is None or statement.published_on is None or not statement.needed:
            raise HTTPException(404)
        if not sends_plan(session, reader.inspection, reader.agency_id):
            raise NotTheirsError
    return reader


def plan_sender(sender: Sender) -> Visitor:
    """Return somebody of the agency that sends the plan, who sends something while the inspection goes on.

    Raises:
        NotTheirsError: somebody of another agency.
        HTTPException: no plan is asked for.
        PausedError: they send something, and the inspection is paused.
    """
    return plan_reader(sender)


PlanReader = Annotated[Visitor, Depends(plan_reader)]
PlanSender = Annotated[Visitor, Depends(plan_sender)]


def _facts(ref: str) -> dict[str, Any]:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        return {
            "inspection": inspection,
            "statement": session.get_one(Statement, ref),
            "standing": plan_of(session, ref),
            "refusal": plan_refusal(session, inspection),
            "owners": list(owners_of(session, ref)),
        }


def _read(sender: Visitor) -> "PlanRead":
    from tasks.plans.reading import read_draft

    return read_draft(sender.inspection, by=sender.by)


@router.get("")
def show(request: Request, sender: PlanSender) -> Response:
    """Show the draft of the plan, what the letter still waits for, and what was sent."""
    return _show(request, sender)


@router.post("/list")
def some(request: Request, sender: PlanReader, form: Form) -> Response:
    """Show or download the actions that are wanted."""
    return _show(request, sender, wanted=wanted_in(form))


def _show(
    request: Request, sender: Visitor, mistakes: tuple[Mistake, ...] = (), wanted: Wanted = EVERYTHING
) -> Response:
    read = _read(sender)
    listing = arrange(read.actions, ACTION_COLUMNS, wanted)
    if wanted.download:
        return list_file("Actions of the plan", listing, ACTION_COLUMNS)
    facts = _facts(sender.inspection) | {"read": read, "listing": listing}
    return page(request, "plan", _TITLE, status=422 if mistakes else 200, mistakes=mistakes, back="/", **facts)


@router.get("/template.{kind}")
def template(kind: str, sender: PlanSender) -> Response:
    """Download the workbook of the plan with the actions of its draft."""
    from tasks.plans.reading import record_read
    from tasks.plans.template import template_of

    form = next((each for each in _KINDS if each == kind), None)
    if form is None:
        raise HTTPException(404)
    with transaction() as session:
        inspection = session.get_one(Inspection, sender.inspection)
        record_read(session, sender.inspection, "template", by=sender.by)
        data = template_of(session, inspection, form)
    return attachment(data, f"{sender.inspection}-plan.{kind}", MEDIA[kind])


@router.post("/workbook")
def upload(request: Request, sender: PlanSender, form: FileForm) -> Response:
    """Check a workbook and go on to the page that says what came of it."""
    from tasks.plans.drafting import keep_workbook

    file = file_of(form, "file")
    if file is None:
        return _show(request, sender, (Mistake("file", "Select a file."),))
    try:
        name = keep_workbook(sender.inspection, filename=file.filename or "", data=file.file.read(), by=sender.by)
    except Refusal as refused:
        return _show(request, sender, tuple(Mistake("file", each.text) for each in refused.mistakes))
    return to(f"/plan/workbook?file={name}")


@router.get("/workbook")
def checked(request: Request, sender: PlanSender, file: str = "") -> Response:
    """Show what came of checking a workbook, cell by cell, before its actions become the draft."""
    from tasks.plans.drafting import kept_workbook

    checked_file = kept_workbook(sender.inspection, file)
    findings = [Listed.from_dict(finding) for finding in checked_file.report["findings"]]
    facts = _facts(sender.inspection) | {
        "report": checked_file.report,
        "plan": checked_file.plan,
        "file": file,
        "groups": grouped(causes_of(findings, checked_file.report["by_rule"])),
        "titles": TITLES,
        "reasons": REASONS,
        "order": ORDER,
        "tally": tally,
        "sheets": any(sheet.get("sheet") for sheet in checked_file.report.get("reckoned", ())),
    }
    title = "Check the plan in your workbook" if checked_file.plan else "Your workbook needs correcting"
    return page(request, "plan_workbook", title, back="/plan", **facts)


@router.post("/workbook/take")
def take(request: Request, sender: PlanSender, form: Form) -> Response:
    """Make the actions of a checked workbook the draft."""
    from tasks.plans.drafting import take_workbook

    try:
        number = take_workbook(sender.inspection, text_of(form, "file"), by=sender.by)
    except store.NotStoredError:
        return _show(request, sender, (Mistake("file", "Select a file."),))
    except Refusal as refused:
        return _show(request, sender, tuple(Mistake("file", each.text) for each in refused.mistakes))
    return to("/plan", "plan_taken", number)


@router.get("/actions/new")
def new(request: Request, sender: PlanSender, origin: str = "") -> Response:
    """Show the form for one more action."""
    return _form(request, sender, "", {"origin": origin})


@router.post("/actions/new")
def add(request: Request, sender: PlanSender, form: Form) -> Response:
    """Add an action to the draft."""
    return _save(request, sender, "", form)


@router.get("/actions/{action}")
def change(request: Request, action: str, sender: PlanSender) -> Response:
    """Show the form with what an action says now."""
    typed = _action(sender, action)
    day = typed.due
    entered = {
        "origin": typed.origin,
        "text": typed.action,
        "owner": typed.owner,
        "measure": typed.measure,
        "due-day": str(day.day) if day else "",
        "due-month": str(day.month) if day else "",
        "due-year": str(day.year) if day else "",
    }
    return _form(request, sender, action, entered)


def _action(sender: Visitor, identity: str) -> "Action":
    action = next((each.action for each in _read(sender).actions if each.action.id == identity), None)
    if action is None:
        raise HTTPException(404)
    return action


@router.post("/actions/{action}")
def save(request: Request, action: str, sender: PlanSender, form: Form) -> Response:
    """Change an action of the draft."""
    return _save(request, sender, action, form)


@router.post("/actions/{action}/remove")
def remove(request: Request, action: str, sender: PlanSender, form: Form) -> Response:
    """Take an action out of the draft."""
    from tasks.plans.drafting import remove_action

    try:
        remove_action(sender.inspection, action, by=sender.by, seen=text_of(form, "seen"))
    except Refusal as refused:
        return _show(request, sender, refused.mistakes)
    return to("/plan", "plan_removed", action)


_FIELDS = ("origin", "text", "owner", "body", "measure", "due-day", "due-month", "due-year")


def _save(request: Request, sender: Visitor, identity: str, form: FormData) -> Response:
    from tasks.plans.drafting import save_action
    from tasks.plans.values import Action

    entered = {name: text_of(form, name) for name in _FIELDS}
    if identity and not ACTION.fullmatch(identity):
        raise HTTPException(404)
    day = date_of(form, "due")
    if day is None and any(entered[f"due-{part}"] for part in ("day", "month", "year")):
        wrong = Mistake("due-day", "Enter a real day, such as 30 9 2026, or leave all 3 boxes blank.")
        return _form(request, sender, identity, entered, (wrong,))
    owner = entered["body"] or entered["owner"]
    made = Action(identity, entered["origin"], entered["text"], owner, entered["measure"], day)
    # In one line, as in a cell of the workbook: typed or sent, the same action is the same.
    made = replace(made, action=" ".join(made.action.split()), measure=" ".join(made.measure.split()))
    try:
        saved = save_action(sender.inspection, made, by=sender.by, seen=text_of(form, "seen"))
    except Refusal as refused:
        return _form(request, sender, identity, entered, refused.mistakes)
    return to("/plan", "plan_saved", saved)


def _form(
    request: Request, sender: Visitor, identity: str, entered: dict[str, str], mistakes: tuple[Mistake, ...] = ()
) -> Response:
    from tasks.plans.standing import answered_letter, origins_of

    facts = _facts(sender.inspection)
    with transaction() as session:
        letter = answered_letter(session, sender.inspection)
    facts |= {"origins": origins_of(letter) if letter else (), "identity": identity, "entered": _split(facts, entered)}
    title = f"Change action {identity}" if identity else "Add an action"
    status = 422 if mistakes else 200
    return page(request, "plan_action", title, status=status, mistakes=mistakes, back="/plan", **facts)


def _split(facts: dict[str, Any], entered: dict[str, str]) -> dict[str, str]:
    """Return what was entered, with an owner who is in no list as the name of another body."""
    owner = entered.get("owner", "")
    other = owner and owner not in facts["owners"]
    return {**dict.fromkeys(_FIELDS, ""), **entered, **({"owner": "", "body": owner} if other else {})}


@router.get("/send")
def look(request: Request, sender: PlanSender) -> Response:
    """Show what will be sent before it is."""
    return _look(request, sender)


def _look(request: Request, sender: Visitor, mistakes: tuple[Mistake, ...] = ()) -> Response:
    facts = _facts(sender.inspection) | {"read": _read(sender)}
    title, status = "Check the plan before you send it", 422 if mistakes else 200
    return page(
        request, "plan_send", title, status=status, mistakes=mistakes, back="/plan", signs="/plan/send", **facts
    )


@router.post("/send")
def send(request: Request, sender: PlanSender, form: Form) -> Response:
    """Send the draft as the next version."""
    from tasks.plans.sending import send_plan

    try:
        check_fresh(request)
        number = send_plan(sender.inspection, seen=text_of(form, "seen"), by=sender.by)
    except Refusal as refused:
        return _look(request, sender, refused.mistakes)
    return to("/plan", "plan_sent", number)


@router.get("/versions/{number}")
def version(request: Request, number: int, sender: PlanSender) -> Response:
    """Show a version that was sent, with what differs from the one before."""
    from tasks.plans.reading import read_version

    facts = _facts(sender.inspection) | {"read": read_version(sender.inspection, number, by=sender.by)}
    return page(request, "plan_version", f"Version {number} of the plan", back="/plan", base="/plan", **facts)
