"""The table of replies to comments as a download, for agencies and the team alike."""

from fastapi import Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.frame import MEDIA, attachment
from tasks.accuracy.replies import replies_of
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of
from tasks.letters.replies_table import FORMATS, replies_document


def replies_download(ref: str, kind: str, agency_id: str, *, by: str) -> Response:
    """Return the replies to comments as a document in one of its formats; the audit records who took it.

    Args:
        ref: the inspection.
        kind: the format.
        agency_id: whose comments; empty for all of the area.
        by: who takes it.

    Raises:
        HTTPException: there is no such format.
    """
    if kind not in FORMATS:
        raise HTTPException(404)
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        replies = replies_of(session, ref, agency_id)
        facts = {"comments": len(replies), "as": kind}
        audit.append(session, ref, actor=by, action="replies.read", subject=ref, facts=facts)
        title = theme_of(inspection).title
    document = replies_document(inspection.area_name, title, replies, rehearsal=inspection.rehearsal)
    return attachment(FORMATS[kind](document), f"{ref}-replies-to-comments.{kind}", MEDIA[kind])
