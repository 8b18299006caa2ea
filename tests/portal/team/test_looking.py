"""The lead inspector sees pages as others do: nothing is sent, nothing counts as theirs, each page is recorded."""

import pytest
from sqlmodel import select

from models.tables import AuditEntry, ListReading
from tasks.ground.database import transaction
from tests.portal.driving import Driver, words

pytestmark = pytest.mark.parts


def _look(lead: Driver, ref: str, whom: str) -> None:
    page = f"/inspections/{ref}/as"
    text = lead.get(page).text
    code = text[: text.index(whom)].rpartition('value="')[2].partition('"')[0]
    lead.post(page, page=page, role=code)


def test_a_lead_sees_an_agencys_pages_and_sends_nothing(inspector: Driver, council: Driver, chosen: str) -> None:
    assert council.get(f"/inspections/{chosen}/as").status_code == 404
    _look(inspector, chosen, "Data officer of Thames Valley Police")
    home = inspector.get("/")
    assert "You see this as a data officer of Thames Valley Police sees it" in words(home)
    request = f"/requests/{chosen}-pol-1"
    assert inspector.get(request).status_code == 200
    for path in (f"{request}/acknowledge", "/account/sessions/end"):
        answer = inspector.post(path, page=request)
        assert answer.status_code == 422
        assert "nothing can be sent" in words(answer)
    assert inspector.get(f"/requests/{chosen}-eval-police/children.xlsx").status_code == 422
    assert inspector.get(f"/inspections/{chosen}/children/T1").status_code == 404
    with transaction() as session:
        assert not session.exec(select(ListReading)).all()
        query = select(AuditEntry).where(AuditEntry.inspection == chosen, AuditEntry.action == "seen-as.read")
        entries = session.exec(query).all()
    assert {entry.actor.partition(": ")[0] for entry in entries} == {"lead_inspector as police officer"}
    assert "/requests/{request_id}" in {entry.facts["page"] for entry in entries}
    inspector.post("/looking/stop", page="/", inspection=chosen)
    assert inspector.get(f"/inspections/{chosen}/children/T1").status_code == 200


def test_a_lead_sees_as_an_inspector_of_another_body_and_as_a_manager_of_this_inspection_alone(
    inspector: Driver, chosen: str
) -> None:
    base = f"/inspections/{chosen}"
    _look(inspector, chosen, "Inspector of Care Quality Commission")
    assert inspector.get(f"{base}/returns").status_code == 200
    assert inspector.get(f"{base}/notes/write").status_code == 422
    inspector.post("/looking/stop", page=base, inspection=chosen)
    _look(inspector, chosen, "Programme manager")
    assert inspector.get(f"{base}/returns").status_code == 404
    assert inspector.get(base).status_code == 200
    for path in ("/desk", "/people", "/desk/decisions"):
        assert inspector.get(path).status_code == 404
