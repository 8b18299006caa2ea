"""A file that came with what was not asked for: a copy is kept, says the same, and the file goes with a certificate."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.events import Owed
from models.scopes import scope_of
from models.states import DestructionStep, HoldReason
from models.tables import AuditEntry, ReducedFile, Submission, UploadSession, Work
from models.tables.base import utc_now
from models.themes import theme
from tasks.backup.making import spelled
from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.jobs.destroy_file import destroy_file, file_name
from tasks.jobs.recheck import recheck
from tasks.ledger.work import claim
from tasks.retention import sent_files, steps
from tasks.retention.certificates import check, holds
from tasks.retention.legal_holds import LiftReason, lift, place
from tasks.retention.sent_files import carry_out_file, files_in_words, find_sent_again
from tasks.returns.checking import marked_copy
from tasks.returns.incoming import look_at_incoming
from tasks.returns.rechecks import ask_all
from tasks.returns.reduced_files import filename_of, kept_now, open_file
from tasks.returns.uploads import open_upload, receipt_of, upload_completed
from tasks.returns.using_again import use_again
from tests.tasks.backup.test_forgetting import backup_with, backups, keys_in
from tests.tasks.retention.conftest import FIRST, SECOND
from tests.tasks.retention.deaths import Killed, deadly
from tests.tasks.retention.test_erasing import audited
from tests.tasks.steps import actions, checked, file_of, put, request, send, taken

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("destroyer")]
__all__ = ["backups"]
SECRET = "Quizzlebury"


@pytest.fixture
def extra(synthetic: Path) -> bytes:
    """Return a police return with a column that nobody asked for, in its middle."""
    lines = file_of(synthetic, "POL-1").read_bytes().decode("utf-8-sig").splitlines()
    cells = [line.split(",", 2) for line in lines]
    added = ["Suspect", *(SECRET for _ in lines[1:])]
    return "\n".join(f"{a},{b},{new},{rest}" for (a, b, rest), new in zip(cells, added, strict=True)).encode()


def sent(area: str, data: bytes, name: str = "Quizzlebury family.csv") -> Submission:
    upload = open_upload(f"{area}-pol-1", name, uploader="test")
    store.put_once(upload.key, data, filename=name)
    submission = upload_completed(upload.id)
    assert [one.verdict for one in checked(area)] == ["accepted"]
    return version(submission.id)


def version(identity: str) -> Submission:
    with transaction() as session:
        return session.get_one(Submission, identity)


def row_of(submission: Submission) -> ReducedFile:
    with transaction() as session:
        return session.exec(select(ReducedFile).where(ReducedFile.key == submission.key)).one()


def come(area: str) -> None:
    """Let the moment come at which what is owed is done."""
    with transaction() as session:
        for work in session.exec(select(Work).where(Work.kind == Owed.DESTROY_FILE, Work.inspection == area)):
            work.not_before = utc_now()
            session.add(work)


def report(submission: Submission) -> dict[str, Any]:
    assert submission.result.report_key is not None
    found: dict[str, Any] = json.loads(store.get(submission.result.report_key))
    return found


def destroyed(area: str) -> str:
    come(area)
    return destroy_file(taken(Owed.DESTROY_FILE, area))


def test_a_file_without_such_columns_stays_as_it_came(area: str, synthetic: Path) -> None:
    data = file_of(synthetic, "POL-1").read_bytes()
    submission = sent(area, data)
    (file,) = kept_now(submission)
    assert (file["copy"], store.get(file["key"], file["version_id"])) == (False, data)
    assert claim(Owed.DESTROY_FILE, area) is None
    assert "file.reduced" not in actions(area)


def test_the_copy_lacks_the_column_and_says_the_same_of_the_same_places(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    row, (file,) = row_of(submission), kept_now(submission)
    kept = store.get(file["key"], file["version_id"])
    assert file["copy"]
    assert SECRET.encode() in extra
    assert SECRET.encode() not in kept
    assert b"Suspect" in kept
    assert (row.columns, row.sheets, row.sha256, row.size) == (1, 0, submission.sha256, len(extra))
    assert row.due_at - row.noted_at == timedelta(hours=24)
    before = report(submission)
    assert [(f["rule"], f["cell"]) for f in before["findings"] if f["rule"] == "FILE.extra_column"] == [
        ("FILE.extra_column", "C1")
    ]
    # A recheck reads the copy: with the file gone it says the same.
    assert "destroyed, certificate" in destroyed(area)
    assert not store.exists(submission.key)
    ask_all(area, counts=True, by="test")
    while claimed := claim(Owed.RECHECK, area):
        recheck(claimed)
    assert report(version(submission.id)) == before
    assert SECRET.encode() not in marked_copy(version(submission.id), 1, theme("domestic-abuse-2024")).data


def test_what_is_opened_is_the_copy_and_its_name_stays(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    destroyed(area)
    with transaction() as session:
        name, file = open_file(session, submission, request(area, "pol-1"), 1, by="test")
    assert name == "POL-1-version-1-kept.zip"
    assert SECRET.encode() not in store.get(file["key"], file["version_id"])
    assert filename_of(submission) == "Quizzlebury family.csv"


def test_its_key_leaves_the_backups_that_are_known_and_the_certificate_names_them(
    area: str, extra: bytes, backups: Path
) -> None:
    submission = sent(area, extra)
    come(area)
    scope = scope_of(row_of(submission).key)
    assert scope
    monday = backup_with(backups / "monday", scope, f"{area}/children")
    destroyed(area)
    assert keys_in(monday) == {spelled(f"{vault.KEYS}{area}/children")}
    content = check(store.get(row_of(submission).certificate_key)).content
    assert content["backups"] == [{"name": "monday", "keys": 1, "why": ""}]


def test_it_goes_with_its_key_and_leaves_a_certificate_with_its_digest(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    assert claim(Owed.DESTROY_FILE, area) is None
    come(area)
    claimed = taken(Owed.DESTROY_FILE, area)
    assert file_name(claimed) == f"Reading - file {submission.sha256[:12]}"
    assert destroy_file(claimed).startswith("1 column destroyed, certificate ")
    row = row_of(submission)
    assert row.step == DestructionStep.CERTIFIED
    assert vault.is_destroyed(f"{area}/{row.id}")
    assert not vault.is_destroyed(area)
    data = store.get(row.certificate_key)
    result = check(data, audit=audited(area))
    assert (result.faults, result.audited) == ((), True)
    assert holds(result.content, submission.sha256) == [submission.key]
    assert result.content["kept"] == {"copy": row.copy_key, "sha256": row.copy_sha256}
    # The receipt stays.
    assert version(submission.id).sha256 == submission.sha256
    assert claim(Owed.DESTROY_FILE, area) is None


_CHECKPOINTS = (
    *((sent_files, name) for name in ("_record", "_check_copy")),
    *((steps, name) for name in ("keep_list", "erase", "signed")),
    *((vault, "destroy"), (store, "put_once")),
)


def step_of(identity: str) -> str:
    with transaction() as session:
        return session.get_one(ReducedFile, identity).step.value


@pytest.mark.timeout(300)
def test_l3_killed_at_every_step_it_goes_on_and_nothing_is_done_twice(
    area: str, extra: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = row_of(sent(area, extra))
    died = deadly(monkeypatch, _CHECKPOINTS, lambda: step_of(row.id))
    for _ in range(100):
        try:
            carry_out_file(row.id)
            break
        except Killed:
            continue
    assert {name for name, _, _ in died} == {name for _, name in _CHECKPOINTS}
    assert len(died) >= 20
    entries = [each["action"] for each in audited(area)]
    for action in ("file.reduced", "file.listed", "file.erased", "file.key-destroyed", "data.destroyed"):
        assert entries.count(action) == 1, action
    made = [key for key in store.keys_under(f"certificates/{area}/{row.id}") if "-certificate-" in key]
    assert len(made) == 1


def test_l4_a_check_that_is_repeated_finds_the_same_copy(area: str, extra: bytes) -> None:
    first = row_of(sent(area, extra))
    ask_all(area, counts=True, by="test")
    recheck(taken(Owed.RECHECK, area))
    (key,) = [key for key in store.keys_under("returns/" + area) if "/kept-1-" in key]
    assert key == first.copy_key


def test_l1_the_file_stays_while_its_copy_is_not_what_the_row_says(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    with transaction() as session:
        row = session.get_one(ReducedFile, row_of(submission).id)
        row.copy_sha256 = "0" * 64
        session.add(row)
    with pytest.raises(sent_files.CopyMissingError):
        destroyed(area)
    assert store.exists(submission.key)


def test_a_hold_keeps_the_file_until_it_is_lifted(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    place("INQ-2026-15", [area], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    assert destroyed(area) == "kept: a hold stops all destruction"
    assert store.exists(submission.key)
    assert claim(Owed.DESTROY_FILE, area) is None
    lift("INQ-2026-15", LiftReason.OVER, by=FIRST, second=SECOND)
    assert "destroyed" in destroyed(area)


def test_a_version_that_waits_for_its_check_keeps_the_file(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    again = use_again_after_another(area, submission, extra)
    assert destroyed(area) == "kept: a check of it is owed"
    assert [one.verdict for one in checked(area)] == ["accepted"]
    assert "destroyed" in destroyed(area)
    assert report(version(again.id))["findings"] == report(submission)["findings"]
    assert kept_now(again) == kept_now(submission)


def use_again_after_another(area: str, submission: Submission, extra: bytes) -> Submission:
    other = b"\n".join(extra.splitlines()[:-1])
    sent(area, other.replace(b",Quizzlebury,", b",,").replace(b"Suspect", b"suspect"))
    return use_again(submission.id, "good_version", by="test")


def test_what_is_said_of_the_file_is_so_at_each_time(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    assert words_of(submission).startswith("The file is kept as you sent it until ")
    assert "because it came with 1 column that was not asked for. A copy without it is what we" in words_of(submission)
    assert receipt_of(submission)["reduced"][0]["kept_until"] == row_of(submission).due_at.isoformat()
    place("INQ-2026-16", [area], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    assert words_of(submission).startswith("The file is kept as you sent it for as long as a hold stops all destruct")
    lift("INQ-2026-16", LiftReason.OVER, by=FIRST, second=SECOND)
    with transaction() as session:
        row = session.get_one(ReducedFile, row_of(submission).id)
        row.due_at = utc_now() - timedelta(minutes=1)
        session.add(row)
    assert words_of(submission).startswith("The file is still kept as you sent it, and its destruction is owed")
    destroyed(area)
    assert words_of(submission).startswith("The file has not been kept as you sent it since ")
    digest = row_of(submission).certificate_sha256
    assert words_of(submission).endswith(f"The certificate of its destruction has the SHA-256 {digest[:16]}.")
    (receipt,) = receipt_of(submission)["reduced"]
    assert (receipt["sha256"], receipt["certificate_sha256"], receipt["kept_until"]) == (
        submission.sha256, digest, None,
    )  # fmt: skip
    # What is destroyed by design is not missing.
    assert submission.id not in look_at_incoming().missing


def words_of(submission: Submission) -> str:
    with transaction() as session:
        (sentence,) = files_in_words(session, submission)
    return sentence


def test_the_same_bytes_sent_again_are_destroyed_as_well(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    destroyed(area)
    upload = put(f"{area}-pol-1", "again.csv", extra)
    assert upload_completed(upload).id == submission.id
    with transaction() as session:
        key = session.get_one(UploadSession, upload).key
    assert store.exists(key)
    assert find_sent_again() == [upload]
    assert find_sent_again() == []
    assert "destroyed" in destroyed(area)
    assert not store.exists(key)


def test_a_file_that_an_older_store_brings_back_is_destroyed_again(area: str, extra: bytes) -> None:
    submission = sent(area, extra)
    destroyed(area)
    store.client().put_object(Bucket=_bucket(), Key=submission.key, Body=b"back")
    assert find_sent_again() == [row_of(submission).id]
    assert "destroyed" in destroyed(area)
    assert not store.exists(submission.key)
    assert row_of(submission).times == 2


def test_an_unreadable_file_stays_for_nobody_knows_its_columns(area: str) -> None:
    submission = send(f"{area}-pol-1", "x.csv", b"\x00\x01\x02 no table")
    assert [one.verdict for one in checked(area)][0] in ("unreadable", "rejected")
    (file,) = kept_now(version(submission.id))
    assert not file["copy"]


def test_each_file_of_several_has_its_own_copy(area: str, extra: bytes) -> None:
    head, *rows = extra.splitlines()
    first = send(f"{area}-pol-1", "one.csv", b"\n".join([head, *rows[:20]]))
    checked(area)
    upload = open_upload(f"{area}-pol-1", "two.csv", uploader="test", adds=True)
    store.put_once(upload.key, b"\n".join([head, *rows[20:]]))
    second = upload_completed(upload.id)
    checked(area)
    one, two = kept_now(version(second.id))
    assert one["copy"]
    assert two["copy"]
    assert kept_now(version(first.id)) == [one]
    before = report(version(second.id))
    while destroyed_one(area):
        pass
    ask_all(area, counts=True, by="test")
    recheck(taken(Owed.RECHECK, area))
    assert report(version(second.id)) == before


def destroyed_one(area: str) -> bool:
    come(area)
    claimed = claim(Owed.DESTROY_FILE, area)
    return claimed is not None and "destroyed" in destroy_file(claimed)


def test_l5_nothing_of_the_column_is_in_the_ledger(area: str, extra: bytes) -> None:
    sent(area, extra)
    destroyed(area)
    with transaction() as session:
        rows = [*session.exec(select(ReducedFile)), *session.exec(select(AuditEntry))]
        assert not any(SECRET in str(row.model_dump()) for row in rows)


def _bucket() -> str:
    from models.settings import settings

    return settings().s3_bucket
