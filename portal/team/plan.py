"""The plan that answers the letter, as the inspectorates read and review it, follow it and close it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from models.decisions import REVIEW_PLAN
from models.refusals import Mistake, Refusal
from models.roles import Act
from models.states import PlanEnd
from models.tables import Inspection, Statement
from portal.pages.forms import Form, text_of
from portal.pages.frame import download, page, to
from portal.pages.fresh import check_fresh
from portal.pages.listing import EVERYTHING, Wanted, arrange, list_file, wanted_in
from portal.pages.plan_lists import ACTION_COLUMNS
from portal.pages.session import LetterReader, Visitor, member_who_may
from tasks.ground.database import transaction
from tasks.plans.following import END_LABELS, close_plan, counts_of, ends_of
from tasks.plans.in_words import plan_sentences
from tasks.plans.progress import STATES
from tasks.plans.standing import plan_of, plan_refusal, versions_of

router = APIRouter(prefix="/inspections/{ref}/plan")

PlanReviewer = Annotated[Visitor, Depends(member_who_may(Act.REVIEW_PLAN))]
"""Says what is missing in the plan, for the lead inspector to confirm."""
PlanCloser = Annotated[Visitor, Depends(member_who_may(Act.CONFIRM_PLAN))]
"""Closes the plan."""


@router.get("")
def show(request: Request, ref: str, member: LetterReader) -> Response:
    """Show the newest version of the plan with its review and how far its actions are."""
    return _show(request, ref, member)


@router.post("/list")
def some(request: Request, ref: str, member: LetterReader, form: Form) -> Response:
    """Show or download the actions that are wanted."""
    return _show(request, ref, member, wanted=wanted_in(form))


def _show(
    request: Request, ref: str, member: Visitor, mistakes: tuple[Mistake, ...] = (), wanted: Wanted = EVERYTHING
) -> Response:
    from tasks.plans.reading import read_version
    from tasks.plans.reviewing import waiting_reviews

    facts = _facts(ref)
    if facts["sent"]:
        facts["read"] = read = read_version(ref, by=member.by)
        facts["listing"] = listing = arrange(read.actions, ACTION_COLUMNS, wanted)
        if wanted.download:
            return list_file("Actions of the plan", listing, ACTION_COLUMNS)
        with transaction() as session:
            facts["waiting"] = waiting_reviews(session, ref)
    facts["base"] = f"/inspections/{ref}/plan"
    title, status = "Plan that answers the letter", 422 if mistakes else 200
    return page(
        request, "plan_read", title, status=status, mistakes=mistakes, back=f"/inspections/{ref}/letter", **facts
    )


def _facts(ref: str) -> dict[str, Any]:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        return {
            "inspection": inspection,
            "statement": session.get(Statement, ref),
            "standing": plan_of(session, ref),
            "sent": bool(versions_of(session, ref)),
            "sentences": plan_sentences(session, ref),
            "counts": counts_of(session, ref),
            "states": STATES,
            "refusal": plan_refusal(session, inspection),
            "ends": [(end.value, END_LABELS[end]) for end in ends_of(session, inspection)],
            "end_labels": END_LABELS,
        }


@router.get("/versions/{number}")
def version(request: Request, ref: str, number: int, member: LetterReader) -> Response:
    """Show a version that was sent, with what differs from the one before."""
    from tasks.plans.reading import read_version

    base = f"/inspections/{ref}/plan"
    facts = _facts(ref) | {"read": read_version(ref, number, by=member.by)}
    return page(request, "plan_version", f"Version {number} of the plan", back=base, base=base, **facts)


@router.get("/review")
def review_form(request: Request, ref: str, member: PlanReviewer) -> Response:
    """Show the form of a review of the newest version."""
    return _review(request, ref, member, {})


def _review(
    request: Request, ref: str, member: Visitor, entered: dict[str, str], mistakes: tuple[Mistake, ...] = ()
) -> Response:
    from tasks.plans.reading import read_version
    from tasks.plans.reviewing import LONGEST

    read = read_version(ref, by=member.by)
    facts = _facts(ref) | {"read": read, "entered": entered, "longest": LONGEST}
    title, status = f"Review version {read.versions[0].version} of the plan", 422 if mistakes else 200
    back = f"/inspections/{ref}/plan"
    facts["signs"] = f"{back}/review"
    return page(request, "plan_review", title, status=status, mistakes=mistakes, back=back, **facts)


@router.post("/review")
def review(request: Request, ref: str, member: PlanReviewer, form: Form) -> Response:
    """Ask the lead inspector to confirm a review."""
    from tasks.jobs.second_person import take
    from tasks.plans.reviewing import ReviewWords, keep_review

    entered = {name: str(value).strip() for name, value in form.multi_items() if isinstance(value, str)}
    outcome, number = text_of(form, "outcome"), text_of(form, "number")
    if outcome not in ("adequate", "missing"):
        wrong = Mistake("outcome", "Choose whether the plan is adequate.")
        return _review(request, ref, member, entered, (wrong,))
    if not number.isdigit():
        raise HTTPException(404)
    actions = {
        name.removeprefix("missing-"): text for name, text in entered.items() if name.startswith("missing-") and text
    }
    try:
        check_fresh(request)
        words = ReviewWords(outcome == "adequate", text_of(form, "text"), actions)
        take(REVIEW_PLAN, keep_review(ref, int(number), words), by=member.by)
    except Refusal as refused:
        return _review(request, ref, member, entered, refused.mistakes)
    return to(f"/inspections/{ref}/plan", "plan_reviewed")


@router.post("/close")
def close(request: Request, ref: str, member: PlanCloser, form: Form) -> Response:
    """Close the plan for a reason that holds."""
    why = text_of(form, "reason")
    if why not in set(PlanEnd):
        return _show(request, ref, member, (Mistake("reason", "Choose why the plan is closed."),))
    try:
        close_plan(ref, PlanEnd(why), by=member.by)
    except Refusal as refused:
        return _show(request, ref, member, tuple(Mistake("reason", each.text) for each in refused.mistakes))
    return to(f"/inspections/{ref}/plan", "plan_closed")


@router.get("/progress/{action}/files/{number}")
def evidence(ref: str, action: str, number: int, member: LetterReader) -> Response:
    """Download a file that the partnership sent as evidence; each opening is recorded."""
    from tasks.plans.reading import read_evidence

    key, name = read_evidence(ref, action, number, by=member.by)
    return download(key, "", name)
