"""Counts the tracked children behind each message, and lets the counts leave through disclosure control. Pure."""

import json
from collections.abc import Mapping, Sequence

from tasks.disclosure.certificates import document
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import Cell, Method, Publication, Published, parts_table
from tasks.ground.digests import sha256
from tasks.theming.grouping import Grouped
from tasks.theming.report import Children

Case = tuple[str, str]
"""Reference of an inspection and label of a tracked child in it; one child each."""

_TRACKED = "tracked"


def cases_behind(message: Grouped, cases: Mapping[tuple[str, str], Sequence[str]]) -> frozenset[Case]:
    """Return the tracked children behind a message, as it leans.

    Args:
        message: over all areas.
        cases: reference of an inspection and id of a finding -> labels of the children who show it.
    """
    return frozenset(
        (match.text.source, label)
        for area in message.standing
        for match in area.matches
        if message.message.leans in (match.text.lean.leaning, "either")
        for label in cases.get((match.text.source, match.text.place), ())
    )


def publication_of(
    ref: str, method: Method, tracked: frozenset[Case], behind: Mapping[str, frozenset[Case]]
) -> Publication:
    """Return the counts of a report: all tracked children, and of them those behind each message, who may overlap."""
    # The total is withheld last: a reader loses more by it than by any one message.
    whole = Cell(f"{ref}:{_TRACKED}", len(tracked), weight=5)
    parts = [Cell(f"{ref}:{code}", len(cases & tracked)) for code, cases in sorted(behind.items())]
    return Publication(f"the thematic report {ref}", method, (parts_table("tracked children", whole, parts),))


def counted(publication: Publication, earlier: Sequence[Published]) -> tuple[Children, bytes]:
    """Return the counts as they may be shown beside all that left before, with their certificate.

    Raises:
        DisclosureRefusedError: they cannot leave.
    """
    protected = protect(publication, earlier)
    certificate = document(publication, protected, earlier)
    shown = {cell.rpartition(":")[2]: number for cell, number in protected.shown.items()}
    tracked = shown.pop(_TRACKED)
    return Children(tracked, shown, publication.method == Method.ROUND, sha256(certificate)), certificate


def left(certificate: bytes) -> Published:
    """Return what a certificate says left."""
    return Published.from_json(json.loads(certificate)["published"])
