"""The commands around an inspection's life: their JSON, their exit codes, one sentence for whatever goes wrong."""

import json
import os
from pathlib import Path

import pytest

from cli.trust import NOTHING_HELD
from models.lifecycle import RequestState
from models.tables import AuditEntry, Request
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tests.cli.running import jtai
from tests.tasks.owning import unguarded
from tests.tasks.steps import verdict_on

pytestmark = pytest.mark.parts

COMMANDS = (
    "announce", "audit anchors", "audit export", "audit verify", "audit witness", "check", "clock", "evidence",
    "link", "package", "plan", "rehearse", "sample coverage", "sample draw", "sample export", "sample verify", "status",
    "synthesise", "template", "timetable", "upload",
)  # fmt: skip
_GONE = "{} does not answer. Run `make up`, or check the JTAI_* settings."
_DATED = ["--theme", "domestic-abuse-2024"]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forget every stack."""
    for name in list(os.environ):
        if name.startswith("JTAI_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JTAI_STATE", str(tmp_path))
    return tmp_path


def test_l7_the_timetable_has_exactly_its_keys_and_reasons() -> None:
    told = jtai("timetable", *_DATED, "--announce", "2025-02-24", "--json").json()
    assert set(told) == {"theme", "steps"}
    assert told["theme"] == "domestic-abuse-2024"
    assert all(set(step) == {"step", "date", "working_day", "explain"} for step in told["steps"])
    days = {step["step"]: (step["date"], step["working_day"]) for step in told["steps"]}
    assert days["announced"] == ("2025-02-24", 1)
    assert days["fieldwork_start"] == ("2025-03-10", 11)
    assert days["statement_due"][0] == "2025-08-13"
    assert "Good Friday" in next(step["explain"] for step in told["steps"] if step["step"] == "publication")


def test_the_timetable_for_people_has_a_line_a_step() -> None:
    said = jtai("timetable", *_DATED, "--announce", "24/02/2025")
    assert said.code == 0
    assert "Mon 10 Mar 2025" in said.out
    assert len(said.out.splitlines()) == 14


def test_a_plan_is_the_same_in_json_and_for_people() -> None:
    args = ["plan", _DATED[1], "--areas", "E06000038,E06000039", "--from", "2027-07-01", "--leads", "P-7KQ2M4XB"]
    first, second = jtai(*args, "--json").json()["inspections"]
    # The only lead inspector is free again in the last week of July, whose fieldwork would fall into August.
    assert first == {
        "area": "E06000038",
        "announce": "2027-07-05",
        "fieldwork_start": "2027-07-19",
        "fieldwork_end": "2027-07-23",
        "lead": "P-7KQ2M4XB",
        "team": [],
    }
    assert (second["area"], second["announce"]) == ("E06000039", "2027-09-06")
    text = jtai(*args).out
    assert "Reading  Mon 05 Jul 2027" in text
    assert "Slough   Mon 06 Sep 2027" in text


def test_a_plan_gives_each_area_a_team_of_every_inspectorate_or_says_who_is_missing() -> None:
    inspectors = ["P-7KQ2M4XD=CQC", "P-7KQ2M4XE=Ofsted", "P-7KQ2M4XF=HMICFRS", "P-7KQ2M4XG=HMIP"]
    args = ["plan", _DATED[1], "--areas", "E06000038", "--from", "2027-07-01", "--json", "--inspectors"]
    (planned,) = jtai(*args, ",".join(inspectors)).json()["inspections"]
    assert sorted(planned["team"]) == [each.partition("=")[0] for each in inspectors]
    assert "0 are given. Give more." in jtai(*args, ",".join(inspectors[:3])).sentence()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_helps_with_an_example(command: str) -> None:
    done = jtai(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert f"Example: jtai {command}" in done.out


def test_the_whole_program_helps_with_every_command() -> None:
    said = jtai("--help").out
    assert all(f"  {command.split()[0]} " in said for command in COMMANDS)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["timetable", "--theme", "weather", "--announce", "2025-02-24"], "There is no theme 'weather'"),
        (["timetable", *_DATED, "--announce", "2025-04-21"], "is a bank holiday (Easter Monday)"),
        (["timetable", *_DATED, "--announce", "soon"], "'soon' is not a date"),
        (["timetable", *_DATED], "Missing option '--announce'"),
        (["plan", "weather", "--areas", "E06000038"], "There is no theme 'weather'"),
        (["plan", "--areas", "E06000038"], "Name one theme, for example jtai plan"),
        (["plan", _DATED[1], "--areas", " , "], "Name at least one area, for example --areas"),
        (["plan", _DATED[1], "--areas", "E06000038,E99"], "There is no area 'E99'"),
        (["plan", _DATED[1], "--areas", "E06000038, e06000038"], "Name each area once. E06000038 is twice."),
        (["plan", _DATED[1], "--areas", "E06000038", "--leads", "Alex Lee"], "Write it like P-7KQ2M4XB."),
        (["plan", _DATED[1], "--areas", "E06000038", "--live"], "JTAI_DATABASE_URL is not set"),
        (["announce", *_DATED, "--area", "E99", "--date", "2025-02-24"], "There is no area 'E99'"),
        (["announce", *_DATED, "--area", "E06000038", "--date", "2025-02-24"], "24 February 2025 is past"),
        (["announce", *_DATED, "--area", "E06000038", "--date", "2025-04-21", "--rehearsal"], "bank holiday"),
        (["upload", "no-such-file.csv", "--request", "x"], "'no-such-file.csv' does not exist"),
        (["audit", "nothing"], "No such command 'nothing'"),
        (["nothing"], "No such command 'nothing'"),
        (["status"], "JTAI_DATABASE_URL is not set and no running stack was found."),
        (["evidence", "F01"], "JTAI_DATABASE_URL is not set"),
    ],
    ids=lambda given: " ".join(given[:2]) if isinstance(given, list) else "",
)
def test_misuse_is_one_sentence_and_exit_2(args: list[str], sentence: str) -> None:
    assert sentence in jtai(*args).sentence()


@pytest.mark.usefixtures("bare")
def test_a_prefect_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    args = ["announce", *_DATED, "--area", "E06000038", "--date", "2025-02-24", "--rehearsal"]
    gone, home = {"JTAI_PREFECT_API_URL": "http://127.0.0.1:9/api"}, {"XDG_CONFIG_HOME": str(tmp_path)}
    # Nobody decides anything namelessly, whatever else is wrong.
    assert "Sign in first: run `jtai sign-in LINK`" in jtai(*args, **gone, **home).sentence()
    (tmp_path / "jtai").mkdir()
    (tmp_path / "jtai" / "session").write_text("a-secret")
    said = jtai(*args, **gone, **home).sentence()
    assert said == (
        "jtai: The Prefect server does not answer (ConnectError). Check that the stack is running: `make up`."
    )


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("args", [["status"], ["audit", "verify"], ["evidence", "x/F01"]], ids=" ".join)
def test_a_database_that_is_not_there_is_one_sentence(args: list[str]) -> None:
    gone = "postgresql+psycopg://jtai:secret@127.0.0.1:9/jtai"
    said = jtai(*args, JTAI_DATABASE_URL=gone).sentence()
    assert said == f"jtai: {_GONE.format('The database')}"


def test_a_store_that_is_not_there_is_one_sentence(reading: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x\n1\n")
    done = jtai("upload", file, "--request", f"{reading}-pol-1", JTAI_S3_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.sentence() == f"jtai: {_GONE.format('The evidence store')}"


def test_status_tells_every_inspection_and_one_with_its_requests(reading: str) -> None:
    (row,) = jtai("status", "--json").json()["inspections"]
    assert row["next_day"]
    assert row.keys() >= {"next_step", "overdue", "decisions", "concerns"}
    assert row["owed"] > 0
    kept = {"inspection": reading, "area": "Reading", "theme": "domestic-abuse-2024", "stage": "returns_open"}
    assert row.items() >= (kept | {"faults": 0, "rehearsal": True, "undelivered": 0, "samples": 0}).items()
    every = jtai("status").out
    assert ("Reading (rehearsal)" in every, row["lead"] in every) == (True, True)
    assert row["lead"].startswith("P-")
    one = jtai("status", reading, "--json").json()
    keys = {"inspection", "area", "theme", "stage", "requests", "timetable", "faults", "burden", "findings"}
    assert set(one) == keys | {"documents"}
    assert row["documents_owed"] > 0
    for name in ("owed", "overdue", "scanning"):
        assert sum(each[name] for each in one["documents"]) == row[f"documents_{name}"]
    assert one["findings"] == {}
    issued = [each["id"] for each in one["requests"] if each["state"] == "issued"]
    assert set(issued) == {f"{reading}-{code}" for code in ("la-da", "pol-1", "hea-1", "pro-1")}
    keys = {"id", "agency", "return", "state", "due", "version", "verdict"}
    assert all(set(each) == keys for each in one["requests"])
    assert len(one["requests"]) == len(theme("domestic-abuse-2024").returns)
    people = jtai("status", reading).out
    assert people.startswith(f"{reading}: returns open")
    assert "Thames Valley Police" in people
    assert "Documents of Thames Valley Police: " in people
    assert "There is no inspection 'atlantis'" in jtai("status", "atlantis").sentence()


def test_the_verdict_of_a_return_is_that_of_the_round_in_which_it_was_sent(reading: str) -> None:
    assert verdict_on(reading, "pol-1", "POL-1.csv", b"incident_ref\n1\n").verdict == "rejected"
    with transaction() as session:
        first = session.get_one(Request, f"{reading}-pol-1")
        again = {"id": f"{first.id}-2", "round": 2, "current_version": 0, "state": RequestState.ISSUED}
        session.add(Request(**(first.model_dump() | again)))
    verdicts = {each["id"]: each["verdict"] for each in jtai("status", reading, "--json").json()["requests"]}
    assert verdicts[f"{reading}-pol-1"] == "rejected"
    assert verdicts[f"{reading}-pol-1-2"] is None


@pytest.mark.usefixtures("ledger")
def test_status_of_nothing_says_so() -> None:
    assert jtai("status").out == "There are no inspections yet.\n"
    assert jtai("status", "--json").json() == {"inspections": []}


def test_l1_upload_answers_with_a_receipt_for_stored_bytes(reading: str, tmp_path: Path) -> None:
    file = tmp_path / "Amelia Smith.csv"
    file.write_bytes(b"incident_ref\n1\n")
    done = jtai("upload", file, "--request", f"{reading}-pol-1", "--json")
    told = done.json()
    assert set(told) == {
        "submission", "request", "version", "sha256", "size", "received", "version_id", "late", "scanned",
    }  # fmt: skip
    assert (done.code, told["version"], told["size"]) == (0, 1, 15)
    assert told["sha256"] == sha256(b"incident_ref\n1\n")
    assert told["scanned"] == "not scanned"
    from models.tables import Submission

    with transaction() as session:
        row = session.get_one(Submission, told["submission"])
    assert store.get(row.key, told["version_id"]) == b"incident_ref\n1\n"


@pytest.mark.parametrize(
    ("name", "body", "request_id", "sentence"),
    [
        ("a.pdf", b"%PDF", "{}-pol-1", "must be an XLSX, ODS or CSV file"),
        ("a.csv", b"", "{}-pol-1", "The selected file is empty"),
        ("a.csv", b"x", "{}-none", "There is no request"),
    ],
)
def test_an_upload_that_cannot_be_is_one_sentence(
    reading: str, tmp_path: Path, name: str, body: bytes, request_id: str, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(body)
    assert sentence in jtai("upload", file, "--request", request_id.format(reading)).sentence()


def test_l6_audit_verify_exits_1_with_the_first_broken_entry(reading: str) -> None:
    whole = jtai("audit", "verify", "--json")
    told = whole.json()
    assert whole.code == 0
    assert set(told) == {"inspections"}
    assert told["inspections"][reading]["broken"] is None
    count = told["inspections"][reading]["entries"]
    assert jtai("audit", "verify", reading).out.startswith(f"{reading}: {count} entries, whole")
    for number in (5, 3):
        with unguarded() as session:
            session.get_one(AuditEntry, (reading, number)).actor = "nobody"
    broken = jtai("audit", "verify", reading)
    assert (broken.code, broken.out) == (1, f"{reading}: Entry 3 was changed after it was written.\n")
    assert jtai("audit", "verify", "--json").json()["inspections"][reading]["broken"].startswith("Entry 3 ")
    assert "There is no inspection 'atlantis'" in jtai("audit", "verify", "atlantis").sentence()


def test_l6_an_exported_chain_verifies_without_the_database(reading: str) -> None:
    from tasks.ledger.audit import verify

    lines = jtai("audit", "export", reading).out.splitlines()
    entries = [AuditEntry(**json.loads(one)) for one in lines[:-1]]
    assert json.loads(lines[-1])["head"] == {"number": len(entries), "hash": entries[-1].hash}
    assert len(entries) > 5
    assert verify(entries) is None
    entries[3].facts = {"to": "waived"}
    broken = verify(entries)
    assert broken is not None
    assert broken.number == 4


def test_l10_a_draw_is_written_out_and_verifies_with_decisions_and_audit(evidenced: str, tmp_path: Path) -> None:
    told = jtai("sample", "export", evidenced, "--out", tmp_path, "--json").json()
    names = ["audit.jsonl", "cohort.parquet", "coverage.json", "decisions.json", "manifest.json"]
    assert told == {"draw": 1, "out": str(tmp_path), "files": names}
    files = [tmp_path / "manifest.json", tmp_path / "cohort.parquet"]
    more: list[str | Path] = ["--decisions", tmp_path / "decisions.json", "--coverage", tmp_path / "coverage.json"]
    more += ["--audit", tmp_path / "audit.jsonl"]
    alone = jtai("sample", "verify", *files, *more)
    assert (alone.code, alone.out) == (0, f"The same sample, draw for draw. {NOTHING_HELD}\n")
    # A notice names an entry and its digest; whoever kept it holds the chain to that.
    entry = json.loads((tmp_path / "audit.jsonl").read_text().splitlines()[4])
    seen = ["--seen", "5", entry["hash"]]
    assert jtai("sample", "verify", *files, *more, *seen).out == "The same sample, draw for draw.\n"
    rewritten = jtai("sample", "verify", *files, *more, "--seen", "5", "0" * 64, "--json").json()
    assert rewritten["anchored"] is True
    assert rewritten["differences"] == [
        "The audit chain does not hold. Entry 5, or one before it, is not what it was when the notice named it."
    ]
    assert "Give its file: --audit FILE." in jtai("sample", "verify", *files, *seen).sentence()
    forged = (tmp_path / "decisions.json").read_text().replace("satisfied", "coverage_gap")
    (tmp_path / "decisions.json").write_text(forged)
    (tmp_path / "coverage.json").write_text("{}")
    done = jtai("sample", "verify", *files, *more, "--json")
    assert done.code == 1
    assert [one.split()[:3] for one in done.json()["differences"]] == [
        ["The", "coverage", "report"],
        ["Decision", "1", "on"],
    ]
    assert "is not an audit chain" in jtai("sample", "verify", *files, "--audit", files[0]).sentence()
    assert "has no draw 2." in jtai("sample", "export", evidenced, "--draw", "2", "--out", tmp_path).sentence()


@pytest.mark.usefixtures("storage")
def test_evidence_leads_from_a_finding_to_rows(evidenced: str) -> None:
    told = jtai("evidence", f"{evidenced}/F01", "--json").json()
    assert set(told) == {"finding", "category", "area", "version", "evidence", "agencies", "cases", "restricted"}
    assert told["finding"] == f"{evidenced}/F01"
    assert told["evidence"] == ["case_tracking", "staff"]
    assert told["restricted"] == []
    keys = {"case", "child", "return_code", "submission", "version", "sha256", "sheet", "rows"}
    assert told["cases"]
    assert all(set(case) == keys for case in told["cases"])
    people = jtai("evidence", "F01").out
    assert "rests on case_tracking, staff." in people
    assert "  T1: " in people
    assert "There is no finding 'F09'" in jtai("evidence", "F09").sentence()


@pytest.fixture
def evidenced(reading: str, synthetic: Path) -> str:
    """Return an inspection in fieldwork with one finding."""
    from models.lifecycle import Stage
    from tasks.findings.findings import FindingWords
    from tasks.findings.recording import record_finding
    from tasks.sampling.draws import decide
    from tests.tasks.steps import APPROVE, moved_to, propose_all

    propose_all(reading, synthetic)
    decide(reading, APPROVE)
    moved_to(reading, Stage.EVALUATIONS_OPEN, Stage.FIELDWORK)
    words = FindingWords(
        "strength", "EA01", "Good", "They ask.", evidence_kinds=("case_tracking", "staff"), cases=("T1",)
    )
    record_finding(reading, words, by="A Lee")
    return reading


def test_status_counts_findings_by_level(evidenced: str) -> None:
    assert jtai("status", evidenced, "--json").json()["findings"] == {"recorded": 1}
    assert "Findings: 1 recorded." in jtai("status", evidenced).out
