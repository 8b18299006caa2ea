"""Checks or marks a file in a child process with limits on memory and time: no file can take the caller down."""

import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from typing import Any, cast

import polars as pl

from models.themes import Theme
from validation.annotated.copies import Annotated, read_back
from validation.contract.context import Context
from validation.contract.errors import ChildKilledError, NotAnnotatedError, OurFaultError, UnreadableError
from validation.contract.model import Contract
from validation.contract.outcome import Options, Outcome, unreadable
from validation.engine import isolation
from validation.engine.memory_files import Leaving, Source, files_of, given, job_of, left_in
from validation.files.copies import EXTENSION, copy_of, read_copy
from validation.files.readers import Read
from validation.files.readers.faults import is_out_of_memory
from validation.files.refusals import TOO_LONG, UNSAFE
from validation.returns import contract, contract_in

MEMORY = 3 * 2**30
SECONDS = 120
PLACES = "places.parquet"
ACCOUNT = "filling.json"
MAPPING = "mapping.json"
REFUSAL = "refusal.txt"
_MODULE = "validation.engine.child"
_REPORT = "report.json"
_REDUCED = "reduced-"
_FAULT = "fault"
_WAS_READ = "was-read"
"""What a child leaves behind once the files are read: what takes too long from there on are our rules."""

# Where both limits on processor time are the same, the kernel may kill the child without saying that its time is over.
_GRACE_SECONDS = 5
FAULT = 70  # EX_SOFTWARE: ours, not the sender's
_GAVE_UP = 71  # the file was more than the child could hold
_NO_THREAD = 127  # the C library's own way to say the same


def check_in_child(
    files: Source | Sequence[Source],
    code: str,
    context: Context,
    memory_bytes: int = MEMORY,
    seconds: int = SECONDS,
    options: Options | None = None,
    *,
    again: bool = False,
    expected: Sequence[str] = (),
    copies: Collection[int] = (),
    left: dict[str, bytes] | None = None,
) -> Outcome:
    """Check the file, or the several files, of one return in a child process; see `check_all_in_child`."""
    return check_all_in_child(
        files,
        (code,),
        context,
        memory_bytes,
        seconds,
        options,
        again=again,
        expected=expected,
        copies=copies,
        left=left,
    )[0]


def check_all_in_child(
    files: Source | Sequence[Source],
    codes: Sequence[str],
    context: Context,
    memory_bytes: int = MEMORY,
    seconds: int = SECONDS,
    options: Options | None = None,
    *,
    again: bool = False,
    expected: Sequence[str] = (),
    copies: Collection[int] = (),
    left: dict[str, bytes] | None = None,
) -> tuple[Outcome, ...]:
    """Check files against several returns in one child process, which reads them once.

    The child leaves `report.json` and, where the return is not rejected, one `<sheet>.parquet` a sheet; and where the
    options ask for it, every place of every finding as `places.parquet`. For several returns, the names of each begin
    with its code and a slash. What the child prints is thrown away unseen: it may quote the file (L5). Nothing of it is
    ever on a disk: what the child reads and leaves are files in memory.

    Of a file that came with columns or sheets that were not asked for, a copy without them is what is checked; it is
    left as well, and `reduced_in` finds it there.

    Args:
        files: the file; or a list of those that together are the returns, such as one workbook a sheet, in the order of
            their numbers in findings.
        codes: the returns that they should be.
        context: the circumstances.
        memory_bytes: limit on the child's address space.
        seconds: limit on its processor time and on the wait for it.
        options: how much the reports show.
        again: whether the caller will check once more where somebody killed the child.
        expected: the returns that the sender is asked for, which may stay in a file; none where files stay as they are.
        copies: the numbers of the files, from 1, that are such copies already.
        left: takes name -> content of all that the child leaves, where the caller wants it.

    Returns:
        One outcome a code, with its frames; `unreadable` where the child died or ran out of time.

    Raises:
        ChildKilledError: the child was killed, and the caller will check again.
        OurFaultError: a fault of ours stopped it, or its time was over after the files were read (L9).
        UnknownReturnError: no contract has one of the codes.
        OSError: the path of a file cannot be opened.
    """
    contracts = [contract(code, context.theme) for code in codes]
    places = ["" if len(contracts) == 1 else f"{c.code}/" for c in contracts]
    job = {
        "job": "check",
        "codes": [c.code for c in contracts],
        "context": context.to_json(),
        "places": places,
        "memory": memory_bytes,
        "seconds": seconds,
        "options": asdict(options or Options()),
        "expected": list(expected),
        "copies": sorted(copies),
    }
    sources = files if isinstance(files, list | tuple) else [cast(Source, files)]
    status, output = run_job(job, sources, seconds, forked=True)
    if left is not None:
        left |= output
    if status is not None and status > 0 and status not in (_GAVE_UP, _NO_THREAD):
        raise OurFaultError(fault_name(output))
    if status == 0:
        return tuple(_read_back(place, output) for place in places)
    # Something else killed it, as a machine short of memory does; that says nothing of the file yet.
    if again and status == -signal.SIGKILL:
        raise ChildKilledError
    late = seconds if status in (None, -signal.SIGXCPU) else None
    if late is not None and _WAS_READ in output:
        # Reading was over in time, so what took too long are our rules and not the file.
        raise OurFaultError("the time that the rules took")
    if left is not None:
        # What a child left that did not come to its end is no part of a verdict.
        left.clear()
    return tuple(_refused(contract_, late, context) for contract_ in contracts)


