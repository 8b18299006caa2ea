"""Verdicts: each kind of bad file has its own, the same bytes every time, and no fault of ours is the sender's."""

import json
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import polars as pl
import psutil
import pytest

from models.events import Owed
from models.lifecycle import RequestState, Stage
from models.settings import reread, settings
from models.tables import Submission
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.jobs.recheck import recheck
from tasks.jobs.validate import validate_submission
from tasks.ledger.work import Claim, LeaseLostError, claim, give_back
from tasks.returns import checking
from tasks.returns.rechecks import ask_all
from tests.deployments.probes import until
from tests.tasks.ledger.test_work import end_leases
from tests.tasks.steps import all_sent, checked, file_of, ledger_text, notices, request, send, stage, taken, verdict_on
from validation.contract.errors import ChildKilledError
from validation.contract.outcome import Outcome, unreadable
from validation.engine.child import check_in_child


@pytest.fixture
def police(synthetic: Path) -> bytes:
    return file_of(synthetic, "POL-1").read_bytes()


def report_of(submission_id: str) -> dict[str, object]:
    with transaction() as session:
        found = session.get_one(Submission, submission_id)
    assert found.result.report_key is not None
    body = store.get(found.result.report_key)
    assert sha256(body) == found.result.report_sha256
    told: dict[str, object] = json.loads(body)
    return told


def messages(submission_id: str) -> str:
    findings = report_of(submission_id)["findings"]
    assert isinstance(findings, list)
    return " ".join(one["message"] for one in findings)


def test_a_clean_return_is_accepted_and_its_tables_are_kept(area: str, police: bytes) -> None:
    found = verdict_on(area, "pol-1", "a.csv", police)
    assert (found.verdict, found.errors, found.version) == ("accepted", 0, 1)
    assert (found.area, found.agency, found.return_code) == ("Reading", "Thames Valley Police", "POL-1")
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    with transaction() as session:
        (key,) = session.get_one(Submission, found.submission).result.table_keys
    assert pl.read_parquet(store.get(key)).height == found.rows == police.count(b"\n") - 1


def test_a_dirty_return_is_rejected_with_its_cells_and_told_once(area: str, police: bytes) -> None:
    lines = police.decode("utf-8-sig").splitlines()
    lines[3] = ",".join("?" for _ in lines[3].split(","))
    found = verdict_on(area, "pol-1", "a.csv", "\n".join(lines).encode())
    assert (found.verdict, request(area, "pol-1").state) == ("rejected", RequestState.REJECTED)
    findings = report_of(found.submission)["findings"]
    assert isinstance(findings, list)
    assert {one["row"] for one in findings if one["severity"] == "error"} == {4}
    (notice,) = notices(area, "rejected")
    assert notice.facts["errors"] == found.errors > 0


@pytest.mark.parametrize(
    ("name", "data", "verdict", "sentence"),
    [
        ("a.csv", b"", "unreadable", "empty"),
        ("a.csv", b"\x00\x01\x02 nothing" * 20, "unreadable", ""),
        ("a.xlsx", b"PK\x03\x04 broken", "unreadable", ""),
        ("a.xlsx", b"incident_ref\n1\n", "rejected", ""),
        ("a.csv", b"what,is\nthis,even\n", "rejected", ""),
    ],
    ids=["no byte", "no text", "no workbook", "csv called xlsx", "no column of ours"],
)
def test_a_file_that_cannot_be_a_return_gets_a_clear_verdict(
    area: str, name: str, data: bytes, verdict: str, sentence: str
) -> None:
    found = verdict_on(area, "pol-1", name, data)
    assert found.verdict == verdict
    assert request(area, "pol-1").state == RequestState.REJECTED
    said = messages(found.submission)
    assert sentence in said
    assert said.strip().endswith(".")


