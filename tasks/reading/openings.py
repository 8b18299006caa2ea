"""Who opened what in an inspection, how often, and when first and last, from the audit's own entries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as sql
from sqlmodel import Session, col, select

from models.ids import version_parts
from models.tables import Agency, AuditEntry, ReadingOrigin, Request, Submission
from models.words import titled

_READ = ".read"
OPENED = {
    "assurance": "Assurance",
    "child": "Page about one chosen child",
    "children-list": "List of chosen children",
    "comment-file": "File of a comment",
    "comments": "Comments on the draft letter",
    "comparison": "Comparison with the last inspection",
    "complaint": "Complaint",
    "concern": "Immediate concern",
    "document": "Document",
    "draft": "Draft letter",
    "estimate": "Estimate of children in no list",
    "evidence": "Evidence behind findings",
    "explanations": "Explanations",
    "family-meetings": "Planned meetings, and who agrees to meet inspectors",
    "findings": "Findings",
    "hidden-children": "Hidden children",
    "judgements": "Judgements",
    "letter": "Letter",
    "marked-copy": "Marked copy of a return",
    "meeting": "Record of a meeting",
    "names-key": "Key by which names are encoded",
    "notes": "Notes",
    "outbox": "Notices",
    "own-records": "Own records",
    "pair": "Records that may be one child",
    "persons-copy": "Copy of a person's data",
    "persons-correction": "Correction that a person asks for",
    "persons-request": "Request of a person",
    "persons-rows": "Rows about a person",
    "plan": "Plan that answers the letter",
    "plan-evidence": "File on a plan's progress",
    "remit": "Concern on another inspectorate's remit",
    "replies": "Replies to comments",
    "report": "Report on a return",
    "restricted": "What a person has restricted",
    "return": "Rows of a return",
    "return-file": "File of a return as sent",
    "rounds": "Comparison of returns asked for again",
    "sample": "Files of the draw",
    "sampled": "Forms on the wider sample",
    "sampled-list": "List of the wider sample",
    "seen-as": "Page as somebody else sees it",
    "statement": "Written statement",
    "waiting-file": "File before it was sent",
    "words": "Words that wait to be passed",
}
"""What each entry of the audit about an opening says was opened, as people read it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What one person opened.

    Attributes:
        what: kind of page, list, report, file or letter.
        subject: which: a child by label, a return by agency and version, anything else by reference.
        by: the person, as the audit names them.
        times: how often.
        first: when first.
        last: when last.
        networks: names of the networks from which, where that is still kept.
    """

    what: str
    subject: str
    by: str
    times: int
    first: datetime
    last: datetime
    networks: tuple[str, ...] = ()


def openings(session: Session, ref: str, *, origins: bool = False) -> list[Opening]:
    """Return who opened what in an inspection, the newest first.

    Args:
        session: of the ledger.
        ref: the inspection.
        origins: whether it says from which networks, which is for the data protection officer alone.
    """
    came, names = _networks(session, ref) if origins else {}, _names(session, ref)
    key = (col(AuditEntry.action), col(AuditEntry.subject), col(AuditEntry.actor))
    query = (
        sql(*key, func.count(), func.min(AuditEntry.at), func.max(AuditEntry.at))
        .where(col(AuditEntry.inspection) == ref, col(AuditEntry.action).endswith(_READ))
        .group_by(*key)
    )
    rows = [
        Opening(
            opened(action),
            _which(subject, ref, names),
            *(actor, times, datetime.fromisoformat(first), datetime.fromisoformat(last)),
            tuple(sorted(came.get((action, subject, actor), ()))),
        )
        for action, subject, actor, times, first, last in session.execute(query)
    ]
    return sorted(rows, key=lambda opening: opening.last, reverse=True)


def _networks(session: Session, ref: str) -> dict[tuple[str, str, str], set[str]]:
    kept = dict(session.exec(select(ReadingOrigin.trace, ReadingOrigin.network)).all())
    came: dict[tuple[str, str, str], set[str]] = {}
    query = select(AuditEntry).where(AuditEntry.inspection == ref, col(AuditEntry.action).endswith(_READ))
    # Where nothing of where it was read is kept any more, no entry needs to be looked at.
    for entry in session.exec(query) if kept else ():
        if network := kept.get(str(entry.facts.get("trace", ""))):
            came.setdefault((entry.action, entry.subject, entry.actor), set()).add(network)
    return came


def opened(action: str) -> str:
    """Return what an entry of the audit says was opened, for example `Hidden children`."""
    kind = action.removesuffix(_READ)
    # An audit outlives the release that wrote it.
    return OPENED.get(kind) or titled(kind.replace("-", " "))


def _names(session: Session, ref: str) -> dict[str, str]:
    """Return, by reference, the names of an inspection's agencies, what they are asked for, and what they sent."""
    agencies = dict(session.exec(select(Agency.id, Agency.name).where(Agency.inspection == ref)).all())
    requests = session.exec(
        select(Request.id, Request.return_code, Request.agency_id).where(Request.inspection == ref)
    ).all()
    asked_of = {identity: f"{code} of {agencies[agency]}" for identity, code, agency in requests}
    versions = session.exec(
        select(Submission.id, Submission.request_id, Submission.version).where(Submission.inspection == ref)
    )
    sent = {identity: f"{asked_of[request]}, version {version}" for identity, request, version in versions}
    return agencies | asked_of | sent


def _which(subject: str, ref: str, names: dict[str, str]) -> str:
    """Return what of an inspection a subject of its audit names; a reference that nobody named stays as it is."""
    if subject == ref:
        return "The whole inspection"
    if name := names.get(subject):
        return name
    within_it = subject.removeprefix(f"{ref}/")
    what, version = version_parts(within_it)
    if version == "draft":
        return "As it is being written"
    return f"{titled(what.replace('_', '-'))}, version {version}" if version.isdecimal() else within_it
