"""The record of an inspection: its anchors, for inspectorates to keep elsewhere and to countersign."""

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.refusals import Refusal
from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import attachment, page, to
from portal.pages.fresh import check_fresh
from portal.pages.session import Member, Visitor
from tasks.ground.database import transaction
from tasks.ground.own_keys import SSH_NAMESPACE
from tasks.ground.signing import public_keys
from tasks.ledger.anchored import anchor_lines
from tasks.ledger.anchors import rows_of
from tasks.people.witnessing import NoAnchorError, anchor_at, anchors_of, countersign, in_words

router = APIRouter(prefix="/inspections/{ref}/record")
_LINES = "application/jsonl"
_OWN = "own"


@router.get("")
def show(request: Request, ref: str, member: Member) -> Response:
    """Show how far the record has come, each anchor with who countersigned it."""
    return _show(request, ref, member)


@router.post("")
def sign(request: Request, ref: str, member: Member, form: Form) -> Response:
    """Countersign an anchor: by this sign-in, or with a key of their own."""
    number, how = text_of(form, "number"), text_of(form, "how")
    own = (text_of(form, "key"), text_of(form, "signature").encode()) if how == _OWN else None
    try:
        check_fresh(request)
        row = countersign(ref, _number(number) if number else None, member.person, by=member.by, own=own)
    except NoAnchorError:
        raise
    except Refusal as refused:
        given = {name: text_of(form, name) for name in ("key", "signature", "how")}
        return _show(request, ref, member, refused, given=given)
    return to(f"/inspections/{ref}/record", "countersigned", row.number)


@router.get("/anchors.jsonl")
def lines(ref: str, _: Member) -> Response:
    """Download every anchor of the record, a line each."""
    with transaction() as session:
        data = anchor_lines(rows_of(session, ref))
    return attachment(data, f"{ref}-anchors.jsonl", _LINES)


@router.get("/{number}.json")
def one_of(ref: str, number: str, _: Member) -> Response:
    """Download one anchor, as the bytes that a countersignature covers."""
    with transaction() as session:
        anchor = anchor_at(session, ref, _number(number))
    return attachment(anchor.document(), f"{ref}-anchor-{anchor.number}.json", "application/json")


def _number(text: str) -> int:
    """Return the number of an entry; what is no number names none."""
    # Nine digits always fit the column: a longer number would be a fault of ours instead of a page not found.
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise HTTPException(404)
    return int(text)


def _show(
    request: Request,
    ref: str,
    member: Visitor,
    refused: Refusal | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        anchors = anchors_of(session, ref)
    return page(
        request,
        "record",
        "The record of this inspection",
        status=422 if refused else 200,
        mistakes=refused.mistakes if refused else (),
        back=f"/inspections/{ref}",
        signs=f"/inspections/{ref}/record",
        inspection=inspection,
        anchors=anchors,
        own=[each for _, witnesses in anchors[:1] for each in witnesses if each.person_id == member.own],
        ways=in_words,
        key=public_keys()[0],
        namespace=SSH_NAMESPACE,
        given=given or {},
    )