def test_a_return_without_rows_is_told_to_declare_nil(area: str, police: bytes) -> None:
    found = verdict_on(area, "pol-1", "a.csv", police.splitlines()[0] + b"\n")
    assert (found.verdict, found.rows) == ("rejected", 0)
    assert "nil return" in messages(found.submission).lower()


def test_another_areas_template_is_rejected_as_that(area: str, tmp_path: Path) -> None:
    from models.themes import theme
    from validation.synthetic import synthesise
    from validation.synthetic.writing import write

    write(synthesise(theme("domestic-abuse-2024"), "E09000014", 40, 3), tmp_path)
    found = verdict_on(area, "la-da", "a.xlsx", file_of(tmp_path, "LA-DA").read_bytes())
    assert found.verdict == "rejected"
    assert "made for another area" in messages(found.submission)


def test_another_returns_file_is_rejected_as_that(area: str, synthetic: Path) -> None:
    path = file_of(synthetic, "LA-DA")
    found = verdict_on(area, "pro-1", path.name, path.read_bytes())
    assert found.verdict == "rejected"
    assert "the template of another return, not PRO-1" in messages(found.submission)


@contextmanager
def children_killed(most: int) -> Iterator[list[int]]:
    """Kill so many of the children that check files, each as soon as it is there."""
    killed: list[int] = []
    over = threading.Event()

    def kill() -> None:
        while not over.is_set() and len(killed) < most:
            for one in psutil.Process(os.getpid()).children():
                with suppress(psutil.NoSuchProcess):
                    if one.pid not in killed and "validation.engine.child" in one.cmdline():
                        one.kill()
                        killed.append(one.pid)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        yield killed
    finally:
        over.set()
        killer.join()


