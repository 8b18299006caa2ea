"""Persons and their roles: the one place that writes them, and that gives a person's name for their reference."""

import re
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select, update

from models.england import world_today
from models.refusals import Refusal, check_kept, check_length, check_text
from models.roles import AGENCY_ROLES, ORGANISATION_ROLES, PROGRAMME_ROLES, ROLE_LABELS, TEAM_ROLES, Act, Role, may
from models.tables import Agency, Link, Membership, Person
from models.tables.base import utc_now
from tasks.ledger import audit
from tasks.people.access import is_live

PROGRAMME = "programme"
"""The audit chain of what concerns no single inspection."""

# Without I, L, O and U: a reference is read aloud on the telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE = re.compile(rf"P-[{_LETTERS}]{{8}}")
_TELEPHONE = 40
"""The longest telephone number, with its extension and the hours at which somebody answers."""
_ACTOR = re.compile(rf"[\w ]+: ({REFERENCE.pattern})")
# Whoever comes by a shared mailbox says who they are, and what they say stands in notices that we send to others.
_LINKING = re.compile(r"://|(?i:www\.)|[@<>\[\]`|]|[\w-]{2,}\.[a-z]{2,}\b")
_ADDRESS = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;.]+(\.[^\s@<>\"',;.]+)+")


class PersonError(Refusal):
    """What was entered about a person cannot be kept; the sentence says what to enter."""


class UnknownPersonError(Refusal):
    """Nobody has this reference, or no longer works here."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"There is no person {reference!r}. Choose a person from the people page of the portal.")


@dataclass(frozen=True, slots=True)
class Entered:
    """What is entered about a person.

    Attributes:
        name: full name.
        job: what they are in their organisation, such as `data officer`.
        address: their own email address; empty where somebody came in by a shared mailbox.
        telephone: number, with spaces or without.
        organisation: id of the organisation that they work for.
    """

    name: str
    job: str = ""
    address: str = ""
    telephone: str = ""
    organisation: str | None = None


def check_address(address: str, field: str = "address") -> str:
    """Return an email address in the form in which it is kept.

    Raises:
        PersonError: it has not the form of an address.
    """
    trimmed = address.strip()
    if len(trimmed) > 254 or not _ADDRESS.fullmatch(trimmed):
        raise PersonError("Enter an email address in the correct format, like name@example.com.", field=field)
    return trimmed.lower()


def check_name(name: str) -> str:
    """Return a person's name in the form in which it is kept.

    Raises:
        PersonError: it is missing, longer than is kept, or leads to another site.
        PersonsNumberError: it holds something in the shape of a person's number.
    """
    trimmed = check_plain("name", " ".join(check_kept("name", name).split()))
    if len(trimmed) < 2 or len(trimmed) > 80:
        raise PersonError("Enter the person's full name.", field="name")
    return trimmed


def check_job(job: str) -> str:
    """Return what a person does, in the form in which it is kept.

    Raises:
        PersonError: it leads to another site.
        PersonsNumberError: it holds something in the shape of a person's number.
        TooLongError: it is longer than is kept.
    """
    return check_length("job", check_plain("job", " ".join(check_kept("job", job).split())), 80)


def check_plain(field: str, text: str) -> str:
    """Return what stands in notices to other people, unless it could lead their readers to another site.

    Raises:
        PersonError: it holds a web address, an email address or signs of links.
    """
    if _LINKING.search(text):
        raise PersonError(
            "Enter this in words, without web addresses, email addresses or brackets < > [ ].", field=field
        )
    return text


def add_person(
    session: Session, entered: Entered, *, by: str, proven: bool = True, made_up: bool = False, chain: str = PROGRAMME
) -> Person:
    """Keep a new person; the audit has their reference alone.

    Args:
        session: a transaction.
        entered: what is known of them.
        by: who enters them, as the audit names that.
        proven: whether they sign in by a way of their own.
        made_up: whether they belong to a rehearsal.
        chain: the audit chain, an inspection or the programme.

    Raises:
        PersonError: the name is missing, or the address has not the form of one.
        TooLongError: what they do, or the telephone number, is longer than is kept.
    """
    name = check_name(entered.name)
    check_text("telephone", entered.telephone)
    person = Person(
        # By chance, as this reference stands in logs and in the audit, and must say nothing of the person.
        id=f"P-{''.join(secrets.choice(_LETTERS) for _ in range(8))}",
        organisation_id=entered.organisation,
        name=name,
        job=check_job(entered.job),
        address=check_address(entered.address) if entered.address else "",
        telephone=check_length("telephone", entered.telephone.strip(), _TELEPHONE),
        proven=proven,
        made_up=made_up,
        entered_by=by,
    )
    session.add(person)
    session.flush()
    audit.append(session, chain, actor=by, action="person.entered", subject=person.id)
    return person


def author_in(actor: str) -> str:
    """Return the reference of whoever the audit names, without the role in which they acted."""
    reference = REFERENCE.search(actor)
    return reference[0] if reference else actor.rpartition(": ")[2]


def person_of(session: Session, reference: str) -> Person:
    """Return a person who still works here.

    Raises:
        UnknownPersonError: nobody has this reference, or no longer.
    """
    person = session.get(Person, reference)
    if person is None or person.ended_at is not None:
        raise UnknownPersonError(reference)
    return person


def give_role(
    session: Session,
    person: Person,
    role: Role,
    *,
    by: str,
    from_day: date,
    inspection: str | None = None,
    agency_id: str | None = None,
    until_day: date | None = None,
) -> Membership:
    """Give a person a role, in an inspection or in the whole programme.

    Raises:
        PersonError: the role belongs to an inspection and none is named, or the other way round; or somebody who is
            in a team would assure its quality.
    """
    # The agencies of a rehearsal are no organisations: whoever is made up for one of them has the role there alone.
    rehearsed = role in ORGANISATION_ROLES and person.made_up and agency_id is not None
    if not rehearsed and (role in PROGRAMME_ROLES | ORGANISATION_ROLES) != (inspection is None):
        raise PersonError(f"Choose {'no' if inspection else 'an'} inspection for a {ROLE_LABELS[role]}.", field="role")
    if role in ORGANISATION_ROLES and not rehearsed and not person.organisation_id:
        raise PersonError(f"Enter this person in an organisation before they can be {ROLE_LABELS[role]}.", field="role")
    if inspection:
        others = _roles_to_come(session, person.id, inspection)
        # Nobody assures the quality of their own work.
        if (role is Role.ASSURER and others & TEAM_ROLES) or (role in TEAM_ROLES and Role.ASSURER in others):
            raise PersonError("A quality assurer cannot be a member of the same team.", field="role")
    membership = Membership(
        id=f"M-{secrets.token_hex(8)}",
        person_id=person.id,
        role=role,
        inspection=inspection,
        agency_id=agency_id,
        from_day=from_day,
        until_day=until_day,
        given_by=by,
    )
    session.add(membership)
    session.flush()
    facts = {"role": role.value, "from": from_day.isoformat(), "until": until_day.isoformat() if until_day else ""}
    audit.append(session, inspection or PROGRAMME, actor=by, action="role.given", subject=person.id, facts=facts)
    return membership


def _roles_to_come(session: Session, person_id: str, ref: str) -> set[Role]:
    """Return the roles that somebody has in an inspection, or will have: nobody has ended them."""
    query = select(col(Membership.role)).where(Membership.person_id == person_id, Membership.inspection == ref)
    return {Role(role) for role in session.exec(query.where(col(Membership.ended_at).is_(None)))}


def end_role(session: Session, membership_id: str, *, by: str) -> None:
    """End a role at once; every door asks for it again at the next page.

    Raises:
        PersonError: there is no such role, or it has ended.
    """
    # Locked, so that a role ends once, with one entry of who ended it.
    membership = session.get(Membership, membership_id, with_for_update=True)
    if membership is None or membership.ended_at is not None:
        raise PersonError("This role has already ended.")
    membership.ended_at, membership.ended_by = utc_now(), by
    session.add(membership)
    chain, facts = membership.inspection or PROGRAMME, {"role": membership.role.value}
    audit.append(session, chain, actor=by, action="role.ended", subject=membership.person_id, facts=facts)


def members(session: Session, ref: str, *roles: Role) -> list[tuple[Membership, Person]]:
    """Return who has a role in an inspection now, in the order in which they got it; in any role if none is named."""
    query = select(Membership, Person).join(Person, col(Person.id) == Membership.person_id)
    query = query.where(Membership.inspection == ref, is_live(world_today()), col(Person.ended_at).is_(None))
    if roles:
        query = query.where(col(Membership.role).in_(roles))
    return list(session.exec(query.order_by(col(Membership.given_at), Membership.id)))


def programme(session: Session, *roles: Role) -> list[Person]:
    """Return who has one of some roles in the whole programme."""
    query = select(Person).join(Membership, col(Membership.person_id) == Person.id)
    query = query.where(
        col(Membership.inspection).is_(None),
        is_live(world_today()),
        col(Person.ended_at).is_(None),
        col(Membership.role).in_(roles),
    )
    return list(session.exec(query.order_by(Person.id).distinct()))


def deciders(session: Session, ref: str, act: Act) -> list[Person]:
    """Return the persons who have a role now that includes an act in an inspection, in it or in the programme."""
    roles = {role for role in Role if may(role, act)}
    people = (
        [person for _, person in members(session, ref, *(roles - PROGRAMME_ROLES))] if roles - PROGRAMME_ROLES else []
    )
    people += programme(session, *(roles & PROGRAMME_ROLES))
    return list({person.id: person for person in people}.values())


def contacts(session: Session, agency_id: str) -> list[Person]:
    """Return the persons of an agency who are told of what it owes: those with an address of their own."""
    query = select(Person).join(Membership, col(Membership.person_id) == Person.id)
    query = query.where(
        Membership.agency_id == agency_id,
        col(Membership.role).in_(AGENCY_ROLES),
        is_live(world_today()),
        col(Person.ended_at).is_(None),
        Person.address != "",
    )
    return list(session.exec(query.order_by(Person.id).distinct()))


def named_at(session: Session, agency: Agency, role: Role = Role.NAMED) -> list[Person]:
    """Return who receives immediate concerns about a child at an agency: of its organisation, or of its rehearsal.

    Args:
        session: a transaction.
        agency: of the inspection.
        role: whoever is named for concerns, or the directors to whom they go unanswered.
    """
    if agency.organisation_id:
        people = programme(session, role)
        return [person for person in people if person.organisation_id == agency.organisation_id]
    return [own for given, own in members(session, agency.inspection, role) if given.agency_id == agency.id]


def team_of(session: Session, ref: str) -> list[tuple[Membership, Person]]:
    """Return the team of an inspection and its quality assurer."""
    return [pair for pair in members(session, ref) if pair[0].role not in AGENCY_ROLES | ORGANISATION_ROLES]


def lead_name(session: Session, ref: str) -> str:
    """Return the name of an inspection's lead inspector; empty where nobody leads it."""
    lead = lead_of(session, ref)
    return lead.name if lead else ""


def lead_of(session: Session, ref: str) -> Person | None:
    """Return the lead inspector of an inspection, or None where nobody leads it."""
    return next((person for _, person in members(session, ref, Role.LEAD)), None)


def correct_contact(session: Session, person: Person, *, address: str, telephone: str, by: str) -> None:
    """Change a person's email address and telephone number; the audit has their reference alone.

    Links that wait at another address let nobody in any more: it may be somebody else's.

    Raises:
        PersonError: the address has not the form of one.
    """
    check_text("telephone", telephone)
    before = person.address
    person.address, person.telephone = check_address(address), check_length("telephone", telephone.strip(), _TELEPHONE)
    session.add(person)
    if person.address != before:
        end_links(session, col(Link.person_id) == person.id)
    audit.append(session, PROGRAMME, actor=by, action="person.corrected", subject=person.id)


def end_links(session: Session, *whose: ColumnElement[bool]) -> None:
    """Let nobody in any more by links that wait to be used; `whose` says which of them."""
    waiting = col(Link.used_at).is_(None), col(Link.expires_at) > utc_now()
    session.execute(update(Link).where(*whose, *waiting).values(expires_at=utc_now()))


def lead_reference(session: Session, ref: str) -> str:
    """Return the reference of an inspection's lead inspector; empty where nobody leads it."""
    lead = lead_of(session, ref)
    return lead.id if lead else ""


def shown(session: Session, text: str) -> str:
    """Return a text in which each reference of a person is replaced by their name, as a page shows it.

    Args:
        session: a transaction.
        text: how a record names somebody, such as `lead_inspector: P-7KQ2M4XB`, or a sentence that does.
    """
    actor = _ACTOR.fullmatch(text)
    if actor:
        return _named(session, actor[1])
    return REFERENCE.sub(lambda match: _named(session, match[0]), text)


def _named(session: Session, reference: str) -> str:
    person = session.get(Person, reference)
    if person is None:
        return reference
    job = f", {person.job}" if person.job else ""
    return f"{person.name}{job}{'' if person.proven else ' (name not proven)'}"
