"""Reads the file of a children in need census into the council's lists, and the factors found at assessment.

The file is XML. It is read as a stream, without declarations of types or entities, and only elements that the lists
need are taken. A census tells of a year, so that each list takes the rows that were open in the window.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from xml.parsers import expat

import polars as pl

from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.contract.file_rules import FileRule
from validation.files.parsing import day_of
from validation.returns.annex_a import AGE, BORN, DISABILITY, ETHNICITY_OF, GENDER_OF, ID

KIND = "CIN census"
_HEAD = 4096
_DEEPEST = 20
_LONGEST = 200
_ROOT = b"<Message"
_NONE = "NONE"

BROKEN = FileRule(
    "file.census",
    severity="error",
    message=(
        "The XML of this file is not complete, or has parts that a census does not have. Export the census again from "
        "your case system and use that file as it is."
    ),
)


@dataclass
class _Child:
    facts: dict[str, str] = field(default_factory=dict)
    disabilities: list[str] = field(default_factory=list)
    episodes: list["_Episode"] = field(default_factory=list)


@dataclass
class _Episode:
    facts: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    factors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Census:
    """What a census says.

    Attributes:
        lists: code -> String frame with the columns of the list that the census holds.
        outside: code -> the children's numbers of rows that were over before the window, or began after it.
        factors: `child`, and `factors`, the list of codes of all their assessments; empty where none is recorded.
        births: `child`, `upn` and `expected` (as typed), null where the census has none.
    """

    lists: Mapping[str, pl.DataFrame]
    outside: Mapping[str, tuple[str, ...]]
    factors: pl.DataFrame
    births: pl.DataFrame


def is_census(data: bytes) -> bool:
    """Return whether a file is a census, by its first bytes."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith((b"<?xml", _ROOT)) and _ROOT in head


def read_census(data: bytes, context: Context) -> Census:
    """Return what a census says of the children of a council.

    Raises:
        UnreadableError: it is not well formed, or has what no census has.
    """
    children = _Reader().children_of(data)
    rows: dict[str, list[dict[str, str | None]]] = {}
    outside: dict[str, list[str]] = {}
    for child in children:
        for code, row, first, last in _rows_of(child):
            if _is_in_window(first, last, context):
                rows.setdefault(code, []).append({**_of_child(child), **row})
            else:
                outside.setdefault(code, []).append(child.facts.get("LAchildID", ""))
    frames = {code: pl.DataFrame(some, infer_schema_length=None) for code, some in rows.items()}
    numbered = [child for child in children if child.facts.get("LAchildID")]
    numbers = [child.facts["LAchildID"] for child in numbered]
    return Census(
        {code: frame.cast(pl.String) for code, frame in sorted(frames.items())},
        {code: tuple(ids) for code, ids in outside.items()},
        pl.DataFrame(
            {"child": numbers, "factors": [_factors_of(child) for child in numbered]},
            schema={"child": pl.String, "factors": pl.List(pl.String)},
        ).unique("child", keep="first", maintain_order=True),
        pl.DataFrame(
            {
                "child": numbers,
                "upn": [child.facts.get("UPN") for child in numbered],
                "expected": [child.facts.get("ExpectedPersonBirthDate") for child in numbered],
            },
            schema={"child": pl.String, "upn": pl.String, "expected": pl.String},
        ).unique("child", keep="first", maintain_order=True),
    )


def _factors_of(child: _Child) -> list[str]:
    return list(dict.fromkeys(code for episode in child.episodes for code in episode.factors))


def _is_in_window(first: str | None, last: str | None, context: Context) -> bool:
    """Return whether something began by the announcement and was not over before the window; so is what has no day."""
    begun = day_of(first) if first else None
    over = day_of(last) if last else None
    return (begun or date.min) <= context.announced and (over or date.max) >= context.window_start


def _of_child(child: _Child) -> dict[str, str | None]:
    disabilities = [code for code in child.disabilities if code]
    disabled = None if not disabilities else ("No" if disabilities == [_NONE] else "Yes")
    return {
        ID: child.facts.get("LAchildID"),
        GENDER_OF: child.facts.get("Sex") or child.facts.get("GenderCurrent"),
        ETHNICITY_OF: child.facts.get("Ethnicity"),
        BORN: child.facts.get("PersonBirthDate"),
        AGE: None,
        DISABILITY.name: disabled,
    }


_Row = tuple[str, dict[str, str | None], str | None, str | None]


