"""Workbooks of made-up rows in the form that other programs give them, written out as those programs do."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

from tests.validation.hand_made import package
from validation.files.readers.grid import letter

Rows = Sequence[Sequence[str | None]]
Sheets = Mapping[str, Rows]

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = "".join(f' xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "table", "text", "style"))
_CALC = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def libreoffice_ods(sheets: Sheets) -> bytes:
    """Return rows as LibreOffice Calc saves them: columns to the edge, equal neighbours once, blank rows to the end."""
    validations = (
        '<table:content-validations><table:content-validation table:name="val1" table:condition="of:cell-content-is-in-'
        'list(&quot;F&quot;;&quot;M&quot;)" table:base-cell-address="$A$2"/></table:content-validations>'
    )
    return _ods("".join(_calc_table(name, rows) for name, rows in sheets.items()), _CALC, validations)


def excel_ods(sheets: Sheets) -> bytes:
    """Return rows as Excel saves them in ODS: one definition of 16,384 columns, and no filling rows."""
    tables = ""
    for name, rows in sheets.items():
        done = "".join(
            f'<table:table-row table:style-name="ro1">{"".join(_cell(c) for c in row)}'
            f'<table:table-cell table:number-columns-repeated="{_LAST_COLUMN - len(row)}"/></table:table-row>'
            for row in rows
        )
        column = f'<table:table-column table:style-name="co1" table:number-columns-repeated="{_LAST_COLUMN}"/>'
        rest = (
            f'<table:table-row table:number-rows-repeated="{_LAST_ROW - len(rows)}"><table:table-cell '
            f'table:number-columns-repeated="{_LAST_COLUMN}"/></table:table-row>'
        )
        tables += f'<table:table table:name="{escape(name)}" table:style-name="ta1">{column}{done}{rest}</table:table>'
    return _ods(tables, "", "<table:calculation-settings/>")


def inline_xlsx(sheets: Sheets) -> bytes:
    """Return rows as a report server writes them: text in the cells, no dimension, whole paths, prefixed elements."""
    parts = _package_parts(list(sheets), target="/xl/worksheets/{}.xml", prefix="x:")
    for number, rows in enumerate(sheets.values(), 1):
        done = "".join(f'<x:row r="{y}">{_inline(row, y)}</x:row>' for y, row in enumerate(rows, 1))
        sheet = f'<x:worksheet xmlns:x="{_MAIN}"><x:cols><x:col min="1" max="5" width="20"/></x:cols>'
        parts[f"xl/worksheets/sheet{number}.xml"] = f"{sheet}<x:sheetData>{done}</x:sheetData></x:worksheet>".encode()
    return package(parts)


def shared_xlsx(sheets: Sheets, root: str = "xl", main: str = "workbook.xml", *, strict: bool = False) -> bytes:
    """Return rows as Google Sheets exports them: shared text, blank formatted cells and rows below the table.

    Args:
        sheets: name -> rows.
        root: the folder of the parts; empty for the root of the package.
        main: the name of the workbook's part.
        strict: whether the relations are those of the strict form.
    """
    texts = sorted({c for rows in sheets.values() for row in rows for c in row if c})
    at = {text: n for n, text in enumerate(texts)}
    parts = _package_parts(list(sheets), root=root, main=main, strict=strict)
    folder = f"{root}/" if root else ""
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    parts[f"{folder}sharedStrings.xml"] = f'<sst xmlns="{_MAIN}" uniqueCount="{len(texts)}">{strings}</sst>'.encode()
    for number, rows in enumerate(sheets.values(), 1):
        done = "".join(_shared(row, y, at) for y, row in enumerate(rows, 1))
        blank = "".join(f'<row r="{y}" ht="15.75"><c r="A{y}" s="1"/></row>' for y in range(len(rows) + 1, 1_001))
        far = f'<row r="{_LAST_ROW}"><c r="XFD{_LAST_ROW}" s="1"/></row>'
        sheet = f'<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheetData>{done}{blank}{far}</sheetData></worksheet>'
        parts[f"{folder}worksheets/sheet{number}.xml"] = sheet.encode()
    return package(parts)


def renamed(data: bytes, old: str, new: str) -> bytes:
    """Return a package whose entries have part of their names replaced."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package({name.replace(old, new): archive.read(name) for name in archive.namelist()})


