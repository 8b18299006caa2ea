"""Pages of a workbook as plain values, and their writers for XLSX, ODS and CSV; the same pages make the same bytes."""

import csv
import io
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any, Literal

import xlsxwriter

from validation.files.readers.grid import letter

Kind = Literal["text", "date", "head", "title"]
Format = Literal["xlsx", "ods", "csv"]

_CREATED = datetime(2024, 1, 1)
_ZIPPED = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name: the same pages make the same bytes (L4)
# Rows of a template that have drop-downs; a real list of one area is seldom longer.
_LAST = 2_000
# Characters that fit side by side on a page of A4, at two thirds of their size and above.
_ROOM, _ROOM_ON_SIDE = 140, 200
_A4 = 9  # in the numbers of XLSX
_LINE, _TALLEST = 15, 400  # points
# What spreadsheets take for the start of a formula: a cell of a sender must never run on the reader's machine.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Page:
    """One sheet.

    Attributes:
        name: of the sheet.
        rows: of cells; a date becomes a real date, None a blank.
        header: whether the first row is a header row to be frozen and emphasised.
        title: whether the first row is the sheet's title.
        lists: column from 0 -> the range of cells, such as `Codes!$A$2:$A$4`, that its drop-down offers.
        dates: columns from 0 that hold dates.
        widths: width of each column in characters.
        wrap: whether cells are read as text: long ones go on in further lines.
        landscape: whether it is printed on pages that lie on their side.
        struck: rows from 0 that no longer hold, and are struck out in XLSX.
    """

    name: str
    rows: Sequence[Sequence[object]]
    header: bool = False
    title: bool = False
    lists: Mapping[int, str] = field(default_factory=dict)
    dates: frozenset[int] = frozenset()
    widths: Sequence[int] = ()
    wrap: bool = False
    landscape: bool = False
    struck: frozenset[int] = frozenset()

    @property
    def pages_wide(self) -> int:
        """Return on how many pages side by side it is printed, so that nothing is smaller than can be read."""
        room = _ROOM_ON_SIDE if self.landscape else _ROOM
        return max(1, math.ceil(sum(self.widths) / room))


def write_pages(pages: Sequence[Page], form: Format) -> bytes:
    """Return the pages as a workbook, or the first of them as CSV."""
    if form == "xlsx":
        return _xlsx(pages)
    return _ods(pages) if form == "ods" else to_csv(pages[0].rows)


