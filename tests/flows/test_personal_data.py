"""L5: personal values are sent in every way that a sender can, and are then looked for wherever they must not be."""

import json
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import polars as pl
import psycopg
import pytest
from sqlmodel import select

from deployments.demo.web import DemoPerson, PageError, sign_in
from deployments.stack import Stack
from models.england import ENGLAND
from models.events import Owed
from models.lifecycle import Stage
from models.retention import RecordClass
from models.roles import Role
from models.settings import CHECKOUT, reread, settings
from models.states import DestructionState, WorkState
from models.tables import AuditEntry, CheckResult, Cohort, Destruction, Request, Submission, Work
from portal.operator.outbox import notices
from tasks.backup.making import make
from tasks.backup.restoring import restore
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.prefect_api import call, start_run, wait_for
from tasks.ground.signing import public_keys
from tasks.inspection.ending import Ending, EndReason, end
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.compile_letter import compile_owed
from tasks.jobs.destroy import destroy
from tasks.jobs.second_person import confirm, take
from tasks.ledger.audit import chain, line, verify
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import Claim, claim
from tasks.letters.determination import Determined, determine
from tasks.letters.proofs import faults_of, opens
from tasks.letters.publication import close_accuracy, publish
from tasks.notes.pens import pen_for
from tasks.packaging.collecting import pieces
from tasks.people.persons import members
from tasks.people.sign_in_links import outbox_key
from tasks.reading.notes import draw_now
from tasks.retention import erasing, keys, steps, traces
from tasks.retention.certificates import check
from tasks.retention.gone import refusing_classes
from tasks.retention.returned import find_returned
from tests.flows.canaries import (
    FILE_NAME,
    FORENAME,
    NAMES,
    SURNAME,
    breaking,
    files,
    found_in,
    misnamed,
    planted,
    spoiled,
    values_of,
)
from tests.flows.running import announced, form, form_by_two
from tests.searching import cores_under, files_since
from tests.stacks import no_addresses, pointed_at, until
from tests.tasks.passing import ready_for_draft, ready_for_publication
from tests.tasks.retention.deaths import Killed, deadly
from tests.tasks.steps import moved_to

pytestmark = pytest.mark.timeout(600)

GSS, NAME = "E09000014", "Haringey"
CHILDREN, SEED = 150, 11
DEVICE = "00000000000000f7"
WORDS = f"{FORENAME} {SURNAME}, NHS number 943 476 5919, waited for three days."


@pytest.fixture(scope="module")
def values() -> set[str]:
    """Return every personal value that is sent."""
    return values_of(planted(GSS, CHILDREN, SEED))


@pytest.fixture(scope="module")
def since() -> float:
    """Return when the first of it was sent."""
    return time.time()


