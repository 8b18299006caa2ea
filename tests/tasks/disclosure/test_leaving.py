"""Figures leave with a record and a certificate, and what leaves next is checked against them."""

import json

import pytest
from sqlmodel import select

from models.tables import AuditEntry
from tasks.disclosure.leaving import figures_of, leave, left
from tasks.disclosure.protecting import DisclosureRefusedError
from tasks.disclosure.tables import Cell, Method, Publication, Table
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tests.tasks.disclosure.grids import grid

pytestmark = pytest.mark.parts

BY = "inspectorate: P-TEST"
ROWS = [[3, 20, 30], [25, 22, 35], [40, 45, 50]]


def letter(prefix: str = "c1:", rows: list[list[int]] = ROWS) -> Publication:
    return Publication(f"the letter of {prefix}", Method.WITHHOLD, (grid(rows, prefix),))


def test_l6_figures_leave_with_an_entry_and_a_certificate_in_the_store(asked: str) -> None:
    with transaction() as session:
        protected = leave(session, asked, letter(), by=BY)
    with transaction() as session:
        (row,) = figures_of(session, asked)
        entries = session.exec(
            select(AuditEntry).where(AuditEntry.action == "figures.left", AuditEntry.inspection == asked)
        ).all()
    data = store.get(row.key)
    assert sha256(data) == row.sha256
    assert [entry.facts["certificate_sha256"] for entry in entries] == [row.sha256]
    assert left(row) == protected
    # No hidden count stands in it; what a reader could work out does.
    assert json.loads(data)["published"]["shown"]["c1:r0&c0"] is None


def test_l4_the_same_counts_leave_the_same_way_once(asked: str) -> None:
    with transaction() as session:
        first = leave(session, asked, letter(), by=BY)
    with transaction() as session:
        assert leave(session, asked, letter(), by=BY) == first
        assert len(figures_of(session, asked)) == 1


def test_a_newer_version_of_the_cohort_hides_what_the_older_would_give_away(asked: str) -> None:
    with transaction() as session:
        leave(session, asked, letter(), by=BY)
        rows = [ROWS[0], ROWS[1], [40, 45, 51]]
        shown = leave(session, asked, letter("c2:", rows), by=BY).shown
    # One child more: neither the group nor the totals may be subtracted from those of the first letter.
    assert (shown["c2:r2&c2"], shown["c2:r2"], shown["c2:c2"], shown["c2:all"]) == (None,) * 4
    assert shown["c2:r2&c1"] == 45


def test_what_contradicts_an_earlier_page_is_refused_and_leaves_nothing(asked: str) -> None:
    with transaction() as session:
        leave(session, asked, letter(), by=BY)
    other = Publication("a page", Method.ROUND, (Table("one", (Cell("c1:all", 999),)),))
    with pytest.raises(DisclosureRefusedError), transaction() as session:
        leave(session, asked, other, by=BY)
    with transaction() as session:
        assert len(figures_of(session, asked)) == 1
