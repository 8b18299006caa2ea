"""Makes the first lists of a synthetic area tell of the same events: suspects, and incidents that reach the council.

Some of it stays untold on purpose, so that the checks across returns have something to find: incidents of which the
council lists no contact, and references of incidents that the police do not have.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from validation.synthetic.area import FIRST_LINE, Incident, SyntheticArea
from validation.synthetic.noise import Cells, typed
from validation.synthetic.people import Child
from validation.synthetic.rows import Clerk, conceived
from validation.synthetic.stories import day_of
from validation.synthetic.suspects import pnc_of

POLICE = "6"
"""The code of the police as the source of a contact."""

_UNLISTED, _OTHER_REFERENCE = 0.04, 0.03
_MINUTE = "%Y-%m-%d %H:%M"

Sheets = Mapping[str, Mapping[str, list[Cells]]]


def agree(area: SyntheticArea, sheets: Sheets) -> None:
    """Change the first lists in place so that they agree; the lists that are made after them follow these.

    Args:
        area: of the lists.
        sheets: return -> sheet -> rows of LA-DA, POL-1 and PRO-1.
    """
    _suspects(area, sheets)
    area.incidents = _incidents(area, sheets["POL-1"]["POL-1"])
    if area.clerk.context.theme.kinds_asked("POL-1"):
        _contacts(area, sheets["LA-DA"]["LA-DA"])


def _suspects(area: SyntheticArea, sheets: Sheets) -> None:
    for row in sheets["POL-1"]["POL-1"]:
        if row["suspect_pnc_id"]:
            row["suspect_pnc_id"] = pnc_of(area.clerk, int((row["suspect_ref"] or "")[1:]))
    # The people of PRO-1 stand in the order in which their households were noted.
    for (household, noted), row in zip(area.offenders.items(), sheets["PRO-1"]["PRO-1"], strict=True):
        row["pnc_id"] = noted["pnc_id"] = pnc_of(area.clerk, household)


def _incidents(area: SyntheticArea, rows: list[Cells]) -> dict[int, list[Incident]]:
    """Return the incidents of each child by its number, the earliest first."""
    by_child: dict[int, list[Incident]] = {}
    for code, line, number in area.truth:
        if code == "POL-1":
            by_child.setdefault(number, []).append(_incident(rows[line - FIRST_LINE]))
    return {number: sorted(incidents, key=lambda each: each.reported) for number, incidents in by_child.items()}


def _incident(row: Cells) -> Incident:
    notified = row["notification_datetime"]
    return Incident(
        row["incident_ref"] or "",
        datetime.strptime(row["reported_datetime"] or "", _MINUTE),
        datetime.strptime(notified, _MINUTE).date() if notified else None,
    )


def _contacts(area: SyntheticArea, rows: list[Cells]) -> None:
    """Count what the police told the council among the contacts of LA-DA, and name the latest incident there."""
    for (child, _), row in zip(area.cohort, rows, strict=True):
        reached = [each for each in area.incidents.get(child.number, ()) if _listed(area.clerk, child, each)]
        if not reached:
            continue
        # Two incidents that reach the council on one day are one contact there.
        days = sorted({each.notified for each in reached if each.notified})
        area.police_contacts[child.number] = tuple(days)
        first, latest = (day_of(row[f"{which}_da_contact_date"]) for which in ("first", "latest"))
        row["contacts_in_window"] = str(int(row["contacts_in_window"] or "0") + len(days))
        row["first_da_contact_date"] = typed(min(filter(None, (first, *days))))
        row["latest_da_contact_date"] = typed(max(filter(None, (latest, *days))))
        if latest is None or days[-1] >= latest:
            last = next(each for each in reached if each.notified == days[-1])
            row["police_incident_ref"] = _reference(area.clerk, last.reference)


def _listed(clerk: Clerk, child: Child, incident: Incident) -> bool:
    """Return whether the council lists a contact about a child after an incident."""
    known_since = child.born or conceived(child)
    if incident.notified is None or (known_since and incident.notified < known_since):
        return False
    return clerk.again(f"contact/{incident.reference}").random() >= _UNLISTED


def _reference(clerk: Clerk, reference: str) -> str:
    """Return the reference of an incident as the council has it: rarely one that the police do not know."""
    mistaken = clerk.again(f"reference/{reference}").random() < _OTHER_REFERENCE
    # The police count their incidents from 1, and none of theirs comes so far.
    return f"{reference[:4]}9{reference[5:]}" if mistaken else reference


def told_by_police(area: SyntheticArea, child: Child) -> Iterator[Cells]:
    """Yield what LA-1 says of each contact from the police about a child."""
    for day in area.police_contacts.get(child.number, ()):
        yield {"Date of Contact": typed(day), "Contact Source": POLICE}
