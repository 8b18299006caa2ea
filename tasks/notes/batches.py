"""A batch of notes as a browser sends it: its shape, and the codes that the ledger may keep of it. Pure."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 2**20
"""A batch is a second of typing, with each changed note whole."""

JUDGEMENTS = {"strength": "Strength", "concern": "Concern"}

CODES = ("child", "area", "agency", "kind", "judgement", "criterion")
"""What a note is about, by code; everything else of it is words, which the evidence store alone keeps."""

_DEVICE = re.compile(r"[0-9a-f]{16}")
_NOTE = re.compile(r"[0-9a-f]{16}-[0-9]{1,6}")
_ABOUT = re.compile(r"(draft|finding)-(new|[FP][0-9]{2,4}|new_[a-z_]{1,20})")
_LABEL = re.compile(r"[A-Z][0-9]{1,4}")
_LARGEST = 99_999_999


class BatchShapeError(ValueError):
    """What was sent is no batch of notes."""

    def __init__(self) -> None:
        super().__init__("This is no batch of notes.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one note: the whole of it, so that what is stored twice is there once.

    `draw` is the draw whose labels the writer saw, 0 where the browser did not say: a redraw gives labels anew.
    `about` names the form of a finding or a paragraph into which it was typed; empty for an evidence note.
    """

    note: str
    version: int
    text: str
    at: str
    follows: str
    draw: int
    codes: Mapping[str, str]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one browser sealed at one moment: its place in the log, and versions of notes of that log."""

    device: str
    sequence: int
    entries: tuple[Entry, ...]


def batch_in(body: bytes) -> Batch:
    """Return the batch that a body holds.

    Raises:
        BatchShapeError: it holds none.
    """
    try:
        document = json.loads(body)
        device, sequence = document["device"], document["sequence"]
        if not _DEVICE.fullmatch(device) or type(sequence) is not int or not 0 < sequence <= _LARGEST:
            raise BatchShapeError
        entries = tuple(_entry(each, device) for each in document["entries"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BatchShapeError from None
    return Batch(device, sequence, entries)


def _entry(document: dict[str, Any], device: str) -> Entry:
    note, version, text = document["note"], document["version"], document["text"]
    follows = document.get("follows", "")
    # A note is written in one log alone, so that no two logs can ever disagree about it.
    own = _NOTE.fullmatch(note) and note.startswith(f"{device}-")
    earlier = follows == "" or _NOTE.fullmatch(follows)
    if not own or not earlier or type(version) is not int or not 0 < version <= _LARGEST or not isinstance(text, str):
        raise BatchShapeError
    codes = {name: str(document.get(name, "")) for name in CODES}
    draw = document.get("draw")
    kept_draw, at = draw if type(draw) is int else 0, str(document.get("at", ""))
    return Entry(note, version, text, at, follows, kept_draw, codes, _about(document))


def _about(document: dict[str, Any]) -> str:
    about = document.get("about", "")
    if about == "":
        return ""
    # The ledger keeps it, so it is an id of ours (L5).
    if not isinstance(about, str) or not _ABOUT.fullmatch(about):
        raise BatchShapeError
    return about


def kept_codes(codes: Mapping[str, str], listed: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the codes of a note that the ledger keeps: those on the lists, and labels of children by their shape (L5).

    A code that is on no list is not refused, since that would lose the words; the store keeps it as it was sent.

    Args:
        codes: of the note, by name.
        listed: the codes that there are, by name.
    """
    listed_codes = {name: code if code in listed.get(name, ()) else "" for name, code in codes.items()}
    # The sample may have changed since the note was written, and the label still names its child.
    child = codes.get("child", "")
    return listed_codes | {"child": child if _LABEL.fullmatch(child) else ""}
