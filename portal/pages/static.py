"""Serves styles, scripts and images: our own, and those of GOV.UK Frontend without its licensed typeface."""

import re
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from starlette.exceptions import HTTPException

_OWN = Path(__file__).parents[1] / "static"
_GOVUK = Path(__file__).parents[1] / "node_modules" / "govuk-frontend" / "dist" / "govuk"
_DAY = {"Cache-Control": "public, max-age=86400"}
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

router = APIRouter(prefix="/assets")


class MissingAssetsError(RuntimeError):
    """The styles of GOV.UK Frontend are not installed."""

    def __init__(self) -> None:
        super().__init__("GOV.UK Frontend is not installed. Run `npm ci --prefix portal --ignore-scripts`.")


@lru_cache
def styles() -> str:
    """Return GOV.UK Frontend's styles in arial: GDS Transport is licensed for service.gov.uk alone.

    Raises:
        MissingAssetsError: the package is not installed.
    """
    path = _GOVUK / "govuk-frontend.min.css"
    if not path.is_file():
        raise MissingAssetsError
    text = re.sub(r"@font-face\{[^}]*\}", "", path.read_text(encoding="utf-8"))
    # The map of the styles is not served: the tools of a browser would ask for it in vain.
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    return text.replace("GDS Transport,arial", "arial")


@router.get("/govuk.css")
def govuk_styles() -> Response:
    """Serve GOV.UK Frontend's styles."""
    return Response(styles(), media_type="text/css", headers=_DAY)


@router.get("/govuk.js")
def govuk_script() -> Response:
    """Serve GOV.UK Frontend's scripts."""
    return FileResponse(_GOVUK / "govuk-frontend.min.js", media_type="text/javascript", headers=_DAY)


@router.get("/{name}")
def own(name: str) -> Response:
    """Serve one of our own files."""
    path = _OWN / name
    if path.suffix not in _TYPES or path.parent != _OWN or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=_TYPES[path.suffix], headers=_DAY)
