"""Enters on what an organisation hands over data: its controller, its contact, and the agreement or notice."""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models.refusals import FormRefusedError, Mistake, check_kept, check_length
from models.states import Instrument
from models.tables import DataSharing, Organisation
from tasks.ledger import audit
from tasks.people.organisations import people_of
from tasks.people.persons import PROGRAMME


@dataclass(frozen=True, slots=True)
class EnteredSharing:
    """What somebody enters about an organisation.

    Attributes:
        controller: who is the controller of the records, as its register entry names it.
        contact: the reference of the person to ask about data protection.
        instrument: an agreement, or a notice of the inspectorates.
        title: by which both sides find it again, such as its reference and year.
        from_day: its first day in force.
        until_day: its last; None where it ends by no day.
    """

    controller: str
    contact: str
    instrument: Instrument | None
    title: str
    from_day: date | None
    until_day: date | None = None


def record_sharing(session: Session, organisation: Organisation, entered: EnteredSharing, *, by: str) -> DataSharing:
    """Keep a record of an organisation, which counts from now on; the ones before stay as its history.

    Raises:
        FormRefusedError: something is missing, or ends before it begins.
        TooLongError: the controller or the title has more than 200 characters.
    """
    controller, title = (
        " ".join(check_kept(field, text).split())
        for field, text in (("controller", entered.controller), ("title", entered.title))
    )
    people = {person.id for person in people_of(session, organisation.id)}
    mistakes = [
        *([] if controller else [Mistake("controller", "Enter the name of the controller.")]),
        *([] if entered.contact in people else [Mistake("contact", "Choose the data protection contact.")]),
        *([] if entered.instrument else [Mistake("instrument", "Choose an agreement or a notice.")]),
        *([] if title else [Mistake("title", "Enter the title or reference of the agreement or notice.")]),
        *([] if entered.from_day else [Mistake("from_day", "Enter the first day on which it is in force.")]),
    ]
    if entered.from_day and entered.until_day and entered.until_day < entered.from_day:
        mistakes.append(Mistake("until_day", "The last day must not be before the first day."))
    if mistakes or entered.instrument is None or entered.from_day is None:
        raise FormRefusedError(mistakes)
    row = DataSharing(
        id=f"DS-{secrets.token_hex(4).upper()}",
        organisation_id=organisation.id,
        controller=check_length("controller", controller, 200),
        contact_id=entered.contact,
        instrument=entered.instrument,
        title=check_length("title", title, 200),
        from_day=entered.from_day,
        until_day=entered.until_day,
        entered_by=by,
    )
    session.add(row)
    session.flush()
    facts = {
        "instrument": row.instrument.value,
        "from": row.from_day.isoformat(),
        "until": row.until_day.isoformat() if row.until_day else "",
        "record": row.id,
        "contact": row.contact_id,
    }
    audit.append(session, PROGRAMME, actor=by, action="sharing.entered", subject=organisation.id, facts=facts)
    return row
