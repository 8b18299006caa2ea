"""Every return has a reader in the team, each opening is recorded, and nobody else opens one."""

import re
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import AuditEntry
from tasks.ground.database import transaction
from tasks.reading import versions, visibility
from tests.portal.driving import Driver, apart, words
from tests.portal.driving import validated as checked

pytestmark = pytest.mark.parts


@pytest.fixture
def sent(police: Driver, reading: str, police_file: Path) -> str:
    """Return the id of an accepted return of the police."""
    apart(f"{reading}-pol-1")
    police.upload(f"{reading}-pol-1", "POL-1.csv", police_file.read_bytes())
    checked(reading)
    return f"{reading}-pol-1-v41"


def _readings(ref: str, action: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == action)
        return list(session.exec(query.order_by(col(AuditEntry.number))))


def test_an_inspector_finds_and_reads_the_rows_of_a_return(
    sent: str, inspector: Driver, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "PAGE", 10)
    base = f"/inspections/{reading}/returns"
    listed = inspector.get(base)
    assert f'href="{base}/{sent}/rows"' in listed.text
    assert "Nothing sent" in words(listed)
    rows = f"{base}/{sent}/rows"
    first = inspector.get(rows)
    pages = int(re.findall(r"Page 1 of (\d+)", words(first))[0])
    assert f"Page {pages} of {pages}" in words(inspector.post(rows, page=rows, number=str(pages)))
    assert f"Page {pages} of {pages}" in words(inspector.post(rows, page=rows, number="99999"))
    incident = re.findall(r'<td class="govuk-table__cell">(\d{11})</td>', first.text)[0]
    some = inspector.post(rows, page=rows, words=incident, by="incident_ref", falling="true")
    assert re.search(r"\d+ of [\d,]+ rows", words(some))
    assert incident in words(some)
    assert incident not in str(some.url)
    assert "0 of " in words(inspector.post(rows, page=rows, words="nobody has this"))
    file = inspector.post(rows, page=rows, words=incident, download="csv")
    assert incident in file.text
    assert _readings(reading, "return.read")[-1].facts["download"] is True
    readings = _readings(reading, "return.read")
    assert {entry.subject for entry in readings} == {sent}
    assert all(": P-" in entry.actor for entry in readings)
    assert f"{len(readings)} times" in words(inspector.get(base))


def test_where_families_live_is_shown_for_a_reason_that_is_recorded(sent: str, inspector: Driver, reading: str) -> None:
    rows = f"/inspections/{reading}/returns/{sent}/rows"
    plain = inspector.get(rows)
    assert "Hidden" in words(plain)
    shown = inspector.post(rows, page=rows, why="to_visit")
    assert "Hidden" not in words(shown).replace("Hidden children", "")
    assert _readings(reading, "return.read")[-1].facts["addresses"] == "to_visit"
    assert "addresses" not in _readings(reading, "return.read")[0].facts
    again = inspector.post(rows, page=rows, why="because")
    assert "Hidden" in words(again)


def test_a_file_is_handed_out_as_it_was_sent_and_its_reading_recorded(
    sent: str, inspector: Driver, reading: str, police_file: Path
) -> None:
    base = f"/inspections/{reading}/returns/{sent}/files"
    answer = inspector.get(f"{base}/1")
    assert answer.content == police_file.read_bytes()
    assert inspector.get(f"{base}/2").status_code == 404
    (entry,) = _readings(reading, "return-file.read")
    assert (entry.subject, entry.facts["file"]) == (sent, 1)


def test_nobody_but_the_team_reads_a_return(sent: str, police: Driver, council: Driver, reading: str) -> None:
    for driver in (police, council):
        for path in ("", f"/{sent}/rows", f"/{sent}/files/1", "/statement"):
            assert driver.get(f"/inspections/{reading}/returns{path}").status_code == 404
    assert _readings(reading, "return.read") == []


def test_an_inspectorate_that_the_theme_narrows_sees_no_other_agencys_return(
    sent: str, inspector: Driver, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visibility, "kinds_seen", lambda *_: frozenset({"health"}))
    base = f"/inspections/{reading}/returns"
    assert sent not in inspector.get(base).text
    for path in (f"{base}/{sent}/rows", f"{base}/{sent}/files/1"):
        assert inspector.get(path).status_code == 404
    assert _readings(reading, "return.read") == []


def test_no_statement_is_said_to_be_there_before_one_was_sent(inspector: Driver, reading: str) -> None:
    assert "None is due yet" in words(inspector.get(f"/inspections/{reading}/returns"))
    assert inspector.get(f"/inspections/{reading}/returns/statement").status_code == 404
