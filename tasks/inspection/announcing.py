"""Announces an inspection: its stored timetable, agencies, requests, templates and notices."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.areas import Area, area
from models.england import ENGLAND, world_today
from models.events import Event, Owed
from models.ids import inspection_ref, request_id_of
from models.lifecycle import ENDED
from models.tables import Agency, Inspection, Request, TimetableStep
from models.tables.base import utc_now
from models.themes import Theme, ThemeFileError, path_of, theme
from models.timetable import check_working_day, deadline, timetable
from models.words import long
from tasks.ground.database import transaction
from tasks.ground.keys import SEEDS_COMMITTED, commit, keep_keys, seed_for, seed_key_of
from tasks.inspection.releasing import may_ask
from tasks.inspection.taking_part import AnnouncementError, Team, form_team, take_part, tell_others, tell_team
from tasks.inspection.theme_checks import usable_themes
from tasks.ledger import audit
from tasks.ledger.commitments import ANNOUNCED
from tasks.ledger.outbox import tell
from tasks.ledger.themes import keep_theme
from tasks.ledger.work import owe


@dataclass(frozen=True, slots=True)
class Announcement:
    """An inspection that a programme manager wants to announce."""

    area: str
    theme: str
    announced: date
    team: Team = Team()
    rehearsal: bool = False
    by: str = "programme manager"


def check_wanted(announcement: Announcement) -> tuple[Area, Theme]:
    """Return area and theme of an announcement with right values; whether another inspection is live is not checked.

    Raises:
        UnknownAreaError, UnknownThemeError, NotAWorkingDayError, AnnouncementError: a wrong value.
        ThemeFileError: the theme's file has mistakes.
    """
    place, theme_ = area(announcement.area), theme(announcement.theme)
    if theme_.id not in usable_themes():
        raise ThemeFileError(path_of(theme_.id))
    check_working_day(announcement.announced)
    if not announcement.rehearsal and announcement.announced < world_today():
        raise AnnouncementError(
            f"{long(announcement.announced)} is past. Give today or a later working day. Only a rehearsal can be in "
            f"the past."
        )
    return place, theme_


def announce(announcement: Announcement) -> str:
    """Create an inspection with its requests and their owed work, in one transaction, and return its reference.

    Raises:
        UnknownAreaError, UnknownThemeError, NotAWorkingDayError: a wrong value.
        AnnouncementError: another live inspection of the area and theme exists, one that ended was announced on the
            same day, the date is past, or a contact or a member of the team is missing.
    """
    place, theme_ = check_wanted(announcement)
    ref = inspection_ref(place.name, theme_.id, announcement.announced)
    try:
        with transaction() as session:
            _refuse_second(session, place, theme_, ref)
            _create(session, announcement, place, theme_, ref)
    except IntegrityError:
        # Two announcements at the same moment: neither saw the other, and the database let one through.
        raise AnnouncementError(_second_sentence(place, theme_)) from None
    return ref


def _second_sentence(place: Area, theme_: Theme) -> str:
    return (
        f"{place.name} already has a live inspection under {theme_.id}. "
        "Close or cancel it before announcing another. `jtai status` shows it."
    )


def _refuse_second(session: Session, place: Area, theme_: Theme, ref: str) -> None:
    inspections = session.exec(
        select(Inspection).where(Inspection.area_gss == place.gss, Inspection.theme_id == theme_.id)
    ).all()
    if any(inspection.stage not in ENDED for inspection in inspections):
        raise AnnouncementError(_second_sentence(place, theme_))
    if any(inspection.ref == ref for inspection in inspections):
        raise AnnouncementError(
            f"{place.name} already had an inspection under {theme_.id} announced on that day, and it has ended. "
            "Give another day."
        )


def _create(session: Session, announcement: Announcement, place: Area, theme_: Theme, ref: str) -> None:
    inspection = Inspection(
        ref=ref,
        area_gss=place.gss,
        area_name=place.name,
        theme_id=theme_.id,
        theme_version=theme_.version,
        announced=announcement.announced,
        rehearsal=announcement.rehearsal,
        # Filled in below: the seeds depend on a key that the inspection does not have yet.
        seed_digest="",
    )
    keep_keys(inspection)
    # All seeds are fixed now, so that nobody can choose one once the returns are in.
    digests = [commit(seed_for(inspection, draw)) for draw in range(1, SEEDS_COMMITTED + 1)]
    inspection.seed_digest = digests[0]
    if announcement.rehearsal:
        # A rehearsal begins on the morning of its day, whenever that is.
        start = datetime.combine(announcement.announced, theme_.timetable.deadline_time, ENGLAND).replace(
            hour=9, minute=0
        )
        inspection.clock_shift_seconds = int((start - utc_now()).total_seconds())
    session.add(inspection)
    # Everything below refers to the inspection's row.
    session.flush()
    theme_digest = keep_theme(session, inspection)
    audit.append(
        session,
        ref,
        actor=announcement.by,
        action=ANNOUNCED,
        subject=ref,
        facts={
            "area": place.gss,
            "theme": theme_.rule_set,
            "theme_sha256": theme_digest,
            "announced": announcement.announced.isoformat(),
            "seed_sha256": inspection.seed_digest,
            "seeds_sha256": digests,
            "seed_key_sha256": commit(seed_key_of(inspection)),
            "rehearsal": announcement.rehearsal,
        },
    )
    _store_timetable(session, inspection, theme_)
    agencies = take_part(session, inspection, place, theme_, by=announcement.by)
    form_team(session, inspection, theme_, announcement.team, by=announcement.by)
    _make_requests(session, inspection, agencies, theme_)
    for agency in agencies:
        may_ask(session, inspection, agency, theme_)
    tell_others(session, agencies, theme_)
    tell_team(session, inspection)
    tell(session, Event.ANNOUNCED, ref, ref, {"area": place.gss, "theme": theme_.id})


def _store_timetable(session: Session, inspection: Inspection, theme_: Theme) -> None:
    for position, step in enumerate(timetable(theme_, inspection.announced)):
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


def _make_requests(session: Session, inspection: Inspection, agencies: list[Agency], theme_: Theme) -> None:
    days = {step.step: step.date for step in timetable(theme_, inspection.announced)}
    owed = [(item, agency) for item in theme_.returns for agency in agencies if agency.kind == item.agency]
    for requirement, agency in owed:
        request = Request(
            id=request_id_of(agency.id, requirement.code, theme_.sender_of(requirement.code, agency.id)),
            inspection=inspection.ref,
            agency_id=agency.id,
            return_code=requirement.code,
            step=requirement.due,
            due_at=deadline(theme_, days[requirement.due]),
        )
        session.add(request)
        session.flush()
        owe(session, Owed.ISSUE_REQUEST, request.id, inspection.ref)
