"""The package as an RO-Crate 1.1: what each file is, its digest, what it was made of (PROV), and a page to check it."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from models.tables import AuditEntry, Inspection
from models.words import joined
from tasks.ground.digests import canonical_document, canonical_json, sha256
from tasks.ground.signing import public_keys, sign
from tasks.ledger.themes import theme_of
from tasks.packaging.collecting import PackageFile

METADATA, DIGESTS, PAGE = "ro-crate-metadata.json", "digests.json", "verify.html"
FORMAT = "jtai-package-1"
_CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    {"prov": "http://www.w3.org/ns/prov#", "sha256": "https://w3id.org/ro/terms/workflow-run#sha256"},
]
_PAGE = Path(__file__).with_name("verify.html")
_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_BODIES = "#inspectorates"
_COLLECTION = "https://www.gov.uk/government/collections/joint-inspections-of-local-area-services"
"""Where the inspectorates publish what they do together."""
_NOT_PUBLIC = "Not public. It speaks of children by labels and pseudonyms, and stays where the evidence may be."


def package(
    inspection: Inspection, pieces: Sequence[PackageFile], entries: Iterable[AuditEntry], *, children: bool
) -> dict[str, bytes]:
    """Return the files of a package by their paths.

    Args:
        inspection: of which it is.
        pieces: all that there are.
        entries: of the audit, which says when each was made and by whom.
        children: whether files that speak of children go in.
    """
    chosen = [piece for piece in pieces if children or not piece.of_children]
    files = {piece.path: piece.data for piece in chosen} | {PAGE: _PAGE.read_bytes()}
    files[METADATA] = canonical_document(metadata(inspection, chosen, list(entries), children=children))
    return files | {DIGESTS: digests(inspection.ref, files)}


def digests(ref: str, files: dict[str, bytes]) -> bytes:
    """Return the digests of all files, signed as one: with it nobody changes, adds or takes away a file unseen."""
    body: dict[str, Any] = {"format": FORMAT, "inspection": ref, "key": public_keys()[0].id}
    body["files"] = {path: sha256(data) for path, data in sorted(files.items())}
    return canonical_document(body | {"signature": sign(canonical_json(body)).value})


def metadata(
    inspection: Inspection, pieces: Sequence[PackageFile], entries: Sequence[AuditEntry], *, children: bool
) -> dict[str, Any]:
    """Return the metadata of the crate as plain values (JSON-LD)."""
    there = {piece.path for piece in pieces}
    # The day of the last entry and not of the making: the same record makes the same package (L4).
    last = entries[-1].at[:10] if entries else inspection.announced.isoformat()
    without = "" if children else " Files that speak of children, by labels too, are left out."
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Evidence of the inspection {inspection.ref}",
        "description": f"Joint targeted area inspection of {inspection.area_name}: what was asked, received, drawn, "
        f"decided and written, with its audit.{without}",
        "datePublished": last,
        "license": {"@id": "#conditions" if children else _LICENCE},
        "author": {"@id": _BODIES},
        "publisher": {"@id": _BODIES},
        "hasPart": [{"@id": path} for path in [*sorted(there), DIGESTS, PAGE]],
    }
    graph: list[dict[str, Any]] = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        root,
        _conditions(children=children),
        {
            "@id": _BODIES,
            "@type": "Organization",
            "name": joined(theme_of(inspection).inspectorates),
            "url": _COLLECTION,
        },
        *(_file(piece, there) for piece in pieces),
        _own(DIGESTS, "digests of all other files, signed", "application/json"),
        _own(PAGE, "a page that checks all of this without a network", "text/html"),
        *_acts(pieces, entries),
    ]
    return {"@context": _CONTEXT, "@graph": graph}


def _conditions(*, children: bool) -> dict[str, Any]:
    if children:
        return {"@id": "#conditions", "@type": "CreativeWork", "name": "Conditions", "description": _NOT_PUBLIC}
    name = "Open Government Licence v3.0"
    return {"@id": _LICENCE, "@type": "CreativeWork", "name": name, "description": "For what has been published."}


def _own(path: str, what: str, media: str) -> dict[str, Any]:
    return {"@id": path, "@type": "File", "name": what, "encodingFormat": media}


def _file(piece: PackageFile, there: set[str]) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "@id": piece.path,
        "@type": ["File", "prov:Entity"],
        "name": piece.what,
        "encodingFormat": piece.media,
        "contentSize": str(len(piece.data)),
        "sha256": sha256(piece.data),
    }
    sources = [{"@id": path} for path in piece.made_of if path in there]
    return entity | ({"prov:wasDerivedFrom": _single(sources)} if sources else {})


def _single(values: list[dict[str, str]]) -> dict[str, str] | list[dict[str, str]]:
    """Return a list, or its value where there is but one: so RO-Crate recommends it."""
    return values[0] if len(values) == 1 else values


def _acts(pieces: Sequence[PackageFile], entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return the acts of the audit by which files came to be, each with its entry, and who did it by reference."""
    acts, actors = [], set()
    for action in sorted({piece.made_by for piece in pieces if piece.made_by}):
        for entry in (each for each in entries if each.action == action):
            actors.add(entry.actor)
            made = [{"@id": piece.path} for piece in pieces if piece.made_by == action]
            acts.append(
                {
                    "@id": f"#entry-{entry.number}",
                    "@type": ["CreateAction", "prov:Activity"],
                    "name": f"{action}, entry {entry.number} of the audit",
                    "endTime": entry.at,
                    "agent": {"@id": _agent(entry.actor)},
                    "object": {"@id": "audit/audit.jsonl"},
                    "result": _single(made),
                }
            )
    kinds = {name: "Person" if ": " in name and "system" not in name else "SoftwareApplication" for name in actors}
    agents = [{"@id": _agent(name), "@type": [kinds[name], "prov:Agent"], "name": name} for name in sorted(actors)]
    return [*acts, *agents]


def _agent(actor: str) -> str:
    """Return the id of an agent in the crate, by how the audit names it: a role and a reference."""
    return f"#{re.sub(r'[^A-Za-z0-9]+', '-', actor)}"
