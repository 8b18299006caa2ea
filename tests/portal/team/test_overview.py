"""The team reads where an inspection stands, records findings, and decides comments on the draft."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter

from models.events import Owed
from models.lifecycle import Stage
from models.tables import AuditEntry, Correction, Finding, Inspection, Submission
from portal.team.finding_rows import COLUMNS
from tasks.ground.database import transaction
from tasks.jobs.scan_comment_file import scan_comment_file
from tasks.watch.burden import burdens
from tests.portal.driving import Driver, Outbox, drafted, moved_to, plain_actor, words
from tests.portal.people.test_register import manager_of
from tests.scanning import using
from tests.tasks.steps import actions, stage, taken

_GOOD: dict[str, Any] = {
    "category": "improvement",
    "area": "",
    "heading": "Referrals wait too long",
    "text": "Children waited for a decision.",
    "evidence_kinds": ["case_tracking", "documents"],
    "agencies": ["police"],
    "cases": ["T1"],
}


@pytest.fixture
def fieldwork(chosen: str) -> str:
    """Return an inspection in fieldwork."""
    moved_to(chosen, Stage.FIELDWORK)
    return chosen


def first_area() -> str:
    from models.themes import theme

    return theme("domestic-abuse-2024").evaluation_areas[0].code


def book(*rows: list[str]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("Findings")
        for number, row in enumerate([list(COLUMNS), *rows]):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def recorded(reading: str) -> list[Finding]:
    from tasks.findings.findings import findings_of

    with transaction() as session:
        return findings_of(session, reading)


def test_the_overview_tells_stage_sample_and_decisions_by_label(inspector: Driver, chosen: str) -> None:
    seen = words(inspector.get(f"/inspections/{chosen}"))
    for told in ("Evaluations open", "children to track", "approved by B Khan", "How the places were allocated", "T1"):
        assert told in seen
    assert "The draw follows the plan" in seen
    assert "working day" in seen.lower()


def test_the_overview_begins_with_what_is_on_it(inspector: Driver, chosen: str) -> None:
    page = inspector.get(f"/inspections/{chosen}").text
    places = re.findall(r'href="#([a-z]+)"', page)
    assert {"owes", "cohort", "sample", "timetable"} <= set(places)
    assert [place for place in places if page.count(f' id="{place}"') != 1] == []


def test_by_margins_the_overview_says_the_minimums_and_of_a_child_no_more_groups_than_before(
    inspector: Driver, chosen: str
) -> None:
    text = words(inspector.get(f"/inspections/{chosen}"))
    assert "Places are shared out by minimums for groups of children" in text
    assert "Places, or the minimum" in text
    assert "age band: 2-4" in text
    listed = text.partition("Each child chosen")[2]
    assert "sex" not in listed.partition("Decisions")[0]
    assert "White" not in listed.partition("Decisions")[0]


def test_the_page_of_the_sample_says_whether_it_is_fair(inspector: Driver, chosen: str) -> None:
    page = f"/inspections/{chosen}/sample"
    seen = words(inspector.get(page))
    for told in (
        "Is it fair?",
        "chance was found by drawing",
        "By ethnic group",
        "Chance of being chosen",
        "1.1, approved by",
    ):
        assert told in seen
    assert "The draw follows the plan" in seen
    picture = inspector.get(f"{page}/chart.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")
    for name in ("manifest.json", "cohort.parquet", "decisions.json", "coverage.json"):
        answer = inspector.get(f"{page}/files/{name}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["content-disposition"]
    assert inspector.get(f"{page}/files/links.parquet").status_code == 404
    with transaction() as session:
        from sqlmodel import col, select

        query = select(AuditEntry).where(AuditEntry.action == "sample.read").order_by(col(AuditEntry.number))
        entries = session.exec(query).all()
    assert [one.facts["file"] for one in entries] == [
        "manifest.json", "cohort.parquet", "decisions.json", "coverage.json"
    ]  # fmt: skip
    assert {plain_actor(one.actor) for one in entries} == {"lead_inspector: P"}


def test_before_a_draw_the_page_of_the_sample_says_so(inspector: Driver, reading: str) -> None:
    assert "Not drawn yet" in words(inspector.get(f"/inspections/{reading}/sample"))
    for path in ("chart.svg", "files/manifest.json"):
        assert inspector.get(f"/inspections/{reading}/sample/{path}").status_code == 404


def test_a_finding_is_recorded_changed_and_traced(inspector: Driver, fieldwork: str) -> None:
    page = f"/inspections/{fieldwork}/findings"
    wrong = inspector.post(f"{page}/new", heading="", text="x")
    assert wrong.status_code == 422
    assert "Enter the heading" in words(wrong)
    assert 'href="#heading"' in wrong.text
    good = _GOOD | {"area": first_area()}
    assert "F01: Referrals wait too long" in words(inspector.post(f"{page}/new", **good))
    changed = good | {"heading": "Referrals wait much too long"}
    assert "Version 2" in words(inspector.post(f"{page}/F01", **changed))
    assert "Where the records are" in words(inspector.get(f"{page}/F01/evidence"))


def test_a_workbook_records_all_rows_or_none(inspector: Driver, fieldwork: str) -> None:
    page = f"/inspections/{fieldwork}/findings/workbook"
    area = first_area()
    good = ["Strength", area, "Good work", "It helped.", "", "police; health", "staff; documents", "T1; S1"]
    bad = ["strength", "nowhere", "Other work", "", "", "", "staff", "T99"]
    refused = inspector.post(page, files={"file": ("f.xlsx", book(good, bad))})
    seen = words(refused)
    assert refused.status_code == 422
    assert "Nothing was recorded" in seen
    assert "T99" in seen
    assert " 3 " in seen
    assert recorded(fieldwork) == []
    assert "F01: Good work" in words(inspector.post(page, files={"file": ("f.xlsx", book(good))}))
    assert recorded(fieldwork)[0].cases == ["T1", "S1"]


def test_a_workbook_that_is_none_is_refused_in_a_sentence(inspector: Driver, fieldwork: str) -> None:
    page = f"/inspections/{fieldwork}/findings/workbook"
    assert inspector.get(f"{page}.xlsx").content.startswith(b"PK")
    assert inspector.post(page, files={"file": ("f.xlsx", b"PK\x03\x04 broken")}).status_code == 422
    assert "Select a file" in words(inspector.post(page))
    # One that the scanner says nothing clear about is not even opened.
    with using("/nowhere/clamd.sock"):
        held = inspector.post(page, files={"file": ("f.xlsx", book())})
    assert held.status_code == 422
    assert "Our malware scanner does not answer" in words(held)
    assert recorded(fieldwork) == []


@pytest.fixture
def draft(inspector: Driver, fieldwork: str) -> str:
    """Return an inspection whose draft letter is being checked."""
    inspector.post(f"/inspections/{fieldwork}/findings/new", **(_GOOD | {"area": first_area()}))
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
    drafted(fieldwork)
    return fieldwork


@pytest.fixture
def reader(portal: str, outbox: Outbox, draft: str) -> Iterator[Driver]:  # noqa: ARG001 - there is a draft
    """Return a signed-in person of the police, while the draft is checked."""
    with Driver(portal) as driver:
        driver.sign_in(outbox.link_of("police"))
        yield driver


def test_a_comment_on_the_draft_goes_there_and_back(reader: Driver, inspector: Driver, draft: str) -> None:
    assert "Draft letter" in words(reader.get("/letter"))
    assert "sandbox" in reader.get("/letter/view").headers["content-security-policy"]
    assert reader.get("/letter.pdf").content.startswith(b"%PDF")
    assert reader.get("/letter.docx").content.startswith(b"PK")
    assert reader.get("/letter.odt").content.startswith(b"PK")
    paragraphs = words(reader.get("/letter/paragraphs"))
    assert "Referrals wait too long" in paragraphs
    assert "Comment on this paragraph" in paragraphs
    new = "/letter/comments/new?at=P01"
    assert "The draft says" in words(reader.get(new))
    assert reader.get("/letter/comments/new?at=P77").status_code == 404
    assert reader.post("/letter/comments", page=new, text=" ", subject="P01").status_code == 422
    nothing = reader.post("/letter/comments", page=new, files={"file": ("a.pdf", b"")}, text="It was 3.", subject="P01")
    assert "The selected file is empty" in words(nothing)
    wrong = {"file": ("a.exe", b"MZ program")}
    unread = reader.post("/letter/comments", page=new, files=wrong, text="It was 3.", subject="P01")
    assert (unread.status_code, "It must be a PDF" in words(unread)) == (422, True)
    assert "Your comment" not in words(reader.get("/letter/paragraphs"))
    pdf = {"file": ("Jo Child.pdf", b"%PDF-1.7\n%%EOF\n")}
    sent = reader.post("/letter/comments", page=new, files=pdf, text="It was three\ndays.", subject="P01")
    assert "It was three days." in words(sent)
    assert "Waits for the virus check" in words(sent)
    own = sent.url.path
    assert reader.get(f"{own}/files/1").status_code == 404
    scan_comment_file(taken(Owed.SCAN_COMMENT_FILE, draft))
    assert reader.get(f"{own}/files/1").content == pdf["file"][1]
    page = f"/inspections/{draft}/comments"
    assert "It was three days." in words(inspector.get(page))
    one = f"{page}/{own.rpartition('/')[2]}"
    assert "A comment can be accepted only once the paragraph says something else" in words(inspector.get(one))
    assert inspector.get(f"{one}/files/1").content == pdf["file"][1]
    seen = words(inspector.post(one, outcome="accepted/P01/2", text="You are right."))
    assert "Change paragraph P01 first, then accept the comment." in seen
    edit = f"/inspections/{draft}/draft/P01"
    inspector.post(edit, text="Referrals wait three days.", seen="1")
    assert "Accepted: P01 was changed (version 2) because of this comment" in words(inspector.get(one))
    assert "Enter what the agency is to read" in words(inspector.post(one, outcome="declined"))
    inspector.post(one, outcome="accepted/P01/2", text="You are right: three days.")
    assert "Accepted: P01 was changed (version 2)" in words(inspector.get(page))
    # The agency gets the reply when the check is over, and not before.
    assert "You are right" not in words(reader.get(own))


def test_a_comment_is_taken_back_while_it_has_no_reply(reader: Driver, inspector: Driver, draft: str) -> None:
    sent = reader.post("/letter/comments", page="/letter/comments/new", text="It is too long.", subject="")
    own, page = sent.url.path, f"/inspections/{draft}/comments"
    pdf = {"file": ("b.pdf", b"%PDF-1.7\n%%EOF\n")}
    assert "Select a file" in words(reader.post(f"{own}/files", page=own))
    assert "File 1 is with your comment" in words(reader.post(f"{own}/files", page=own, files=pdf))
    assert "It is too long." in words(inspector.get(page))
    assert "Your comment is taken back" in words(reader.post(f"{own}/withdraw", page=own))
    assert "It is too long." not in words(reader.get("/letter/paragraphs"))
    assert "It is too long." not in words(inspector.get(page))
    again = reader.post(
        "/letter/comments", page="/letter/comments/new", text="It is far too long.", subject=""
    ).url.path
    inspector.post(f"{page}/{again.rpartition('/')[2]}", outcome="declined", text="It has what it needs.")
    with transaction() as session:
        row = session.get_one(Correction, again.rpartition("/")[2])
        assert (row.outcome, row.paragraph) == ("declined", None)
    assert "Take the comment back" not in words(reader.get(again))


def test_an_agency_reads_only_its_own_children_and_each_reading_is_in_the_audit(police: Driver, chosen: str) -> None:
    page = f"/requests/{chosen}-eval-police"
    assert "The children chosen" in words(police.get(page))
    assert police.get(f"{page}/children.xlsx").content.startswith(b"PK")
    assert police.get(f"{page}/template.xlsx").content.startswith(b"PK")
    assert police.get(f"/requests/{chosen}-eval-health/children.xlsx").status_code == 404
    with transaction() as session:
        from sqlmodel import select

        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "children-list.read")).all()
    assert [(plain_actor(one.actor), one.subject) for one in entries] == [
        ("police officer: P", f"{chosen}-eval-police")
    ]


def test_the_local_authority_sends_its_statement_once(council: Driver, police: Driver, reading: str) -> None:
    from datetime import timedelta

    from models.tables import Statement
    from models.tables.base import utc_now
    from tasks.ledger.rows import inspection_of

    with transaction() as session:
        inspection = inspection_of(session, reading, lock=True)
        inspection.stage = Stage.STATEMENT_DUE
        due = utc_now() + timedelta(days=30)
        session.add(
            Statement(
                inspection=reading, needed=True, principal_authority="Reading", due_at=due, published_on=due.date()
            )
        )
    assert "Written statement" in words(council.get("/"))
    assert police.get("/statement").status_code == 404
    assert "Select a file" in words(council.post("/statement"))
    assert "PDF, DOCX or ODT" in words(council.post("/statement", files={"file": ("a.txt", b"x")}))
    checking = council.post("/statement/check", page="/statement", files={"file": ("what we do.pdf", b"%PDF-2")})
    seen = words(checking)
    assert "Nothing is sent yet" in seen
    assert "what we do.pdf" in seen
    assert "6 bytes" in seen
    assert stage(reading) == Stage.STATEMENT_DUE
    address = str(checking.url.copy_with(scheme=None, host=None, port=None))
    form = {"csrf": council.token(address), "file": checking.url.params["file"]}
    for _ in range(2):
        # The button twice sends it once.
        sent = council.http.post("/statement", data=form)
    assert "We have your written statement" in words(sent)
    assert "what we do.pdf" in words(sent)
    assert council.get("/statement/file").content == b"%PDF-2"
    assert actions(reading)[-1] == "statement.read"
    assert police.get("/statement/file").status_code == 404


def test_an_agency_does_not_see_the_teams_rooms(police: Driver, reading: str) -> None:
    for path in (
        "",
        "/sample",
        "/sample/chart.svg",
        "/sample/files/cohort.parquet",
        "/findings",
        "/findings/new",
        "/comments",
        "/letter",
    ):
        assert police.get(f"/inspections/{reading}{path}").status_code == 404


def test_without_a_cohort_the_page_of_pairs_says_when_there_will_be_any(inspector: Driver, reading: str) -> None:
    assert "The cohort is not frozen yet" in words(inspector.get(f"/inspections/{reading}/pairs"))


def test_forms_open_filled_in_with_this_inspection_or_this_request(
    portal: str, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.team.overview.for_people", lambda: "https://prefect.example")
    with manager_of(portal) as manager:
        shown = manager.get(f"/inspections/{reading}").text
    base = 'href="https://prefect.example/forms/'
    assert f'{base}close-returns?inspection={reading}"' in shown
    assert f'{base}extend-request?request={reading}-pol-1"' in shown
    assert f"{base}publish" not in shown


def test_a_manager_reads_what_the_inspection_cost_each_agency(portal: str, chosen: str) -> None:
    with transaction() as session:
        (police,) = (each for each in burdens(session, chosen) if each.agency == "Thames Valley Police")
    assert police.files
    with manager_of(portal) as manager:
        shown = words(manager.get(f"/inspections/{chosen}"))
    row = f"{police.agency} {police.returns} {police.files:,} {police.cells_typed:,} {police.cells_filled:,}"
    assert row in shown[shown.index("What it cost each agency") :]


@pytest.mark.parametrize("rehearsal", [True, False])
def test_l13_a_rehearsal_whose_seeds_are_open_does_not_say_that_they_were_bound(
    inspector: Driver, reading: str, rehearsal: bool
) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).rehearsal = rehearsal
    shown = words(inspector.get(f"/inspections/{reading}"))
    assert "Fingerprint of the seeds of the draw" in shown
    assert ("seeds of the draw were bound to this inspection" in shown) != rehearsal
    assert ("Its seeds are open: anybody can work out its draw from public values." in shown) == rehearsal


def test_l13_queries_of_comparing_returns_are_counted_wherever_queries_are(
    inspector: Driver, police: Driver, reading: str, queried: str
) -> None:
    with transaction() as session:
        result = session.get_one(Submission, queried).result
        own, result.across_found = result.queries or 0, 1234
        session.add(result)
    assert own
    count = f"{own + 1234:,}"
    for driver, path in (
        (inspector, f"/inspections/{reading}"),
        (inspector, f"/inspections/{reading}/returns"),
        (inspector, f"/inspections/{reading}/returns/{queried}/findings"),
        (police, f"/requests/{reading}-pol-1"),
        (police, f"/submissions/{queried}"),
    ):
        assert count in words(driver.get(path)), path
