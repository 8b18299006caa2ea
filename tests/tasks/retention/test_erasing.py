"""What two people confirmed is destroyed whatever is killed on the way, once, and all of it is certified."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.events import Owed
from models.retention import RecordClass, folders
from models.states import DestructionState, DestructionStep, HoldReason
from models.tables import AuditEntry, Destruction, Inspection
from tasks.backup.making import spelled
from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.jobs.destroy import destroy, destruction_name
from tasks.jobs.second_person import confirm, take
from tasks.ledger.audit import chain, line, verify
from tasks.ledger.work import claim, give_back
from tasks.retention import erasing, keys, rows, steps, traces
from tasks.retention.certificates import check
from tasks.retention.deciding import DestructionError
from tasks.retention.gone import destroyed_classes
from tasks.retention.legal_holds import place
from tasks.retention.proposing import propose_due
from tasks.retention.returned import find_returned, is_behind
from tasks.retention.versions import versions_under
from tests.tasks.backup.test_forgetting import backup_with, backups, keys_in
from tests.tasks.retention.conftest import FIRST, SECOND, on
from tests.tasks.retention.deaths import Killed, deadly
from tests.tasks.steps import actions, notices

pytestmark = pytest.mark.parts
__all__ = ["backups"]


def proposed(ref: str, kind: RecordClass = RecordClass.CHILDREN) -> Destruction:
    propose_due()
    with transaction() as session:
        query = select(Destruction).where(Destruction.inspection == ref, Destruction.record_class == kind)
        return session.exec(query.where(Destruction.state == DestructionState.PROPOSED)).one()


def confirmed(ref: str, kind: RecordClass = RecordClass.CHILDREN) -> str:
    row = proposed(ref, kind)
    values = {"inspection": ref, "destruction": row.id}
    confirm(take("destroy", values, by=FIRST).proposal, yes=True, by=SECOND)
    return row.id


def row_of(identity: str) -> Destruction:
    with transaction() as session:
        return session.get_one(Destruction, identity)


def there(ref: str, kind: RecordClass) -> int:
    return sum(1 for _ in versions_under(*folders(kind, ref)))


def certificate(identity: str) -> bytes:
    return store.get(row_of(identity).certificate_key)


def audited(ref: str) -> list[dict[str, Any]]:
    with transaction() as session:
        entries, head = chain(session, ref)
        assert verify(entries, head) is None
        return [json.loads(line(entry)) for entry in entries]


def test_a_class_goes_with_all_its_versions_and_its_key_and_leaves_a_certificate(old: str) -> None:
    row = proposed(old)
    before = {(each.key, each.version) for each in versions_under(*folders(RecordClass.CHILDREN, old))}
    assert len(before) == row.counts["objects"] > 11
    assert propose_due() == []
    assert {each.kind for each in notices(old, "destruction_due")} == {"destruction_due"}
    identity = confirmed(old)
    claimed = claim(Owed.DESTROY, old)
    assert claimed is not None
    assert "Data about children" in destruction_name(claimed)
    assert "destroyed, certificate" in destroy(claimed)
    assert there(old, RecordClass.CHILDREN) == 0
    assert there(old, RecordClass.EVIDENCE) > 0
    assert vault.is_destroyed(f"{old}/children")
    assert not vault.is_destroyed(f"{old}/evidence")
    checked = check(certificate(identity), trusted=[], audit=audited(old))
    assert (checked.faults, checked.audited) == ((), True)
    # No folder of backups is set: nothing is claimed of any.
    assert checked.content["backups"] is None
    listed = {(each["key"], each["version"]) for each in checked.content["objects"]}
    assert before <= listed
    assert checked.content["authority"] == {
        "asked_by": FIRST, "confirmed_by": SECOND, "confirmed_at": row_of(identity).confirmed_at.isoformat(),  # type: ignore[union-attr]
    }  # fmt: skip
    assert claim(Owed.DESTROY, old) is None
    assert propose_due() == []
    with transaction() as session:
        assert destroyed_classes(session, old) == {RecordClass.CHILDREN}
        assert not is_behind(session)
    assert find_returned() == []
    assert notices(old, "destroyed")


def test_a_destruction_reaches_the_backups_that_are_known_and_its_certificate_names_the_others(
    old: str, backups: Path
) -> None:
    monday = backup_with(backups / "monday", f"{old}/children", f"{old}/evidence")
    backup_with(backups / "tuesday", f"{old}/children", whole=False)
    identity = confirmed(old)
    erasing.carry_out(identity)
    assert keys_in(monday) == {spelled(f"{vault.KEYS}{old}/evidence")}
    checked = check(certificate(identity), audit=audited(old))
    assert (checked.faults, checked.content["backups"]) == (
        (),
        [
            {"name": "monday", "keys": 1, "why": ""},
            {"name": "tuesday", "keys": 0, "why": "it is no whole backup"},
        ],
    )


CHECKPOINTS = (
    *((erasing, name) for name in ("keep_figures", "_record", "_recorded", "_tell")),
    *((steps, name) for name in ("keep_list", "erase", "signed")),
    *((keys, "destroy"), (rows, "remove"), (traces, "remove"), (store, "put_once")),
)
"""Where a process can die, before and after each call."""


@pytest.mark.timeout(600)
def test_killed_at_every_step_it_goes_on_and_nothing_is_done_twice(old: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {(each.key, each.version) for each in versions_under(*folders(RecordClass.CHILDREN, old))}
    identity = confirmed(old)
    died = deadly(monkeypatch, CHECKPOINTS, lambda: row_of(identity).step.value)
    for _ in range(200):
        try:
            erasing.carry_out(identity)
            break
        except Killed:
            continue
    assert {name for name, _, _ in died} == {name for _, name in CHECKPOINTS}
    assert len(died) >= 30
    row = row_of(identity)
    assert (row.state, row.step) == (DestructionState.DONE, DestructionStep.CERTIFIED)
    checked = check(certificate(identity), audit=audited(old))
    assert (checked.faults, checked.audited) == ((), True)
    assert before <= {(each["key"], each["version"]) for each in checked.content["objects"]}
    entries = [each["action"] for each in audited(old)]
    for step in ("listed", "erased", "key-destroyed", "rows-removed", "traces-removed"):
        assert entries.count(f"destruction.{step}") == 1, step
    assert entries.count("data.destroyed") == 1
    made = [key for key in store.keys_under(f"certificates/{old}/") if "-certificate-" in key]
    assert made == [row.certificate_key]
    assert there(old, RecordClass.CHILDREN) == 0


def test_nothing_goes_before_its_day_or_while_anything_holds_it(old: str) -> None:
    on(old, 2025, 10, 31)
    assert propose_due() == []
    on(old, 2026, 1, 12)
    row = proposed(old)
    place("INQ-2026-14", ["everything"], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    with pytest.raises(DestructionError, match=r"A public inquiry, matter INQ-2026-14: hold since .*, on every insp"):
        take("destroy", {"inspection": old, "destruction": row.id}, by=FIRST)
    assert there(old, RecordClass.CHILDREN) > 0


def test_a_hold_that_comes_after_the_confirmation_halts_it(old: str) -> None:
    identity = confirmed(old)
    place("INQ-2026-14", ["everything"], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    claimed = claim(Owed.DESTROY, old)
    assert claimed is not None
    assert destroy(claimed).startswith("held: A public inquiry")
    row = row_of(identity)
    assert (row.state, row.confirmed_by) == (DestructionState.PROPOSED, "")
    assert there(old, RecordClass.CHILDREN) > 0
    assert "destruction.halted" in actions(old)


def test_what_an_older_backup_brings_back_is_found_and_destroyed_again(old: str) -> None:
    identity = confirmed(old)
    kept = {v.key: store.get(v.key) for v in versions_under(f"findings/{old}/")}
    erasing.carry_out(identity)
    # The ledger and the store of a day before: no row of the destruction, and objects where they were.
    claimed = claim(Owed.DESTROY, old)
    assert claimed is not None
    give_back(claimed, OSError())
    with transaction() as session:
        session.delete(session.get_one(Destruction, identity))
    store.client().put_object(Bucket=_bucket(), Key=f"cohorts/{old}/1/back.parquet", Body=b"Quizzlebury")
    with transaction() as session:
        assert is_behind(session)
        # Before anything is done again, nobody reads it.
        assert destroyed_classes(session, old) == {RecordClass.CHILDREN}
    with pytest.raises(vault.DestroyedError):
        store.get(f"cohorts/{old}/1/back.parquet")
    (found,) = find_returned()
    assert (found.inspection, found.record_class) == (old, RecordClass.CHILDREN)
    assert find_returned() == []
    with transaction() as session:
        (again,) = session.exec(select(Destruction).where(Destruction.inspection == old)).all()
    assert (again.again_of, again.confirmed_by) == (identity, SECOND)
    erasing.carry_out(again.id)
    assert there(old, RecordClass.CHILDREN) == 0
    content = json.loads(certificate(again.id))["certificate"]
    assert content["again_of"] == identity
    assert any(each["key"].endswith("back.parquet") for each in content["objects"])
    assert kept
    assert find_returned() == []


def test_what_was_halted_once_and_is_found_destroyed_elsewhere_is_owed_again(old: str) -> None:
    identity = confirmed(old)
    place("INQ-2026-14", ["everything"], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    halted = claim(Owed.DESTROY, old)
    assert halted is not None
    destroy(halted)
    # Another ledger, restored since, knew that it was destroyed: the vault says so still.
    keys.destroy(old, RecordClass.CHILDREN)
    (found,) = find_returned()
    assert found.record_class == RecordClass.CHILDREN
    claimed = claim(Owed.DESTROY, old)
    assert claimed is not None
    assert claimed.subject != halted.subject
    erasing.carry_out(identity)
    assert there(old, RecordClass.CHILDREN) == 0


def _bucket() -> str:
    from models.settings import settings

    return settings().s3_bucket


def test_each_class_goes_after_the_one_that_it_is_the_record_of(old: str) -> None:
    on(old, 2031, 6, 2)
    for kind in RecordClass:
        identity = confirmed(old, kind)
        with transaction() as session:
            waiting = session.exec(select(Destruction).where(Destruction.state == DestructionState.PROPOSED)).all()
        assert waiting == []
        erasing.carry_out(identity)
        assert there(old, kind) == 0
        assert check(certificate(identity), audit=audited(old)).faults == ()
    with transaction() as session:
        assert session.get(Inspection, old) is not None
        assert session.exec(select(AuditEntry).where(AuditEntry.inspection == old)).first() is not None
    assert find_returned() == []
