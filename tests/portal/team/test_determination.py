"""The lead inspector proposes on a page what the programme manager confirms of the written statement."""

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.tables import Proposal
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_the_determination_is_proposed_with_its_day_and_waits_for_a_manager(
    inspector: Driver, police: Driver, reading: str
) -> None:
    page = f"/inspections/{reading}/determination"
    assert police.get(page).status_code == 404
    assert f'href="{page}"' in inspector.get(f"/inspections/{reading}/letter").text
    shown = words(inspector.get(page))
    assert "Nothing is determined yet." in shown
    assert "Usually 13 August 2025" in shown
    day = {"due-day": "13", "due-month": "8", "due-year": "2025"}
    values = {"needed": "yes", "authority": f"{reading}/police", "send_to": "statements@ofsted.test", "reason": ""}
    assert "Choose whether a written statement is needed." in words(
        inspector.post(page, **{**values, "needed": ""}, **day)
    )
    assert "such as 11 6 2025" in words(inspector.post(page, **values, **{**day, "due-month": "13"}))
    assert "between the first draft and publication" in words(inspector.post(page, **values, **day))
    moved_to(reading, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    assert "on another day than the usual one" in words(inspector.post(page, **values, **{**day, "due-day": "14"}))
    assert "A programme manager must confirm the determination." in words(inspector.post(page, **values, **day))
    with transaction() as session:
        (proposal,) = session.exec(select(Proposal).where(Proposal.inspection == reading)).all()
    assert proposal.act == "determine-statement"
    assert proposal.values["due"] == ""
    asks = words(inspector.get(f"/decisions/{proposal.id}"))
    assert "Determine that Thames Valley Police makes a written statement for Slough" in asks
