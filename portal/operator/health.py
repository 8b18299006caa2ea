"""Says whether the portal can do its work: the database and the store both answer."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text

from models.settings import settings
from tasks.ground import store
from tasks.ground.database import transaction

router = APIRouter()


def failing() -> list[str]:
    """Return the parts that do not answer."""
    found = []
    for name, look in (("database", _database), ("store", _store)):
        try:
            look()
        except Exception:  # whatever keeps a part from answering, the question here is only whether it does
            found.append(name)
    return found


def _database() -> None:
    with transaction() as session:
        session.execute(text("SELECT 1"))


def _store() -> None:
    store.client().head_bucket(Bucket=settings().s3_bucket)


@router.get("/health")
def health() -> Response:
    """Answer 200 where all parts answer, and 503 with those that do not."""
    wrong = failing()
    return JSONResponse({"ok": not wrong, **({"failing": wrong} if wrong else {})}, 503 if wrong else 200)
