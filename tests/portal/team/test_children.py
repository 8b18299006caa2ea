"""A chosen child's page holds what each agency sent, and is opened by the team alone, each time recorded."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from models.lifecycle import Stage
from models.tables import Agency, AuditEntry
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.persons_requests.restricting import openings_of
from tasks.sampling import Decision, DecisionKind, Reason
from tasks.sampling.draws import decide
from tests.portal.driving import Driver, moved_to, words
from tests.portal.test_browser import signed
from tests.tasks.documents.test_chronologies import evaluated, request_of
from tests.tasks.persons_requests.test_restricting import child_of, restricted

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def _readings(ref: str) -> list[AuditEntry]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == "child.read")
        return list(session.exec(query.order_by(col(AuditEntry.number))))


def test_a_tracked_childs_page_shows_every_agencys_rows_in_time(inspector: Driver, reading: str) -> None:
    listed = inspector.get(f"/inspections/{reading}/children")
    assert f'href="/inspections/{reading}/children/T1"' in listed.text
    page = inspector.get(f"/inspections/{reading}/children/T1")
    text = words(page)
    assert page.status_code == 200
    assert "What happened when" in text
    assert "la_child_id" in text or "incident_ref" in text
    assert "No agency has sent an evaluation" in text
    (entry,) = _readings(reading)
    assert entry.subject == f"{reading}/T1"
    assert entry.facts["records"] >= 2
    assert re.search(r"[A-Z][a-z]+ [A-Z][\w’'-]+, (born|due) \d", text)
    assert "P-" in entry.actor


def test_the_labels_are_searched_and_downloaded_like_every_list(inspector: Driver, reading: str) -> None:
    path = f"/inspections/{reading}/children"
    tracked = inspector.post(path, page=path, **{"only-set": "Tracked"})
    assert "Child T1" in words(tracked)
    assert "Child S1" not in words(tracked)
    table = inspector.post(path, page=path, download="csv").text.removeprefix("\ufeff").splitlines()
    assert table[0] == "Child,Chosen as,Decision point"
    assert table[1] == "T1,Tracked,"
    assert any(re.fullmatch("S1,Wider sample,.+", line) for line in table)


def test_an_agency_sees_that_a_childs_page_showed_its_rows_and_in_which_role(
    inspector: Driver, police: Driver, reading: str
) -> None:
    assert "Page about one chosen child" not in words(police.get("/opened"))
    labels = ["T1", "T2", "T3", "T4", "T5"]
    for label in labels:
        assert inspector.get(f"/inspections/{reading}/children/{label}").status_code == 200
    entries = _readings(reading)
    shown = [entry for entry in entries if f"{reading}/police" in entry.facts["rows_of"]]
    assert shown
    # References alone, and of no agency that sent nothing of the child.
    assert {each for entry in entries for each in entry.facts["rows_of"]} <= {
        f"{reading}/{kind}" for kind in ("police", "health", "probation", "local_authority")
    }
    for entry in entries:
        page = words(inspector.get(f"/inspections/{entry.subject.partition('/')[0]}/children/{entry.subject[-2:]}"))
        assert (f"{reading}/police" in entry.facts["rows_of"]) == ("POL-1" in page), entry.subject
    told = words(police.get("/opened"))
    assert "No line matches." in words(police.post("/opened", words="no such page"))
    table = police.post("/opened", download="csv", words="one chosen child").text.splitlines()
    assert (len(table), "Page about one chosen child,Lead inspector" in table[1]) == (2, True)
    assert f"Page about one chosen child Lead inspector {2 * len(shown)} " in told
    assert "P-" not in told
    assert "T1" not in told
    assert "older than the record" not in told


def test_openings_from_before_their_entry_said_whose_rows_they_showed_are_counted(police: Driver, reading: str) -> None:
    with transaction() as session:
        audit.append(session, reading, actor="inspector: P-CCCCCCCC", action="child.read", subject=f"{reading}/T1")
    told = words(police.get("/opened"))
    assert "1 opening of pages about one chosen child is older than the record" in told
    assert "Page about one chosen child" not in told


def test_evaluations_stand_side_by_side_by_question_and_the_page_says_where_they_differ(
    inspector: Driver, reading: str, tmp_path: Path
) -> None:
    police, council = request_of(reading, "/police"), request_of(reading, "/local_authority")
    label = sorted(set(police.cases) & set(council.cases))[0]
    path = f"/inspections/{reading}/children/{label}"
    same = {"risk_assessed": "Yes", "plan_in_place": "Yes", "child_voice_recorded": "Yes"}
    same |= {"da_recognised_as_victim": "Yes", "self_grade": "good"}
    assert evaluated(reading, police, tmp_path, set(), child_seen="Yes", **same) in ("accepted", "queried")
    alone = words(inspector.get(path))
    assert "alone has evaluated this child so far, so there is nothing to compare" in alone
    evaluated(reading, council, tmp_path, set(), child_seen="No", **{**same, "self_grade": "inadequate"})
    page = inspector.get(path)
    names = dict(_names(reading))
    ours, theirs = names[police.agency_id], names[council.agency_id]
    assert "Answers differ on 2 questions of" in words(page)
    assert f"Whether the child was seen. No : {theirs}; Yes : {ours}." in words(page)
    # In the table, the same question says so too, and what each of them answers stands in its own column.
    head = re.findall(
        r'<th scope="col" role="columnheader" class="govuk-table__header">([^<]+)</th>',
        page.text.partition("by question")[2],
    )
    rows = re.findall(r'<tr role="row" class="govuk-table__row" id="answer-(\w+)">(.*?)</tr>', page.text)
    cells = {name: re.findall(r"<td[^>]*>([^<]*)</td>", row) for name, row in rows}
    assert dict(zip(head[1:], cells["child_seen"], strict=False)) == {ours: "Yes", theirs: "No"}
    assert [name for name, row in rows if "Answers differ" in row] == ["child_seen", "self_grade"]
    assert len(set(cells["risk_assessed"])) == 1
    # Once they agree, no question is said to differ.
    evaluated(reading, council, tmp_path, set(), child_seen="Yes", **same)
    again = words(inspector.get(path))
    assert "Answers differ" not in again
    assert "chose an answer, they chose the same" in again


def _names(ref: str) -> list[tuple[str, str]]:
    with transaction() as session:
        return list(session.exec(select(Agency.id, Agency.name).where(Agency.inspection == ref)))


def test_where_the_family_lives_needs_a_reason(inspector: Driver, reading: str) -> None:
    path = f"/inspections/{reading}/children/T1"
    assert "Hidden" in words(inspector.get(path))
    shown = words(inspector.post(path, page=path, why="safety"))
    assert "To answer a concern for a child" in shown
    assert _readings(reading)[-1].facts["addresses"] == "safety"


def test_a_label_that_no_child_has_is_told_in_a_sentence(inspector: Driver, reading: str) -> None:
    answer = inspector.get(f"/inspections/{reading}/children/T99")
    assert "No child of the sample has the label T99" in words(answer)
    assert _readings(reading) == []


def test_a_label_that_left_the_sample_says_when_and_who_came_in(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    decide(reading, Decision(DecisionKind.REPLACE, Reason.WRONG_LINK, "A Lee", "S1", "B Khan"))
    base = f"/inspections/{reading}/children"
    sentence = re.search(r"S1 left the sample on \d+ \w+ 2025, and S\d+ came in\.", words(inspector.get(base)))
    assert sentence
    assert f"{sentence[0]} Choose from the list of chosen children." in words(inspector.get(f"{base}/S1"))
    assert "came in" not in words(inspector.get(f"{base}/T99"))


def test_each_day_leads_to_the_row_that_tells_of_it(inspector: Driver, reading: str) -> None:
    page = inspector.get(f"/inspections/{reading}/children/T1").text
    days = page.partition('id="time"')[2].partition("</table>")[0]
    rows = re.findall(r'href="#(row-[^"]+)"', days)
    assert rows
    assert [row for row in rows if f'id="{row}"' not in page] == []


def test_a_childs_page_begins_with_what_is_on_it_and_how_much(inspector: Driver, reading: str) -> None:
    page = inspector.get(f"/inspections/{reading}/children/T1").text
    contents = page.partition("On this page")[2].partition("</ul>")[0]
    listed = re.findall(r'href="#(\w+)">([^<]+)</a>([^<]*)', contents)
    places = [place for place, _, _ in listed]
    # Each leads to what it names, in the order of the page.
    assert {"time", "evaluations", "notes", "documents", "meetings", "consent", "agencies", "lives"} <= set(places)
    starts = [page.index(f'id="{place}"') for place in places]
    assert starts == sorted(starts)
    for place, title, _ in listed:
        assert title in page[page.index(f'id="{place}"') :][:300].replace("&#39;", "'"), place
    counts = {place: count.removeprefix(": ") for place, _, count in listed}
    (entry,) = _readings(reading)
    records = entry.facts["records"]
    sent = page.partition('id="agencies"')[2].partition('id="family"')[0]
    assert counts["agencies"].startswith(f"{records} rows of ")
    assert sent.count('<details class="govuk-details app-row">') == records
    assert counts["notes"] == "0 notes"
    days = page.partition('id="time"')[2].partition("</table>")[0].count('role="rowheader"')
    assert counts["time"] == f"{days} event{'s' if days != 1 else ''}"
    # Of a closed row it is seen on which day what happened.
    assert re.search(r"Row \d+: \d+ \w+ \d{4}, [a-z]", words_in(sent))


def words_in(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_row_is_closed_until_a_link_or_a_button_opens_it(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{reading}/children/T1")
    rows = page.locator("main .app-row__cells")
    assert rows.count() > 2
    closed = page.evaluate("document.documentElement.scrollHeight")
    assert not any(row.is_visible() for row in rows.all())
    button = page.get_by_role("button", name="Open every row and table")
    button.focus()
    page.keyboard.press("Enter")
    assert all(row.is_visible() for row in rows.all())
    assert page.evaluate("document.documentElement.scrollHeight") > closed + 1000
    page.get_by_role("button", name="Close every row and table").click()
    assert not any(row.is_visible() for row in rows.all())
    _led_to(page)


@pytest.mark.parametrize("window", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_a_link_opens_its_row_too(
    window: BrowserContext, portal: str, inspector: Driver, reading: str
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{reading}/children/T1")
    expect(page.get_by_role("button", name="Open every row and table")).to_be_hidden()
    _led_to(page)


def _led_to(page: Page) -> None:
    """Follow the link of a day to its row, which opens alone."""
    table = page.locator("details.app-row:has(.app-row__table)")
    if table.count():
        table.locator("summary").click()
    link = page.locator("main td a[href^='#row-']").first
    place = str(link.get_attribute("href"))[1:]
    link.click()
    expect(page.locator(f"[id='{place}']")).to_be_visible()
    assert [row.is_visible() for row in page.locator("main .app-row__cells").all()].count(True) == 1


def test_no_agency_opens_a_childs_page(police: Driver, reading: str) -> None:
    assert police.get(f"/inspections/{reading}/children").status_code == 404
    assert police.get(f"/inspections/{reading}/children/T1").status_code == 404


def test_a_restricted_child_is_opened_for_a_reason_of_the_law_and_danger_is_reported_all_the_same(
    inspector: Driver, reading: str
) -> None:
    label, number = child_of(reading)
    path = f"/inspections/{reading}/children/{label}"
    whole = inspector.get(path).text
    row = restricted(reading, number)
    page = inspector.get(path)
    text = words(page)
    assert "Nothing of it is shown until 2 people lift the restriction" in text
    assert "What agencies sent" not in text
    assert number in whole
    assert number not in page.text
    assert f"/concerns/new?child={label}" in page.text
    assert inspector.get(f"/inspections/{reading}/concerns/new?child={label}").status_code == 200
    assert number not in inspector.post(path, page=path, opens="curious").text
    opened = inspector.post(path, page=path, opens="protection")
    assert number in opened.text
    assert "You see what a person has restricted" in words(opened)
    version = next(place[0] for place in row.places)
    rows = f"/inspections/{reading}/returns/{version}/rows"
    assert "Restricted" in words(inspector.get(rows))
    refused = inspector.get(f"/inspections/{reading}/returns/{version}/files/1")
    assert refused.status_code == 422
    assert "so the file is not handed out" in words(refused)
    with transaction() as session:
        opened_by = openings_of(session, row)
    assert [(each.of, each.why) for each in opened_by] == [(f"{reading}/{label}", "protection")]
