"""Receiving returns: whose, what kind, until when; a receipt stands for bytes that are stored and never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.settings import reread, settings
from models.tables import Inspection, OutboxEvent, Submission, Work
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.jobs import validate
from tasks.jobs.build_cohort import freeze_cohort
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.returns.checking import CheckedReturn, check
from tasks.returns.declarations import acknowledge, declare_late, declare_nil
from tasks.returns.uploads import check_size, open_upload, upload_completed
from tests.tasks.steps import actions, all_sent, checked, put, request, send, stage, taken

ROWS = b"incident_ref\n1\n"


def submissions() -> list[Submission]:
    with transaction() as session:
        return list(session.exec(select(Submission)))


def test_l1_a_receipt_names_bytes_that_are_in_the_store_at_its_version(area: str) -> None:
    receipt = send(f"{area}-pol-1", "a.csv", ROWS)
    assert (receipt.sha256, receipt.size, receipt.result.scanned) == (sha256(ROWS), len(ROWS), "not scanned")
    assert store.get(receipt.key, receipt.version_id) == ROWS
    assert submissions() == [receipt]
    store.client().put_object(Bucket=settings().s3_bucket, Key=receipt.key, Body=b"other")
    assert sha256(store.get(receipt.key, receipt.version_id)) == receipt.sha256


def test_l1_arriving_twice_is_one_submission_with_one_receipt(area: str) -> None:
    upload = put(f"{area}-pol-1", "a.csv", ROWS)
    assert upload_completed(upload) == upload_completed(upload)
    assert len(submissions()) == 1
    assert request(area, "pol-1").current_version == 1


def test_l1_arriving_many_times_at_once_is_one_submission_with_one_receipt(area: str) -> None:
    upload = put(f"{area}-pol-1", "a.csv", ROWS)
    with ThreadPoolExecutor(6) as pool:
        receipts = [future.result() for future in [pool.submit(upload_completed, upload) for _ in range(6)]]
    assert all(one == receipts[0] for one in receipts)
    assert len(submissions()) == 1
    with transaction() as session:
        assert len(session.exec(select(Work).where(Work.kind == Owed.VALIDATE)).all()) == 1
        told = session.exec(select(OutboxEvent).where(OutboxEvent.event == "jtai.return.uploaded")).all()
    assert len(told) == 1


def test_l1_nothing_is_acknowledged_before_the_bytes_are_there(area: str) -> None:
    upload = open_upload(f"{area}-pol-1", "a.csv", uploader="test")
    with pytest.raises(ReturnRefusedError, match="Nothing arrived"):
        upload_completed(upload.id)
    assert submissions() == []
    assert request(area, "pol-1").state == RequestState.ISSUED


def test_l1_a_store_that_is_gone_makes_no_receipt(area: str, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = put(f"{area}-pol-1", "a.csv", ROWS)
    monkeypatch.setenv("JTAI_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    reread()
    try:
        with pytest.raises(Exception, match="Could not connect to the endpoint URL"):
            upload_completed(upload)
    finally:
        monkeypatch.undo()
        reread()
    assert submissions() == []
    assert upload_completed(upload).sha256 == sha256(ROWS)


def test_two_uploads_at_once_are_two_versions(area: str) -> None:
    uploads = [put(f"{area}-pol-1", "a.csv", ROWS + str(n).encode()) for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(upload_completed, uploads))
    assert sorted(one.version for one in receipts) == [1, 2, 3, 4]
    assert len({one.sha256 for one in receipts}) == 4


def test_another_agencys_request_is_told_apart_from_none_by_nothing(area: str) -> None:
    health = f"{area}/health"
    said = set()
    for name in (f"{area}-pol-1", f"{area}-none"):
        with pytest.raises(UnknownRequestError) as refused:
            open_upload(name, "a.csv", uploader="test", agency_id=health)
        said.add(str(refused.value).replace(name, "X"))
    assert said == {"There is no request 'X' for you. Sign in to see what we ask of you."}
    upload = put(f"{area}-pol-1", "a.csv", ROWS)
    with pytest.raises(UnknownRequestError):
        upload_completed(upload, agency_id=health)
    with pytest.raises(UnknownRequestError):
        declare_nil(f"{area}-pol-1", by="test", agency_id=health)
    assert submissions() == []


@pytest.mark.parametrize("name", ["a.pdf", "a.xlsm", "a", "a.csv.exe", ".csv", ""])
def test_a_file_of_the_wrong_type_is_refused(area: str, name: str) -> None:
    with pytest.raises(ReturnRefusedError, match="must be an XLSX, ODS or CSV file"):
        open_upload(f"{area}-pol-1", name, uploader="test")


@pytest.mark.parametrize("name", ["A.CSV", "..\\..\\x\\a.ods", "../../etc/a.xlsx", "Siân O'Brien 👶.csv"])
def test_a_strange_name_of_the_right_type_gets_a_name_of_ours(area: str, name: str) -> None:
    upload = open_upload(f"{area}-pol-1", name, uploader="test")
    assert upload.key == f"incoming/{area}-pol-1/{upload.id}{upload.extension}"
    assert upload.extension in {".csv", ".ods", ".xlsx"}
    assert upload.id.isalnum()


@pytest.mark.usefixtures("storage")
def test_a_file_too_large_or_empty_is_refused_at_the_door() -> None:
    most = settings().max_upload_bytes
    check_size(most)
    with pytest.raises(ReturnRefusedError, match="must be smaller than 100 MB"):
        check_size(most + 1)
    with pytest.raises(ReturnRefusedError, match="is empty"):
        check_size(0)


def test_a_new_version_may_come_while_the_last_one_is_being_checked(area: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def check_while_more_comes(*arguments: Any) -> CheckedReturn:
        assert request(area, "pol-1").state == RequestState.VALIDATING
        with pytest.raises(ReturnRefusedError, match="already sent rows"):
            declare_nil(f"{area}-pol-1", by="test")
        assert send(f"{area}-pol-1", "b.csv", ROWS + b"2\n").version == 2
        return check(*arguments)

    monkeypatch.setattr(validate, "check", check_while_more_comes)
    send(f"{area}-pol-1", "a.csv", ROWS)
    assert validate.validate_submission(taken(Owed.VALIDATE, area)).version == 1
    assert request(area, "pol-1").state == RequestState.RECEIVED


def test_an_upload_after_the_cohort_froze_is_refused(area: str, synthetic: Path) -> None:
    early = put(f"{area}-pol-1", "a.csv", ROWS)
    all_sent(area, synthetic)
    freeze_cohort(taken(Owed.BUILD_COHORT, area))
    for try_it in (lambda: open_upload(f"{area}-pol-1", "a.csv", uploader="test"), lambda: upload_completed(early)):
        with pytest.raises(ReturnRefusedError, match="moved on to cohort frozen"):
            try_it()
    assert len(submissions()) == 4


def test_returns_never_close_while_one_more_is_being_received(area: str, synthetic: Path) -> None:
    """The last verdict and a correction of another return come at once: either order loses nothing."""
    for code in ("hea-1", "pro-1", "la-da"):
        declare_nil(f"{area}-{code}", by="test")
    data = next(synthetic.glob("POL-1*")).read_bytes()
    send(f"{area}-pol-1", "a.csv", data)
    correction = put(f"{area}-hea-1", "b.csv", ROWS)

    def correct() -> str:
        try:
            return upload_completed(correction).id
        except ReturnRefusedError as refused:
            return str(refused)

    with ThreadPoolExecutor(2) as pool:
        verdicts, came = pool.submit(checked, area), pool.submit(correct)
        assert verdicts.result()
    closed = stage(area) == Stage.RETURNS_CLOSED
    assert closed == came.result().startswith("HEA-1 can no longer be changed")
    assert closed == (request(area, "hea-1").state == RequestState.NIL_DECLARED)


def test_a_nil_return_is_declared_once_and_settles_the_request(area: str) -> None:
    for _ in range(2):
        declare_nil(f"{area}-pol-1", by="agency: Police")
    moved = actions(area).count("request.moved")
    assert request(area, "pol-1").state == RequestState.NIL_DECLARED
    assert request(area, "pol-1").nil_declared_by == "agency: Police"
    declare_nil(f"{area}-pol-1", by="agency: Police")
    assert actions(area).count("request.moved") == moved
    assert send(f"{area}-pol-1", "a.csv", ROWS).version == 1


def test_when_all_declare_nil_the_returns_close(area: str) -> None:
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        assert stage(area) == Stage.RETURNS_OPEN
        declare_nil(f"{area}-{code}", by="test")
    assert stage(area) == Stage.RETURNS_CLOSED


def test_rows_and_a_nil_return_contradict_each_other(area: str) -> None:
    send(f"{area}-pol-1", "a.csv", ROWS)
    with pytest.raises(ReturnRefusedError, match="already sent rows for POL-1, so it is not a nil return"):
        declare_nil(f"{area}-pol-1", by="test")
    checked(area)
    declare_nil(f"{area}-pol-1", by="test")
    assert request(area, "pol-1").state == RequestState.NIL_DECLARED


def today(ref: str) -> date:
    with transaction() as session:
        return session.get_one(Inspection, ref).now().date()


def test_l10_lateness_is_declared_with_a_listed_reason_and_moves_no_deadline(area: str) -> None:
    due = request(area, "hea-1").due_at
    until = today(area) + timedelta(days=4)
    declare_late(f"{area}-hea-1", until=until, reason="system_outage", by="agency: Health")
    found = request(area, "hea-1")
    assert (found.late_until, found.late_reason, found.due_at) == (until, "system_outage", due)
    assert actions(area)[-1] == "request.declared-late"


def test_lateness_is_refused_without_a_reason_for_a_past_day_or_when_settled(area: str) -> None:
    given = {"until": today(area), "reason": "system_outage"}
    for wrong, sentence in (
        ({"reason": "because Amelia was ill"}, "Choose one of the listed reasons"),
        ({"until": today(area) - timedelta(days=1)}, "must be today or later"),
    ):
        with pytest.raises(ReturnRefusedError, match=sentence):
            declare_late(f"{area}-hea-1", **{**given, **wrong}, by="test")  # type: ignore[arg-type]
    declare_nil(f"{area}-hea-1", by="test")
    with pytest.raises(ReturnRefusedError, match="already settled"):
        declare_late(f"{area}-hea-1", until=today(area), reason="system_outage", by="test")


def test_acknowledging_twice_is_once(area: str) -> None:
    before = len(actions(area))
    for _ in range(2):
        acknowledge(f"{area}-pol-1", by="agency: Police")
    assert request(area, "pol-1").state == RequestState.ACKNOWLEDGED
    assert len(actions(area)) == before + 1


def test_l7_a_file_after_the_deadline_is_taken_and_called_late(area: str) -> None:
    from tasks.inspection.rehearsal_clock import set_clock

    due = request(area, "pol-1").due_at
    set_clock(area, due - timedelta(minutes=5), by="test")
    assert send(f"{area}-pol-1", "a.csv", ROWS).late is False
    set_clock(area, due + timedelta(seconds=1), by="test")
    assert send(f"{area}-pol-1", "b.csv", ROWS + b"2\n").late is True
    assert request(area, "pol-1").due_at == due
