"""A chosen child's page holds what each agency sent, and is opened by the team alone, each time recorded."""

import re

import pytest
from sqlmodel import col, select

from models.tables import AuditEntry
from tasks.ground.database import transaction
from tasks.ledger import audit
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


def test_an_agency_sees_that_a_childs_page_showed_its_rows_and_in_which_role(
    inspector: Driver, police: Driver, reading: str
) -> None:
    assert "Page about one chosen child" not in words(police.get("/opened"))
    labels = ["T1", "T2", "T3", "T4", "T5"]
    for label in labels:
        assert inspector.get(f"/inspections/{reading}/children/{label}").status_code == 200
    entries = _readings(reading)
    shown = [entry for entry in entries if f"{reading}/police" in entry.facts["rows_of"]]
    assert shown
    # References alone, and of no agency that sent nothing of the child.
    assert {each for entry in entries for each in entry.facts["rows_of"]} <= {
        f"{reading}/{kind}" for kind in ("police", "health", "probation", "local_authority")
    }
    for entry in entries:
        page = words(inspector.get(f"/inspections/{entry.subject.partition('/')[0]}/children/{entry.subject[-2:]}"))
        assert (f"{reading}/police" in entry.facts["rows_of"]) == ("POL-1" in page), entry.subject
    told = words(police.get("/opened"))
    assert f"Page about one chosen child Lead inspector {2 * len(shown)} " in told
    assert "P-" not in told
    assert "T1" not in told
    assert "older than the record" not in told


def test_openings_from_before_their_entry_said_whose_rows_they_showed_are_counted(police: Driver, reading: str) -> None:
    with transaction() as session:
        audit.append(session, reading, actor="inspector: P-CCCCCCCC", action="child.read", subject=f"{reading}/T1")
    told = words(police.get("/opened"))
    assert "1 opening of pages about one chosen child is older than the record" in told
    assert "Page about one chosen child" not in told


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
