"""A plan that was sent, with a word and a file on its progress, for the inspection with everything in it."""

from datetime import date
from typing import Any

from sqlmodel import Session

from models.states import ActionState
from models.tables import ActionPlan, PlanAction, PlanProgress, PlanVersion, Request
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.digests import canonical_document, sha256
from tasks.plans.values import Action, Plan

_BY = "local_authority officer: P-AAAAAAAA"


def with_plan(session: Session, ref: str) -> None:
    """Keep version 1 of a plan of one action, of which something was said once."""
    data = Plan(
        1, (Action("A01", "IMPROVE-1", "It was three days.", "Slough", "A heading", date(2026, 1, 1)),)
    ).to_json()
    words = canonical_document({"text": "It is right"})
    key, words_key, file_key = (
        store.put_once(f"plans/{ref}/far-{sha256(each)[:16]}.{ending}", each).key
        for each, ending in ((data, "json"), (words, "json"), (b"%PDF-1.7\n%%EOF\n", "pdf"))
    )
    plan = ActionPlan(inspection=ref, draft_key=key, draft_sha256=sha256(data), draft_actions=1, version=1)
    plan.began_on = date(2025, 6, 1)
    sent: dict[str, Any] = {
        "letter": 1,
        "key": key,
        "sha256": sha256(data),
        "actions": 1,
        "parts": 1,
        "answered": 1,
        "queries": 0,
    }
    again = Request(
        id=f"{ref}-pol-1-r2", inspection=ref, agency_id=f"{ref}/police", return_code="POL-1", step="again_2"
    )
    again.due_at, again.round, again.asked_on = utc_now(), 2, date(2025, 6, 1)
    session.add(again)
    session.add(plan)
    session.add(PlanVersion(inspection=ref, version=1, sent_by=_BY, sent_at=utc_now(), **sent))
    session.add(PlanAction(inspection=ref, id="A01", origin="IMPROVE-1", due=date(2026, 1, 1), first=1))
    session.add(
        PlanProgress(
            inspection=ref,
            action="A01",
            number=1,
            round=0,
            state=ActionState.UNDER_WAY,
            key=words_key,
            sha256=sha256(words),
            file={"key": file_key, "sha256": "0" * 64, "size": 15},
            told_by=_BY,
            told_at=utc_now(),
        )
    )
