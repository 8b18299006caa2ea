"""The lead inspector proposes on a page what the programme manager confirms of the written statement."""

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.tables import Proposal, Statement
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_the_determination_is_proposed_with_its_day_and_waits_for_a_manager(
    inspector: Driver, police: Driver, reading: str
) -> None:
    page = f"/inspections/{reading}/determination"
    assert police.get(page).status_code == 404
    assert f'href="{page}"' in inspector.get(f"/inspections/{reading}/letter").text
    before = inspector.get(page)
    assert "between the first draft and publication" in words(before)
    # What would be refused is not offered.
    assert f'action="{page}"' not in before.text
    moved_to(reading, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    shown = words(inspector.get(page))
    assert "Nothing is determined yet." in shown
    assert "Usually 13 August 2025" in shown
    day = {"due-day": "13", "due-month": "8", "due-year": "2025"}
    values = {"needed": "yes", "authority": f"{reading}/police", "send_to": "statements@ofsted.test", "reason": ""}
    assert "Choose whether a written statement is needed." in words(
        inspector.post(page, **{**values, "needed": ""}, **day)
    )
    assert "such as 11 6 2025" in words(inspector.post(page, **values, **{**day, "due-month": "13"}))
    assert "on another day than the usual one" in words(inspector.post(page, **values, **{**day, "due-day": "14"}))
    assert "A programme manager must confirm the determination." in words(inspector.post(page, **values, **day))
    with transaction() as session:
        (proposal,) = session.exec(select(Proposal).where(Proposal.inspection == reading)).all()
    assert proposal.act == "determine-statement"
    assert proposal.values["due"] == ""
    asks = words(inspector.get(f"/decisions/{proposal.id}"))
    assert "Determine that Thames Valley Police makes a written statement for Slough" in asks


def test_once_the_letter_is_published_its_page_leads_to_the_statement_and_to_what_was_determined(
    inspector: Driver, reading: str
) -> None:
    letter = f"/inspections/{reading}/letter"
    assert "The written statement that answers the letter" not in words(inspector.get(letter))
    moved_to(reading, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    assert "Determine the written statement" in words(inspector.get(letter))
    due = utc_now()
    with transaction() as session:
        session.add(
            Statement(inspection=reading, needed=True, principal_authority="S", due_at=due, published_on=due.date())
        )
    moved_to(reading, Stage.PRE_PUBLICATION, Stage.PUBLISHED)
    shown = inspector.get(letter)
    assert "What was determined on the written statement" in words(shown)
    assert f'href="/inspections/{reading}/returns#statement"' in shown.text
    assert "Nothing sent yet." in words(inspector.get(f"/inspections/{reading}/returns"))
