"""A child in danger now, on the portal: from the button on the page of the child to the answer, and a call."""

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.lifecycle import Stage
from models.tables import Concern, Inspection
from models.tables.base import utc_now
from portal.people.concerns import _moment_of
from tasks.ground.database import transaction
from tests.portal.driving import Driver, Outbox, words

NAMED = "Meg Doyle"
"""Who is named for concerns at the council of a rehearsal."""


def _raised(inspector: Driver, reading: str) -> str:
    form = f"/inspections/{reading}/concerns/new"
    child = inspector.get(f"/inspections/{reading}/children/T1")
    assert f'href="{form}?child=T1"' in child.text
    assert f'href="{form}"' in inspector.get(f"/inspections/{reading}").text
    refused = inspector.post(form, who="A child", danger="")
    assert refused.status_code == 422
    assert "Enter why the child may be in danger now" in words(refused)
    answer = inspector.post(form, child="T1", who="Zebedee Quill, 943 476 5919", danger="He was threatened.")
    assert "Zebedee Quill" in words(answer)
    assert "Not answered" in words(answer)
    return answer.url.path


@pytest.mark.parts
@pytest.mark.usefixtures("chosen")
def test_l12_from_the_childs_page_to_the_councils_answer_and_a_call_to_the_police(
    inspector: Driver, reading: str, portal: str
) -> None:
    page = _raised(inspector, reading)
    with Driver(portal) as council:
        council.sign_in(Outbox(portal).link_to(NAMED, reading))
        assert f'href="{page}"' in council.get("/concerns").text
        assert "Zebedee Quill" in words(council.get(page))
        assert "Acknowledged for" in words(council.post(f"{page}/acknowledge", page=page))
    followed = inspector.post("/concerns/list", page="/concerns", **{"only-state": "Open"}, words="T1")
    assert f'href="{page}"' in followed.text
    assert "1 concern." in words(followed)
    table = inspector.post("/concerns/list", page="/concerns", download="csv").text.splitlines()
    assert len(table) == 2
    assert ",T1," in table[1]
    assert "Zebedee" not in "".join(table)
    refused = inspector.post(f"{page}/calls", page=page, rung="noon")
    assert refused.status_code == 422
    assert "Enter when you rang" in words(refused)
    values = {"agency": f"{reading}/police", "spoken": "control_room", "result": "taken_on"}
    values["rung"] = f"{utc_now().astimezone(ENGLAND):%H:%M}"
    answer = inspector.post(f"{page}/calls", page=page, **values)
    assert "Taken on by telephone" in words(answer)
    assert "Not answered" not in words(answer)


@pytest.mark.parts
@pytest.mark.usefixtures("chosen")
def test_after_the_inspection_is_cancelled_a_concern_is_still_answered_and_raised_and_nothing_else_opens(
    inspector: Driver, reading: str, portal: str
) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.CANCELLED
    assert inspector.get(f"/inspections/{reading}").status_code == 403
    form = f"/inspections/{reading}/concerns/new"
    page = inspector.post(form, who="A child", danger="Threatened.").url.path
    with Driver(portal) as council:
        landed = council.sign_in(Outbox(portal).link_to(NAMED, reading))
        assert landed.url.path == "/concerns"
        assert council.get("/home").status_code == 403
        assert "Acknowledged for" in words(council.post(f"{page}/acknowledge", page=page))
    with transaction() as session:
        assert len(session.exec(select(Concern)).all()) == 1


def test_a_time_of_day_is_the_last_that_englands_clocks_showed() -> None:
    now = utc_now()
    for text in ("00:00", "9.30", "23:59"):
        moment = _moment_of(text, now)
        assert moment is not None
        assert 0 <= (now - moment).total_seconds() < 25 * 3600
    assert [_moment_of(text, now) for text in ("", "24:00", "12:60", "noon")] == [None] * 4
