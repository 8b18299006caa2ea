"""Organisations by their codes, and which of them serve an area; a code without a source is no code."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from models import areas as areas_read
from models.areas import Area
from models.icbs import SOURCE, icbs
from models.lifecycle import ENDED
from models.refusals import Refusal, check_kept, check_length
from models.states import OrganisationKind
from models.tables import Agency, Inspection, Link, Membership, Organisation, Person, Serves
from models.themes import inspectorates
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME, check_address, end_links

NOT_INSPECTED = (OrganisationKind.INSPECTORATE, OrganisationKind.OVERSIGHT)


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
        TooLongError: the name has more than 120 characters.
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
        name=check_length("name", trimmed, 120),
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


def add_to_area(session: Session, row: Organisation, gss: str, *, by: str) -> None:
    """Note that an organisation that is known serves one area more: an announcement there tells it.

    Raises:
        OrganisationError: it inspects, or oversees those who do.
    """
    if row.kind in NOT_INSPECTED:
        raise OrganisationError("Choose an organisation from the list.", field="organisation")
    serve(session, row.id, gss)
    audit.append(session, PROGRAMME, actor=by, action="organisation.serves", subject=row.id, facts={"area": gss})


def serve(session: Session, organisation_id: str, gss: str, *, from_day: date | None = None) -> None:
    """Note that an organisation serves an area, from a day on where it takes another's place there."""
    row = session.get(Serves, (organisation_id, gss))
    if row is None:
        session.add(Serves(organisation_id=organisation_id, area_gss=gss, from_day=from_day))
    elif row.from_day is not None and (from_day is None or from_day < row.from_day):
        # Of two whose place it takes in an area, the first to go counts.
        row.from_day = from_day
        session.add(row)


def give_code(session: Session, row: Organisation, code: OrganisationCode, *, by: str, today: date) -> None:
    """Keep the code of an organisation, with where it was read and when; the audit keeps the one before.

    Raises:
        OrganisationError: the code has no source, was read in the future, or belongs to another organisation.
    """
    text, source = (" ".join(check_kept(field, value).split()) for field, value in _parts(code))
    if not (text and source):
        raise OrganisationError("Give the code together with where you read it.", field="code")
    if code.checked > today:
        raise OrganisationError("Enter the day on which you read it: today or earlier.", field="checked")
    query = select(Organisation.id).where(
        Organisation.kind == row.kind, Organisation.code == text, Organisation.id != row.id
    )
    if session.exec(query).first() is not None:
        raise OrganisationError("Another organisation of this kind has this code.", field="code")
    facts = {"code": text, "before": row.code, "checked": code.checked.isoformat()}
    row.code, row.code_source, row.code_checked = text, check_length("source", source, 200), code.checked
    session.add(row)
    audit.append(session, PROGRAMME, actor=by, action="organisation.code-entered", subject=row.id, facts=facts)


def lacks_code(row: Organisation, today: date) -> bool:
    """Return whether somebody must still read and enter the code of an organisation, which goes on."""
    return not row.code and row.kind not in NOT_INSPECTED and (row.valid_until is None or row.valid_until > today)


def _parts(code: OrganisationCode) -> tuple[tuple[str, str], ...]:
    return ("code", code.code), ("source", code.source)


def correct_mailbox(session: Session, row: Organisation, mailbox: str, *, by: str) -> None:
    """Change the shared mailbox of an organisation, in its inspections that go on as well; empty where it has none.

    Links that wait at the mailbox of before let nobody in any more: it may be somebody else's.

    Raises:
        PersonError: the mailbox has not the form of an address.
    """
    row.mailbox = check_address(mailbox, "mailbox") if mailbox.strip() else ""
    session.add(row)
    live = select(Agency).join(Inspection, col(Inspection.ref) == Agency.inspection)
    live = live.where(Agency.organisation_id == row.id, col(Inspection.stage).not_in(ENDED))
    for agency in session.exec(live.order_by(Agency.id)).all():
        if agency.mailbox == row.mailbox:
            continue
        agency.mailbox = row.mailbox
        session.add(agency)
        end_links(session, col(Link.agency_id) == agency.id, col(Link.person_id).is_(None))
    audit.append(session, PROGRAMME, actor=by, action="organisation.mailbox-corrected", subject=row.id)


def succeed(session: Session, old: Organisation, new: Organisation, day: date, *, by: str) -> None:
    """Note that an organisation takes another's place on a day: it serves the same areas from then on.

    Two that merge have one successor. Entered again, the newer successor and day count.

    Raises:
        OrganisationError: it is the same, of another kind, has ended by then, or is one that this replaces.
    """
    if new.id == old.id or new.kind is not old.kind:
        raise OrganisationError("Choose another organisation of the same kind.", field="organisation")
    if _comes_to(session, new, old.id):
        raise OrganisationError("That organisation is replaced by this one.", field="organisation")
    if new.valid_until is not None and new.valid_until <= day:
        raise OrganisationError("That organisation has ended by then.", field="organisation")
    if old.valid_from is not None and day <= old.valid_from:
        raise OrganisationError("Enter a day after the first one of the organisation.", field="day")
    _take_back(session, old)
    # Whoever served an area before has been there longer than since this day.
    if session.exec(select(Serves).where(Serves.organisation_id == new.id)).first() is None:
        new.valid_from = new.valid_from or day
    old.valid_until, old.successor_id = day, new.id
    session.add_all((old, new))
    for served in session.exec(select(Serves).where(Serves.organisation_id == old.id)).all():
        serve(session, new.id, served.area_gss, from_day=max(filter(None, (day, served.from_day))))
    facts = {"successor": new.id, "day": day.isoformat()}
    audit.append(session, PROGRAMME, actor=by, action="organisation.succeeded", subject=old.id, facts=facts)


