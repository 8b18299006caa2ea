"""Health of the portal: it works where the database and the store both answer."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text

from models.settings import settings
from tasks.ground import store
from tasks.ground.database import transaction

router = APIRouter()


def failing() -> list[str]:
    """Return the parts that do not answer."""
    parts = []
    for name, check in (("database", _database), ("store", _store)):
        try:
            check()
        except Exception:  # whatever the reason, the answer here is only that the part does not answer
            parts.append(name)
    return parts


def _database() -> None:
    with transaction() as session:
        session.execute(text("SELECT 1"))


def _store() -> None:
    store.client().head_bucket(Bucket=settings().s3_bucket)


@router.get("/health")
def health() -> Response:
    """Answer 200 where all parts answer, and 503 with those that do not."""
    parts = failing()
    return JSONResponse({"ok": not parts, **({"failing": parts} if parts else {})}, 503 if parts else 200)
