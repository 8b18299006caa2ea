"""The letter as an accessible PDF: text goes in as data, fonts come with us, bytes repeat anywhere."""

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import ttf_opensans
import typst

from tasks.letters.blocks import Document

_TEMPLATE = Path(__file__).parent / "letter.typ"
# A letter has no clock: every compilation states the same moment, so that its bytes repeat (L4).
_EPOCH = 0


@lru_cache
def _fonts() -> typst.Fonts:
    """Return our fonts and the compiler's own; none of the machine's, on which bytes would depend."""
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(ttf_opensans.__file__).parent])


def pdf(document: Document) -> bytes:
    """Render the letter as PDF/UA-1."""
    compiled: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"letter": json.dumps(asdict(document), sort_keys=True)},
        pdf_standards=["ua-1"],
        timestamp=_EPOCH,
    )
    return compiled


def chart_png(svg: str) -> bytes:
    """Render a chart as PNG at 200 dots an inch, with our own fonts."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
    drawn: bytes = typst.compile(
        source.encode(),
        format="png",
        font_paths=_fonts(),
        sys_inputs={"svg": svg},
        ppi=200.0,
        timestamp=_EPOCH,
    )
    return drawn
