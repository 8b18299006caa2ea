"""A letter without its anchor: what two inspections that went the same way, at different moments, must have alike."""

import io
import json
import re
import zipfile

from pypdf import PdfReader

from tasks.ground.digests import canonical_document

_NAMED = rb"[^<>]*jtai-anchor[^<>]*"
_PLACES = (
    re.compile(rb"<meta name=\"jtai-anchor\"[^>]*>\s*"),
    re.compile(rb"<meta:user-defined" + _NAMED + rb">[^<]*</meta:user-defined>"),
    re.compile(rb"<Override PartName=\"/docProps/custom\.xml\"[^>]*/>"),
    re.compile(rb"<Relationship Id=\"rIdAnchor\"[^>]*/>"),
)
"""Where the web page, the parts of an ODT and those of a DOCX have it."""


def without_anchor(data: bytes, kind: str) -> bytes:
    """Return what a letter of a format says and how, but for its anchor, which is of one record at one moment.

    Of a PDF it is the text of the pages: every byte of its file depends on its metadata.
    """
    if kind == "json":
        return canonical_document(json.loads(data) | {"anchor": None})
    if kind == "pdf":
        return "\f".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).encode()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist() if name != "docProps/custom.xml"}
        return b"\n".join(name.encode() + b"\n" + _cleared(part) for name, part in parts.items())
    return _cleared(data)


def _cleared(part: bytes) -> bytes:
    for place in _PLACES:
        part = place.sub(b"", part)
    return part
