"""Whoever leads reads on one page whether what was asked for again got better, with intervals."""

from pathlib import Path

import pytest

from models.lifecycle import Stage
from tasks.jobs.ask_again import AgainReason, ask_again
from tests.portal.driving import Driver, moved_to, words
from tests.tasks.jobs.test_ask_again import issued, later
from tests.tasks.plans.published import LEAD, publish_letter
from tests.tasks.steps import checked, file_of, send

__all__ = ["later"]

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_a_later_round_stands_beside_the_first_with_intervals_and_each_reading_is_recorded(
    inspector: Driver, police: Driver, reading: str, later: Path
) -> None:
    page = f"/inspections/{reading}/rounds"
    moved_to(reading, Stage.FIELDWORK)
    publish_letter(reading)
    assert inspector.get(page).status_code == 404
    assert page not in inspector.get(f"/inspections/{reading}").text
    ask_again(reading, ["POL-1", "PRO-1"], AgainReason.PLAN_DONE, by=LEAD)
    (request, _) = issued(reading)
    # The police see that it is asked for again, and its own window.
    asked = words(police.get("/"))
    assert "Asked for again on 13 May 2025" in asked
    assert "13 November 2024 to 13 May 2025" in words(police.get(f"/requests/{request}"))
    file = file_of(later, "POL-1")
    send(request, file.name, file.read_bytes())
    checked(reading)
    assert f'href="{page}"' in inspector.get(f"/inspections/{reading}").text
    shown = words(inspector.get(page))
    assert "Round 2, asked for on 13 May 2025" in shown
    assert "Incidents in which an officer spoke to the child POL-1" in shown
    assert "Counts are rounded to 5." in shown
    assert "Not compared, because nothing that is measured is accepted in both rounds: PRO-1." in shown
    assert police.get(page).status_code == 404
