"""The rows that each agency would send: drawn from the contract's columns, then made to agree with each other."""

from datetime import date, datetime, time, timedelta
from random import Random

from models.areas import area
from validation.contract.codes import NO_FACTORS, YNU
from validation.contract.context import Context
from validation.contract.model import Code, Column, Sheet
from validation.synthetic.noise import COUNCIL, HEALTH, POLICE, PROBATION, Cells, identity, typed
from validation.synthetic.people import Child, People

_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"
_ROSH = ("LOW", "MEDIUM", "HIGH", "VERY_HIGH")
# What the children of one incident have in common.
_SHARED = (
    "incident_ref incident_datetime reported_datetime crime_recorded crime_number offence_group risk_tool risk_grade "
    "suspect_pnc_id victim_suspect_relationship repeat_victim_12m notification_to_csc notification_datetime outcome "
    "protective_order"
)
_LETTERED = {"Yes": "a) Yes", "No": "b) No", "Unknown": "c) Unknown"}


class Clerk:
    """Types rows for the agencies of one area."""

    def __init__(self, context: Context, people: People, rng: Random, area: str = "") -> None:
        self.area = area
        self.context = context
        self.people = people
        self.rng = rng
        self.window = (context.announced - context.window_start).days

    def again(self, name: str) -> Random:
        """Return a source of chance of this name, the same for every clerk of one area."""
        return Random(f"{self.area}/{name}")  # noqa: S311 - repeatable, not secret

    def blank(self, sheet: Sheet) -> Cells:
        """Return a row of plausible values for every column that has codes or must be filled; the rest blank."""
        return {c.name: self._cell(c) for c in sheet.columns}

    def _cell(self, column: Column) -> str | None:
        if column.block or (column.required == "conditional" and column.codes is None):
            return None
        if column.codes is not None and column.type == "category":
            return self._typed_code(self.rng.choice(column.codes.codes))
        if column.type == "bool":
            return "No"
        return column.example if column.required == "yes" else None

    def _typed_code(self, code: Code) -> str:
        """Return a code as people type it: mostly the code, sometimes its label, in their own case."""
        turn = self.rng.random()
        return code.code if turn < 0.8 else code.label if turn < 0.9 else code.code.lower()

    def day_in_window(self, not_before: date | None = None) -> date:
        """Return a day in the window."""
        day = self.context.announced - timedelta(days=self.rng.randrange(0, self.window))
        return max(day, not_before) if not_before else day

    def yes_no(self, share: float) -> str:
        """Return Yes for this share of rows."""
        return "Yes" if self.rng.random() < share else "No"


def conceived(child: Child) -> date | None:
    """Return a day soon after the conception of an unborn child; None for a child who is born."""
    return child.due - timedelta(days=260) if child.due else None


def council(clerk: Clerk, sheet: Sheet, child: Child) -> Cells:
    """Return the child's row of LA-DA."""
    rng, unborn = clerk.rng, child.born is None
    latest = clerk.day_in_window(child.born or conceived(child))
    # A contact may come before the birth, never before the pregnancy, even where the birth is recorded wrongly.
    earliest = (child.born - timedelta(days=60)) if child.born else conceived(child)
    first = max(earliest or latest, latest - timedelta(days=rng.randrange(0, 400)))
    factors = [code for code in clerk.context.theme.cohort_factors if code != NO_FACTORS]
    chosen = sorted(rng.sample(factors, rng.randrange(1, min(3, len(factors)) + 1)))
    row = clerk.blank(sheet) | identity(child, COUNCIL, clerk.people, rng, clerk.context.announced)
    return row | {
        "la_child_id": child.la_child_id,
        "upn": row["upn"] or _pupil_number(clerk, child),
        "unborn": "Yes" if unborn else "No",
        "date_of_birth": typed(child.born) if row["date_of_birth"] is None else row["date_of_birth"],
        "sex": child.sex,
        "ethnicity": child.ethnicity,
        "disability": _LETTERED[rng.choice(YNU.values)],
        "household_id": f"H{child.household:05}",
        "da_factor_codes": "; ".join(dict.fromkeys([*chosen, *rng.choice(([], [], ["16A"], ["4B"]))])),
        "first_da_contact_date": typed(first),
        "latest_da_contact_date": typed(latest),
        "contacts_in_window": str(rng.randrange(1, 6)),
        "pre_birth_assessment": clerk.yes_no(0.7) if unborn else None,
        "allocated_team": f"Team {rng.randrange(1, 9)}",
    }


