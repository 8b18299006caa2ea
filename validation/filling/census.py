"""Reads the file of a children in need census into the council's lists, and the factors found at assessment.

The file is XML. It is read as a stream, without declarations of types or entities, and only elements that the lists
need are taken. A census tells of a year, so that each list takes the rows that were open in the window.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.contract.file_rules import FileRule
from validation.filling.cases import CaseRow, Cases, CaseSource, Episode, gathered, need, with_births, with_factors
from validation.returns.annex_a import AGE, BORN, DISABILITY, ETHNICITY_OF, GENDER_OF

CENSUS = CaseSource(
    "CIN census",
    "the census",
    "A census tells of a year up to the end of March. What happened since is not in it.",
)
_HEAD = 4096
# No element of a census lies so deep or holds so many characters: what does is no census.
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
    episodes: list[Episode] = field(default_factory=list)


def is_census(data: bytes) -> bool:
    """Return whether a file is a census, by its first bytes."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith((b"<?xml", _ROOT)) and _ROOT in head


def read_census(data: bytes, context: Context) -> Cases:
    """Return what a census says of the children of a council.

    Raises:
        UnreadableError: it is not well formed, or has what no census has.
    """
    children = _CensusReader().children_of(data)
    lists, outside = gathered((row for child in children for row in _rows_of(child)), context)
    numbered = [child for child in children if child.facts.get("LAchildID")]
    numbers = [child.facts["LAchildID"] for child in numbered]
    factors = with_factors(numbers, [_factors_of(child) for child in numbered])
    upns = [child.facts.get("UPN") for child in numbered]
    births = with_births(numbers, upns, [child.facts.get("ExpectedPersonBirthDate") for child in numbered])
    return Cases(CENSUS, lists, outside, factors, births)


def _factors_of(child: _Child) -> list[str]:
    return list(dict.fromkeys(code for episode in child.episodes for code in episode.factors))


def _of_child(child: _Child) -> dict[str, str | None]:
    disabilities = [code for code in child.disabilities if code]
    disabled = None if not disabilities else ("No" if disabilities == [_NONE] else "Yes")
    return {
        GENDER_OF: child.facts.get("Sex") or child.facts.get("GenderCurrent"),
        ETHNICITY_OF: child.facts.get("Ethnicity"),
        BORN: child.facts.get("PersonBirthDate"),
        AGE: None,
        DISABILITY.name: disabled,
    }


def _rows_of(child: _Child) -> Iterator[CaseRow]:
    """Yield each row that a child makes in the lists."""
    number, own = child.facts.get("LAchildID", ""), _of_child(child)
    for episode in child.episodes:
        facts, parts = episode.facts, episode.parts
        referred = facts.get("CINreferralDate")
        yield CaseRow("LA-3", number, own | _referral(facts), referred, referred)
        for part in parts.get("Assessments", []):
            done = part.get("AssessmentAuthorisationDate")
            start = part.get("AssessmentActualStartDate")
            dates = {"Continuous Assessment Start Date": start, "Continuous Assessment Date of Authorisation": done}
            yield CaseRow("LA-4", number, own | dates, start, done)
        for part in parts.get("Section47", []):
            start = part.get("S47ActualStartDate")
            yield CaseRow("LA-5", number, own | _enquiry(part, start), start, start)
        # A referral after which nothing was done made nobody a child in need.
        if parts and facts.get("ReferralNFA", "").lower() not in ("1", "true"):
            yield CaseRow("LA-6", number, own | need(episode), referred, facts.get("CINclosureDate"))
        for part in parts.get("ChildProtectionPlans", []):
            yield CaseRow("LA-7", number, own | _plan(part), part.get("CPPstartDate"), part.get("CPPendDate"))


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


def _plan(part: Mapping[str, str]) -> dict[str, str | None]:
    return {
        "Child Protection Plan Start Date": part.get("CPPstartDate"),
        "Initial Category of Abuse": part.get("InitialCategoryOfAbuse"),
        "Latest Category of Abuse": part.get("LatestCategoryOfAbuse"),
        "Child Protection Plan End Date": part.get("CPPendDate"),
        "Number of Previous Child Protection Plans": part.get("NumberOfPreviousCPP"),
    }


_PARTS = frozenset({"Assessments", "Section47", "ChildProtectionPlans", "CINPlanDates"})


class _CensusReader:
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
        # What stands before a colon names the namespace, which says nothing here.
        name = name.rpartition(":")[2]
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise ValueError
        self._text, self._length = [], 0
        if name == "Child":
            self._children.append(_Child())
        elif name == "CINdetails" and self._children:
            self._children[-1].episodes.append(Episode())
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
