"""What one person decided alone reads as a sentence, once; what two people decided or programs did is not there."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from models.tables import AuditEntry, Inspection
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tasks.reading.visibility import narrow
from tasks.returns.decisions import RequestReason, extend, waive
from tasks.returns.rechecks import ask_all
from tasks.watch.alone import entries_of_decisions, in_words
from tasks.watch.decisions import decisions
from tests.tasks.steps import checked, send

PERSON, OTHER = "inspectorate: P-AAAAAAAA", "inspectorate: P-BBBBBBBB"
_RETURNS = {"a-pol-1": "POL-1 of Kent Police"}
_UNTIL = {"from": "2025-02-07T17:00:00+00:00", "to": "2025-02-11T17:00:00+00:00", "reason": "late_system"}


def entries(*rows: tuple[str, str, dict[str, Any]], subject: str = "a-pol-1") -> list[AuditEntry]:
    """Return entries of one chain, each with its actor, action and facts."""
    return [
        AuditEntry(
            inspection="a",
            number=number,
            at="2025-02-03T10:00:00+00:00",
            actor=actor,
            action=action,
            subject=subject,
            facts=facts,
            previous="",
            hash="",
        )
        for number, (actor, action, facts) in enumerate(rows, 1)
    ]


def sentences(*rows: tuple[str, str, dict[str, Any]]) -> list[str]:
    return [each.what for each in in_words(entries(*rows), _RETURNS)]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("action", "facts", "sentence"),
    [
        ("request.extended", _UNTIL, "Give POL-1 of Kent Police until 11 February 2025"),
        ("request.extended", {**_UNTIL, "second": OTHER}, ""),
        ("accuracy.decided", {"outcome": "declined"}, "Answer a comment on the facts: declined"),
        (
            "accuracy.decided",
            {"outcome": "accepted", "paragraph": "P03", "version": 2},
            "Answer a comment on the facts: accepted, as paragraph P03 was changed",
        ),
        ("stage.moved", {"from": "closed", "to": "closed"}, "Close the inspection"),
        ("stage.moved", {"from": "fieldwork", "to": "deferred"}, "Defer the inspection"),
        ("stage.moved", {"from": "deferred", "to": "fieldwork"}, "Reopen the inspection"),
        ("stage.moved", {"from": "deferred", "to": "cancelled"}, ""),
        ("stage.moved", {"from": "sample_proposed", "to": "sample_approved"}, ""),
        ("returns.asked-again", {"round": 2, "requests": 3}, "Ask for 3 returns again, in round 2"),
        ("pair.match", {}, "Decide that a pair of records is about the same child"),
        ("visibility.narrowed", {"by": "Ofsted", "sees": []}, "Let Ofsted see the records of no agency alone"),
        ("note.read", {}, ""),
    ],
)
def test_an_entry_reads_as_what_was_decided(action: str, facts: dict[str, Any], sentence: str) -> None:
    assert sentences((PERSON, action, facts)) == ([sentence] if sentence else [])
    assert sentences(("system: sweep", action, facts)) == []


@pytest.mark.pure
def test_checks_that_were_asked_for_at_once_are_one_decision_and_those_after_a_waiver_are_none() -> None:
    ask = {"counts": True}
    once = sentences(*[(PERSON, "recheck.asked", ask)] * 3, (OTHER, "recheck.asked", {"counts": False}))
    assert once == ["Check 3 returns again: the new verdicts count", "Check 1 return again: for information only"]
    assert sentences((PERSON, "rule.waived", {}), (PERSON, "recheck.asked", ask)) == []
    assert sentences((PERSON, "recheck.asked", ask), (PERSON, "accuracy.closed", {})) == [
        "Check 1 return again: the new verdicts count",
        "Close the check of facts",
    ]


@pytest.mark.parts
def test_decisions_that_people_took_alone_stand_in_the_history_with_who_and_why(area: str) -> None:
    reason = next(iter(RequestReason))
    send(f"{area}-pol-1", "POL-1.csv", b"no,such,columns\n1,2,3\n")
    checked(area)
    _, until = extend(f"{area}-la-da", date(2025, 2, 27), reason, by="P-AAAAAAAA")
    ask_all(area, counts=False, by=PERSON)
    with transaction() as session:
        narrow(session, area, "Care Quality Commission", ("health",), by=PERSON)
    waive(f"{area}-hea-1", reason, by="P-AAAAAAAA")
    end(area, Ending.DEFER, next(iter(EndReason)), by="P-BBBBBBBB")
    with transaction() as session:
        rows = [row for row in decisions(session) if row.ref == area and "Announce" not in row.what]
        name = session.get_one(Inspection, area).area_name
    assert {row.area for row in rows} == {name}
    assert [row.outcome for row in rows] == ["Decided"] * 4
    # That a return is waived is confirmed by a second person, and stands under what was asked for.
    assert [row.what for row in rows] == [
        "Defer the inspection",
        "Let Care Quality Commission see the records of Health alone",
        "Check 1 return again: for information only",
        f"Give LA-DA of {name} Council until {until.day} February 2025",
    ]
    assert ["P-BBBBBBBB" in row.by for row in rows] == [True, False, False, False]
    assert rows[-1].reason


@pytest.mark.parts
@pytest.mark.usefixtures("ledger")
def test_what_else_the_audit_records_is_not_read_for_decisions() -> None:
    query = entries_of_decisions().compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO auditentry (inspection, number, at, actor, action, subject, facts, previous, hash) "
                "SELECT 'a-' || n % 153, n, '2025-02-03T10:00:00+00:00', 'inspector: P-AAAAAAAA', "
                "CASE WHEN n % 500 = 0 THEN 'finding.withdrawn' ELSE 'child.read' END, 'F01', '{}', '', '' "
                "FROM generate_series(1, 50000) n"
            )
        )
        session.execute(text("ANALYZE auditentry"))
        plan = "\n".join(session.execute(text(f"EXPLAIN {query}")).scalars())
        session.rollback()
    assert "entries_by_action" in plan
    assert "Seq Scan on auditentry" not in plan