def _notified_at(clerk: Clerk, reported: datetime) -> str:
    """Return when the council was notified: some hours later, and no later than the list was drawn."""
    last = max(reported, datetime.combine(clerk.context.announced, time(23, 59)))
    return f"{min(reported + timedelta(hours=clerk.rng.randrange(1, 40)), last):%Y-%m-%d %H:%M}"


def _pupil_number(clerk: Clerk, child: Child) -> str | None:
    """Return the UPN that the council looks up where the theme asks for those of all children of school age."""
    if child.born is None or "LA-DA.upn.absent" not in clerk.context.theme.rules.adds:
        return None
    return child.upn or clerk.people.upn()


def police(clerk: Clerk, sheet: Sheet, child: Child, incident: int) -> Cells:
    """Return the child's row of POL-1 for one incident."""
    rng = clerk.rng
    day = clerk.day_in_window(child.born)
    happened = datetime.combine(day, time(rng.randrange(0, 22), rng.randrange(0, 60)))
    reported = happened + timedelta(minutes=rng.randrange(0, 110))
    notified = clerk.yes_no(0.8)
    crime = rng.random() < 0.6
    ref = f"4325{incident:07}"
    who = identity(child, POLICE, clerk.people, rng, clerk.context.announced)
    for part in ("date_of_birth", "nhs_number", "la_child_id"):
        who[
            {"date_of_birth": "child_date_of_birth", "nhs_number": "child_nhs_number", "la_child_id": "child_la_id"}[
                part
            ]
        ] = who.pop(part)
    return (
        clerk.blank(sheet)
        | who
        | {
            "surname": who["surname"].upper() if who["surname"] else None,
            "incident_ref": ref,
            "child_seq": "1",
            "incident_datetime": f"{happened:%Y-%m-%d %H:%M}",
            "reported_datetime": f"{reported:%Y-%m-%d %H:%M}",
            "gss_code": clerk.context.gss,
            "crime_recorded": "crime" if crime else "non_crime",
            "crime_number": f"{ref}/25" if crime else None,
            "risk_tool": "DASH" if rng.random() < 0.7 else "DARA",
            "risk_grade": rng.choice(("standard", "standard", "medium", "high")),
            "unborn": "Yes" if child.born is None else "No",
            "victim_ref": f"V{child.household:06}",
            "suspect_ref": f"S{child.household:06}",
            "suspect_pnc_id": pnc_id(rng) if rng.random() < 0.7 else None,
            "repeat_victim_12m": str(rng.randrange(0, 5)),
            "notification_to_csc": notified,
            "notification_datetime": _notified_at(clerk, reported) if notified == "Yes" else None,
        }
    )


def incident(clerk: Clerk, sheet: Sheet, children: list[Child], number: int) -> list[tuple[Cells, Child]]:
    """Return the rows of one incident, one a child; what is the incident's is the same in all."""
    rows = [police(clerk, sheet, child, number) for child in children]
    # On the day in the youngest's row all of them were born.
    youngest = max((c.born for c in children if c.born), default=None)
    first = next((r for r, c in zip(rows, children, strict=True) if c.born == youngest), rows[0])
    shared = {name: first[name] for name in _SHARED.split()}
    numbered = enumerate(zip(rows, children, strict=True), start=1)
    return [(row | shared | {"child_seq": str(n)}, child) for n, (row, child) in numbered]


