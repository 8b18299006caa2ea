"""Clerical review: a person decides whether two records are one child, and the next cohort follows (L10)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl
from sqlmodel import Session

from models.actors import inspectorate
from models.answers import PairAnswer
from models.lifecycle import UNSIGNED, at_stage
from models.refusals import Refusal
from models.tables import Cohort, Inspection, PairReview
from models.why_addresses import KEPT_BACK, WhyAddresses
from tasks.cohort.frozen import doubtful_of, identifiers_of, restricted_records
from tasks.cohort.review_counts import reviews_of
from tasks.cohort.versions import newest_cohort
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.linkage import PairDecision

ANSWERS = {
    PairAnswer.MATCH: "The same child",
    PairAnswer.DIFFERENT: "Different children",
    PairAnswer.UNSURE: "I cannot tell",
}


class PairReason(StrEnum):
    """Why; a listed reason, because free text could name a child."""

    SLIPS = "What differs is a slip, a short form or a change of name or address"
    CONFIRMED_SAME = "An agency confirmed that it is the same child"
    RELATED = "They are brothers or sisters, or twins"
    NAMESAKES = "They are different children with similar names or dates"
    CONFIRMED_DIFFERENT = "An agency confirmed that they are different children"
    TOO_LITTLE = "The records say too little"
    ASKED = "An agency has been asked"


REASONS: dict[PairAnswer, tuple[PairReason, ...]] = {
    PairAnswer.MATCH: (PairReason.SLIPS, PairReason.CONFIRMED_SAME),
    PairAnswer.DIFFERENT: (PairReason.RELATED, PairReason.NAMESAKES, PairReason.CONFIRMED_DIFFERENT),
    PairAnswer.UNSURE: (PairReason.TOO_LITTLE, PairReason.ASKED),
}


class PairRefusedError(Refusal):
    """The decision on a pair cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """One pair that a person should look at, with the newest decision on it."""

    first: str
    second: str
    child: str
    other_child: str
    probability: float
    evidence: str
    against: str
    review: PairReview | None

    @property
    def name(self) -> str:
        """Return the name of the pair in addresses."""
        return f"{self.first}-{self.second}"


@dataclass(frozen=True, slots=True)
class StatedValue:
    """One value that records give of a child, and the returns that give it."""

    text: str
    returns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedRecords:
    """What the agencies record of two children under one heading, and the agreement.

    It is `same`, `partly`, `alike` (of where they live alone), `differs`, or `one` where one side says nothing.
    """

    heading: str
    first: tuple[StatedValue, ...]
    second: tuple[StatedValue, ...]
    agreement: str


RESTRICTED_PAIR = (
    "A person has restricted the use of records of this pair. It stays as it is until 2 people lift the restriction."
)


def decisions_of(session: Session, ref: str) -> list[PairDecision]:
    """Return the decisions as linkage takes them, oldest first."""
    return [PairDecision(row.first, row.second, row.answer) for row in reviews_of(session, ref)]


def pair_counts(doubtful: pl.DataFrame, decisions: Iterable[PairDecision]) -> dict[str, Any]:
    """Return what a cohort records of its pairs: how many, how many waited, and the last decision built into it."""
    taken = list(decisions)
    decided = {(decision.lower, decision.higher) for decision in taken}
    waiting = sum(pair not in decided for pair in doubtful.select("one", "other").iter_rows())
    return {"doubtful": doubtful.height, "waiting": waiting, "reviews": len(taken)}


def doubtful_pairs(session: Session, cohort: Cohort) -> list[DoubtfulPair]:
    """Return the doubtful pairs of a cohort version, the surest first."""
    newest = {(row.first, row.second): row for row in reviews_of(session, cohort.inspection)}
    digests = pl.col("one").alias("first"), pl.col("other").alias("second")
    table = doubtful_of(cohort).select(*digests, "child", "other_child", "probability", "evidence", "against")
    return [
        DoubtfulPair(**row, review=newest.get((row["first"], row["second"]))) for row in table.iter_rows(named=True)
    ]


def open_for_review(inspection: Inspection) -> bool:
    """Return whether pairs can be decided: from the frozen cohort until the sample is approved."""
    return inspection.stage in UNSIGNED


def is_restricted(cohort: Cohort, pair: DoubtfulPair) -> bool:
    """Return whether a person has restricted the use of records of a pair, so that nobody can compare them."""
    children = pl.col("child").is_in([pair.child, pair.other_child])
    return not restricted_records(cohort).filter(children).is_empty()


