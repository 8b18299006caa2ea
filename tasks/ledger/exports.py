"""The export of a chain: a line of JSON for each entry, and a last one with its head, anchors, witnesses and rows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.tables import AuditEntry
from tasks.ground.digests import canonical_json
from tasks.ground.foreign_json import parsed
from tasks.ground.signing import PublicKey, public_key
from tasks.ledger.anchored import Anchored, anchored_of, anchors_within
from tasks.ledger.audit import line

FORMAT = "jtai-audit-2"
_KEYS = {"inspection": str, "number": int, "at": str, "actor": str, "action": str, "subject": str, "facts": dict}
_KEYS |= {"previous": str, "hash": str}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the ledger that a chain speaks of, as plain values: the draws of the sample and the decisions on them."""

    draws: tuple[Mapping[str, Any], ...] = ()
    decisions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A chain as it was written out, and sentences on what in the file is not as an export is.

    Attributes:
        entries: in the order of the file.
        head: number and hash that the ledger counted to; None where the file does not say.
        anchors: signed heads that stand in the file itself.
        keys: public keys that stand in the file; whoever holds an anchor knows by its key's id which of them to trust.
        witnesses: who has countersigned which anchor.
        rows: of the ledger; None where the file has none.
        faults: what in the file cannot be read, in sentences.
    """

    entries: tuple[AuditEntry, ...]
    head: tuple[int, str] | None = None
    anchors: tuple[Anchored, ...] = ()
    keys: tuple[PublicKey, ...] = ()
    witnesses: tuple[Mapping[str, Any], ...] = ()
    rows: Rows | None = None
    faults: tuple[str, ...] = field(default=())


def written(ref: str, export: Export) -> bytes:
    """Return the file of an export; the same ledger gives the same bytes."""
    rows = export.rows or Rows()
    head = {"number": export.head[0], "hash": export.head[1]} if export.head else None
    last = {
        "format": FORMAT,
        "inspection": ref,
        "head": head,
        "anchors": [json.loads(anchor.document()) for anchor in export.anchors],
        "keys": [key.value for key in export.keys],
        "witnesses": [*export.witnesses],
        "rows": {"draws": [*rows.draws], "decisions": [*rows.decisions]},
    }
    return "".join(f"{each}\n" for each in (*map(line, export.entries), canonical_json(last).decode())).encode()


def read_export(data: bytes) -> Export:
    """Read an export, also one of an older version, which is its entries alone; what is wrong is told, not raised."""
    lines = data.decode(errors="replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    values = [_parsed(text) for text in lines]
    last = values[-1] if values and isinstance(values[-1], dict) and "format" in values[-1] else None
    entries, faults = [], []
    for number, (text, value) in enumerate(zip(lines, values, strict=True), 1):
        if value is last and last is not None:
            continue
        entry = _entry(value)
        if entry is None:
            faults.append(f"Line {number} of the file is no entry of an audit chain.")
        # Two spellings of one entry have one hash, and a reader may see another text than the one that was sealed.
        elif line(entry) != text:
            faults.append(f"Line {number} of the file is not written as an export writes it.")
        else:
            entries.append(entry)
    if last is None:
        return Export(tuple(entries), faults=tuple(faults))
    # Of a key that stands twice one reader takes the first, another the last.
    if canonical_json(last).decode() != lines[-1]:
        faults.append("The last line of the file is not written as an export writes it.")
    return _with_last(tuple(entries), last, faults)


def _with_last(entries: tuple[AuditEntry, ...], last: Mapping[str, Any], faults: list[str]) -> Export:
    if last.get("format") != FORMAT:
        faults.append(f"The last line of the file has the format {last.get('format')!r}, and this reads {FORMAT}.")
    anchors = [anchored_of(each) for each in _list(last, "anchors")]
    keys = [_key(each) for each in _list(last, "keys")]
    head, rows = last.get("head"), last.get("rows")
    lists = all(isinstance(last.get(name), list) for name in ("anchors", "keys"))
    if None in anchors or None in keys or not lists:
        faults.append("The last line of the file does not hold anchors and keys as an export does.")
    pair = (head.get("number"), head.get("hash")) if isinstance(head, dict) else None
    if entries and pair is None:
        faults.append("The last line of the file does not say at which entry the chain ends.")
    if not isinstance(rows, dict):
        faults.append("The last line of the file holds no rows of the sample.")
    return Export(
        entries=entries,
        head=pair,  # type: ignore[arg-type]  # compared with what is so, whatever it is
        anchors=tuple(filter(None, anchors)),
        keys=tuple(filter(None, keys)),
        witnesses=tuple(each for each in _list(last, "witnesses") if isinstance(each, dict)),
        rows=_rows(rows) if isinstance(rows, dict) else None,
        faults=tuple(faults),
    )


def _rows(rows: Mapping[str, Any]) -> Rows:
    draws, decisions = (tuple(row for row in _list(rows, name) if isinstance(row, dict)) for name in Rows.__slots__)
    return Rows(draws, decisions)


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    items = value.get(name)
    return items if isinstance(items, list) else []


def _key(value: object) -> PublicKey | None:
    return public_key(value) if isinstance(value, str) else None


def _parsed(text: str) -> object:
    try:
        return parsed(text)
    except ValueError:
        return None


def _entry(value: object) -> AuditEntry | None:
    if not isinstance(value, dict) or set(value) != set(_KEYS):
        return None
    if not all(type(value[name]) is kind for name, kind in _KEYS.items()):
        return None
    return AuditEntry(**value)


def read_anchors(data: bytes) -> list[Anchored]:
    """Return the anchors in a file: one for each line, one alone however it is laid out, or those of a letter.

    Raises:
        ValueError: something in it is no anchor, or there is none.
    """
    if within := anchors_within(data):
        return within
    text = data.decode()
    whole = _parsed(text)
    values: Iterable[object] = [whole] if whole is not None else [_parsed(each) for each in text.split("\n") if each]
    anchors = [anchored_of(each) for each in values]
    if not anchors or None in anchors:
        raise ValueError
    return [each for each in anchors if each is not None]
