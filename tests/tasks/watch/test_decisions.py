"""Every decision over all inspections stands once, newest first, with who took it and what became of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.states import CohortStep, ProposalAnswer
from models.tables import CohortDecision, Proposal, Request, SampleDecision
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.watch.decisions import decisions
from tests.tasks.counting import statements
from tests.tasks.people import correspondence

pytestmark = pytest.mark.parts
FIRST, SECOND = "programme manager: P-AAAAAAAA", "lead inspector: P-BBBBBBBB"


@pytest.mark.usefixtures("ledger")
def test_what_one_and_what_two_people_decided_stands_once() -> None:
    correspondence.inspection()
    ref, now = correspondence.REF, utc_now()
    common: dict[str, Any] = {"inspection": ref, "by": FIRST}
    answers = [(ProposalAnswer.CONFIRMED, 1), (ProposalAnswer.REFUSED, 1), (None, 1), (None, -1)]
    with transaction() as session:
        for number, (answer, until) in enumerate(answers):
            asked: dict[str, Any] = {"asked_by": FIRST, "asked_at": now - timedelta(hours=number + 1)}
            answered: dict[str, Any] = {"answer": answer, "answered_by": SECOND if answer else ""}
            lapses = now + timedelta(days=until)
            what: dict[str, Any] = {"id": f"D-{number}", "inspection": ref, "act": "unheard-of", "subject": "it"}
            session.add(Proposal(**what, **asked, **answered, lapses_at=lapses))
        sample: dict[str, Any] = {**common, "draw_version": 1, "decided_at": now - timedelta(hours=9)}
        session.add(SampleDecision(**sample, number=1, kind="replace", label="T3", new_label="T8", reason="moved_away"))
        session.add(SampleDecision(**sample, number=2, kind="approve", second_approver=SECOND))
        step = next(iter(CohortStep))
        cohort: dict[str, Any] = {"number": 1, "kind": step, "cohort_version": 1, "reason": "late", "decided_at": now}
        session.add(CohortDecision(**common, **cohort))
    with transaction() as session:
        rows = decisions(session)
    assert [row.outcome for row in rows] == [
        *("Decided", "Confirmed", "Refused", "Waits for a second person", "Lapsed", "Decided")
    ]
    assert {row.area for row in rows} == {"Reading"}
    assert [row.second for row in rows] == ["", SECOND, SECOND, "", "", ""]
    assert rows[-1].what == "Replace in draw 1 of the sample: T3 by T8"
    assert rows[-1].reason == "Moved away"


def test_more_decisions_cost_no_more_queries(reading: str) -> None:
    with transaction() as session:
        requests = session.exec(select(Request.id).where(Request.inspection == reading)).all()

    def proposed(requests: Sequence[str]) -> tuple[int, int]:
        with transaction() as session:
            for request in requests:
                values = {"request": request, "until": "2025-03-07", "reason": "late_system"}
                common: dict[str, Any] = {"inspection": reading, "act": "extend-request", "subject": request}
                lapses = utc_now() + timedelta(hours=1)
                session.add(Proposal(id=f"D-{request}", **common, values=values, asked_by=FIRST, lapses_at=lapses))
        with transaction() as session, statements(session) as sent:
            rows = decisions(session)
        return sum(row.what.startswith("Give ") and " of " in row.what for row in rows), len(sent)

    (few, before), (many, after) = proposed(requests[:1]), proposed(requests[1:])
    assert (few, many, after) == (1, len(requests), before)
