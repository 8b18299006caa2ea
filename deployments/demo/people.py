"""The people who decide in the rehearsal: signed in by their own notices, they fill in forms at the gate of Prefect."""

import time
from enum import StrEnum

import httpx

from deployments.demo.web import FRESH_SECONDS, enter_managers, sign_in
from models.roles import Role
from models.settings import settings
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import programme
from tasks.people.sign_in_links import outbox_key

_SIGNED_IN: dict[tuple[str, str, str], tuple[str, float]] = {}


class Decider(StrEnum):
    """Who decides: two managers of the programme, and the lead inspector of the inspection."""

    MANAGER = "Sam Patel"
    SECOND = "Bo Okoro"
    LEAD = "Alex Lee"


MANAGERS = (Decider.MANAGER, Decider.SECOND)


def cookie_of(who: Decider, ref: str) -> str:
    """Sign somebody in by a notice of theirs and return the secret that their browser keeps.

    Args:
        who: signs in; the operator enters the managers when they are first asked for.
        ref: the inspection, of which the lead inspector is meant.
    """
    portal = settings().required("portal_url")
    key = (portal, who.value, ref if who is Decider.LEAD else "")
    secret, began = _SIGNED_IN.get(key, ("", 0.0))
    if time.monotonic() - began > FRESH_SECONDS or not _lets_in(portal, secret):
        enter_missing(portal)
        person = sign_in(portal, outbox_key(), who.value, who.value, ref if who is Decider.LEAD else None)
        secret = str(person.browser.cookies[COOKIE])
        _SIGNED_IN[key] = (secret, time.monotonic())
    return secret


def enter_missing(portal: str) -> None:
    """Enter the managers who are not there yet, as the operator does on the portal."""
    with transaction() as session:
        there = {person.name for person in programme(session, Role.MANAGER)}
    enter_managers(portal, outbox_key(), [name.value for name in MANAGERS if name.value not in there])


def _lets_in(portal: str, secret: str) -> bool:
    """Return whether a session still lets its person in; another stack may have taken the portal's address."""
    answer = httpx.get(f"{portal}/home", cookies={COOKIE: secret}, trust_env=False, timeout=30)
    return answer.status_code == httpx.codes.OK
