"""Clerical review: a person says whether two records that may be one child are, and the next cohort follows (L10)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl
from sqlmodel import Session

from models.actors import inspectorate
from models.answers import Answer
from models.lifecycle import UNSIGNED
from models.refusals import Refusal
from models.tables import Cohort, Inspection, PairReview
from models.words import plain
from tasks.cohort.frozen import doubtful_of, identifiers_of
from tasks.cohort.review_counts import reviews_of
from tasks.cohort.versions import newest_cohort
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.linkage import PairDecision

ANSWERS = {
    Answer.MATCH: "The same child",
    Answer.DIFFERENT: "Two different children",
    Answer.UNSURE: "I cannot tell",
}


class PairReason(StrEnum):
    """Why; a listed reason, because free text could name a child."""

    SLIPS = "What differs is a slip, a short form or a change of name or address"
    CONFIRMED_SAME = "An agency confirmed that it is the same child"
    RELATED = "They are brothers or sisters, or twins"
    NAMESAKES = "They are two children with like names or dates"
    CONFIRMED_DIFFERENT = "An agency confirmed that they are two children"
    TOO_LITTLE = "The records say too little"
    ASKED = "An agency has been asked"


REASONS: dict[Answer, tuple[PairReason, ...]] = {
    Answer.MATCH: (PairReason.SLIPS, PairReason.CONFIRMED_SAME),
    Answer.DIFFERENT: (PairReason.RELATED, PairReason.NAMESAKES, PairReason.CONFIRMED_DIFFERENT),
    Answer.UNSURE: (PairReason.TOO_LITTLE, PairReason.ASKED),
}


class PairRefusedError(Refusal):
    """The decision on a pair cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """One pair that a person should look at, with the newest decision on it."""

    one: str
    other: str
    child: str
    other_child: str
    probability: float
    evidence: str
    against: str
    review: PairReview | None

    @property
    def name(self) -> str:
        """Return how addresses call the pair."""
        return f"{self.one}-{self.other}"