def decide_pair(ref: str, name: str, answer: str, reason: str, *, seen: int, by: str) -> PairReview:
    """Record a person's decision on a doubtful pair; it takes effect with the next version of the cohort.

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
    chosen, why = _checked(answer, reason)
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if not open_for_review(inspection):
            stage = at_stage(inspection.stage)
            raise PairRefusedError(
                f"Pairs are decided from the frozen cohort until the sample is approved. The inspection is {stage}."
            )
        cohort = newest_cohort(session, ref)
        pair = next((pair for pair in doubtful_pairs(session, cohort) if pair.name == name), None)
        if pair is None:
            raise PairRefusedError("This pair is not on the list of the newest cohort. Open the list again.")
        if is_restricted(cohort, pair):
            raise PairRefusedError(RESTRICTED_PAIR)
        # Two people decide from lists read at different times: the second one is shown the first decision before.
        if pair.review is not None and pair.review.number != seen:
            raise PairRefusedError(
                "Somebody has decided on this pair since you opened it: "
                f"{ANSWERS[pair.review.answer].lower()}. "
                "Decide again only if you disagree."
            )
        row = PairReview(
            inspection=ref,
            number=len(reviews_of(session, ref)) + 1,
            first=pair.first,
            second=pair.second,
            answer=chosen,
            reason=why.name.lower(),
            by=by,
            cohort_version=cohort.version,
            decided_at=inspection.now(),
        )
        session.add(row)
        facts = {"one": row.first, "other": row.second, "reason": row.reason, "cohort": row.cohort_version}
        audit.append(session, ref, actor=inspectorate(by), action=f"pair.{chosen.value}", subject=ref, facts=facts)
        return row


def _checked(answer: str, reason: str) -> tuple[PairAnswer, PairReason]:
    if answer not in set(PairAnswer):
        raise PairRefusedError("Choose whether they are the same child, different children, or you cannot tell.")
    chosen = PairAnswer(answer)
    why = next((listed for listed in REASONS[chosen] if listed.name.lower() == reason), None)
    if why is None:
        raise PairRefusedError(f"Choose a reason that belongs to “{ANSWERS[chosen].lower()}”.")
    return chosen, why


_HOME = "postcode"
_INWARD = 3
"""Signs of a postcode after those of its district."""
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


def read_pair(cohort: Cohort, pair: DoubtfulPair, *, by: str, why: WhyAddresses | None = None) -> list[ComparedRecords]:
    """Return what each agency records of the two children; the audit records the reading.

    Args:
        cohort: a version.
        pair: of its doubtful pairs.
        by: who reads, as the audit names them.
        why: why they need to see where the children live; None keeps that back, and says only how it agrees.
    """
    rows = compared(cohort, pair, addresses=why is not None)
    with transaction() as session:
        facts: dict[str, object] = {"cohort": cohort.version}
        if why:
            facts["addresses"] = why.value
        audit.append(session, cohort.inspection, actor=by, action="pair.read", subject=pair.name, facts=facts)
    return rows


def compared(cohort: Cohort, pair: DoubtfulPair, *, addresses: bool = False) -> list[ComparedRecords]:
    """Return what each agency records of the two children, heading by heading, from the evidence store.

    Headings under which neither has anything are left out. Without `addresses` where the children live is kept back,
    and the agreement says whether it is the same, alike or different.
    """
    table, places = identifiers_of(cohort), [pl.col("child") == child for child in (pair.child, pair.other_child)]
    if pair.child == pair.other_child:
        # They are linked, and numbers speak against it: record by record, not child by child.
        places = _places(cohort, pair)
    first, second = (table.filter(side) for side in places)
    rows = []
    for column, heading in _HEADINGS.items():
        sides = tuple(_stated(first, column)), tuple(_stated(second, column))
        if any(sides):
            agreement = _agreement(*sides)
            if column == _HOME:
                if agreement == "differs" and _near(*sides):
                    agreement = "alike"
                if not addresses:
                    sides = tuple(map(_kept_back, sides[0])), tuple(map(_kept_back, sides[1]))
            rows.append(ComparedRecords(heading, *sides, agreement))
    return rows


def _kept_back(stated: StatedValue) -> StatedValue:
    return StatedValue(KEPT_BACK, stated.returns)


def _near(first: tuple[StatedValue, ...], second: tuple[StatedValue, ...]) -> bool:
    """Return whether a postcode of each side is of one district, or differs from the other in one sign."""
    codes, others = ([stated.text.upper().replace(" ", "") for stated in side] for side in (first, second))
    return any(
        code[:-_INWARD] == other[:-_INWARD]
        or (len(code) == len(other) and sum(a != b for a, b in zip(code, other, strict=True)) == 1)
        for code in codes
        for other in others
    )


def _places(cohort: Cohort, pair: DoubtfulPair) -> list[pl.Expr]:
    """Return where the two records of a pair stand."""
    listed = doubtful_of(cohort).filter((pl.col("one") == pair.first) & (pl.col("other") == pair.second))
    code, row, other_code, other_row = listed.select("return", "row", "other_return", "other_row").row(0)
    places = ((code, row), (other_code, other_row))
    return [(pl.col("return") == code) & (pl.col("row") == row) for code, row in places]


def _stated(records: pl.DataFrame, column: str) -> Iterator[StatedValue]:
    value = pl.col(column).dt.strftime("%d/%m/%Y") if records.schema[column] == pl.Date else pl.col(column)
    values = (
        records.select(value.alias("text"), "return")
        .drop_nulls()
        .group_by("text")
        .agg(pl.col("return").unique().sort(), pl.len().alias("times"))
    )
    for text, returns, _ in values.sort("times", "text", descending=[True, False]).iter_rows():
        yield StatedValue(text, tuple(returns))


def _agreement(first: tuple[StatedValue, ...], second: tuple[StatedValue, ...]) -> str:
    if not first or not second:
        return "one"
    texts, others = ({stated.text.casefold().replace(" ", "") for stated in side} for side in (first, second))
    if texts == others:
        return "same"
    return "partly" if texts & others else "differs"
