"""The checks X01 to X08 and X13 between agencies' returns; those of the council's own lists stand in `council`.

X09 to X12 can be seen in one return alone, so they are rules of the contracts and of the file, under these sources.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import polars as pl

from models.timetable import add_working_days
from validation.across.area import COUNCIL_LISTS, AreaReturns, Found, column_of
from validation.across.council import COUNCIL_RULES
from validation.across.rule import CrossRule, Example
from validation.contract.identifiers import pnc_key
from validation.contract.identity import CHILDREN

_POLICE_SOURCE = "6"
_CONTACT_DAYS = 3
_AT_ALL = timedelta(days=366)  # longer than any window: a contact at all is enough
_FEW = 0.6
_PRESENT = ("present_saw", "present_heard", "in_premises")
# What says that nothing is recorded contradicts nobody.
SAYS_NOTHING = {"sex": ("U",), "ethnicity": ("REFU", "NOBT", "UNKNOWN")}
_NUMBER = {code: column_of(code, "nhs_number" if code == "HEA-2" else "la_child_id") for code in CHILDREN}
_LIST_OF_STATUS = {"child_in_need_plan": "LA-6", "child_protection_plan": "LA-7", "looked_after": "LA-8"}


def _in_a_list(area: AreaReturns) -> Iterable[Found]:
    lists = tuple(code for code in COUNCIL_LISTS if area.has(code))
    if area.has("LA-DA") and lists and area.complete(COUNCIL_LISTS):
        yield Found("LA-DA", "la_child_id", area.absent("LA-DA", lists))


def _status_agrees(area: AreaReturns) -> Iterable[Found]:
    if not area.has("LA-DA"):
        return
    rows: list[int] = []
    for status, code in _LIST_OF_STATUS.items():
        if area.has(code):
            with_status = area.sheet("LA-DA").filter(pl.col("case_status") == status)["row"]
            rows += sorted(set(with_status.to_list()) & set(area.absent("LA-DA", (code,))))
    yield Found("LA-DA", "case_status", tuple(sorted(rows)))


def _differs(part: str, on: Mapping[str, str]) -> Callable[[AreaReturns], Iterable[Found]]:
    def find(area: AreaReturns) -> Iterable[Found]:
        differing = area.contradicting(part, SAYS_NOTHING.get(part, ()))
        for code in sorted(area.children.keys() & on):
            yield Found(code, on[code], differing.get(code, ()))

    return find


def _contact_follows(area: AreaReturns) -> Iterable[Found]:
    if not area.has("POL-1", "LA-1"):
        return
    incidents = area.sheet("POL-1").filter((pl.col("risk_grade") == "high") & pl.col("child_present").is_in(_PRESENT))
    yield Found("POL-1", "risk_grade", _without_contact(area, incidents, within=_CONTACT_DAYS))


def _notified(area: AreaReturns) -> Iterable[Found]:
    if not area.has("POL-1", "LA-1"):
        return
    incidents = area.sheet("POL-1").filter(pl.col("notification_to_csc") == "Yes")
    yield Found("POL-1", "notification_to_csc", _without_contact(area, incidents, within=None))


def _without_contact(area: AreaReturns, incidents: pl.DataFrame, within: int | None) -> tuple[int, ...]:
    """Return the incidents of identified children after which the council lists no contact from the police."""
    contacts = area.sheet("LA-1").filter(pl.col("Contact Source") == _POLICE_SOURCE)
    dated = contacts.select(pl.col("row").alias("row_other"), pl.col("Date of Contact").alias("contact"))
    # A day has one answer however many incidents it saw, and working days are counted one by one.
    incident_days = incidents["incident_datetime"].dt.date().unique().drop_nulls()
    days = {day: add_working_days(day, within) if within else day + _AT_ALL for day in incident_days}
    searched = incidents.select(
        "row",
        pl.col("incident_datetime").dt.date().alias("incident"),
        pl.col("incident_datetime").dt.date().replace_strict(days, default=None, return_dtype=pl.Date).alias("latest"),
    ).join(area.identified("POL-1").select("row"), on="row", how="semi")
    linked = searched.join(area.pairs("POL-1", "LA-1").select("row", "row_other"), on="row").join(dated, on="row_other")
    met = linked.filter(pl.col("contact").is_between("incident", "latest"))["row"]
    return tuple(sorted(set(searched["row"].to_list()) - set(met.to_list())))


def _known_to_council(code: str) -> Callable[[AreaReturns], Iterable[Found]]:
    def find(area: AreaReturns) -> Iterable[Found]:
        if area.has(code, "LA-DA"):
            yield Found(code, column_of(code, "la_child_id"), area.absent(code, ("LA-DA",)))

    return find


def _heard(area: AreaReturns) -> Iterable[Found]:
    if area.has("MAR-1") and area.tells("LA-DA", "marac_heard"):
        heard = area.sheet("LA-DA").filter(pl.col("marac_heard") == "Yes")["row"].to_list()
        yield Found("LA-DA", "marac_heard", tuple(sorted(set(heard) & set(area.absent("LA-DA", ("MAR-1",))))))


def _few_match(area: AreaReturns) -> Iterable[Found]:
    for code in sorted(area.children):
        if not area.has("LA-DA") or area.identified(code).is_empty():
            continue
        # Rows without any number cannot match, so they say nothing of how well the lists agree.
        searched = area.identified(code)["row"].n_unique()
        share = 1 - len(area.absent(code, ("LA-DA",))) / searched
        if share < _FEW:
            yield Found(code, _NUMBER[code], (), share)


def _managed(area: AreaReturns) -> Iterable[Found]:
    """Find the suspects said to be managed by probation who are not in its list, by CRN or by PNC ID."""
    if not area.has("POL-3", "PRO-1"):
        return
    people = area.sheet("PRO-1")
    searched = area.sheet("POL-3").filter(
        pl.col("managed_by_probation") == "Yes", pl.col("crn").is_not_null() | pl.col("pnc_id").is_not_null()
    )
    by_crn = searched.join(people.select("crn"), on="crn", how="semi")["row"]
    key = pnc_key(pl.col("pnc_id")).alias("key")
    # By either number, as a list may hold only one of them.
    by_pnc = searched.select("row", key).join(people.select(key), on="key", how="semi")["row"]
    yield Found("POL-3", "managed_by_probation", tuple(sorted(set(searched["row"]) - set(by_crn) - set(by_pnc))))


def _incident_listed(area: AreaReturns) -> Iterable[Found]:
    if area.has("POL-1") and area.tells("LA-DA", "police_incident_ref"):
        referring = area.sheet("LA-DA").filter(pl.col("police_incident_ref").is_not_null())
        listed = area.sheet("POL-1").select(pl.col("incident_ref").alias("police_incident_ref"))
        absent = referring.join(listed, on="police_incident_ref", how="anti")["row"]
        yield Found("LA-DA", "police_incident_ref", tuple(sorted(absent)))


_NOT_THERE = (
    "We could not find this child in the council's list by the numbers you gave. Check the numbers, for example NHS "
    "number 943 476 5919 or council number CH000123, or explain how you know of the child."
)
_ALL_WITH = {
    "date_of_birth": {code: column_of(code, "date_of_birth") for code in CHILDREN if code != "HEA-2"},
    "sex": {code: column_of(code, "sex") for code in CHILDREN if code != "HEA-2"},
    "ethnicity": {code: column_of(code, "ethnicity") for code in ("LA-DA", *COUNCIL_LISTS)},
}
_OTHER_CHILD = {"nhs_number": "9434765870", "la_child_id": "CH000999", "upn": None}
_POLICE_CHILD = {"child_nhs_number": "9434765870", "child_la_id": "CH000999"}
_UNLISTED: Example = {"LA-DA": (_OTHER_CHILD,)}

CROSS_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        "X01",
        severity="error",
        find=_in_a_list,
        message=(
            "The child is in none of your lists LA-1 to LA-8. Check the council's number, for example CH000123, or add "
            "the child to the list where it belongs."
        ),
        source="X01",
        on={"LA-DA": "la_child_id"},
        passes_on={"LA-DA": ({},), "LA-1": ({},)},
        fails_on={"LA-DA": (_OTHER_CHILD,), "LA-1": ({},)},
    ),
    CrossRule(
        "X02",
        severity="query",
        find=_status_agrees,
        message=(
            "The case status says that the child is in need, on a plan or in care, but your list LA-6, LA-7 or LA-8 "
            "does not have the child. Check the status, for example closed, or add the child to the list, or explain."
        ),
        source="X02",
        on={"LA-DA": "case_status"},
        passes_on={"LA-DA": ({"case_status": "looked_after"},), "LA-8": ({},)},
        fails_on={"LA-DA": ({**_OTHER_CHILD, "case_status": "looked_after"},), "LA-8": ({},)},
    ),
    CrossRule(
        "X03.date_of_birth",
        severity="error",
        find=_differs("date_of_birth", _ALL_WITH["date_of_birth"]),
        message=(
            "Another return gives another date of birth for the child with this number. Check the date, for example "
            "14/03/2020, and the number in your records; if yours are right, say so."
        ),
        source="X03",
        on=_ALL_WITH["date_of_birth"],
        passes_on={"LA-DA": ({},), "HEA-1": ({},)},
        fails_on={"LA-DA": ({},), "HEA-1": ({"date_of_birth": "15/03/2020"},)},
    ),
    CrossRule(
        "X03.sex",
        severity="query",
        find=_differs("sex", _ALL_WITH["sex"]),
        message=(
            "Another return gives another sex for the child with this number. Check the sex, for example F, and the "
            "number, or explain why yours are right."
        ),
        source="X03",
        on=_ALL_WITH["sex"],
        passes_on={"LA-DA": ({},), "HEA-1": ({"sex": "U"},)},
        fails_on={"LA-DA": ({},), "HEA-1": ({"sex": "M"},)},
    ),
    CrossRule(
        "X03.ethnicity",
        severity="query",
        find=_differs("ethnicity", _ALL_WITH["ethnicity"]),
        message=(
            "Another of your lists gives another ethnicity for the child with this number. Check the ethnicity, for "
            "example WBRI, and the number, or explain why yours are right."
        ),
        source="X03",
        on=_ALL_WITH["ethnicity"],
        passes_on={"LA-DA": ({},), "LA-1": ({"Ethnicity": "t) NOBT"},)},
        fails_on={"LA-DA": ({},), "LA-1": ({"Ethnicity": "g) MWBA"},)},
    ),
    CrossRule(
        "X04",
        severity="query",
        find=_contact_follows,
        message=(
            "We found no contact from the police with the council within 3 working days of this high-risk incident. "
            "Check whether and when the council was notified, for example 15/01/2025 08:10, or explain."
        ),
        source="X04",
        on={"POL-1": "risk_grade"},
        passes_on={"POL-1": ({},), "LA-1": ({"Date of Contact": "17/01/2025"},)},
        fails_on={"POL-1": ({"child_present": "in_premises"},), "LA-1": ({"Date of Contact": "20/01/2025"},)},
    ),
    CrossRule(
        "X05",
        severity="query",
        find=_notified,
        message=(
            "You say that the council was notified; we found no contact from the police afterwards. Check the answer "
            "and the child's numbers, for example CH000123, or explain."
        ),
        source="X05",
        on={"POL-1": "notification_to_csc"},
        passes_on={"POL-1": ({},), "LA-1": ({"Date of Contact": "20/01/2025"},)},
        fails_on={"POL-1": ({},), "LA-1": ({"Contact Source": "a) 1A: Individual"},)},
    ),
    CrossRule(
        "X06",
        severity="query",
        find=_known_to_council("MAR-1"),
        message=_NOT_THERE,
        source="X06",
        on={"MAR-1": "la_child_id"},
        passes_on={"LA-DA": ({},), "MAR-1.Children": ({},)},
        fails_on={**_UNLISTED, "MAR-1.Children": ({},)},
    ),
    CrossRule(
        "X06.heard",
        severity="query",
        find=_heard,
        message=(
            "You say that a Marac heard the case; we could not find the child in the Marac's list. Check the answer "
            "and the child's numbers, for example CH000123, or explain."
        ),
        source="X06",
        on={"LA-DA": "marac_heard"},
        passes_on={"LA-DA": ({"marac_heard": "Yes"},), "MAR-1.Children": ({},)},
        fails_on={"LA-DA": ({**_OTHER_CHILD, "marac_heard": "Yes"},), "MAR-1.Children": ({},)},
    ),
    CrossRule(
        "X07",
        severity="query",
        find=_known_to_council("PRO-1"),
        message=_NOT_THERE,
        source="X07",
        on={"PRO-1": "la_child_id"},
        passes_on={"LA-DA": ({},), "PRO-1.Children": ({},)},
        fails_on={**_UNLISTED, "PRO-1.Children": ({},)},
    ),
    CrossRule(
        "X07.managed",
        severity="query",
        find=_managed,
        message=(
            "You say that probation manages the person; we could not find the CRN or the PNC ID in probation's list. "
            "Check both, for example X123456 and 2003/0011985X, or explain."
        ),
        source="X07",
        on={"POL-3": "managed_by_probation"},
        passes_on={"POL-3": ({"crn": None, "pnc_id": "03/11985X"},), "PRO-1": ({},)},
        fails_on={"POL-3": ({},), "PRO-1": ({"crn": "X654321", "pnc_id": None},)},
    ),
    CrossRule(
        "X08",
        severity="query",
        find=_known_to_council("HEA-1"),
        message=_NOT_THERE,
        source="X08",
        on={"HEA-1": "la_child_id"},
        passes_on={"LA-DA": ({},), "HEA-1": ({},)},
        fails_on={**_UNLISTED, "HEA-1": ({},)},
    ),
    CrossRule(
        "X13",
        severity="query",
        find=_few_match,
        message=(
            "Fewer than 60 in 100 of your children with a number are in the council's list. Check that the right "
            "children and the right area were extracted, or explain."
        ),
        source="X13",
        on={code: column for code, column in _NUMBER.items() if code != "LA-DA"},
        passes_on={"LA-DA": ({},), "POL-1": ({}, {}, {}, _POLICE_CHILD, _POLICE_CHILD)},
        fails_on={"LA-DA": ({},), "POL-1": ({}, {}, _POLICE_CHILD, _POLICE_CHILD)},
    ),
    CrossRule(
        "LA-DA.police_incident_ref.incident",
        severity="query",
        find=_incident_listed,
        message=(
            "We could not find this incident in the police's list. Check the reference, for example 43250012345, or "
            "explain."
        ),
        source="domain list LA-DA",
        on={"LA-DA": "police_incident_ref"},
        passes_on={"LA-DA": ({"police_incident_ref": "43250012345"},), "POL-1": ({},)},
        fails_on={"LA-DA": ({"police_incident_ref": "43259999999"},), "POL-1": ({},)},
    ),
    *COUNCIL_RULES,
)
