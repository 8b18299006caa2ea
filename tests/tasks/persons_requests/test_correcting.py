"""A correction is owed by the agency that sent the data, within the person's month, and is answered or chased."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from models.england import ENGLAND
from models.keys import persons_correction
from models.refusals import FormRefusedError
from models.retention import RecordClass
from models.roles import Role
from models.scopes import class_scope, scope_of
from models.states import PersonsCorrectionOutcome, PersonsCorrectionRefusal
from models.tables import AuditEntry, Notice, PersonsCorrection
from models.timetable import add_working_days
from tasks.ground.database import transaction
from tasks.persons_requests import correcting
from tasks.persons_requests.correcting import (
    OUTCOMES,
    REFUSALS,
    NoCorrectionError,
    answer,
    ask_agency,
    in_words,
    owed_by,
    put_beside,
    read_correction,
    remind_of_corrections,
)
from tasks.persons_requests.recording import (
    PersonsRequestError,
    close_request,
    confirm_identity,
    record_request,
    today,
)
from tasks.persons_requests.searching import search
from tasks.reading.versions import WantedRows, read_rows
from tasks.reading.visibility import Reader
from tests.tasks.people import correspondence
from tests.tasks.persons_requests.test_recording import BY, entered
from tests.tasks.persons_requests.test_searching import number_in
from tests.tasks.steps import actions, checked, ledger_text, notices, send
from tests.tasks.wrong_files.conftest import SENDER, aside, good, sent, wrong
from validation.contract.persons_numbers import NumberKind

pytestmark = pytest.mark.parts
__all__ = ["good", "sent", "wrong"]
WORDS = "The incident was on Tuesday, Xanthippa says, and not on Monday."


def wanted(number: str, kind: str = "correction") -> str:
    """Return the request of a person who was found."""
    correspondence.person("Dana Protects", "dana@inspect.jtai-area.uk", Role.PROTECTION, inspection=None)
    identity = record_request(entered(kind=kind, numbers={NumberKind.NHS: number}), by=BY)
    confirm_identity(identity, "known", by=BY)
    search(identity, by=BY)
    return identity


@pytest.fixture
def request_id(sent: str, good: bytes) -> str:
    """Return a request for correction of a person whom the police sent in two versions."""
    assert sent
    return wanted(number_in(good)[0])


def row_of(identity: str) -> PersonsCorrection:
    with transaction() as session:
        return session.get_one(PersonsCorrection, identity)


def told(kind: str) -> list[Notice]:
    with transaction() as session:
        return list(session.exec(select(Notice).where(Notice.kind == kind)))


def test_the_agency_is_told_by_a_notice_with_a_way_in_and_reads_what_is_wrong(
    area: str, sent: str, request_id: str
) -> None:
    identity = ask_agency(request_id, sent, WORDS, by=BY)
    (notice,) = notices(area, "persons_correction")
    assert (notice.agency_id, notice.facts["step"], notice.facts["what"]) == (
        f"{area}/police",
        "asked",
        "POL-1, version 2",
    )
    assert notice.link_id
    row, words = read_correction(identity, by=SENDER, agency_id=f"{area}/police")
    assert (words, row.version, row.outcome) == (WORDS, sent, None)
    with transaction() as session:
        assert [each.id for each in owed_by(session, f"{area}/police")] == [identity]
    with pytest.raises(NoCorrectionError):
        read_correction(identity, by=SENDER, agency_id=f"{area}/probation")
    # What is wrong lies with the data about children, and its words nowhere else (L5).
    assert scope_of(persons_correction(area, identity)) == class_scope(area, RecordClass.CHILDREN)
    assert identity in ledger_text()
    assert "Xanthippa" not in ledger_text()
    assert [each for each in actions(area) if "correction" in each] == [
        *("persons-correction.asked", "persons-correction.read"),
    ]


def test_it_is_corrected_once_a_newer_version_is_taken_in(area: str, sent: str, request_id: str, good: bytes) -> None:
    identity, police = ask_agency(request_id, sent, WORDS, by=BY), f"{area}/police"
    with pytest.raises(FormRefusedError, match="No version newer than .*-pol-1-v2 is taken in"):
        answer(identity, "corrected", "", by=SENDER, agency_id=police)
    send(f"{area}-pol-1", "a.csv", b"nothing of it")
    checked(area)
    with pytest.raises(FormRefusedError, match="No version newer"):
        answer(identity, "corrected", "", by=SENDER, agency_id=police)
    send(f"{area}-pol-1", "a.csv", good + b"\r\n")
    checked(area)
    answer(identity, "corrected", "", by=SENDER, agency_id=police)
    row = row_of(identity)
    assert (row.outcome, row.corrected_in) == (PersonsCorrectionOutcome.CORRECTED, f"{area}-pol-1-v4")
    assert in_words(row) == f"corrected in a newer version of the return, {area}-pol-1-v4"
    (notice,) = told("persons_correction_answered")
    assert notice.facts["correction"] == identity
    with pytest.raises(PersonsRequestError, match="answered already"):
        answer(identity, "refused", "law", by=SENDER, agency_id=police)
    with transaction() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "persons-correction.answered")).all()
        assert owed_by(session, police) == []
    assert (entry.actor, entry.facts["corrected_in"]) == (SENDER, f"{area}-pol-1-v4")
    # A newer version can be asked about again, and the older one too.
    assert ask_agency(request_id, sent, WORDS, by=BY) != identity


def test_it_is_refused_with_a_reason_and_the_request_waits_for_every_answer(
    area: str, sent: str, request_id: str
) -> None:
    identity = ask_agency(request_id, sent, WORDS, by=BY)
    with pytest.raises(PersonsRequestError, match="asked this already"):
        ask_agency(request_id, sent, WORDS, by=BY)
    first = ask_agency(request_id, f"{area}-pol-1-v1", WORDS, by=BY)
    with pytest.raises(PersonsRequestError, match="An agency has not answered yet"):
        close_request(request_id, "answered", by=BY)
    with pytest.raises(FormRefusedError, match="Choose why it is not corrected"):
        answer(identity, "refused", "because", by=SENDER, agency_id=f"{area}/police")
    with pytest.raises(FormRefusedError, match="Choose what became of it"):
        answer(identity, "not_needed", "", by=SENDER, agency_id=f"{area}/police")
    answer(identity, "refused", "accurate", by=SENDER, agency_id=f"{area}/police")
    assert in_words(row_of(identity)) == "not corrected: what we sent is accurate"
    # The officer records what came by letter, as of an inspection that has ended and has no door.
    with pytest.raises(NoCorrectionError):
        answer(first, "own_records", "", by=BY, request="S-00000000")
    answer(first, "own_records", "law", by=BY, request=request_id)
    assert (row_of(first).answered_by, row_of(first).refusal) == (BY, None)
    close_request(request_id, "answered", by=BY)


def test_a_request_that_closes_without_it_ends_it(area: str, sent: str, request_id: str) -> None:
    identity = ask_agency(request_id, sent, WORDS, by=BY)
    close_request(request_id, "withdrawn", by=BY)
    assert row_of(identity).outcome == PersonsCorrectionOutcome.NOT_NEEDED
    assert remind_of_corrections(datetime.now(ENGLAND) + timedelta(days=60)) == []
    assert actions(area)[-1] == "persons-correction.ended"


def test_an_agency_is_reminded_once_each_and_the_officer_hears_when_its_day_is_over(
    area: str, sent: str, request_id: str
) -> None:
    identity = ask_agency(request_id, sent, WORDS, by=BY)
    due = row_of(identity).due_on

    def on(day: date) -> list[str]:
        return remind_of_corrections(datetime(day.year, day.month, day.day, 9, tzinfo=ENGLAND))

    assert on(add_working_days(due, -4)) == []
    assert on(add_working_days(due, -3)) == [identity]
    assert on(due) == []
    assert told("persons_correction_late") == []
    assert on(due + timedelta(days=1)) == [identity]
    assert on(due + timedelta(days=9)) == []
    assert [each.facts["step"] for each in notices(area, "persons_correction")] == ["asked", "soon", "over"]
    assert len(told("persons_correction_late")) == 1


def test_l7_its_day_leaves_time_to_answer_the_person_and_says_why() -> None:
    asked = date(2026, 3, 2)
    assert correcting._due(asked, date(2026, 4, 2)) == (
        date(2026, 3, 16), "10 working days after 2 March 2026 is Monday 16 March 2026."
    )  # fmt: skip
    day, why = correcting._due(asked, date(2026, 3, 9))
    assert day == date(2026, 3, 6)
    assert why.endswith("The person must be answered by Monday 9 March 2026, so it is Friday 6 March 2026.")
    assert correcting._due(asked, date(2026, 2, 2))[0] == date(2026, 3, 3)


def test_what_is_asked_without_a_reason_to_is_refused(area: str, sent: str, good: bytes) -> None:
    number = number_in(good)[0]
    with pytest.raises(PersonsRequestError, match="does not ask for a correction"):
        ask_agency(wanted(number, "access"), sent, WORDS, by=BY)
    unknown = record_request(entered(kind="correction", numbers={NumberKind.NHS: number}), by=BY)
    with pytest.raises(PersonsRequestError, match="before it is confirmed who asks"):
        ask_agency(unknown, sent, WORDS, by=BY)
    asked = wanted(number)
    for version, words in ((f"{area}-pro-1-v1", WORDS), (sent, ""), (sent, "x" * 2001)):
        with pytest.raises(FormRefusedError):
            ask_agency(asked, version, words, by=BY)
    aside(sent)
    with pytest.raises(FormRefusedError, match="Choose a version"):
        ask_agency(asked, sent, WORDS, by=BY)
    assert told("persons_correction") == []
    assert today()


def test_each_choice_has_its_words() -> None:
    assert set(OUTCOMES) == set(PersonsCorrectionOutcome)
    assert set(REFUSALS) == set(PersonsCorrectionRefusal)


def test_what_an_agency_does_not_correct_has_the_persons_statement_beside_it(
    area: str, request_id: str, sent: str, good: bytes
) -> None:
    _, line = number_in(good)
    identity = ask_agency(request_id, sent, WORDS, by=BY)
    reader = Reader("inspector: P-DDDDDDDD")
    with pytest.raises(PersonsRequestError, match="has refused to correct"):
        put_beside(identity, WORDS, by=BY, request=request_id)
    answer(identity, "refused", "accurate", by=SENDER, agency_id=f"{area}/police")
    assert read_rows(area, sent, WantedRows(), reader).disputed == ()
    with pytest.raises(FormRefusedError, match="what the person says"):
        put_beside(identity, " ", by=BY, request=request_id)
    with pytest.raises(NoCorrectionError):
        put_beside(identity, WORDS, by=BY, request="S-00000000")
    put_beside(identity, WORDS, by=BY, request=request_id)
    with pytest.raises(PersonsRequestError, match="already"):
        put_beside(identity, WORDS, by=BY, request=request_id)
    beside = dict(read_rows(area, sent, WantedRows(), reader).disputed)
    assert beside[str(line)] == (WORDS,)
    # Beside its row alone: not on a page of other rows, and not with another version.
    assert read_rows(area, sent, WantedRows(places=(line + 1,)), reader).disputed == ()
    assert read_rows(area, f"{area}-pol-1-v1", WantedRows(), reader).disputed == ()
    assert "Xanthippa" not in ledger_text()
