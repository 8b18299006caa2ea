"""How a rehearsal is begun from a terminal, and how its agencies' returns go in by the portal's door for programs."""

import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import select

from cli.announce import order
from models.areas import area as area_of
from models.ids import agency_kind, inspection_ref
from models.lifecycle import ENDED, RequestState, Stage
from models.refusals import Refusal
from models.settings import settings
from models.tables import Agency, Inspection, Request
from models.words import plain
from tasks.ground.database import transaction
from tasks.inspection.announcing import Announcement
from tasks.people.tokens import make_token

_BY = "operator: rehearsal"
_PATIENCE_SECONDS = 180.0
_NOT_SENT = frozenset({RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE})


class RehearsalError(Refusal):
    """A rehearsal cannot go on as wanted; the sentence says why."""


def check_rehearsal(inspection: Inspection) -> None:
    """Refuse whatever would put made-up data into an inspection that is no rehearsal, or has ended.

    Raises:
        RehearsalError: it is real, or has ended.
    """
    if not inspection.rehearsal:
        raise RehearsalError(f"{inspection.ref} is a real inspection. No made-up data is sent to it.")
    if inspection.stage in ENDED:
        raise RehearsalError(f"{inspection.ref} is {plain(inspection.stage)}. Give another day with --date.")


def announced_rehearsal(gss: str, theme_id: str, day: date) -> str:
    """Return the rehearsal of a theme in an area that was announced on a day, and announce it where there is none.

    Raises:
        Refusal: it is a real inspection, it has ended, or the announcement was refused.
    """
    ref = inspection_ref(area_of(gss).name, theme_id, day)
    with transaction() as session:
        existing = session.get(Inspection, ref)
        if existing:
            check_rehearsal(existing)
            return ref
    return order(Announcement(gss, theme_id, day, rehearsal=True))[0]


def wait_until_open(ref: str) -> dict[str, str]:
    """Wait until the requests of a rehearsal are issued; return the name of each agency by its kind.

    Raises:
        RehearsalError: they were not in time.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        with transaction() as session:
            if session.get_one(Inspection, ref).stage != Stage.ANNOUNCED:
                agencies = session.exec(select(Agency).where(Agency.inspection == ref))
                return {agency.kind: agency.name for agency in agencies}
        time.sleep(0.5)
    raise RehearsalError(f"The requests of {ref} are not issued yet. Look at `jtai status {ref}`, then run this again.")


def send_all(ref: str, files: Mapping[str, Sequence[Path]]) -> Iterator[dict[str, Any]]:
    """Send each return that a rehearsal still waits for, by a token of its agency, and give the receipts.

    Args:
        ref: the rehearsal.
        files: of each kind of agency; the name of a file begins with the code of its return.

    Raises:
        RehearsalError: the inspection is no rehearsal or has ended, or the portal refused a file.
    """
    with transaction() as session:
        check_rehearsal(session.get_one(Inspection, ref))
        requests = list(session.exec(select(Request).where(Request.inspection == ref).order_by(Request.id)))
    waiting = [each for each in requests if each.state in _NOT_SENT]
    # The store knows nothing of a program's token, so it has a client of its own.
    with httpx.Client(trust_env=False, timeout=120, verify=_believed()) as store:
        for agency_id in dict.fromkeys(each.agency_id for each in waiting):
            kind = agency_kind(agency_id)
            # Nobody keeps it, and it ends in a day.
            token, _ = make_token(ref, kind, "rehearsal", by=_BY, days=1)
            with httpx.Client(
                base_url=settings().required("portal_url"),
                headers={"Authorization": f"Bearer {token}"},
                trust_env=False,
                timeout=120,
            ) as program:
                for request in (each for each in waiting if each.agency_id == agency_id):
                    own = [path for path in files.get(kind, ()) if path.stem.split(" ")[0] == request.return_code]
                    for number, path in enumerate(own):
                        yield _send(program, store, request.id, path, part=number > 0)


def _send(program: httpx.Client, store: httpx.Client, request: str, path: Path, *, part: bool) -> dict[str, Any]:
    data = path.read_bytes()
    about = {"filename": path.name, "size": len(data), "part": part}
    permit = _answer(program.post(f"/api/requests/{request}/uploads", json=about), path)
    store.put(permit["url"], content=data, headers=permit["headers"]).raise_for_status()
    return _answer(program.post(permit["complete"]), path)


def _believed() -> ssl.SSLContext:
    """Return who vouches for the store: the authorities of this machine, and the stack's own where it has one."""
    believed = ssl.create_default_context()
    if (own := settings().s3_ca_file) is not None:
        believed.load_verify_locations(own)
    return believed


def _answer(answer: httpx.Response, path: Path) -> dict[str, Any]:
    """Return what the portal answers.

    Raises:
        RehearsalError: it refused the file; the sentence is the portal's own.
    """
    body: dict[str, Any] = answer.json()
    if answer.is_error:
        raise RehearsalError(f"{path.name}: {body.get('error') or f'the portal answered {answer.status_code}'}")
    return body
