"""Nothing that a file is or does takes the service down: a child that dies, by whatever hand, leaves a verdict."""

import os
import resource
import signal
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.searching import cores_under
from tests.validation.hand_made import amended, ods, ods_cell, ods_row, ods_table, package, xls, xlsx_parts
from tests.validation.hanging import BUSY, SLEEPING, python_in_which
from tests.validation.rows import CONTEXT, csv_of, example_row
from validation.contract.errors import OurFaultError
from validation.contract.outcome import Outcome
from validation.engine import child, isolation
from validation.engine.checking import check_file
from validation.engine.child import check_all_in_child, check_in_child
from validation.engine.memory_files import Leaving, read_all
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages

pytestmark = pytest.mark.parts

_LA = CONTRACTS["LA-DA"]
_SHEET = "xl/worksheets/sheet1.xml"
_ROW = list(example_row(_LA.main).values())
_VERDICTS = {"accepted", "queried", "rejected", "unreadable"}
_SOURCES = {
    "xlsx": write_pages([Page("LA-DA", [_LA.main.names, _ROW, _ROW])], "xlsx"),
    "ods": write_pages([Page("LA-DA", [_LA.main.names, _ROW, _ROW])], "ods"),
    "xls": xls([_LA.main.names, _ROW, _ROW]),
    "csv": csv_of(_LA.main, [{}, {}]).encode(),
}


@pytest.fixture
def statuses(alone: None, monkeypatch: pytest.MonkeyPatch) -> list[int | None]:  # noqa: ARG001 - no second child
    """Return the list to which the exit status of every real child is added."""
    seen: list[int | None] = []
    run = child.run_job

    def watched(*given: Any, **named: Any) -> tuple[int | None, dict[str, bytes]]:
        status, left = run(*given, **named)
        seen.append(status)
        return status, left

    monkeypatch.setattr(child, "run_job", watched)
    return seen


def _file(folder: Path, data: bytes) -> Path:
    path = folder / "a return"
    path.write_bytes(data)
    return path


def _is_refused(outcome: Outcome, words: str = "could not be read safely") -> None:
    assert outcome.verdict == "unreadable"
    assert words in outcome.findings[0].message
    assert not outcome.frames


def _kill_the_next_child(number: signal.Signals) -> threading.Thread:
    def wait_and_kill() -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for one in psutil.Process().children():
                if "validation.engine.child" in one.cmdline():
                    one.send_signal(number)
                    return
            time.sleep(0.01)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV])
def test_child_that_is_killed_leaves_a_verdict(
    tmp_path: Path, statuses: list[int | None], number: signal.Signals
) -> None:
    killer = _kill_the_next_child(number)
    outcome = check_in_child(_file(tmp_path, _SOURCES["csv"]), "LA-DA", CONTEXT)
    killer.join()
    assert statuses == [-number]
    _is_refused(outcome)


