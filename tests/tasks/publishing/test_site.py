"""The public pages: every link leads somewhere, no member of staff is in them, and no old address ends in nothing."""

import json
import posixpath
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from tasks.publishing.site import file_of, page_of, site
from tasks.publishing.values import Ended, PublicInspection, PublicReport
from tasks.theming.formats import formats
from tests.tasks.publishing.made_up import REPLACED, corrected, leeds, reading
from tests.tasks.theming.reports import report

BASE = "https://letters.example.org/jtai"
ATOM = "{http://www.w3.org/2005/Atom}"


class Links(HTMLParser):
    """Collects what a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for name, value in attrs if name in ("href", "src") and value]


def made(*inspections: PublicInspection) -> dict[str, bytes]:
    return site(inspections, BASE)


def links_of(page: bytes) -> list[str]:
    parser = Links()
    parser.feed(page.decode())
    return [target for target in parser.targets if not re.match(r"https?:|#|/", target)]


def test_every_link_of_every_page_leads_to_a_file() -> None:
    files = made(corrected(), leeds())
    pages = [path for path in files if path.endswith(".html") and not path.endswith("letter.html")]
    assert len(pages) >= 9
    for path in pages:
        for target in links_of(files[path]):
            assert posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) in files, (path, target)


def test_l4_the_same_letters_give_the_same_bytes_in_any_order() -> None:
    assert made(reading(), leeds()) == made(leeds(), reading())


def test_without_a_script_everything_can_be_found_by_area_theme_and_year() -> None:
    files = made(reading(), leeds())
    start = files["index.html"].decode()
    assert start.index("Reading") < start.index("Leeds"), "the newest first"
    for path in ("areas/E06000038.html", "themes/serious-youth-violence-2023.html", "years/2024.html"):
        assert path in start
    assert "Leeds" in files["years/2024.html"].decode()
    assert "Reading" not in files["years/2024.html"].decode()
    assert "Serious youth violence &amp; its &lt;victims&gt;" in start
    # The search is there for a script alone, which shows it.
    assert '<form id="search" role="search" hidden>' in start


def test_a_withdrawn_letter_says_so_at_every_address_that_it_had() -> None:
    one = leeds()
    files = made(one)
    sentence = "This letter was withdrawn on 2 June 2025. The reason: a fact in the letter was wrong."
    assert sentence in files[page_of(one)].decode()
    assert "Withdrawn on 2 June 2025" in files["index.html"].decode()
    for form in ("html", "json"):
        assert "withdrawn on 2 June 2025" in files[file_of(one, one.newest, form)].decode()
    assert files[file_of(one, one.newest, "pdf")].startswith(b"%PDF")
    assert {file_of(one, one.newest, form) for form in ("docx", "odt")} <= files.keys()
    # Nothing of the letter stays.
    entry = json.loads(files["letters.json"])["letters"][0]
    assert (entry["status"], entry["letter"], entry["ended"]) == ("withdrawn", None, "2025-06-02")


def test_a_replaced_letter_leads_to_the_corrected_one() -> None:
    one = corrected()
    files = made(one)
    page = files[page_of(one)].decode()
    assert "This letter was replaced on 9 June 2025" in page
    assert "A corrected letter is on the page of the inspection." in page
    folder = posixpath.dirname(page_of(one))
    targets = {posixpath.normpath(posixpath.join(folder, target)) for target in links_of(page.encode())}
    assert file_of(one, one.versions[1], "pdf") in targets
    assert "A corrected letter" in files[file_of(one, one.versions[0], "html")].decode()
    assert "They ask early." not in files[file_of(one, one.versions[0], "html")].decode()
    assert "They ask early." in files[file_of(one, one.versions[1], "html")].decode()


def test_a_replaced_letter_whose_successor_is_not_made_yet_promises_nothing() -> None:
    one = leeds(REPLACED)
    assert "A corrected letter" not in made(one)[page_of(one)].decode()


def test_the_feed_is_atom_with_each_inspection_once_the_last_change_first() -> None:
    root = ElementTree.fromstring(made(reading(), leeds())["feed.atom"])  # noqa: S314 - our own
    titles = [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]
    assert titles[0] == "Leeds: Serious youth violence & its <victims> (withdrawn)"
    assert len(titles) == 2
    assert root.findtext(f"{ATOM}updated") == "2025-06-02T00:00:00Z"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert all(one is not None and one.startswith(f"{BASE}/letters/") for one in ids)


def test_the_sitemap_names_every_page_but_that_of_nothing() -> None:
    files = made(reading(), leeds())
    root = ElementTree.fromstring(files["sitemap.xml"])  # noqa: S314 - our own
    places = {place.text for place in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    pages = {path for path in files if path.endswith(".html") and not path.endswith("letter.html")} - {"404.html"}
    assert places == {f"{BASE}/{path}" for path in pages}


@pytest.mark.parametrize("path", ["letters.json", "letters/reading-domestic-abuse-2024-20250224/v1/letter.json"])
def test_l5_open_data_is_what_the_letter_says_and_no_member_of_staff(path: str) -> None:
    secret = replace(reading())
    text = made(secret)[path].decode()
    assert "Midwives ask every time" in text
    for name in ("lead_inspector", "list_holders", "corrections", "evidence"):
        assert f'"{name}"' not in text


def test_a_rehearsal_says_what_it_is_on_each_page() -> None:
    files = made(replace(reading(), rehearsal=True))
    for path in ("index.html", page_of(reading())):
        assert "not a real inspection" in files[path].decode()


def test_a_page_that_is_not_found_links_from_the_root_of_where_it_is_served() -> None:
    assert 'href="/jtai/style.css"' in made()["404.html"].decode()
    assert "No letter is published yet." in made()["index.html"].decode()


def test_thematic_reports_stand_on_the_first_page_and_on_that_of_their_theme() -> None:
    made_files = formats(report())
    public = PublicReport("r-1", "domestic-abuse-2024", report().title, 6, date(2025, 9, 1), made_files)
    files = site([reading(), leeds()], BASE, [public])
    assert files["reports/r-1/report.pdf"] == made_files["report.pdf"]
    for path in ("index.html", "themes/domestic-abuse-2024.html"):
        assert b"reports/r-1/index.html" in files[path]
    assert b"reports/r-1" not in files["themes/serious-youth-violence-2023.html"]
    page = files["reports/r-1/index.html"].decode()
    assert all(f'href="{name}"' in page for name in made_files)
    (entry,) = json.loads(files["reports.json"])["reports"]
    assert (entry["areas"], entry["published"], entry["page"]) == (6, "2025-09-01", "reports/r-1/index.html")
    assert entry["status"] == "published"
    entries = ElementTree.fromstring(files["feed.atom"]).iter(f"{ATOM}entry")  # noqa: S314 - our own
    assert next(entries).findtext(f"{ATOM}id") == f"{BASE}/reports/r-1/index.html", "the last change first"
    assert "reports.json" not in site([reading()], BASE)
    assert b"Thematic reports" not in site([reading()], BASE)["index.html"]


def test_a_withdrawn_report_says_so_at_every_address_that_it_had() -> None:
    made_files = formats(report())
    ended = Ended(replaced=False, reason="A fact in the report was wrong", on=date(2025, 10, 1))
    names = dict.fromkeys(made_files, b"")
    public = PublicReport("r-1", "domestic-abuse-2024", report().title, 6, date(2025, 9, 1), names, ended=ended)
    files = site([reading()], BASE, [public])
    sentence = "This report was withdrawn on 1 October 2025. The reason: a fact in the report was wrong."
    assert {path for path in files if path.startswith("reports/r-1/")} == {
        "reports/r-1/index.html", *(f"reports/r-1/{name}" for name in made_files)
    }  # fmt: skip
    for name in ("index.html", "report.html", "report.json", "messages.csv", "csv-metadata.json"):
        assert sentence in files[f"reports/r-1/{name}"].decode()
    assert files["reports/r-1/report.pdf"].startswith(b"%PDF")
    assert "Withdrawn on 1 October 2025" in files["index.html"].decode()
    (entry,) = json.loads(files["reports.json"])["reports"]
    assert (entry["status"], entry["ended"]) == ("withdrawn", "2025-10-01")
    feed = ElementTree.fromstring(files["feed.atom"])  # noqa: S314 - our own
    assert feed.findtext(f"{ATOM}updated") == "2025-10-01T00:00:00Z"
    assert sentence in {each.findtext(f"{ATOM}summary") for each in feed.iter(f"{ATOM}entry")}
