"""To whom a letter is addressed and who signs it; their names are here alone, the audit has references (L5)."""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from models.refusals import FormRefusedError, Mistake, NothingThereError, Refusal, check_kept, check_length
from models.tables import Addressee, Agency, Signatory
from models.tables.base import utc_now
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.persons import PROGRAMME

_LONGEST = 160


class LetterPeopleError(Refusal):
    """What was entered about an addressee or a signatory cannot be kept; the sentence says what to enter."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """What is entered about an addressee: an agency in scope, or the name of another body."""

    name: str
    office: str
    body: str = ""
    agency: str = ""


def addressees_of(session: Session, ref: str) -> list[Addressee]:
    """Return to whom an inspection's letter is addressed, in order."""
    query = select(Addressee).where(Addressee.inspection == ref, col(Addressee.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Addressee.position), Addressee.id)))


def body_of(session: Session, row: Addressee) -> str:
    """Return the body of an addressee: an agency's own name, or the name that was entered."""
    agency = session.get(Agency, row.agency_id) if row.agency_id else None
    return agency.name if agency else row.body


def address_letter(session: Session, ref: str, entered: Addressed, *, by: str) -> Addressee:
    """Enter somebody to whom the letter is addressed, after all others; who is there already stays there once.

    Raises:
        FormRefusedError: there is no name or office.
        LetterPeopleError: the agency is none of the inspection's, or there is neither agency nor body.
        TooLongError: a text is longer than a line of the letter may be.
    """
    inspection_of(session, ref, lock=True)
    name, office = _line("name", entered.name), _line("office", entered.office)
    _check(("name", name, "Enter the person's full name."), ("office", office, "Enter the person's office."))
    body, agency = _line("body", entered.body), session.get(Agency, entered.agency) if entered.agency else None
    if entered.agency and (agency is None or agency.inspection != ref):
        raise LetterPeopleError("Choose an agency from the list.", field="agency")
    if agency is None and not body:
        raise LetterPeopleError("Choose an agency, or enter the name of the body.", field="body")
    body, agency_id = ("", agency.id) if agency else (body, None)
    for row in addressees_of(session, ref):
        # A form that is sent twice addresses the letter once.
        if (row.name, row.office, row.body, row.agency_id) == (name, office, body, agency_id):
            return row
    last = session.exec(select(func.max(Addressee.position)).where(Addressee.inspection == ref)).one()
    row = Addressee(
        id=f"A-{secrets.token_hex(4).upper()}",
        inspection=ref,
        position=(last or 0) + 1,
        name=name,
        office=office,
        body=body,
        agency_id=agency_id,
        entered_by=by,
    )
    session.add(row)
    session.flush()
    audit.append(session, ref, actor=by, action="addressee.entered", subject=row.id)
    return row


def remove_addressee(session: Session, ref: str, identity: str, *, by: str) -> None:
    """Take somebody off the list of addressees; letters that went out keep them.

    Raises:
        NothingThereError: nobody of this id is on the list.
    """
    inspection_of(session, ref, lock=True)
    row = session.get(Addressee, identity)
    if row is None or row.inspection != ref or row.removed_at is not None:
        raise NothingThereError("Nobody of this reference is on the list.")
    row.removed_by, row.removed_at = by, utc_now()
    session.add(row)
    audit.append(session, ref, actor=by, action="addressee.removed", subject=row.id)


def sign_letters(
    session: Session, inspectorate: str, *, name: str, office: str, from_day: date | None, by: str
) -> Signatory:
    """Enter who signs letters for an inspectorate from a day on.

    Raises:
        FormRefusedError: there is no name, office or day.
        TooLongError: a text is longer than a line of the letter may be.
    """
    name, office = _line("signatory", name), _line("signatory-office", office)
    _check(
        ("signatory", name, "Enter the person's full name."),
        ("signatory-office", office, "Enter the person's office."),
        ("from-day", str(from_day or ""), "Enter the day from which they sign, such as 1 4 2025."),
    )
    row = Signatory(
        id=f"S-{secrets.token_hex(4).upper()}",
        inspectorate=inspectorate,
        name=name,
        office=office,
        from_day=from_day or date.min,
        entered_by=by,
    )
    session.add(row)
    session.flush()
    facts = {"inspectorate": inspectorate, "from": row.from_day.isoformat()}
    audit.append(session, PROGRAMME, actor=by, action="signatory.entered", subject=row.id, facts=facts)
    return row


def signatory_of(session: Session, inspectorate: str, day: date) -> Signatory | None:
    """Return who signs for an inspectorate on a day: of those who began by then, the last."""
    query = select(Signatory).where(Signatory.inspectorate == inspectorate, Signatory.from_day <= day)
    order = col(Signatory.from_day).desc(), col(Signatory.entered_at).desc(), Signatory.id
    return session.exec(query.order_by(*order)).first()


def _line(field: str, text: str) -> str:
    return check_length(field, " ".join(check_kept(field, text).split()), _LONGEST)


def _check(*entered: tuple[str, str, str]) -> None:
    mistakes = [Mistake(field, sentence) for field, text, sentence in entered if not text]
    if mistakes:
        raise FormRefusedError(mistakes)
