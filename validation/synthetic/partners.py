"""The further lists of police, Marac, health, education, youth justice and specialist services of a synthetic area."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from models.timetable import add_working_days, is_working_day
from validation.contract.codes import YNU, code_of, spellings
from validation.contract.codes_agencies import MARAC_REASON
from validation.returns import CONTRACTS
from validation.synthetic.area import SyntheticArea, households
from validation.synthetic.names import BOYS, GIRLS
from validation.synthetic.noise import (
    EDUCATION,
    HEALTH,
    MARAC,
    POLICE,
    VOLUNTARY,
    YOUTH_JUSTICE,
    Cells,
    Habits,
    identity,
    typed,
)
from validation.synthetic.people import Child
from validation.synthetic.rows import Clerk, conceived
from validation.synthetic.services import is_ambulance
from validation.synthetic.suspects import pnc_of, said_to_be_managed

_PROTECTED = 0.06
_ATTENDED = 0.2
_MOTHERS = 0.3
_SUPPORTED = 0.15
_SIBLINGS = 0.05
_HOURS = 60
_NURSERY_AGE, _SCHOOL_AGE = 2, 5
_YNU = spellings(YNU)
_SETTINGS = ("nursery", "nursery", "childminder")

Sheets = dict[str, list[Cells]]


def _who(clerk: Clerk, child: Child, habits: Habits) -> Cells:
    return identity(child, habits, clerk.people, clerk.rng, clerk.context.announced)


def _some(clerk: Clerk, children: list[Child], share: float) -> list[Child]:
    """Return this share of the children, and at least one where there are any."""
    chosen = [c for c in children if clerk.rng.random() < share]
    return chosen or children[:1]


def _at(clerk: Clerk, child: Child) -> datetime:
    """Return a time of day in the window and the child's life, or the pregnancy."""
    day = clerk.day_in_window(child.born or conceived(child))
    return datetime.combine(day, time(clerk.rng.randrange(0, 20), clerk.rng.randrange(0, 60)))