def to_csv(rows: Sequence[Sequence[object]]) -> bytes:
    """Return rows as CSV in UTF-8 with a byte-order mark, by which Excel knows the encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[_shown(c) for c in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)


def _xlsx(pages: Sequence[Page]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _CREATED, "title": pages[0].name})
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#D9E7F2", "border": 1, "text_wrap": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "text": book.add_format({"num_format": "@"}),
            "prose": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "struck": book.add_format(
                {"num_format": "@", "text_wrap": True, "valign": "top", "font_strikeout": True, "font_color": "#505A5F"}
            ),
        }
        for page in pages:
            _xlsx_page(book, page, formats)
    return out.getvalue()


def _xlsx_page(book: xlsxwriter.Workbook, page: Page, formats: dict[str, object]) -> None:
    sheet = book.add_worksheet(page.name)
    for n, width in enumerate(page.widths):
        # Text columns keep the leading zeros that people type; date columns show days as people write them.
        plain = "prose" if page.wrap else "text"
        form = formats["date" if n in page.dates else plain] if page.header or page.wrap else None
        sheet.set_column(n, n, width, form)
    for y, row in enumerate(page.rows):
        form = formats["head"] if y == 0 and page.header else formats["title"] if y == 0 and page.title else None
        if page.wrap and not (y == 0 and page.title):
            form = form or formats["prose"]
            sheet.set_row(y, _height([_shown(cell) for cell in row], page.widths))
        form = formats["struck"] if y in page.struck else form
        for x, cell in enumerate(row):
            _xlsx_cell(sheet, y, x, cell, form, formats)
    _xlsx_print(sheet, page)
    if page.header:
        sheet.freeze_panes(1, 0)
    for x, source in page.lists.items():
        offer = {
            "validate": "list",
            "source": f"={source}",
            "error_type": "warning",
            "error_message": "Use one of the codes.",
        }
        sheet.data_validation(1, x, _LAST, x, offer)


def _height(row: Sequence[str], widths: Sequence[int]) -> int:
    """Return the height of a row that shows wrapped texts whole; not every program finds it by itself."""
    lines = (len(text) // max(1, int(width * 0.9)) + 1 for text, width in zip(row, widths, strict=False))
    return min(_TALLEST, _LINE * max(lines, default=1))


def _xlsx_print(sheet: Any, page: Page) -> None:
    sheet.set_paper(_A4)
    if page.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(page.pages_wide, 0)
    if page.header:
        sheet.repeat_rows(0)
        if page.pages_wide > 1:
            sheet.repeat_columns(0)


def _xlsx_cell(sheet: object, y: int, x: int, cell: object, form: object, formats: dict[str, object]) -> None:
    if isinstance(cell, date):
        sheet.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), formats["date"])  # type: ignore[attr-defined]
    elif isinstance(cell, int):
        sheet.write_number(y, x, cell, form)  # type: ignore[attr-defined]
    elif cell is not None:
        sheet.write_string(y, x, str(cell), form)  # type: ignore[attr-defined]


_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
)
_STYLES = (
    '<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text>'
    '<number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="date" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="prose" style:family="table-cell">'
    '<style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/></style:style>'
    '<style:style style:name="tall" style:family="table-row">'
    '<style:table-row-properties style:use-optimal-row-height="true"/></style:style>'
)
_CENTIMETRES = 0.2  # for each character of a column's width


def _ods(pages: Sequence[Page]) -> bytes:
    offers = {(p.name, x): source for p in pages for x, source in p.lists.items()}
    names = {key: f"v{n}" for n, key in enumerate(offers)}
    validations = "".join(
        f'<table:content-validation table:name="{names[key]}" table:allow-empty-cell="true" table:condition='
        f'"of:cell-content-is-in-list([{_ods_range(source)}])" table:base-cell-address="{key[0]}.A1"/>'
        for key, source in offers.items()
    )
    block = f"<table:content-validations>{validations}</table:content-validations>" if validations else ""
    tables = "".join(_ods_page(p, n, {x: names[p.name, x] for x in p.lists}) for n, p in enumerate(pages))
    styles = "".join(_ods_styles_of(p, n) for n, p in enumerate(pages))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{_STYLES}{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{block}{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        # The type comes first and uncompressed, so that programs know the file by its first bytes.
        package.writestr(zipfile.ZipInfo("mimetype", _ZIPPED), _ODS_TYPE, zipfile.ZIP_STORED)
        package.writestr(zipfile.ZipInfo("content.xml", _ZIPPED), content, zipfile.ZIP_DEFLATED)
        package.writestr(zipfile.ZipInfo("styles.xml", _ZIPPED), _ods_printing(pages), zipfile.ZIP_DEFLATED)
        package.writestr(zipfile.ZipInfo("META-INF/manifest.xml", _ZIPPED), _MANIFEST, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _ods_range(source: str) -> str:
    sheet, cells = source.split("!")
    first, last = cells.split(":")
    return f"${sheet}.{first}:.{last}"


def _ods_printing(pages: Sequence[Page]) -> str:
    """Return the part of the package that says how each sheet is printed."""
    layouts, masters = "", ""
    for n, page in enumerate(pages):
        width, height, way = ("29.7cm", "21cm", "landscape") if page.landscape else ("21cm", "29.7cm", "portrait")
        layouts += (
            f'<style:page-layout style:name="layout{n}"><style:page-layout-properties fo:page-width="{width}" '
            f'fo:page-height="{height}" style:print-orientation="{way}" fo:margin="1.5cm" '
            f'style:scale-to-X="{page.pages_wide}" style:scale-to-Y="0"/></style:page-layout>'
        )
        masters += f'<style:master-page style:name="print{n}" style:page-layout-name="layout{n}"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {_SPACES} office:version="1.2">'
        f"<office:automatic-styles>{layouts}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles></office:document-styles>"
    )


def _ods_styles_of(page: Page, number: int) -> str:
    columns = "".join(
        f'<style:style style:name="w{width}of{number}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width * _CENTIMETRES:.1f}cm"/></style:style>'
        for width in dict.fromkeys(page.widths)
    )
    return (
        f'<style:style style:name="sheet{number}" style:family="table" style:master-page-name="print{number}">'
        f'<style:table-properties table:display="true"/></style:style>{columns}'
    )


def _ods_page(page: Page, number: int, offers: Mapping[int, str]) -> str:
    rows = []
    columns = "".join(f'<table:table-column table:style-name="w{width}of{number}"/>' for width in page.widths)
    for y, row in enumerate(page.rows):
        head = y == 0 and (page.header or page.title)
        style = "head" if head else "prose" if page.wrap else ""
        cells = "".join(_ods_cell(c, _shown(c), "" if head else _offer(offers, x), style) for x, c in enumerate(row))
        tall = ' table:style-name="tall"' if page.wrap else ""
        line = f"<table:table-row{tall}>{cells}</table:table-row>"
        rows.append(f"<table:table-header-rows>{line}</table:table-header-rows>" if y == 0 and page.header else line)
    if page.header and len(page.rows) == 1:
        # Blank rows of a template carry the drop-downs.
        cells = "".join(f"<table:table-cell{_offer(offers, x)}/>" for x in range(len(page.rows[0])))
        rows.append(f'<table:table-row table:number-rows-repeated="{_LAST}">{cells}</table:table-row>')
    return (
        f'<table:table table:name="{escape(page.name)}" table:style-name="sheet{number}">{columns}{"".join(rows)}'
        "</table:table>"
    )


def _offer(offers: Mapping[int, str], x: int) -> str:
    return f' table:content-validation-name="{offers[x]}"' if x in offers else ""


def _ods_cell(cell: object, shown: str, offer: str, look: str) -> str:
    if cell is None or cell == "":
        return f"<table:table-cell{offer}/>"
    text = escape(shown)
    if isinstance(cell, date):
        return (
            f'<table:table-cell table:style-name="date"{offer} office:value-type="date" '
            f'office:date-value="{cell.isoformat()}">'
            f"<text:p>{text}</text:p></table:table-cell>"
        )
    style = f' table:style-name="{look}"' if look else ""
    lines = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell{style}{offer} office:value-type="string">{lines}</table:table-cell>'


def column_range(sheet: str, column: int, count: int) -> str:
    """Return the range of `count` cells under the header of a column, such as `Codes!$A$2:$A$4`."""
    name = letter(column)
    return f"{sheet}!${name}$2:${name}${count + 1}"
