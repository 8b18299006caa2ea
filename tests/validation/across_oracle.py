"""An independent reading of the checks across returns in plain Python: one row and one other row at a time."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from models.timetable import add_working_days, is_working_day
from validation.contract.context import Context

Record = dict[str, Any]
Tables = dict[str, dict[str, list[Record]]]
# Return -> lines that break the rule; line 0 where the return as a whole does.
Told = dict[str, set[int]]

_COUNCIL = tuple(f"LA-{n}" for n in range(1, 9))
_SECOND = {"PRO-1", "MAR-1", "VOL-1"}
_PARTS = {
    "LA-DA": ("la_child_id", "nhs_number", "date_of_birth", "sex", "ethnicity"),
    **dict.fromkeys(_COUNCIL, ("Child Unique ID", "", "Date of Birth", "Gender", "Ethnicity")),
    "POL-1": ("child_la_id", "child_nhs_number", "child_date_of_birth", "sex", ""),
    "POL-2": ("child_la_id", "nhs_number", "child_date_of_birth", "sex", ""),
    **dict.fromkeys(("PRO-1", "MAR-1", "VOL-1"), ("la_child_id", "nhs_number", "date_of_birth", "sex", "")),
    **dict.fromkeys(("HEA-1", "EDU-1", "YJS-1"), ("la_child_id", "nhs_number", "date_of_birth", "sex", "")),
    "HEA-2": ("", "nhs_number", "", "", ""),
}
_NAMES = ("la", "nhs", "born", "sex", "ethnicity")


class Rows:
    """The rows of an area's returns, and of each the child it is about."""

    def __init__(self, tables: Tables, context: Context, awaited: frozenset[str]) -> None:
        self.tables, self.context, self.awaited = tables, context, awaited
        self.children = {code: list(self._children(code)) for code in tables if code in _PARTS}

    def _children(self, code: str) -> Iterator[Record]:
        for row in self.tables[code]["Children" if code in _SECOND else code]:
            if code == "HEA-2" and row["patient_role"] != "child":
                continue
            child = {name: row.get(column) for name, column in zip(_NAMES, _PARTS[code], strict=True)}
            child["sex"] = None if child["sex"] is None else child["sex"] if child["sex"] in ("M", "F") else "U"
            yield {**child, "row": row["row"]}

    def has(self, *codes: str) -> bool:
        """Tell whether all these returns are in."""
        return all(code in self.tables for code in codes)

    def main(self, code: str) -> list[Record]:
        """Return the rows of the main sheet."""
        return self.tables[code][code]

    def numbered(self, code: str) -> list[Record]:
        """Return the children who carry a number."""
        return [c for c in self.children[code] if c["la"] or c["nhs"]]

    def absent(self, code: str, *others: str) -> set[int]:
        """Return the lines of numbered children who are in none of the others."""
        theirs = [c for other in others for c in self.children[other]]
        return {c["row"] for c in self.numbered(code) if not any(same(c, o) for o in theirs)}


def same(one: Record, other: Record) -> bool:
    """Tell whether two records share a number."""
    return bool((one["la"] and one["la"] == other["la"]) or (one["nhs"] and one["nhs"] == other["nhs"]))


def _x01(r: Rows) -> Told:
    lists = [code for code in _COUNCIL if r.has(code)]
    if not r.has("LA-DA") or not lists or r.awaited & set(_COUNCIL):
        return {}
    return {"LA-DA": r.absent("LA-DA", *lists)}


def _x02(r: Rows) -> Told:
    found = set()
    for status, code in (("child_in_need_plan", "LA-6"), ("child_protection_plan", "LA-7"), ("looked_after", "LA-8")):
        if r.has("LA-DA", code):
            absent = r.absent("LA-DA", code)
            found |= {row["row"] for row in r.main("LA-DA") if row["case_status"] == status and row["row"] in absent}
    return {"LA-DA": found}


def _differs(part: str, *nothing: str) -> Callable[[Rows], Told]:
    def find(r: Rows) -> Told:
        told: Told = {code: set() for code in r.children}
        for code, mine in r.children.items():
            others = [o for other, theirs in r.children.items() if other != code for o in theirs]
            for c in mine:
                known = [o[part] for o in others if same(c, o) and o[part] is not None and o[part] not in nothing]
                if c[part] is not None and c[part] not in nothing and any(k != c[part] for k in known):
                    told[code].add(c["row"])
        return told

    return find


