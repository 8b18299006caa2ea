"""The record of a draw: enough to draw it again elsewhere, and to report the first difference (L4, L10)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from models.refusals import Refusal
from models.themes import SamplingPlan, Theme
from tasks.ground.digests import canonical_document, frame_digest
from tasks.ground.keys import commit
from tasks.sampling.drawing import draw
from tasks.sampling.sample import Row, Sample, Share

FORMAT = "jtai-sample-4"
# The first format had neither the number of the draw nor the children who were out of it.
_FIRST = "jtai-sample-1"
_SECOND = "jtai-sample-2"
_THIRD = "jtai-sample-3"
_KEYS = ("theme", "plan", "frame_digest", "seed", "seed_digest", "code_version", "rows", "shares", "shortfalls")
_NUMBERED = (*_KEYS, "draw", "without")
_KEYS_OF = {_FIRST: _KEYS, **dict.fromkeys((_SECOND, _THIRD, FORMAT), _NUMBERED)}
_WORDED_ALIKE = frozenset({_THIRD, FORMAT})


class NotAManifestError(Refusal):
    """The document is not the manifest of a sample."""

    def __init__(self) -> None:
        super().__init__("This is not the manifest of a sample (`jtai sample draw` writes one).")


def manifest(
    sample: Sample,
    frame_digest: str,
    theme: Theme,
    seed: str,
    code_version: str,
    *,
    number: int = 1,
    without: Iterable[str] = (),
    theme_digest: str = "",
) -> dict[str, Any]:
    """Return the record of a draw; `manifest_bytes` writes it. It has no time and no direct identifier.

    Args:
        sample: what was drawn.
        frame_digest: of the frame that it was drawn from.
        theme: whose plan was followed.
        seed: of the draw, now revealed.
        code_version: of this program.
        number: which draw of the inspection it is; the first is 1.
        theme_digest: of the theme's file as it was when the inspection began, where there is one.
        without: children who were not drawn, as people had eliminated them or restricted the use of their records.
    """
    return {
        "format": FORMAT,
        "draw": number,
        "without": sorted(without),
        "theme": theme.rule_set,
        **({"theme_sha256": theme_digest} if theme_digest else {}),
        "plan": theme.sampling.record(),
        "frame_digest": frame_digest,
        "seed": seed,
        "seed_digest": commit(seed),
        "code_version": code_version,
        "rows": [row.record() for row in sample.rows],
        "shares": [asdict(share) for share in sample.shares],
        "shortfalls": list(sample.shortfalls),
    }


def manifest_bytes(record: Mapping[str, Any]) -> bytes:
    """Return the manifest as canonical JSON: sorted keys, UTF-8, the same bytes everywhere."""
    return canonical_document(record)


def checked(record: object) -> dict[str, Any]:
    """Return `record` if it has the shape of a manifest.

    Raises:
        NotAManifestError: it has not.
    """
    if not isinstance(record, dict) or any(key not in record for key in _KEYS_OF.get(str(record.get("format")), ("",))):
        raise NotAManifestError
    try:
        sample_of(record)
        SamplingPlan.model_validate(record["plan"])
    except (TypeError, ValueError):
        raise NotAManifestError from None
    return record


def sample_of(record: Mapping[str, Any]) -> Sample:
    """Return the sample that a manifest records."""
    rows = tuple(Row.of(row) for row in record["rows"])
    return Sample(rows, tuple(Share(**share) for share in record["shares"]), tuple(record["shortfalls"]))


def verify(record: Mapping[str, Any], frame: pl.DataFrame, theme: Theme, announced: str = "") -> list[str]:
    """Draw again from `frame` and compare with the record.

    Args:
        record: the manifest, of this format or an earlier one.
        frame: the frozen cohort.
        theme: the theme that the manifest names.
        announced: the digest of this draw's seed in the audit entry of the announcement; empty where there is none.

    Returns:
        What differs, in sentences, the first difference first; empty when everything is the same.
    """
    sentences = []
    if commit(record["seed"]) != record["seed_digest"]:
        sentences.append(
            "The revealed seed is not the one that was committed to: its SHA-256 differs from the seed digest."
        )
    if announced and announced != record["seed_digest"]:
        sentences.append(
            f"The seed is not the one that was announced: its digest is {record['seed_digest'][:12]}, "
            f"and {announced[:12]} was announced."
        )
    # A later version of the theme says by which plans it drew before.
    drawn_under, _, version = str(record["theme"]).rpartition("@")
    if drawn_under != theme.id or not version.isdigit() or int(version) > theme.version:
        sentences.append(f"The sample was drawn under theme {record['theme']}, and this is {theme.rule_set}.")
    elif _recorded(record) not in [plan.record() for plan in (theme.sampling, *theme.sampling.formerly)]:
        sentences.append(f"The sampling plan in the manifest is not the one of theme {theme.rule_set}.")
    if (digest := frame_digest(frame)) != record["frame_digest"]:
        sentences.append(
            f"The cohort differs: the manifest records frame {record['frame_digest'][:12]}, this is {digest[:12]}."
        )
    # By the recorded plan, not today's: a changed theme is reported above and must not hide other differences.
    plan = SamplingPlan.model_validate(record["plan"])
    drawn = draw(frame, plan, record["seed"], record.get("without", ()))
    return sentences + _compared(sample_of(record), drawn, worded_alike=record["format"] in _WORDED_ALIKE)


def _recorded(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plan of a manifest as today's manifests hold it."""
    return SamplingPlan.model_validate(record["plan"]).record()


def _compared(recorded: Sample, drawn: Sample, *, worded_alike: bool) -> list[str]:
    sentences = []
    for old, new in zip(recorded.rows, drawn.rows, strict=False):
        for field in (name for name in asdict(old) if getattr(old, name) != getattr(new, name)):
            was, now = getattr(old, field), getattr(new, field)
            sentences.append(f"{old.label or 'A row'}: the manifest has {field} {was}, the draw gives {now}.")
    if len(recorded.rows) != len(drawn.rows):
        sentences.append(f"The manifest has {len(recorded.rows)} rows, the draw gives {len(drawn.rows)}.")
    if recorded.shares != drawn.shares:
        sentences.append("The sizes or places of the strata differ from those that the draw gives.")
    # Earlier formats state shortfalls in other words; what they state follows from rows and shares, compared above.
    if worded_alike and recorded.shortfalls != drawn.shortfalls:
        sentences.append("The shortfalls stated differ from those that the draw gives.")
    return sentences
