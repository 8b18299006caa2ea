"""Says under whose key an object of the evidence store is sealed, by its own key there; nothing else decides it."""

import re
from pathlib import PurePosixPath

from models.keys import CERTIFICATES, INCOMING, PERSONS, PUBLIC
from models.retention import RecordClass, class_of
from models.states import LetterStatus, ReportStatus

PROGRAMME_SCOPE = "programme"
"""The scope of what belongs to no one inspection, such as thematic reports and figures that left."""

_OPEN = frozenset({PUBLIC, "anchors", "audit", "checks", "commitments", "witnesses", CERTIFICATES})
"""Folders of what anybody may read, or must be able to verify when no key is left."""

_OF_A_REQUEST = frozenset({"incoming", "templates", "returns"})
"""Folders whose next part is the id of a request."""

_OF_THE_PROGRAMME = frozenset({"figures", "reports"})
_REF = re.compile(r".+?-\d{8}(?=-|$)")
"""An inspection's reference ends with the day of its announcement, and a request's id goes on from there."""

_PUBLISHED = {
    ("letters", LetterStatus.PUBLISHED.value): "letter-",
    ("reports", ReportStatus.PUBLISHED.value): "report-",
}
"""Folder and status of what was published, and how its files begin; the evidence that lies with them stays inside."""


def scope_of(key: str) -> str | None:
    """Return the scope whose key seals the object at `key`; None for what is public, which is not sealed.

    A file that was sent has a scope of its own within its inspection's, so that it can be destroyed alone.
    """
    folder, *rest = PurePosixPath(key).parts or ("",)
    if folder in _OPEN or _is_published(folder, rest):
        return None
    # What these hold is of several inspections, and ends with none of them.
    if folder in _OF_THE_PROGRAMME or not rest:
        return PROGRAMME_SCOPE
    if folder == PERSONS:
        return persons_scope(rest[0])
    if folder not in _OF_A_REQUEST:
        ref = inspection_in(rest[0])
        return class_scope(ref, class_of(key, ref)) if ref else PROGRAMME_SCOPE
    ref = inspection_in(PurePosixPath(rest[0]).name)
    if not ref:
        return PROGRAMME_SCOPE
    is_upload = key.startswith(INCOMING) and len(rest) > 1
    return upload_scope(ref, PurePosixPath(rest[-1]).stem) if is_upload else class_scope(ref, RecordClass.CHILDREN)


def class_scope(ref: str, record_class: RecordClass | None) -> str:
    """Return the scope of a class of record of an inspection; the inspection's own for what is kept longest.

    Classes are destroyed at different times, and each takes its own key with it.
    """
    return ref if record_class in (None, RecordClass.RECORD) else f"{ref}/{record_class}"


def inspection_in(identity: str) -> str:
    """Return the reference of the inspection with which the id of a request, or a reference itself, begins; or ''."""
    reference = _REF.match(identity)
    return reference[0] if reference else ""


def upload_scope(ref: str, upload: str) -> str:
    """Return the scope of the file that one upload brought."""
    return f"{ref}/{upload}"


def persons_scope(request: str) -> str:
    """Return the scope of who asked for something about themselves: of no one inspection, and destroyed alone."""
    return f"{PROGRAMME_SCOPE}/{request}"


def parent_of(scope: str) -> str:
    """Return the scope within which a scope lies, whose end is the end of both; '' where it stands by itself."""
    return scope.rpartition("/")[0]


def _is_published(folder: str, rest: list[str]) -> bool:
    # Whose it is, status, version and file: what is shorter names no file.
    if len(rest) < 4:
        return False
    begins = _PUBLISHED.get((folder, rest[1]))
    # Evidence behind a published letter lies in the same folder, and stays sealed.
    return begins is not None and rest[-1].startswith(begins)
