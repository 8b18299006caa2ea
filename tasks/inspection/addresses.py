"""Records the addresses by which the letter names each agency, as the law requires."""

from models.actors import inspectorate
from models.ids import agency_id
from models.tables import Agency
from models.words import plain
from tasks.ground.database import transaction
from tasks.inspection.ending import StandingError
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of


def record_recipient(ref: str, agency: str, *, postal_address: str, web_address: str, by: str) -> str:
    """Record how the letter addresses an agency, and return the agency's name.

    Args:
        ref: the inspection.
        agency: its kind, with its number where there are several of the kind, such as `health_2`.
        postal_address: of the agency.
        web_address: of the agency.
        by: who records it.

    Raises:
        StandingError: no such agency, or an address is empty or not a web address.
    """
    if not postal_address.strip() or not web_address.startswith(("http://", "https://")):
        raise StandingError("Give a postal address, and a web address that begins with https://.")
    with transaction() as session:
        inspection_of(session, ref, lock=True)
        row = session.get(Agency, agency_id(ref, agency.strip()))
        if row is None:
            raise StandingError(f"No {plain(agency)} takes part in {ref}.")
        row.postal_address, row.web_address = postal_address.strip(), web_address.strip()
        session.add(row)
        audit.append(session, ref, actor=inspectorate(by), action="recipient.recorded", subject=row.id)
        return row.name
