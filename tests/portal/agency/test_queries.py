"""Queries on the portal: explained by the agency that sent them, read by inspectors, kept from everybody else."""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from models.lifecycle import Stage
from models.tables import Inspection, Submission
from tasks.ground.database import transaction
from tasks.returns.rechecks import ask_all
from tasks.returns.rule_waivers import WaiverReason, waive_rule
from tests.portal.driving import Driver, validated, words
from tests.portal.test_browser import signed, violations
from tests.tasks.jobs.test_recheck import again
from tests.tasks.returns.test_explanations import csv_of
from tests.tasks.returns.test_explanations import police_file as queried_file


def test_a_query_is_explained_once_and_the_return_is_accepted(police: Driver, queried: str) -> None:
    listed = police.get(f"/submissions/{queried}/queries")
    assert "0 of 2 explained" in words(listed)
    assert "more than 48 hours" in words(listed)
    missing = police.post(f"/submissions/{queried}/queries/0", text="  ", where="all")
    assert missing.status_code == 422
    assert "Enter your explanation" in words(missing)
    said = police.post(f"/submissions/{queried}/queries/0", text="The line was down <b>all</b> week.", where="all")
    assert "Explained" in words(said)
    assert "The line was down <b>all</b> week." in words(said)
    assert "<b>all</b>" not in said.text
    seen = words(police.get(f"/submissions/{queried}"))
    assert "2 of 2 queries explained" in seen


def test_a_query_can_be_explained_at_one_place(police: Driver, queried: str) -> None:
    some = police.post(f"/submissions/{queried}/queries/0", text="Our clock was wrong.", where="some", at="1")
    assert "1 of 2 explained" in words(some)
    none = police.post(f"/submissions/{queried}/queries/0", text="Our clock was wrong.", where="some")
    assert none.status_code == 422
    assert "Choose at least one" in words(none)
    assert police.get(f"/submissions/{queried}/queries/7").status_code == 404


def test_another_agency_sees_no_query_and_no_place(council: Driver, reading: str, queried: str) -> None:
    for path in ("/queries", "/queries/0", "/places.csv"):
        assert council.get(f"/submissions/{queried}{path}").status_code == 404
    assert council.post(f"/submissions/{queried}/share", page=f"/requests/{reading}-la-da/upload").status_code == 404


def test_inspectors_read_explanations_waivers_and_rechecks(
    police: Driver, inspector: Driver, reading: str, queried: str
) -> None:
    police.post(f"/submissions/{queried}/queries/0", text="The line was down.", where="all")
    waive_rule(f"{reading}-pol-1", "ID.postcode.format", WaiverReason.RULE_IN_DOUBT, date(2025, 3, 3), by="Sam Patel")
    ask_all(reading, counts=False, by="inspectorate: Sam Patel")
    again(reading)
    seen = words(inspector.get(f"/inspections/{reading}/explanations"))
    assert "The line was down." in seen
    assert "2 places of version 61" in seen
    assert "Sam Patel" in seen
    assert WaiverReason.RULE_IN_DOUBT in seen
    assert "Monday 3 March 2025" in seen
    assert "No count of findings" in seen
    assert "for information only" in seen
    assert "These rules were waived for you: ID.postcode.format" in words(police.get(f"/submissions/{queried}"))


def test_every_finding_can_be_downloaded(police: Driver, queried: str) -> None:
    got = police.get(f"/submissions/{queried}/places.csv")
    rows = list(csv.DictReader(io.StringIO(got.text.removeprefix("\ufeff"))))
    assert [row["Severity"] for row in rows] == ["query", "query"]
    assert list(rows[0]) == ["Severity", "Sheet", "Row", "Cell", "Column", "What is wrong and what to do", "Rule"]


@pytest.mark.usefixtures("queried")
def test_a_corrected_version_says_what_changed_since(police: Driver, reading: str, synthetic: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(queried_file(synthetic, late=3).decode())))
    for row in rows:
        if row["notification_datetime"].startswith("2025-02-23"):
            row["notification_datetime"] = ""
            row["notification_to_csc"] = "No"
            break
    police.upload(f"{reading}-pol-1", "b.csv", csv_of(rows))
    validated(reading)
    seen = words(police.get(f"/submissions/{reading}-pol-1-v62"))
    assert re.search(r"Since version 61 Fixed 1 Still there 1 New 1 ", seen), seen


def test_pages_about_queries_are_accessible(
    window: BrowserContext, police: Driver, inspector: Driver, portal: str, reading: str, queried: str
) -> None:
    page = signed(window, police, portal)
    page.goto(f"{portal}/submissions/{queried}")
    page.get_by_role("link", name="Explain values that are unusual but correct").click()
    assert violations(page) == []
    page.get_by_role("link", name="Explain of notification_datetime").click()
    page.get_by_label("Why is it right?").fill("The line to the council was down that week.")
    page.get_by_label("At those chosen below").check()
    expect(page.get_by_label("W2")).to_be_visible()
    expect(page.get_by_text("characters remaining").first).to_be_visible()
    assert violations(page) == []
    page.get_by_label("At all 2 places").check()
    page.get_by_role("button", name="Keep the explanation").click()
    expect(page.get_by_text("The line to the council was down that week.")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{portal}/requests/{reading}-pol-1/upload")
    assert violations(page) == []
    team = signed(window, inspector, portal)
    team.goto(f"{portal}/inspections/{reading}/explanations")
    assert violations(team) == []


@pytest.mark.usefixtures("queried", "public_store")
def test_a_script_tells_that_a_file_is_one_more_part(
    window: BrowserContext, police: Driver, portal: str, reading: str, tmp_path: Path, police_file: Path
) -> None:
    lines = police_file.read_bytes().splitlines(keepends=True)
    (tmp_path / "more.csv").write_bytes(b"".join(lines[:1]))
    page = signed(window, police, portal)
    page.goto(f"{portal}/requests/{reading}-pol-1/upload")
    page.set_input_files("#file", tmp_path / "more.csv")
    page.get_by_label("No, it is one more file of the same return").check()
    with page.expect_navigation(url=re.compile("/uploads/")):
        page.get_by_role("button", name="Continue").click()
    assert violations(page) == []
    expect(page.get_by_text("One more file of the same return")).to_be_visible()
    with page.expect_navigation(url=re.compile("/submissions/")):
        page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("Your file is received as version 62.")).to_be_visible()
    with transaction() as session:
        assert len(session.get_one(Submission, f"{reading}-pol-1-v62").parts) == 1


def test_no_query_is_explained_after_the_facts_are_checked(police: Driver, reading: str, queried: str) -> None:
    form = f"/submissions/{queried}/queries/0"
    token = police.token(form)
    with transaction() as session:
        session.get_one(Inspection, reading).stage = Stage.PUBLISHED
    assert "<form" not in police.get(form).text
    assert "until the facts of the letter are checked" in words(police.get(form))
    assert f'href="{form}"' not in police.get(f"/submissions/{queried}/queries").text
    sent = police.http.post(form, data={"csrf": token, "text": "The line was down.", "where": "all"})
    assert sent.status_code == 422
    assert "moved on to published" in words(sent)
