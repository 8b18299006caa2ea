"""Doubtful pairs: records that may be about one child, side by side, decided by a person."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from models.refusals import Mistake
from models.tables import Cohort, Inspection
from models.why_addresses import WHY_ADDRESSES, WhyAddresses, why_in
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import NotTheirsError, PairsReader, Reviewer
from portal.team.sight import who_sees_all
from tasks.cohort.versions import cohorts_of
from tasks.ground.database import transaction
from tasks.returns.cohort_versions import unbuilt

if TYPE_CHECKING:
    from tasks.cohort.review import DoubtfulPair

router = APIRouter(prefix="/inspections/{ref}/pairs", dependencies=[Depends(who_sees_all)])
_WAITS = "Needs a decision"


def _columns(facts: dict[str, Any]) -> tuple[ListingColumn["DoubtfulPair"], ...]:
    numbers = {pair.name: number for number, pair in enumerate(facts["pairs"], 1)}
    answers = facts["answers"]
    return (
        ListingColumn("pair", "Pair", lambda pair: numbers[pair.name]),
        ListingColumn("for", "Evidence for one child", _evidence_for, chosen=True),
        ListingColumn("against", "Evidence against it", _evidence_against, chosen=True),
        ListingColumn(
            "decision", "Decision", lambda pair: answers[pair.review.answer] if pair.review else _WAITS, chosen=True
        ),
        ListingColumn("by", "Decided by", lambda pair: pair.review.by if pair.review else "", person=True),
    )


def _evidence_for(pair: "DoubtfulPair") -> str:
    return "Similar in several ways" if pair.evidence == "model" else f"The same {pair.evidence}"


def _evidence_against(pair: "DoubtfulPair") -> str:
    return pair.against.capitalize() or "Not similar enough"


def _facts(session: Session, ref: str) -> dict[str, Any]:
    # Imported here, because linkage brings frames that other pages do not need.
    from tasks.cohort.review import ANSWERS, PairReason, doubtful_pairs, open_for_review
    from tasks.cohort.review_counts import standing

    inspection = session.get_one(Inspection, ref)
    cohort = next(reversed(cohorts_of(session, ref)), None)
    return {
        "inspection": inspection,
        "cohort": cohort,
        # By name, which is a digest: the order must not tell how sure the program is before a person has judged.
        "pairs": sorted(doubtful_pairs(session, cohort), key=lambda pair: pair.name) if cohort else [],
        "standing": standing(session, cohort) if cohort else None,
        "building": unbuilt(session, ref),
        "open": open_for_review(inspection),
        "answers": {answer.value: label for answer, label in ANSWERS.items()},
        "why": {reason.name.lower(): reason.value for reason in PairReason},
    }


@router.get("")
def listed(request: Request, ref: str, _: Reviewer) -> Response:
    """Show all doubtful pairs, in an order that says nothing of them."""
    return _listed(request, ref)


@router.post("/list")
def some(request: Request, ref: str, _: PairsReader, form: Form) -> Response:
    """Show or download the pairs that are wanted."""
    return _listed(request, ref, wanted=wanted_in(form))


def _listed(request: Request, ref: str, mistakes: tuple[Mistake, ...] = (), wanted: Wanted | None = None) -> Response:
    with transaction() as session:
        facts = _facts(session, ref)
    columns = _columns(facts)
    listing = arrange(facts["pairs"], columns, wanted or Wanted())
    facts |= {"numbers": {pair.name: number for number, pair in enumerate(facts["pairs"], 1)}, "cells": columns}
    status, title = 422 if mistakes else 200, "Records that may be one child"
    return answer(request, "pairs", title, listing, columns, status=status, mistakes=mistakes, **facts)


@router.post("")
def build(request: Request, ref: str, member: Reviewer, _: Form) -> Response:
    """Ask for the next version of the cohort, which takes the decisions into account."""
    from tasks.sampling.newer_cohorts import (
        CohortChoice,
        CohortDecided,
        CohortReason,
        CohortRefusedError,
        decide_cohort,
    )

    decided = CohortDecided(CohortChoice.REBUILD, CohortReason.LINKS_REVIEWED, member.by)
    try:
        decide_cohort(ref, decided)
    except CohortRefusedError as refused:
        return _listed(request, ref, (Mistake("build", str(refused)),))
    return to(f"/inspections/{ref}/pairs")


@router.get("/{name}")
def show(request: Request, ref: str, name: str, member: Reviewer) -> Response:
    """Show one pair side by side, with the form for a decision; the audit records the reading."""
    return _show(request, ref, name, member.by)


def _show(
    request: Request,
    ref: str,
    name: str,
    by: str,
    mistakes: tuple[Mistake, ...] = (),
    given: str = "",
    why: WhyAddresses | None = None,
) -> Response:
    from tasks.cohort.review import REASONS, RESTRICTED_PAIR, is_restricted, read_pair

    with transaction() as session:
        facts = _facts(session, ref)
    names = [pair.name for pair in facts["pairs"]]
    if name not in names:
        raise NotTheirsError
    at = names.index(name)
    pair, cohort = facts["pairs"][at], facts["cohort"]
    assert isinstance(cohort, Cohort)  # noqa: S101 - there is no pair without a cohort
    # From the pair after this one round to the one before, so that a person goes once through the list.
    others = facts["pairs"][at + 1 :] + facts["pairs"][:at]
    waiting = [other.name for other in others if other.review is None]
    return page(
        request,
        "pair",
        f"Pair {at + 1} of {len(names)}",
        status=422 if mistakes else 200,
        mistakes=mistakes,
        back=f"/inspections/{ref}/pairs",
        pair=pair,
        rows=read_pair(cohort, pair, by=by, why=why),
        reasons={
            answer.value: {reason.name.lower(): reason.value for reason in reasons}
            for answer, reasons in REASONS.items()
        },
        following=waiting[0] if waiting else "",
        given=given,
        why_addresses=WHY_ADDRESSES,
        given_why=why,
        restricted=RESTRICTED_PAIR if is_restricted(cohort, pair) else "",
        **facts,
    )


@router.post("/{name}")
def decide(request: Request, ref: str, name: str, member: Reviewer, form: Form) -> Response:
    """Record a decision and go on to the next pair that waits; or show where the children live to who says why."""
    from tasks.cohort.review import PairRefusedError, decide_pair

    if text_of(form, "show") == "addresses":
        return _show(request, ref, name, member.by, why=why_in(text_of(form, "why")))
    given, seen = text_of(form, "decision"), text_of(form, "seen")
    answer, _, reason = given.partition("/")
    try:
        decide_pair(ref, name, answer, reason, seen=int(seen) if seen.isdigit() else 0, by=member.by)
    except PairRefusedError as refused:
        return _show(request, ref, name, member.by, (Mistake("decision", str(refused)),), given)
    following = text_of(form, "following")
    # It comes from the form and goes into an address: nothing but the name of a pair may pass.
    return to(f"/inspections/{ref}/pairs" + (f"/{following}" if following.replace("-", "").isalnum() else ""))
