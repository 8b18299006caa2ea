"""The pages of retention and holds, what stands where something was destroyed, and the certificates' command."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import select

from cli.certificate import command
from models.roles import Role
from models.states import SignInWay
from models.tables import Breach, Membership, Person
from portal.app import app
from portal.pages.forms import COOKIE as BROWSER
from portal.pages.session import COOKIE
from portal.pages.signing import signer
from tasks.ground.database import transaction
from tasks.ground.signing import public_keys
from tasks.ledger.audit import chain, line
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.sessions import begin
from tasks.people.two_people import open_proposals
from tasks.retention import erasing
from tests.portal.pages.made_up import TestClient
from tests.tasks.retention.conftest import NAME
from tests.tasks.retention.test_erasing import proposed

pytestmark = pytest.mark.parts


class Visitor:
    """Somebody who is signed in at a browser of their own."""

    def __init__(self, role: Role, name: str = "") -> None:
        with transaction() as session:
            query = select(Person).join(Membership).where(Membership.role == role)
            person = session.exec(query).first()
            if name or person is None:
                person = add_person(session, Entered(name, "", f"{name[:3]}@inspect.jtai-area.uk", "", None), by="test")
                give_role(session, person, role, by="test", from_day=date(2020, 1, 1))
            secret = begin(session, person, SignInWay.OWN_LINK)
        self.client = TestClient(app)
        self.client.cookies.set(BROWSER, "a")
        self.client.cookies.set(COOKIE, secret)
        self.csrf = signer("form").get_signature(f"a\n{secret}").decode()

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, follow_redirects=False)
        assert answer.status_code == status, (path, answer.status_code)
        return str(answer.text)

    def post(self, path: str, status: int = 303, **form: Any) -> str:
        answer = self.client.post(path, data={"csrf": self.csrf, **form}, follow_redirects=False)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        return str(answer.text)


def decision() -> str:
    with transaction() as session:
        (row,) = open_proposals(session)
        return row.id


def test_a_class_is_destroyed_on_the_pages_by_two_managers_and_the_page_says_so(old: str, tmp_path: Path) -> None:
    first, second, officer = Visitor(Role.MANAGER), Visitor(Role.MANAGER, "Second Manager"), Visitor(Role.PROTECTION)
    page = f"/inspections/{old}/retention"
    assert "Ask another manager" not in first.get(page)
    row = proposed(old)
    assert "Proposed at" in officer.get(page)
    assert "Ask another manager to destroy" not in officer.get(page)
    assert "Ask another manager to destroy: data about children" in first.get(page)
    first.post(f"{page}/{row.id}")
    waits = f"/decisions/{decision()}"
    assert waits in second.get("/home")
    first.post(waits, status=422, answer="confirm")
    second.post(waits, answer="confirm")
    # From the confirmation on, before anything is gone.
    assert "What this page showed was destroyed for good" in first.get(f"/inspections/{old}", status=410)
    erasing.carry_out(row.id)
    for path in ("", "/findings", "/sample", "/lists"):
        said = first.get(f"/inspections/{old}{path}", status=410)
        assert "6 months from 6 May 2025" in said
        assert NAME not in said
    assert "Certificate" in first.get(page)
    first.get(f"/inspections/{old}/letter")
    data = officer.get(f"{page}/{row.id}/certificate.json")
    file, audit = tmp_path / "certificate.json", tmp_path / "audit.jsonl"
    file.write_text(data)
    with transaction() as session:
        audit.write_text("".join(f"{line(entry)}\n" for entry in chain(session, old)[0]))
    run = CliRunner().invoke(command, ["verify", str(file), "--key", public_keys()[0].value, "--audit", str(audit)])
    assert (run.exit_code, "Nothing is wrong with it." in run.output) == (0, True), run.output
    assert "No backup was known" in run.output
    file.write_text(data.replace("6 months", "7 months").replace('"months":6', '"months":7'))
    run = CliRunner().invoke(command, ["verify", str(file), "--json"])
    assert run.exit_code == 1
    assert json.loads(run.output)["faults"]
    run = CliRunner().invoke(command, ["keys"])
    assert public_keys()[0].id in run.output


def test_a_certificate_is_there_for_its_own_inspection_alone(old: str) -> None:
    row = proposed(old)
    officer = Visitor(Role.PROTECTION)
    officer.get(f"/inspections/{old}/retention/{row.id}/certificate.json", status=404)
    officer.get(f"/inspections/{old}/retention/X-00000000/certificate.json", status=404)
    officer.post(f"/inspections/{old}/retention/{row.id}", status=404)


def test_holds_are_set_and_lifted_on_their_page(old: str) -> None:
    first, second = Visitor(Role.MANAGER), Visitor(Role.MANAGER, "Second Manager")
    assert "There is no legal hold." in first.get("/holds")
    said = first.post("/holds", status=422, matter="Baby P", reason="")
    for sentence in ("Enter the number of the matter", "Choose why nothing", "Choose at least 1 inspection"):
        assert sentence in said
    first.post("/holds", matter="inq-2026-14", reason="INQUIRY", covers="everything")
    second.post(f"/decisions/{decision()}", answer="confirm")
    assert "Every inspection, all classes of record" in first.get("/holds")
    assert "A public inquiry, matter INQ-2026-14" in first.get(f"/inspections/{old}/retention")
    assert "Choose the matter" in first.post("/holds/lift", status=422)
    first.post("/holds/lift", lifted="INQ-2026-14", lift_reason="OVER")
    second.post(f"/decisions/{decision()}", answer="confirm")
    assert "Goes on" not in first.get("/holds")
    wanted: dict[str, Any] = {"only-state": "Lifted"}
    assert "1 hold." in " ".join(first.post("/holds/list", status=200, **wanted).split())
    assert "0 of 1 hold" in " ".join(first.post("/holds/list", status=200, words="INQ-2099").split())


def test_the_data_protection_officer_oversees_and_records_a_breach(old: str) -> None:
    officer = Visitor(Role.PROTECTION)
    assert "Oversight: reading, breaches, certificates" in officer.get("/home")
    assert "No breach is recorded." in officer.get("/oversight")
    said = officer.post("/oversight/breaches", status=422, kind="", people="many")
    for sentence in ("Choose what happened.", "Enter how many people", "Enter the day and time"):
        assert sentence in said
    known: dict[str, Any] = {"known-day": "2", "known-month": "3", "known-year": "2026", "known-time": "09:30"}
    officer.post("/oversight/breaches", kind="lost", people="40", inspection=old, high_risk="yes", **known)
    assert "Report it by" in officer.get("/oversight")
    with transaction() as session:
        breach = session.exec(select(Breach)).one()
    path = f"/oversight/breaches/{breach.id}"
    assert "with a high risk" in officer.post(path, status=422, outcome="no_risk")
    officer.post(path, outcome="reported")
    officer.post(path, outcome="people_told")
    shown = officer.get("/oversight")
    assert "The Information Commissioner was told: recorded" in shown
    assert "The people were told: recorded" in shown
    narrowed = officer.post("/oversight/list", status=200, list="breaches", words="B-00000000")
    # The other lists of the page stay whole.
    assert ("No breach matches." in narrowed, f"/inspections/{old}/openings" in narrowed) == (True, True)
    table = officer.post("/oversight/list", status=200, list="breaches", download="csv").splitlines()
    assert (len(table), breach.id in table[1], "The Information Commissioner was told" in table[1]) == (2, True, True)
    assert old in officer.post("/oversight/list", status=200, list="records", download="csv")
    officer.post("/oversight/breaches/B-00000000", status=404, outcome="reported")
    Visitor(Role.MANAGER).get("/oversight", status=404)