def test_workbook_that_makes_the_parser_abort_is_a_verdict_and_leaves_no_core(
    tmp_path: Path, statuses: list[int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    corner = b'<row r="399999"><c r="GR399999"><v>1</v></c></row>'
    data = amended(_SOURCES["xlsx"], {_SHEET: lambda old: old.replace(b"</sheetData>", corner + b"</sheetData>")})
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    monkeypatch.chdir(tmp_path)
    # As a shell of an operator who wants core dumps.
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        outcome = check_in_child(_file(tmp_path, data), "LA-DA", CONTEXT, memory_bytes=2**30)
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    assert statuses in ([-signal.SIGABRT], [71])
    _is_refused(outcome)
    assert cores_under([tmp_path, Path.cwd()], 0) == []


@pytest.mark.unmeasured
def test_file_that_needs_more_memory_than_there_is_is_a_verdict(tmp_path: Path, statuses: list[int | None]) -> None:
    data = csv_of(_LA.main, [{}] * 40_000).encode() * 10
    outcome = check_in_child(_file(tmp_path, data), "LA-DA", CONTEXT, memory_bytes=900 * 2**20)
    assert statuses[0] != 0
    _is_refused(outcome)


@pytest.mark.parametrize(("hangs", "ended"), [(SLEEPING, None), (BUSY, -signal.SIGXCPU)], ids=["waiting", "busy"])
def test_file_that_takes_too_long_to_read_is_a_verdict_that_says_so(
    tmp_path: Path, statuses: list[int | None], monkeypatch: pytest.MonkeyPatch, hangs: str, ended: int | None
) -> None:
    monkeypatch.setattr("sys.executable", python_in_which(tmp_path, "read", hangs))
    outcome = check_in_child(_file(tmp_path, _SOURCES["csv"]), "LA-DA", CONTEXT, seconds=4)
    assert statuses in ([None], [ended])
    _is_refused(outcome, "4 seconds are more than any return needs")


def test_file_in_an_encoding_that_does_not_exist_is_damaged() -> None:
    named = amended(_SOURCES["xlsx"], {"xl/workbook.xml": lambda part: part.replace(b"UTF-8", b"Uyes", 1)})
    assert check_file(named, _LA, CONTEXT).verdict == "unreadable"


@pytest.mark.usefixtures("alone")
def test_what_a_child_left_that_did_not_come_to_its_end_is_no_part_of_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Leaving(os.memfd_create("left"))
    table.put("LA-DA.parquet", b"PAR1")
    table.put("report.json", b"{}")
    output = read_all(table.number, 0, 1 << 20)
    monkeypatch.setattr(isolation, "run_in_place", lambda *_, **__: (-signal.SIGSEGV, output))
    left = {"of": b"an earlier one"}
    _is_refused(check_in_child(_file(tmp_path, _SOURCES["csv"]), "LA-DA", CONTEXT, left=left))
    assert left == {}


def test_every_return_of_a_file_that_takes_the_child_down_has_the_verdict(tmp_path: Path) -> None:
    found = check_all_in_child(_file(tmp_path, b"x"), ["LA-1", "LA-2"], CONTEXT, seconds=0)
    assert [(o.code, o.verdict) for o in found] == [("LA-1", "unreadable"), ("LA-2", "unreadable")]
    for outcome in found:
        _is_refused(outcome, "in time")


@pytest.mark.usefixtures("alone")
def test_l9_child_that_cannot_start_is_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(OurFaultError, match="ours, not yours"):
        check_in_child(_file(tmp_path, _SOURCES["csv"]), "LA-DA", CONTEXT)


_WORDS = (
    b"<",
    b'"e"',
    b"\0",
    b"XFD1048576",
    b'number-columns-repeated="16384"',
    b"&a;",
    b"\xff\xff\xff\xff",
    b"<f>",
    b"9e999",
)


def _spoilt(seed: int, forms: Sequence[str]) -> bytes:
    """Return a file with some of its bytes, or of one of its parts, spoilt."""
    chance = Random(seed)  # noqa: S311 - repeatable, not secret
    form = chance.choice(forms)
    part = {"xlsx": chance.choice([_SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"]), "ods": "content.xml"}.get(form)

    def spoil(data: bytes) -> bytes:
        out = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            at, word = chance.randrange(len(out)), chance.choice(_WORDS)
            match chance.randrange(4):
                case 0:
                    out[at] = chance.randrange(256)
                case 1:
                    out[at:at] = word
                case 2:
                    out[at : at + len(word)] = word
                case _:
                    del out[at : at + chance.randrange(1, 60)]
        return bytes(out)

    return amended(_SOURCES[form], {part: spoil}) if part and chance.random() < 0.8 else spoil(_SOURCES[form])


# The parser of old workbooks may take its whole process down, so it is tried through the child alone.
_IN_PROCESS = ("xlsx", "ods", "csv")


@pytest.mark.parametrize("seed", range(12))
def test_any_spoilt_file_has_a_verdict_through_the_child(tmp_path: Path, seed: int) -> None:
    outcome = check_in_child(_file(tmp_path, _spoilt(seed, list(_SOURCES))), "LA-DA", CONTEXT)
    assert outcome.verdict in _VERDICTS
    assert all(finding.message for finding in outcome.findings)


@given(seed=st.integers(0, 2**32))
@examples(80, suppress_health_check=list(HealthCheck))
def test_any_spoilt_file_has_a_verdict(seed: int) -> None:
    assert check_file(_spoilt(seed, _IN_PROCESS), _LA, CONTEXT).verdict in _VERDICTS


@given(
    start=st.sampled_from(
        [b"", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf", b"sep=;\n", b"la_child_id;sex\r"]
    ),
    data=st.binary(max_size=600),
)
@examples(80, suppress_health_check=list(HealthCheck))
def test_any_text_has_a_verdict_and_names_nothing_of_it(start: bytes, data: bytes) -> None:
    outcome = check_file(start + data, _LA, CONTEXT)
    assert outcome.verdict in _VERDICTS


_UNCLOSED = (b"<sheet " * 100_000, b"<Relationship " * 60_000, b"a" * 900_000 + b"<" * 100_000)


@pytest.mark.parametrize("junk", _UNCLOSED, ids=["sheets", "relations", "letters"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", _SHEET])
def test_tags_that_never_end_are_read_in_no_more_than_a_moment(junk: bytes, part: str) -> None:
    _in_a_moment(package({**xlsx_parts(b""), part: b"<x>" + junk}))


@pytest.mark.parametrize("junk", ["<table:table ", "<table:table-row>", "<table:table-row ", "<table:table-cell "])
def test_tags_of_an_open_document_that_never_end_are_read_in_no_more_than_a_moment(junk: str) -> None:
    _in_a_moment(ods(ods_table([ods_row(["x"]), junk * 100_000])))
    _in_a_moment(ods(ods_table([ods_row(["x"]), junk * 100_000, ods_row(["x"], {0: ods_cell("x", ' a="-spanned="')})])))


def _in_a_moment(data: bytes) -> None:
    start = time.process_time()
    assert check_file(data, _LA, CONTEXT).verdict in _VERDICTS
    assert time.process_time() - start < 10
