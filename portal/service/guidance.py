"""The guidance of each theme, open to everybody: as a page, PDF or ODT, with the empty workbooks of its returns."""

from datetime import date, datetime
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.england import ENGLAND
from models.themes import Theme, theme
from portal.pages.frame import MEDIA, attachment, page
from tasks.inspection.theme_checks import usable_themes

router = APIRouter(prefix="/guidance")


def _theme(theme_id: str) -> Theme:
    """Return a theme that can be announced; for others there is no page."""
    if theme_id not in usable_themes():
        raise HTTPException(404)
    return theme(theme_id)


@router.get("")
def listed(request: Request) -> Response:
    """Show the themes that have guidance."""
    themes = [theme(theme_id) for theme_id in usable_themes()]
    return page(request, "guidances", "Guidance for areas and agencies", themes=themes)


@router.get("/{theme_id}")
def show(request: Request, theme_id: str) -> Response:
    """Show the guidance of a theme."""
    from tasks.letters.guidance import example_day, guidance

    theme_ = _theme(theme_id)
    document = guidance(theme_, example_day(theme_, datetime.now(ENGLAND).date()))
    return page(request, "guidance", document.title, back="/guidance", document=document, theme=theme_)


@router.get("/{theme_id}/guidance.pdf")
def as_pdf(theme_id: str) -> Response:
    """Return the guidance as a PDF."""
    return _file(theme_id, "pdf")


@router.get("/{theme_id}/guidance.odt")
def as_odt(theme_id: str) -> Response:
    """Return the guidance as an OpenDocument text."""
    return _file(theme_id, "odt")


def _file(theme_id: str, form: str) -> Response:
    from tasks.letters.guidance import example_day

    theme_ = _theme(theme_id)
    day = example_day(theme_, datetime.now(ENGLAND).date())
    return attachment(_rendered(theme_.model_dump_json(), day, form), f"guidance-{theme_.id}.{form}", MEDIA[form])


@lru_cache(maxsize=16)
def _rendered(written: str, day: date, form: str) -> bytes:
    from tasks.letters.guidance import guidance
    from tasks.letters.odt import odt
    from tasks.letters.pdf import pdf

    document = guidance(Theme.model_validate_json(written), day)
    return odt(document) if form == "odt" else pdf(document)


@router.get("/{theme_id}/templates.zip")
def as_templates(theme_id: str) -> Response:
    """Return the empty workbooks of a theme's returns, with their CSV-on-the-Web metadata."""
    from tasks.letters.guidance import templates

    theme_ = _theme(theme_id)
    return attachment(templates(theme_), f"templates-{theme_.id}.zip", "application/zip")
