"""A file that was sent in error is opened by nobody from the same moment on, and what it answered is owed again."""

import io
from typing import Any

import pytest
from sqlmodel import select

from models.events import Owed
from models.ids import submission_id
from models.lifecycle import RequestState, Stage
from models.refusals import FormRefusedError
from models.settings import settings
from models.states import BreachKind, DocumentState, WrongFileReason
from models.tables import Breach, Cohort, DocumentItem, DocumentVersion, Submission, UploadSession
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import newest_draw
from tasks.documents.sending import UnknownDocumentError, read_own, send_document
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs import validate
from tasks.jobs.build_cohort import freeze_cohort
from tasks.jobs.recheck import recheck
from tasks.jobs.validate import validate_submission
from tasks.ledger.audit import chain, verify
from tasks.ledger.rows import ReturnRefusedError, inspection_of
from tasks.reading.child import read_child
from tasks.reading.versions import WantedRows, read_file, read_rows
from tasks.reading.visibility import Reader
from tasks.returns import checking, rechecks
from tasks.returns.accepted import accepted, tables_of
from tasks.returns.arrivals import object_arrived
from tasks.returns.explanations import said_in
from tasks.returns.incoming import look_at_incoming
from tasks.returns.rechecks import ask_all
from tasks.returns.using_again import use_again
from tasks.sampling.draws import sample_now
from tasks.sampling.newer_cohorts import CohortReason, build_again
from tasks.wrong_files.putting_aside import NoVersionError, SentInError, WrongFileError, put_aside
from tests.tasks.steps import actions, checked, moved_to, notices, request, send, taken
from tests.tasks.wrong_files.conftest import SENDER, aside, version

pytestmark = pytest.mark.parts

READER = Reader("inspector: P-DDDDDDDD", None)
POLICE = {"by": SENDER}


def test_nobody_opens_it_from_that_moment_and_the_receipt_keeps_its_digest(area: str, sent: str) -> None:
    before = version(sent)
    keys = [before.key, before.result.report_key, *before.result.table_keys]
    row = aside(sent)
    now = version(sent)
    assert (now.sha256, now.size, now.put_aside) == (before.sha256, before.size, True)
    assert row.versions == [sent]
    for reading in (
        lambda: tables_of(now),
        lambda: read_rows(area, sent, WantedRows(), READER),
        lambda: read_file(area, sent, 1, READER),
        lambda: store.get(now.result.report_key or ""),
        lambda: store.look(now.key),
        lambda: store.filename_of(now.key),
        lambda: b"".join(store.chunks(now.key)),
    ):
        with pytest.raises(store.PutAsideError, match="sent in error"):
            reading()
    with transaction() as session:
        assert [each.id for _, each in accepted(session, area)] == []
        assert said_in(session, area) == []
        entries, head = chain(session, area)
    assert verify(entries, head) is None
    # The bytes are there still: two people decide on them.
    assert all(store.exists(str(key)) for key in keys)


def test_it_is_owed_again_and_the_right_file_or_an_earlier_version_can_be_taken(
    area: str, sent: str, good: bytes
) -> None:
    aside(sent)
    assert request(area, "pol-1").state == RequestState.ACKNOWLEDGED
    with pytest.raises(ReturnRefusedError, match="sent in error"):
        use_again(sent, "good_version", by=SENDER)
    assert use_again(f"{area}-pol-1-v1", "wrong_file", by=SENDER).version == 3
    checked(area)
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    send(f"{area}-pol-1", "b.csv", good + b"\r\n")
    assert len(checked(area)) == 1


def test_the_same_bytes_are_not_taken_again_and_no_report_makes_a_version(area: str, sent: str, wrong: bytes) -> None:
    before = version(sent)
    aside(sent)
    assert object_arrived(settings().s3_bucket, before.key, before.version_id) is None
    look = look_at_incoming()
    assert (look.arrived, look.missing) == ((), ())
    with pytest.raises(ReturnRefusedError, match="very file that was sent in error"):
        send(f"{area}-pol-1", "again.csv", wrong)
    assert request(area, "pol-1").current_version == 2


def test_every_version_with_the_same_bytes_goes_with_it_and_no_other(area: str, sent: str) -> None:
    first = use_again(f"{area}-pol-1-v1", "wrong_file", by=SENDER).id
    checked(area)
    again = use_again(sent, "good_version", by=SENDER).id
    checked(area)
    row = aside(sent)
    assert row.versions == sorted([sent, again])
    assert not version(first).put_aside
    assert tables_of(version(f"{area}-pol-1-v1"))


def test_the_breach_is_recorded_with_it_and_those_who_follow_are_told_by_reference(area: str, sent: str) -> None:
    row = aside(sent)
    with transaction() as session:
        (breach,) = session.exec(select(Breach)).all()
    assert (breach.id, breach.kind, breach.people, breach.inspection) == (row.breach, BreachKind.WRONG_FILE, 40, area)
    assert {notice.kind for notice in notices(area, "file_put_aside")} == {"file_put_aside"}
    assert actions(area).count("file.put-aside") == 1
    assert actions(area).count("breach.recorded") == 1


def test_a_trial_is_no_breach_and_what_is_counted_nowhere_is_asked_for(area: str, sent: str) -> None:
    with pytest.raises(FormRefusedError, match="Choose what is wrong"):
        put_aside(SentInError(sent, "typed"), by=SENDER, agency_id=f"{area}/police")
    with pytest.raises(FormRefusedError, match="how many people"):
        put_aside(SentInError(sent, WrongFileReason.OTHER_PEOPLE, -1), by=SENDER, agency_id=f"{area}/police")
    assert not version(sent).put_aside
    row = aside(sent, WrongFileReason.TRIAL)
    assert row.breach == ""
    with transaction() as session:
        assert session.exec(select(Breach)).all() == []
    with pytest.raises(WrongFileError, match="already"):
        aside(sent)