def _rows_of(child: _Child) -> Iterator[_Row]:
    """Yield code, own cells, first and last day of each row that a child makes in the lists."""
    for episode in child.episodes:
        facts, parts = episode.facts, episode.parts
        referred = facts.get("CINreferralDate")
        yield "LA-3", _referral(facts), referred, referred
        for part in parts.get("Assessments", []):
            done = part.get("AssessmentAuthorisationDate")
            start = part.get("AssessmentActualStartDate")
            own = {"Continuous Assessment Start Date": start, "Continuous Assessment Date of Authorisation": done}
            yield "LA-4", own, start, done
        for part in parts.get("Section47", []):
            start = part.get("S47ActualStartDate")
            yield "LA-5", _enquiry(part, start), start, start
        if parts and facts.get("ReferralNFA", "").lower() not in ("1", "true"):
            yield "LA-6", _need(episode), referred, facts.get("CINclosureDate")
        for part in parts.get("ChildProtectionPlans", []):
            yield "LA-7", _plan(part), part.get("CPPstartDate"), part.get("CPPendDate")


def _referral(facts: Mapping[str, str]) -> dict[str, str | None]:
    nfa = facts.get("ReferralNFA")
    return {
        "Date of referral": facts.get("CINreferralDate"),
        "Referral Source": facts.get("ReferralSource"),
        "Referral NFA?": {"1": "Yes", "true": "Yes", "0": "No", "false": "No"}.get((nfa or "").lower(), nfa),
    }


def _enquiry(part: Mapping[str, str], start: str | None) -> dict[str, str | None]:
    return {
        "Strategy discussion initiating Section 47 Enquiry Start Date": start,
        "Was an Initial Child Protection Conference deemed unnecessary?": part.get("ICPCnotRequired"),
        "Date of Initial Child Protection Conference": part.get("DateOfInitialCPC"),
    }


def _need(episode: _Episode) -> dict[str, str | None]:
    facts, plans = episode.facts, episode.parts.get("CINPlanDates", [])
    status = None
    if facts.get("CINclosureDate"):
        status = "closed"
    elif any(not plan.get("CPPendDate") for plan in episode.parts.get("ChildProtectionPlans", [])):
        status = "child_protection_plan"
    elif any(not plan.get("CINPlanEndDate") for plan in plans):
        status = "child_in_need_plan"
    elif any(not part.get("AssessmentAuthorisationDate") for part in episode.parts.get("Assessments", [])):
        status = "open_assessment"
    return {
        "CIN Start Date": plans[-1].get("CINPlanStartDate") if plans else None,
        "Primary Need Code": facts.get("PrimaryNeedCode"),
        "CIN Closure Date": facts.get("CINclosureDate"),
        "Reason for Closure": facts.get("ReasonForClosure"),
        "Case Status": status,
    }


def _plan(part: Mapping[str, str]) -> dict[str, str | None]:
    return {
        "Child Protection Plan Start Date": part.get("CPPstartDate"),
        "Initial Category of Abuse": part.get("InitialCategoryOfAbuse"),
        "Latest Category of Abuse": part.get("LatestCategoryOfAbuse"),
        "Child Protection Plan End Date": part.get("CPPendDate"),
        "Number of Previous Child Protection Plans": part.get("NumberOfPreviousCPP"),
    }


_PARTS = frozenset({"Assessments", "Section47", "ChildProtectionPlans", "CINPlanDates"})


class _Reader:
    """Takes the elements that the lists need from a stream; it has seen one element open at a time."""

    def __init__(self) -> None:
        self._children: list[_Child] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._length = 0

    def children_of(self, data: bytes) -> list[_Child]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        # A declaration of types is the door of every attack by entities; no census has one.
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(data, True)
            broken = False
        except (expat.ExpatError, ValueError):
            broken = True
        # Raised out here, where the error that may quote the file is no longer attached (L5).
        if broken or not self._children:
            raise UnreadableError(BROKEN)
        return self._children

    def _start(self, name: str, _: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise ValueError
        self._text, self._length = [], 0
        if name == "Child":
            self._children.append(_Child())
        elif name == "CINdetails" and self._children:
            self._children[-1].episodes.append(_Episode())
        elif name in _PARTS and self._children and self._children[-1].episodes:
            self._children[-1].episodes[-1].parts.setdefault(name, []).append({})

    def _characters(self, text: str) -> None:
        self._length += len(text.strip())
        if self._length > _LONGEST:
            raise ValueError
        self._text.append(text)

    def _end(self, name: str) -> None:
        name, text = name.rpartition(":")[2], "".join(self._text).strip()
        self._path.pop()
        self._text, self._length = [], 0
        if text and self._children:
            self._keep(name, text)

    def _keep(self, name: str, text: str) -> None:
        child, inside = self._children[-1], set(self._path)
        if "CINdetails" not in inside:
            if name == "Disability":
                child.disabilities.append(text)
            elif "Child" in inside:
                child.facts[name] = text
            return
        episode = child.episodes[-1]
        part = next((each for each in reversed(self._path) if each in _PARTS), None)
        if name == "AssessmentFactors":
            episode.factors.append(text)
        elif part:
            episode.parts[part][-1].setdefault(name, text)
        else:
            episode.facts[name] = text


def _refuse(*_: object) -> None:
    raise ValueError
