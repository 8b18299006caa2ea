"""From which network data about children was read stands with what is unusual for a month, and never in the chain."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.tables import AuditEntry, ReadingOrigin
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.trace import traced
from tasks.ledger import audit
from tasks.oversight.reading import DAYS, forget_origins, readings_of, unusual_by_inspection
from tasks.reading.openings import openings
from tests.tasks.counting import statements

pytestmark = pytest.mark.parts


def read(ref: str, trace: str, network: str, *, action: str = "child.read") -> None:
    with traced(trace, network), transaction() as session:
        audit.append(session, ref, actor="operator: P-AAAAAAAA", action=action, subject=f"{ref}/T1")


def test_l5_from_where_is_beside_the_chain_for_a_month_and_then_nowhere(reading: str) -> None:
    read(reading, "a", "Ofsted")
    read(reading, "b", "another network")
    read(reading, "c", "")
    # What is no reading of anything says nothing of where somebody works.
    read(reading, "d", "Ofsted", action="sample.drawn")
    since = (utc_now() - timedelta(days=1)).date()
    with transaction() as session:
        kept = session.exec(select(ReadingOrigin.trace)).all()
        (role,) = [each for each in unusual_by_inspection(session, since)[reading] if each.rule == "role"]
        mine = [each for each in openings(session, reading, origins=True) if each.by == "operator: P-AAAAAAAA"]
        (plain,) = [each for each in openings(session, reading) if each.by == "operator: P-AAAAAAAA"]
        entries = session.exec(select(AuditEntry).where(AuditEntry.inspection == reading)).all()
    assert sorted(kept) == ["a", "b"]
    assert role.networks == ("Ofsted", "another network")
    assert [each.networks for each in mine] == [("Ofsted", "another network")]
    assert plain.networks == ()
    assert not any("Ofsted" in str(entry.facts) for entry in entries if entry.actor == "operator: P-AAAAAAAA")
    assert forget_origins(utc_now() + timedelta(days=DAYS - 1)) == []
    assert forget_origins(utc_now() + timedelta(days=DAYS, minutes=1)) == ["a", "b"]
    with transaction() as session:
        (role,) = [each for each in unusual_by_inspection(session, since)[reading] if each.rule == "role"]
    assert role.networks == ()


def test_unusual_reading_of_two_inspections_is_read_in_as_many_queries_as_of_one(reading: str) -> None:
    other = "slough-domestic-abuse-2024-20250224"
    since = (utc_now() - timedelta(days=1)).date()
    read(reading, "a", "Ofsted")
    with transaction() as session, statements(session) as of_one:
        assert set(unusual_by_inspection(session, since)) == {reading}
    read(other, "b", "Ofsted")
    with transaction() as session, statements(session) as of_two:
        assert set(unusual_by_inspection(session, since)) == {reading, other}
    assert len(of_two) == len(of_one)


def test_a_day_begins_at_midnight_in_england_also_in_summer(reading: str) -> None:
    with transaction() as session:
        for number, at in ((2001, "2025-07-05T22:30:00+00:00"), (2002, "2025-07-05T23:30:00+00:00")):
            session.add(
                AuditEntry(
                    inspection=reading, number=number, at=at, actor="operator: P-AAAAAAAA", action="child.read",
                    subject="T1", previous="", hash="",
                )
            )  # fmt: skip
    with transaction() as session:
        # 11.30pm on 5 July, and half past midnight on the 6th.
        of_both = [each.at.hour for each in readings_of(session, reading, date(2025, 7, 5))]
        of_one = [each.at.hour for each in readings_of(session, reading, date(2025, 7, 6))]
    assert (of_both, of_one) == ([22, 23], [23])
