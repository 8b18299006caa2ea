"""Announces an inspection: its stored timetable, agencies, requests, templates and notices."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.areas import Area, area
from models.england import ENGLAND
from models.events import Event, Owed
from models.ids import agency_id, inspection_ref, request_id
from models.lifecycle import ENDED
from models.refusals import Refusal
from models.tables import Agency, Inspection, Request, TimetableStep
from models.tables.base import utc_now
from models.themes import AgencyKind, Theme, theme
from models.timetable import check_announcement, deadline, timetable
from models.words import hyphened, numeric
from tasks.ground.database import transaction
from tasks.ground.keys import SEEDS_COMMITTED, seed_for
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.work import owe


class AnnouncementError(Refusal):
    """The announcement cannot be made as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a programme manager asks for."""

    area: str
    theme: str
    announced: date
    lead_inspector: str
    rehearsal: bool = False
    by: str = "programme manager"


def agencies_of(place: Area, ref: str, asked: Theme) -> list[Agency]:
    """Return the agencies that owe something under a theme, with the shared mailbox of each."""
    names: dict[AgencyKind, str] = {
        "local_authority": place.council_name,
        "police": place.police_name,
        "health": f"NHS integrated care board for {place.name}",
        "probation": f"Probation Service, {place.probation_region}",
        "education": f"Education and early years, {place.council_name}",
        "youth_justice": f"Youth justice service for {place.name}",
        "voluntary": f"Specialist domestic abuse services in {place.name}",
        "marac": f"Marac co-ordinator for {place.name}",
    }
    kinds = dict.fromkeys(item.agency for item in asked.returns)
    return [
        Agency(
            id=agency_id(ref, kind),
            inspection=ref,
            kind=kind,
            name=names[kind],
            mailbox=f"{hyphened(kind)}.{place.gss.lower()}@example.org",
        )
        for kind in kinds
    ]


def check_wanted(wanted: Announcement) -> tuple[Area, Theme]:
    """Return area and theme of an announcement whose values are right; whether another is live is not looked at.

    Raises:
        UnknownAreaError, UnknownThemeError, NotAWorkingDayError, AnnouncementError: a wrong value.
    """
    place, asked = area(wanted.area), theme(wanted.theme)
    check_announcement(wanted.announced)
    if not wanted.lead_inspector.strip():
        raise AnnouncementError("Give the name of the lead inspector.")
    if not wanted.rehearsal and wanted.announced < utc_now().astimezone(ENGLAND).date():
        raise AnnouncementError(
            f"{numeric(wanted.announced)} is past. Give today or a later working day; only a rehearsal may be past."
        )
    return place, asked


def announce(wanted: Announcement) -> str:
    """Create an inspection with all that it owes, in one transaction, and return its reference.

    Raises:
        UnknownAreaError, UnknownThemeError, NotAWorkingDayError: a wrong value.
        AnnouncementError: another live inspection of the area and theme exists, one that ended was announced on the
            same day, or the date is past.
    """
    place, asked = check_wanted(wanted)
    ref = inspection_ref(place.name, asked.id, wanted.announced)
    try:
        with transaction() as session:
            _refuse_second(session, place, asked, ref)
            _create(session, wanted, place, asked, ref)
    except IntegrityError:
        raise AnnouncementError(_second_sentence(place, asked)) from None
    return ref


def _second_sentence(place: Area, asked: Theme) -> str:
    return (
        f"{place.name} already has a live inspection under {asked.id}. "
        "Close or cancel it before announcing another; `jtai status` shows it."
    )


def _refuse_second(session: Session, place: Area, asked: Theme, ref: str) -> None:
    known = session.exec(
        select(Inspection).where(Inspection.area_gss == place.gss, Inspection.theme_id == asked.id)
    ).all()
    if any(one.stage not in ENDED for one in known):
        raise AnnouncementError(_second_sentence(place, asked))
    if any(one.ref == ref for one in known):
        raise AnnouncementError(
            f"{place.name} already had an inspection under {asked.id} announced on that day, and it has ended. "
            "Give another day."
        )


def _create(session: Session, wanted: Announcement, place: Area, asked: Theme, ref: str) -> None:
    inspection = Inspection(
        ref=ref,
        area_gss=place.gss,
        area_name=place.name,
        theme_id=asked.id,
        theme_version=asked.version,
        announced=wanted.announced,
        lead_inspector=wanted.lead_inspector.strip(),
        rehearsal=wanted.rehearsal,
        seed_digest="",
    )
    # Imported late: the sampling room brings polars, which most callers of this module never need.
    from tasks.ground.keys import commit

    digests = [commit(seed_for(inspection, draw)) for draw in range(1, SEEDS_COMMITTED + 1)]
    inspection.seed_digest = digests[0]
    if wanted.rehearsal:
        start = datetime.combine(wanted.announced, asked.timetable.deadline_time, ENGLAND).replace(hour=9, minute=0)
        inspection.clock_shift_seconds = int((start - utc_now()).total_seconds())
    session.add(inspection)
    session.flush()
    _store_timetable(session, inspection, asked)
    _make_requests(session, inspection, place, asked)
    audit.append(
        session,
        ref,
        actor=wanted.by,
        action="inspection.announced",
        subject=ref,
        facts={
            "area": place.gss,
            "theme": asked.rule_set,
            "announced": wanted.announced.isoformat(),
            "seed_sha256": inspection.seed_digest,
            "seeds_sha256": digests,
            "rehearsal": wanted.rehearsal,
        },
    )
    tell(session, Event.ANNOUNCED, ref, ref, {"area": place.gss, "theme": asked.id})


def _store_timetable(session: Session, inspection: Inspection, asked: Theme) -> None:
    for position, step in enumerate(timetable(asked, inspection.announced)):
        session.add(
            TimetableStep(
                inspection=inspection.ref,
                step=step.step,
                position=position,
                label=step.label,
                day=step.date,
                working_day=step.working_day,
                explain=step.explain,
            )
        )


def _make_requests(session: Session, inspection: Inspection, place: Area, asked: Theme) -> None:
    agencies = {agency.kind: agency for agency in agencies_of(place, inspection.ref, asked)}
    if inspection.rehearsal:
        for agency in agencies.values():
            agency.postal_address = f"Rehearsal House, 1 Example Street, {place.name}"
            agency.web_address = f"https://example.org/{hyphened(agency.kind)}"
    session.add_all(agencies.values())
    session.flush()
    days = {step.step: step.date for step in timetable(asked, inspection.announced)}
    for item in asked.returns:
        request = Request(
            id=request_id(inspection.ref, item.code),
            inspection=inspection.ref,
            agency_id=agencies[item.agency].id,
            return_code=item.code,
            step=item.due,
            due_at=deadline(asked, days[item.due]),
        )
        session.add(request)
        session.flush()
        owe(session, Owed.ISSUE_REQUEST, request.id, inspection.ref)