def protection(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return POL-2: a few of the children known to the police, each in police protection once."""
    sheet, rows, rng = CONTRACTS["POL-2"].main, list[Cells](), clerk.rng
    # So early that also the longest protection is over by the announcement.
    latest = clerk.context.announced - timedelta(days=_HOURS // 24 + 1)
    old_enough = [c for c in area.police if c.born and c.born <= latest]
    for number, child in enumerate(_some(clerk, old_enough, _PROTECTED), start=1):
        start, reference = min(_at(clerk, child), datetime.combine(latest, time(12))), f"4326{number:07}"
        before = [each for each in area.incidents.get(child.number, ()) if each.reported.date() <= latest]
        if before:
            # Minutes apart, as brothers and sisters are taken one after another.
            start = before[-1].reported + timedelta(minutes=child.number % 50 + 10)
            reference = before[-1].reference
        who = _who(clerk, child, POLICE)
        own = {
            "incident_ref": reference,
            "child_date_of_birth": who.pop("date_of_birth"),
            "child_la_id": who.pop("la_child_id"),
            "start_datetime": f"{start:%Y-%m-%d %H:%M}",
            "end_datetime": f"{start + timedelta(hours=rng.randrange(2, _HOURS)):%Y-%m-%d %H:%M}",
        }
        area.typed("POL-2", rows, clerk.blank(sheet) | who | own, child)
    return {"POL-2": rows}


def suspects(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return POL-3: the suspect of every household known to the police, the one on probation where there is one.

    Of a few the police say that probation manages them, and it does not.
    """
    sheet, rows, rng = CONTRACTS["POL-3"].main, list[Cells](), clerk.rng
    for household in households(area.police):
        on_probation = area.offenders.get(household)
        born = clerk.context.announced - timedelta(days=rng.randrange(8_000, 18_000))
        managed = on_probation or said_to_be_managed(clerk, household)
        own = {
            "suspect_ref": f"S{household:06}",
            "pnc_id": pnc_of(clerk, household),
            "date_of_birth": on_probation["date_of_birth"] if on_probation else typed(born),
            "incidents_12m": str(rng.randrange(1, 7)),
            "managed_by_probation": "Yes" if managed else "No",
            "disclosure_scheme_applications": str(rng.choice((0, 0, 0, 1, 2))),
            "crn": on_probation["crn"] if on_probation else None,
        }
        rows.append(clerk.blank(sheet) | own)
    return {"POL-3": rows}


def marac(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return MAR-1: a case for every household of which LA-DA says that a Marac heard it, with all its children.

    The Marac also heard of children of these households whom the council does not list.
    """
    main, second = CONTRACTS["MAR-1"].sheets
    cases, rows = list[Cells](), list[Cells]()
    heard = {c.household for c, row in area.cohort if code_of(row["marac_heard"] or "", _YNU) == "Yes"}
    for household, members in households(area.children).items():
        if household not in heard:
            continue
        ref = f"M{household:05}"
        cases.append(clerk.blank(main) | _case(clerk, ref, household, len(members)))
        for child in members:
            who = _who(clerk, child, MARAC)
            area.typed("MAR-1", rows, clerk.blank(second) | who | {"marac_case_ref": ref}, child)
    return {"MAR-1": cases, "Children": rows}


def _case(clerk: Clerk, ref: str, household: int, children: int) -> Cells:
    rng = clerk.rng
    meeting = clerk.day_in_window()
    if not is_working_day(meeting):
        earlier = add_working_days(meeting, -1)
        meeting = earlier if earlier >= clerk.context.window_start else add_working_days(meeting, 1)
    reason = rng.choice(MARAC_REASON.values)
    actions = rng.randrange(0, 8)
    return {
        "marac_case_ref": ref,
        "meeting_date": typed(meeting),
        "referral_date": typed(meeting - timedelta(days=rng.randrange(3, 28))),
        "referral_reason": reason,
        "ric_ticks": str(rng.randrange(14, 25)),
        "repeat": "Yes" if reason == "repeat" else clerk.yes_no(0.2),
        "victim_ref": f"V{household:06}",
        "perpetrator_ref": f"S{household:06}",
        "children_in_household": str(children),
        "actions_set": str(actions),
        "actions_completed": str(rng.randrange(0, actions + 1)),
    }


def attendances(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return HEA-2: attendances of some children, and of some of their mothers."""
    sheet, rows, rng = CONTRACTS["HEA-2"].main, list[Cells](), clerk.rng
    for child in _some(clerk, [c for c in area.health if c.born], _ATTENDED):
        own = _attendance(clerk, _at(clerk, child), len(rows))
        who = {"nhs_number": _who(clerk, child, HEALTH)["nhs_number"], "patient_role": "child"}
        area.typed("HEA-2", rows, _by_provider(clerk.blank(sheet) | own | who), child)
        if rng.random() < _MOTHERS:
            own = _attendance(clerk, _at(clerk, child), len(rows))
            mother: Cells = {"nhs_number": child.mother.nhs_number, "patient_role": "adult_victim"}
            rows.append(_by_provider(clerk.blank(sheet) | own | mother))
    return {"HEA-2": rows}


def _by_provider(row: Cells) -> Cells:
    """Return an attendance under the code of who saw the patient: the ambulance trust or the hospital."""
    return row | {"provider_ods_code": "RYE01" if is_ambulance(row) else "RHW01"}


def _attendance(clerk: Clerk, at: datetime, number: int) -> Cells:
    referred = clerk.yes_no(0.4)
    referred_at = at + timedelta(minutes=clerk.rng.randrange(10, 200))
    return {
        "attendance_ref": f"A{number + 1:07}",
        "attend_datetime": f"{at:%d/%m/%Y %H:%M}",
        "safeguarding_referral": referred,
        "referral_datetime": f"{referred_at:%d/%m/%Y %H:%M}" if referred == "Yes" else None,
    }


def settings(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return EDU-1: the setting of every child of LA-DA who is old enough for one."""
    sheet, rows, rng = CONTRACTS["EDU-1"].main, list[Cells](), clerk.rng
    for child, row in area.cohort:
        age = (clerk.context.announced - child.born).days // 366 if child.born else 0
        if child.born is None or age < _NURSERY_AGE:
            continue
        kind = "school" if age >= _SCHOOL_AGE else rng.choice(_SETTINGS)
        who = _who(clerk, child, EDUCATION)
        own = {
            "la_child_id": row["la_child_id"],
            # A school has the number of each of its pupils.
            "upn": (child.upn or row["upn"] or who["upn"]) if kind == "school" else who["upn"],
            "setting_type": kind,
            "setting_urn": f"{100_000 + child.household * 7 % 40_000}" if kind == "school" else f"EY{300_000 + age}",
            "attendance_pct": f"{rng.randrange(700, 1001) / 10:.1f}",
            **_encompass(clerk, child, kind),
        }
        area.typed("EDU-1", rows, clerk.blank(sheet) | who | own, child)
    return {"EDU-1": rows}


def _encompass(clerk: Clerk, child: Child, kind: str) -> Cells:
    count = clerk.rng.choice((0, 0, 1, 2)) if kind == "school" else 0
    return {
        "encompass_notifications_6m": str(count),
        "latest_encompass_date": typed(clerk.day_in_window(child.born)) if count else None,
        "received_before_next_school_day": clerk.yes_no(0.8) if count else None,
    }


def youth_justice(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return YJS-1: older brothers and sisters, who are none of the area's children and have numbers after theirs."""
    sheet, rows, rng = CONTRACTS["YJS-1"].main, list[Cells](), clerk.rng
    eldest = [members[0] for members in households(area.children).values()]
    for child in _some(clerk, eldest, _SIBLINGS):
        sibling = _sibling(clerk, child, len(area.children))
        start = clerk.context.announced - timedelta(days=rng.randrange(1, 150))
        own = {
            "yjs_ref": f"YJ{child.household:05}",
            "start_date": typed(start),
            "end_date": typed(start + timedelta(days=180)),
            "assetplus_date": typed(min(start + timedelta(days=10), clerk.context.announced)),
        }
        who = _who(clerk, sibling, YOUTH_JUSTICE)
        area.typed("YJS-1", rows, clerk.blank(sheet) | who | own, sibling)
    return {"YJS-1": rows}


def _sibling(clerk: Clerk, child: Child, children: int) -> Child:
    rng, sex = clerk.rng, clerk.rng.choice("MF")
    return replace(
        child,
        number=children + child.household,
        forename=rng.choice(BOYS if sex == "M" else GIRLS),
        surname=child.surname or child.mother.surname,
        born=clerk.context.announced - timedelta(days=rng.randrange(4_300, 6_200)),
        due=None,
        sex=sex,
        nhs_number=clerk.people.nhs_number(),
        upn=None,
        la_child_id=f"CH9{child.household:05}",
    )


def specialist(area: SyntheticArea, clerk: Clerk) -> Sheets:
    """Return VOL-1: households supported by a specialist service, with their children."""
    main, second = CONTRACTS["VOL-1"].sheets
    cases, rows, rng = list[Cells](), list[Cells](), clerk.rng
    families = households(area.children)
    chosen = [c.household for c in _some(clerk, [f[0] for f in families.values()], _SUPPORTED)]
    for household in chosen:
        ref, day = f"DA-{household:05}", clerk.day_in_window()
        closed = min(day + timedelta(days=rng.randrange(5, 90)), clerk.context.announced)
        shut = rng.random() < 0.5
        own = {
            "service_ref": ref,
            "referral_date": typed(day),
            "children_supported": str(len(families[household])),
            "closed_date": typed(closed) if shut else None,
            "outcome": rng.choice(("completed", "disengaged", "transferred")) if shut else None,
        }
        cases.append(clerk.blank(main) | own)
        for child in families[household]:
            who = _who(clerk, child, VOLUNTARY)
            area.typed("VOL-1", rows, clerk.blank(second) | who | {"service_ref": ref}, child)
    return {"VOL-1": cases, "Children": rows}


MAKERS: dict[str, Callable[[SyntheticArea, Clerk], Sheets]] = {
    "POL-2": protection,
    "POL-3": suspects,
    "MAR-1": marac,
    "HEA-2": attendances,
    "EDU-1": settings,
    "YJS-1": youth_justice,
    "VOL-1": specialist,
}
