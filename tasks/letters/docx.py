"""The letter as a Word document, from a template built in code; entries and times fixed, so that bytes repeat."""

import io
import zipfile
from dataclasses import asdict
from typing import Any

from docxtpl import DocxTemplate, InlineImage

from tasks.letters.blocks import Document
from tasks.letters.docx_template import PAGE_WIDTH, template
from tasks.letters.pdf import chart_png

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
    return repeatable(rendered.getvalue())


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
            entry.create_system = 3
            made.writestr(entry, given.read(name))
    return out.getvalue()
