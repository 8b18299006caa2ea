"""The pages on which a file is put aside, by its sender and by the inspectorates, and what stands there afterwards."""

from pathlib import Path

import pytest
from sqlmodel import select

from models.lifecycle import RequestState
from models.roles import Role
from models.states import WrongFileState
from models.tables import Inspection, WrongFile
from portal.app import app
from tasks.ground.database import transaction
from tasks.people.tokens import make_token
from tasks.wrong_files import erasing
from tasks.wrong_files.standing import choices_of, resting_on, wrong_file_of, wrong_files_of
from tests.portal.pages.made_up import TestClient
from tests.tasks.counting import statements
from tests.tasks.retention.test_pages import Visitor, decision
from tests.tasks.steps import checked, file_of, request, send
from tests.tasks.wrong_files.conftest import aside

pytestmark = pytest.mark.parts


def only() -> WrongFile:
    with transaction() as session:
        return session.exec(select(WrongFile)).one()


def test_managers_and_the_officer_put_aside_and_two_of_them_destroy(certificates: str, sent: str) -> None:
    ref = certificates
    manager, officer = Visitor(Role.MANAGER, "Maud Manages"), Visitor(Role.PROTECTION, "Dana Protects")
    oversight = Visitor(Role.OVERSIGHT, "Ola Oversees")
    page = f"/inspections/{ref}/sent-in-error"
    assert "Nothing was sent in error" in oversight.get(page)
    assert "Put the file aside" not in oversight.get(page)
    oversight.post(page, status=404, version=sent, reason="other_area", people="40")
    assert "Choose which file" in manager.post(page, status=422, reason="trial")
    assert "Choose what is wrong" in manager.post(page, status=422, version=sent)
    assert "how many people" in manager.post(page, status=422, version=sent, reason="other_area", people="many")
    manager.post(page, status=404, version=f"{ref}-pol-1-v9", reason="trial")
    manager.post(page, version=sent, reason="other_area", people="40")
    text = officer.get(page)
    assert "POL-1, version 2 of Thames Valley Police" in text
    assert "Put aside" in text
    assert "to be reported by" in text
    narrowed = {"words": "pol-1", "only-reason": "It holds children of another area"}
    assert "1 file." in officer.post(f"{page}/list", status=200, **narrowed)
    assert "No file matches." in oversight.post(f"{page}/list", status=200, words="HEA-1")
    table = oversight.post(f"{page}/list", status=200, download="csv").splitlines()
    assert (len(table), "Thames Valley Police" in table[1], "Maud Manages" in table[1]) == (2, True, True)
    row = only()
    one = f"{page}/{row.id}"
    assert "Choose whether" in officer.post(one, status=422)
    officer.get(f"{one}/certificate.json", status=404)
    officer.post(f"/inspections/{ref}-other/sent-in-error/{row.id}", status=404, act="destroy")
    officer.post(one, act="destroy")
    waits = f"/decisions/{decision()}"
    assert waits in manager.get(page)
    officer.post(waits, status=422, answer="confirm")
    assert only().state == WrongFileState.PUT_ASIDE
    manager.post(waits, answer="confirm")
    assert "Being destroyed" in officer.get(page)
    erasing.carry_out(row.id)
    assert f"{one}/certificate.json" in oversight.get(page)
    assert "A file that was sent in error" in oversight.get(f"{one}/certificate.json")


def test_more_files_cost_no_more_queries(area: str, sent: str) -> None:
    aside(sent)

    def queries() -> int:
        with transaction() as session, statements(session) as made:
            wrong_files_of(session, session.get_one(Inspection, area))
        return len(made)

    before, row = queries(), only()
    with transaction() as session:
        for number in range(12):
            more = {"id": f"more-{number}", "sha256": f"{number:064}", "breach": f"B-{number}", "cohorts": [1]}
            session.add(WrongFile(**(row.model_dump() | more)))
    assert queries() == before


def test_a_program_of_the_agency_gets_the_sentence_and_no_report(area: str, sent: str, wrong: bytes) -> None:
    token, _ = make_token(area, "police", "their system", by="test")
    program = TestClient(app, headers={"Authorization": f"Bearer {token}"})
    assert program.get(f"/api/submissions/{sent}/report").status_code == 200
    aside(sent)
    answer = program.get(f"/api/submissions/{sent}/report")
    assert answer.status_code == 422
    assert "sent in error" in answer.json()["error"]
    assert wrong not in answer.content


def test_what_follows_is_said_where_a_sample_stands_on_it(proposed: str) -> None:
    manager = Visitor(Role.MANAGER, "Maud Manages")
    with transaction() as session:
        assert f"{proposed}-pol-1-v1" in choices_of(session, proposed)
        assert resting_on(session, session.get_one(Inspection, proposed), 1) == []
    row = aside(f"{proposed}-pol-1-v1")
    with transaction() as session:
        inspection = session.get_one(Inspection, proposed)
        sentences = next(list(shown.follows) for shown in wrong_files_of(session, inspection) if shown.row == row)
        assert f"{proposed}-pol-1-v1" not in choices_of(session, proposed)
        assert wrong_file_of(session, row.subject, f"{proposed}/police") == row
        assert wrong_file_of(session, row.subject, f"{proposed}/health") is None
    assert sentences[0].startswith("Version 1 of the cohort was frozen with it")
    assert sentences[1].startswith("Draw 1 of the sample")
    for page in (f"/inspections/{proposed}/sent-in-error", f"/inspections/{proposed}/sample"):
        text = manager.get(page)
        assert "Version 1 of the cohort was frozen with it" in text
        assert "decide-cohort" in text


def test_a_first_file_in_error_leaves_the_request_owed(area: str, synthetic: Path) -> None:
    subject = send(f"{area}-pro-1", "a.csv", file_of(synthetic, "PRO-1").read_bytes()).id
    checked(area)
    aside_by_manager = Visitor(Role.MANAGER, "Maud Manages")
    aside_by_manager.post(f"/inspections/{area}/sent-in-error", version=subject, reason="trial", people="")
    assert request(area, "pro-1").state == RequestState.ACKNOWLEDGED
    assert only().breach == ""
