"""L5: personal values are sent in every way that a sender can, and are then looked for wherever they must not be."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
import psycopg
import pytest
from sqlmodel import select

from deployments.demo.web import PageError, Person, sign_in
from deployments.stack import Stack
from models.england import ENGLAND
from models.lifecycle import Stage
from models.retention import RecordClass
from models.settings import settings
from models.states import DestructionState, WorkState
from models.tables import AuditEntry, CheckResult, Cohort, Destruction, Request, Submission, Work
from portal.operator.outbox import notices
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, start_run, wait_for
from tasks.ground.signing import public_keys
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.second_person import confirm, take
from tasks.ledger.audit import chain, line, verify
from tasks.ledger.rows import inspection_of
from tasks.people.sign_in_links import outbox_key
from tasks.retention.certificates import check
from tests.flows.canaries import FILE_NAME, FORENAME, SURNAME, files, found_in, misnamed, planted, spoiled, values_of
from tests.flows.running import announced, form, form_by_two
from tests.stacks import until

pytestmark = pytest.mark.timeout(600)

GSS, NAME = "E09000014", "Haringey"
CHILDREN, SEED = 150, 11
WORDS = f"{FORENAME} {SURNAME}, NHS number 943 476 5919, waited for three days."


@pytest.fixture(scope="module")
def values() -> set[str]:
    """Return every personal value that is sent."""
    return values_of(planted(GSS, CHILDREN, SEED))


@pytest.fixture(scope="module")
def ref(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Take an inspection to its first finding, with personal values in everything that people send."""
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
    _record_finding(stack, ref)
    return ref


def _stage(ref: str) -> str:
    with transaction() as session:
        return inspection_of(session, ref).stage


def _person(stack: Stack, ref: str, who: str) -> Person:
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
        "health": ("hea-1", ".xlsx", b"PK\x03\x04 " + WORDS.encode()),
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


def _files(stack: Stack) -> Iterator[str]:
    """Return the names and contents of all that the stack keeps in files, beside the store's and database's own."""
    state = stack.state
    folders = [state.folder, state.outer_folder, state.system_folder]
    own = {state.folder / "s3", state.folder / "postgres", state.folder / "demo", state.system_folder / "postgres"}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not own.intersection(path.parents):
                yield f"{path}\n{path.read_text(errors='replace')}"


def _keys() -> Iterator[str]:
    for page in store.client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket):
        yield from (one["Key"] for one in page.get("Versions", ()))


def _contents() -> Iterator[str]:
    """Return what people sent and what was read from it."""
    for key in _keys():
        if key.startswith(("incoming/", "findings/")):
            yield store.get(key).decode(errors="replace")
        elif key.startswith("returns/") and key.endswith(".parquet"):
            yield str(pl.read_parquet(store.get(key)).to_dicts())


def _place(stack: Stack, name: str) -> str:
    if name == "the ledger":
        return "\n".join(_rows(stack, "JTAI_DATABASE_URL"))
    if name == "Prefect's database":
        return "\n".join(_rows(stack, "JTAI_PREFECT_DATABASE_URL"))
    if name == "logs and other files":
        return "\n".join(_files(stack))
    if name == "names of objects":
        return "\n".join(_keys())
    if name == "notices":
        return "\n".join(str(one) for one in notices())
    with transaction() as session:
        return "\n".join(line(one) for one in session.exec(select(AuditEntry)))


@pytest.mark.parametrize(
    "place", ["the ledger", "Prefect's database", "logs and other files", "names of objects", "notices", "audit log"]
)
def test_l5_no_name_number_or_birth_date_is_outside_the_evidence_store(
    stack: Stack, ref: str, values: set[str], place: str
) -> None:
    text = _place(stack, place)
    assert ref in text, "the place was not read"
    assert found_in(text, values) == set()


@pytest.mark.usefixtures("ref")
def test_l5_the_search_finds_each_kind_of_value_where_it_may_be(values: set[str]) -> None:
    found = found_in("\n".join(_contents()), values)
    assert {SURNAME.lower(), FORENAME.lower(), "9434765919"} <= found
    assert any(value[0].isalpha() and value[1:].isdigit() and len(value) == 13 for value in found), "no pupil number"
    names = {store.filename_of(key) for key in _keys() if key.startswith("incoming/")}
    assert any(FILE_NAME in name for name in names)


