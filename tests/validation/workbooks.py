"""Takes an XLSX workbook apart as its bytes have it: cells, comments, styles and formulas of each sheet."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Sheet:
    """One sheet: address -> text, address -> comment, address -> number of its style; whether it is hidden."""

    cells: dict[str, str]
    kinds: dict[str, str]
    comments: dict[str, str]
    styles: dict[str, int]
    links: dict[str, str]
    hidden: bool


@dataclass(frozen=True)
class Book:
    """A workbook: its sheets in order, and what each style looks like."""

    sheets: dict[str, Sheet]
    looks: list[dict[str, str]]
    formulas: int

    def look(self, sheet: str, cell: str) -> dict[str, str]:
        """Return number format, fill and border of a cell."""
        return self.looks[self.sheets[sheet].styles[cell]]


def opened(data: bytes) -> Book:
    """Return what a workbook holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    shared = [_text(s) for s in _xml(parts, "xl/sharedStrings.xml")]
    targets = {r.get("Id"): r.get("Target", "") for r in _xml(parts, "xl/_rels/workbook.xml.rels")}
    sheets = {}
    for one in _xml(parts, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        part = f"xl/{targets[one.get(_RELATED)]}"
        sheets[one.get("name", "")] = _sheet(parts, part, shared, one.get("state") is not None)
    formulas = sum(len(re.findall(rb"<f[ >]", data)) for name, data in parts.items() if "worksheets/" in name)
    return Book(sheets, _looks(_xml(parts, "xl/styles.xml")), formulas)


def _xml(parts: dict[str, bytes], name: str) -> ElementTree.Element:
    return ElementTree.fromstring(parts.get(name, b"<none/>"))  # noqa: S314 - our own workbook


def _text(element: ElementTree.Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{_MAIN}t"))


def _sheet(parts: dict[str, bytes], part: str, shared: list[str], hidden: bool) -> Sheet:
    cells, kinds, styles = {}, {}, {}
    root = _xml(parts, part)
    for c in root.iter(f"{_MAIN}c"):
        at, kind, held = c.get("r", ""), c.get("t", "n"), c.findtext(f"{_MAIN}v")
        styles[at] = int(c.get("s", "0"))
        if held is not None:
            cells[at], kinds[at] = shared[int(held)] if kind == "s" else held, kind
    relations = _xml(parts, part.replace("worksheets/", "worksheets/_rels/") + ".rels")
    notes = [r.get("Target", "") for r in relations if "comments" in r.get("Type", "")]
    comments = {
        c.get("ref", ""): _text(c) for n in notes for c in _xml(parts, n.replace("../", "xl/")).iter(f"{_MAIN}comment")
    }
    links = {h.get("ref", ""): h.get("location", "") for h in root.iter(f"{_MAIN}hyperlink")}
    return Sheet(cells, kinds, comments, styles, links, hidden)


def _looks(styles: ElementTree.Element) -> list[dict[str, str]]:
    numbers = {n.get("numFmtId"): n.get("formatCode", "") for n in styles.iter(f"{_MAIN}numFmt")} | {"49": "@"}
    fills = [f.find(f".//{_MAIN}fgColor") for f in styles.iter(f"{_MAIN}fill")]
    borders = [b.find(f"{_MAIN}left") for b in styles.iter(f"{_MAIN}border")]
    formats = styles.find(f"{_MAIN}cellXfs")
    assert formats is not None
    return [
        {
            "number": numbers.get(x.get("numFmtId"), "General"),
            "fill": _of(fills[int(x.get("fillId", "0"))], "rgb"),
            "border": _of(borders[int(x.get("borderId", "0"))], "style"),
        }
        for x in formats
    ]


def _of(element: ElementTree.Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")
