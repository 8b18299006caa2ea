"""The wider sample for the inspection's team: whom nobody has looked at yet, the form of each child, and counts."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.refusals import Mistake, Refusal
from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Recorder, Visitor
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

if TYPE_CHECKING:
    from tasks.reading.sampled import Looked

# The rooms of the sample are imported where they are used: they bring frames that other pages do not need.
router = APIRouter(prefix="/inspections/{ref}/sampled")


def _columns(points: dict[str, str]) -> tuple[ListingColumn["Looked"], ...]:
    return (
        ListingColumn("label", "Child", lambda row: row.child.label),
        ListingColumn("point", "Decision point", lambda row: points[row.child.point], chosen=True),
        ListingColumn("state", "Looked at", _looked, chosen=True),
        ListingColumn("forms", "Forms", lambda row: row.forms),
        ListingColumn("inspectors", "Inspectors", lambda row: row.inspectors),
    )


def _looked(row: "Looked") -> str:
    if row.child.withdrawn:
        return "No longer in the sample"
    return "By somebody" if row.forms else "By nobody yet"


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show each child of the wider sample with who has looked, and the answers counted."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download the children that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    from tasks.judging.sampled_forms import ANSWERS
    from tasks.judging.stages import recording_refusal
    from tasks.reading.sampled import board_of

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        reader = reader_for(session, ref, member)
        board = board_of(session, ref, reader, member.person)
    theme_ = theme_of(inspection)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "board": board,
        "answers": ANSWERS,
        "questions": {question.code: question.label for question in theme_.sampled.questions},
        "refusal": recording_refusal(inspection),
        "narrowed": reader.kinds is not None,
    }
    columns = _columns(board.points)
    listing = arrange(board.looked, columns, wanted)
    back = f"/inspections/{ref}/children"
    return answer(request, "sampled", "The wider sample", listing, columns, back=back, state=_looked, **facts)


@router.get("/counts.{kind}")
def counts(ref: str, kind: str, member: Inspector) -> Response:
    """Return the counts as a table; who took it is recorded."""
    from tasks.reading.sampled import take_counts
    from validation.telling.pages import Page, to_csv, write_pages

    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    with transaction() as session:
        reader = reader_for(session, ref, member)
    table = take_counts(ref, reader, member.person, kind)
    widths = (40, 50, *(14 for _ in table[0][2:]))
    book = Page("Wider sample", table, header=True, widths=widths, landscape=True)
    data = to_csv(table) if kind == "csv" else write_pages([book], "xlsx")
    return attachment(data, f"wider-sample-counts.{kind}", MEDIA[kind])


@router.get("/{label}")
def show(request: Request, ref: str, label: str, member: Inspector) -> Response:
    """Show the form of a child, and what others saw."""
    return _show(request, ref, label, member)


@router.post("/{label}")
def record(request: Request, ref: str, label: str, member: Recorder, form: Form) -> Response:
    """Record what the inspector saw, as a version of its own."""
    from tasks.judging.sampled_forms import FormWords, record_form

    answers = {name.removeprefix("answer-"): text_of(form, name) for name in form if name.startswith("answer-")}
    words = FormWords(text_of(form, "agency"), answers, text_of(form, "judgement"), text_of(form, "text"))
    try:
        record_form(ref, label, words, by=member.person)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "agency", each.text) for each in refused.mistakes)
        return _show(request, ref, label, member, words, mistakes)
    return to(f"/inspections/{ref}/sampled", "sampled", label)


def _show(
    request: Request, ref: str, label: str, member: Visitor, given: Any = None, mistakes: tuple[Mistake, ...] = ()
) -> Response:
    from tasks.judging.sampled_forms import ANSWERS, FormWords, sampled_children
    from tasks.judging.stages import recording_refusal
    from tasks.notes.taking import listed_codes
    from tasks.reading.sampled import read_forms

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        child = next((at for at in sampled_children(session, ref) if at.label == label), None)
        if child is None:
            raise HTTPException(404)
        reader = reader_for(session, ref, member)
        forms = read_forms(session, ref, label, reader, member.person)
        agencies = listed_codes(session, ref)["agency"]
    theme_ = theme_of(inspection)
    look = theme_.sampled.points[child.point]
    labels = {question.code: question.label for question in theme_.sampled.questions}
    facts: dict[str, Any] = {
        "inspection": inspection,
        "child": child,
        "point": next(each.label for each in theme_.sampling.decision_points if each.key == child.point),
        "questions": {code: labels[code] for code in look.questions},
        "labels": labels,
        "answers": ANSWERS,
        "judgements": {each.code: each.label for each in theme_.judgements},
        "agencies": agencies,
        "forms": forms,
        "given": given or FormWords(""),
        "refusal": recording_refusal(inspection),
    }
    back, status = f"/inspections/{ref}/sampled", 422 if mistakes else 200
    title = f"Child {label}: what you saw"
    return page(request, "sampled_form", title, back=back, status=status, mistakes=mistakes, **facts)
