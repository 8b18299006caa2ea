"""What a chain proves, and where it does not: against its own links, anchors held elsewhere, its story and its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from models.actors import inspectorate
from models.tables import AuditEntry
from tasks.ground.keys import commit, seed_under
from tasks.ground.signing import PublicKey
from tasks.ledger.anchored import Anchored
from tasks.ledger.audit import verify
from tasks.ledger.commitments import ANNOUNCED
from tasks.ledger.exports import Export, Rows

DRAWN = "sample.drawn"
SEEDS_REVEALED = "seeds.revealed"
DECIDED = frozenset({"sample.approve", "sample.eliminate", "sample.replace", "sample.redraw"})
_FOLLOWS_ANNOUNCEMENT = frozenset({"stage.moved", "request.moved", "cohort.frozen", DRAWN, *DECIDED})
_ROW_FACTS = ("label", "reason", "second_approver", "new_label")


def examine(ref: str, export: Export, kept: Iterable[Anchored] = (), keys: Iterable[PublicKey] = ()) -> list[str]:
    """Return what is wrong with a chain, in sentences, the first fault of each kind first; empty where nothing is.

    Args:
        ref: the inspection, or `programme`.
        export: the chain, from the database or from a file.
        kept: anchors that were kept elsewhere than the chain.
        keys: public keys that are trusted; where there are none, those of the file whose ids the held anchors name.
    """
    entries, anchors = export.entries, [*kept]
    trusted = [*keys] or [key for key in export.keys if key.id in {anchor.key for anchor in anchors}]
    broken = verify(entries, export.head)
    return [
        *export.faults,
        *([broken.to_message()] if broken else []),
        *_foreign(ref, entries),
        *_back_dated(entries),
        *_against(ref, entries, anchors, trusted),
        *_unsigned(ref, entries, export.anchors, trusted or export.keys),
        *story(entries),
        *(rows_apart(entries, export.rows) if export.rows else []),
    ]


def _foreign(ref: str, entries: Sequence[AuditEntry]) -> list[str]:
    number = next((entry.number for entry in entries if entry.inspection != ref), None)
    return [] if number is None else [f"Entry {number} belongs to another inspection than {ref}."]


def _back_dated(entries: Sequence[AuditEntry]) -> list[str]:
    pair = next(((a, b) for a, b in pairwise(entries) if b.at < a.at), None)
    return [f"Entry {pair[1].number} says that it was written before entry {pair[0].number}."] if pair else []


def _against(
    ref: str, entries: Sequence[AuditEntry], anchors: Iterable[Anchored], keys: Sequence[PublicKey]
) -> Iterator[str]:
    """Compare a chain with anchors that were kept elsewhere."""
    for anchor in anchors:
        what = f"the anchor of entry {anchor.number} of {anchor.at}"
        if anchor.inspection != ref:
            yield f"T{what[1:]} belongs to {anchor.inspection}, and this chain to {ref}."
        elif not anchor.is_signed_by(keys):
            yield f"T{what[1:]} is not signed by any key that is trusted here (it names {anchor.key})."
        elif len(entries) < anchor.number:
            yield f"The chain was cut: it has {len(entries)} entries, and {what} was made."
        elif entries[anchor.number - 1].hash != anchor.hash:
            yield f"Entry {anchor.number}, or one before it, is not what it was when {what} was made."
        else:
            yield from _out_of_time(entries, anchor)


def _out_of_time(entries: Sequence[AuditEntry], anchor: Anchored) -> Iterator[str]:
    if entries[anchor.number - 1].at > anchor.at:
        yield f"Entry {anchor.number} says that it was written after it was anchored."
    if len(entries) > anchor.number and entries[anchor.number].at < anchor.at:
        yield f"Entry {anchor.number + 1} is dated back: entry {anchor.number} was anchored before it was written."


def _unsigned(
    ref: str, entries: Sequence[AuditEntry], anchors: Iterable[Anchored], keys: Sequence[PublicKey]
) -> Iterator[str]:
    """Check the anchors that stand beside the chain: whoever rewrote it may have left them, or made them up."""
    for sentence in _against(ref, entries, anchors, keys):
        yield f"Beside the chain: {sentence[0].lower()}{sentence[1:]}"


def story(entries: Sequence[AuditEntry]) -> list[str]:
    """Return where what a chain tells cannot have happened so: seeds after returns, a draw before them, gaps."""
    return [*_announcement(entries), *_moves(entries), *_draws(entries), *_seeds(entries)]


def _announcement(entries: Sequence[AuditEntry]) -> Iterator[str]:
    announced = [entry for entry in entries if entry.action == ANNOUNCED]
    if not announced:
        if any(entry.action in _FOLLOWS_ANNOUNCEMENT for entry in entries):
            yield "The announcement is missing, and with it the digests of the seeds."
        return
    if announced[0].number != 1 or len(announced) > 1:
        yield f"Entry {announced[-1].number} announces the inspection, and only entry 1 may."
    if not digests_of(announced[0]):
        yield f"Entry {announced[0].number} announces no digest of any seed, so that no draw can be held to one."


def digests_of(announced: AuditEntry) -> tuple[str, ...]:
    """Return the digests of the seeds of draws 1, 2, .. that an announcement bound itself to.

    Inspections announced before redraws were committed to have the digest of the first draw alone.
    """
    several, first = announced.facts.get("seeds_sha256"), announced.facts.get("seed_sha256")
    if isinstance(several, list) and all(isinstance(each, str) for each in several) and several:
        return tuple(several)
    return (first,) if isinstance(first, str) and first else ()


def announced_digests(entries: Iterable[AuditEntry]) -> tuple[str, ...]:
    """Return the digests that the announcement in a chain bound itself to; none where it is missing."""
    return next((digests_of(entry) for entry in entries if entry.action == ANNOUNCED), ())


def _seeds(entries: Sequence[AuditEntry]) -> Iterator[str]:
    """Check that a key that was revealed is the one announced, and that every seed announced follows from it."""
    announced = next((entry.facts.get("seed_key_sha256") for entry in entries if entry.action == ANNOUNCED), None)
    digests = announced_digests(entries)
    for entry in (entry for entry in entries if entry.action == SEEDS_REVEALED):
        key = entry.facts.get("seed_key")
        if not isinstance(key, str) or not key or commit(key) != announced:
            yield f"Entry {entry.number} reveals a key of the seeds whose digest was not announced."
            continue
        for draw, digest in enumerate(digests, 1):
            if commit(seed_under(key, entry.inspection, draw)) != digest:
                yield f"The seed of draw {draw} does not follow from the key that entry {entry.number} reveals."
                break


def is_derived(entries: Iterable[AuditEntry]) -> bool:
    """Return whether a chain reveals the key of the seeds, so that `story` has held every seed to it."""
    return any(entry.action == SEEDS_REVEALED for entry in entries)


def _moves(entries: Sequence[AuditEntry]) -> Iterator[str]:
    """Check that each move begins where the one before ended: of the inspection, and of each request."""
    at: dict[tuple[str, str], object] = {}
    for entry in entries:
        if entry.action not in {"stage.moved", "request.moved"}:
            continue
        what = (entry.action, entry.subject)
        begins = entry.facts.get("from")
        # The first gap alone: moves after it may be out of step because of it.
        if what in at and begins != at[what]:
            yield f"Entry {entry.number} moves {entry.subject} from {begins}, and it was {at[what]}: a move is missing."
            return
        at[what] = entry.facts.get("to")


def _draws(entries: Sequence[AuditEntry]) -> Iterator[str]:
    digests, drawn = announced_digests(entries), set[object]()
    seen: set[str] = set()
    for entry in entries:
        draw = _number(entry.facts.get("draw"))
        if entry.action == DRAWN:
            drawn.add(draw)
            yield from _drawn(entry, digests, seen)
        elif entry.action in DECIDED and draw not in drawn:
            yield f"Entry {entry.number} decides on draw {draw}, which no entry before it records."
        # Who knows the returns could choose the seed that draws whom they want.
        elif entry.action == ANNOUNCED and "request.moved" in seen:
            yield f"Entry {entry.number} announces the seeds after a return was in."
        seen.add(entry.action)


def _drawn(entry: AuditEntry, digests: Sequence[str], seen: set[str]) -> Iterator[str]:
    draw, seed = entry.facts.get("draw"), entry.facts.get("seed")
    if type(draw) is not int or draw < 1 or not isinstance(seed, str) or not seed:
        yield f"Entry {entry.number} records a draw without its number or its seed."
        return
    # A draw after those that were committed to has no digest that its seed could be held to.
    if draw <= len(digests) and commit(seed) != digests[draw - 1]:
        yield f"Entry {entry.number} reveals a seed of draw {draw} whose digest was not the one announced."
    for action, what in (("request.moved", "any return was in"), ("cohort.frozen", "a cohort was frozen")):
        if action not in seen:
            yield f"Entry {entry.number} records a draw before {what}."


def _number(value: object) -> object:
    """Return what stands where a draw has its number; a list or an object, which no set takes, in words."""
    return value if isinstance(value, int | str | None) else "without a number"


def rows_apart(entries: Sequence[AuditEntry], rows: Rows) -> list[str]:
    """Return where draws, decisions and approvals of the ledger are not what the chain says of them."""
    return [*_draws_apart(entries, rows), *_decisions_apart(entries, rows)]


def _draws_apart(entries: Sequence[AuditEntry], rows: Rows) -> Iterator[str]:
    recorded = {_number(entry.facts.get("draw")): entry for entry in entries if entry.action == DRAWN}
    stored = {_number(row.get("version")): row for row in rows.draws}
    # Both ways: a row that was added by hand is as wrong as one that was taken away.
    for draw in sorted({*recorded, *stored}, key=str):
        entry, row = recorded.get(draw), stored.get(draw)
        if entry is None or row is None:
            where, missing = ("rows", "chain") if entry is None else ("chain", "rows")
            yield f"Draw {draw} stands in the {where} and not in the {missing}."
            continue
        apart = [name for name in ("seed", "manifest_sha256") if entry.facts.get(name) != row.get(name)]
        yield from (f"The row of draw {draw} has another {name} than entry {entry.number}." for name in apart)
        yield from _approval_apart(entries, row)


def _approval_apart(entries: Sequence[AuditEntry], row: Mapping[str, Any]) -> Iterator[str]:
    draw, by = row.get("version"), row.get("approved_by")
    approval = next(
        (each for each in entries if each.action == "sample.approve" and each.facts.get("draw") == draw), None
    )
    if (approval is None) != (by is None):
        yield f"Draw {draw} is approved in {'its row' if approval is None else 'the chain'} alone."
    elif approval is not None and inspectorate(str(by)) != approval.actor:
        yield f"The row of draw {draw} names another approver than entry {approval.number}."


def _decisions_apart(entries: Sequence[AuditEntry], rows: Rows) -> Iterator[str]:
    recorded = [entry for entry in entries if entry.action in DECIDED]
    if len(recorded) != len(rows.decisions):
        yield f"The chain records {len(recorded)} decisions on the sample, and the rows are {len(rows.decisions)}."
    for entry, row in zip(recorded, rows.decisions, strict=False):
        apart = decision_apart(entry, row, row.get("draw_version"), str(row.get("kind")))
        if apart:
            yield f"The row of decision {row.get('number')} has another {apart} than entry {entry.number}."
            return


def decision_apart(entry: AuditEntry, step: Mapping[str, Any], draw: object, kind: str) -> str:
    """Return in a word what differs between an entry of a decision and the same decision elsewhere; empty: nothing.

    Args:
        entry: of the chain.
        step: with `by`, `label`, `reason`, `second_approver`, `new_label` and `decided_at`.
        draw: on which it was decided.
        kind: of the decision.
    """
    pairs = [("kind", entry.action, f"sample.{kind}"), ("draw", entry.facts.get("draw"), draw)]
    # The chain has None where a file has an empty text; both mean that there is none.
    pairs += [(name.replace("_", " "), entry.facts.get(name) or "", step.get(name) or "") for name in _ROW_FACTS]
    pairs.append(("person", entry.actor, inspectorate(str(step.get("by")))))
    # Entries of older versions do not say it: there the entry's own time is the world's, and a rehearsal's is not.
    if "decided_at" in entry.facts:
        pairs.append(("time", entry.facts["decided_at"], step.get("decided_at")))
    return next((name for name, recorded, stated in pairs if recorded != stated), "")
