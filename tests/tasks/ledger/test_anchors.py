"""Heads are anchored once, locked in the store, and whoever owns the database is found out by what lies there (L6)."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import text
from sqlmodel import Session, delete, select

from cli.audit import _of_ledger
from models.events import Owed
from models.keys import anchor_key, commitment_key
from models.settings import settings
from models.states import WorkState
from models.tables import Anchor, AuditEntry, AuditHead, Inspection, Work
from tasks.ground import store
from tasks.ground.database import snapshot, transaction
from tasks.ground.signing import public_keys
from tasks.jobs.anchor import anchor_due, anchor_name, anchor_owed, chains_due
from tasks.ledger import audit
from tasks.ledger.anchors import (
    LOCKED,
    AnchoredOtherwiseError,
    anchor,
    commitment_apart,
    exported,
    keep_commitment,
    kept_in_store,
    newest_anchor,
    rows_of,
    unanchored,
)
from tasks.ledger.exports import read_anchors, read_export, written
from tasks.ledger.proof import examine
from tasks.ledger.work import claim
from tests.cli.running import Done, jtai
from tests.tasks.owning import unguarded
from tests.tasks.snapshots import empty

# Anchors stay for good, and `jtai audit verify` holds every chain to all that a bucket has.
pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("own_bucket")]


@pytest.fixture
def chain(ledger: None) -> str:  # noqa: ARG001 - there is an empty ledger
    """Make a chain that belongs to no rehearsal."""
    ref = "made-up-domestic-abuse-2024-20250224"
    with transaction() as session:
        for number in range(3):
            audit.append(session, ref, actor="test", action="test.tried", subject=ref, facts={"n": number})
    return ref


def append(ref: str) -> AuditEntry:
    with transaction() as session:
        return audit.append(session, ref, actor="test", action="test.tried", subject=ref)


def test_l6_a_head_is_anchored_once_and_kept_under_a_lock_that_nobody_lifts(
    chain: str,
) -> None:
    made = anchor(chain)
    assert made is not None
    assert anchor(chain) is None
    assert made.is_signed_by(public_keys())
    assert read_anchors(store.get(anchor_key(chain, 3))) == [made]
    with transaction() as session:
        assert rows_of(session, chain) == [made]
        assert newest_anchor(session, chain) == made
    which: dict[str, Any] = {"Bucket": settings().s3_bucket, "Key": anchor_key(chain, 3)}
    # By the administrator's key.
    s3 = store.client()
    held = s3.get_object_retention(**which)["Retention"]
    assert held["Mode"] == "COMPLIANCE"
    version: dict[str, Any] = {
        **which,
        "VersionId": s3.head_object(**which)["VersionId"],
        "BypassGovernanceRetention": True,
    }
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(**version)
    for mode, days in (("COMPLIANCE", 9), ("GOVERNANCE", 0)):
        retention: Any = {"Mode": mode, "RetainUntilDate": held["RetainUntilDate"] - timedelta(days=days)}
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object_retention(**version, Retention=retention)
    assert store.get(anchor_key(chain, 3)) == made.document()
    assert timedelta(days=3650) < LOCKED


def test_an_anchor_holds_nothing_but_reference_number_hash_time_key_and_signature(chain: str) -> None:
    made = anchor(chain)
    assert made is not None
    names = {"format", "inspection", "number", "hash", "at", "key", "signature"}
    assert set(json.loads(made.document())) == names


def test_l3_a_run_that_died_before_its_row_is_gone_on_with_and_nothing_is_signed_twice(chain: str) -> None:
    made = anchor(chain)
    with unguarded() as session:
        session.exec(delete(Anchor))
    assert anchor(chain) == made
    with transaction() as session:
        assert rows_of(session, chain) == [made]


def test_l6_a_chain_written_anew_is_refused_when_it_is_to_be_anchored_again(chain: str) -> None:
    anchor(chain)
    with unguarded() as session:
        session.exec(delete(Anchor))
        entries, _ = audit.chain(session, chain)
        _seal_again(session, entries, lambda entry: setattr(entry, "actor", "nobody"))
    with pytest.raises(AnchoredOtherwiseError, match="Somebody has rewritten the chain"):
        anchor(chain)


def _seal_again(session: Session, entries: list[AuditEntry], change: Callable[[AuditEntry], None]) -> None:
    previous = ""
    for number, entry in enumerate(entries, 1):
        change(entry)
        entry.number, entry.previous = number, previous
        previous = entry.hash = audit.seal(entry)
        session.add(entry)
    head = session.get_one(AuditHead, entries[0].inspection)
    head.number, head.hash = len(entries), previous
    session.add(head)


def test_what_has_moved_on_is_due_once_a_day(chain: str) -> None:
    assert chains_due() == [chain]
    assert anchor_due(chain).startswith("3 entries, digest ")
    append(chain)
    assert chains_due() == []
    with transaction() as session:
        assert unanchored(session, older_than=timedelta(0)) == [chain]
    assert anchor_due(chain).startswith("4 entries")
    with transaction() as session:
        assert unanchored(session, older_than=timedelta(0)) == []


def test_l3_each_stage_owes_an_anchor_and_one_anchor_does_for_all_before_it(reading: str) -> None:
    with transaction() as session:
        owed = session.exec(select(Work).where(Work.kind == Owed.ANCHOR)).all()
        for work in owed:
            work.state = WorkState.OWED
            session.add(work)
        area = session.get_one(Inspection, reading).area_name
    assert owed
    while claimed := claim(Owed.ANCHOR):
        assert anchor_name(claimed).startswith(f"{area} - record, entry ")
        assert anchor_owed(claimed).startswith("entry ")
    with transaction() as session:
        (made,) = rows_of(session, reading)
        assert {work.state.value for work in session.exec(select(Work).where(Work.kind == Owed.ANCHOR))} == {"done"}
        # A rehearsal's anchors are nobody's, and lock no store.
        assert session.get_one(Anchor, (reading, made.number)).locked_until is None


def test_an_export_is_read_back_and_verifies_with_the_anchors_that_were_kept(reading: str) -> None:
    anchor(reading)
    with transaction() as session:
        export = exported(session, reading)
    data = written(reading, export)
    again = read_export(data)
    assert written(reading, again) == data
    assert (again.head, again.anchors, again.faults) == (export.head, export.anchors, ())
    assert examine(reading, again, export.anchors, public_keys()) == []


def test_l6_an_export_amid_acts_is_of_one_moment(chain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entries_read = Session.exec

    def acting(session: Session, statement: Any, **more: Any) -> Any:
        answer = entries_read(session, statement, **more)
        if "FROM auditentry" in str(statement) and not acted:
            acted.append(True)
            append(chain)
        return answer

    acted: list[bool] = []
    with snapshot() as session:
        monkeypatch.setattr(Session, "exec", acting)
        export = exported(session, chain)
    assert acted
    assert export.head == (export.entries[-1].number, export.entries[-1].hash)
    assert examine(chain, export, [], public_keys()) == []


def test_l6_an_anchor_that_is_made_while_a_chain_is_verified_makes_no_cut_of_it(
    chain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchor(chain)
    kept = kept_in_store

    def meanwhile(ref: str) -> Any:
        append(ref)
        anchor(ref)
        return kept(ref)

    monkeypatch.setattr("tasks.ledger.anchors.kept_in_store", meanwhile)
    outcome = _of_ledger(chain, [], [])[chain]
    assert (outcome["faults"], outcome["entries"], outcome["anchors"]) == ([], 4, 2)


def verify(*words: str) -> Done:
    return jtai("audit", "verify", *words)


def test_the_commands_write_out_and_verify_without_the_database(reading: str, tmp_path: Path) -> None:
    anchor(reading)
    files = {name: tmp_path / name for name in ("audit.jsonl", "anchors.jsonl")}
    assert jtai("audit", "export", reading, "--out", str(files["audit.jsonl"])).code == 0
    assert jtai("audit", "anchors", reading, "--out", str(files["anchors.jsonl"])).code == 0
    whole, held = verify(reading), verify(str(files["audit.jsonl"]), "--anchor", str(files["anchors.jsonl"]))
    assert (whole.code, held.code) == (0, 0)
    assert "anchored in the store" in whole.out
    assert "No anchor was given" in verify(str(files["audit.jsonl"])).out
    digest = files["audit.jsonl"].read_text().split('"hash":"')[1][:12]
    assert verify(str(files["audit.jsonl"]), "--seen", "1", digest).code == 0
    assert verify(str(files["audit.jsonl"]), "--seen", "1", "0" * 12).code == 1
    lines = files["audit.jsonl"].read_text().splitlines(keepends=True)
    files["audit.jsonl"].write_text("".join([*lines[:3], *lines[4:]]))
    cut = verify(str(files["audit.jsonl"]), "--anchor", str(files["anchors.jsonl"]))
    assert cut.code == 1
    assert "Entry 4 is missing." in cut.out


def test_l6_a_chain_that_is_gone_with_its_head_and_its_anchors_is_found_by_the_store(chain: str) -> None:
    anchor(chain)
    empty()
    ran = verify(chain)
    assert ran.code == 1
    assert "The chain was cut: it has 0 entries" in ran.out
    assert chain in verify().out


_CUT = "DELETE FROM auditentry WHERE inspection = :ref AND number > 9"
_HEAD_GONE = "DELETE FROM audithead WHERE inspection = :ref"
_CHAIN_GONE = "DELETE FROM auditentry WHERE inspection = :ref"
_HEAD_TO_MATCH = (
    "UPDATE audithead SET number = 9, hash = (SELECT hash FROM auditentry WHERE inspection = :ref AND number = 9) "
    "WHERE inspection = :ref"
)
_SWAP = (
    "UPDATE auditentry SET number = 1004 WHERE inspection = :ref AND number = 4",
    "UPDATE auditentry SET number = 4 WHERE inspection = :ref AND number = 10",
    "UPDATE auditentry SET number = 10 WHERE inspection = :ref AND number = 1004",
)


def _change(setting: str) -> str:
    return f"UPDATE auditentry SET {setting} WHERE inspection = :ref AND number = 6"  # noqa: S608 - of this module alone


# Statements, and whether the links and the head alone find them, which was all before there were anchors: the rows of
# the table in docs/audit.md that seal nothing anew. Those that do are played in memory, in `test_proof.py`.
STATEMENTS: dict[str, tuple[tuple[str, ...], bool]] = {
    "edit the actor": ((_change("actor = 'nobody'"),), True),
    "edit the facts": ((_change("""facts = '{"n": 99}'"""),), True),
    "edit the time": ((_change("at = '2024-01-01T00:00:00.000000+00:00'"),), True),
    "delete one in the middle": (("DELETE FROM auditentry WHERE inspection = :ref AND number = 10",), True),
    "delete the first": (("DELETE FROM auditentry WHERE inspection = :ref AND number = 1",), True),
    "swap two": (_SWAP, True),
    "cut the tail, head to match": ((_CUT, _HEAD_TO_MATCH), False),
    "cut the tail, head left": ((_CUT,), True),
    "cut the tail, head row deleted": ((_CUT, _HEAD_GONE), False),
    "delete the whole chain and its head": ((_CHAIN_GONE, _HEAD_GONE), False),
    "delete the whole chain, head left": ((_CHAIN_GONE,), True),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_l6_what_the_owner_of_the_database_does_by_a_statement_is_found(chain: str, name: str) -> None:
    for _ in range(9):
        append(chain)
    anchor(chain)
    statements, by_links = STATEMENTS[name]
    with unguarded() as session:
        # The rows of the anchors go as well: what is left is what the store has locked.
        session.exec(delete(Anchor))
        for statement in statements:
            session.execute(text(statement), {"ref": chain})
    with transaction() as session:
        export = exported(session, chain)
        assert (audit.verify(*audit.chain(session, chain)) is not None) == by_links
    kept, faults = kept_in_store(chain)
    assert (len(kept), faults) == (1, [])
    assert examine(chain, export, kept, public_keys()) != []


def test_l6_an_anchor_that_is_hidden_or_written_over_is_read_all_the_same(chain: str) -> None:
    first = anchor(chain)
    append(chain)
    second = anchor(chain)
    # What the application's own key may do, and with the database a way to write a chain anew.
    which: dict[str, Any] = {"Bucket": settings().s3_bucket}
    store.client().delete_object(**which, Key=anchor_key(chain, 3))
    store.client().put_object(**which, Key=anchor_key(chain, 4), Body=b"{}")
    kept, faults = kept_in_store(chain)
    assert kept == [first, second]
    assert faults == [f"The object {anchor_key(chain, 4)} in the store is no anchor."]
    store.client().delete_object(**which, Key=anchor_key(chain, 4))
    with unguarded() as session:
        for table in (AuditEntry, AuditHead, Anchor):
            session.exec(delete(table))
    broken = jtai("audit", "verify")
    assert broken.code == 1
    assert "The chain was cut" in broken.out


def test_l10_what_an_announcement_bound_itself_to_is_kept_and_a_change_of_it_is_told(reading: str) -> None:
    keep_commitment(reading)
    keep_commitment(reading)
    kept = json.loads(store.get(commitment_key(reading)))
    with transaction() as session:
        announced = audit.chain(session, reading)[0][0]
        assert kept["seeds_sha256"] == announced.facts["seeds_sha256"]
        assert (kept["entry"], kept["rehearsal"]) == (announced.hash, True)
        assert commitment_apart(session, reading) == []
    with unguarded() as session:
        entries, _ = audit.chain(session, reading)
        seeds = ["0" * 64] * 20
        entries[0].facts = {**entries[0].facts, "seeds_sha256": seeds}
        _seal_again(session, entries, lambda _: None)
    ran = verify(reading)
    assert ran.code == 1
    assert "not what the store has kept of it" in ran.out
    with pytest.raises(AnchoredOtherwiseError):
        keep_commitment(reading)


def test_l10_the_digests_of_the_seeds_lie_under_a_lock_and_what_is_put_over_them_is_told(reading: str) -> None:
    with transaction() as session:
        # A rehearsal's is not locked, so that it can be cleared away.
        inspection = session.get_one(Inspection, reading)
        inspection.rehearsal = False
        session.add(inspection)
    keep_commitment(reading)
    key = commitment_key(reading)
    which: dict[str, Any] = {"Bucket": settings().s3_bucket, "Key": key}
    s3, first = store.client(), store.get(key)
    version: dict[str, Any] = {**which, "VersionId": s3.head_object(**which)["VersionId"]}
    held = s3.get_object_retention(**which)["Retention"]
    assert held["Mode"] == "COMPLIANCE"
    # Even by the administrator's key.
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(**version, BypassGovernanceRetention=True)
    shorter: Any = {"Mode": "GOVERNANCE", "RetainUntilDate": held["RetainUntilDate"] - timedelta(days=9)}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object_retention(**version, Retention=shorter, BypassGovernanceRetention=True)
    forged = first.replace(b'"seeds_sha256":["', b'"seeds_sha256":["0')
    assert forged != first
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.put_object(**which, Body=forged, IfNoneMatch="*")
    with transaction() as session:
        assert commitment_apart(session, reading) == []
    # Whoever puts another version over it hides it and is found out, and the first is there for good.
    s3.put_object(**which, Body=forged)
    with transaction() as session:
        assert commitment_apart(session, reading) != []
    with pytest.raises(AnchoredOtherwiseError):
        keep_commitment(reading)
    assert s3.get_object(**version)["Body"].read() == first
