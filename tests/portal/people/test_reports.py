"""Programme managers write a thematic report on pages, one of them reads it from outside, and two publish it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from deployments.demo import thematic
from deployments.demo.people import enter_missing
from models.tables import AuditEntry, Person, Proposal, Work
from models.themes import theme
from tasks.ground.database import transaction
from tasks.jobs.second_person import confirm
from tasks.publishing.gathering import public_reports
from tasks.theming.beginning import ReportRefusedError, begin
from tasks.theming.withdrawing import ReportReason, withdraw_report
from tasks.theming.writing import part_labels
from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of
from tests.tasks.conftest import chosen, fieldwork  # noqa: F401 - fixtures
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - the fixture
from tests.tasks.theming.several import FIRST, OTHERS, compiled_reports, copied

pytestmark = pytest.mark.parts
THEME = "domestic-abuse-2024"


@pytest.fixture
def report(published: str) -> str:  # noqa: F811 - the fixture
    """Return a report on two areas with its first draft."""
    ref = begin(THEME, [published, copied(published, OTHERS[0])], by=FIRST)
    compiled_reports()
    return ref


@pytest.fixture
def mia(report: str, portal: str) -> Iterator[Driver]:  # noqa: ARG001 - it is there first
    """Return a signed-in programme manager, who writes."""
    with manager_of(portal) as driver:
        yield driver


def seen(page: str) -> str:
    """Return what a form says that its reader has seen."""
    match = re.search(r'name="seen" value="([^"]*)"', page)
    assert match is not None
    return match[1]


def taken_back(mia: Driver, portal: str, report: str) -> None:
    """Withdraw the published report by two managers, once, for a listed reason that the public pages then say."""
    base = f"/reports/{report}"
    assert "Choose why the report is withdrawn." in words(mia.post(f"{base}/withdraw", page=base, reason="x"))
    asked = mia.post(f"{base}/withdraw", page=base, reason="FACT_WRONG")
    assert "Another programme manager must confirm the withdrawal." in words(asked)
    with transaction() as session:
        (proposal,) = session.exec(select(Proposal.id).where(Proposal.act == "withdraw-thematic-report")).all()
        (still,) = public_reports(session)
        assert still.ended is None
    with manager_of(portal, "Max Other") as other:
        assert "A fact in the report was wrong" in words(other.get(f"/decisions/{proposal}"))
        assert "You confirmed this" in words(other.post(f"/decisions/{proposal}", answer="confirm", reason=""))
    shown = words(mia.get(base))
    assert "The report was published, and is withdrawn." in shown
    assert "A fact in the report was wrong" in shown
    assert 'action="/reports/' not in mia.get(base).text.partition("Withdrawn")[2]
    with transaction() as session:
        (public,) = public_reports(session)
        assert public.ended is not None
        assert (public.ended.reason, set(public.files.values())) == ("A fact in the report was wrong", {b""})
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "report.withdrawn")).one()
        assert entry.facts["confirmed_by"] != entry.actor
        assert session.exec(select(Work).where(col(Work.subject).contains("report-withdrawn"))).one()
    with pytest.raises(ReportRefusedError, match="withdrawn already"):
        withdraw_report(report, ReportReason.COURT, by=FIRST, second="programme manager: P-CCCCCCCC")


def test_l11_two_managers_write_assure_and_publish_a_report(mia: Driver, portal: str, report: str) -> None:
    base = f"/reports/{report}"
    assert 'href="/reports"' in mia.get("/home").text
    assert report in words(mia.get("/reports"))
    assert "No report matches." in words(mia.post("/reports", words="no such report"))
    assert report in mia.post("/reports", download="csv", words=report).text
    shown = mia.get(base)
    assert "Nobody has written: Introduction" in words(shown)
    assert "It stands in" in words(shown)
    for name in part_labels(theme(THEME)):
        page = mia.get(f"{base}/parts/{name}")
        assert "We recorded that you opened this page." in words(page)
        saved = mia.post(f"{base}/parts/{name}", text="Zwiebelfisch wrote this.", seen=seen(page.text))
        assert "The part is saved." in words(saved)
    assert "You wrote a part of this report." in words(mia.get(base))
    assert "You wrote a part" in words(mia.post(f"{base}/assure", page=f"{base}/parts/introduction", seen="0" * 64))
    assert "Nobody from outside" in words(mia.post(f"{base}/publish", page=f"{base}/parts/introduction"))
    assert "A new draft is being made." in words(mia.post(f"{base}/compile", page=f"{base}/parts/introduction"))
    assert "It is being made now." in words(mia.get(base))
    compiled_reports()
    pdf = mia.get(f"{base}/files/report.pdf")
    assert (pdf.status_code, pdf.content[:5], pdf.headers["content-type"]) == (200, b"%PDF-", "application/pdf")
    assert mia.get(f"{base}/files/messages.csv").text.startswith("message,sentence,leans")
    assert b"Zwiebelfisch" in mia.get(f"{base}/files/report.html").content
    with manager_of(portal, "Max Other") as other:
        page = other.get(base)
        assert "You wrote none of it" in words(page)
        assert "ready as it stands" in words(other.post(f"{base}/assure", page=base, seen=seen(page.text)))
        asked = mia.post(f"{base}/publish", page=f"{base}/parts/introduction")
        assert "Another programme manager must confirm the publication." in words(asked)
        with transaction() as session:
            (proposal,) = session.exec(select(Proposal).where(Proposal.act == "publish-thematic-report")).all()
        assert f"/decisions/{proposal.id}" in asked.text
        done = other.post(f"/decisions/{proposal.id}", answer="confirm", reason="")
        assert "You confirmed this" in words(done)
    compiled_reports()
    assert "The report is published." in words(mia.get(base))
    assert "the published report" in words(mia.get(base)).lower()
    taken_back(mia, portal, report)
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.action == "report.read")).all()
        mias = session.exec(select(Person.id).where(Person.name == "Mia Manager")).one()
    assert {entry.facts["as"] for entry in entries} == {"page", "part", "report.pdf", "report.html", "messages.csv"}
    assert f"programme manager: {mias}" in {entry.actor for entry in entries}


def test_a_newer_version_is_shown_before_it_is_written_over(mia: Driver, report: str) -> None:
    page = f"/reports/{report}/parts/introduction"
    assert "The part is saved." in words(mia.post(page, text="The first.", seen="0"))
    overtaken = mia.post(page, text="The second.", seen="0")
    assert (overtaken.status_code, seen(overtaken.text)) == (422, "1")
    assert "Somebody else has changed this part" in words(overtaken)
    assert "The first." in words(overtaken)
    assert "The part is saved." in words(mia.post(page, text="Both.", seen="1"))


def test_what_is_not_there_is_not_found(mia: Driver, report: str) -> None:
    for path in ("/reports/nothing", f"/reports/{report}/parts/nothing", f"/reports/{report}/files/nothing.pdf"):
        assert mia.get(path).status_code == 404
    assert mia.post("/reports/nothing/compile", page=f"/reports/{report}/parts/introduction").status_code == 404


def test_the_rehearsal_writes_assures_and_publishes_by_the_same_pages(
    report: str, portal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def confirmed(_who: object, _form: str, *, ref: str, proposal: str, answer: str) -> str:
        asked.append(answer)
        confirm(proposal, yes=True, by="programme manager: P-CCCCCCCC")
        compiled_reports()
        return ref

    # In a rehearsal the second manager confirms by the form of Prefect, which is not here.
    monkeypatch.setattr(thematic, "submit", confirmed)
    enter_missing(portal)
    assert thematic.report_begins(THEME) == report
    assert thematic.report_is_written(portal, report) == len(part_labels(theme(THEME)))
    assert thematic.report_is_published(portal, report).startswith("read by Bo Okoro")
    assert asked == ["confirm"]
    with transaction() as session:
        assert [each.ref for each in public_reports(session)] == [report]
    # Only what is rehearsed is kept: this is none.
    assert thematic.keep_site(tmp_path) > 3
    assert not (tmp_path / "reports").exists()