@dataclass(frozen=True, slots=True)
class ReducedCopy:
    """The copy that a check left of a file with columns or sheets that were not asked for.

    Attributes:
        data: its bytes.
        columns: how many columns with cells are not in it.
        sheets: how many sheets with cells are not in it.
    """

    data: bytes
    columns: int
    sheets: int


def reduced_in(left: Mapping[str, bytes]) -> dict[int, ReducedCopy]:
    """Return number of the file, from 1 -> its reduced copy, as a check left them."""
    copies = {}
    for name in sorted(name for name in left if name.startswith(_REDUCED) and name.endswith(".json")):
        counts = json.loads(left[name])
        copy = left[name.removesuffix(".json") + EXTENSION]
        copies[int(counts["file"])] = ReducedCopy(copy, int(counts["columns"]), int(counts["sheets"]))
    return copies


def _refused(contract_: Contract, seconds: int | None, context: Context) -> Outcome:
    """Return the verdict on a file that took the child down, or took longer than `seconds`."""
    why = UNSAFE.about() if seconds is None else TOO_LONG.about(seconds=seconds)
    return unreadable(contract_.code, why, context.rule_set, contract_.version)


def annotate_in_child(
    file: Source,
    outcomes: Sequence[Outcome],
    memory_bytes: int = MEMORY,
    seconds: int = SECONDS,
    part: int | None = None,
    theme: Theme | None = None,
    *,
    copy: bool = False,
) -> Annotated:
    """Mark the places of findings in a copy of their file, in a child process.

    Args:
        file: the file.
        outcomes: of its check, one a return that it was checked as.
        memory_bytes: limit on the child's address space.
        seconds: limit on its processor time and on the wait for it.
        part: which of the files of the return it is, from 1; None where there is one file.
        theme: that asked for the return.
        copy: whether the file is a reduced copy of the sender's.

    Raises:
        NotAnnotatedError: the child died or ran out of time, or the file cannot be read.
        OurFaultError: a fault of ours stopped it (L9).
    """
    job = {
        "job": "annotate",
        "outcomes": [outcome.to_json().decode() for outcome in outcomes],
        "part": part,
        "copy": copy,
        "theme": theme.model_dump(mode="json") if theme else None,
        "memory": memory_bytes,
        "seconds": seconds,
    }
    status, output = run_job(job, [file], seconds)
    if status == FAULT:
        raise OurFaultError(fault_name(output))
    made = read_back(output) if status == 0 else None
    if made is None:
        raise NotAnnotatedError
    return made


def run_job(
    job: Mapping[str, Any], files: Sequence[Source], seconds: int, *, forked: bool = False
) -> tuple[int | None, dict[str, bytes]]:
    """Run the child; return its exit status (None where time ran out), and name -> content of what it left.

    What ends a forked child says nothing of the file, before one that imports everything itself ends as well.

    Args:
        job: what the child is to do.
        files: those that it reads.
        seconds: limit on the wait for it.
        forked: whether the child is forked where a process is prepared.

    Raises:
        OurFaultError: so many others are running that this one could not begin.
        OSError: the path of a file cannot be opened.
    """
    try:
        with isolation.place(seconds), given(job, files) as data:
            for alone in (False, True) if forked and isolation.is_prepared() else (True,):
                status, output = isolation.run_in_place(_MODULE, data, seconds, alone=alone)
                if status == 0:
                    break
    except isolation.BusyError:
        raise OurFaultError("the wait for other checks") from None
    return status, left_in(output)


def fault_name(left: Mapping[str, bytes]) -> str:
    """Return the name of the fault that a child left; only a name of ours is believed."""
    text = left.get(_FAULT, b"").decode("ascii", errors="ignore").strip()
    return text if text and all(c.isalnum() or c in "._- " for c in text) else "the check"


def _read_back(place: str, left: Mapping[str, bytes]) -> Outcome:
    outcome = Outcome.from_json(left[place + _REPORT])
    tables = {sheet.name: left.get(f"{place}{sheet.name}.parquet") for sheet in contract(outcome.code).sheets}
    return replace(outcome, frames={name: pl.read_parquet(data) for name, data in tables.items() if data})