def _comes_to(session: Session, row: Organisation, wanted: str) -> bool:
    """Return whether an organisation is among those that take another's place, one after the other."""
    seen, current = {row.id}, row
    while current.successor_id and current.successor_id not in seen:
        if current.successor_id == wanted:
            return True
        seen.add(current.successor_id)
        current = session.get_one(Organisation, current.successor_id)
    return False


def _take_back(session: Session, old: Organisation) -> None:
    """Let the successor that was entered before serve no area that it would have had from this organisation alone."""
    if not old.successor_id:
        return
    areas = set(session.exec(select(Serves.area_gss).where(Serves.organisation_id == old.id)))
    merged = select(Serves.area_gss).join(Organisation, col(Organisation.id) == Serves.organisation_id)
    merged = merged.where(Organisation.successor_id == old.successor_id, Organisation.id != old.id)
    shared: set[str] = set(session.exec(merged))
    for gss in areas - shared:
        row = session.get(Serves, (old.successor_id, gss))
        if row is not None and row.from_day is not None:
            session.delete(row)
    session.flush()


def end_organisation(session: Session, row: Organisation, day: date | None, *, by: str) -> None:
    """Note the day from which an organisation is no more, and nothing takes its place; None takes an end back.

    Raises:
        OrganisationError: it ends before it begins.
    """
    if day is not None and row.valid_from is not None and day <= row.valid_from:
        raise OrganisationError("Enter a day after the first one of the organisation.", field="end")
    _take_back(session, row)
    row.valid_until, row.successor_id = day, None
    session.add(row)
    facts = {"day": day.isoformat() if day else ""}
    audit.append(session, PROGRAMME, actor=by, action="organisation.ended", subject=row.id, facts=facts)


def serving(session: Session, gss: str, day: date) -> list[Organisation]:
    """Return the organisations that serve an area on a day, by kind and name."""
    query = select(Organisation).join(Serves, col(Serves.organisation_id) == Organisation.id)
    query = query.where(
        Serves.area_gss == gss,
        or_(col(Serves.from_day).is_(None), col(Serves.from_day) <= day),
        or_(col(Organisation.valid_from).is_(None), col(Organisation.valid_from) <= day),
        or_(col(Organisation.valid_until).is_(None), col(Organisation.valid_until) > day),
    )
    return list(session.exec(query.order_by(Organisation.kind, Organisation.name, Organisation.id)))


def coming(session: Session, gss: str, day: date) -> list[tuple[Organisation, date]]:
    """Return the organisations that will serve an area after a day, each with its first day there."""
    query = select(Organisation, Serves).join(Serves, col(Serves.organisation_id) == Organisation.id)
    rows = session.exec(query.where(Serves.area_gss == gss).order_by(Organisation.name, Organisation.id)).all()
    first = ((row, max(filter(None, (served.from_day, row.valid_from)), default=None)) for row, served in rows)
    return [(row, begins) for row, begins in first if begins is not None and begins > day]


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


def registered_code(place: Area, kind: OrganisationKind, name: str) -> OrganisationCode | None:
    """Return the code of an area's council by the register of areas, with what that was read from; None of any other.

    The register names forces and regions of probation too, without codes: a person gives one with its source.
    """
    if kind is not OrganisationKind.LOCAL_AUTHORITY or " ".join(name.split()) != place.council_name:
        return None
    return OrganisationCode(place.gss, areas_read.SOURCE, areas_read.CHECKED)


def people_of(session: Session, organisation_id: str) -> list[Person]:
    """Return who works for an organisation and has an address of their own."""
    query = select(Person).where(
        Person.organisation_id == organisation_id, col(Person.ended_at).is_(None), Person.address != ""
    )
    return list(session.exec(query.order_by(Person.name, Person.id)))


def bodies_of(session: Session, people: Iterable[Person]) -> dict[str, str]:
    """Return for whom people work, by their references: the organisation that was entered, else their agencies.

    Whoever came in by a shared mailbox was entered by nobody, and works for the agency whose mailbox it is. People for
    whom there is neither are left out.
    """
    own = {person.id: person.organisation_id for person in people}
    query = select(Membership.person_id, Agency.name).join(Agency, col(Agency.id) == col(Membership.agency_id))
    query = query.where(col(Membership.person_id).in_(own)).order_by(Agency.name).distinct()
    bodies: dict[str, str] = {}
    for person, name in session.exec(query):
        bodies[person] = f"{bodies[person]}; {name}" if person in bodies else name
    entered = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(set(own.values())))
    names = dict(session.exec(entered).all())
    return bodies | {person: names[body] for person, body in own.items() if body}
