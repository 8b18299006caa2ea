"""Who opened what, counted from the audit."""

import re

import pytest

from models.settings import CHECKOUT
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.reading.openings import OPENED, openings
from tests.tasks.people import correspondence

pytestmark = pytest.mark.parts


@pytest.mark.usefixtures("ledger")
def test_each_opening_is_counted_by_person_and_nothing_else_is() -> None:
    correspondence.inspection()
    with transaction() as session:
        for by, action, subject in (
            ("inspector: P-AAAAAAAA", "child.read", f"{correspondence.REF}/T1"),
            ("inspector: P-AAAAAAAA", "child.read", f"{correspondence.REF}/T1"),
            ("inspector: P-BBBBBBBB", "child.read", f"{correspondence.REF}/T1"),
            ("inspector: P-AAAAAAAA", "hidden-children.read", correspondence.REF),
            ("inspector: P-AAAAAAAA", "finding.recorded", "F01"),
        ):
            audit.append(session, correspondence.REF, actor=by, action=action, subject=subject)
        audit.append(session, "another", actor="x", action="child.read", subject="T1")
        rows = openings(session, correspondence.REF)
    assert [(row.what, row.subject, row.by[-8:], row.times) for row in rows] == [
        ("Hidden children", "The whole inspection", "AAAAAAAA", 1),
        ("Page about one chosen child", "T1", "BBBBBBBB", 1),
        ("Page about one chosen child", "T1", "AAAAAAAA", 2),
    ]
    assert rows[2].first < rows[2].last


@pytest.mark.pure
def test_every_opening_that_the_product_records_has_words_and_no_words_are_of_none() -> None:
    recorded = set()
    for room in ("tasks", "portal", "flows"):
        for file in (CHECKOUT / room).rglob("*.py"):
            recorded |= set(re.findall(r'"([a-z-]+)\.read"', file.read_text()))
    assert set(OPENED) == recorded


def test_what_was_opened_of_a_return_is_named_by_its_agency_and_version(chosen: str) -> None:
    with transaction() as session:
        for action, subject in (
            ("return.read", f"{chosen}-pol-1-v1"),
            ("children-list.read", f"{chosen}-pol-1"),
            ("own-records.read", f"{chosen}/police"),
            ("meeting.read", "0a1b"),
            ("letter.read", f"{chosen}/pre_publication/1"),
            ("plan.read", f"{chosen}/plan/2"),
            ("plan.read", f"{chosen}/plan/draft"),
        ):
            audit.append(session, chosen, actor="inspector: P-AAAAAAAA", action=action, subject=subject)
        rows = {(row.what, row.subject) for row in openings(session, chosen)}
    assert ("Rows of a return", "POL-1 of Thames Valley Police, version 1") in rows
    assert ("List of chosen children", "POL-1 of Thames Valley Police") in rows
    assert ("Own records", "Thames Valley Police") in rows
    assert ("Record of a meeting", "0a1b") in rows
    assert ("Letter", "Pre-publication, version 1") in rows
    plan = "Plan that answers the letter"
    assert {(plan, "Plan, version 2"), (plan, "As it is being written")} <= rows