@pytest.fixture(scope="module")
def ref(stack: Stack, since: float, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Take an inspection to its first finding, with personal values in everything that people send."""
    assert since
    folder = tmp_path_factory.mktemp("canaries")
    ref = announced(GSS, NAME)
    _send_wrong(stack, ref, folder)
    _send_right(stack, ref, folder)
    until("a sample is proposed", lambda: _stage(ref) == Stage.SAMPLE_PROPOSED)
    _send_late(stack, ref, folder)
    _filled_in(
        "decide-sample",
        inspection=ref,
        decision="approve",
        reason="The draw follows the plan and its coverage is acceptable",
    )
    until("the evaluations are open", lambda: _stage(ref) == Stage.EVALUATIONS_OPEN)
    set_clock(ref, datetime(2025, 3, 10, 9, tzinfo=ENGLAND), by="rehearsal")
    start_run("sweep")
    until("fieldwork begins", lambda: _stage(ref) == Stage.FIELDWORK)
    _read_names(stack, ref)
    _write_note(stack, ref)
    _record_finding(stack, ref)
    return ref


def _stage(ref: str) -> str:
    with transaction() as session:
        return inspection_of(session, ref).stage


def _person(stack: Stack, ref: str, who: str) -> DemoPerson:
    return sign_in(stack.addresses["JTAI_PORTAL_URL"], outbox_key(), who, "Dan Webb", ref)


def _settled(ref: str) -> bool:
    with transaction() as session:
        found = session.exec(select(CheckResult.verdict).join(Submission).where(Submission.inspection == ref)).all()
    return all(found)


def _send_wrong(stack: Stack, ref: str, folder: Path) -> None:
    made = planted(GSS, CHILDREN, SEED)
    clean = files(made, folder / "first")
    wrong = {
        "police": ("pol-1", ".csv", spoiled(made)),
        "probation": ("pro-1", ".xlsx", misnamed(clean["PRO-1"].read_bytes())),
        # It takes down the child that reads it, with the names of a child in its memory.
        "health": ("hea-1", ".xlsx", breaking(clean["PRO-1"].read_bytes())),
        "local_authority": ("la-da", ".csv", clean["LA-DA"].read_bytes()),
    }
    for who, (code, extension, data) in wrong.items():
        path = folder / f"{FILE_NAME}{extension}"
        path.write_bytes(data)
        _person(stack, ref, f"{ref}/{who}").upload(f"{ref}-{code}", path)
    until("each wrong file has its verdict", lambda: _settled(ref))
    with transaction() as session:
        verdicts = session.exec(select(CheckResult.verdict).join(Submission).where(Submission.inspection == ref)).all()
    # A workbook that is only misnamed, outside or inside, is read for what it is.
    assert sorted(str(one) for one in verdicts) == ["accepted", "accepted", "rejected", "unreadable"]


def _send_right(stack: Stack, ref: str, folder: Path) -> None:
    for code, path in files(planted(GSS, CHILDREN, SEED), folder / "second").items():
        with transaction() as session:
            agency = session.get_one(Request, f"{ref}-{code.lower()}").agency_id
        _person(stack, ref, agency).upload(f"{ref}-{code.lower()}", path)
    until("the returns are closed", lambda: _settled(ref) and _stage(ref) != Stage.RETURNS_OPEN)


def _filled_in(deployment: str, **values: object) -> None:
    state, said = form(deployment, **values)
    assert state == "COMPLETED", said


def _by_two(deployment: str, **values: object) -> None:
    state, said = form_by_two(deployment, **values)
    assert state == "COMPLETED", said


def _send_late(stack: Stack, ref: str, folder: Path) -> None:
    """Let one return come after the cohort was frozen, and keep the sample beside the version that it makes."""
    why = {"reason": "An agency corrects a return"}
    _by_two("admit-return", request=f"{ref}-pol-1", **why)
    path = files(planted(GSS, CHILDREN, SEED), folder / "late")["POL-1"]
    # An empty line at the end: the very same file would make no version.
    path.write_bytes(path.read_bytes() + b"\n")
    _person(stack, ref, f"{ref}/police").upload(f"{ref}-pol-1", path)
    until("a second version is frozen", lambda: _frozen(ref) == [1, 2])
    assert _stage(ref) == Stage.SAMPLE_PROPOSED
    _filled_in("decide-cohort", inspection=ref, decision="keep", **why)


def _frozen(ref: str) -> list[int]:
    with transaction() as session:
        return sorted(session.exec(select(Cohort.version).where(Cohort.inspection == ref)))


def _read_names(stack: Stack, ref: str) -> None:
    """Open every page and file that names children to those entitled."""
    # A list has pages: the name is looked for, as a person would.
    wanted, page = {"words": SURNAME}, f"/inspections/{ref}/lists/hidden"
    hidden = _person(stack, ref, "Alex Lee").submit(page, page, wanted).text
    police = _person(stack, ref, f"{ref}/police")
    assert SURNAME.upper() in hidden.upper()
    assert SURNAME.upper() in police.submit("/records", "/records", wanted).text.upper()
    police.submit("/records", "/records", {"download": "xlsx"})
    police.get(f"/requests/{ref}-eval-police/children.xlsx")


def test_a_late_return_went_its_way_through_every_flow(ref: str) -> None:
    (shown,) = call("POST", "/artifacts/latest/filter", json={"artifacts": {"key": {"any_": [f"lists-{ref}"]}}})
    assert "who is in whose list" in str(shown["data"])
    with transaction() as session:
        actions = {one.action for one in session.exec(select(AuditEntry).where(AuditEntry.inspection == ref))}
    read = {"children-list.read", "own-records.read", "hidden-children.read"}
    assert read | {"cohort.admit", "cohort.keep"} <= actions


def _write_note(stack: Stack, ref: str) -> None:
    """Write a note that names a child, as the inspector's browser sends it, and open it in every way."""
    inspector, base = _person(stack, ref, "Alex Lee"), f"/inspections/{ref}/notes"
    with transaction() as session:
        (person,) = (row.id for _, row in members(session, ref, Role.LEAD))
        draw = draw_now(session, ref)
    entry = {"note": f"{DEVICE}-1", "version": 1, "text": WORDS, "child": "T1", "draw": draw}
    batch = {"device": DEVICE, "sequence": 1, "entries": [entry]}
    pen = {"X-Pen": pen_for(ref, person)}
    assert inspector.browser.post(f"/api/notes/{ref}/{person}", json=batch, headers=pen).json() == {"taken": True}
    assert SURNAME in inspector.submit(base, base, {"words": FORENAME}).text
    for path in (f"{base}/{DEVICE}-1", f"/inspections/{ref}/children/T1"):
        assert WORDS in inspector.get(path).text


def _record_finding(stack: Stack, ref: str) -> None:
    page = f"/inspections/{ref}/findings/new"
    finding = {"category": "improvement", "area": "EA07", "heading": f"{SURNAME} waited", "text": f"{SURNAME} waited."}
    more = {"evidence_kinds": ["case_tracking", "staff"], "cases": ["T1"]}
    inspector = _person(stack, ref, "Alex Lee")
    # What names somebody in full is refused, and then nowhere either.
    with pytest.raises(PageError, match="Remove the"):
        inspector.submit(page, page, {**finding, **more, "text": WORDS})
    inspector.submit(page, page, {**finding, **more})


def _rows(stack: Stack, name: str) -> Iterator[str]:
    """Return every row of every table of a database as text."""
    url = stack.addresses[name].replace("+psycopg", "").replace("+asyncpg", "")
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            query = psycopg.sql.SQL("SELECT row_to_json(t)::text FROM {} t").format(psycopg.sql.Identifier(table))
            yield from (str(row[0]) for row in connection.execute(query))


def _folders(stack: Stack) -> list[Path]:
    """Return all folders in which a stack keeps anything: databases, what they write ahead, volumes, logs, scratch."""
    return [stack.state.folder, stack.state.outer_folder, stack.state.system_folder]


PARTS = ("pg_wal", "base", "s3", "logs", "vault")


def _disks(
    stack: Stack, values: set[str], since: float, but: Collection[Path] = (), parts: Iterable[str] = PARTS
) -> set[str]:
    """Return the values that lie in any file of a stack, as the disks have it; no crash may have left its memory."""
    read = set()
    found: set[str] = set()
    # The made-up returns of another test, as their senders have them, are nothing that we keep.
    for path, data in files_since(_folders(stack), since, [stack.state.folder / "demo", *but]):
        read.add(next((part for part in PARTS if part in path.parts), ""))
        found |= found_in(data, values)
    assert set(parts) <= read, "a place was not read"
    assert cores_under([*_folders(stack), CHECKOUT / "deployments"], since) == []
    assert [path for path in CHECKOUT.glob("core*") if path.is_file()] == []
    return found


def _keys() -> Iterator[str]:
    for page in store.client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket):
        yield from (one["Key"] for one in page.get("Versions", ()))


