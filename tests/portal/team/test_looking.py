"""The lead inspector sees pages as others do: nothing is sent, nothing counts as theirs, each page is recorded."""

import pytest
from sqlmodel import select

from models.roles import ROLE_LABELS, Role
from models.tables import AuditEntry, ConcernReceipt, ListReading
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


def test_every_role_but_their_own_can_be_chosen(inspector: Driver, chosen: str) -> None:
    offered = words(inspector.get(f"/inspections/{chosen}/as"))
    # Whoever runs the service sees no page of an inspection.
    for role in set(Role) - {Role.LEAD, Role.OPERATOR}:
        assert ROLE_LABELS[role][1:] in offered, role


def test_a_lead_sees_concerns_as_those_who_answer_them_and_answers_none(inspector: Driver, chosen: str) -> None:
    base, form = f"/inspections/{chosen}", f"/inspections/{chosen}/concerns/new"
    raised = inspector.post(form, child="T1", who="Zebedee Quill", danger="He was threatened.").url.path
    identity = raised.rpartition("/")[2]
    _look(inspector, chosen, "Person named for immediate concerns of Thames Valley Police")
    listed = inspector.get("/concerns")
    assert "For your organisation" in words(listed)
    assert "Raise a concern" not in words(listed)
    assert "We have taken this on" in words(inspector.get(raised))
    assert "nothing can be sent" in words(inspector.post(f"{raised}/acknowledge", page=raised))
    assert inspector.get(base).status_code == 404
    inspector.post("/looking/stop", page="/concerns", inspection=chosen)
    # To a director a concern comes when nobody has answered it.
    _look(inspector, chosen, "Director told of unanswered concerns of Thames Valley Police")
    assert "There is no concern for you to read." in words(inspector.get("/concerns"))
    assert inspector.get(raised).status_code in (404, 422)
    inspector.post("/looking/stop", page="/concerns", inspection=chosen)
    # Whose role has nothing to do with concerns sees none, whatever the lead follows.
    _look(inspector, chosen, "Quality assurer")
    assert inspector.get("/concerns").status_code == 404
    with transaction() as session:
        receipt = session.get_one(ConcernReceipt, (identity, f"{chosen}/police"))
        query = select(AuditEntry).where(AuditEntry.action == "concern.read", AuditEntry.subject == identity)
        readers = {entry.actor.partition(": ")[0] for entry in session.exec(query)}
    assert receipt.answered_at is None
    assert "lead_inspector as police named_for_concerns" in readers
    assert not any("director" in reader for reader in readers)


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