def with_companions(data: bytes) -> bytes:
    """Return a package as a Mac packs it again, with an entry of its own beside each."""
    companion = b"\0\5\x16\7\0\2\0\0Mac OS X        "
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    beside = {f"__MACOSX/{'/'.join([*n.split('/')[:-1], '._' + n.split('/')[-1]])}": companion for n in parts}
    return package({**parts, **beside, ".DS_Store": b"\0\0\0\1Bud1", "xl/._workbook.xml": companion})


def _calc_table(name: str, rows: Rows) -> str:
    column = f'<table:table-column table:style-name="co1" table:number-columns-repeated="{_LAST_COLUMN}"/>'
    done = "".join(_calc_row(row) for row in rows)
    blank = f'<table:table-cell table:number-columns-repeated="{_LAST_COLUMN}"/></table:table-row>'
    fill = f'<table:table-row table:style-name="ro1" table:number-rows-repeated="{_LAST_ROW - len(rows) - 1}">{blank}'
    last = f'<table:table-row table:style-name="ro1">{blank}'
    area = ' table:print-ranges="$A$1:$C$9"'
    return f'<table:table table:name="{escape(name)}" table:style-name="ta1"{area}>{column}{done}{fill}{last}</table:table>'


def _calc_row(row: Sequence[str | None]) -> str:
    cells, n = "", 0
    while n < len(row):
        count = next((k for k in range(1, len(row) - n) if row[n + k] != row[n]), len(row) - n)
        cells += _cell(row[n], f' table:number-columns-repeated="{count}"' if count > 1 else "", calc=True)
        n += count
    rest = f'<table:table-cell table:number-columns-repeated="{_LAST_COLUMN - len(row)}"/>'
    return f'<table:table-row table:style-name="ro1">{cells}{rest}</table:table-row>'


def _cell(text: str | None, repeated: str = "", *, calc: bool = False) -> str:
    if not text:
        return f'<table:table-cell{repeated} table:style-name="ce1"/>'
    kind = 'office:value-type="string"' + (' calcext:value-type="string"' if calc else "")
    return f"<table:table-cell{repeated} {kind}><text:p>{escape(text)}</text:p></table:table-cell>"


def _ods(tables: str, spaces: str, before: str) -> bytes:
    styles = (
        '<office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties '
        'table:display="true"/></style:style></office:automatic-styles>'
    )
    body = f"<office:body><office:spreadsheet>{before}{tables}<table:named-expressions/></office:spreadsheet></office:body>"
    content = f"<office:document-content{_SPACES}{spaces}>{styles}{body}</office:document-content>"
    return package(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": ('<?xml version="1.0" encoding="UTF-8"?>\n' + content).encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def _package_parts(
    names: list[str],
    root: str = "xl",
    main: str = "workbook.xml",
    target: str = "worksheets/{}.xml",
    prefix: str = "",
    *,
    strict: bool = False,
) -> dict[str, bytes]:
    office = _STRICT if strict else _OFFICE
    folder = f"{root}/" if root else ""
    tabs = "".join(
        f'<{prefix}sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
    )
    space = f'xmlns{":" + prefix[:-1] if prefix else ""}="{_MAIN}" xmlns:r="{office}"'
    book = f"<{prefix}workbook {space}><{prefix}sheets>{tabs}</{prefix}sheets></{prefix}workbook>"
    links = "".join(
        f'<Relationship Type="{office}/worksheet" Target="{target.format(f"sheet{n}")}" Id="rId{n}"/>'
        for n in range(1, len(names) + 1)
    )
    links += f'<Relationship Type="{office}/sharedStrings" Target="sharedStrings.xml" Id="rStrings"/>'
    top = f'<Relationship Type="{office}/officeDocument" Target="/{folder}{main}" Id="rId1"/>'
    return {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}">{top}</Relationships>'.encode(),
        f"{folder}{main}": book.encode(),
        f"{folder}_rels/{main}.rels": f'<Relationships xmlns="{_RELATIONS}">{links}</Relationships>'.encode(),
    }


def _inline(row: Sequence[str | None], y: int) -> str:
    return "".join(
        f'<x:c r="{letter(x)}{y}" t="inlineStr"><x:is><x:t>{escape(text or "")}</x:t></x:is></x:c>'
        for x, text in enumerate(row)
    )


def _shared(row: Sequence[str | None], y: int, at: Mapping[str, int]) -> str:
    cells = "".join(
        f'<c r="{letter(x)}{y}" s="1" t="s"><v>{at[text]}</v></c>' if text else f'<c r="{letter(x)}{y}" s="1"/>'
        for x, text in enumerate(row)
    )
    return f'<row r="{y}">{cells}</row>'
