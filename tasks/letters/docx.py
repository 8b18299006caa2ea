"""The letter as a Word document, from a template built in code; entries and times fixed, so that bytes repeat."""

import io
import zipfile
from dataclasses import asdict
from typing import Any

from docxtpl import DocxTemplate, InlineImage

from tasks.letters.blocks import Document
from tasks.letters.docx_template import PAGE_WIDTH, template
from tasks.letters.pdf import chart_png

# The first moment that an archive can name.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def docx(document: Document) -> bytes:
    """Render the letter as DOCX."""
    made = DocxTemplate(io.BytesIO(template()))
    letter = asdict(document)
    for section in letter["sections"]:
        _prepare(made, section["blocks"])
    made.render({"letter": letter}, autoescape=True)
    _describe(made, [block for section in letter["sections"] for block in section["blocks"]])
    rendered = io.BytesIO()
    made.save(rendered)
    return repeatable(_with_anchor(rendered.getvalue(), document.anchor) if document.anchor else rendered.getvalue())


_CUSTOM = "docProps/custom.xml"
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="jtai-anchor"><vt:lpwstr>{}</vt:lpwstr>'
    "</property></Properties>"
)
_TYPE = (
    f'<Override PartName="/{_CUSTOM}" '
    'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
)
_RELATION = (
    '<Relationship Id="rIdAnchor" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties" '
    f'Target="{_CUSTOM}"/></Relationships>'
)


def _with_anchor(package: bytes, anchor: str) -> bytes:
    """Return a package with a custom property that has the anchor, as Word shows it under Advanced properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            part = given.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(b"</Types>", _TYPE.encode())
            elif name == "_rels/.rels":
                part = part.replace(b"</Relationships>", _RELATION.encode())
            made.writestr(name, part)
        made.writestr(_CUSTOM, _PROPERTIES.format(anchor))
    return out.getvalue()


def _prepare(template_: DocxTemplate, blocks: list[dict[str, Any]]) -> None:
    """Set the picture of each figure."""
    for block in blocks:
        if block["kind"] == "figure":
            block["picture"] = InlineImage(template_, io.BytesIO(chart_png(block["svg"])), width=PAGE_WIDTH)


def _describe(template_: DocxTemplate, blocks: list[dict[str, Any]]) -> None:
    """Write the words that stand in for each picture, in order."""
    words = [block["alternative"] for block in blocks if block["kind"] == "figure"]
    shapes = template_.docx.inline_shapes
    for number, alternative in enumerate(words):
        properties = shapes[number]._inline.docPr
        properties.set("descr", alternative)
        properties.set("name", f"Chart {number + 1}")
        properties.set("id", str(number + 1))


def repeatable(package: bytes) -> bytes:
    """Return a zip package with sorted entries and one fixed time."""
    # The library writes the clock into every entry and the parts in its own order; Word wants the types first.
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as given, zipfile.ZipFile(out, "w") as made:
        for name in sorted(given.namelist(), key=lambda entry: (entry != "[Content_Types].xml", entry)):
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            # As on Unix: Python would name the system that it runs on (L4).
            entry.create_system = 3
            made.writestr(entry, given.read(name))
    return out.getvalue()
