"""A plan as values: its actions, the parts of the letter they answer, what is missing, and what differs between two."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from models.ids import action_id, action_number, origin_id, origin_section
from models.words import long, noun
from tasks.ground.digests import canonical_document

FORMAT = "jtai-plan-1"
ANSWERED_SECTIONS = ("priority", "improve")
"""Sections of a letter each of whose paragraphs needs an answer, the most urgent first."""
_THING = {"priority": "area for priority action", "improve": "area for improvement"}
_THINGS = {"priority": "areas for priority action", "improve": "areas for improvement"}
FIELDS = ("origin", "action", "owner", "measure", "due")
LABELS: Mapping[str, str] = {
    "origin": "Part of the letter",
    "action": "What will be done",
    "owner": "Owner",
    "measure": "Measure of success",
    "due": "Due day",
}
"""What people call each field of an action."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A paragraph of the published letter that needs an answer.

    Attributes:
        id: such as `IMPROVE-3`.
        words: of the paragraph.
    """

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a plan.

    Attributes:
        id: such as `A03`; it stays the same from version to version.
        origin: id of the paragraph that it answers.
        action: what will be done.
        owner: name of the body that sees to it; empty where nobody is named.
        measure: by what people will know that it worked; empty where none is given.
        due: the day by which it is done; None where none is given.
    """

    id: str
    origin: str
    action: str
    owner: str = ""
    measure: str = ""
    due: date | None = None

    def cells(self) -> dict[str, str]:
        """Return the action as the cells of a row of its contract."""
        return {
            "action_ref": self.id,
            "origin": self.origin,
            "action": self.action,
            "owner": self.owner,
            "measure": self.measure,
            "due_date": f"{self.due:%d/%m/%Y}" if self.due else "",
        }


@dataclass(frozen=True, slots=True)
class Query:
    """Something odd about an action, with the field it is about and what a good value looks like."""

    action: str
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions of a plan, with what is odd about them, and the version of the letter that they answer."""

    letter: int
    actions: tuple[Action, ...] = ()
    queries: tuple[Query, ...] = ()

    def find(self, identity: str) -> Action | None:
        """Return the action of an id, or None."""
        return next((action for action in self.actions if action.id == identity), None)

    def queries_of(self, identity: str) -> list[Query]:
        """Return what is odd about one action."""
        return [query for query in self.queries if query.action == identity]

    def next_id(self, taken: Iterable[str] = ()) -> str:
        """Return the id of an action that is to be added: one above all that were ever taken."""
        numbers = [action_number(identity) for identity in (*(action.id for action in self.actions), *taken)]
        return action_id(max(numbers, default=0) + 1)

    def to_json(self) -> bytes:
        """Return the plan as canonical JSON (L4)."""
        actions = [{**asdict(each), "due": each.due.isoformat() if each.due else None} for each in self.actions]
        queries = [asdict(query) for query in self.queries]
        return canonical_document({"format": FORMAT, "letter": self.letter, "actions": actions, "queries": queries})

    @classmethod
    def from_json(cls, data: bytes) -> "Plan":
        """Rebuild a plan."""
        record: dict[str, Any] = json.loads(data)
        actions = (
            Action(**{**each, "due": date.fromisoformat(each["due"]) if each["due"] else None})
            for each in record["actions"]
        )
        return cls(record["letter"], tuple(actions), tuple(Query(**query) for query in record["queries"]))


def origins_in(letter: Mapping[str, Any]) -> tuple[Origin, ...]:
    """Return the paragraphs of a letter's record that need an answer, areas for priority action first."""
    passages = letter.get("passages", ())
    return tuple(
        Origin(origin_id(section, number), " ".join(passage["text"].split()))
        for section in ANSWERED_SECTIONS
        for number, passage in enumerate((each for each in passages if each["section"] == section), 1)
    )


def unanswered(origins: Sequence[Origin], actions: Iterable[Action]) -> list[Origin]:
    """Return the paragraphs that no action answers."""
    answered = {action.origin for action in actions}
    return [origin for origin in origins if origin.id not in answered]


def missing_in_words(origins: Sequence[Origin], actions: Iterable[Action]) -> list[str]:
    """Return for each kind of paragraph how many have no action, such as `3 of 7 areas for improvement`."""
    without = unanswered(origins, actions)
    sentences = []
    for section in ANSWERED_SECTIONS:
        every = [origin for origin in origins if origin_section(origin.id) == section]
        lacking = sum(origin_section(origin.id) == section for origin in without)
        if lacking:
            things = noun(len(every), _THING[section], _THINGS[section])
            sentences.append(f"{lacking} of {len(every)} {things} {noun(lacking, 'has', 'have')} no action yet.")
    return sentences


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs between two versions of a plan.

    Attributes:
        action: its id.
        field: the name of the field in words; empty where the whole action came or went.
        before: what stood there; empty where nothing did.
        now: what stands there; empty where nothing does.
    """

    action: str
    field: str
    before: str
    now: str


def differences(before: Plan, now: Plan) -> list[Difference]:
    """Return what differs between two versions of a plan, by action."""
    rows = []
    for identity in sorted({each.id for each in (*before.actions, *now.actions)}, key=action_number):
        old, new = before.find(identity), now.find(identity)
        if old is None or new is None:
            rows.append(Difference(identity, "", old.action if old else "", new.action if new else ""))
            continue
        rows += [
            Difference(identity, LABELS[name], shown(old, name), shown(new, name))
            for name in FIELDS
            if shown(old, name) != shown(new, name)
        ]
    return rows


def shown(action: Action, name: str) -> str:
    """Return one field of an action as people read it."""
    if name == "due":
        return long(action.due) if action.due else ""
    return str(getattr(action, name))
