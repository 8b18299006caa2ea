"""Makes the public pages anew after a letter was published, withdrawn or replaced."""

from models.tables import Inspection
from models.words import plural
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, finish
from tasks.publishing.gathering import public_inspections, public_reports
from tasks.publishing.pages import address, alone, keep_pages
from tasks.publishing.site import site

_ACTOR = "system: compile-findings"


def pages_name(claimed: Claim) -> str:
    """Return what people call the work: the area and the public pages."""
    with transaction() as session:
        return f"{inspection_of(session, claimed.inspection).area_name} - public pages"


def publish_pages(claimed: Claim) -> str:
    """Make all public pages from what the ledger says now, and serve them from then on; safe to repeat."""
    with transaction() as session:
        # A rehearsal is no inspection, and nothing of it is public.
        if session.get_one(Inspection, claimed.inspection).rehearsal:
            finish(session, claimed)
            return "nothing of a rehearsal is public"
        alone(session)
        row = keep_pages(session, site(public_inspections(session), address(), public_reports(session)))
        finish(session, claimed)
        facts = {"pages": row.number, "files": row.files, "sha256": row.sha256}
        audit.append(
            session, claimed.inspection, actor=_ACTOR, action="pages.published", subject=claimed.inspection, facts=facts
        )
        return plural(row.files, "file")
