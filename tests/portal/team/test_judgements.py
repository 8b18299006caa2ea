"""Two inspectors judge one child on the portal: apart first, then beside each other, then what they agree on."""

from collections.abc import Iterator

import pytest

from models.lifecycle import Stage
from models.roles import Role
from models.states import SignInWay
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.sessions import begin
from tests.portal.driving import Driver, moved_to, words

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


@pytest.fixture
def second(portal: str, reading: str) -> Iterator[Driver]:
    """Return another inspector of the same inspection, signed in."""
    from datetime import date

    with transaction() as session:
        person = add_person(session, Entered("Bea Second", address="bea@example.com"), by="test")
        give_role(session, person, Role.INSPECTOR, by="test", from_day=date(2020, 1, 1), inspection=reading)
        secret = begin(session, person, SignInWay.OWN_LINK)
    with Driver(portal) as driver:
        driver.http.cookies.set(COOKIE, secret)
        yield driver


def test_l12_apart_then_compared_then_agreed(inspector: Driver, second: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    base = f"/inspections/{reading}/judgements"
    assert f'href="{base}"' in inspector.get(f"/inspections/{reading}/children").text
    page = f"{base}/T1/EA01"
    refused = inspector.post(page, kind="own", judgement="", text="kept words")
    assert refused.status_code == 422
    assert "Choose a judgement." in words(refused)
    assert "kept words" in refused.text
    inspector.post(page, kind="own", judgement="concern", text="CANARY-F1")
    for place in (page, base):
        shown = words(second.get(place))
        assert "CANARY-F1" not in shown
    assert "1 judgement is in. You see it when you have given yours." in words(second.get(page))
    assert "Yours is in." in words(inspector.get(page))
    second.post(page, kind="own", judgement="strength", text="CANARY-S2")
    for driver in (inspector, second):
        shown = words(driver.get(page))
        assert "CANARY-F1" in shown
        assert "CANARY-S2" in shown
        assert "Differ: discuss" in words(driver.get(base))
        wanted = words(driver.post(base, page=base, **{"only-state": "Differ: discuss"}))
        assert "1 of " in wanted
        assert "Waits for a second" not in wanted.partition("Judgement Child")[2]
        assert "CANARY" not in driver.post(base, page=base, download="csv").text
    late = inspector.post(page, kind="own", judgement="strength", text="Changed my mind.")
    assert late.status_code == 422
    assert "yours stays as it is" in words(late)
    done = inspector.post(page, kind="agreed", judgement="mixed", text="CANARY-A3")
    assert "Agreed: Mixed" in words(done)
    assert "CANARY-A3" in words(second.get(page))
    listed = words(inspector.get(base))
    assert "Krippendorff’s alpha is" in listed
    assert "There is no interval" in listed


def test_once_nothing_more_is_recorded_no_judgement_is_said_to_wait(inspector: Driver, reading: str) -> None:
    page = f"/inspections/{reading}/judgements"
    assert "Yours to give" in words(inspector.get(page))
    moved_to(reading, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY)
    shown = words(inspector.get(page))
    assert 'This inspection is at the stage "factual accuracy".' in shown
    assert "Yours to give" not in shown
    assert "Not given by you" in shown
    assert "yet" not in words(inspector.get(f"/inspections/{reading}/sampled")).partition("Children of the wider")[0]


def test_there_is_no_figure_before_two_have_judged(inspector: Driver, police: Driver, reading: str) -> None:
    base = f"/inspections/{reading}/judgements"
    assert "There is no figure. No child and area has been judged by 2 inspectors yet." in words(inspector.get(base))
    assert inspector.get(f"{base}/T99/EA01").status_code == 404
    assert inspector.get(f"{base}/T1/EA99").status_code == 404
    assert police.get(base).status_code == 404
