"""From findings to the published letter: when each step may be taken, by whom, and what it leaves behind."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.events import Owed
from models.keys import statement as statement_key
from models.lifecycle import Stage, at_stage
from models.refusals import FormRefusedError
from models.states import LetterStatus, MarkReason
from models.tables import Agency, Correction, Finding, Letter, MarkedWords, Statement, Submission
from tasks.accuracy.comments import CommentRefusedError, comment, corrections_of, text_of
from tasks.accuracy.replying import reply
from tasks.cohort.versions import cohort_in_force
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import DraftRefusedError, write_paragraph
from tasks.findings.evidence import UnknownFindingError, finding_of, traces
from tasks.findings.findings import FindingWords, words_of
from tasks.findings.recording import FindingRefusedError, record_finding
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.tables import table_at
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.compile_letter import compile_owed
from tasks.jobs.second_person import confirm, take
from tasks.ledger.audit import chain
from tasks.ledger.proof import SEEDS_REVEALED, is_derived, story
from tasks.ledger.rows import inspection_of
from tasks.letters.determination import Determined, determine
from tasks.letters.gathering import evidence_of, facts_of
from tasks.letters.publication import PublicationRefusedError, ask_for_draft, close_accuracy, publish
from tasks.letters.statement import chase_statements, keep_statement, record_statement
from tasks.people.persons import team_of
from tasks.recognition.passing import ask, decide
from tests.scanning import using
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.passing import ready_for_draft, ready_for_publication
from tests.tasks.snapshots import once
from tests.tasks.steps import actions, ledger_text, moved_to, notices, stage, taken

GOOD = FindingWords(
    category="improvement",
    area="EA03",
    heading="Plans say too little",
    text="Quizzlebury waited for three days.",
    evidence_kinds=("case_tracking", "staff"),
    agencies=("police",),
    cases=("T1", "T2"),
)
PRIORITY = replace(GOOD, category="priority_action", area="EA07", heading="Children are not seen", text="They wait.")


def findings(ref: str) -> list[Finding]:
    with transaction() as session:
        return sorted(session.exec(select(Finding).where(Finding.inspection == ref)), key=lambda one: one.id)


def compiled(ref: str) -> str:
    return compile_owed(taken(Owed.COMPILE_LETTER, ref))


def letters(ref: str) -> dict[str, Letter]:
    with transaction() as session:
        return {one.status: one for one in session.exec(select(Letter).where(Letter.inspection == ref))}


@pytest.fixture
def draft(fieldwork: str) -> str:
    """Return an inspection whose draft letter, with a priority action, is being checked."""

    def made() -> str:
        record_finding(fieldwork, PRIORITY, by="A Lee")
        record_finding(fieldwork, GOOD, by="A Lee")
        moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
        ready_for_draft(fieldwork)
        compiled(fieldwork)
        return fieldwork

    return once("drafted", made)


def determined(ref: str, *, needed: bool = True, **changes: Any) -> str:
    made = Determined(needed, f"{ref}/local_authority", "statements@ofsted.test")
    return determine(ref, replace(made, **changes), by="lead_inspector: P-AAAAAAAA", second="manager: P-BBBBBBBB")


@pytest.fixture
def undetermined(draft: str) -> str:
    """Return an inspection whose letter waits for the determination on the written statement."""

    def made() -> str:
        ready_for_publication(draft)
        close_accuracy(draft, by="A Lee")
        compiled(draft)
        return draft

    return once("undetermined", made)


@pytest.fixture
def ready(undetermined: str) -> str:
    """Return an inspection whose letter may be published on its day."""
    determined(undetermined)
    return undetermined


def on_the_day(ref: str) -> None:
    set_clock(ref, datetime(2025, 5, 6, 9, tzinfo=ENGLAND), by="test")


@pytest.mark.parametrize(
    "before", [Stage.EVALUATIONS_OPEN, Stage.PRE_PUBLICATION], ids=["before fieldwork", "after the check of facts"]
)
def test_findings_are_refused_outside_their_time(chosen: str, before: Stage) -> None:
    if before is Stage.PRE_PUBLICATION:
        moved_to(chosen, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION)
    with pytest.raises(FindingRefusedError, match=f"This inspection is {at_stage(before.value)}"):
        record_finding(chosen, GOOD, by="A Lee")
    assert findings(chosen) == []


def test_every_wrong_value_of_a_finding_is_said_at_once(fieldwork: str) -> None:
    wrong = FindingWords("praise", "EA99", " ", "x" * 4001, ("nonsense",), ("navy",), (), ("T99",))
    with pytest.raises(FormRefusedError) as refused:
        record_finding(fieldwork, wrong, by="A Lee")
    for sentence in (
        "Choose what kind of finding",
        "Choose the evaluation area",
        "Enter the heading",
        "4,000 characters or fewer",
        "at least one kind of evidence",
        "no tag 'nonsense'",
        "no agency 'navy'",
        "no case 'T99'",
    ):
        assert sentence in str(refused.value)


def test_l5_the_words_of_findings_and_comments_live_in_the_store_alone(draft: str) -> None:
    identity = comment(draft, f"{draft}/police", text="Quizzlebury was seen on Monday.", paragraph="P01", by="police")
    with transaction() as session:
        (row,) = corrections_of(session, draft)
        assert (row.id, text_of(row)) == (identity, "Quizzlebury was seen on Monday.")
    assert words_of(findings(draft)[1]) == GOOD
    assert draft in ledger_text()
    assert "Quizzlebury" not in ledger_text()


def test_the_same_words_again_are_no_new_finding_and_other_words_a_new_version(fieldwork: str) -> None:
    assert [record_finding(fieldwork, GOOD, by="A Lee") for _ in range(2)] == ["F01", "F01"]
    changed = replace(GOOD, heading="Plans say much too little")
    assert record_finding(fieldwork, changed, by="B Khan", finding_id="F01") == "F01"
    (row,) = findings(fieldwork)
    assert (row.version, row.recorded_by) == (2, "B Khan")
    with pytest.raises(FindingRefusedError, match="There is no finding F09"):
        record_finding(fieldwork, replace(GOOD, text="Other."), by="B Khan", finding_id="F09")
    assert actions(fieldwork).count("finding.recorded") == 2


def test_evidence_leads_from_a_finding_to_rows_of_stored_files(fieldwork: str) -> None:
    record_finding(fieldwork, GOOD, by="A Lee")
    with transaction() as session:
        finding = finding_of(session, f"{fieldwork}/F01")
        found = traces(session, fieldwork, finding.cases)
        assert {one.case for one in found} == {"T1", "T2"}
        stored = {one.sha256: one for one in session.exec(select(Submission))}
    for one in found:
        kept = stored[one.sha256]
        assert sha256(store.get(kept.key, kept.version_id)) == one.sha256
        assert (kept.version, kept.request_id) == (one.version, f"{fieldwork}-{one.return_code.lower()}")
        assert all(2 <= row <= (kept.result.rows or 0) + 1 for row in one.rows)
    for name in ("F09", "nowhere/F01"):
        with transaction() as session, pytest.raises(UnknownFindingError, match="There is no finding"):
            finding_of(session, name)


def test_a_draft_without_findings_waits_for_them(fieldwork: str) -> None:
    with pytest.raises(PublicationRefusedError, match="A draft is compiled after fieldwork"):
        ask_for_draft(fieldwork)
    moved_to(fieldwork, Stage.FINDINGS_DRAFTING)
    with pytest.raises(PublicationRefusedError, match="No finding is recorded yet"):
        ask_for_draft(fieldwork)
    record_finding(fieldwork, GOOD, by="A Lee")
    with pytest.raises(PublicationRefusedError, match="F01 waits to be reviewed by a second inspector"):
        ask_for_draft(fieldwork)
    ready_for_draft(fieldwork)
    ask_for_draft(fieldwork)
    assert compiled(fieldwork) == "1 finding"
    assert stage(fieldwork) == Stage.FACTUAL_ACCURACY
    assert {key.rsplit(".", 1)[-1] for key in letters(fieldwork)["draft"].keys} == {
        "pdf",
        "docx",
        "odt",
        "html",
        "json",
    }
    assert len(notices(fieldwork, "draft_letter")) == 9


def test_l4_the_same_draft_again_has_the_same_bytes(draft: str) -> None:
    first = [sha256(store.get(key)) for key in letters(draft)["draft"].keys]
    ask_for_draft(draft)
    compiled(draft)
    with transaction() as session:
        again = session.get_one(Letter, (draft, "draft", 2))
    assert [sha256(store.get(key)) for key in again.keys] == first


def corrections(ref: str, status: LetterStatus = LetterStatus.PUBLISHED) -> tuple[str, ...]:
    with transaction() as session:
        inspection = inspection_of(session, ref)
        letter, frame = facts_of(session, inspection, status), table_at(cohort_in_force(session, ref).frame_key)
        return evidence_of(session, inspection, letter, frame, by="test").corrections


def test_l13_a_correction_is_of_a_paragraph_that_changed_because_of_a_comment(draft: str) -> None:
    police, council = f"{draft}/police", f"{draft}/local_authority"
    right = comment(draft, police, text="Two days.", paragraph="P01", by="police")
    wrong = comment(draft, council, text="Our name is long.", by="council")
    write_paragraph(draft, "P01", "headline", ParagraphWords("Two days."), follows=1, by="P-A")
    reply(wrong, "declined", "It stays.", by="A Lee")
    assert corrections(draft) == ()
    reply(right, "accepted/P01/2", "You are right.", by="A Lee")
    assert corrections(draft) == ("P01 was changed (version 2) after a comment by Thames Valley Police.",)
    assert corrections(draft, LetterStatus.DRAFT) == ()
    with transaction() as session:
        # As earlier releases recorded it: of a finding, and without a reply in words.
        old = session.get_one(Correction, right)
        old.changed_paragraph, old.changed_finding, old.reply_key = None, "F02", None
    assert corrections(draft) == ("Finding F02 was changed after a comment by Thames Valley Police.",)


def test_a_finding_is_dated_by_its_newest_version_and_the_inspections_clock(fieldwork: str) -> None:
    set_clock(fieldwork, datetime(2025, 3, 12, 9, tzinfo=ENGLAND), by="test")
    record_finding(fieldwork, GOOD, by="A Lee")
    set_clock(fieldwork, datetime(2025, 3, 13, 9, tzinfo=ENGLAND), by="test")
    record_finding(fieldwork, replace(GOOD, text="Other."), by="A Lee", finding_id="F01")
    assert findings(fieldwork)[0].recorded_at.astimezone(ENGLAND).date() == date(2025, 3, 13)


def test_each_draft_is_announced(draft: str) -> None:
    assert len(notices(draft, "draft_letter")) == 9
    ask_for_draft(draft)
    compiled(draft)
    assert sorted(row.facts["version"] for row in notices(draft, "draft_letter")) == [1] * 9 + [2] * 9


def test_publishing_too_early_is_refused_with_the_day(ready: str) -> None:
    set_clock(ready, datetime(2025, 5, 5, 23, tzinfo=ENGLAND), by="test")
    with pytest.raises(PublicationRefusedError, match="published on 6 May 2025, and not before"):
        publish(ready, by="S Patel")
    assert stage(ready) == Stage.PRE_PUBLICATION
    assert "published" not in letters(ready)


def test_what_is_decided_is_not_decided_again_while_its_letter_is_made(ready: str) -> None:
    on_the_day(ready)
    publish(ready, by="S Patel")
    with transaction() as session:
        before = session.get_one(Statement, ready).model_dump()
    with pytest.raises(PublicationRefusedError, match="is decided already, and the published letter is owed"):
        publish(ready, by="A Lee")
    with transaction() as session:
        assert session.get_one(Statement, ready).model_dump() == before
    assert actions(ready).count("letter.publish") == 1
    compiled(ready)
    assert stage(ready) == Stage.STATEMENT_DUE


def test_a_second_decision_to_publish_is_refused_to_whoever_asks_for_it(ready: str) -> None:
    on_the_day(ready)
    first = take("publish", {"inspection": ready}, by="programme manager: P-AAAAAAAA")
    confirm(first.proposal, yes=True, by="lead inspector: P-BBBBBBBB")
    with pytest.raises(PublicationRefusedError, match="is decided already"):
        take("publish", {"inspection": ready}, by="programme manager: P-AAAAAAAA")
    assert actions(ready).count("decision.asked") == 1


def test_l5_a_paragraph_that_could_tell_who_a_child_is_stops_the_letter(draft: str) -> None:
    text = f"Many knew {somebody(draft)}."
    identity = ask(draft, text, MarkReason.PUBLIC, by="inspector: P-AAAAAAAA")
    decide(draft, identity, passed=True, by="inspector: P-BBBBBBBB")
    paragraph = write_paragraph(draft, None, "main", ParagraphWords(text), follows=0, by="inspector: P-AAAAAAAA")
    ready_for_publication(draft)
    with transaction() as session:
        session.get_one(MarkedWords, identity).passed = False
    with pytest.raises(PublicationRefusedError, match=rf"could tell who a child is, in 1 paragraph: {paragraph}\."):
        close_accuracy(draft, by="A Lee")
    with transaction() as session:
        session.get_one(MarkedWords, identity).passed = True
    close_accuracy(draft, by="A Lee")


def test_once_the_check_is_closed_no_comment_and_no_draft_slips_in_before_the_next_letter(draft: str) -> None:
    ready_for_publication(draft)
    close_accuracy(draft, by="A Lee")
    assert stage(draft) == Stage.FACTUAL_ACCURACY
    again = "is closed already, and the letter that follows is owed"
    with pytest.raises(PublicationRefusedError, match=again):
        close_accuracy(draft, by="B Khan")
    with pytest.raises(PublicationRefusedError, match=again):
        ask_for_draft(draft)
    with pytest.raises(CommentRefusedError, match="closed, so no more comments"):
        comment(draft, f"{draft}/police", text="Too late.", by="police")
    with pytest.raises(FindingRefusedError, match="closed, so no finding changes"):
        record_finding(draft, replace(GOOD, text="Other."), by="A Lee", finding_id="F01")
    with pytest.raises(DraftRefusedError, match="closed, so the draft letter stays"):
        write_paragraph(draft, None, "main", ParagraphWords("Other."), follows=0, by="A Lee")
    assert actions(draft).count("accuracy.closed") == 1
    assert compiled(draft) == "2 findings"
    assert stage(draft) == Stage.PRE_PUBLICATION


def test_publishing_before_the_facts_are_checked_is_refused(draft: str) -> None:
    on_the_day(draft)
    with pytest.raises(
        PublicationRefusedError, match='the facts are checked. The inspection is at the stage "factual accuracy"'
    ):
        publish(draft, by="S Patel")


@pytest.mark.parametrize("lacking", ["postal_address", "web_address"])
def test_publishing_without_an_address_that_the_law_wants_is_refused(ready: str, lacking: str) -> None:
    on_the_day(ready)
    with transaction() as session:
        setattr(session.get_one(Agency, f"{ready}/police"), lacking, "")
    with pytest.raises(
        PublicationRefusedError, match="Record those of Thames Valley Police .police. with record-recipient"
    ):
        publish(ready, by="S Patel")
    with transaction() as session:
        assert session.get_one(Statement, ready).published_on is None


@pytest.mark.parametrize(("needed", "after"), [(True, Stage.STATEMENT_DUE), (False, Stage.PUBLISHED)])
def test_l7_the_determination_decides_whether_and_when_a_statement_is_due(
    ready: str, needed: bool, after: Stage
) -> None:
    determined(ready, needed=needed)
    on_the_day(ready)
    publish(ready, by="S Patel")
    compiled(ready)
    assert stage(ready) == after
    with transaction() as session:
        statement = session.get_one(Statement, ready)
    assert statement.needed is needed
    assert statement.due_at == datetime(2025, 8, 13, 17, tzinfo=ENGLAND)
    assert statement.principal_authority == "Slough Council"
    told = notices(ready, "published")
    assert sum(notice.agency_id is not None for notice in told) == 9
    # Whoever worked on the letter is told as well: the team, its quality assurer and the managers.
    assert {notice.person_id or notice.to_name for notice in told if notice.agency_id is None} >= team_and_managers(
        ready
    )
    assert ("13 August 2025" in str(told[0].facts)) is needed


def test_l10_publication_reveals_the_key_from_which_every_seed_follows(ready: str) -> None:
    assert "seeds.revealed" not in actions(ready)
    on_the_day(ready)
    publish(ready, by="S Patel")
    compiled(ready)
    with transaction() as session:
        entries, _ = chain(session, ready)
    (entry,) = [entry for entry in entries if entry.action == SEEDS_REVEALED]
    # A rehearsal's is open from the beginning.
    assert entry.facts == {"seed_key": "rehearsal"}
    assert is_derived(entries)
    assert story(entries) == []


def team_and_managers(ref: str) -> set[str]:
    with transaction() as session:
        return {person.id for _, person in team_of(session, ref)} | {"manager"}


def test_l7_a_letter_published_late_leaves_seventy_working_days_all_the_same(ready: str) -> None:
    set_clock(ready, datetime(2025, 5, 8, 9, tzinfo=ENGLAND), by="test")
    publish(ready, by="S Patel")
    with transaction() as session:
        assert session.get_one(Statement, ready).due_at == datetime(2025, 8, 15, 17, tzinfo=ENGLAND)


def test_the_statement_is_reminded_of_chased_and_received_once(ready: str) -> None:
    with pytest.raises(PublicationRefusedError, match="No written statement is due"):
        keep_statement(ready, filename="a.pdf", data=b"%PDF-1.7", by="council")
    on_the_day(ready)
    publish(ready, by="S Patel")
    compiled(ready)
    assert chase_statements() == []
    for day, kind in (("2025-08-01", "statement reminder"), ("2025-08-14", "statement overdue")):
        set_clock(ready, datetime.fromisoformat(day).replace(tzinfo=ENGLAND) + timedelta(hours=9), by="test")
        for _ in range(2):
            assert chase_statements() == [(ready, "Slough", kind)]
        assert len(notices(ready, kind.replace(" ", "_"))) == 1
    for name, data, sentence in (("a.exe", b"MZ", "must be a PDF, DOCX or ODT"), ("a.pdf", b"", "empty or too large")):
        with pytest.raises(PublicationRefusedError, match=sentence):
            keep_statement(ready, filename=name, data=data, by="council")
    # A scanner that does not answer: nothing is received, and nothing of the file is kept.
    with using("/nowhere/clamd.sock"), pytest.raises(PublicationRefusedError, match="malware scanner does not answer"):
        keep_statement(ready, filename="a.pdf", data=b"%PDF-1.8", by="council")
    assert not store.exists(statement_key(ready, sha256(b"%PDF-1.8"), ".pdf"))
    record_statement(ready, keep_statement(ready, filename="a.pdf", data=b"%PDF-1.7", by="council"), by="council")
    assert stage(ready) == Stage.STATEMENT_RECEIVED
    with transaction() as session:
        statement = session.get_one(Statement, ready)
    assert statement.key is not None
    assert store.get(statement.key) == b"%PDF-1.7"
    assert chase_statements() == []
