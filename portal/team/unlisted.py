"""How many children may be in no list at all, as whoever leads an inspection reads it; each reading is recorded."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.tables import Inspection
from portal.pages.frame import page
from portal.pages.session import EstimateReader
from tasks.cohort.versions import cohorts_of
from tasks.ground.database import transaction

router = APIRouter(prefix="/inspections/{ref}/lists/unlisted")


@router.get("")
def show(request: Request, ref: str, member: EstimateReader) -> Response:
    """Show the estimate of the cohort in force, or why there is none."""
    # Imported here, because frames take a moment that other pages do not need.
    from tasks.disclosure.tables import in_words
    from tasks.estimate import wording
    from tasks.estimate.reading import read_estimate

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        if not cohorts_of(session, ref):
            raise HTTPException(404)
    estimate = read_estimate(ref, by=member.by)
    made, shown, version = estimate.made, estimate.shown, estimate.cohort.version
    facts: dict[str, Any] = {
        "inspection": inspection,
        "cohort": estimate.cohort,
        "sentence": wording.in_sentence(made),
        "bound": wording.bound_in_sentence(made),
        "cautions": wording.cautions(made, links=True),
        "lists": wording.lists_in_words(made, shown, version),
        "put_together": wording.put_together_in_words(made),
        "seen": in_words(wording.seen_shown(shown, version)),
        "shared": in_words(wording.shared_shown(shown, version)),
        "back": f"/inspections/{ref}/lists",
    }
    return page(request, "unlisted", "Children in no list", **facts)
