"""A report is written, read by somebody from outside, published by two people, and compiled as it was assured."""

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from models.events import Owed
from models.roles import Role
from models.states import ReportStatus
from models.tables import CompiledReport, Membership, Person, ThemeReport
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.publish_pages import publish_pages
from tasks.jobs.second_person import confirm, take
from tasks.people.two_people import SecondPersonError
from tasks.publishing.gathering import public_reports
from tasks.publishing.pages import listed, newest_pages
from tasks.theming.assuring import assure, outside_refusal, publish_report, readiness
from tasks.theming.beginning import ReportRefusedError, begin, report_of
from tasks.theming.gathering import content_digest, file_name, gathered
from tasks.theming.report import part_of_message
from tasks.theming.writing import part_labels, write_part
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.steps import actions, taken
from tests.tasks.theming.several import FIRST, SECOND, THIRD, compiled_reports, six

pytestmark = pytest.mark.parts
THEME = "domestic-abuse-2024"


@pytest.fixture
def report(published: str) -> str:  # noqa: F811 - the fixture
    """Return a report on six areas, begun and drafted."""
    ref = begin(THEME, six(published), by=SECOND)
    assert compiled_reports() == ["6 areas"]
    return ref


def row_of(ref: str) -> ThemeReport:
    """Return the report's row."""
    with transaction() as session:
        return report_of(session, ref)


def digest(ref: str) -> str:
    """Return what covers the report as it stands."""
    with transaction() as session:
        return content_digest(session, report_of(session, ref))


def lacking(ref: str) -> str:
    """Return what the report still needs."""
    with transaction() as session:
        row = report_of(session, ref)
        return readiness(session, row, gathered(session, row).report).sentence


def write_all(ref: str, by: str = FIRST) -> None:
    """Write every part."""
    for name in part_labels(theme(THEME)):
        write_part(ref, name, "Zwiebelfisch is written by a person.\n\nTwice.", follows=0, by=by)


def compiled(ref: str, status: ReportStatus) -> dict[str, bytes]:
    """Return the files of the newest compiled report of a form."""
    query = select(CompiledReport).where(CompiledReport.report == ref, CompiledReport.status == status)
    with transaction() as session:
        newest = max(session.exec(query), key=lambda each: each.version)
    return {file_name(key): store.get(key) for key in newest.keys}


def test_the_draft_counts_findings_by_area_and_names_their_paragraphs(report: str) -> None:
    record = json.loads(compiled(report, ReportStatus.DRAFT)["report.json"])
    assert (record["status"], len(record["areas"]), len(record["letters"])) == ("draft", 6, 6)
    assert {letter["kind"] for letter in record["letters"]} == {"findings"}
    assert [message["code"] for message in record["messages"]] == [each.code for each in theme(THEME).messages]
    assert record["earlier"]["theme"] == theme("domestic-abuse-2016").title
    # Words of a finding are in no file.
    assert all(b"Quizzlebury" not in content for content in compiled(report, ReportStatus.DRAFT).values())


def test_l11_nobody_assures_what_they_wrote_or_inspected(report: str) -> None:
    write_all(report)
    with pytest.raises(ReportRefusedError, match="You wrote a part"):
        assure(report, digest=digest(report), by=FIRST)
    with transaction() as session:
        row = report_of(session, report)
        team = Person(id="P-TEAMTEAM", name="T", made_up=True)
        session.add(team)
        session.flush()
        given: dict[str, Any] = {"given_by": "test", "from_day": date(2025, 1, 1), "inspection": row.inspections[2]}
        session.add(Membership(id="M-1", person_id=team.id, role=Role.INSPECTOR, **given))
        session.flush()
        assert "in the team" in outside_refusal(session, row, team.id)
        assert outside_refusal(session, row, "P-BBBBBBBB") == ""


def test_what_is_lacking_is_named_and_a_change_makes_the_assurance_void(report: str) -> None:
    assert lacking(report).startswith("Nobody has written: Introduction")
    with pytest.raises(ReportRefusedError, match="Nobody has written"):
        assure(report, digest=digest(report), by=SECOND)
    write_all(report)
    assert lacking(report).startswith("Nobody from outside")
    with pytest.raises(ReportRefusedError, match="has changed since"):
        assure(report, digest="0" * 64, by=SECOND)
    assure(report, digest=digest(report), by=SECOND)
    assert lacking(report) == ""
    write_part(report, "introduction", "Other words.", follows=1, by=FIRST)
    assert lacking(report).startswith("Nobody from outside")
    with pytest.raises(ReportRefusedError, match="Nobody from outside"):
        publish_report(report, by=FIRST, second=SECOND)


def test_l11_two_people_publish_and_the_public_pages_have_it(report: str) -> None:
    write_all(report)
    assure(report, digest=digest(report), by=SECOND)
    asked = take("publish-thematic-report", {"report": report}, by=FIRST)
    assert asked.proposal
    with pytest.raises(SecondPersonError):
        confirm(asked.proposal, yes=True, by=FIRST)
    assert row_of(report).decided_by == ""
    done = confirm(asked.proposal, yes=True, by=THIRD)
    assert "Publication of" in done.message
    row = row_of(report)
    assert (row.decided_by, row.confirmed_by, row.published_on is not None) == (FIRST, THIRD, True)
    with pytest.raises(ReportRefusedError, match="decided"):
        write_part(report, "introduction", "Late words.", follows=1, by=FIRST)
    assert compiled_reports() == ["6 areas"]
    publish_pages(taken(Owed.PUBLISH_PAGES, row.inspection))
    with transaction() as session:
        (public,) = public_reports(session)
        newest = newest_pages(session)
    assert newest is not None
    paths = set(listed(newest.key))
    assert {f"reports/{report}/index.html", f"reports/{report}/report.pdf", "reports.json"} <= paths
    assert f"reports/{report}/messages.csv" in paths
    assert (public.areas, public.theme_id) == (6, THEME)
    page = store.get(listed(newest.key)["index.html"]["key"]).decode()
    assert f"reports/{report}/index.html" in page
    record = json.loads(public.files["report.json"])
    assert (record["status"], record["prose"]["introduction"][0]) == (
        "published",
        "Zwiebelfisch is written by a person.",
    )
    assert part_of_message("unborn") in record["prose"]
    of_report = [action for action in actions(row.inspection) if action.startswith("report.")]
    assert of_report[-3:] == ["report.assured", "report.publish", "report.compiled"]


def test_l13_what_changed_after_it_was_assured_is_not_published(report: str) -> None:
    write_all(report)
    assure(report, digest=digest(report), by=SECOND)
    publish_report(report, by=FIRST, second=SECOND)
    with transaction() as session:
        row = report_of(session, report)
        row.assured_sha256 = "0" * 64
        session.add(row)
    assert compiled_reports() == ["it has changed since it was assured, so it is not published", "6 areas"]
    assert row_of(report).decided_by == ""
    with transaction() as session:
        assert public_reports(session) == []
