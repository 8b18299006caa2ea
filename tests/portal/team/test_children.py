"""A chosen child's page holds what each agency sent, and is opened by the team alone, each time recorded."""

import re

import pytest
from sqlmodel import col, select

from models.tables import AuditEntry
from tasks.ground.database import transaction
from tests.portal.driving import Driver, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def _readings(ref: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == "child.read")
        return list(session.exec(query.order_by(col(AuditEntry.number))))


def test_a_tracked_childs_page_shows_every_agencys_rows_in_time(inspector: Driver, reading: str) -> None:
    listed = inspector.get(f"/inspections/{reading}/children")
    assert f'href="/inspections/{reading}/children/T1"' in listed.text
    page = inspector.get(f"/inspections/{reading}/children/T1")
    text = words(page)
    assert page.status_code == 200
    assert "What happened when" in text
    assert "la_child_id" in text or "incident_ref" in text
    assert "No agency has sent an evaluation" in text
    (entry,) = _readings(reading)
    assert entry.subject == f"{reading}/T1"
    assert entry.facts["records"] >= 2
    assert re.search(r"[A-Z][a-z]+ [A-Z][\w’'-]+, (born|due) \d", text)
    assert "P-" in entry.actor


def test_where_the_family_lives_needs_a_reason(inspector: Driver, reading: str) -> None:
    path = f"/inspections/{reading}/children/T1"
    assert "Hidden" in words(inspector.get(path))
    shown = words(inspector.post(path, page=path, why="safety"))
    assert "To answer a concern for a child" in shown
    assert _readings(reading)[-1].facts["addresses"] == "safety"


def test_a_label_that_no_child_has_is_told_in_a_sentence(inspector: Driver, reading: str) -> None:
    answer = inspector.get(f"/inspections/{reading}/children/T99")
    assert "No child of the sample has the label T99" in words(answer)
    assert _readings(reading) == []


def test_no_agency_opens_a_childs_page(police: Driver, reading: str) -> None:
    assert police.get(f"/inspections/{reading}/children").status_code == 404
    assert police.get(f"/inspections/{reading}/children/T1").status_code == 404
