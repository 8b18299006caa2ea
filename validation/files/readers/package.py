"""An XLSX workbook as its package has it: which part is what, found by the relations and not by customary names."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from xml.sax.saxutils import quoteattr

from validation.contract.errors import UnreadableError
from validation.files import refusals
from validation.files.readers.markup import elements, plain_text

_MAX_PART = 2**22
_MAIN, _STRINGS, _STYLES = "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRING = re.compile(rb"<(?:\w{1,9}:)?si[\s/>]")
_TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class SheetPart:
    """A sheet of a workbook.

    Attributes:
        name: as its tab shows it.
        entry: its part; None where the package lacks it, or where it is no sheet of cells, such as a chart.
        state: `visible`, `hidden` or `veryHidden`.
        rows: whether it is a sheet of cells.
    """

    name: str
    entry: zipfile.ZipInfo | None
    state: str
    rows: bool


@dataclass(frozen=True)
class Workbook:
    """The parts of an XLSX workbook.

    Attributes:
        sheets: in the order of their tabs.
        strings: the part of shared texts.
        styles: the part of formats.
        since_1904: whether days count from 1904.
        recalculates: whether formulas are to be calculated on opening.
        usual: whether every part stands where any parser looks for it.
    """

    sheets: tuple[SheetPart, ...]
    strings: zipfile.ZipInfo | None
    styles: zipfile.ZipInfo | None
    since_1904: bool
    recalculates: bool
    usual: bool


def plain_name(name: str) -> str:
    """Return an entry's name with forward slashes and no leading ones, as older programs do not write it."""
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/.").lower()


def is_companion(name: str) -> bool:
    """Return whether an entry is one that a Mac adds when it packs a folder, which is no part of the workbook."""
    *folders, last = name.replace("\\", "/").split("/")
    return "__MACOSX" in folders or last.startswith("._") or last == ".DS_Store"


