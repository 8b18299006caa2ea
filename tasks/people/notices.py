"""Notices to people and to agencies' shared mailboxes: kinds and facts are stored, words are rendered when read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from models.ids import once_key
from models.roles import Role
from models.settings import settings
from models.states import UNDELIVERED, Delivery
from models.tables import Agency, Inspection, Link, Notice, Person
from models.tables.base import utc_now
from tasks.ground.prefect_api import for_people
from tasks.ledger.anchored import Anchored
from tasks.ledger.anchors import rows_of
from tasks.ledger.commitments import Commitment, commitment
from tasks.people.notice_facts import check_facts
from tasks.people.notice_words import (
    ANNOUNCING,
    Words,
    bound_in_words,
    lead_in_words,
    record_in_words,
    worded,
)
from tasks.people.persons import contacts, lead_of, members, programme, shown
from tasks.people.sign_in_links import address_of, make_link

UNDERWAY = (Delivery.WAITING, Delivery.SENDING)
# The sweep sends each minute; what still waits after ten does not leave by itself.
STUCK = timedelta(minutes=10)
_SURELY_KEPT = timedelta(minutes=2)
OPERATOR = "operator"
WITHOUT_A_WAY_IN = frozenset({"closed", "cancelled"})
"""Kinds that tell of an end: there is nothing left to sign in to."""
# Whom the kinds of addressee name: a person has a role in the inspection, or in the whole programme.
_INSPECTION_ROLES = {
    "inspector": (Role.LEAD, Role.INSPECTOR),
    "lead": (Role.LEAD,),
    "assurer": (Role.ASSURER,),
}
_WATCHERS = frozenset({"lead", "manager", "oversight"})
_PROGRAMME_ROLES = {
    "manager": (Role.MANAGER,),
    "oversight": (Role.OVERSIGHT,),
    "protection": (Role.PROTECTION,),
}


@dataclass(frozen=True, slots=True)
class _Addressee:
    """Whom one notice goes to, and by which role a link in it lets them in."""

    name: str
    mailbox: str
    role: str
    agency_id: str | None = None
    person_id: str | None = None


def _addressees(session: Session, to: Agency | Person | str, ref: str | None) -> list[_Addressee]:
    """Return who gets a notice: each person by their own reference, or the shared mailbox of an agency without any."""
    if isinstance(to, Agency):
        people = contacts(session, to.id)
        if people:
            return [_Addressee(person.id, "", "officer", to.id, person.id) for person in people]
        return [_Addressee(to.name, to.mailbox, "officer", to.id)]
    if isinstance(to, Person):
        return [_Addressee(to.id, "", "person", None, to.id)]
    if to == OPERATOR:
        return [_Addressee(OPERATOR, "", OPERATOR)]
    if to in _PROGRAMME_ROLES:
        people = programme(session, *_PROGRAMME_ROLES[to])
    else:
        people = [person for _, person in members(session, str(ref), *_INSPECTION_ROLES[to])]
    if not people:
        # Nothing vanishes: it stands in the outbox under its role until somebody has that.
        return [_Addressee(to, "", OPERATOR)]
    return [_Addressee(person.id, "", to, None, person.id) for person in {each.id: each for each in people}.values()]


def write_notice(
    session: Session,
    kind: str,
    to: Agency | Person | str,
    *,
    once: str,
    inspection: str | None = None,
    sign_in: bool = False,
    way_in: bool = True,
    facts: dict[str, Any] | None = None,
) -> bool:
    """Write a notice to each person whom it is for, unless they have one with the same `once`.

    Args:
        session: the transaction of the change that the notice is about.
        kind: one of the kinds that have words.
        to: the agency, whose persons are told, or its shared mailbox where it has none; a person; or a role:
            `inspector` (lead inspector and inspectors), `lead`, `assurer`, `manager`, `oversight`, `protection` or
            `operator`.
        once: makes the notice unique.
        inspection: needed where `to` is a role in one.
        sign_in: whether the notice carries a new one-time link; to a person it always does.
        way_in: whether there is anything left to sign in to; where there is not, it carries no link.
        facts: references and counts for its words.

    Returns:
        True where at least one was written now.

    Raises:
        NoticeFactsError: the facts are not those that its words need.
    """
    check_facts(kind, facts or {})
    ref = to.inspection if isinstance(to, Agency) else inspection
    written = False
    for addressee in _addressees(session, to, ref):
        own = once_key(once, addressee.person_id) if addressee.person_id else once
        # Looked up before the link is made, so that a repeat leaves no link that nobody gets.
        if session.exec(select(Notice).where(Notice.once == own)).first() is not None:
            continue
        links = way_in and (sign_in or addressee.person_id is not None)
        _write(session, kind, addressee, own, ref, links=links, facts=facts or {})
        written = True
    return written


def _write(
    session: Session,
    kind: str,
    to: _Addressee,
    once: str,
    ref: str | None,
    *,
    links: bool,
    facts: dict[str, Any],
    leads_to: str = "",
) -> None:
    # A person has no other way in than their notices (L12).
    link = None
    if links and to.role != OPERATOR:
        link = make_link(
            session,
            ref,
            role=to.role,
            person=to.name,
            agency_id=to.agency_id,
            person_id=to.person_id,
            leads_to=leads_to,
        )
    values = {
        "id": uuid4().hex,
        "once": once,
        "inspection": ref,
        "kind": kind,
        "to_name": to.name,
        "to_mailbox": to.mailbox,
        "agency_id": to.agency_id,
        "person_id": to.person_id,
        "link_id": link.id if link else None,
        "facts": facts,
        "written_at": utc_now(),
    }
    # Two at once both come as far as this: `once` is unique, and the second writes nothing.
    session.execute(insert(Notice).values(**values).on_conflict_do_nothing())


def write_way_back(session: Session, to: Agency | Person, *, once: str, leads_to: str) -> None:
    """Write a link for whoever is signed in and must prove themselves anew: to their own address or their mailbox.

    Args:
        session: a transaction.
        to: the person; or the agency whose shared mailbox they came in by, whoever else has an address of their own.
        once: makes the notice unique.
        leads_to: the page to which they come back.
    """
    if isinstance(to, Person):
        addressee, ref = _Addressee(to.id, "", "person", None, to.id), None
    else:
        addressee, ref = _Addressee(to.name, to.mailbox, "officer", to.id), to.inspection
    # Looked up before the link is made, so that a repeat leaves no link that nobody gets.
    if session.exec(select(Notice).where(Notice.once == once)).first() is None:
        _write(session, "new_link", addressee, once, ref, links=True, facts={}, leads_to=leads_to)


def keep_notices(session: Session) -> int:
    """Hand every notice that waits to the local outbox, which the portal shows; return how many.

    For a service without a channel; with one, `tasks/people/delivery.py` decides about each.
    """
    waiting = session.exec(
        select(Notice).where(col(Notice.delivery).in_(UNDERWAY)).with_for_update(skip_locked=True)
    ).all()
    for notice in waiting:
        notice.delivery, notice.sent_at = Delivery.KEPT, notice.sent_at or utc_now()
        session.add(notice)
    return len(waiting)


def write_to_mailbox(session: Session, notice: Notice, agency: Agency) -> bool:
    """Write a person's notice to the shared mailbox of their agency as well; return whether there is one."""
    if agency.mailbox:
        mailbox = _Addressee(agency.name, agency.mailbox, "officer", agency.id)
        once = once_key(notice.once, "mailbox")
        if session.exec(select(Notice).where(Notice.once == once)).first() is None:
            _write(session, notice.kind, mailbox, once, notice.inspection, links=_leads_in(notice), facts=notice.facts)
    return bool(agency.mailbox)