def _without_contact(r: Rows, chosen: Callable[[Record], bool], within: int | None) -> Told:
    if not r.has("POL-1", "LA-1"):
        return {}
    police = {c["row"]: c for c in r.numbered("POL-1")}
    contacts = [
        (child, row["Date of Contact"])
        for child, row in zip(r.children["LA-1"], r.main("LA-1"), strict=True)
        if row["Contact Source"] == "6" and row["Date of Contact"]
    ]
    told = set()
    for row in r.main("POL-1"):
        if row["row"] in police and chosen(row):
            days = [day for child, day in contacts if same(police[row["row"]], child)]
            if not any(_soon(row["incident_datetime"], day, within) for day in days):
                told.add(row["row"])
    return {"POL-1": told}


def _soon(incident: datetime | None, day: date, within: int | None) -> bool:
    if incident is None or day < incident.date():
        return False
    if within is None:
        return day <= incident.date() + timedelta(days=366)
    last, left = incident.date(), within
    while left:
        last += timedelta(days=1)
        left -= is_working_day(last)
    return day <= last


def _x04(r: Rows) -> Told:
    present = ("present_saw", "present_heard", "in_premises")
    return _without_contact(r, lambda row: row["risk_grade"] == "high" and row["child_present"] in present, 3)


def _x05(r: Rows) -> Told:
    return _without_contact(r, lambda row: row["notification_to_csc"] == "Yes", None)


def _unknown(code: str) -> Callable[[Rows], Told]:
    return lambda r: {code: r.absent(code, "LA-DA")} if r.has(code, "LA-DA") else {}


def _heard(r: Rows) -> Told:
    if not r.has("LA-DA", "MAR-1"):
        return {}
    absent = r.absent("LA-DA", "MAR-1")
    return {"LA-DA": {row["row"] for row in r.main("LA-DA") if row["marac_heard"] == "Yes" and row["row"] in absent}}


def _managed(r: Rows) -> Told:
    if not r.has("POL-3", "PRO-1"):
        return {}
    crns = {p["crn"] for p in r.main("PRO-1")} - {None}
    pncs = {_pnc(p["pnc_id"]) for p in r.main("PRO-1")} - {None}
    told = {
        s["row"]
        for s in r.main("POL-3")
        if s["managed_by_probation"] == "Yes"
        and (s["crn"] or s["pnc_id"])
        and s["crn"] not in crns
        and _pnc(s["pnc_id"]) not in pncs
    }
    return {"POL-3": told}


def _pnc(text: str | None) -> tuple[int, int, str] | None:
    if text is None:
        return None
    year, rest = text.split("/")
    return int(year) % 100, int(rest[:-1]), rest[-1]


def _few(r: Rows) -> Told:
    told: Told = {}
    for code in r.children:
        if code != "LA-DA" and r.has("LA-DA") and r.numbered(code):
            rows = {c["row"] for c in r.numbered(code)}
            if (len(rows) - len(r.absent(code, "LA-DA"))) * 10 < len(rows) * 6:
                told[code] = {0}
    return told


def _incident(r: Rows) -> Told:
    if not r.has("LA-DA", "POL-1"):
        return {}
    refs = {row["incident_ref"] for row in r.main("POL-1")}
    return {"LA-DA": {row["row"] for row in r.main("LA-DA") if row["police_incident_ref"] not in (None, *refs)}}


_ID, _REFERRED = "Child Unique ID", "Date of referral"
_STARTS = {
    "LA-4": "Continuous Assessment Start Date",
    "LA-5": "Strategy discussion initiating Section 47 Enquiry Start Date",
    "LA-7": "Child Protection Plan Start Date",
    "LA-6": "CIN Start Date",
    "LA-8": "Date Started to be Looked After",
}
_ICPC = "Date of Initial Child Protection Conference"


def _before_referral(code: str, column: str) -> Callable[[Rows], Told]:
    def find(r: Rows) -> Told:
        if not r.has(code, "LA-3") or r.awaited & set(_STARTS):
            return {}
        settled = add_working_days(r.context.window_start, 10)
        return {code: {row["row"] for row in r.main(code) if _early(r, row[_ID], row[column], settled)}}

    return find


