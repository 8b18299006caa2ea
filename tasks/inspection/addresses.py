"""Records how the letter addresses each agency, as the law wants it in the letter."""

from models.actors import inspectorate
from models.ids import agency_id
from models.tables import Agency
from models.words import plain
from tasks.ground.database import transaction
from tasks.inspection.ending import StandingError
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of


def record_recipient(ref: str, kind: str, *, postal_address: str, web_address: str, by: str) -> str:
    """Record how the letter addresses an agency, and return the agency's name.

    Raises:
        StandingError: no such agency, or an address is empty or not a web address.
    """
    if not postal_address.strip() or not web_address.startswith(("http://", "https://")):
        raise StandingError("Give a postal address, and a web address that begins with https://.")
    with transaction() as session:
        inspection_of(session, ref, lock=True)
        agency = session.get(Agency, agency_id(ref, kind))
        if agency is None:
            raise StandingError(f"No {plain(kind)} takes part in {ref}.")
        agency.postal_address, agency.web_address = postal_address.strip(), web_address.strip()
        session.add(agency)
        audit.append(session, ref, actor=inspectorate(by), action="recipient.recorded", subject=agency.id)
        return agency.name
