"""The estimate of a frozen cohort: read from the evidence store, recorded as read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import polars as pl
from sqlmodel import Session

from models.answers import PairAnswer
from models.tables import Cohort
from models.themes import Theme
from tasks.cohort.review import decisions_of
from tasks.cohort.versions import cohort_in_force, cohorts_of
from tasks.disclosure.leaving import leave
from tasks.disclosure.tables import Shown
from tasks.estimate.estimating import Estimate, estimate
from tasks.estimate.histories import Pairs, histories
from tasks.estimate.lists import from_frame, from_links, lists_of_theme, put_together
from tasks.estimate.wording import publication_of
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.rows import UnknownInspectionError, inspection_of
from tasks.ledger.themes import theme_of
from tasks.letters.gathering import letters_unrecorded
from tasks.linkage.doubtful import Doubtful

_KEPT = 32
Decided = tuple[tuple[str, str, PairAnswer], ...]


@dataclass(frozen=True, slots=True)
class EstimateRead:
    """The estimate of one version of a cohort, and what may be shown of the counts that it was made from."""

    cohort: Cohort
    made: Estimate
    shown: Mapping[str, Shown]


def read_estimate(ref: str, *, by: str) -> EstimateRead:
    """Return the estimate of the cohort in force; the audit records the reading.

    Raises:
        UnknownInspectionError: there is no frozen cohort to estimate from.
        DisclosureRefusedError: the counts cannot leave.
    """
    with transaction() as session:
        if not cohorts_of(session, ref):
            raise UnknownInspectionError(ref)
        cohort = cohort_in_force(session, ref)
        theme = theme_of(inspection_of(session, ref))
        decided = _decided(session, ref)
    made = _estimated(cohort.frame_key, cohort.links_key, cohort.doubtful_key, _kinds(theme), decided)
    with transaction() as session:
        facts = {"cohort": cohort.version, "estimate": made.unseen is not None}
        audit.append(session, ref, actor=by, action="estimate.read", subject=ref, facts=facts)
        unrecorded = letters_unrecorded(session, ref)
        figures = leave(session, ref, publication_of(made, cohort.version), by=by, unrecorded=unrecorded)
    return EstimateRead(cohort, made, figures.shown)


def _decided(session: Session, ref: str) -> Decided:
    """Return what people said of pairs; the newest answer on a pair counts."""
    newest: dict[tuple[str, str], PairAnswer] = {
        (decision.lower, decision.higher): decision.answer for decision in decisions_of(session, ref)
    }
    return tuple((low, high, answer) for (low, high), answer in sorted(newest.items()))


def _kinds(theme: Theme) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(lists_of_theme(theme).items()))


# A frozen version never changes, and what people said since is part of the question.
@lru_cache(maxsize=_KEPT)
def _estimated(
    frame_key: str, links_key: str, doubtful_key: str | None, kinds: tuple[tuple[str, str], ...], decided: Decided
) -> Estimate:
    doubtful = table_at(doubtful_key) if doubtful_key else Doubtful.empty()
    return estimated(table_at(frame_key), table_at(links_key), dict(kinds), settled(doubtful, decided))


def settled(doubtful: pl.DataFrame, decided: Decided) -> pl.DataFrame:
    """Return the doubtful pairs of children as they are in doubt after what people said of them.

    Args:
        doubtful: of `tasks.linkage.doubtful.Doubtful`.
        decided: the digests of both records, the lower one first, and the answer.
    """
    answers = pl.DataFrame(decided, schema={"one": pl.String, "other": pl.String, "answer": pl.String}, orient="row")
    open_ = doubtful.filter(pl.col("child") != pl.col("other_child")).join(answers, on=["one", "other"], how="left")
    open_ = open_.filter(pl.col("answer").fill_null("") != PairAnswer.DIFFERENT.value)
    probability = pl.when(pl.col("answer") == PairAnswer.MATCH.value).then(1.0).otherwise("probability")
    return Pairs.crossing(open_.select("child", "other_child", probability.alias("probability")))


def estimated(
    frame: pl.DataFrame, links: pl.DataFrame | None, kinds: dict[str, str], pairs: pl.DataFrame | None = None
) -> Estimate:
    """Estimate from a cohort's tables.

    Args:
        frame: of the cohort.
        links: of all records; None where only the frame is at hand, and every link counts as right.
        kinds: of `lists_of_theme`.
        pairs: of `Pairs`.
    """
    memberships = from_frame(frame) if links is None else from_links(frame, links, kinds)
    return estimate(histories(put_together(memberships), Pairs.empty() if pairs is None else pairs))
