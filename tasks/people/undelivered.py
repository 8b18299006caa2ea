"""A notice that did not reach its reader goes to the next contact, and whoever keeps the contacts hears of it."""

from typing import Any

from sqlmodel import Session, col, select

from models.ids import once_key
from models.roles import Role
from models.states import UNDELIVERED, Delivery
from models.tables import Agency, Inspection, Notice
from tasks.people.notices import OPERATOR, write_notice, write_to_mailbox
from tasks.people.persons import programme

KIND = "undeliverable"


def raise_undelivered(session: Session, notice: Notice) -> None:
    """Send a notice that did not arrive on to the agency's shared mailbox, and tell who keeps the contacts.

    Each contact of an agency has a notice of their own. Where one of them has it, nobody else needs it; otherwise the
    shared mailbox gets it. The programme managers hear of each address once in an inspection, by the person's
    reference; where a manager's own address is the dead one and there is no other, the operator does.
    """
    if notice.delivery not in UNDELIVERED or notice.to_name == OPERATOR:
        return
    facts: dict[str, Any] = {
        "notice": notice.kind,
        "person": notice.person_id or "",
        "why": notice.fault.value if notice.fault else "",
    }
    if notice.agency_id:
        facts |= _at_agency(session, notice, session.get_one(Agency, notice.agency_id))
    managers = [person for person in programme(session, Role.MANAGER) if person.id != notice.person_id]
    whose = notice.person_id or str(notice.agency_id)
    once = once_key(KIND, notice.inspection or "", whose, notice.address_mark, str(notice.fault))
    # About a notice of this kind, no other manager would learn anything new.
    if not managers or notice.kind == KIND:
        write_notice(session, KIND, OPERATOR, once=once, inspection=notice.inspection, facts=facts)
        return
    for manager in managers:
        own = once_key(once, manager.id)
        write_notice(session, KIND, manager, once=own, inspection=notice.inspection, facts=facts)


def _at_agency(session: Session, notice: Notice, agency: Agency) -> dict[str, Any]:
    """Return who else at the agency has the notice, once the shared mailbox has got it where nobody has."""
    facts: dict[str, Any] = {"agency": agency.name}
    facts["area_gss"] = session.get_one(Inspection, agency.inspection).area_gss
    facts["others"] = len(_copies(session, notice))
    facts["mailbox"] = not facts["others"] and bool(notice.person_id) and write_to_mailbox(session, notice, agency)
    return facts


def _copies(session: Session, notice: Notice) -> list[Notice]:
    """Return the same notice to other contacts of the agency, as far as it has not failed there too."""
    if not notice.person_id:
        return []
    event = notice.once.removesuffix(once_key("", notice.person_id))
    query = select(Notice).where(
        Notice.agency_id == notice.agency_id,
        Notice.kind == notice.kind,
        Notice.id != notice.id,
        col(Notice.person_id).is_not(None),
        col(Notice.delivery).not_in([*UNDELIVERED, Delivery.KEPT]),
    )
    return [copy for copy in session.exec(query) if copy.once == once_key(event, str(copy.person_id))]