def _leads_in(notice: Notice) -> bool:
    return notice.kind not in WITHOUT_A_WAY_IN


def hand_on(session: Session, notice: Notice) -> bool:
    """Write a notice that is for a role to everybody who has that role now; return whether anybody has."""
    roles = _INSPECTION_ROLES | _PROGRAMME_ROLES
    if notice.person_id or notice.agency_id or notice.to_name not in roles:
        return False
    people = [to for to in _addressees(session, notice.to_name, notice.inspection) if to.person_id]
    for addressee in people:
        once = once_key(notice.once, str(addressee.person_id))
        _write(session, notice.kind, addressee, once, notice.inspection, links=_leads_in(notice), facts=notice.facts)
    return bool(people)


def unsent(session: Session, ref: str, now: datetime) -> int:
    """Return how many notices of an inspection have waited for more than ten minutes to be sent.

    Args:
        session: a transaction.
        ref: the inspection.
        now: the present moment, by the world's clock and not by that of a rehearsal.
    """
    query = select(func.count()).where(
        Notice.inspection == ref, col(Notice.delivery).in_(UNDERWAY), col(Notice.written_at) < now - STUCK
    )
    return session.exec(query).one()


def undelivered(session: Session, ref: str) -> int:
    """Return how many notices of an inspection did not reach their readers."""
    query = select(func.count()).where(Notice.inspection == ref, col(Notice.delivery).in_(UNDELIVERED))
    return session.exec(query).one()


