"""Reads what was sent in error of an inspection, what may be put aside, and what follows where a cohort rests on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.lifecycle import UNSIGNED, Stage, at_stage
from models.states import WrongFileState
from models.tables import (
    Agency,
    Breach,
    DocumentItem,
    DocumentVersion,
    Inspection,
    Request,
    SampleDraw,
    Submission,
    WrongFile,
)
from models.words import joined, noun
from tasks.wrong_files.telling import cohorts_in_words

_STANDING = (WrongFileState.PUT_ASIDE, WrongFileState.CONFIRMED, WrongFileState.DESTROYED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that was sent in error as a page shows it: its row, who sent it, and what follows, a sentence each."""

    row: WrongFile
    agency: str
    follows: tuple[str, ...]
    breach: Breach | None


def wrong_files_of(session: Session, inspection: Inspection) -> list[Shown]:
    """Return what was sent in error of an inspection, the newest first."""
    query = select(WrongFile, Agency.name).join(Agency, col(Agency.id) == WrongFile.agency_id)
    rows = session.exec(
        query.where(WrongFile.inspection == inspection.ref).order_by(col(WrongFile.put_aside_at).desc(), WrongFile.id)
    ).all()
    drawn = session.exec(
        select(SampleDraw.version, SampleDraw.cohort_version).where(SampleDraw.inspection == inspection.ref)
    ).all()
    recorded = session.exec(select(Breach).where(col(Breach.id).in_({row.breach for row, _ in rows})))
    breaches = {breach.id: breach for breach in recorded}
    return [
        Shown(row, agency, tuple(follows(inspection, row, drawn)), breaches.get(row.breach)) for row, agency in rows
    ]


def follows(inspection: Inspection, row: WrongFile, draws: Sequence[tuple[int, int]]) -> list[str]:
    """Return what follows from a file that was put aside, as the ledger has it now: a sentence each.

    Args:
        inspection: whose file it is.
        row: the file.
        draws: the version of each draw of the inspection's sample, with the version of the cohort that it came from.
    """
    if row.state == WrongFileState.RELEASED:
        return []
    sentences = []
    if len(row.versions) > 1:
        sentences.append(f"{len(row.versions)} versions hold this file, and all of them are put aside.")
    if not row.cohorts:
        return sentences
    drawn = [version for version, cohort in draws if cohort in row.cohorts]
    cohorts = cohorts_in_words(row)
    sentences.append(
        f"{cohorts[:1].upper()}{cohorts[1:]} {noun(len(row.cohorts), 'was', 'were')} frozen with it. What is frozen is "
        "not changed: what it took from this file is left out wherever it is read, and destroyed with the data about "
        "children."
    )
    if drawn:
        numbers = joined([str(number) for number in sorted(drawn)])
        sentences.append(f"{noun(len(drawn), 'Draw', 'Draws')} {numbers} of the sample came from that cohort.")
    sentences.append(_next(inspection))
    return sentences


def resting_on(session: Session, inspection: Inspection, cohort: int) -> list[tuple[str, list[str]]]:
    """Return each file that was sent in error and that a version of the cohort was frozen with, and what follows."""
    return [
        (f"{shown.row.name} of {shown.agency}", list(shown.follows))
        for shown in wrong_files_of(session, inspection)
        if cohort in shown.row.cohorts and shown.row.state in _STANDING
    ]


def _next(inspection: Inspection) -> str:
    if inspection.stage in UNSIGNED:
        return (
            "Another cohort is made when the right file has come, or when the lead inspector or a manager decides to "
            "build it again with decide-cohort. Then one of them decides whether the sample is drawn again."
        )
    if inspection.stage in (Stage.EVALUATIONS_OPEN, Stage.FIELDWORK):
        return (
            "The sample is signed off. The lead inspector or a manager eliminates or replaces each child who is in "
            "this file alone, with decide-sample."
        )
    return (
        f"The sample is signed off, and the inspection is {at_stage(inspection.stage)}. The lead inspector looks for "
        "findings that rest on this file."
    )


def choices_of(session: Session, ref: str) -> dict[str, str]:
    """Return every version of an inspection that can be put aside, in words by its id: by agency, newest first."""
    sent = session.exec(
        select(Submission, Request.return_code, Agency.name)
        .join(Request, col(Request.id) == Submission.request_id)
        .join(Agency, col(Agency.id) == Request.agency_id)
        .where(Submission.inspection == ref)
        .order_by(col(Agency.name), Request.return_code, Request.id, col(Submission.version).desc())
    ).all()
    documents = session.exec(
        select(DocumentVersion, DocumentItem, Agency.name)
        .join(DocumentItem, col(DocumentItem.id) == DocumentVersion.item_id)
        .join(Agency, col(Agency.id) == DocumentItem.agency_id)
        .where(DocumentVersion.inspection == ref)
        .order_by(col(Agency.name), DocumentItem.id, col(DocumentVersion.version).desc())
    ).all()
    returns = {
        version.id: f"{agency}: {code}, version {version.version}"
        for version, code, agency in sent
        if not version.put_aside
    }
    return returns | {
        version.id: f"{agency}: {item.name}, version {version.version}"
        for version, item, agency in documents
        if not version.put_aside
    }


def wrong_file_of(session: Session, subject: str, agency_id: str) -> WrongFile | None:
    """Return the file that was sent in error and that a version of an agency holds; None where it holds none."""
    query = select(WrongFile).where(WrongFile.agency_id == agency_id, col(WrongFile.state).in_(_STANDING))
    rows = session.exec(query.order_by(col(WrongFile.put_aside_at).desc())).all()
    return next((row for row in rows if subject in row.versions), None)
