"""The rules X01 to X08 and X13; each says where it is reported, what it needs and what to do about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from models.timetable import add_working_days
from validation.across.area import COUNCIL_LISTS, Area, Found
from validation.identity import CHILDREN
from validation.outcome import Finding

_POLICE_SOURCE = "6"
_CONTACT_DAYS = 3
_FEW = 0.6
_PRESENT = ("present_saw", "present_heard", "in_premises")
_LIST_OF_STATUS = {"child_in_need_plan": "LA-6", "child_protection_plan": "LA-7", "looked_after": "LA-8"}


@dataclass(frozen=True)
class CrossRule:
    """One check across returns.

    Attributes:
        id: stable name.
        severity: a query asks for an explanation; an error must be mended in the next version.
        message: what to look at in one's own file; never what another agency wrote.
        source: where the rule comes from.
        find: the rows concerned, for each return that the rule is reported on.
    """

    id: str
    severity: str
    message: str
    source: str
    find: Callable[[Area], Iterable[Found]]


Told = dict[str, list[tuple[CrossRule, Found]]]
"""Return -> what was found that is reported on it."""


def _column(code: str, part: str) -> str:
    return CHILDREN[code][1].of(part)


def _in_a_list(area: Area) -> Iterable[Found]:
    lists = tuple(code for code in COUNCIL_LISTS if area.has(code))
    if area.has("LA-DA") and lists:
        yield Found("LA-DA", "la_child_id", area.absent("LA-DA", lists))


def _status_agrees(area: Area) -> Iterable[Found]:
    if not area.has("LA-DA"):
        return
    rows: list[int] = []
    for status, code in _LIST_OF_STATUS.items():
        if area.has(code):
            with_status = area.sheet("LA-DA").filter(pl.col("case_status") == status)["row"]
            rows += sorted(set(with_status.to_list()) & set(area.absent("LA-DA", (code,))))
    yield Found("LA-DA", "case_status", tuple(sorted(rows)))


def _differs(part: str) -> Callable[[Area], Iterable[Found]]:
    def find(area: Area) -> Iterable[Found]:
        for code in sorted(area.children):
            rows: set[int] = set()
            for other in area.children:
                if other != code:
                    mine, theirs = pl.col(part), pl.col(f"{part}_other")
                    known = mine.is_not_null() & theirs.is_not_null() & (mine != theirs)
                    if part == "sex":
                        # U says that nothing is recorded, which contradicts nobody.
                        known &= (mine != "U") & (theirs != "U")
                    rows |= set(area.pairs(code, other).filter(known)["row"].to_list())
            yield Found(code, _column(code, part), tuple(sorted(rows)))

    return find


def _contact_follows(area: Area) -> Iterable[Found]:
    if not area.has("POL-1", "LA-1"):
        return
    incidents = area.sheet("POL-1").filter((pl.col("risk_grade") == "high") & pl.col("child_present").is_in(_PRESENT))
    yield Found("POL-1", "risk_grade", _without_contact(area, incidents, within=_CONTACT_DAYS))


def _notified(area: Area) -> Iterable[Found]:
    if not area.has("POL-1", "LA-1"):
        return
    incidents = area.sheet("POL-1").filter(pl.col("notification_to_csc") == "Yes")
    yield Found("POL-1", "notification_to_csc", _without_contact(area, incidents, within=None))


def _without_contact(area: Area, incidents: pl.DataFrame, within: int | None) -> tuple[int, ...]:
    """Return the incidents of identified children after which the council lists no contact from the police."""
    contacts = area.sheet("LA-1").filter(pl.col("Contact Source") == _POLICE_SOURCE)
    dated = contacts.select(pl.col("row").alias("row_other"), pl.col("Date of Contact").alias("contact"))
    days = {day: _latest(day, within) for day in incidents["incident_datetime"].dt.date().unique().drop_nulls()}
    searched = incidents.select(
        "row",
        pl.col("incident_datetime").dt.date().alias("incident"),
        pl.col("incident_datetime").dt.date().replace_strict(days, default=None, return_dtype=pl.Date).alias("latest"),
    ).join(area.identified("POL-1").select("row"), on="row", how="semi")
    linked = searched.join(area.pairs("POL-1", "LA-1").select("row", "row_other"), on="row").join(dated, on="row_other")
    met = linked.filter(pl.col("contact").is_between("incident", "latest"))["row"].unique()
    return tuple(sorted(set(searched["row"].to_list()) - set(met.to_list())))


def _latest(day: date, within: int | None) -> date:
    return add_working_days(day, within) if within else day + timedelta(days=366)


def _known_to_council(code: str) -> Callable[[Area], Iterable[Found]]:
    def find(area: Area) -> Iterable[Found]:
        if area.has(code, "LA-DA"):
            yield Found(code, _column(code, "la_child_id"), area.absent(code, ("LA-DA",)))

    return find


def _heard(area: Area) -> Iterable[Found]:
    if area.has("LA-DA", "MAR-1"):
        heard = area.sheet("LA-DA").filter(pl.col("marac_heard") == "Yes")["row"].to_list()
        yield Found("LA-DA", "marac_heard", tuple(sorted(set(heard) & set(area.absent("LA-DA", ("MAR-1",))))))


def _few_match(area: Area) -> Iterable[Found]:
    for code in sorted(area.children):
        if code == "LA-DA" or not area.has("LA-DA") or area.identified(code).is_empty():
            continue
        searched = area.identified(code)["row"].n_unique()
        share = 1 - len(area.absent(code, ("LA-DA",))) / searched
        if share < _FEW:
            yield Found(code, _column(code, "la_child_id"), (), share)


_NOT_THERE = (
    "We could not find this child in the council's list by the numbers you gave. Check the numbers, or explain."
)

CROSS_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        "X01",
        "error",
        "The child is in none of your lists LA-1 to LA-8. Check the number, or add the child to its list.",
        "X01",
        _in_a_list,
    ),
    CrossRule(
        "X02",
        "query",
        "The case status does not agree with your list of children in need, on plans or in care. Check, or explain.",
        "X02",
        _status_agrees,
    ),
    CrossRule(
        "X03.date_of_birth",
        "error",
        "Another return gives another date of birth for the child with this number. Check date and number in your "
        "records; if yours are right, say so.",
        "X03",
        _differs("date_of_birth"),
    ),
    CrossRule(
        "X03.sex",
        "query",
        "Another return gives another sex for the child with this number. Check sex and number, or explain.",
        "X03",
        _differs("sex"),
    ),
    CrossRule(
        "X04",
        "query",
        "We found no contact with the council within 3 working days of this high-risk incident. Check whether it was "
        "notified and when, or explain.",
        "X04",
        _contact_follows,
    ),
    CrossRule(
        "X05",
        "query",
        "You say that the council was notified; we found no contact from the police afterwards. Check, or explain.",
        "X05",
        _notified,
    ),
    CrossRule("X06", "query", _NOT_THERE, "X06", _known_to_council("MAR-1")),
    CrossRule(
        "X06.heard",
        "query",
        "You say that a Marac heard the case; we could not find the child in the Marac's list. Check, or explain.",
        "X06",
        _heard,
    ),
    CrossRule("X07", "query", _NOT_THERE, "X07", _known_to_council("PRO-1")),
    CrossRule("X08", "query", _NOT_THERE, "X08", _known_to_council("HEA-1")),
    CrossRule(
        "X13",
        "query",
        "Fewer than 60 in 100 of your children with a number are in the council's list. Check that the right children "
        "and the right area were extracted, or explain.",
        "X13",
        _few_match,
    ),
)


def check_across(area: Area) -> Told:
    """Run every rule whose partners are in; return what was found by the return that it is reported on."""
    told: Told = {code: [] for code in sorted(area.frames)}
    for rule in CROSS_RULES:
        for found in rule.find(area):
            if found.rows or found.share is not None:
                told[found.code].append((rule, found))
    return told


def findings_for(code: str, told: Told) -> tuple[Finding, ...]:
    """Return what one agency reads about its own file: rules, rows and sentences, nothing of another's records."""
    sheet = CHILDREN[code][0] if code in CHILDREN else code
    findings = []
    for rule, found in told.get(code, []):
        rows: tuple[int | None, ...] = found.rows or (None,)
        findings += [
            Finding(rule.id, rule.severity, sheet, row, found.column, None, rule.message)  # type: ignore[arg-type]
            for row in rows
        ]
    return tuple(findings)
