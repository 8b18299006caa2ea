"""The replacement ledger as a file: each decision on a draw and the sample in force, checked by replaying (L10)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from models.refusals import Refusal
from models.themes import MARGINS
from models.words import count, joined
from tasks.ground.digests import canonical_document, sha256
from tasks.sampling.decision import Decision, DecisionKind, Reason, apply, steps
from tasks.sampling.manifests import manifest_bytes, sample_of
from tasks.sampling.replay import Cohort, DecisionError
from tasks.sampling.sample import CHOSEN, Row, Sample

FORMAT = "jtai-decisions-1"
# By margins: with the minimums that each decision gave up.
_BY_MARGINS = "jtai-decisions-2"
_KEYS = ("draw", "manifest_sha256", "earlier", "decisions", "rows", "approved_by")
_STEP = ("kind", "reason", "by", "label", "second_approver", "new_label")


class NotDecisionsError(Refusal):
    """The document is not the file of a draw's decisions."""

    def __init__(self) -> None:
        super().__init__("This is not the file of decisions on a draw (`jtai sample export` writes one).")


def in_force(record: Mapping[str, Any], decisions: Sequence[Decision], cohort: Cohort | None = None) -> Sample:
    """Return the sample after the decisions on one draw; a redraw sets the draw aside and changes nothing in it.

    Args:
        record: the manifest of the draw.
        decisions: in the order in which they were taken.
        cohort: reads the frozen frame; it is read only where no reserve keeps all minimums.

    Raises:
        DecisionError: a decision that the rules do not allow.
    """
    return apply(record, _kept(decisions), cohort)


def states(
    record: Mapping[str, Any], decisions: Sequence[Decision], cohort: Cohort | None = None
) -> Iterator[tuple[Sample, tuple[str, ...]]]:
    """Yield the sample after each decision on one draw, and the groups whose minimum that decision gave up.

    Arguments and errors are those of `in_force`.
    """
    now, after = sample_of(record), steps(record, _kept(decisions), cohort)
    given_up: tuple[str, ...] = ()
    for decision in decisions:
        now, given_up = (now, ()) if decision.kind is DecisionKind.REDRAW else next(after)
        yield now, given_up


def _kept(decisions: Sequence[Decision]) -> list[Decision]:
    return [decision for decision in decisions if decision.kind is not DecisionKind.REDRAW]


def taken_out(record: Mapping[str, Any], decisions: Sequence[Decision], cohort: Cohort | None = None) -> frozenset[str]:
    """Return the children whom decisions took out of a draw, by pseudonym: chosen, reserves, and who came in later."""
    samples = [sample_of(record), *(sample for sample, _ in states(record, decisions, cohort))]
    return frozenset(row.child for sample in samples for row in sample.rows) - {row.child for row in samples[-1].rows}


def new_label(before: Sample, after: Sample) -> str:
    """Return the label that a decision gave to a reserve, or an empty text."""
    labels = {row.label for row in before.rows}
    return next((row.label for row in after.rows if row.label not in labels), "")


def decisions_record(
    record: Mapping[str, Any],
    decisions: Sequence[Decision],
    earlier: Sequence[str] = (),
    cohort: Cohort | None = None,
) -> dict[str, Any]:
    """Return the decisions on a draw and the sample in force; pseudonyms, so it belongs in the evidence store (L5).

    Args:
        record: the manifest of the draw.
        decisions: on this draw, in the order in which they were taken.
        earlier: children whom decisions on earlier draws took out.
        cohort: reads the frozen frame, as for `in_force`.
    """
    by_margins = record["plan"].get("plan") == MARGINS
    lines, now = [], sample_of(record)
    # Made by the very code that checks it (L10).
    for decision, (after, given_up) in zip(decisions, states(record, decisions, cohort), strict=True):
        line = {"kind": decision.kind.value, "reason": decision.reason.value, "by": decision.by}
        line |= {"label": decision.child, "second_approver": decision.second_approver}
        lines.append(
            {**line, "new_label": new_label(now, after), **({"gave_up": list(given_up)} if by_margins else {})}
        )
        now = after
    return {
        "format": _BY_MARGINS if by_margins else FORMAT,
        "draw": record.get("draw", 1),
        "manifest_sha256": sha256(manifest_bytes(record)),
        "earlier": sorted(earlier),
        "decisions": lines,
        "rows": [row.record() for row in now.rows],
        "approved_by": now.approved_by,
    }


