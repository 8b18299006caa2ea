"""Where the person of a request stands, and where was not sought, in words: references and places, and no cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.retention import RecordClass
from models.tables import (
    Agency,
    DocumentItem,
    DocumentVersion,
    Inspection,
    PersonsPlace,
    PersonsRequest,
    PersonsSearch,
    Request,
    Submission,
)
from models.words import joined, noun, plural
from tasks.persons_requests.searching import to_search
from tasks.retention.gone import refusing_classes
from tasks.returns.reduced_files import reduced_of
from validation.contract.persons_numbers import NATIONAL, NUMBER_LABELS, NumberKind
from validation.files.parts import row_in_words

NOT_SOUGHT = (
    "documents, and files as they were sent",
    "notes, findings, judgements, evaluations, explanations, comments and letters",
    "the words that agencies write in their returns",
    "rows that have a name or a date of birth, and none of these numbers",
)
"""What a search by number does not look at."""


@dataclass(frozen=True, slots=True)
class SearchedPlace:
    """One place as people read it.

    Attributes:
        inspection: reference.
        area: of the inspection.
        agency: who sent it.
        what: the return or document, with its version.
        standing: what became of that version.
        where: sheet and row; empty for a document.
        by: by which numbers it was found, or that somebody entered it.
    """

    inspection: str
    area: str
    agency: str
    what: str
    standing: str
    where: str
    by: str


@dataclass(frozen=True, slots=True)
class SearchStanding:
    """How far a request was sought.

    Attributes:
        places: where the person stands.
        searched: how many inspections were searched.
        left: how many are still to be searched.
        opened: how many versions were opened.
        unopened: sentences on versions and inspections that could not be searched.
    """

    places: tuple[SearchedPlace, ...]
    searched: int
    left: int
    opened: int
    unopened: tuple[str, ...]


def standing_of(session: Session, row: PersonsRequest) -> SearchStanding:
    """Return how far a request was sought, and what was found."""
    searches = session.exec(select(PersonsSearch).where(PersonsSearch.request_id == row.id)).all()
    query = select(PersonsPlace).where(PersonsPlace.request_id == row.id)
    query = query.order_by(PersonsPlace.inspection, PersonsPlace.version, PersonsPlace.sheet, col(PersonsPlace.row))
    refs = session.exec(select(Inspection.ref)).all()
    gone = [ref for ref in refs if RecordClass.CHILDREN in refusing_classes(session, ref)]
    return SearchStanding(
        places=tuple(_place(session, place, ref_gone=place.inspection in gone) for place in session.exec(query)),
        searched=len(searches),
        left=len(to_search(session, row.id)),
        opened=sum(each.opened for each in searches),
        unopened=tuple(_unopened(searches, len(gone))),
    )


def _unopened(searches: Sequence[PersonsSearch], gone: int) -> list[str]:
    aside, untaken = sum(each.aside for each in searches), sum(each.untaken for each in searches)
    unreadable = sum(each.unreadable for each in searches)
    sentences = []
    if aside:
        sentences.append(f"{plural(aside, 'version was', 'versions were')} sent in error and cannot be opened.")
    if untaken:
        because = noun(untaken, "it was rejected or is not", "they were rejected or are not")
        sentences.append(f"Of {plural(untaken, 'version')} no row was taken in, because {because} checked yet.")
    if unreadable:
        sentences.append(f"{plural(unreadable, 'version')} could not be opened.")
    if gone:
        sentences.append(f"The data about children of {plural(gone, 'inspection')} is destroyed.")
    return sentences


def _place(session: Session, place: PersonsPlace, *, ref_gone: bool) -> SearchedPlace:
    area = session.get_one(Inspection, place.inspection).area_name
    kinds = joined([NUMBER_LABELS[NumberKind(kind)] for kind in place.kinds])
    alone = "" if NATIONAL.intersection(place.kinds) else ". Another person can have the same number elsewhere"
    by = f"By {kinds}{alone}" if kinds else "Entered by a person"
    submission = session.get(Submission, place.version)
    if submission is None:
        document = session.get_one(DocumentVersion, place.version)
        item = session.get_one(DocumentItem, document.item_id)
        agency = session.get_one(Agency, item.agency_id).name
        standing = "Destroyed" if ref_gone else "Sent in error" if document.put_aside else "Kept"
        what = f"{item.name}, version {document.version}"
        return SearchedPlace(place.inspection, area, agency, what, standing, "", by)
    request = session.get_one(Request, submission.request_id)
    return SearchedPlace(
        inspection=place.inspection,
        area=area,
        agency=session.get_one(Agency, request.agency_id).name,
        what=f"{request.return_code}, version {submission.version}",
        standing=_standing(session, submission, request, ref_gone=ref_gone),
        where=f"{place.sheet}, row {row_in_words(place.row)}",
        by=by,
    )


def _standing(session: Session, submission: Submission, request: Request, *, ref_gone: bool) -> str:
    if ref_gone:
        return "Destroyed"
    if submission.put_aside:
        return "Sent in error"
    newer = f"Version {request.current_version} came after it" if request.current_version > submission.version else ""
    reduced = "Kept without columns that were not asked for" if reduced_of(session, submission) else ""
    return ". ".join(filter(None, (newer, reduced))) or "The newest version"