def main() -> int:
    """Do one job from standard input; exit 0 with its result, 70 with the name of our fault, 71 out of memory."""
    # What is left goes where nothing else writes: a library that prints may not stand between, nor be heard (L5).
    leaving = Leaving(os.dup(1))
    os.dup2(2, 1)
    # Before the limits: where the program itself cannot start, the fault is not the file's, and an import that runs out
    # of memory fails in ways that say nothing of the file.
    importlib.import_module("validation.engine.checking")
    try:
        job, files = limited()
        _JOBS[job["job"]](job, files, leaving)
    except OurFaultError as fault:
        leaving.put(_FAULT, fault.what.encode())
        return FAULT
    except BaseException as error:
        if is_out_of_memory(error):
            return _GAVE_UP
        # The kind of error, never its text.
        leaving.put(_FAULT, type(error).__name__.encode())
        return FAULT
    return 0


def limited() -> tuple[dict[str, Any], list[bytes]]:
    """Return the job and its files, after this process is held to the limits that the job names."""
    job = job_of(0)
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    return job, files_of(0, job)


def _check(job: dict[str, Any], files: list[bytes], leaving: Leaving) -> None:
    from validation.engine.checking import check_files

    context = Context.from_json(job["context"])
    contracts = [contract_in(code, context) for code in job["codes"]]
    sources = [read_copy(data) if n in job["copies"] else data for n, data in enumerate(files, 1)]
    keep = _keeping(job, contracts, context, leaving)

    def was_read() -> None:
        leaving.put(_WAS_READ)

    outcomes = check_files(sources, contracts, context, Options(**job["options"]), was_read, keep)
    for outcome, place in zip(outcomes, job["places"], strict=True):
        for name, frame in outcome.frames.items():
            leaving.put(f"{place}{name}.parquet", _as_parquet(frame))
        if outcome.places is not None:
            leaving.put(place + PLACES, _as_parquet(outcome.places))
        leaving.put(place + _REPORT, outcome.to_json())


def _as_parquet(frame: pl.DataFrame) -> bytes:
    out = BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def _keeping(
    job: dict[str, Any], contracts: Sequence[Contract], context: Context, leaving: Leaving
) -> Callable[[int, Read], Read]:
    """Return what keeps of a file that was read what was asked for, and leaves a copy of that where anything went."""
    from validation.engine.checking import contracts_with
    from validation.files.reducing import reduced

    own, expected = [c.code for c in contracts], {code: contract_in(code, context) for code in job["expected"]}

    def keep(number: int, file: Read) -> Read:
        fewer = (
            reduced(file, contracts_with(contracts), own, expected)
            if number not in job["copies"] and expected
            else None
        )
        if fewer is None:
            return file
        data = copy_of(fewer.read)
        leaving.put(f"{_REDUCED}{number}{EXTENSION}", data)
        counts = {"file": number, "columns": fewer.columns, "sheets": fewer.sheets}
        leaving.put(f"{_REDUCED}{number}.json", json.dumps(counts).encode())
        # What is checked now is what can be checked again later.
        return read_copy(data)

    return keep


def _fill(job: dict[str, Any], every: list[bytes], leaving: Leaving) -> None:
    from validation.engine.checking import headings
    from validation.files.readers import read
    from validation.filling.census import is_census, read_census
    from validation.filling.extract import filled_from
    from validation.filling.mapping import HeaderMapping, MappingRefusedError, filled_by, suggested
    from validation.filling.workbook import workbook_of

    context = Context.from_json(job["context"])
    try:
        censuses = [read_census(data, context) for data in every if is_census(data)]
        files = [read(data, headings()) for data in every if not is_census(data)]
        earlier = HeaderMapping.from_json(job["mapping"]) if job["mapping"] else None
        if job["suggest"]:
            # A census has no headers to map; its reader says so.
            export = files[0] if files else read(every[0], headings())
            mapping = suggested(export, contract(job["suggest"], context.theme), earlier)
            leaving.put(MAPPING, mapping.to_json().encode())
            return
        filling = filled_by(files, earlier, context) if earlier else filled_from(files, context, *censuses[:1])
    except (UnreadableError, MappingRefusedError) as refused:
        leaving.put(REFUSAL, str(refused).encode())
        return
    for filled in filling.returns.values():
        leaving.put(f"{filled.code}.xlsx", workbook_of(filled, context))
    leaving.put(ACCOUNT, json.dumps(filling.to_dict()).encode())


def _annotate(job: dict[str, Any], files: list[bytes], leaving: Leaving) -> None:
    from validation.annotated.making import annotated
    from validation.engine.checking import headings
    from validation.files.readers import read

    try:
        grids = (read_copy(files[0]) if job["copy"] else read(files[0], headings())).grids
    except UnreadableError:
        return
    theme = Theme.model_validate(job["theme"]) if job["theme"] else None
    made = annotated(grids, [Outcome.from_json(report.encode()) for report in job["outcomes"]], job["part"], theme)
    leaving.put(made.name, made.data)


_JOBS = {"check": _check, "annotate": _annotate, "fill": _fill}


if __name__ == "__main__":
    sys.exit(main())
