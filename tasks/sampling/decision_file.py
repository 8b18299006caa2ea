"""The replacement ledger as a file: each decision on a draw and the sample in force, checked by replaying (L10)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from models.refusals import Refusal
from tasks.ground.digests import canonical_document, sha256
from tasks.sampling.decision import Decision, Kind, Reason, apply
from tasks.sampling.manifests import manifest_bytes, sample_of
from tasks.sampling.replay import DecisionError
from tasks.sampling.sample import CHOSEN, Row, Sample

FORMAT = "jtai-decisions-1"
_KEYS = ("draw", "manifest_sha256", "earlier", "decisions", "rows", "approved_by")
_STEP = ("kind", "reason", "by", "label", "second_approver", "new_label")


class NotDecisionsError(Refusal):
    """What was given is not the file of a draw's decisions."""

    def __init__(self) -> None:
        super().__init__("This is not the file of decisions on a draw (`jtai sample export` writes one).")


def in_force(record: Mapping[str, Any], decisions: Sequence[Decision]) -> Sample:
    """Return the sample that decisions on one draw leave; a redraw sets the draw aside and changes nothing in it.

    Raises:
        DecisionError: a decision that the rules do not allow.
    """
    return apply(record, [one for one in decisions if one.kind is not Kind.REDRAW])


def taken_out(record: Mapping[str, Any], decisions: Sequence[Decision]) -> frozenset[str]:
    """Return the children whom decisions took out of a draw, chosen and reserves alike, by pseudonym."""
    drawn, left = sample_of(record).rows, in_force(record, decisions).rows
    return frozenset(row.child for row in drawn) - {row.child for row in left}


def new_label(before: Sample, after: Sample) -> str:
    """Return the label that a decision gave to a reserve, or an empty text."""
    known = {row.label for row in before.rows}
    return next((row.label for row in after.rows if row.label not in known), "")


def decisions_record(
    record: Mapping[str, Any], decisions: Sequence[Decision], earlier: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the decisions on a draw and the sample in force; pseudonyms, so it belongs in the evidence store (L5).

    Args:
        record: the manifest of the draw.
        decisions: on this draw, in the order in which they were taken.
        earlier: children whom decisions on earlier draws took out.
    """
    steps, now = [], sample_of(record)
    for number, one in enumerate(decisions, 1):
        after = in_force(record, decisions[:number])
        step = {"kind": one.kind.value, "reason": one.reason.value, "by": one.by, "label": one.child}
        steps.append({**step, "second_approver": one.second_approver, "new_label": new_label(now, after)})
        now = after
    return {
        "format": FORMAT,
        "draw": record.get("draw", 1),
        "manifest_sha256": sha256(manifest_bytes(record)),
        "earlier": sorted(earlier),
        "decisions": steps,
        "rows": [asdict(row) for row in now.rows],
        "approved_by": now.approved_by,
    }


def decisions_bytes(found: Mapping[str, Any]) -> bytes:
    """Return the file as canonical JSON."""
    return canonical_document(found)


def checked_decisions(found: object) -> dict[str, Any]:
    """Return `found` if it has the shape of a draw's decisions.

    Raises:
        NotDecisionsError: it has not.
    """
    if not isinstance(found, dict) or found.get("format") != FORMAT or any(key not in found for key in _KEYS):
        raise NotDecisionsError
    try:
        for step in found["decisions"]:
            _decision(step)
        for row in found["rows"]:
            Row(**row)
    except (KeyError, TypeError, ValueError):
        raise NotDecisionsError from None
    return found


def replayed(record: Mapping[str, Any], found: Mapping[str, Any]) -> Sample:
    """Return the sample in force by a draw's manifest and the file of decisions on it.

    Raises:
        DecisionError: a decision that the rules do not allow.
    """
    return in_force(record, [_decision(step) for step in found["decisions"]])


def verify_decisions(record: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Replay a draw's decisions from its manifest and compare with what the file says came of them.

    Returns:
        What differs, in sentences, the first difference first; empty when the sample in force is as stated.
    """
    said = _about_another_draw(record, found)
    decisions, now = [_decision(step) for step in found["decisions"]], sample_of(record)
    for number, step in enumerate(found["decisions"], 1):
        what = f"Decision {number} ({step['kind']}{' of ' + step['label'] if step['label'] else ''})"
        if any(one.kind is Kind.REDRAW for one in decisions[: number - 1]):
            return [*said, f"{what} follows a redraw, which had set this draw aside."]
        try:
            after = in_force(record, decisions[:number])
        except DecisionError as refused:
            return [*said, f"{what} was not allowed: {refused}"]
        if (label := new_label(now, after)) != step["new_label"]:
            said.append(f"{what} brings in {label or 'nobody'}, and the file says {step['new_label'] or 'nobody'}.")
        now = after
    if now.approved_by != found["approved_by"]:
        said.append(f"The file says approved by {found['approved_by']}, and the decisions say {now.approved_by}.")
    return said + _rows_apart(now, [Row(**row) for row in found["rows"]])


def _about_another_draw(record: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    said = []
    if (own := sha256(manifest_bytes(record))) != found["manifest_sha256"]:
        said.append(
            f"The decisions are on draw {found['draw']}, whose manifest is {found['manifest_sha256'][:12]}; "
            f"this is {own[:12]}."
        )
    if "without" in record and sorted(record["without"]) != sorted(found["earlier"]):
        said.append(
            f"Decisions on earlier draws took out {len(found['earlier'])} children, and the manifest was drawn "
            f"without {len(record['without'])} who are not all the same."
        )
    return said


def _rows_apart(now: Sample, stated: Sequence[Row]) -> list[str]:
    said = []
    ours, theirs = {row.label: row for row in now.rows}, {row.label: row for row in stated}
    for label in [*ours, *(label for label in theirs if label not in ours)]:
        if label not in theirs:
            said.append(f"{label} is in the sample in force, and the file leaves it out.")
        elif label not in ours:
            said.append(f"{label} is in the file, and not in the sample in force.")
        elif ours[label] != theirs[label]:
            said.append(f"{label} is {_who(ours[label])} in the sample in force, and the file says otherwise.")
    return said


def _who(row: Row) -> str:
    return f"{'a chosen' if row.role == CHOSEN else 'a reserve'} child of {row.stratum}"


def _decision(step: Mapping[str, Any]) -> Decision:
    known = {name: str(step[name] or "") for name in _STEP}
    return Decision(Kind(known["kind"]), Reason(known["reason"]), known["by"], known["label"], known["second_approver"])