def _early(r: Rows, child: str | None, day: date | None, settled: date) -> bool:
    if child is None or day is None or day < settled:
        return False
    referred = [row[_REFERRED] for row in r.main("LA-3") if row[_ID] == child and row[_REFERRED]]
    opened = [
        row[start]
        for code, start in _STARTS.items()
        if r.has(code)
        for row in r.main(code)
        if row[_ID] == child and row[start]
    ]
    return bool(referred) and day < min(referred) and not any(o < day for o in opened)


def _nfa(r: Rows) -> Told:
    if not r.has("LA-3"):
        return {}
    told = set()
    # Two referrals of one day follow each other in the order of the list.
    referrals = sorted((r_ for r_ in r.main("LA-3") if r_[_ID] and r_[_REFERRED]), key=lambda r_: r_["row"])
    for row in referrals:
        if row["Referral NFA?"] != "Yes":
            continue
        own = [o for o in referrals if o[_ID] == row[_ID]]
        later = [o[_REFERRED] for o in own if (o[_REFERRED], o["row"]) > (row[_REFERRED], row["row"])]
        for code in ("LA-4", "LA-5", "LA-7"):
            for work in r.main(code) if r.has(code) else ():
                day = work[_STARTS[code]]
                if work[_ID] == row[_ID] and day and row[_REFERRED] <= day and (not later or day < min(later)):
                    told.add(row["row"])
    return {"LA-3": told}


def _on_plan(r: Rows) -> Told:
    if not r.has("LA-6", "LA-7"):
        return {}
    open_plans = {row[_ID] for row in r.main("LA-7") if row["Child Protection Plan End Date"] is None} - {None}
    rows = r.main("LA-6")
    return {"LA-6": {x["row"] for x in rows if x["Case Status"] == "child_in_need_plan" and x[_ID] in open_plans}}


def _conferences(r: Rows) -> Told:
    if not r.has("LA-5", "LA-7"):
        return {}
    from_day = add_working_days(r.context.window_start, 15)
    started = [p for p in r.main("LA-7") if p[_ID] and p[_STARTS["LA-7"]] and p[_STARTS["LA-7"]] >= from_day]
    told = set()
    for plan in started:
        plans = sum(p[_ID] == plan[_ID] for p in started)
        held = sum(row[_ID] == plan[_ID] and row[_ICPC] is not None for row in r.main("LA-5"))
        told |= {plan["row"]} if plans > held else set()
    return {"LA-7": told}


def _contacts(r: Rows) -> Told:
    if not r.has("LA-DA", "LA-1"):
        return {}
    told = set()
    for row in r.main("LA-DA"):
        count = sum(1 for c in r.main("LA-1") if row["la_child_id"] and c[_ID] == row["la_child_id"])
        if row["contacts_in_window"] is not None and row["contacts_in_window"] != count:
            told.add(row["row"])
    return {"LA-DA": told}


FINDERS: dict[str, Callable[[Rows], Told]] = {
    "X01": _x01,
    "X02": _x02,
    "X03.date_of_birth": _differs("born"),
    "X03.sex": _differs("sex", "U"),
    "X03.ethnicity": _differs("ethnicity", "REFU", "NOBT", "UNKNOWN"),
    "X04": _x04,
    "X05": _x05,
    "X06": _unknown("MAR-1"),
    "X06.heard": _heard,
    "X07": _unknown("PRO-1"),
    "X07.managed": _managed,
    "X08": _unknown("HEA-1"),
    "X13": _few,
    "LA-DA.police_incident_ref.incident": _incident,
    "LA-3.nfa.activity": _nfa,
    "LA-4.start.before_referral": _before_referral("LA-4", _STARTS["LA-4"]),
    "LA-5.icpc.before_referral": _before_referral("LA-5", _ICPC),
    "LA-5.strategy_discussion.before_referral": _before_referral("LA-5", _STARTS["LA-5"]),
    "LA-6.case_status.on_plan": _on_plan,
    "LA-7.start.before_referral": _before_referral("LA-7", _STARTS["LA-7"]),
    "LA-7.start.conferences": _conferences,
    "LA-DA.contacts_in_window.contacts": _contacts,
}
