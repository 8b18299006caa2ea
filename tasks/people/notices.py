"""Notices to agencies and the team: kinds and facts are stored, their words are rendered when they are read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from models.settings import settings
from models.tables import Agency, Inspection, Notice
from models.tables.base import utc_now
from models.words import plural
from tasks.people.sign_in_links import address_of, make_link


@dataclass(frozen=True, slots=True)
class Words:
    """A notice as a person reads it."""

    subject: str
    body: str


def _due(facts: dict[str, Any]) -> str:
    return f" It is due by {facts['due']}." if "due" in facts else ""


def _missing(facts: dict[str, Any]) -> str:
    """Return what is missing, in a sentence: all of a return, or the correction of what was sent."""
    if "errors" not in facts:
        return f"{facts['return']} has not arrived."
    cells = plural(facts["errors"], "cell or row", "cells or rows")
    return f"Version {facts['version']} of {facts['return']} is there; {cells} of it must still be mended."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


# Kind and facts are stored, never the sentences: they can be corrected, and rows hold references and counts alone (L5).
_WORDS: dict[str, Callable[[dict[str, Any], str], Words]] = {
    "requests_issued": lambda _, area: Words(
        f"Joint targeted area inspection of {area}: what we ask of you",
        "An inspection has been announced. "
        "Sign in to see each return that we ask for, by when, and to download its template. "
        "Please tell us there that you have received this request.",
    ),
    "reminder": lambda f, area: Words(
        f"{area}: {f['return']} is due soon", f"We have not had {f['return']} from you yet.{_due(f)}"
    ),
    "overdue": lambda f, area: Words(
        f"{area}: {f['return']} is overdue",
        f"{_missing(f)}{_due(f)} Send it now, or sign in and tell us when it will come.",
    ),
    "extended": lambda f, area: Words(
        f"{area}: you have more time for {f['return']}", f"{f['return']} is now due by {f['due']}."
    ),
    "still_overdue": lambda f, area: Words(
        f"{area}: {f['return']} is still overdue",
        f"{_missing(f)} It was due by {f['due']}. The lead inspector has been told.",
    ),
    "rejected": lambda f, area: Words(
        f"{area}: {f['return']} needs correcting",
        f"We read version {f['version']} of {f['return']} and found {f['errors']} cells to mend in {f['rows']} rows. "
        "Sign in to see each of them, mend your file and send it again.",
    ),
    "unreadable": lambda f, area: Words(
        f"{area}: {f['return']} could not be read",
        f"Version {f['version']} of {f['return']} could not be read. Sign in to see why and what to do.",
    ),
    "not_taken": lambda f, area: Words(
        f"{area}: a file for {f['return']} came too late to be taken", f"A file of yours arrived. {f['why']}"
    ),
    "infected": lambda f, area: Words(
        f"{area}: {f['return']} was not opened",
        f"Our virus scanner found something in version {f['version']} of {f['return']}, so it was not opened. "
        "Sign in to see what it found and what to do.",
    ),
    "malware": lambda f, area: Words(
        f"{area}: malware in {f['return']} of {f['agency']}",
        f"The virus scanner found {f['found']} in version {f['version']} of {f['return']} from {f['agency']}. "
        "The file was not opened and is kept as evidence; do not fetch it. The agency has been told.",
    ),
    "accepted": lambda f, area: Words(
        f"{area}: {f['return']} is accepted", f"Version {f['version']} of {f['return']} is accepted. Thank you."
    ),
    "queried": lambda f, area: Words(
        f"{area}: {f['return']} is accepted with queries",
        f"Version {f['version']} of {f['return']} is accepted. Sign in to look at its {f['queries']} queries.",
    ),
    "across": lambda f, area: Words(
        f"{area}: {f['return']} beside the other returns",
        f"Version {f['version']} of {f['return']} was compared with the returns of the other agencies, and raised "
        f"{f['found']} questions about rows of your file. Sign in to look at them.",
    ),
    "escalated": lambda f, area: Words(
        f"{area}: {f['agency']} owes {f['return']}", f"{_missing(f)} It was due by {f['due']}, from {f['agency']}."
    ),
    "sample_proposed": lambda f, area: Words(
        f"{area}: a sample waits for your decision",
        f"{f['tracked']} children to track and {f['sampled']} to sample are proposed. "
        "Decide in the Prefect UI with the form of decide-sample.",
    ),
    "admitted": lambda f, area: Words(
        f"{area}: you may send {f['return']} once more",
        f"The returns are closed, but the inspection team takes one more file for {f['return']}, because "
        f"{f['why'][0].lower()}{f['why'][1:]}. Sign in to send it soon: it counts only until the sample is signed off.",
    ),
    "cohort_changed": lambda f, area: Words(
        f"{area}: a newer cohort waits for your decision",
        f"Version {f['version']} of the cohort is frozen: {f['added']} children came, {f['removed']} left and "
        f"{f['changed']} changed. The sample is still that of the version before. Decide in the Prefect UI with the "
        "form of decide-cohort whether it is kept or drawn anew.",
    ),
    "evaluations_opened": lambda f, area: Words(
        f"{area}: children chosen for evaluation",
        f"{f['children']} of the chosen children are known to you. "
        f"Sign in to see who they are and to download the evaluation template.{_due(f)}",
    ),
    "list_unread": lambda f, area: Words(
        f"{area}: nobody has opened your list of children",
        f"{f['children']} of the chosen children are known to you. "
        "Nobody of your organisation has opened the list that says who they are. "
        f"Sign in to open it; the evaluations are due by {f['due']}.",
    ),
    "fieldwork": lambda _, area: Words(
        f"{area}: fieldwork begins", "The evaluations are in. Sign in to record findings and their evidence."
    ),
    "draft_letter": lambda f, area: Words(
        f"{area}: the draft letter",
        f"The draft letter is ready for a check of its facts. Sign in to read it and to comment.{_due(f)}",
    ),
    "pre_publication": lambda f, area: Words(
        f"{area}: the letter before it is published", f"The letter will be published on {f['publication']}."
    ),
    "published": lambda f, area: Words(
        f"{area}: the letter is published", f"The letter is published.{f.get('statement', '')}"
    ),
    "statement_reminder": lambda f, area: Words(
        f"{area}: your written statement is due soon",
        f"The written statement of proposed action is due by {f['due']}. Sign in to send it.",
    ),
    "statement_overdue": lambda f, area: Words(
        f"{area}: the written statement is overdue",
        f"The written statement of proposed action was due by {f['due']} and has not arrived.",
    ),
    "work_failed": lambda f, area: Words(
        f"{area}: {f['kind']} failed",
        f"{f['kind']} of {f['subject']} has failed {_times(f['failures'])}; the kind of fault is {f['fault']}. "
        + (
            f"It is tried again at {f['again']}."
            if "again" in f
            else "It was put aside. Find the cause, then start it again on the portal's page of work."
        ),
    ),
    "held": lambda f, area: Words(
        f"{area}: your {f['return']} is being checked",
        f"Version {f['version']} of {f['return']} arrived. One of our rules could not be run, and the fault is ours. "
        "You need do nothing: we will check the file again and tell you.",
    ),
    "rules_failed": lambda f, area: Words(
        f"{area}: rules could not be run",
        f"For {f['subject']} these rules of ours could not be run: {', '.join(f['rules'])}. Its verdict is held. Fix "
        "them and run recheck-returns, or have them waived for the return.",
    ),
    "new_link": lambda _, area: Words(f"{area}: your new sign-in link", "You asked for a new link to sign in."),
    "team_link": lambda _, area: Words(
        f"{area}: your sign-in link", "Sign in to the inspection's rooms on the portal with this link."
    ),
}


def write_notice(
    session: Session,
    kind: str,
    to: Agency | str,
    *,
    once: str,
    inspection: str | None = None,
    sign_in: bool = False,
    facts: dict[str, Any] | None = None,
) -> bool:
    """Write a notice to an agency, or to the team of an inspection, unless one with the same `once` exists.

    Args:
        session: the transaction of the change that the notice is about.
        kind: one of the kinds that have words.
        to: the agency, or a role: `inspector`, `manager`, `operator`.
        once: makes the notice unique.
        inspection: needed where `to` is a role.
        sign_in: whether the notice carries a new one-time link.
        facts: references and counts for its words.

    Returns:
        True where it was written now.
    """
    agency = to if isinstance(to, Agency) else None
    ref = agency.inspection if agency else str(inspection)
    # Looked up before the link is made, so that a repeat leaves no link that nobody gets.
    if session.exec(select(Notice).where(Notice.once == once)).first() is not None:
        return False
    name, mailbox = (agency.name, agency.mailbox) if agency else (str(to), f"{to}@example.org")
    role, agency_id = ("agency", agency.id) if agency else (str(to), None)
    link = make_link(session, ref, role=role, person=name, agency_id=agency_id) if sign_in else None
    values = {
        "id": uuid4().hex,
        "once": once,
        "inspection": ref,
        "kind": kind,
        "to_name": name,
        "to_mailbox": mailbox,
        "agency_id": agency_id,
        "link_id": link.id if link else None,
        "facts": facts or {},
        "written_at": utc_now(),
    }
    # Two at once both come as far as this: `once` is unique, and the second writes nothing.
    session.execute(insert(Notice).values(**values).on_conflict_do_nothing())
    return True


def send_notices(session: Session) -> int:
    """Hand every unsent notice to the local outbox, which the portal shows; return how many."""
    waiting = session.exec(
        select(Notice).where(Notice.sent_at == None).with_for_update(skip_locked=True)  # noqa: E711
    ).all()
    for notice in waiting:
        notice.sent_at = utc_now()
        session.add(notice)
    return len(waiting)


def words_of(session: Session, notice: Notice) -> Words:
    """Return a notice's words, with its sign-in link where it carries one."""
    inspection = session.get_one(Inspection, notice.inspection)
    words = _WORDS[notice.kind](notice.facts, inspection.area_name)
    where = address_of(notice.link_id) if notice.link_id else settings().required("portal_url")
    hint = "Sign in once with this link" if notice.link_id else "Sign in"
    return Words(words.subject, f"{words.body}\n\n{hint}: {where}")
