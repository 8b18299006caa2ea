"""The team reads what came of checking each version: findings, what was explained, and the row that is meant."""

import csv
import io
import re
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import AuditEntry, Submission
from tasks.ground.database import transaction
from tasks.ground.tables import table_at
from tasks.reading import verdicts, visibility
from tests.portal.driving import Driver, apart, validated, words

pytestmark = pytest.mark.parts


@pytest.fixture
def broken(police: Driver, reading: str, police_file: Path) -> str:
    """Return the id of a submission of the police that was rejected for a column of which every cell is wrong."""
    apart(f"{reading}-pol-1")
    rows = list(csv.DictReader(io.StringIO(police_file.read_text("utf-8-sig"))))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows({**row, "incident_datetime": "never", "gss_code": "E"} for row in rows)
    police.upload(f"{reading}-pol-1", "a.csv", out.getvalue().encode())
    validated(reading)
    return f"{reading}-pol-1-v41"


def _base(ref: str, submission: str) -> str:
    return f"/inspections/{ref}/returns/{submission}"


def _places(submission: str) -> list[dict[str, object]]:
    with transaction() as session:
        key = session.get_one(Submission, submission).result.places_key
    assert key
    return table_at(key).to_dicts()


def test_each_finding_leads_to_the_row_that_it_is_about_with_what_the_agency_explained(
    police: Driver, inspector: Driver, reading: str, queried: str
) -> None:
    police.post(f"/submissions/{queried}/queries/0", text="Our clock was wrong.", where="some", at="1")
    assert f'href="{_base(reading, queried)}/findings"' in inspector.get(f"/inspections/{reading}/returns").text
    page = inspector.get(f"{_base(reading, queried)}/findings")
    links = re.findall(r'href="([^"]+/rows\?[^"]+)">(row \d+[^<]*)<', page.text)
    places = _places(queried)
    assert len(links) == len(places)
    for (href, text), place in zip(links, sorted(places, key=lambda each: str(each["severity"])), strict=True):
        assert text.startswith(f"row {place['row']}, {place['cell']}")
        rows = inspector.get(href.replace("&amp;", "&"))
        shown = re.findall(r'<h2 class="govuk-heading-m">Row (\d+)</h2>', rows.text)
        assert shown == [str(place["row"])]
    # One of two places is explained, and the words stand at that place alone.
    queries = [each for each in places if each["severity"] == "query"]
    cells = re.findall(r'<td class="govuk-table__cell app-words">([^<]*)</td>', page.text)
    assert cells.count("Our clock was wrong.") == 1
    assert cells.count("Nothing") == len(queries) - 1
    explained = inspector.get(f"/inspections/{reading}/explanations")
    (about,) = re.findall(r'href="([^"]+/rows\?[^"]+)">1 row that it is about', explained.text)
    assert '<h2 class="govuk-heading-m">Row ' in inspector.get(about.replace("&amp;", "&")).text
    assert links[[cell for cell in cells if cell].index("Our clock was wrong.")][0] == about


def test_findings_are_searched_filtered_sorted_and_downloaded_like_every_list(
    inspector: Driver, reading: str, broken: str
) -> None:
    path = f"{_base(reading, broken)}/findings"
    page = inspector.get(path)
    assert "No rows were taken of this version" in words(page)
    assert "/rows?" not in page.text
    places = _places(broken)
    rule = str(places[0]["rule"])
    only = inspector.post(path, page=path, **{"only-rule": rule})
    of_rule = sum(place["rule"] == rule for place in places)
    assert 0 < of_rule < len(places)
    assert f"{of_rule} of {len(places)} findings" in words(only)
    assert "0 of " in words(inspector.post(path, page=path, words="nobody has this"))
    table = inspector.post(path, page=path, download="csv", by="place")
    lines = table.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Error or query,Rule,Column,What is wrong,Place,What the agency explained"
    assert len(lines) == 1 + len(places)
    every = inspector.get(f"{path}.csv")
    assert len(every.text.splitlines()) == 1 + len(places)
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == reading, AuditEntry.action == "report.read")
        entries = list(session.exec(query.order_by(col(AuditEntry.number))))
    assert {entry.subject for entry in entries} == {broken}
    # Each sending of the form opens the page first.
    assert [entry.facts["as"] for entry in entries] == ["list"] * (len(entries) - 1) + ["places"]
    assert len(entries) > 4


def test_a_list_that_is_too_long_says_how_much_of_it_is_there(
    inspector: Driver, reading: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdicts, "MOST", 3)
    total = len(_places(broken))
    assert total > 3
    assert f"The list has the first 3 of {total} places" in words(inspector.get(f"{_base(reading, broken)}/findings"))


def test_nobody_reads_the_findings_of_an_agency_that_they_do_not_see(
    police: Driver, inspector: Driver, reading: str, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{_base(reading, broken)}/findings"
    assert police.get(path).status_code == 404
    monkeypatch.setattr(visibility, "kinds_seen", lambda *_: frozenset({"health"}))
    assert inspector.get(path).status_code == 404
    assert inspector.get(f"{path}.csv").status_code == 404