def entries_of(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return plain name -> entry; of two with the same name the last, as in any archive."""
    return {
        plain_name(e.filename): e
        for e in package.infolist()
        if not is_companion(e.filename) and not e.filename.endswith("/")
    }


def workbook_of(package: zipfile.ZipFile) -> Workbook | None:
    """Return the parts of an XLSX workbook, or None where the package is none.

    Raises:
        ExpatError: a part that names others is not whole.
    """
    entries = entries_of(package)
    roots = _relations(package, entries, "_rels/.rels")
    main = next((r for r in roots if r.kind == "officeDocument" and r.target in entries), None)
    path = main.target if main else _MAIN
    if path not in entries or not path.endswith(".xml"):
        return None
    folder, name = posixpath.split(path)
    relations = _relations(package, entries, posixpath.join(folder, "_rels", f"{name}.rels"), folder)
    by_id = {r.id: r for r in relations}
    content = _small(package, entries[path])
    sheets = tuple(_sheet(s, by_id.get(s.get("id", "")), entries) for s in elements(content, "sheet"))
    properties = elements(content, "workbookPr")
    calculation = elements(content, "calcPr")
    since_1904 = bool(properties) and properties[0].get("date1904") in _TRUE
    # Of an extension of the same name, which Excel for the Mac writes, the parser takes that days count from 1900.
    is_plain = not since_1904 or len(properties) == 1
    return Workbook(
        sheets,
        _of_kind(relations, "sharedStrings", entries, folder),
        _of_kind(relations, "styles", entries, folder),
        since_1904,
        any(a.get("fullCalcOnLoad") in _TRUE for a in calculation),
        main is not None and path == _MAIN and is_plain and _is_usual(package, entries, sheets),
    )


def count_of_strings(package: zipfile.ZipFile, book: Workbook) -> int:
    """Return how many shared texts a workbook has."""
    return len(_STRING.findall(plain_text(package.read(book.strings)))) if book.strings else 0


def rebuilt(package: zipfile.ZipFile, book: Workbook, copy: Callable[[SheetPart, IO[bytes]], None]) -> bytes:
    """Return a workbook packed anew, with each part where any parser looks for it.

    Args:
        package: the workbook as it came.
        book: its parts.
        copy: writes the rows of a sheet.
    """
    out = BytesIO()
    links = {
        sheet.name: (f"rId{n}", f"worksheets/sheet{n}.xml") for n, sheet in enumerate(book.sheets, 1) if sheet.rows
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        root = ((f"{_OFFICE}/officeDocument", "rId1", _MAIN),)
        archive.writestr("_rels/.rels", _written_relations(root))
        tabs = ((f"{_OFFICE}/worksheet", *link) for link in links.values())
        others = ((f"{_OFFICE}/{kind}", f"r{kind}", f"{kind}.xml") for kind in ("sharedStrings", "styles"))
        archive.writestr("xl/_rels/workbook.xml.rels", _written_relations((*tabs, *others)))
        archive.writestr(_MAIN, _written_book(book, {name: id_ for name, (id_, _) in links.items()}))
        for entry, name in ((book.strings, _STRINGS), (book.styles, _STYLES)):
            if entry is not None:
                archive.writestr(name, plain_text(package.read(entry)))
        for sheet in book.sheets:
            if sheet.rows:
                with archive.open(f"xl/{links[sheet.name][1]}", "w", force_zip64=True) as part:
                    copy(sheet, part)
    return out.getvalue()


@dataclass(frozen=True)
class _Relation:
    id: str
    kind: str
    target: str


def _relations(
    package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], part: str, folder: str = ""
) -> tuple[_Relation, ...]:
    entry = entries.get(part)
    some = elements(_small(package, entry), "Relationship") if entry else []
    return tuple(
        _Relation(
            a.get("Id", ""), a.get("Type", "").rpartition("/")[2], _resolved(a.get("Target", ""), folder, entries)
        )
        for a in some
        if a.get("TargetMode") != "External"
    )


def _resolved(target: str, folder: str, entries: Mapping[str, zipfile.ZipInfo]) -> str:
    target = target.replace("\\", "/")
    beside = plain_name(target if target.startswith("/") else posixpath.join(folder, target))
    # Some writers give the whole path without the slash that says so.
    whole = plain_name(target)
    return whole if beside not in entries and whole in entries else beside


def _sheet(
    attributes: Mapping[str, str], relation: _Relation | None, entries: Mapping[str, zipfile.ZipInfo]
) -> SheetPart:
    rows = relation is None or relation.kind in ("worksheet", "")
    entry = entries.get(relation.target) if relation else None
    return SheetPart(attributes.get("name", ""), entry, attributes.get("state", "visible"), rows)


def _of_kind(
    relations: tuple[_Relation, ...], kind: str, entries: Mapping[str, zipfile.ZipInfo], folder: str
) -> zipfile.ZipInfo | None:
    customary = plain_name(posixpath.join(folder, f"{kind}.xml"))
    return entries.get(next((r.target for r in relations if r.kind == kind and r.target in entries), customary))


def _is_usual(package: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], sheets: tuple[SheetPart, ...]) -> bool:
    names = [e.filename for e in package.infolist() if not is_companion(e.filename) and not e.filename.endswith("/")]
    at_home = all(s.entry and plain_name(s.entry.filename).startswith("xl/worksheets/") for s in sheets if s.rows)
    # Where names need a second look, or stand twice, the guards and the parser could look at different parts.
    return at_home and len(entries) == len(names) and all("\\" not in n and n[:1] not in "./" for n in names)


def _small(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > _MAX_PART:
        raise UnreadableError(refusals.INFLATED)
    return package.read(entry)


def _written_relations(relations: tuple[tuple[str, str, str], ...]) -> str:
    some = "".join(f'<Relationship Type="{kind}" Id="{id_}" Target="{to}"/>' for kind, id_, to in relations)
    return f'<Relationships xmlns="{_RELATIONS}">{some}</Relationships>'


def _written_book(book: Workbook, ids: Mapping[str, str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(s.name)} sheetId="{n}" state={quoteattr(s.state)} r:id="{ids[s.name]}"/>'
        for n, s in enumerate(book.sheets, 1)
        if s.rows
    )
    epoch = f'<workbookPr date1904="{int(book.since_1904)}"/>'
    return f'<workbook xmlns="{_MAIN_SPACE}" xmlns:r="{_OFFICE}">{epoch}<sheets>{sheets}</sheets></workbook>'
