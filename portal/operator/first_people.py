"""How the first people come in: the operator enters a programme manager, who enters everybody else."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.england import world_today
from models.refusals import Refusal
from models.roles import PROGRAMME_ROLES, ROLE_LABELS, Role
from portal.operator.door import Operator, menu
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from tasks.ground.database import transaction
from tasks.people.delivery import start_soon
from tasks.people.notices import write_notice
from tasks.people.organisations import enter_inspectorates
from tasks.people.persons import PROGRAMME, Entered, add_person, give_role, programme

router = APIRouter(prefix="/first-people")


@router.get("")
def show(request: Request, _: Operator) -> Response:
    """Show who has a role in the whole programme, and the form for one more."""
    return _show(request)


def _show(request: Request, refused: Refusal | None = None) -> Response:
    with transaction() as session:
        people = [(ROLE_LABELS[role], programme(session, role)) for role in Role if role in PROGRAMME_ROLES]
    choices = [(role.value, ROLE_LABELS[role].capitalize()) for role in Role if role in PROGRAMME_ROLES]
    mistakes = refused.mistakes if refused else ()
    status = 422 if refused else 200
    title = "People of the programme"
    facts: dict[str, Any] = {"people": people, "choices": choices, "navigation": menu(request)}
    return page(request, "first_people", title, status=status, mistakes=mistakes, **facts)


@router.post("")
def enter(request: Request, by: Operator, form: Form) -> Response:
    """Enter a person of the programme, who is told with a way in."""
    chosen = text_of(form, "role")
    if chosen not in PROGRAMME_ROLES:
        return _show(request, Refusal("Choose a role.", field="role"))
    if not text_of(form, "address"):
        return _show(request, Refusal("Enter the person's own email address.", field="address"))
    try:
        with transaction() as session:
            enter_inspectorates(session, by=by)
            entered = Entered(text_of(form, "name"), text_of(form, "job"), text_of(form, "address"))
            person = add_person(session, entered, by=by)
            give_role(session, person, Role(chosen), by=by, from_day=world_today())
            write_notice(session, "role_given", person, once=f"{PROGRAMME}/{person.id}/role", facts={"role": chosen})
    except Refusal as refused:
        return _show(request, refused)
    start_soon()
    return to("/first-people")