@pytest.mark.usefixtures("alone")
def test_l9_a_check_that_is_killed_from_outside_is_made_again(area: str, police: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", police)
    claimed = taken(Owed.VALIDATE, area)
    with children_killed(1), pytest.raises(ChildKilledError) as fault:
        validate_submission(claimed)
    assert give_back(claimed, fault.value) is not None
    assert request(area, "pol-1").state == RequestState.VALIDATING
    time.sleep(2.1)
    assert [one.verdict for one in checked(area)] == ["accepted"]


@pytest.mark.usefixtures("alone")
def test_l9_a_child_killed_every_time_is_a_verdict_on_the_file_and_no_outage(area: str, police: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", police)
    claimed = replace(taken(Owed.VALIDATE, area), failures=2)
    with children_killed(1) as killed:
        found = validate_submission(claimed)
    assert killed
    assert found.verdict == "unreadable"
    assert "could not be read safely" in messages(found.submission)
    assert verdict_on(area, "pol-1", "a.csv", police).verdict == "accepted"


def test_a_file_that_takes_too_much_memory_is_unreadable(
    area: str, police: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JTAI_VALIDATION_MEMORY_BYTES", str(150 * 2**20))
    reread()
    try:
        assert verdict_on(area, "pol-1", "a.csv", police).verdict == "unreadable"
    finally:
        monkeypatch.undo()
        reread()


def test_l9_a_fault_of_ours_leaves_the_return_as_it_was_and_the_work_owed(
    area: str, police: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(f"{area}-pol-1", "a.csv", police)
    claimed = taken(Owed.VALIDATE, area)
    monkeypatch.setenv("JTAI_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    reread()
    try:
        with pytest.raises(Exception, match="Could not connect to the endpoint URL") as fault:
            validate_submission(claimed)
    finally:
        monkeypatch.undo()
        reread()
    assert give_back(claimed, fault.value) is not None
    with transaction() as session:
        assert session.get_one(Submission, f"{area}-pol-1-v1").result.verdict is None
    assert notices(area, "rejected", "unreadable") == []
    until(lambda: bool(checked(area)))
    assert request(area, "pol-1").state == RequestState.ACCEPTED


def test_l9_file_that_stops_our_reader_has_a_verdict_at_once_and_the_operator_a_line(
    area: str, police: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stopped(*_: object, **__: object) -> Outcome:
        return unreadable("POL-1", "Our reader stopped.", "domestic-abuse-2024@1", 1, fault="IndexError")

    monkeypatch.setattr(checking, "check_in_child", stopped)
    with caplog.at_level(logging.ERROR, "jtai"):
        verdict = verdict_on(area, "pol-1", "a.csv", police)
    assert (verdict.verdict, request(area, "pol-1").state) == ("unreadable", RequestState.REJECTED)
    line = json.loads(next(text for text in caplog.messages if "reader.stopped" in text))
    assert (line["fault"], line["submission"]) == ("IndexError", verdict.submission)


def test_l9_rule_that_cannot_be_run_holds_the_verdict_and_is_told_to_the_operator(
    area: str, police: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:

    def without_a_rule(*given: object, **named: object) -> Outcome:
        return replace(check_in_child(*given, **named), not_checked=("POL-1.risk_grade.tool",))  # type: ignore[arg-type]

    with monkeypatch.context() as broken:
        broken.setattr(checking, "check_in_child", without_a_rule)
        verdict = verdict_on(area, "pol-1", "a.csv", police)
    assert (verdict.verdict, request(area, "pol-1").state) == ("accepted", RequestState.VALIDATING)
    assert report_of(verdict.submission)["held"] is True
    assert [n.facts["rules"] for n in notices(area, "rules_failed")] == [["POL-1.risk_grade.tool"]]
    assert len(notices(area, "held")) == 1
    assert not notices(area, "accepted")
    ask_all(area, counts=True, by="inspectorate: A Lee")
    recheck(claim_one(area))
    assert request(area, "pol-1").state == RequestState.ACCEPTED
    assert len(notices(area, "accepted")) == 1


def claim_one(ref: str) -> Claim:
    claimed = claim(Owed.RECHECK, ref)
    assert claimed is not None
    return claimed


def test_l9_one_bad_file_does_not_stop_the_next(area: str, synthetic: Path) -> None:
    send(f"{area}-la-da", "a.xlsx", b"PK\x03\x04 broken")
    send(f"{area}-pol-1", "a.csv", file_of(synthetic, "POL-1").read_bytes())
    assert {one.return_code: one.verdict for one in checked(area)} == {"LA-DA": "unreadable", "POL-1": "accepted"}


def test_l4_checking_the_same_version_again_gives_the_same_bytes_and_one_record(area: str, police: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", police)
    first = taken(Owed.VALIDATE, area)
    end_leases()
    second = taken(Owed.VALIDATE, area)
    found = validate_submission(second)
    before = ledger_text()
    with pytest.raises(LeaseLostError):
        validate_submission(first)
    assert ledger_text() == before
    with transaction() as session:
        kept = session.get_one(Submission, found.submission)
    key = kept.result.report_key
    assert key is not None
    versions = store.client().list_object_versions(Bucket=settings().s3_bucket, Prefix=key)["Versions"]
    assert sum(one["IsLatest"] for one in versions) == 1


def test_a_correction_replaces_the_verdict_and_an_old_version_never_does(area: str, police: bytes) -> None:
    send(f"{area}-pol-1", "a.csv", b"what,is\nthis,even\n")
    old = taken(Owed.VALIDATE, area)
    send(f"{area}-pol-1", "b.csv", police)
    assert [one.verdict for one in checked(area)] == ["accepted"]
    assert validate_submission(old).verdict == "rejected"
    assert (request(area, "pol-1").state, request(area, "pol-1").current_version) == (RequestState.ACCEPTED, 2)


def test_the_last_accepted_return_closes_the_returns_and_owes_the_cohort(area: str, synthetic: Path) -> None:
    all_sent(area, synthetic)
    assert stage(area) == Stage.RETURNS_CLOSED
    assert claim(Owed.BUILD_COHORT, area) is not None
