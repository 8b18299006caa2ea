"""How a visitor of the team's pages reads what was collected: whose records they see."""

from sqlmodel import Session

from models.states import WhyRestricted
from portal.pages.session import Visitor
from tasks.reading.visibility import Reader, reader_of


def reader_for(session: Session, ref: str, member: Visitor, *, opens: WhyRestricted | None = None) -> Reader:
    """Return how a member of the team reads an inspection, or the inspector as whom the lead looks at a page.

    Args:
        session: of the ledger.
        ref: the inspection.
        member: who reads.
        opens: why they open rows whose use a person has restricted; None where they do not.
    """
    inspectorate = member.look.inspectorate if member.look else ""
    return reader_of(session, ref, member.person, member.by, inspectorate=inspectorate, opens=opens)
