"""What the rehearsal sees of the ledger, how it waits, moves its clock and fills in the forms of Prefect."""

import random
import re
import time
from collections.abc import Callable
from datetime import date, datetime

import httpx

from deployments.demo.cast import Setting
from deployments.demo.people import Decider, cookie_of
from models.england import ENGLAND
from models.ids import request_id
from models.lifecycle import RequestState, Stage, place_of
from models.tables import Inspection, Request
from tasks.ground.database import transaction
from tasks.ground.prefect_api import (
    NotSignedInError,
    PrefectRefusedError,
    PrefectUnreachableError,
    start_as,
    start_run,
    wait_for,
)
from tasks.inspection.rehearsal_clock import set_clock

REF = Setting.of().ref
"""The rehearsal that is run where nothing else is asked for."""
PROPOSAL = re.compile(r"D-[0-9A-F]{8}")
_PATIENCE = 240.0
_NUDGE_SECONDS = 15.0
_PAUSES = (0.02, 0.3)
"""Seconds between two looks at what is waited for: at first, and in the end."""
_TRIES = 5


class StoryError(RuntimeError):
    """A step of the rehearsal did not come to what it should; the message says which."""


def inspection(ref: str = REF) -> Inspection | None:
    """Return the rehearsal's inspection, or None before it is announced."""
    with transaction() as session:
        return session.get(Inspection, ref)


def stage(ref: str = REF) -> Stage | None:
    """Return the stage of the rehearsal."""
    inspection_ = inspection(ref)
    return inspection_.stage if inspection_ else None


def request(code: str, ref: str = REF) -> Request:
    """Return a request by the end of its id, for example `pol-1`."""
    with transaction() as session:
        return session.get_one(Request, request_id(ref, code))


def until(what: str, reached: Callable[[], bool], again: Callable[[], None] | None = None) -> None:
    """Wait until something is so, doing `again` now and then.

    Raises:
        StoryError: it did not come to be in time.
    """
    end, nudge, pause = time.monotonic() + _PATIENCE, time.monotonic() + _NUDGE_SECONDS, _PAUSES[0]
    while not reached():
        if time.monotonic() > end:
            raise StoryError(f"Waited {_PATIENCE:.0f} seconds in vain until {what}.")
        if again and time.monotonic() > nudge:
            again()
            nudge = time.monotonic() + _NUDGE_SECONDS
        time.sleep(pause)
        pause = min(2 * pause, _PAUSES[1])


def past(wanted: Stage, ref: str = REF) -> bool:
    """Return whether the inspection has reached a stage or gone beyond it."""
    inspection_ = inspection(ref)
    return inspection_ is not None and place_of(inspection_.stage) >= place_of(wanted)


def clock(day: date, hour: int, minute: int = 0, ref: str = REF) -> None:
    """Move the rehearsal's clock forward; it stays where it is when it is already later."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ENGLAND)
    inspection_ = inspection(ref)
    if inspection_ and inspection_.now() < moment:
        set_clock(ref, moment, by="rehearsal")


def submit(who: Decider, deployment: str, *, ref: str = REF, **values: object) -> str:
    """Fill in a form of Prefect as somebody, wait for its run and return what it says; a crashed run is tried again.

    A deployment of which one run goes on at a time cancels those that come meanwhile: areas that are rehearsed side by
    side ask for the same at the same moment, so each waits for its turn.

    Raises:
        StoryError: the run was refused or failed, crashed 5 times, or had no turn in time.
    """
    tries, end = _TRIES, time.monotonic() + _PATIENCE
    while tries and time.monotonic() < end:
        tries -= 1
        try:
            run = wait_for(start_as(cookie_of(who, ref), deployment, dict(values)), 180)
        except (PrefectUnreachableError, httpx.HTTPError):
            time.sleep(2)
            continue
        except (PrefectRefusedError, NotSignedInError) as refused:
            raise StoryError(f"{deployment}: {refused}") from None
        if run["state_type"] == "COMPLETED":
            return str(run["state"]["message"])
        if run["state_type"] == "FAILED":
            raise StoryError(f"{deployment}: {run['state']['message']}")
        tries += run["state_type"] == "CANCELLED"
        # Not in step with the others who wait.
        time.sleep(random.uniform(1, 4))  # noqa: S311 - no secret
    raise StoryError(f"{deployment} did not complete in {_TRIES - tries} tries.")


def submit_by_two(first: Decider, second: Decider, deployment: str, *, ref: str = REF, **values: object) -> str:
    """Ask for what needs two people as one of them, confirm it as the other, and return what the second run says.

    Raises:
        StoryError: a run was refused or failed, or the first one asked nobody.
    """
    sentence = submit(first, deployment, ref=ref, **values)
    waiting = PROPOSAL.search(sentence)
    if waiting is None:
        raise StoryError(f"{deployment} did not ask for a second person: {sentence}")
    return submit(second, "confirm-decision", ref=ref, proposal=waiting[0], answer="confirm")


def nudge_sweep() -> None:
    """Ask for a sweep now; one that is already under way will do."""
    try:
        start_run("sweep")
    except PrefectUnreachableError:
        time.sleep(1)


def settled(code: str, ref: str = REF) -> bool:
    """Return whether a request's newest file has its verdict."""
    return request(code, ref).state not in {RequestState.RECEIVED, RequestState.VALIDATING}
