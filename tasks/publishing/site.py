"""The public pages as files that any web server or bucket can serve: the same letters give the same bytes (L4)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2

from models.words import long
from tasks.ground.digests import canonical_document
from tasks.publishing.notices import instead, instead_of_report, report_sentence, sentence_of
from tasks.publishing.values import (
    FORMATS,
    REPORT_FORMATS,
    ListingPage,
    PublicInspection,
    PublicReport,
    PublicVersion,
    open_record,
)

_FOLDER = Path(__file__).parent / "templates"
_STATIC = ("style.css", "search.js")
LICENCE = "Open Government Licence v3.0"
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SERVICE = "Letters of joint targeted area inspections"


def site(inspections: Iterable[PublicInspection], base: str, reports: Iterable[PublicReport] = ()) -> dict[str, bytes]:
    """Return the public pages: path -> bytes.

    Args:
        inspections: whose letters were published, in any order.
        reports: thematic reports that were published, in any order.
        base: the address at which the files are served, for feed and sitemap; pages themselves link relatively.
    """
    # A minus and not `reverse`: within one day, areas still go from A to Z.
    ordered = tuple(sorted(inspections, key=lambda each: (-each.first_published.toordinal(), each.area, each.ref)))
    newest_first = tuple(sorted(reports, key=lambda each: (-each.published.toordinal(), each.ref)))
    pages = dict(_pages(ordered, base, newest_first))
    root = base.rstrip("/") + "/"
    machine = {
        "feed.atom": _render("feed.atom.j2", "", entries=_changes(ordered, newest_first), root=root),
        "sitemap.xml": _render("sitemap.xml.j2", "", pages=_dated(ordered, sorted(pages)), root=root),
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {root}sitemap.xml\n".encode(),
        **({"reports.json": _reports_entry(newest_first)} if newest_first else {}),
        "letters.json": canonical_document({"licence": LICENCE, "letters": [_entry(each) for each in ordered]}),
    }
    static = {name: (_FOLDER / name).read_bytes() for name in _STATIC}
    return dict(sorted({**pages, **machine, **static, **dict(_files(ordered)), **_report_files(newest_first)}.items()))


def page_of(inspection: PublicInspection) -> str:
    """Return the path of an inspection's page."""
    return f"letters/{inspection.ref}/index.html"


def file_of(inspection: PublicInspection, version: PublicVersion, form: str) -> str:
    """Return the path of one format of one version of a letter."""
    return f"letters/{inspection.ref}/v{version.number}/letter.{form}"


def report_page(report: PublicReport) -> str:
    """Return the path of a thematic report's page."""
    return f"reports/{report.ref}/index.html"


def _report_files(reports: Iterable[PublicReport]) -> dict[str, bytes]:
    """Return every file of every report: what a link led to once, it leads to always, or to why it is gone."""
    return {
        f"reports/{each.ref}/{name}": content
        for each in reports
        for name, content in (each.files if each.ended is None else instead_of_report(each)).items()
    }


def _reports_entry(reports: Iterable[PublicReport]) -> bytes:
    entries = [
        {
            "report": each.ref,
            "theme": each.theme_id,
            "title": each.title,
            "areas": each.areas,
            "published": each.published.isoformat(),
            "status": "withdrawn" if each.ended else "published",
            "reason": each.ended.reason if each.ended else "",
            "ended": each.ended.on.isoformat() if each.ended else None,
            "page": report_page(each),
            "files": sorted(f"reports/{each.ref}/{name}" for name in each.files),
        }
        for each in reports
    ]
    return canonical_document({"licence": LICENCE, "reports": entries})


def _pages(
    inspections: Sequence[PublicInspection], base: str, reports: Sequence[PublicReport]
) -> Iterator[tuple[str, bytes]]:
    for plain_listing in _listings(inspections):
        listing = replace(plain_listing, reports=tuple(_reports_on(plain_listing, reports)))
        facts = {"listing": listing, "browse": _browse(inspections) if listing.path == "index.html" else {}}
        yield listing.path, _render("list.html.j2", listing.path, **facts)
    for inspection in inspections:
        yield page_of(inspection), _render("letter.html.j2", page_of(inspection), inspection=inspection)
    for report in reports:
        path = report_page(report)
        yield path, _render("report.html.j2", path, report=report, report_formats=REPORT_FORMATS)
    # A page that is not found stands at any depth: its links start at the root.
    yield "404.html", _render("404.html.j2", "404.html", up=f"{urlsplit(base).path.rstrip('/')}/")


def _listings(inspections: Sequence[PublicInspection]) -> Iterator[ListingPage]:
    yield ListingPage("index.html", SERVICE, tuple(inspections))
    for links in _browse(inspections).values():
        for path, heading in links:
            yield ListingPage(path, heading, tuple(each for each in inspections if path in _groups(each)))