def decisions_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the file as canonical JSON."""
    return canonical_document(document)


def checked_decisions(document: object) -> dict[str, Any]:
    """Return the document if it has the shape of a draw's decisions.

    Raises:
        NotDecisionsError: it has not.
    """
    if not isinstance(document, dict) or any(key not in document for key in _KEYS):
        raise NotDecisionsError
    if document.get("format") not in (FORMAT, _BY_MARGINS):
        raise NotDecisionsError
    try:
        for step in document["decisions"]:
            _decision(step)
        for row in document["rows"]:
            Row.of(row)
    except (KeyError, TypeError, ValueError):
        raise NotDecisionsError from None
    return document


def replayed(record: Mapping[str, Any], document: Mapping[str, Any], cohort: Cohort | None = None) -> Iterator[Sample]:
    """Yield the sample after each decision by a draw's manifest and the file of decisions on it.

    Raises:
        DecisionError: a decision that the rules do not allow.
    """
    decisions = [_decision(step) for step in document["decisions"]]
    return (sample for sample, _ in states(record, decisions, cohort))


def verify_decisions(record: Mapping[str, Any], document: Mapping[str, Any], cohort: Cohort | None = None) -> list[str]:
    """Replay a draw's decisions from its manifest and compare the outcome with that in the file.

    Args:
        record: the manifest of the draw.
        document: the file of decisions, of this format or an earlier one.
        cohort: reads the frozen frame, as for `in_force`.

    Returns:
        What differs, in sentences, the first difference first; empty when the sample in force is as stated.
    """
    sentences = _about_another_draw(record, document)
    decisions, now = [_decision(step) for step in document["decisions"]], sample_of(record)
    # Files of the first format knew replacements by reserves alone.
    replay = states(record, decisions, cohort if document["format"] == _BY_MARGINS else None)
    for number, step in enumerate(document["decisions"], 1):
        what = f"Decision {number} ({step['kind']}{' of ' + step['label'] if step['label'] else ''})"
        # Nothing may follow a redraw, and nothing after it can be replayed: the sample belongs to the next draw.
        if any(decision.kind is DecisionKind.REDRAW for decision in decisions[: number - 1]):
            return [*sentences, f"{what} follows a redraw, which had set this draw aside."]
        try:
            after, given_up = next(replay)
        except DecisionError as refused:
            return [*sentences, f"{what} was not allowed: {refused}"]
        if (label := new_label(now, after)) != step["new_label"]:
            sentences.append(
                f"{what} brings in {label or 'nobody'}, and the file says {step['new_label'] or 'nobody'}."
            )
        if list(given_up) != list(stated := step.get("gave_up", ())):
            sentences.append(f"{what} gives up {_minimums(given_up)}, and the file says {_minimums(stated)}.")
        now = after
    if now.approved_by != document["approved_by"]:
        sentences.append(
            f"The file says approved by {document['approved_by']}, and the decisions say {now.approved_by}."
        )
    return sentences + _rows_apart(now, [Row.of(row) for row in document["rows"]])


def _minimums(groups: Sequence[str]) -> str:
    return f"the minimum of {joined(groups)}" if groups else "no minimum"


def _about_another_draw(record: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    sentences = []
    if (own := sha256(manifest_bytes(record))) != document["manifest_sha256"]:
        sentences.append(
            f"The decisions are on draw {document['draw']}, "
            f"whose manifest is {document['manifest_sha256'][:12]}; this is {own[:12]}."
        )
    # A manifest of the first format does not record who was out of the draw, so there is nothing to compare.
    if "without" in record and sorted(record["without"]) != sorted(document["earlier"]):
        sentences.append(
            f"Decisions on earlier draws took out {count(len(document['earlier']), 'child', 'children')}, and the "
            f"manifest was drawn without {len(record['without'])} who are not all the same."
        )
    return sentences


def _rows_apart(now: Sample, stated: Sequence[Row]) -> list[str]:
    sentences = []
    ours, theirs = {row.label: row for row in now.rows}, {row.label: row for row in stated}
    for label in [*ours, *(label for label in theirs if label not in ours)]:
        if label not in theirs:
            sentences.append(f"{label} is in the sample in force, and the file leaves it out.")
        elif label not in ours:
            sentences.append(f"{label} is in the file, and not in the sample in force.")
        elif ours[label] != theirs[label]:
            sentences.append(f"{label} is {_who(ours[label])} in the sample in force, and the file disagrees.")
    return sentences


def _who(row: Row) -> str:
    return f"{'a chosen' if row.role == CHOSEN else 'a reserve'} child of {row.stratum}"


def _decision(step: Mapping[str, Any]) -> Decision:
    if not all(isinstance(group, str) for group in step.get("gave_up", ())):
        raise TypeError
    texts = {name: str(step[name] or "") for name in _STEP}
    return Decision(
        DecisionKind(texts["kind"]), Reason(texts["reason"]), texts["by"], texts["label"], texts["second_approver"]
    )