@dataclass(frozen=True, slots=True)
class StatedValue:
    """One thing that records say of a child, and the returns that say it."""

    text: str
    returns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the agencies say of two children under one heading, and whether it agrees: same, differs, one or none."""

    heading: str
    one: tuple[StatedValue, ...]
    other: tuple[StatedValue, ...]
    agreement: str


def decisions_of(session: Session, ref: str) -> list[PairDecision]:
    """Return the decisions as linkage takes them, oldest first."""
    return [PairDecision(row.one, row.other, row.answer) for row in reviews_of(session, ref)]


def pair_counts(doubtful: pl.DataFrame, decisions: Iterable[PairDecision]) -> dict[str, Any]:
    """Return what a cohort keeps of its pairs: how many, how many waited, and the last decision it holds."""
    taken = list(decisions)
    known = {(one.one, one.other) for one in taken}
    waiting = sum(pair not in known for pair in doubtful.select("one", "other").iter_rows())
    return {"doubtful": doubtful.height, "waiting": waiting, "reviews": len(taken)}


def doubtful_pairs(session: Session, cohort: Cohort) -> list[DoubtfulPair]:
    """Return the doubtful pairs of a cohort version, the surest first."""
    newest = {(row.one, row.other): row for row in reviews_of(session, cohort.inspection)}
    table = doubtful_of(cohort)
    return [
        DoubtfulPair(**row, review=newest.get((row["one"], row["other"])))
        for row in table.select("one", "other", "child", "other_child", "probability", "evidence", "against").iter_rows(
            named=True
        )
    ]


def open_for_review(inspection: Inspection) -> bool:
    """Tell whether pairs can be decided: from the frozen cohort until the sample is approved."""
    return inspection.stage in UNSIGNED


def decide_pair(ref: str, name: str, answer: str, reason: str, *, seen: int, by: str) -> PairReview:
    """Record what a person says of a doubtful pair; it takes effect with the next version of the cohort.

    Args:
        ref: the inspection.
        name: of the pair, as `DoubtfulPair.name`.
        answer: a value of Answer.
        reason: the name of a PairReason, in small letters, that belongs to the answer.
        seen: the number of the newest decision on the pair that the person saw; 0 for none.
        by: who decides.

    Raises:
        UnknownInspectionError: no such inspection.
        PairRefusedError: pairs are not decided now, the pair is not on the list, answer and reason do not go
            together, or somebody else decided meanwhile.
    """
    said, why = _checked(answer, reason)
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if not open_for_review(inspection):
            stage = plain(inspection.stage)
            raise PairRefusedError(
                f"Pairs are decided from the frozen cohort until the sample is approved; the inspection is {stage}."
            )
        cohort = newest_cohort(session, ref)
        pair = next((one for one in doubtful_pairs(session, cohort) if one.name == name), None)
        if pair is None:
            raise PairRefusedError("This pair is not on the list of the newest cohort. Open the list again.")
        if pair.review is not None and pair.review.number != seen:
            raise PairRefusedError(
                f"{pair.review.by} decided on this pair meanwhile: {ANSWERS[pair.review.answer].lower()}. "
                "Decide again only if you still see it otherwise."
            )
        row = PairReview(
            inspection=ref,
            number=len(reviews_of(session, ref)) + 1,
            one=pair.one,
            other=pair.other,
            answer=said,
            reason=why.name.lower(),
            by=by,
            cohort_version=cohort.version,
        )
        session.add(row)
        facts = {"one": row.one, "other": row.other, "reason": row.reason, "cohort": row.cohort_version}
        audit.append(session, ref, actor=inspectorate(by), action=f"pair.{said.value}", subject=ref, facts=facts)
        return row


def _checked(answer: str, reason: str) -> tuple[Answer, PairReason]:
    if answer not in {one.value for one in Answer}:
        raise PairRefusedError("Choose whether they are the same child, two children, or you cannot tell.")
    said = Answer(answer)
    why = next((one for one in REASONS[said] if one.name.lower() == reason), None)
    if why is None:
        raise PairRefusedError(f"Choose a reason that belongs to “{ANSWERS[said].lower()}”.")
    return said, why


_HEADINGS = {
    "forename": "Forename",
    "surname": "Surname",
    "date_of_birth": "Date of birth",
    "expected_date_of_birth": "Date due",
    "sex": "Sex",
    "postcode": "Postcode",
    "nhs_number": "NHS number",
    "upn": "UPN",
    "la_child_id": "Council's number",
    "mother_forename": "Mother's forename",
    "mother_surname": "Mother's surname",
    "mother_date_of_birth": "Mother's date of birth",
    "mother_nhs_number": "Mother's NHS number",
}


def read_pair(cohort: Cohort, pair: DoubtfulPair, *, by: str) -> list[Compared]:
    """Return what each agency says of the two children; that it was read is in the audit."""
    rows = compared(cohort, pair)
    with transaction() as session:
        facts = {"cohort": cohort.version}
        audit.append(session, cohort.inspection, actor=by, action="pair.read", subject=pair.name, facts=facts)
    return rows


def compared(cohort: Cohort, pair: DoubtfulPair) -> list[Compared]:
    """Return what each agency says of the two children, heading by heading, from the evidence store.

    Headings under which neither has anything are left out.
    """
    wanted = [pair.child, pair.other_child]
    table = identifiers_of(cohort).filter(pl.col("child").is_in(wanted))
    one, other = (table.filter(pl.col("child") == child) for child in wanted)
    found = []
    for column, heading in _HEADINGS.items():
        sides = tuple(_said(one, column)), tuple(_said(other, column))
        if any(sides):
            found.append(Compared(heading, *sides, _agreement(*sides)))
    return found


def _said(records: pl.DataFrame, column: str) -> Iterator[StatedValue]:
    value = pl.col(column).dt.strftime("%d/%m/%Y") if records.schema[column] == pl.Date else pl.col(column)
    told = (
        records.select(value.alias("text"), "return")
        .drop_nulls()
        .group_by("text")
        .agg(pl.col("return").unique().sort(), pl.len().alias("times"))
    )
    for text, returns, _ in told.sort("times", "text", descending=[True, False]).iter_rows():
        yield StatedValue(text, tuple(returns))


def _agreement(one: tuple[StatedValue, ...], other: tuple[StatedValue, ...]) -> str:
    if not one or not other:
        return "one"
    texts, others = ({said.text.casefold().replace(" ", "") for said in side} for side in (one, other))
    if texts == others:
        return "same"
    return "partly" if texts & others else "differs"
