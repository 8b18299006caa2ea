"""The theme by which an inspection goes: the one that it began with, whatever became of the theme's file since."""

from functools import lru_cache

from sqlalchemy.orm import object_session
from sqlmodel import Session

from models.refusals import Refusal
from models.tables import Inspection, KeptTheme
from models.themes import Theme, path_of, theme
from tasks.ground.database import transaction
from tasks.ground.digests import sha256


def keep_theme(session: Session, inspection: Inspection) -> str:
    """Keep the theme of an inspection that begins as it is now, and return the digest of its file.

    Raises:
        UnknownThemeError, ThemeFileError: there is no such theme, or its file has mistakes.
    """
    written, now = path_of(inspection.theme_id).read_bytes(), theme(inspection.theme_id)
    digest, inspection.theme_mark = sha256(written), _mark(now)
    kept = KeptTheme(inspection=inspection.ref, sha256=digest, written=written.decode(), resolved=now.model_dump_json())
    session.add(kept)
    session.add(inspection)
    return digest


def digest_of(session: Session, ref: str) -> str:
    """Return the digest of the theme's file as it was when an inspection began; empty where none was kept."""
    kept = session.get(KeptTheme, ref)
    return kept.sha256 if kept else ""


def theme_of(inspection: Inspection) -> Theme:
    """Return the theme that an inspection began with; the file's own where it began before themes were kept."""
    try:
        now = theme(inspection.theme_id)
    except Refusal:
        # The file is gone, or somebody is changing it: the inspection goes on by what it began with.
        return _kept(inspection)
    # As long as nothing has changed, nobody asks the ledger.
    return now if inspection.theme_mark in ("", _mark(now)) else _kept(inspection)


def _kept(inspection: Inspection) -> Theme:
    own = object_session(inspection)
    if own is not None:
        return _read(own.get_one(KeptTheme, inspection.ref).resolved)
    with transaction() as session:
        return _read(session.get_one(KeptTheme, inspection.ref).resolved)


@lru_cache(maxsize=64)
def _read(resolved: str) -> Theme:
    return Theme.model_validate_json(resolved)


_marks: dict[int, tuple[Theme, str]] = {}


def _mark(theme_: Theme) -> str:
    """Return a digest of all that a theme says, with what it inherits."""
    # By the object itself, which is kept with its mark: a theme that was read again is another object.
    of_theme, mark = _marks.get(id(theme_), (None, ""))
    if of_theme is not theme_:
        mark = sha256(theme_.model_dump_json().encode())
        _marks[id(theme_)] = (theme_, mark)
    return mark
