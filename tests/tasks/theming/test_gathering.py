"""A report is gathered from findings and published letters; its digest covers all that it is made from."""

import json

import pytest

from models.states import ReportStatus
from models.themes import Theme, theme
from tasks.findings.findings import findings_of, words_of
from tasks.ground.database import transaction
from tasks.theming import gathering
from tasks.theming.beginning import begin, report_of
from tasks.theming.gathering import CERTIFICATE, content_digest, file_name, gathered
from tasks.theming.writing import write_part
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.theming.several import FIRST, OTHERS, SECOND, compiled_reports, copied
from tests.tasks.theming.test_assuring import compiled

pytestmark = pytest.mark.parts
THEME = "domestic-abuse-2024"


@pytest.fixture
def report(published: str) -> str:  # noqa: F811 - the fixture
    """Return a report on three areas that nobody has written in."""
    return begin(THEME, [published, copied(published, OTHERS[0]), copied(published, OTHERS[1])], by=SECOND)


def test_l4_the_same_ledger_gives_the_same_report(report: str) -> None:
    with transaction() as session:
        row = report_of(session, report)
        first, second = gathered(session, row), gathered(session, row)
    assert first == second
    assert len(first.digest) == 64
    assert [source.kind for source in first.report.sources] == ["findings"] * 3
    assert all(len(source.digest) == 64 and source.gss for source in first.report.sources)
    assert first.report.letters[row.inspections[0]] == f"../../letters/{row.inspections[0]}/index.html"


def test_the_digest_changes_with_what_people_write_and_not_with_looking(report: str) -> None:
    with transaction() as session:
        before = content_digest(session, report_of(session, report))
    write_part(report, "introduction", "Words.", follows=0, by=FIRST)
    with transaction() as session:
        row = report_of(session, report)
        after = content_digest(session, row)
        assert after != before
        assert gathered(session, row).digest == after


def test_every_finding_that_a_paragraph_rests_on_leads_to_it(report: str) -> None:
    with transaction() as session:
        row = report_of(session, report)
        made = gathered(session, row).report
        findings = {each.id for each in findings_of(session, row.inspections[0])}
        assert all(words_of(each).text for each in findings_of(session, row.inspections[0]))
    assert set(made.findings) == set(row.inspections)
    assert all(set(places) <= findings for places in made.findings.values())


def test_tracked_children_are_counted_where_the_theme_says_so_and_the_certificate_is_kept(
    report: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counts(theme_id: str) -> Theme:
        whole = theme(theme_id)
        return whole.model_copy(update={"report": whole.report.model_copy(update={"children": theme_id == THEME})})

    monkeypatch.setattr(gathering, "theme", counts)
    with transaction() as session:
        children = gathered(session, report_of(session, report)).report.children
    assert children is not None
    # Of three areas, one has a draw: its copies have rows of letters and findings alone.
    assert children.tracked == 7
    assert set(children.by_message) == {message.code for message in theme(THEME).messages}
    assert all(number is None or number == 0 or number >= 5 for number in children.by_message.values())
    compiled_reports()
    files = compiled(report, ReportStatus.DRAFT)
    assert json.loads(files[f"{CERTIFICATE}.json"])["certificate"]["method"] == "withhold"
    assert b"Tracked children behind each message" in files["report.html"]
    assert "children.csv" in files


def test_a_file_is_called_what_it_was_compiled_as() -> None:
    assert file_name("reports/r/draft/1/report-0123456789abcdef.pdf") == "report.pdf"
    assert file_name("reports/r/draft/1/csv-metadata-0123456789abcdef.json") == "csv-metadata.json"