def _as_stored(values: set[str]) -> set[str]:
    """Return the values that the store hands out to whoever has its key and none of ours: sealed bytes, and metadata.

    On its disk it hides them itself, so that no search there would see what we forgot to seal.
    """
    found: set[str] = set()
    bucket = settings().s3_bucket
    for page in store.client().get_paginator("list_object_versions").paginate(Bucket=bucket):
        for one in page.get("Versions", ()):
            answer = store.client().get_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])
            found |= found_in(answer["Body"].read() + json.dumps(answer["Metadata"]).encode(), values)
    return found


def _contents() -> Iterator[str]:
    """Return what people sent and what was read from it."""
    for key in _keys():
        if key.startswith(("incoming/", "findings/", "notes/")):
            yield store.get(key).decode(errors="replace")
        elif key.startswith("returns/") and key.endswith(".parquet"):
            yield str(pl.read_parquet(store.get(key)).to_dicts())


def _place(stack: Stack, name: str) -> str:
    if name == "the ledger":
        return "\n".join(_rows(stack, "JTAI_DATABASE_URL"))
    if name == "Prefect's database":
        return "\n".join(_rows(stack, "JTAI_PREFECT_DATABASE_URL"))
    if name == "names of objects":
        return "\n".join(_keys())
    if name == "notices":
        return "\n".join(str(one) for one in notices())
    with transaction() as session:
        return "\n".join(line(one) for one in session.exec(select(AuditEntry)))