def test_another_agency_and_another_inspection_never_reach_it(area: str, sent: str) -> None:
    asking = SentInError(sent, WrongFileReason.TRIAL)
    tries: tuple[dict[str, Any], ...] = (
        {"agency_id": f"{area}/local_authority"},
        {"agency_id": ""},
        {"ref": f"{area}-other"},
        {"ref": f"{area}-other", "agency_id": f"{area}/police"},
        {},
    )
    for own in tries:
        with pytest.raises(NoVersionError):
            put_aside(asking, by=SENDER, **own)
    with pytest.raises(NoVersionError):
        put_aside(SentInError(submission_id(f"{area}-pol-1", 9), WrongFileReason.TRIAL), by=SENDER, ref=area)
    assert not version(sent).put_aside
    assert "file.put-aside" not in actions(area)


def test_put_aside_before_and_while_it_is_checked_it_gets_no_verdict(
    area: str, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send(f"{area}-pol-1", "a.csv", good).id
    aside(first)
    assert [found.verdict for found in checked(area)] == ["sent in error, not checked"]
    second = send(f"{area}-pol-1", "b.csv", good + b"\r\n").id
    real = checking.check

    def meanwhile(*args: Any, **named: Any) -> Any:
        outcome = real(*args, **named)
        aside(second)
        return outcome

    monkeypatch.setattr(validate, "check", meanwhile)
    assert validate_submission(taken(Owed.VALIDATE, area)).verdict == "sent in error, not checked"
    assert (version(second).result.verdict, version(second).result.report_key) == (None, None)
    assert request(area, "pol-1").state == RequestState.ACKNOWLEDGED


def test_a_recheck_that_was_owed_leaves_it_alone(area: str, sent: str) -> None:
    ask_all(area, counts=True, by=SENDER)
    aside(sent)
    assert recheck(taken(Owed.RECHECK, area)) == "sent in error, not checked"
    with pytest.raises(rechecks.NothingToRecheckError):
        ask_all(area, counts=True, by=SENDER)


def newest(ref: str) -> Cohort:
    with transaction() as session:
        return session.exec(select(Cohort).where(Cohort.inspection == ref).order_by(Cohort.version.desc())).first()  # type: ignore[attr-defined,return-value]


def test_a_frozen_cohort_stays_as_it_is_and_is_read_without_it(proposed: str) -> None:
    subject = f"{proposed}-pol-1-v1"
    before, names = newest(proposed), identifiers_of(newest(proposed))
    assert "POL-1" in names["return"].to_list()
    row = aside(subject)
    assert row.cohorts == [1]
    frozen = newest(proposed)
    assert (frozen.frame_digest, frozen.manifest_sha256) == (before.frame_digest, before.manifest_sha256)
    assert set(identifiers_of(frozen)["return"]) == set(names["return"]) - {"POL-1"}
    with transaction() as session:
        drawn = newest_draw(session, proposed)
        assert drawn is not None
        labels = [each.label for each in sample_now(session, drawn).chosen()]
    pages = [read_child(proposed, label, READER, "P-DDDDDDDD") for label in labels[:3]]
    assert {page.wrong for page in pages} == {("POL-1 of Thames Valley Police",)}
    assert {record.return_code for page in pages for record in page.records}.isdisjoint({"POL-1"})
    # It may come again, and a person decides on another version of the cohort.
    assert request(proposed, "pol-1").admitted == 1
    with transaction() as session:
        build_again(session, inspection_of(session, proposed, lock=True), CohortReason.CORRECTED_RETURN, by="test")
    freeze_cohort(taken(Owed.BUILD_COHORT, proposed))
    assert {used["code"] for used in newest(proposed).inputs} == {"LA-DA", "PRO-1", "HEA-1"}
    assert newest(proposed).version == 2


def test_what_can_come_no_more_is_owed_no_more(chosen: str) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    row = aside(f"{chosen}-pol-1-v1")
    assert row.cohorts == [1]
    assert request(chosen, "pol-1").state == RequestState.WAIVED


def test_a_document_is_put_aside_and_asked_for_again(area: str) -> None:
    council = f"{area}/local_authority"
    with transaction() as session:
        query = select(DocumentItem).where(DocumentItem.agency_id == council)
        identity = session.exec(query.where(DocumentItem.state == DocumentState.ASKED)).first().id  # type: ignore[union-attr]
    text = b"Minutes of a meeting\n"
    send_document(identity, council, io.BytesIO(text), len(text), filename="Jane Doe.txt", by=SENDER)
    subject = f"{identity}-v1"
    with pytest.raises(NoVersionError):
        put_aside(SentInError(subject, WrongFileReason.OTHER_FILE), by=SENDER, agency_id=f"{area}/police")
    put_aside(SentInError(subject, WrongFileReason.OTHER_FILE), by=SENDER, ref=area)
    with transaction() as session:
        assert session.get_one(DocumentItem, identity).state == DocumentState.ASKED
        assert not session.get_one(DocumentVersion, subject).readable
    with pytest.raises(UnknownDocumentError):
        read_own(identity, council, 1, by=SENDER)


def test_killed_in_the_middle_nothing_is_put_aside(area: str, sent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.wrong_files import putting_aside

    class Killed(BaseException):
        pass

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    monkeypatch.setattr(putting_aside, "tell_put_aside", dies)
    with pytest.raises(Killed):
        aside(sent)
    assert not version(sent).put_aside
    assert "file.put-aside" not in actions(area)
    with transaction() as session:
        assert session.exec(select(Breach)).all() == []
        assert {each.refused for each in session.exec(select(UploadSession))} == {None}
        assert session.get_one(Submission, sent).result.table_keys
