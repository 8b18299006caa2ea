"""Chains of made-up inspections in memory, with rows and anchors, and what an owner of the database can do to them."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from models.key_ring import fresh_ring
from tasks.ground.keys import commit, seed_under
from tasks.ground.signing import PublicKey, public_keys
from tasks.ledger.anchored import Anchored, signed
from tasks.ledger.audit import seal
from tasks.ledger.exports import Export, Rows
from tests.portal.pages.made_up import set_to

REF = "reading-domestic-abuse-2024-20250224"
SEED_KEY = "ab" * 32
SEEDS = [seed_under(SEED_KEY, REF, number) for number in range(1, 21)]


def at(second: float) -> str:
    return f"2025-02-24T09:{int(second) // 60:02}:{second % 60:09.6f}+00:00"


@dataclass
class Entry:
    """An entry with the names of the table's row, and without its cost: there are 300,000 of them."""

    inspection: str
    number: int
    at: str
    actor: str
    action: str
    subject: str
    facts: dict[str, Any]
    previous: str = ""
    hash: str = ""

    def model_dump(self) -> dict[str, Any]:
        return vars(self)

    def copy(self) -> "Entry":
        return replace(self, facts={**self.facts})


@dataclass
class Ledger:
    """What the database holds of one inspection: whoever owns it may change all of this."""

    entries: list[Entry] = field(default_factory=list)
    draws: list[dict[str, Any]] = field(default_factory=list)
    decisions: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[Anchored] = field(default_factory=list)
    keys: tuple[PublicKey, ...] = ()

    def export(self) -> Export:
        head = (len(self.entries), self.entries[-1].hash) if self.entries else (0, "")
        rows = Rows(tuple(self.draws), tuple(self.decisions))
        return Export(
            tuple(self.entries),  # type: ignore[arg-type]  # they have the same names
            head,
            tuple(self.anchors),
            self.keys,
            (),
            rows,
        )

    def chain_again(self) -> None:
        """Number and seal all entries anew, so that the chain is whole in itself."""
        previous = ""
        for number, entry in enumerate(self.entries, 1):
            entry.number, entry.previous = number, previous
            previous = entry.hash = seal(entry)  # type: ignore[arg-type]

    def copy(self) -> "Ledger":
        return replace(
            self,
            entries=[entry.copy() for entry in self.entries],
            draws=[{**row} for row in self.draws],
            decisions=[{**row} for row in self.decisions],
            anchors=[*self.anchors],
        )


