"""The data tables of a report as CSV, with one CSV-on-the-Web description of them all (W3C)."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tasks.ground.digests import canonical_document
from tasks.theming.report import ThematicReport

LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


@dataclass(frozen=True, slots=True)
class DataTable:
    """One table of open data.

    Attributes:
        name: of the file, without its extension.
        title: what a row is.
        columns: name -> what it holds, and its type in CSV on the Web.
        key: columns that no two rows share.
        rows: in order.
    """

    name: str
    title: str
    columns: dict[str, tuple[str, str]]
    key: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def data_tables(report: ThematicReport) -> tuple[DataTable, ...]:
    """Return the tables of a report: messages, messages by area, texts that carry them, letters, recommendations."""
    tables = (_messages(report), _by_area(report), _matches(report), _letters(report), _recommendations(report))
    return (*tables, _children(report)) if report.children else tables


def files(report: ThematicReport) -> dict[str, bytes]:
    """Return the tables as files, by name, with `csv-metadata.json` that describes them."""
    tables = data_tables(report)
    made = {f"{table.name}.csv": as_csv(table) for table in tables}
    return {**made, "csv-metadata.json": canonical_document(metadata(report, tables))}


def as_csv(table: DataTable) -> bytes:
    """Return a table as CSV (RFC 4180) in UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([_cell(each) for each in row] for row in table.rows)
    return out.getvalue().encode()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A spreadsheet would compute a text that begins so.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def metadata(report: ThematicReport, tables: Iterable[DataTable]) -> dict[str, Any]:
    """Return the description of the tables, as CSV on the Web wants it."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": report.title,
        "dc:identifier": report.ref,
        "dc:license": {"@id": LICENCE_URL},
        "tables": [_described(table) for table in tables],
    }


def _described(table: DataTable) -> dict[str, Any]:
    columns = [
        {"name": name, "titles": name, "dc:description": holds, "datatype": kind}
        for name, (holds, kind) in table.columns.items()
    ]
    return {
        "url": f"{table.name}.csv",
        "dc:title": table.title,
        "tableSchema": {"columns": columns, "primaryKey": list(table.key)},
    }


def _messages(report: ThematicReport) -> DataTable:
    columns = {
        "message": ("Code of the message.", "string"),
        "sentence": ("What the message says.", "string"),
        "leans": ("What is looked for: strength, improve or either.", "string"),
        "areas": ("Areas of the report.", "integer"),
        "standing": ("Areas in which it stands as it leans.", "integer"),
        "share": ("Word for the share: most, some, one, none.", "string"),
        "strength": ("Areas in which it stands as a strength.", "integer"),
        "improve": ("Areas in which it stands as something to improve.", "integer"),
    }
    rows = (
        (
            *(each.message.code, each.message.sentence, each.message.leans, each.of, len(each.standing), each.share),
            *(len(each.areas_leaning("strength")), len(each.areas_leaning("improve"))),
        )
        for each in report.messages
    )
    return DataTable("messages", "One message a row", columns, ("message",), tuple(rows))


def _by_area(report: ThematicReport) -> DataTable:
    columns = {
        "message": ("Code of the message.", "string"),
        "area": ("Name of the local area.", "string"),
        "gss": ("GSS code of the area; empty where it is not known.", "string"),
        "strength": ("Texts by which it stands as a strength.", "integer"),
        "improve": ("Texts by which it stands as something to improve.", "integer"),
        "neither": ("Texts that carry it and lean neither way.", "integer"),
    }
    codes = {source.area: source.gss for source in report.sources}
    rows = (
        (
            *(each.message.code, area.area, codes[area.area]),
            *(len(area.leaning(way)) for way in ("strength", "improve", "neither")),
        )
        for each in report.messages
        for area in each.areas
    )
    return DataTable("areas", "One message in one area a row", columns, ("message", "area"), tuple(rows))


def _matches(report: ThematicReport) -> DataTable:
    columns = {
        "message": ("Code of the message.", "string"),
        "number": ("Of the text within the message, from 1; the report's page links to it.", "integer"),
        "source": ("Id of the letter.", "string"),
        "page": ("Page of the letter; empty where it is kept by paragraphs.", "integer"),
        "place": ("Paragraph of the letter, or id of the finding.", "string"),
        "leans": ("strength, improve or neither.", "string"),
        "because": ("Heading, category or word that decided.", "string"),
        "carried_by": ("Tags and phrases that matched, with semicolons between.", "string"),
    }
    rows = (
        (
            *(each.message.code, number, match.text.source, match.text.page or None, match.text.place),
            *(match.text.lean.leaning, match.text.lean.why, "; ".join(match.carried_by)),
        )
        for each in report.messages
        for number, match in enumerate((match for area in each.areas for match in area.matches), 1)
    )
    return DataTable("texts", "One text that carries a message a row", columns, ("message", "number"), tuple(rows))


def _letters(report: ThematicReport) -> DataTable:
    columns = {
        "source": ("Id of the letter.", "string"),
        "area": ("Name of the local area.", "string"),
        "gss": ("GSS code of the area; empty where it is not known.", "string"),
        "published": ("Day of the letter.", "date"),
        "sha256": ("Digest of what was read.", "string"),
    }
    rows = ((each.id, each.area, each.gss, each.published, each.digest) for each in report.sources)
    return DataTable("letters", "One letter a row", columns, ("source",), tuple(rows))


def _recommendations(report: ThematicReport) -> DataTable:
    columns = {
        "number": ("From 1.", "integer"),
        "addressee": ("To whom it is addressed.", "string"),
        "text": ("What they should do.", "string"),
        "messages": ("Codes of the messages that it rests on, with semicolons between.", "string"),
    }
    rows = ((each.number, each.to, each.text, "; ".join(each.messages)) for each in report.recommendations)
    return DataTable("recommendations", "One recommendation a row", columns, ("number",), tuple(rows))


def _children(report: ThematicReport) -> DataTable:
    columns = {
        "message": ("Code of the message.", "string"),
        "children": ("Tracked children behind it; empty where the number is withheld.", "integer"),
    }
    counts = report.children.by_message if report.children else {}
    return DataTable("children", "One message a row", columns, ("message",), tuple(counts.items()))
