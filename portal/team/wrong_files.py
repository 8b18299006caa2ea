"""Files that were sent in error for one inspection: put aside here, then destroyed or released by two people."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.decisions import DESTROY_FILE, RELEASE_FILE
from models.refusals import Mistake, Refusal
from models.states import WrongFileState
from models.tables import Inspection, WrongFile
from portal.pages.forms import Form, text_of
from portal.pages.frame import attachment, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import NotTheirsError, PutterAside, RecordsReader, SignedInPerson
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.people.two_people import open_proposals
from tasks.wrong_files.putting_aside import OTHER_PEOPLES, REASONS, NoVersionError, SentInError, put_aside
from tasks.wrong_files.standing import Shown, choices_of, wrong_files_of

router = APIRouter(prefix="/inspections/{ref}/sent-in-error")

_ACTS = {"destroy": DESTROY_FILE, "release": RELEASE_FILE}
_STATES = {
    WrongFileState.PUT_ASIDE: ("Put aside", "govuk-tag--yellow"),
    WrongFileState.CONFIRMED: ("Being destroyed", "govuk-tag--red"),
    WrongFileState.DESTROYED: ("Destroyed", "govuk-tag--grey"),
    WrongFileState.RELEASED: ("Released", "govuk-tag--green"),
}
"""The words and the colour of each state."""
_COLUMNS: tuple[ListingColumn[Shown], ...] = (
    ListingColumn("file", "File", lambda shown: shown.row.name),
    ListingColumn("agency", "Agency", lambda shown: shown.agency, chosen=True),
    ListingColumn("reason", "What is wrong with it", lambda shown: REASONS[shown.row.reason], chosen=True),
    ListingColumn("state", "State", lambda shown: _STATES[shown.row.state][0], chosen=True),
    ListingColumn("put_aside", "Put aside", lambda shown: shown.row.put_aside_at),
    ListingColumn("by", "Put aside by", lambda shown: shown.row.put_aside_by, person=True),
    ListingColumn("confirmed", "Confirmed by", lambda shown: shown.row.confirmed_by, person=True),
    ListingColumn("breach", "Breach", lambda shown: shown.row.breach),
    ListingColumn("id", "Put aside as", lambda shown: shown.row.id),
    ListingColumn("follows", "What follows", lambda shown: shown.follows),
)


@router.get("")
def show(request: Request, ref: str, _: RecordsReader) -> Response:
    """Show every file that was sent in error, what follows from it, and the form for another."""
    return _show(request, ref)


@router.post("/list")
def some(request: Request, ref: str, _: RecordsReader, form: Form) -> Response:
    """Show or download the files that are wanted."""
    return _show(request, ref, wanted=wanted_in(form))


def _show(
    request: Request,
    ref: str,
    mistakes: tuple[Mistake, ...] = (),
    given: dict[str, str] | None = None,
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        listing = arrange(wrong_files_of(session, inspection), _COLUMNS, wanted)
        facts: dict[str, Any] = {
            "inspection": inspection,
            "choices": choices_of(session, ref),
            "proposals": {row.subject: row for row in open_proposals(session, ref) if row.act in _ACTS.values()},
        }
    facts |= {
        "reasons": REASONS,
        "others": OTHER_PEOPLES,
        "states": WrongFileState,
        "tags": _STATES,
        "given": given or {},
    }
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, "back": f"/inspections/{ref}"}
    return answer(request, "wrong_files", "Sent in error", listing, _COLUMNS, **facts)


@router.post("")
def put(request: Request, ref: str, member: PutterAside, form: Form) -> Response:
    """Put a version of a return or a document aside that was sent in error."""
    given = {name: text_of(form, name).strip() for name in ("version", "reason", "people")}
    people = given["people"]
    # What is no number is refused beside its field as -1; left blank, it is None, and nobody counted.
    number = int(people) if people.isdecimal() and len(people) < 9 else -1
    sent = SentInError(given["version"], given["reason"], number if people else None)
    if not given["version"]:
        return _show(request, ref, (Mistake("version", "Choose which file was sent in error."),), given)
    try:
        put_aside(sent, by=member.by, ref=ref)
    except NoVersionError:
        raise NotTheirsError from None
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "version", each.text) for each in refused.mistakes)
        return _show(request, ref, mistakes, given)
    return to(f"/inspections/{ref}/sent-in-error", "put_aside")


@router.post("/{wrong_file}")
def ask(
    request: Request, ref: str, wrong_file: str, member: PutterAside, person: SignedInPerson, form: Form
) -> Response:
    """Ask another person to confirm that a file is destroyed, or released."""
    with transaction() as session:
        _row(session, wrong_file, ref)
    act = _ACTS.get(text_of(form, "act"))
    if act is None:
        return _show(request, ref, (Mistake(f"act-{wrong_file}", "Choose whether the file is destroyed or released."),))
    try:
        person.check_fresh()
        take(act, {"inspection": ref, "file": wrong_file}, by=member.by)
    except Refusal as refused:
        return _show(request, ref, (Mistake(f"act-{wrong_file}", refused.sentence),))
    return to(f"/inspections/{ref}/sent-in-error", "file_asked")


@router.get("/{wrong_file}/certificate.json")
def certificate(ref: str, wrong_file: str, _: RecordsReader) -> Response:
    """Download the certificate of a file that was destroyed."""
    with transaction() as session:
        row = _row(session, wrong_file, ref)
        if row.state != WrongFileState.DESTROYED:
            raise NotTheirsError
    return attachment(store.get(row.certificate_key), f"{row.id}-certificate.json", "application/json")


def _row(session: Session, wrong_file: str, ref: str) -> WrongFile:
    """Return a file of an inspection that was sent in error.

    Raises:
        NotTheirsError: it has none of this id.
    """
    row = session.get(WrongFile, wrong_file)
    if row is None or row.inspection != ref:
        raise NotTheirsError
    return row
