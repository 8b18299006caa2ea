"""Says on what basis an agency may be asked for data on a day, and what is missing: basis before data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.legal_bases import LACK_CLAUSES, Gateway, ItemKind, bases_of
from models.states import Instrument, Lack
from models.tables import Agency, DataSharing, Inspection, Organisation, Person
from models.themes import Theme
from models.words import long

LAW_IS_ASKED = frozenset({Lack.NO_BASIS})
"""What no page can put right: the theme asks for something that the list of legal bases does not allow."""


@dataclass(frozen=True, slots=True)
class BasisStanding:
    """How an agency stands on a day.

    Attributes:
        bases: the gateways for each kind of item that it is asked for.
        sharing: what is in force between it and the inspectorates; None where nothing was entered.
        lacks: what is missing before it may be asked, in the order of `Lack`.
    """

    bases: dict[ItemKind, tuple[Gateway, ...]]
    sharing: DataSharing | None
    lacks: tuple[Lack, ...]

    @property
    def titles(self) -> list[str]:
        """Return the titles of all gateways, each once."""
        return list(dict.fromkeys(gateway.title for gateways in self.bases.values() for gateway in gateways))


def items_asked_of(theme_: Theme, kind: str) -> frozenset[ItemKind]:
    """Return which kinds of item a theme asks of a kind of agency; evaluations count as files about one child."""
    documents = [item for item in theme_.documents if kind in item.agencies]
    asked_for = {ItemKind.RETURN} if any(item.agency == kind for item in theme_.returns) else set()
    asked_for |= {ItemKind.CASE_FILE if item.kind == "case_file" else ItemKind.DOCUMENT for item in documents}
    # Whoever is in scope may know a chosen child, and then evaluates the case.
    return frozenset(asked_for | {ItemKind.CASE_FILE})


def judge(
    kind: str,
    items: Collection[ItemKind],
    sharing: DataSharing | None,
    day: date,
    *,
    contact_is_there: bool = True,
) -> BasisStanding:
    """Judge whether a kind of agency may be asked for items on a day.

    Args:
        kind: of agency.
        items: the kinds of item that it is asked for.
        sharing: the newest record of its organisation.
        day: on which the request goes out.
        contact_is_there: whether the data protection contact still works there and has an address.
    """
    bases = {item: bases_of(kind, item, day) for item in sorted(items)}
    lacks: set[Lack] = set()
    if not all(bases.values()):
        lacks.add(Lack.NO_BASIS)
    if sharing is None:
        lacks.add(Lack.NOTHING_ENTERED)
    else:
        lacks |= _of_sharing(sharing, day, contact_is_there)
        gateways = [gateway for each in bases.values() for gateway in each]
        # One basis that a notice is enough for would do; here each of them needs an agreement.
        if sharing.instrument is Instrument.NOTICE and gateways and all(each.needs_agreement for each in gateways):
            lacks.add(Lack.NOTICE_IS_NOT_ENOUGH)
    return BasisStanding(bases, sharing, tuple(lack for lack in Lack if lack in lacks))


def _of_sharing(sharing: DataSharing, day: date, contact_is_there: bool) -> set[Lack]:
    lacks = set() if contact_is_there else {Lack.NO_CONTACT}
    if day < sharing.from_day:
        lacks.add(Lack.NOT_YET_IN_FORCE)
    if sharing.until_day is not None and day > sharing.until_day:
        lacks.add(Lack.LAPSED)
    return lacks


def newest(session: Session, organisation_id: str) -> DataSharing | None:
    """Return the record of an organisation that counts: the newest one."""
    return next(iter(history(session, organisation_id)), None)


def history(session: Session, organisation_id: str) -> list[DataSharing]:
    """Return every record of an organisation, the newest first."""
    query = select(DataSharing).where(DataSharing.organisation_id == organisation_id)
    return list(session.exec(query.order_by(col(DataSharing.entered_at).desc(), DataSharing.id)))


def contact_of(session: Session, sharing: DataSharing) -> Person | None:
    """Return the data protection contact of a record, or None where the person has left or has no address."""
    person = session.get(Person, sharing.contact_id)
    gone = person is None or person.ended_at is not None or not person.address
    return None if gone or person is None or person.organisation_id != sharing.organisation_id else person


def standing_of(session: Session, inspection: Inspection, agency: Agency, theme_: Theme) -> BasisStanding:
    """Return how an agency stands today; a rehearsal asks for made-up data, and so lacks nothing."""
    items = items_asked_of(theme_, agency.kind)
    if inspection.rehearsal or agency.organisation_id is None:
        return BasisStanding(
            {item: bases_of(agency.kind, item, inspection.today()) for item in sorted(items)}, None, ()
        )
    return _judged(session, agency.organisation_id, agency.kind, items, inspection.today())


def organisation_standing(session: Session, organisation: Organisation, day: date) -> BasisStanding:
    """Return how an organisation stands on a day, as if it were asked for every kind of item."""
    return _judged(session, organisation.id, organisation.kind, tuple(ItemKind), day)


def _judged(session: Session, organisation_id: str, kind: str, items: Collection[ItemKind], day: date) -> BasisStanding:
    sharing = newest(session, organisation_id)
    there = sharing is None or contact_of(session, sharing) is not None
    return judge(kind, items, sharing, day, contact_is_there=there)


def as_text(lacks: Iterable[Lack]) -> str:
    """Return what is missing as an agency's row keeps it."""
    return ",".join(lacks)


def lacks_of(agency: Agency) -> tuple[Lack, ...]:
    """Return what an agency's row says is missing."""
    return tuple(Lack(name) for name in agency.lacks.split(",") if name)


def sentences(lacks: Iterable[Lack], sharing: DataSharing | None = None) -> list[str]:
    """Return what is missing in sentences, with the day that decides where there is one."""
    days = {
        Lack.LAPSED: sharing.until_day if sharing else None,
        Lack.NOT_YET_IN_FORCE: sharing.from_day if sharing else None,
    }
    dated = {
        Lack.LAPSED: "Its agreement or notice lapsed after {}.",
        Lack.NOT_YET_IN_FORCE: "Its agreement or notice is in force from {}.",
    }
    return [dated[lack].format(long(day)) if (day := days.get(lack)) else _sentence(lack) for lack in lacks]


def _sentence(lack: Lack) -> str:
    clause = LACK_CLAUSES[lack]
    return f"{clause[0].upper()}{clause[1:]}."
