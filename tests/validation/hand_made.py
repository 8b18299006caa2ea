"""Files made by hand, byte for byte: workbooks as no writer of ours makes them, old ones, and ones that mean harm."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from html import escape

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def package(parts: Mapping[str, bytes], level: int | None = None) -> bytes:
    """Return a zip archive of parts, packed as tightly as the level says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def xlsx_parts(cells: bytes, start: bytes = b"") -> dict[str, bytes]:
    """Return the least that looks like a workbook of one sheet: its rows, and what stands before each root."""
    book = b'<workbook xmlns:r="r"><sheets><sheet name="LA-DA" sheetId="1" r:id="rId1"/></sheets></workbook>'
    rels = b'<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    return {
        "[Content_Types].xml": b"<Types/>",
        "xl/workbook.xml": start + book,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>",
    }


def amended(data: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """Return a package with some of its parts rewritten; a part that is not there is made from nothing."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # Some parts become tens of megabytes, and nothing asks how small such a package is.
    return package(parts | {name: change(parts.get(name, b"")) for name, change in changes.items()}, level=1)


def ods(tables: str, start: str = "", manifest: bytes = b"<manifest/>") -> bytes:
    """Return an ODS workbook of tables as its XML has them."""
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?>{start}<office:document-content {_SPACES}>{body}</office:document-content>'
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return package({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest})


def ods_table(rows: Sequence[str], name: str = "LA-DA") -> str:
    """Return a table of rows."""
    return f'<table:table table:name="{escape(name)}">{"".join(rows)}</table:table>'


def ods_row(cells: Sequence[str | None], changed: Mapping[int, str] | None = None, attributes: str = "") -> str:
    """Return a row of texts; `changed` gives whole cells by column from 0."""
    done = [(changed or {}).get(n, ods_cell(c)) for n, c in enumerate(cells)]
    return f"<table:table-row{attributes}>{''.join(done)}</table:table-row>"


def ods_cell(text: str | None, attributes: str = "") -> str:
    """Return a cell of text."""
    if text is None:
        return f"<table:table-cell{attributes}/>"
    return (
        f'<table:table-cell{attributes} office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
    )


def xls(rows: Sequence[Sequence[str | float | None]], sheet: str = "LA-DA", protected: bool = False) -> bytes:
    """Return an old workbook (BIFF8) of one sheet of texts and numbers."""
    head = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    lock = _record(0x002F, struct.pack("<HHHHH", 1, 1, 1, 0, 0) + b"\1" * 48) if protected else b""
    title = sheet.encode("latin-1")
    at = len(head) + len(lock) + 4 + 6 + 2 + len(title) + 4
    bound = _record(0x0085, struct.pack("<IBBBB", at, 0, 0, len(title), 0) + title)
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if isinstance(cell, str):
                data = cell.encode("utf-16-le")
                body += _record(0x0204, struct.pack("<HHHHB", y, x, 0, len(cell), 1) + data)
            elif cell is not None:
                body += _record(0x0203, struct.pack("<HHHd", y, x, 0, cell))
    return _container("Workbook", head + lock + bound + _record(0x000A) + body + _record(0x000A))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _container(name: str, stream: bytes) -> bytes:
    """Return an OLE container with one stream, long enough to stand in whole sectors."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    chain = [*range(3, sectors + 2), 0xFFFFFFFE]
    table = [0xFFFFFFFD, 0xFFFFFFFE, *chain]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = OLE + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    folder = _entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + _entry(name, 2, 2, len(stream), 0xFFFFFFFF)
    return header + struct.pack("<128I", *table) + folder.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    none = 0xFFFFFFFF
    fixed = struct.pack("<HBBIII", len(text), kind, 1, none, none, child) + b"\0" * 36
    return text.ljust(64, b"\0") + fixed + struct.pack("<IQ", start, size)


def renamed_root(data: bytes) -> bytes:
    """Return an XLSX package with its parts in a folder of another name, to which its relations point."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {f"other/{n[3:]}" if n.startswith("xl/") else n: archive.read(n) for n in archive.namelist()}
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/", b"other/")
    return package(parts)