def steps(ref: str) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield actor, action, subject and facts of an inspection up to its approved sample."""
    seeds = [seed_under(SEED_KEY, ref, number) for number in range(1, 21)]
    requests = [f"{ref}-{code}" for code in ("pol-1", "hea-1", "la-da", "nps-1")]
    yield "programme manager: p1", "inspection.announced", ref, {
        "theme_sha256": "d" * 64, "seed_sha256": commit(seeds[0]), "seeds_sha256": [commit(seed) for seed in seeds],
        "seed_key_sha256": commit(SEED_KEY),
    }  # fmt: skip
    yield "programme manager: p1", "role.given", "p2", {"role": "lead"}
    yield "system", "stage.moved", ref, {"from": "announced", "to": "returns_open"}
    for request in requests:
        yield "system", "request.moved", request, {"from": "issued", "to": "acknowledged"}
        yield "police: p3", "request.moved", request, {"from": "acknowledged", "to": "received", "sha256": "a" * 64}
        yield "system", "request.moved", request, {"from": "received", "to": "accepted"}
    yield "system", "stage.moved", ref, {"from": "returns_open", "to": "returns_closed"}
    yield "system", "cohort.frozen", ref, {"version": 1, "children": 300}
    yield "system", "stage.moved", ref, {"from": "returns_closed", "to": "cohort_frozen"}
    yield "system", "sample.drawn", ref, {"draw": 1, "seed": seeds[0], "manifest_sha256": "b" * 64, "gaps": 0}
    yield "system", "stage.moved", ref, {"from": "cohort_frozen", "to": "sample_proposed"}
    for number, kind in enumerate(("eliminate", "replace", "replace", "approve"), 1):
        facts = {
            "draw": 1,
            "label": f"T{number}",
            "reason": "safety",
            "second_approver": "p4",
            "new_label": f"T{9 + number}",
        }
        yield "inspectorate: p2", f"sample.{kind}", ref, {**facts, "decided_at": at(40 + number)}
    yield "inspectorate: p2", "stage.moved", ref, {"from": "sample_proposed", "to": "sample_approved"}
    for number in range(6):
        yield "inspector: p5", "evidence.read", f"S{number}", {"file": number}
    yield "system", "seeds.revealed", ref, {"seed_key": SEED_KEY}


def made(ref: str = REF, seed: int = 0) -> Ledger:
    """Return a ledger whose head was anchored in the middle, near the end and at its end."""
    ledger, chance = Ledger(), random.Random(seed)  # noqa: S311 - repeated, not secret
    second = 0.0
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        ledger.keys = public_keys()
        for actor, action, subject, facts in steps(ref):
            second += chance.uniform(0.001, 3)
            ledger.entries.append(Entry(ref, 0, at(second), actor, action, subject, facts))
        ledger.chain_again()
        for number in (4, len(ledger.entries) - 3, len(ledger.entries)):
            last = ledger.entries[number - 1]
            ledger.anchors.append(signed(ref, number, last.hash, last.at, ledger.keys[0]))
    drawn = next(entry for entry in ledger.entries if entry.action == "sample.drawn")
    seed_and_manifest = {name: drawn.facts[name] for name in ("seed", "manifest_sha256")}
    ledger.draws = [{"version": 1, "approved_by": "p2", **seed_and_manifest}]
    decided = [entry for entry in ledger.entries if entry.action in {f"sample.{kind}" for kind in KINDS}]
    names = ("label", "reason", "second_approver", "new_label", "decided_at")
    ledger.decisions = [
        {"number": number, "draw_version": 1, "kind": entry.action[7:], "by": "p2"}
        | {name: entry.facts[name] for name in names}
        for number, entry in enumerate(decided, 1)
    ]
    return ledger


KINDS = ("approve", "eliminate", "replace", "redraw")
Tamper = Callable[[Ledger, Ledger, random.Random], None]


def edit(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    entry = chance.choice(ledger.entries)
    name = chance.choice(["actor", "action", "subject", "at", "facts", "previous", "hash"])
    setattr(entry, name, {**entry.facts, "x": 1} if name == "facts" else f"{getattr(entry, name)}x")


def edit_and_chain_again(ledger: Ledger, other: Ledger, chance: random.Random) -> None:
    before = [entry.hash for entry in ledger.entries]
    while [entry.hash for entry in ledger.entries] == before:
        edit(ledger, other, chance)
        ledger.chain_again()


def cut(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    del ledger.entries[chance.randrange(len(ledger.entries)) :]


def drop(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    del ledger.entries[chance.randrange(len(ledger.entries))]


def drop_and_chain_again(ledger: Ledger, other: Ledger, chance: random.Random) -> None:
    drop(ledger, other, chance)
    ledger.chain_again()


def put_in_other_order(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    first, second = chance.sample(range(len(ledger.entries)), 2)
    entries = ledger.entries
    entries[first], entries[second] = entries[second], entries[first]
    if chance.random() < 0.5:
        ledger.chain_again()


def back_date(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    place = chance.randrange(1, len(ledger.entries))
    ledger.entries[place].at = ledger.entries[chance.randrange(place)].at
    ledger.chain_again()


def forge(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    """Put in an entry that was never written, somewhere before the end."""
    place = chance.randrange(len(ledger.entries))
    like = chance.choice(ledger.entries).copy()
    like.at, like.actor = ledger.entries[place].at, "inspectorate: nobody"
    ledger.entries.insert(place, like)
    ledger.chain_again()


def append_dated_back(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    """Add a well sealed entry after the last anchor, with a time before it."""
    like = chance.choice(ledger.entries[:-1]).copy()
    like.at = ledger.entries[chance.randrange(len(ledger.entries) - 1)].at
    ledger.entries.append(like)
    ledger.chain_again()


def swap(ledger: Ledger, other: Ledger, _chance: random.Random) -> None:
    """Give out the chain of another inspection as this one's, under its name and with its rows."""
    ledger.entries, ledger.draws, ledger.decisions = other.entries, other.draws, other.decisions
    for entry in ledger.entries:
        entry.inspection = REF
    ledger.chain_again()


def swap_one(ledger: Ledger, other: Ledger, chance: random.Random) -> None:
    place = chance.randrange(len(ledger.entries))
    ledger.entries[place] = other.entries[place].copy()
    if chance.random() < 0.5:
        ledger.chain_again()


with set_to(secret_key=None, keys=(_OWN := fresh_ring().to_text())):
    _OWN_KEYS = public_keys()


def write_anew(ledger: Ledger, other: Ledger, chance: random.Random) -> None:
    """Tamper, seal all anew, and sign anchors of one's own to go with it, with a key of one's own."""
    edit_and_chain_again(ledger, other, chance)
    with set_to(secret_key=None, keys=_OWN):
        ledger.keys = _OWN_KEYS
        ends = [(number, ledger.entries[number - 1]) for number in (4, len(ledger.entries))]
        ledger.anchors = [signed(REF, number, entry.hash, entry.at, ledger.keys[0]) for number, entry in ends]


def change_a_decision(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    row = chance.choice(ledger.decisions)
    name = chance.choice(
        ["kind", "by", "label", "reason", "second_approver", "new_label", "decided_at", "draw_version"]
    )
    row[name] = 7 if name == "draw_version" else f"{row[name]}x"


def change_a_draw(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    name = chance.choice(["seed", "manifest_sha256", "approved_by", "version"])
    ledger.draws[0][name] = 9 if name == "version" else chance.choice([None, "x"])


def drop_a_row(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    rows = chance.choice([ledger.decisions, ledger.draws])
    del rows[chance.randrange(len(rows))]


def add_a_row(ledger: Ledger, _other: Ledger, chance: random.Random) -> None:
    rows = chance.choice([ledger.decisions, ledger.draws])
    rows.insert(chance.randrange(len(rows) + 1), {**rows[-1], "number": 99, "version": 99, "label": "T99"})


TAMPERINGS: tuple[Tamper, ...] = (
    edit, edit_and_chain_again, cut, drop, drop_and_chain_again, put_in_other_order, back_date, forge,
    append_dated_back, swap, swap_one, write_anew, change_a_decision, change_a_draw, drop_a_row, add_a_row,
)  # fmt: skip