def offender(clerk: Clerk, sheet: Sheet, number: int, children: list[Child]) -> Cells:
    """Return the row of PRO-1 for one person linked to these children."""
    rng, day = clerk.rng, clerk.context.announced
    start = clerk.context.window_start - timedelta(days=rng.randrange(0, 300))
    parts = {f"rosh_{p}": rng.choice(_ROSH) for p in ("children", "known_adult", "public", "staff")}
    csc_checked, police_checked = clerk.yes_no(0.8), clerk.yes_no(0.8)
    return (
        clerk.blank(sheet)
        | parts
        | {
            "crn": f"X{number:06}",
            "pnc_id": pnc_id(rng),
            "date_of_birth": typed(day - timedelta(days=rng.randrange(8000, 18000))),
            "probation_region": area(clerk.context.gss or "").probation_region,
            "order_start": typed(start),
            "order_end": typed(start + timedelta(days=730)),
            "oasys_date": typed(start + timedelta(days=rng.randrange(1, 15))),
            "rosh_overall": max(parts.values(), key=_ROSH.index),
            "sara_completed": "Yes",
            "rsr_score": f"{rng.randrange(0, 1200) / 100:.2f}",
            "mappa_category": "0",
            "mappa_level": "0",
            "children_linked": str(len(children)),
            "csc_checks_made": csc_checked,
            "csc_check_date": typed(start + timedelta(days=2)) if csc_checked == "Yes" else None,
            "police_da_checks_made": police_checked,
            "police_check_date": typed(start + timedelta(days=3)) if police_checked == "Yes" else None,
        }
    )


def linked(clerk: Clerk, sheet: Sheet, number: int, child: Child) -> Cells:
    """Return the child's row of the sheet Children of PRO-1."""
    who = identity(child, PROBATION, clerk.people, clerk.rng, clerk.context.announced)
    return clerk.blank(sheet) | who | {"crn": f"X{number:06}"}


def health(clerk: Clerk, sheet: Sheet, child: Child, service: str) -> Cells:
    """Return the child's row of HEA-1 for one service."""
    rng = clerk.rng
    who = identity(child, HEALTH, clerk.people, rng, clerk.context.announced)
    last = clerk.day_in_window(child.born)
    first = last - timedelta(days=rng.randrange(0, 120))
    number = who["nhs_number"]
    visits, asks = service == "health_visiting", service in ("health_visiting", "maternity")
    return (
        clerk.blank(sheet)
        | who
        | {
            "nhs_number": f"{number[:3]} {number[3:6]} {number[6:]}" if number else None,
            "provider_ods_code": "R" + rng.choice(("HW", "WX", "XQ")) + f"{rng.randrange(1, 9):02}",
            "service": service,
            "first_contact": typed(first),
            "last_contact": typed(last),
            "routine_enquiry_made": clerk.yes_no(0.7) if asks else None,
            "referral_to_csc_date": typed(last) if rng.random() < 0.2 else None,
            "hv_contact_stage": rng.choice(("new_birth", "6_8_weeks", "9_12_months", "2_2_5_years"))
            if visits
            else None,
            "hv_level": rng.choice(("universal", "targeted", "specialist")) if visits else None,
        }
    )


def services(clerk: Clerk, child: Child) -> list[str]:
    """Return the health services that saw the child: one to three."""
    if child.born is None:
        return ["maternity"]
    age = (clerk.context.announced - child.born).days // 365
    usual = ["health_visiting", "gp", "ed_urgent_care"] if age < 5 else ["school_nursing", "gp", "ed_urgent_care"]
    return usual[: clerk.rng.choice((1, 1, 2, 3))]


def pnc_id(rng: Random) -> str:
    """Return a valid PNC ID."""
    year, number = rng.randrange(1990, 2024), rng.randrange(1, 999_999)
    return f"{year}/{number:07}{_PNC_LETTERS[int(f'{year % 100:02}{number:07}') % 23]}"