PLACES = ("the ledger", "Prefect's database", "names of objects", "notices", "audit log")


@pytest.mark.parametrize("place", PLACES)
def test_l5_no_name_number_or_birth_date_is_outside_the_evidence_store(
    stack: Stack, ref: str, values: set[str], place: str
) -> None:
    text = _place(stack, place)
    assert ref in text, "the place was not read"
    assert found_in(text, values) == set()


def test_l5_nothing_is_read_on_the_disks_while_all_is_in_use(
    stack: Stack, ref: str, values: set[str], since: float
) -> None:
    with transaction() as session:
        (broke,) = session.exec(select(CheckResult).where(CheckResult.submission_id == f"{ref}-hea-1-v1"))
    assert broke.verdict == "unreadable"
    # What lies in the files of the database is searched when all is over.
    own = [stack.state.system_folder / "data", stack.state.folder / "postgres"]
    assert _disks(stack, values, since, but=own, parts=("s3", "logs", "vault")) == set()
    assert _as_stored(values) == set()


def _each_kind(found: set[str]) -> bool:
    """Return whether names, a number of the NHS and one of a pupil are among the values."""
    pupils = (value for value in found if value[0].isalpha() and value[1:].isdigit() and len(value) == 13)
    return {SURNAME.lower(), FORENAME.lower(), "9434765919"} <= found and any(pupils)


@pytest.mark.usefixtures("ref")
def test_l5_the_search_finds_each_kind_of_value_where_it_may_be(values: set[str]) -> None:
    found: set[str] = set()
    # A part of what was sent is enough: to look through all of it takes minutes.
    assert any(_each_kind(found := found | found_in(text, values)) for text in _contents()), sorted(found)
    assert any(WORDS in store.get(key).decode(errors="replace") for key in _keys() if key.startswith("notes/"))
    names = {store.filename_of(key) for key in _keys() if key.startswith("incoming/")}
    assert any(FILE_NAME in name for name in names)


def _own(ref: str) -> Iterator[bytes]:
    """Return all that the store holds of an inspection, opened by its keys: each version of each object."""
    for key in sorted(set(_keys())):
        if ref in key and not key.startswith(("certificates/", "figures/")):
            data = store.get(key)
            yield str(pl.read_parquet(data).to_dicts()).encode() if key.endswith(".parquet") else data


def _own_holds(ref: str, values: set[str], wanted: set[str]) -> bool:
    found: set[str] = set()
    # A part of it is enough.
    return any(wanted <= (found := found | found_in(data, values)) for data in _own(ref))


def _found_in_own(ref: str, values: set[str]) -> set[str]:
    return {value for data in _own(ref) for value in found_in(data, values)}


def _after_retain(row: Callable[[], Destruction | None]) -> Destruction | None:
    """Let `retain` run to its end, as it does each night, and return what a row is then."""
    # What is still being done on the inspection holds its data: then the next run proposes it.
    wait_for(start_run("retain"), 120)
    return row()


def _row(ref: str, kind: RecordClass) -> Destruction | None:
    with transaction() as session:
        query = select(Destruction).where(Destruction.inspection == ref, Destruction.record_class == kind)
        return session.exec(query).one_or_none()


def _confirmed(ref: str, kind: RecordClass) -> Destruction:
    """Have a class of record proposed and confirmed by two people, and return its row."""
    until("it is proposed", lambda: _row(ref, kind) or _after_retain(lambda: _row(ref, kind)), 300)
    row = _row(ref, kind)
    assert row is not None
    values = {"inspection": ref, "destruction": row.id}
    confirm(take("destroy", values, by="manager: P-AAAAAAAA").proposal, yes=True, by="manager: P-BBBBBBBB")
    return row


def _destroyed(ref: str, kind: RecordClass) -> Destruction:
    def done() -> bool:
        row = _row(ref, kind)
        return row is not None and row.state == DestructionState.DONE

    until("it is destroyed", lambda: done() or (_after_retain(lambda: None), done())[1], 300)
    row = _row(ref, kind)
    assert row is not None
    return row


