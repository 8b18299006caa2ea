"""A breach starts 72 hours, of which people are reminded until one decides; each reminder goes out once."""

from datetime import UTC, datetime, timedelta

import pytest

from models.refusals import FormRefusedError
from models.roles import Role
from models.states import BreachOutcome
from models.tables import AuditEntry, Breach
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ledger.audit import chain
from tasks.oversight.breaches import (
    KINDS,
    OUTCOMES,
    REMINDERS,
    WITHIN,
    BreachError,
    BreachFacts,
    NoBreachError,
    breach_of,
    breaches,
    decide_breach,
    record_breach,
    record_people_told,
    remind_of_breaches,
)
from tasks.oversight.reading import opened_of, tell_unusual, unusual_by_inspection
from tests.tasks.people import correspondence

pytestmark = pytest.mark.parts
REF, BY = correspondence.REF, "data_protection_officer: P-AAAAAAAA"
KNOWN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def kept(ledger: None) -> str:  # noqa: ARG001 - there is a ledger
    """Return an inspection with a manager and a data protection officer."""
    correspondence.inspection()
    correspondence.person("Dana Protects", "dana@inspect.jtai-area.uk", Role.PROTECTION, inspection=None)
    return REF


def facts(**changes: object) -> BreachFacts:
    return BreachFacts(**{"kind": "lost", "people": 40, "known_at": KNOWN, "inspection": REF, **changes})  # type: ignore[arg-type]


def row_of(identity: str) -> Breach:
    with transaction() as session:
        return breach_of(session, identity)


def steps() -> list[str]:
    return [str(row.facts["step"]) for row in correspondence.rows("breach")]


def test_it_is_due_72_hours_after_it_is_known_and_both_are_told(kept: str) -> None:
    identity = record_breach(facts(), by=BY)
    row = row_of(identity)
    assert (row.due_at - row.known_at, row.people, row.inspection) == (WITHIN, 40, kept)
    assert steps() == ["recorded", "recorded"]
    with transaction() as session:
        entries, _ = chain(session, kept)
    assert entries[-1].action == "breach.recorded"


def test_each_reminder_goes_out_once_until_somebody_decides(kept: str) -> None:  # noqa: ARG001
    identity = record_breach(facts(), by=BY)
    assert remind_of_breaches(KNOWN + timedelta(hours=35)) == []
    for name, after in REMINDERS:
        assert remind_of_breaches(KNOWN + after) == [identity]
        assert remind_of_breaches(KNOWN + after) == []
        assert steps()[-2:] == [name, name]
    assert remind_of_breaches(KNOWN + WITHIN) == [identity]
    assert remind_of_breaches(KNOWN + WITHIN + timedelta(days=9)) == []
    assert decide_breach(identity, "reported", by=BY).outcome == BreachOutcome.REPORTED
    another = record_breach(facts(known_at=utc_now()), by=BY)
    decide_breach(another, "no_risk", by=BY)
    assert remind_of_breaches(utc_now() + timedelta(days=9)) == []


def test_what_is_decided_stays_and_a_high_risk_is_told_to_people(kept: str) -> None:  # noqa: ARG001
    identity = record_breach(facts(high_risk=True), by=BY)
    with pytest.raises(BreachError, match="with a high risk"):
        decide_breach(identity, "no_risk", by=BY)
    with pytest.raises(BreachError, match="Choose what was decided"):
        decide_breach(identity, "maybe", by=BY)
    decide_breach(identity, "reported", by=BY)
    with pytest.raises(BreachError, match="decided already"):
        decide_breach(identity, "reported", by=BY)
    assert record_people_told(identity, by=BY).people_told_by == BY
    with pytest.raises(BreachError, match="recorded already"):
        record_people_told(identity, by=BY)
    with pytest.raises(NoBreachError):
        decide_breach("B-00000000", "reported", by=BY)


def test_wrong_values_are_told_with_their_fields(kept: str) -> None:  # noqa: ARG001
    with pytest.raises(FormRefusedError) as refused:
        record_breach(BreachFacts("theft", None, None, "other"), by=BY)
    assert [each.field for each in refused.value.mistakes] == ["kind", "people", "inspection", "known-day"]
    with pytest.raises(FormRefusedError, match="not in the future"):
        record_breach(facts(known_at=utc_now() + timedelta(hours=1)), by=BY)
    with transaction() as session:
        assert breaches(session) == []
    assert len(KINDS) == 6
    assert len(OUTCOMES) == len(BreachOutcome)


def read(subject: str, by: str, at: datetime, action: str, number: int) -> None:
    with transaction() as session:
        session.add(
            AuditEntry(
                inspection=REF, number=number, at=at.isoformat(), actor=by, action=action, subject=subject,
                previous="", hash="",
            )
        )  # fmt: skip


def test_the_lead_is_told_of_unusual_reading_once_a_day_and_an_agency_sees_roles(kept: str) -> None:
    sunday = datetime(2026, 3, 1, 12, tzinfo=UTC)
    read("T1", "inspector: P-CCCCCCCC", sunday, "child.read", 1001)
    monday = sunday + timedelta(days=1, hours=1)
    assert tell_unusual(monday) == [kept]
    assert tell_unusual(monday) == []
    (lead, officer) = correspondence.rows("unusual_reading")
    assert lead.facts["people"] == officer.facts["people"] == "1 person"
    assert "P-CCCCCCCC" not in str(lead.facts)
    with transaction() as session:
        (found,) = unusual_by_inspection(session, sunday.date())[kept]
        assert found.by == "inspector: P-CCCCCCCC"
        assert opened_of(session, kept, correspondence.POLICE) == []
