"""Sets the clock of a rehearsal, which only goes forward."""

from datetime import datetime

from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.inspection.ending import StandingError
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of


def set_clock(ref: str, moment: datetime, *, by: str) -> None:
    """Set a rehearsal's clock to `moment`, from where it goes on; every change is in its audit chain.

    Raises:
        StandingError: the inspection is real, or the clock would go back.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if not inspection.rehearsal:
            raise StandingError(f"{ref} is a real inspection. Only a rehearsal has a clock of its own.")
        if moment < inspection.now():
            raise StandingError("A rehearsal's clock only goes forward.")
        # A shift, not a moment: the clock goes on by itself.
        inspection.clock_shift_seconds = int((moment - utc_now()).total_seconds())
        session.add(inspection)
        facts = {"moment": moment.isoformat()}
        audit.append(session, ref, actor=by, action="rehearsal.clock", subject=ref, facts=facts)
