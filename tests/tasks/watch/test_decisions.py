"""Every decision over all inspections stands once, newest first, with who took it and what became of it."""

from datetime import timedelta
from typing import Any

import pytest

from models.states import CohortStep, ProposalAnswer
from models.tables import CohortDecision, Proposal, SampleDecision
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.watch.decisions import decisions
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