def _own(ref: str) -> Iterator[str]:
    """Return all that the store holds of an inspection, opened by its keys: each version of each object."""
    for key in sorted(set(_keys())):
        if ref in key and not key.startswith(("certificates/", "figures/")):
            data = store.get(key)
            yield str(pl.read_parquet(data).to_dicts()) if key.endswith(".parquet") else data.decode(errors="replace")


def _raw(stack: Stack) -> Iterator[str]:
    """Return every file of the databases, with what they write ahead, and of the store's volumes, as they lie there."""
    folders = [stack.state.folder / "s3", stack.state.folder / "postgres", stack.state.system_folder]
    for path in (path for folder in folders if folder.is_dir() for path in folder.rglob("*")):
        if path.is_file() and path.suffix != ".sock":
            yield path.read_bytes().decode("latin-1")


def _after_retain(row: Callable[[], Destruction | None]) -> Destruction | None:
    """Let `retain` run to its end, as it does each night, and return what a row is then."""
    # What is still being done on the inspection holds its data: then the next run proposes it.
    wait_for(start_run("retain"), 120)
    return row()


def _destroyed(ref: str, kind: RecordClass) -> Destruction:
    """Have a class of record destroyed by two people and the deployment that does it, and return its row."""
    query = select(Destruction).where(Destruction.inspection == ref, Destruction.record_class == kind)

    def row() -> Destruction | None:
        with transaction() as session:
            return session.exec(query).one_or_none()

    until("it is proposed", lambda: _after_retain(row), 300)
    values = {"inspection": ref, "destruction": row().id}  # type: ignore[union-attr]
    confirm(take("destroy", values, by="manager: P-AAAAAAAA").proposal, yes=True, by="manager: P-BBBBBBBB")
    until("it is destroyed", lambda: _after_retain(row).state == DestructionState.DONE, 300)  # type: ignore[union-attr]
    found = row()
    assert found is not None
    return found


def test_when_its_periods_are_over_no_name_is_left_anywhere(stack: Stack, ref: str, values: set[str]) -> None:
    # By the very search that finds nothing afterwards.
    assert {SURNAME.lower(), FORENAME.lower(), "9434765919"} <= found_in("\n".join(_own(ref)), values)
    _by_two(
        "end-inspection", inspection=ref, ending="cancel", reason="The area asked for it and the inspectorates agreed"
    )
    with transaction() as session:
        inspection_of(session, ref).clock_shift_seconds += 450 * 24 * 3600
        for work in session.exec(select(Work).where(Work.inspection == ref, Work.state != WorkState.DONE)):
            session.delete(work)
    rows = [_destroyed(ref, kind) for kind in (RecordClass.CHILDREN, RecordClass.EVIDENCE)]
    assert found_in("\n".join(_own(ref)), values) == set()
    for place in (
        "the ledger",
        "Prefect's database",
        "logs and other files",
        "names of objects",
        "notices",
        "audit log",
    ):
        assert found_in(_place(stack, place), values) == set(), place
    for text in _raw(stack):
        assert not {SURNAME.lower(), FORENAME.lower()} & found_in(text, values)
    runs = {"flow_runs": {"tags": {"all_": [f"inspection:{ref}"]}, "state": {"type": {"any_": ["COMPLETED"]}}}}
    assert {run["name"].split(" ")[0] for run in call("POST", "/flow_runs/filter", json=runs)} <= {"retain", "sweep"}
    with transaction() as session:
        entries, head = chain(session, ref)
        assert verify(entries, head) is None
        audit = [json.loads(line(entry)) for entry in entries]
    for row in rows:
        checked = check(store.get(row.certificate_key), trusted=[key.value for key in public_keys()], audit=audit)
        assert (checked.faults, checked.trusted, checked.audited) == ((), True, True)
        assert found_in(store.get(row.certificate_key).decode(), values) == set()
        assert checked.content["counts"]["objects"] > 0


def test_l5_a_planted_value_is_found_in_a_dump_of_the_ledger(stack: Stack, ref: str, values: set[str]) -> None:
    with transaction() as session:
        asked = session.get_one(Request, f"{ref}-pol-1")
        before, asked.late_reason = asked.late_reason, f"for {SURNAME}, born 15/03/2019"
        session.add(asked)
    try:
        assert found_in(_place(stack, "the ledger"), values) == {SURNAME.lower(), "2019-03-15"}
        # And where the database keeps what it writes ahead: the search of raw files is no search of nothing.
        assert any(SURNAME.lower() in found_in(text, values) for text in _raw(stack))
    finally:
        with transaction() as session:
            asked = session.get_one(Request, f"{ref}-pol-1")
            asked.late_reason = before
            session.add(asked)
