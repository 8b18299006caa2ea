"""The people who decide in the rehearsal: signed in as themselves, they fill in the forms of Prefect at its gate."""

from datetime import date
from enum import StrEnum

import httpx
from sqlmodel import Session, select

from models.roles import Role
from models.settings import settings
from models.states import SignInWay
from models.tables import Person
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role, members
from tasks.people.sessions import begin

_BY = "rehearsal"
_LONG_AGO = date(2020, 1, 1)


class GateError(RuntimeError):
    """The gate before Prefect refused a form; the message is its own sentence."""


class Who(StrEnum):
    """Who decides: two managers of the programme, and the lead inspector of the inspection."""

    MANAGER = "Sam Patel"
    SECOND = "Bo Okoro"
    LEAD = "the lead inspector"


def cookie_of(who: Who, ref: str) -> str:
    """Sign somebody in and return the secret that their browser keeps; managers are entered when first asked for.

    Args:
        who: signs in.
        ref: the inspection, of which the lead inspector is meant.
    """
    with transaction() as session:
        person = members(session, ref, Role.LEAD)[0][1] if who is Who.LEAD else _manager(session, who.value)
        return begin(session, person, SignInWay.OWN_LINK)


def _manager(session: Session, name: str) -> Person:
    """Return a programme manager of the rehearsal by name."""
    present = session.exec(select(Person).where(Person.name == name, Person.entered_by == _BY)).first()
    if present is not None:
        return present
    person = add_person(session, Entered(name, "programme manager"), by=_BY, made_up=True)
    give_role(session, person, Role.MANAGER, by=_BY, from_day=_LONG_AGO)
    return person


def start_as(cookie: str, deployment: str, values: dict[str, object]) -> str:
    """Fill in a form of Prefect as whoever holds a session, and return the id of its run.

    Raises:
        GateError: the gate, or Prefect, refused it.
        httpx.HTTPError: nothing answers there.
    """
    address = settings().required("prefect_api_url")
    with httpx.Client(base_url=address, cookies={COOKIE: cookie}, trust_env=False, timeout=30) as browser:
        page = _answer(browser.get(f"/deployments/name/{deployment}/{deployment}"))
        body = {"parameters": values, "state": {"type": "SCHEDULED"}}
        return str(_answer(browser.post(f"/deployments/{page['id']}/create_flow_run", json=body))["id"])


def _answer(answer: httpx.Response) -> dict[str, object]:
    if answer.is_server_error:
        answer.raise_for_status()
    given: dict[str, object] = answer.json()
    if answer.is_error:
        raise GateError(str(given.get("detail", f"status {answer.status_code}")))
    return given
