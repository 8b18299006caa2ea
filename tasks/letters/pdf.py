"""The letter as an accessible PDF: text goes in as data, fonts are the compiler's own, bytes repeat anywhere."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from tasks.letters.blocks import Document

_TEMPLATE = Path(__file__).parent / "letter.typ"
# A letter has no clock: every compilation states the same moment, so that its bytes repeat (L4).
_EPOCH = 0


def pdf(document: Document) -> bytes:
    """Render the letter as PDF/UA-1."""
    compiled: bytes = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(asdict(document), sort_keys=True)},
        pdf_standards=["ua-1"],
        timestamp=_EPOCH,
    )
    return compiled


def chart_png(svg: str) -> bytes:
    """Render a chart as PNG at 200 dots an inch, with the compiler's own fonts."""
    source = '#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
    drawn: bytes = typst.compile(
        source.encode(), format="png", ignore_system_fonts=True, sys_inputs={"svg": svg}, ppi=200.0, timestamp=_EPOCH
    )
    return drawn
