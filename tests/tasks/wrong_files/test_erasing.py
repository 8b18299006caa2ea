"""A file that was sent in error goes with what was made of it, whatever is killed on the way, and is certified."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import select

from cli.certificate import command
from models.events import Owed
from models.retention import RecordClass, folders
from models.scopes import scope_of
from models.states import DestructionStep, HoldReason, WrongFileState
from models.tables import Recheck
from tasks.backup.making import spelled
from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.jobs.destroy import destroy, destruction_name
from tasks.jobs.recheck import recheck
from tasks.jobs.second_person import confirm, take
from tasks.ledger.audit import chain, line, verify
from tasks.ledger.work import claim
from tasks.retention import steps
from tasks.retention.certificates import check
from tasks.retention.legal_holds import place
from tasks.retention.versions import versions_under
from tasks.returns.accepted import tables_of
from tasks.returns.rechecks import ask_all
from tasks.wrong_files import erasing
from tests.tasks.backup.test_forgetting import backup_with, backups, keys_in
from tests.tasks.retention.deaths import Killed, deadly
from tests.tasks.steps import actions, ledger_text, notices, taken
from tests.tasks.wrong_files.conftest import FIRST, SECOND, aside, row_of, version

pytestmark = pytest.mark.parts
__all__ = ["backups"]


def confirmed(ref: str, subject: str) -> str:
    row = aside(subject)
    confirm(take("destroy-file", {"inspection": ref, "file": row.id}, by=FIRST).proposal, yes=True, by=SECOND)
    return row.id


def certificate(identity: str) -> bytes:
    return store.get(row_of(identity).certificate_key)


def audited(ref: str) -> list[dict[str, Any]]:
    with transaction() as session:
        entries, head = chain(session, ref)
        assert verify(entries, head) is None
        return [json.loads(line(entry)) for entry in entries]


def test_its_key_leaves_the_backups_that_are_known_and_the_certificate_says_what_a_backup_still_has(
    certificates: str, sent: str, backups: Path, tmp_path: Path
) -> None:
    ref, scope = certificates, scope_of(version(sent).key)
    assert scope
    monday = backup_with(backups / "monday", scope, f"{ref}/children")
    backup_with(backups / "tuesday", scope, whole=False)
    identity = confirmed(ref, sent)
    erasing.carry_out(identity)
    assert keys_in(monday) == {spelled(f"{vault.KEYS}{ref}/children")}
    content = check(certificate(identity), audit=audited(ref)).content
    assert content["backups"] == [
        {"name": "monday", "keys": 1, "why": ""},
        {"name": "tuesday", "keys": 0, "why": "it is no whole backup"},
    ]
    # Its tables and its report were sealed with those of all other returns.
    made = [each for each in content["objects"] if each["key"].startswith("returns/") and not each["marker"]]
    assert content["left_in_backups"] == len(made) > 0
    file = tmp_path / "certificate.json"
    file.write_bytes(certificate(identity))
    outcome = CliRunner().invoke(command, ["verify", str(file)])
    assert "Its keys are out of 1 backup. Not reached: tuesday." in outcome.output
    assert f"{len(made)} objects were sealed under a key that other files need" in outcome.output


def test_it_goes_with_all_that_was_made_of_it_and_leaves_a_certificate(
    certificates: str, sent: str, tmp_path: Path
) -> None:
    ref, before = certificates, version(sent)
    ask_all(ref, counts=False, by=FIRST)
    recheck(taken(Owed.RECHECK, ref))
    folder = f"returns/{ref}-pol-1/v2/"
    objects = {(each.key, each.version) for key in (before.key, folder) for each in versions_under(key)}
    assert len(objects) > 3
    identity = confirmed(ref, sent)
    claimed = claim(Owed.DESTROY, ref)
    assert claimed is not None
    assert destruction_name(claimed).endswith("POL-1, version 2, sent in error")
    assert "destroyed, certificate" in destroy(claimed)
    assert list(versions_under(before.key, folder)) == []
    # The version before is nobody's error.
    assert tables_of(version(f"{ref}-pol-1-v1"))
    assert any(versions_under(f"returns/{ref}-pol-1/v1/"))
    scope = scope_of(before.key)
    assert scope is not None
    assert vault.is_destroyed(scope)
    assert not vault.is_destroyed(f"{ref}/children")
    checked = check(certificate(identity), trusted=[], audit=audited(ref))
    assert (checked.faults, checked.audited) == ((), True)
    assert objects <= {(each["key"], each["version"]) for each in checked.content["objects"]}
    assert checked.content["file"]["sha256"] == before.sha256 == version(sent).sha256
    # No folder of backups is set: nothing is claimed of any.
    assert checked.content["backups"] is None
    assert checked.content["authority"]["confirmed_by"] == SECOND
    with transaction() as session:
        assert session.exec(select(Recheck)).all() == []
    assert before.key not in ledger_text("auditentry", "uploadsession")
    assert row_of(identity).state == WrongFileState.DESTROYED
    assert notices(ref, "file_destroyed")
    file = tmp_path / "certificate.json"
    file.write_bytes(certificate(identity))
    told = CliRunner().invoke(command, ["verify", str(file), "--holds", before.sha256])
    assert told.exit_code == 0, told.output
    assert "A file that was sent in error" in told.output
    assert claim(Owed.DESTROY, ref) is None


CHECKPOINTS = (
    *((erasing, name) for name in ("_record", "_recorded", "tell_end")),
    *((steps, name) for name in ("keep_list", "erase", "signed")),
    *((store, "put_once"), (vault, "destroy")),
)
"""Where a process can die, before and after each call."""


def test_killed_at_every_step_it_goes_on_and_nothing_is_done_twice(
    certificates: str, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = version(sent).key
    identity = confirmed(certificates, sent)
    died = deadly(monkeypatch, CHECKPOINTS, lambda: row_of(identity).step.value)
    for _ in range(100):
        try:
            erasing.carry_out(identity)
            break
        except Killed:
            continue
    assert {name for name, _, _ in died} == {name for _, name in CHECKPOINTS}
    row = row_of(identity)
    assert (row.state, row.step) == (WrongFileState.DESTROYED, DestructionStep.CERTIFIED)
    checked = check(certificate(identity), audit=audited(certificates))
    assert (checked.faults, checked.audited) == ((), True)
    assert actions(certificates).count("data.destroyed") == 1
    assert list(versions_under(key, f"returns/{certificates}-pol-1/v2/")) == []


def test_a_hold_of_the_last_moment_takes_the_confirmation_back(certificates: str, sent: str) -> None:
    key = version(sent).key
    identity = confirmed(certificates, sent)
    place("INQ-2026-14", [certificates], [], HoldReason.INQUIRY, by=FIRST, second=SECOND)
    assert "INQ-2026-14" in destroy(taken(Owed.DESTROY, certificates))
    assert (row_of(identity).state, row_of(identity).confirmed_by) == (WrongFileState.PUT_ASIDE, "")
    assert any(versions_under(key))
    assert version(sent).put_aside
    assert any(versions_under(*folders(RecordClass.CHILDREN, certificates)))