def _die_on_the_way(stack: Stack, row: Destruction, claimed: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Carry out a destruction whose process dies once at each of its steps, before and after what is done there."""
    monkeypatch.setenv("JTAI_DESTRUCTION_KEY_FILE", str(stack.state.destruction_file))
    reread()

    def step_now() -> str:
        with transaction() as session:
            return session.get_one(Destruction, row.id).step.value

    places = ((erasing, "_record"), (steps, "keep_list"), (steps, "erase"), (keys, "destroy"), (traces, "remove"))
    with monkeypatch.context() as patched:
        died = deadly(patched, places, step_now)
        for _ in range(100):
            with suppress(Killed):
                erasing.carry_out(row.id)
                break
    assert {name for name, _, _ in died} == {name for _, name in places}
    destroy(claimed)


def _published(ref: str) -> None:
    """Take an inspection to its published letter, without the name that its finding had."""
    better = FindingWords(
        "improvement", "EA07", "Children waited", "Children waited for days.", evidence_kinds=("case_tracking", "staff")
    )
    record_finding(ref, better, by="A Lee", finding_id="F01")
    moved_to(ref, Stage.FINDINGS_DRAFTING)
    ready_for_draft(ref)
    _letter_leads_to(ref, Stage.FACTUAL_ACCURACY)
    ready_for_publication(ref)
    close_accuracy(ref, by="A Lee")
    _letter_leads_to(ref, Stage.PRE_PUBLICATION)
    none_needed = Determined(False, f"{ref}/local_authority", "statements@ofsted.test")
    determine(ref, none_needed, by="lead_inspector: P-AAAAAAAA", second="manager: P-BBBBBBBB")
    set_clock(ref, datetime(2025, 5, 6, 9, tzinfo=ENGLAND), by="rehearsal")
    publish(ref, by="manager: P-AAAAAAAA")
    _letter_leads_to(ref, Stage.PUBLISHED)


def _letter_leads_to(ref: str, stage: Stage) -> None:
    # Here or by a run, whichever comes first.
    if claimed := claim(Owed.COMPILE_LETTER, ref):
        compile_owed(claimed)
    until(f"the letter leads to {stage}", lambda: _stage(ref) == stage)


def _package(ref: str) -> dict[str, bytes]:
    with transaction() as session:
        return {piece.path: piece.data for piece in pieces(session, ref)}


@pytest.fixture(scope="module")
def published(ref: str) -> str:
    """Return the inspection with its letter published; what was read before is read of it while it goes on."""
    _published(ref)
    return ref


@contextmanager
def _put_back(backup: Path, secret: str, stack: Stack, folder: Path) -> Iterator[Stack]:
    """Put a backup back into an empty stack that has the keys and the tombstones of the one that goes on."""
    keys_file, vault_folder = stack.state.keys_file, stack.addresses["JTAI_VAULT"]
    with no_addresses():
        other = Stack(folder, prefect=False)
        shutil.copy(keys_file, other.state.keys_file)
        with other, pointed_at(other):
            restore(backup, secret, by="operator: restore", outside=vault_folder)
            yield other
        other.destroy()


def test_when_its_periods_are_over_no_name_is_left_anywhere(
    stack: Stack, published: str, values: set[str], since: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = published
    # By the very search that finds nothing afterwards.
    assert _own_holds(ref, values, {*NAMES, "9434765919"})
    made, secret = (
        make(tmp_path / "backup", "a passphrase of some length", by="operator: backup"),
        "a passphrase of some length",
    )
    handed_out = _package(ref)
    end(ref, Ending.CLOSE, EndReason.NO_STATEMENT, by="manager: P-AAAAAAAA")
    with transaction() as session:
        inspection_of(session, ref).clock_shift_seconds += 450 * 24 * 3600
        for work in session.exec(select(Work).where(Work.inspection == ref, Work.state != WorkState.DONE)):
            session.delete(work)
    first = _confirmed(ref, RecordClass.CHILDREN)
    # What is taken up here no run does beside it.
    claimed = claim(Owed.DESTROY, ref)
    assert claimed is not None
    _die_on_the_way(stack, first, claimed, monkeypatch)
    _confirmed(ref, RecordClass.EVIDENCE)
    rows = [_destroyed(ref, kind) for kind in (RecordClass.CHILDREN, RecordClass.EVIDENCE)]
    assert _found_in_own(ref, values) == set()
    for place in PLACES:
        assert found_in(_place(stack, place), values) == set(), place
    assert _disks(stack, values, since) == set()
    runs = {"flow_runs": {"tags": {"all_": [f"inspection:{ref}"]}, "state": {"type": {"any_": ["COMPLETED"]}}}}
    assert {run["name"].split(" ")[0] for run in call("POST", "/flow_runs/filter", json=runs)} <= {"retain", "sweep"}
    _certified(ref, rows, values)
    _letter_still_proves_itself(ref, handed_out, values)
    # What the backup holds was sealed under keys that are gone, and what it brings back in rows goes again.
    assert made.keys
    kept = [path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert {value for data in kept for value in found_in(data, values)} == set()
    with _put_back(tmp_path / "backup", secret, stack, tmp_path / "other") as other:
        _nothing_comes_back(other, ref, values, since, monkeypatch)


def _certified(ref: str, rows: list[Destruction], values: set[str]) -> None:
    with transaction() as session:
        entries, head = chain(session, ref)
        assert verify(entries, head) is None
        audit = [json.loads(line(entry)) for entry in entries]
    for row in rows:
        checked = check(store.get(row.certificate_key), trusted=[key.value for key in public_keys()], audit=audit)
        assert (checked.faults, checked.trusted, checked.audited) == ((), True, True)
        assert found_in(store.get(row.certificate_key).decode(), values) == set()
        assert checked.content["counts"]["objects"] > 0


def _letter_still_proves_itself(ref: str, handed_out: dict[str, bytes], values: set[str]) -> None:
    """Hold the letter, as it still is in the store, to the proof that was handed out before anything went."""
    now, proof = _package(ref), json.loads(handed_out["letter/proof.json"])
    assert faults_of(proof, public_keys()) == []
    # The letter keeps its proof; what the digests are of went with the evidence.
    assert now["letter/proof.json"] == handed_out["letter/proof.json"]
    assert "letter/openings.json" not in now
    letters = {path: data for path, data in now.items() if path.startswith("letter/letter.")}
    assert {path.rpartition(".")[2] for path in letters} >= {"pdf", "html", "odt", "docx"}
    assert {path.rpartition(".")[2]: sha256(data) for path, data in letters.items()} == proof["files"]
    assert {value for data in now.values() for value in found_in(data, values)} == set()
    opened = json.loads(handed_out["letter/openings.json"])["openings"]
    assert opened
    assert all(opens(each, proof) for each in opened)


def _nothing_comes_back(
    other: Stack, ref: str, values: set[str], since: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everywhere() -> set[str]:
        return found_in("\n".join((*_rows(other, "JTAI_DATABASE_URL"), *_keys())), values) | _found_in_own(ref, values)

    assert everywhere() == set()
    with transaction() as session:
        assert {RecordClass.CHILDREN, RecordClass.EVIDENCE} <= refusing_classes(session, ref)
    monkeypatch.setenv("JTAI_DESTRUCTION_KEY_FILE", str(other.state.destruction_file))
    reread()
    again = [each for each in find_returned() if each.inspection == ref]
    assert {each.record_class for each in again} == {RecordClass.CHILDREN, RecordClass.EVIDENCE}
    while claimed := claim(Owed.DESTROY, ref):
        destroy(claimed)
    assert [each for each in find_returned() if each.inspection == ref] == []
    assert everywhere() == set()
    assert _disks(other, values, since, parts=("pg_wal", "base", "s3", "vault")) == set()


def test_l5_a_planted_value_is_found_in_a_dump_of_the_ledger(stack: Stack, ref: str, values: set[str]) -> None:
    since = time.time() - 1
    with transaction() as session:
        asked = session.get_one(Request, f"{ref}-pol-1")
        before, asked.late_reason = asked.late_reason, f"for {SURNAME}, born 15/03/2019"
        session.add(asked)
    try:
        assert found_in(_place(stack, "the ledger"), values) == {SURNAME.lower(), "2019-03-15"}
        # And where the database keeps what it writes ahead: the search of raw files is no search of nothing.
        assert _disks(stack, values, since, parts=("pg_wal",)) == {SURNAME.lower(), "2019-03-15"}
    finally:
        with transaction() as session:
            asked = session.get_one(Request, f"{ref}-pol-1")
            asked.late_reason = before
            session.add(asked)
