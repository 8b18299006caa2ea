"""Records figures as they leave, each checked against all that left its inspection before."""

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session, col, select

from models.keys import by_content, figures_folder
from models.tables import PublishedFigures
from tasks.disclosure.certificates import document, input_digest, protected_in
from tasks.disclosure.protecting import Protected, protect
from tasks.disclosure.tables import Publication, Published, name_of
from tasks.ground import store
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of


def leave(
    session: Session, ref: str, publication: Publication, *, by: str, unrecorded: Sequence[Published] = ()
) -> Protected:
    """Return a publication's counts as they may be shown, and record that they leave.

    What leaves again from the same counts leaves the same way. The inspection's row is locked, so that no two leave
    without knowing of each other.

    Args:
        session: a transaction.
        ref: the inspection that the counts are of.
        publication: its counts.
        by: who lets them leave, as the audit names them.
        unrecorded: what left before there were records of it.

    Raises:
        DisclosureRefusedError: they cannot leave.
    """
    inspection = inspection_of(session, ref, lock=True)
    rows = figures_of(session, ref)
    digest = input_digest(publication)
    for row in rows:
        if row.input_sha256 == digest:
            return left(row)
    earlier = (*unrecorded, *(left(row).published for row in rows))
    protected = protect(replace(publication, follows=_versions(publication, earlier)), earlier)
    data = document(publication, protected, earlier)
    key = store.put_once(by_content(figures_folder(ref), "figures", sha256(data), "json"), data).key
    number = rows[-1].number + 1 if rows else 1
    session.add(
        PublishedFigures(
            inspection=ref,
            number=number,
            name=publication.name,
            input_sha256=digest,
            key=key,
            sha256=sha256(data),
            left_at=inspection.now(),
        )
    )
    narrowest = protected.narrowest
    facts = {"certificate_sha256": sha256(data), "values": narrowest[0] if narrowest else None, "number": number}
    audit.append(session, ref, actor=by, action="figures.left", subject=ref, facts=facts)
    return protected


def figures_of(session: Session, ref: str) -> list[PublishedFigures]:
    """Return what left of an inspection, the first first."""
    query = select(PublishedFigures).where(PublishedFigures.inspection == ref)
    return list(session.exec(query.order_by(col(PublishedFigures.number))))


def left(row: PublishedFigures) -> Protected:
    """Return what left, from the store."""
    return protected_in(json.loads(store.get(row.key)))


def _versions(publication: Publication, earlier: Sequence[Published]) -> tuple[tuple[str, str], ...]:
    """Return each offered cell with the cells of earlier versions that count the same."""
    before: dict[str, set[str]] = {}
    for cell in (cell for each in earlier for cell in each.shown):
        before.setdefault(name_of(cell), set()).add(cell)
    offered = [name for name, cell in publication.cells.items() if cell.offered]
    return tuple((cell, other) for cell in offered for other in sorted(before.get(name_of(cell), ())) if other != cell)
