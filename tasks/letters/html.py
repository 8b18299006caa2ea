"""The letter as one web page that stands alone: all text escaped, nothing loaded from elsewhere."""

import re
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from tasks.letters.blocks import FONT, Document

_FOLDER = Path(__file__).parent
_OPENING = re.compile(r"^<svg ([^>]*)>")


def html(document: Document) -> bytes:
    """Render the letter as UTF-8 HTML."""
    loader = jinja2.FileSystemLoader(_FOLDER)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    template = environment.get_template("letter.html.j2")
    return template.render(letter=asdict(document), chart=_chart).encode()


def _chart(figure: dict[str, Any]) -> Markup:
    """Return the chart with its words as one image; our own drawing, whose texts the chart library escaped."""
    words = f'role="img" aria-label="{escape(figure["alternative"])}" '
    drawing = _OPENING.sub(lambda match: f"<svg {words}{match[1]}>", figure["svg"], count=1)
    # A page loads nothing, so its charts are in type that each machine has.
    drawing = drawing.replace(FONT, "arial, helvetica, sans-serif")
    return Markup(drawing)  # noqa: S704
