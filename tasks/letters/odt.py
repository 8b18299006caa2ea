"""A document as OpenDocument text (ODF 1.3): the same blocks as every format, fixed times, so that bytes repeat."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2

from tasks.letters.blocks import Document
from tasks.letters.pdf import chart_png

_FOLDER = Path(__file__).parent
_TYPE = "application/vnd.oasis.opendocument.text"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
# Between the margins of a page of A4.
_WIDTH = 17
# What XML cannot hold, for example a form feed that came in with pasted text.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">\n'
    f'<manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="{_TYPE}"/>\n'
    "{% for name, kind in entries %}"
    '<manifest:file-entry manifest:full-path="{{ name }}" manifest:media-type="{{ kind }}"/>\n'
    "{% endfor %}</manifest:manifest>\n"
)
_META = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'office:version="1.3"><office:meta>'
    "<dc:title>{{ letter.title }}{% if letter.subtitle %}: {{ letter.subtitle }}{% endif %}</dc:title>"
    "<dc:language>en-GB</dc:language>"
    '{% if letter.anchor %}<meta:user-defined meta:name="jtai-anchor">{{ letter.anchor }}</meta:user-defined>'
    "{% endif %}"
    "</office:meta></office:document-meta>\n"
)


def odt(document: Document) -> bytes:
    """Render a document as ODT."""
    loader = jinja2.FileSystemLoader(_FOLDER)
    made = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    letter = _for_xml(asdict(document))
    pictures = dict(_prepare([block for section in letter["sections"] for block in section["blocks"]]))
    columns = dict.fromkeys(
        column for section in letter["sections"] for block in section["blocks"] for column in block.get("columns", ())
    )
    content = made.get_template("letter.odt.j2").render(letter=letter, columns=columns, width=_WIDTH)
    parts = {
        "content.xml": content.encode(),
        "styles.xml": made.get_template("odt_styles.xml.j2").render(banner=letter["banner"]).encode(),
        "meta.xml": made.from_string(_META).render(letter=letter).encode(),
        **pictures,
    }
    entries = [(name, "image/png" if name in pictures else "text/xml") for name in parts]
    parts["META-INF/manifest.xml"] = made.from_string(_MANIFEST).render(entries=entries).encode()
    return _packed(parts)


def _prepare(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, bytes]]:
    """Set the widths of each table's columns in centimetres; yield name and content of each picture, and place it."""
    for number, block in enumerate(blocks, 1):
        if block["kind"] == "table":
            whole = sum(block["widths"])
            block["columns"] = [f"{_WIDTH * share / whole:.2f}" for share in block["widths"]]
        if block["kind"] == "figure":
            picture = chart_png(block["svg"])
            # A PNG says its width and height in the same place always.
            width, height = (int.from_bytes(picture[start : start + 4], "big") for start in (16, 20))
            block["height"], block["picture"] = f"{_WIDTH * height / width:.2f}", f"Pictures/chart-{number}.png"
            yield block["picture"], picture


def _for_xml(value: Any) -> Any:
    """Return a value with a sign of replacement for each character that XML cannot hold."""
    if isinstance(value, str):
        return _NO_XML.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: _for_xml(each) for name, each in value.items()}
    return [_for_xml(each) for each in value] if isinstance(value, list | tuple) else value


def _packed(parts: dict[str, bytes]) -> bytes:
    """Return parts as a package, with one fixed time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        # The type comes first and uncompressed, so that programs know the file by its first bytes.
        for name, content in {"mimetype": _TYPE.encode(), **parts}.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(entry, content)
    return out.getvalue()
