"""Organisations by their codes, and which of them serve an area; a code without a source is no code."""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from models.areas import Area
from models.icbs import SOURCE, icbs
from models.refusals import Refusal, check_kept
from models.states import OrganisationKind
from models.tables import Organisation, Person, Serves
from models.themes import inspectorates
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME, check_address


class OrganisationError(Refusal):
    """What was entered about an organisation cannot be kept; the sentence says what to enter."""


@dataclass(frozen=True, slots=True)
class OrganisationCode:
    """A code that somebody else gives to an organisation: with where it was read, and when."""

    code: str
    source: str
    checked: date


def add_organisation(
    session: Session,
    kind: OrganisationKind,
    name: str,
    *,
    by: str,
    areas: tuple[str, ...] = (),
    code: OrganisationCode | None = None,
    mailbox: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Organisation:
    """Keep an organisation and the areas that it serves.

    Raises:
        OrganisationError: it has no name, or a code without its source.
        PersonError: the mailbox has not the form of an address.
    """
    trimmed = " ".join(check_kept("name", name).split())
    if not trimmed:
        raise OrganisationError("Enter the organisation's name.", field="name")
    if code is not None and not (code.code.strip() and code.source.strip()):
        raise OrganisationError("Give the code together with where you read it, or leave both empty.", field="code")
    row = Organisation(
        id=f"O-{secrets.token_hex(4).upper()}",
        kind=kind,
        name=trimmed[:120],
        code=code.code.strip() if code else "",
        code_source=code.source.strip() if code else "",
        code_checked=code.checked if code else None,
        valid_from=valid_from,
        valid_until=valid_until,
        mailbox=check_address(mailbox, "mailbox") if mailbox else "",
    )
    session.add(row)
    session.flush()
    session.add_all(Serves(organisation_id=row.id, area_gss=gss) for gss in areas)
    facts = {"kind": kind.value, "code": row.code, "areas": list(areas)}
    audit.append(session, PROGRAMME, actor=by, action="organisation.entered", subject=row.id, facts=facts)
    return row


def board(session: Session, ods_code: str, *, by: str) -> Organisation:
    """Return the integrated care board of a code, entered now from the list where it was not there yet.

    Its code keeps the day until which the list was read; what the list does not say, such as its end, stays open.

    Raises:
        OrganisationError: no board on the list has this code.
    """
    listed = icbs().get(ods_code)
    if listed is None:
        raise OrganisationError("Choose an organisation from the list.", field="organisation")
    query = select(Organisation).where(Organisation.kind == OrganisationKind.HEALTH, Organisation.code == ods_code)
    entered = session.exec(query.order_by(Organisation.id)).first()
    return entered or add_organisation(
        session,
        OrganisationKind.HEALTH,
        listed.name,
        by=by,
        code=OrganisationCode(listed.ods_code, SOURCE, listed.checked),
        valid_from=listed.valid_from,
        valid_until=listed.valid_until,
    )


def serve(session: Session, organisation_id: str, gss: str) -> None:
    """Note that an organisation serves an area."""
    if session.get(Serves, (organisation_id, gss)) is None:
        session.add(Serves(organisation_id=organisation_id, area_gss=gss))


def succeed(session: Session, old: Organisation, new: Organisation, day: date, *, by: str) -> None:
    """Note that an organisation took another's place on a day: it serves the same areas from then on."""
    old.valid_until, old.successor_id = day, new.id
    new.valid_from = new.valid_from or day
    session.add_all((old, new))
    for served in session.exec(select(Serves).where(Serves.organisation_id == old.id)).all():
        serve(session, new.id, served.area_gss)
    facts = {"successor": new.id, "day": day.isoformat()}
    audit.append(session, PROGRAMME, actor=by, action="organisation.succeeded", subject=old.id, facts=facts)


def serving(session: Session, gss: str, day: date) -> list[Organisation]:
    """Return the organisations that serve an area on a day, by kind and name."""
    query = select(Organisation).join(Serves, col(Serves.organisation_id) == Organisation.id)
    query = query.where(
        Serves.area_gss == gss,
        or_(col(Organisation.valid_from).is_(None), col(Organisation.valid_from) <= day),
        or_(col(Organisation.valid_until).is_(None), col(Organisation.valid_until) > day),
    )
    return list(session.exec(query.order_by(Organisation.kind, Organisation.name, Organisation.id)))


def inspectorate(session: Session, name: str, *, by: str) -> Organisation:
    """Return the inspectorate of a name, entered now if it was not there yet; inspectorates have no code."""
    query = select(Organisation).where(Organisation.kind == OrganisationKind.INSPECTORATE, Organisation.name == name)
    entered = session.exec(query).first()
    return entered or add_organisation(session, OrganisationKind.INSPECTORATE, name, by=by)


def enter_inspectorates(session: Session, *, by: str) -> list[Organisation]:
    """Return the inspectorates of all themes, each entered now if it was not there yet."""
    return [inspectorate(session, name, by=by) for name in inspectorates()]


def known_names(place: Area) -> dict[OrganisationKind, str]:
    """Return the names that the register of areas gives for an area; the others are asked of a person."""
    return {
        OrganisationKind.LOCAL_AUTHORITY: place.council_name,
        OrganisationKind.POLICE: place.police_name,
        OrganisationKind.PROBATION: f"Probation Service, {place.probation_region}",
    }


def people_of(session: Session, organisation_id: str) -> list[Person]:
    """Return who works for an organisation and has an address of their own."""
    query = select(Person).where(
        Person.organisation_id == organisation_id, col(Person.ended_at).is_(None), Person.address != ""
    )
    return list(session.exec(query.order_by(Person.name, Person.id)))