def addressee_of(session: Session, notice: Notice) -> tuple[str, str]:
    """Return the name and the email address that a notice goes to, read from the people tables."""
    return addressees_of(session, [notice])[notice.id]


def addressees_of(session: Session, notices: Sequence[Notice]) -> dict[str, tuple[str, str]]:
    """Return by notice the name and the email address that it goes to; one query, however many there are."""
    wanted = {notice.person_id for notice in notices if notice.person_id}
    people = {person.id: person for person in session.exec(select(Person).where(col(Person.id).in_(wanted)))}
    return {
        notice.id: (people[notice.person_id].name, people[notice.person_id].address)
        if notice.person_id
        else (notice.to_name, notice.to_mailbox)
        for notice in notices
    }


@dataclass(frozen=True, slots=True)
class _About:
    """What the words of notices say of their inspection, read once for all of them."""

    inspection: Inspection
    lead: Person | None
    bound: Commitment | None
    anchors: list[Anchored]


def words_of(session: Session, notice: Notice) -> Words:
    """Return a notice's words, with its sign-in link where it carries one."""
    return words_of_all(session, [notice])[0]


def words_of_all(session: Session, notices: Sequence[Notice]) -> list[Words]:
    """Return the words of notices, each with its sign-in link where it carries one; queries do not grow with them."""
    about = {
        ref: _About(
            session.get_one(Inspection, ref), lead_of(session, ref), commitment(session, ref), rows_of(session, ref)
        )
        for ref in {notice.inspection for notice in notices if notice.inspection}
    }
    wanted = {notice.link_id for notice in notices if notice.link_id}
    links = {link.id: link for link in session.exec(select(Link).where(col(Link.id).in_(wanted)))}
    return [
        _words(session, notice, about.get(notice.inspection or ""), links.get(notice.link_id or ""))
        for notice in notices
    ]


def _words(session: Session, notice: Notice, about: _About | None, link: Link | None) -> Words:
    portal = settings().required("portal_url")
    facts = {"area": "Joint targeted area inspections", "portal": portal, **notice.facts}
    lead = about.lead if about else None
    if about:
        # The lead inspector's name is read when the notice is: names of people are not stored among its facts (L5).
        facts |= {
            "area": about.inspection.area_name,
            "announced": about.inspection.announced.isoformat(),
            "lead_inspector": lead.name if lead else "",
        }
    if notice.kind == "malware":
        facts["agency_notified"] = _agency_notified(session, notice)
    # Nor are those of whoever asked for a decision, or answered.
    facts |= {key: shown(session, facts[key]) for key in ("asked_by", "answered_by") if key in facts}
    words = worded(notice.kind, facts)
    paragraphs = [words.body]
    if notice.kind in ANNOUNCING and about and about.bound:
        bound = bound_in_words(about.bound.theme, about.bound.seeds, rehearsal=about.inspection.rehearsal)
        paragraphs.append(bound)
    if notice.agency_id and lead:
        paragraphs.append(lead_in_words(lead.name, lead.telephone, lead.address))
    paragraphs += _record(notice, about)
    if notice.kind in WITHOUT_A_WAY_IN:
        return Words(words.subject, "\n\n".join(paragraphs))
    where = address_of(notice.link_id) if notice.link_id else portal
    hint = "Sign in once with this link" if notice.link_id else "Sign in"
    return Words(words.subject, "\n\n".join([*paragraphs, f"{hint}: {where}"]) + _board(notice, link))


def _record(notice: Notice, about: _About | None) -> list[str]:
    """Return the line about the newest anchor that there was when the notice was written; none before the first."""
    # Signed a moment before, it may have got its row since; read again, the notice must say what was sent.
    kept_by = (notice.written_at - _SURELY_KEPT).isoformat(timespec="microseconds")
    kept = [anchor for anchor in (about.anchors if about else ()) if anchor.at <= kept_by]
    return [record_in_words(kept[-1].number, kept[-1].hash)] if kept else []


def _board(notice: Notice, link: Link | None) -> str:
    """Return where the inspection's board is, for those who may look into Prefect; empty for everybody else."""
    prefect = for_people()
    if link is None or link.role not in _WATCHERS or not notice.inspection or not prefect:
        return ""
    return f"\n\nThen open the board of the inspection: {prefect}/boards/{notice.inspection}"


def _agency_notified(session: Session, malware: Notice) -> bool:
    """Return whether the agency has a notice of its own about the infected version that a notice is about."""
    query = select(Notice).where(Notice.inspection == malware.inspection, Notice.kind == "infected")
    same = ("return", "version")
    return any(all(sent.facts[key] == malware.facts[key] for key in same) for sent in session.exec(query))
