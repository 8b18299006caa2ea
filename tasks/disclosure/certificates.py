"""The certificate of figures that leave: what was attacked, with what, and how few values any hidden count keeps."""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.disclosure.protecting import Protected
from tasks.disclosure.solver import solver_name
from tasks.disclosure.tables import Publication, Published, Table
from tasks.ground.digests import canonical_document, sha256

FORMAT = "jtai-figures-1"


def document(publication: Publication, protected: Protected, earlier: Sequence[Published]) -> bytes:
    """Return what left and its certificate as canonical JSON; no count that is not shown stands in it."""
    published, narrowest = protected.published, protected.narrowest
    certificate = {
        "method": publication.method.value,
        "tables": {table.name: table_digest(table) for table in publication.tables},
        "earlier": sorted(sha256(canonical_document(each.as_json())) for each in earlier),
        "withheld": sum(number is None for number in published.shown.values()),
        "hidden": len(protected.ranges),
        "narrowest": {"values": narrowest[0], "cell": narrowest[1]} if narrowest else None,
        "ranges": {cell: list(limits) for cell, limits in sorted(protected.ranges.items())},
        "solver": solver_name(),
    }
    return canonical_document({"format": FORMAT, "published": published.as_json(), "certificate": certificate})


def protected_in(stored: Mapping[str, Any]) -> Protected:
    """Return what a document says left."""
    ranges = {cell: (low, high) for cell, (low, high) in stored["certificate"]["ranges"].items()}
    return Protected(Published.from_json(stored["published"]), ranges)


def table_digest(table: Table) -> str:
    """Return the digest of a table's counts and of what is known of them, in whatever order they are."""
    cells = sorted([cell.id, cell.count, cell.offered] for cell in table.cells)
    relations = [[relation.whole, list(relation.parts), relation.complete] for relation in sorted(table.relations)]
    return sha256(canonical_document({"name": table.name, "cells": cells, "relations": relations}))


def input_digest(publication: Publication) -> str:
    """Return the digest of all that a publication was made from."""
    tables = sorted(table_digest(table) for table in publication.tables)
    return sha256(canonical_document({"method": publication.method.value, "tables": tables}))