def _browse(inspections: Sequence[PublicInspection]) -> dict[str, list[tuple[str, str]]]:
    """Return the pages by area, theme and year, each with its heading, for readers without a script."""
    groups: dict[str, dict[str, str]] = {"Theme": {}, "Year": {}, "Area": {}}
    for each in inspections:
        theme, year, area = _groups(each)
        groups["Theme"][theme] = each.theme
        groups["Year"][year] = f"Published in {each.first_published.year}"
        groups["Area"][area] = each.area
    return {name: sorted(links.items(), key=lambda link: (link[1], link[0])) for name, links in groups.items()}


def _groups(inspection: PublicInspection) -> tuple[str, str, str]:
    return (
        f"themes/{inspection.theme_id}.html",
        f"years/{inspection.first_published.year}.html",
        f"areas/{inspection.gss}.html",
    )


def _files(inspections: Sequence[PublicInspection]) -> Iterator[tuple[str, bytes]]:
    """Yield every file of every version: what a link led to once, it leads to always, or to why it is gone."""
    for inspection in inspections:
        for version in inspection.versions:
            present = _present(version) if version.ended is None else instead(inspection, version)
            for form, content in sorted(present.items()):
                yield file_of(inspection, version, form), content


def _reports_on(listing: ListingPage, reports: Sequence[PublicReport]) -> Iterator[PublicReport]:
    """Yield the reports that a page lists: all on the first, and those of a theme on its own."""
    for report in reports:
        if listing.path in ("index.html", f"themes/{report.theme_id}.html"):
            yield report


def _present(version: PublicVersion) -> dict[str, bytes]:
    files = {form: content for form, content in version.files.items() if form in FORMATS}
    return {**files, "json": canonical_document(open_record(json.loads(files["json"])))} if "json" in files else files


def _entry(inspection: PublicInspection) -> dict[str, Any]:
    newest = inspection.newest
    ended = newest.ended
    counts = ended is None and "json" in newest.files
    return {
        "inspection": inspection.ref,
        "area": inspection.area,
        "gss": inspection.gss,
        "theme": inspection.theme_id,
        "version": newest.number,
        "published": newest.published.isoformat(),
        "status": "published" if ended is None else "replaced" if ended.replaced else "withdrawn",
        "reason": ended.reason if ended else "",
        "ended": ended.on.isoformat() if ended else None,
        "page": page_of(inspection),
        "letter": open_record(json.loads(newest.files["json"])) if counts else None,
    }


def _changes(inspections: Sequence[PublicInspection], reports: Sequence[PublicReport]) -> list[dict[str, Any]]:
    """Return what a feed tells: each inspection and each report once, the last change first."""
    return sorted([*map(_letter_change, inspections), *map(_report_change, reports)], key=_last_first)


def _last_first(change: dict[str, Any]) -> tuple[int, str]:
    # Within one day by page, so that the feed is the same bytes in whatever order letters come (L4).
    return -change["changed"].toordinal(), change["page"]


def _letter_change(each: PublicInspection) -> dict[str, Any]:
    ended, corrected = each.newest.ended, each.newest.number > 1
    became = (" (replaced)" if ended.replaced else " (withdrawn)") if ended else " (corrected)" if corrected else ""
    return {
        "title": f"{each.area}: {each.theme}{became}",
        "page": page_of(each),
        "published": each.first_published,
        "changed": each.changed,
        "summary": sentence_of(each, each.newest) or f"Published on {long(each.newest.published)}.",
    }


def _report_change(each: PublicReport) -> dict[str, Any]:
    return {
        "title": f"{each.title}{' (withdrawn)' if each.ended else ''}",
        "page": report_page(each),
        "published": each.published,
        "changed": each.changed,
        "summary": report_sentence(each) or f"On {each.areas} local areas. Published on {long(each.published)}.",
    }


def _dated(inspections: Sequence[PublicInspection], paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pages of a sitemap, each with the day of its last change."""
    own = {page_of(each): each.changed.isoformat() for each in inspections}
    newest = max(own.values(), default="")
    return [(path, own.get(path, newest)) for path in paths if path != "404.html"]


def _render(template: str, path: str, **facts: Any) -> bytes:
    shared = {
        "up": "../" * path.count("/"),
        "service": SERVICE,
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "formats": FORMATS,
    }
    text = _environment().get_template(template).render(shared | facts)
    return text.encode()


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.globals |= {"long": long, "page_of": page_of, "file_of": file_of, "sentence_of": sentence_of}
    environment.globals |= {"report_page": report_page, "report_sentence": report_sentence}
    return environment
