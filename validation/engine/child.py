"""Checks or marks a file in a child process with limits on memory and time: no file can take the caller down."""

import importlib
import json
import resource
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from models.themes import Theme
from validation.annotated.copies import Annotated, read_back
from validation.contract.context import Context
from validation.contract.errors import ChildKilledError, NotAnnotatedError, OurFaultError, UnreadableError
from validation.contract.model import Contract
from validation.contract.outcome import Options, Outcome, unreadable
from validation.engine import isolation
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
_WAS_READ = "was-read"
"""What a child leaves behind once the files are read: what takes too long from there on are our rules."""

# Where both limits on processor time are the same, the kernel may kill the child without saying that its time is over.
_GRACE_SECONDS = 5
FAULT = 70  # EX_SOFTWARE: ours, not the sender's
_GAVE_UP = 71  # the file was more than the child could hold
_NO_THREAD = 127  # the C library's own way to say the same


def check_in_child(
    files: Path | Sequence[Path],
    code: str,
    context: Context,
    out: Path,
    memory_bytes: int = MEMORY,
    seconds: int = SECONDS,
    options: Options | None = None,
    *,
    again: bool = False,
    expected: Sequence[str] = (),
    copies: Collection[int] = (),
) -> Outcome:
    """Check the file, or the several files, of one return in a child process; see `check_all_in_child`."""
    return check_all_in_child(
        files, (code,), context, out, memory_bytes, seconds, options, again=again, expected=expected, copies=copies
    )[0]


def check_all_in_child(
    files: Path | Sequence[Path],
    codes: Sequence[str],
    context: Context,
    out: Path,
    memory_bytes: int = MEMORY,
    seconds: int = SECONDS,
    options: Options | None = None,
    *,
    again: bool = False,
    expected: Sequence[str] = (),
    copies: Collection[int] = (),
) -> tuple[Outcome, ...]:
    """Check files against several returns in one child process, which reads them once.

    The child writes `report.json` and, where the return is not rejected, one `<sheet>.parquet` a sheet into `out`; and
    where the options ask for it, every place of every finding as `places.parquet`. For several returns, each has a
    folder of its code there. What the child prints is thrown away unseen: it may quote the file (L5).

    Of a file that came with columns or sheets that were not asked for, a copy without them is what is checked; it is
    left in the first folder, and `reduced_in` finds it there.

    Args:
        files: the file; or those that together are the returns, such as one workbook a sheet, in the order of their
            numbers in findings.
        codes: the returns that they should be.
        context: the circumstances.
        out: an existing folder for what the child leaves behind.
        memory_bytes: limit on the child's address space.
        seconds: limit on its processor time and on the wait for it.
        options: how much the reports show.
        again: whether the caller will check once more where somebody killed the child.
        expected: the returns that the sender is asked for, which may stay in a file; none where files stay as they are.
        copies: the numbers of the files, from 1, that are such copies already.

    Returns:
        One outcome a code, with frames read back from `out`; `unreadable` where the child died or ran out of time.

    Raises:
        ChildKilledError: the child was killed, and the caller will check again.
        OurFaultError: a fault of ours stopped it, or its time was over after the files were read (L9).
        UnknownReturnError: no contract has one of the codes.
    """
    contracts = [contract(code, context.theme) for code in codes]
    folders = [out if len(contracts) == 1 else out / c.code for c in contracts]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    paths = [files] if isinstance(files, Path) else files
    job = {
        "job": "check",
        "paths": [str(path.resolve()) for path in paths],
        "codes": [c.code for c in contracts],
        "context": context.to_json(),
        "folders": [str(folder.resolve()) for folder in folders],
        "memory": memory_bytes,
        "seconds": seconds,
        "options": asdict(options or Options()),
        "expected": list(expected),
        "copies": sorted(copies),
    }

    def clear() -> None:
        for contract_, folder in zip(contracts, folders, strict=True):
            _clear(contract_, folder)

    status, output = run_job(json.dumps(job).encode(), seconds, paths, folders, clear, forked=True)
    if status is not None and status > 0 and status not in (_GAVE_UP, _NO_THREAD):
        raise OurFaultError(fault_name(output))
    if status == 0:
        return tuple(_read_back(folder / _REPORT, folder) for folder in folders)
    # Something else killed it, as a machine short of memory does; that says nothing of the file yet.
    if again and status == -signal.SIGKILL:
        raise ChildKilledError
    late = seconds if status in (None, -signal.SIGXCPU) else None
    if late is not None and (folders[0] / _WAS_READ).exists():
        # Reading was over in time, so what took too long are our rules and not the file.
        raise OurFaultError("the time that the rules took")
    return tuple(
        _refused(contract_, late, context, folder) for contract_, folder in zip(contracts, folders, strict=True)
    )


def _clear(contract_: Contract, folder: Path) -> None:
    """Remove what an earlier child left behind, or one that died before it was done."""
    for name in (_REPORT, _WAS_READ, PLACES, *(f"{sheet.name}.parquet" for sheet in contract_.sheets)):
        (folder / name).unlink(missing_ok=True)
    for path in folder.glob(f"{_REDUCED}*"):
        path.unlink()


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


def reduced_in(folder: Path) -> dict[int, ReducedCopy]:
    """Return number of the file, from 1 -> its reduced copy, as a check left them in a folder."""
    copies = {}
    for path in sorted(folder.glob(f"{_REDUCED}*.json")):
        counts = json.loads(path.read_bytes())
        copy = path.with_suffix(EXTENSION).read_bytes()
        copies[int(counts["file"])] = ReducedCopy(copy, int(counts["columns"]), int(counts["sheets"]))
    return copies


def _refused(contract_: Contract, seconds: int | None, context: Context, folder: Path) -> Outcome:
    """Return the verdict on a file that took the child down, or took longer than `seconds`."""
    _clear(contract_, folder)
    why = UNSAFE.about() if seconds is None else TOO_LONG.about(seconds=seconds)
    outcome = unreadable(contract_.code, why, context.rule_set, contract_.version)
    (folder / _REPORT).write_bytes(outcome.to_json())
    return outcome


def annotate_in_child(
    path: Path,
    outcomes: Sequence[Outcome],
    out: Path,
    memory_bytes: int = MEMORY,
    seconds: int = SECONDS,
    part: int | None = None,
    theme: Theme | None = None,
    *,
    copy: bool = False,
) -> Annotated:
    """Mark the places of findings in a copy of their file, in a child process.

    Args:
        path: the file.
        outcomes: of its check, one a return that it was checked as.
        out: an existing folder for what the child leaves behind.
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
        "path": str(path.resolve()),
        "outcomes": [outcome.to_json().decode() for outcome in outcomes],
        "part": part,
        "copy": copy,
        "theme": theme.model_dump(mode="json") if theme else None,
        "out": str(out.resolve()),
        "memory": memory_bytes,
        "seconds": seconds,
    }
    status, output = run_job(json.dumps(job).encode(), seconds, [path], [out])
    if status == FAULT:
        raise OurFaultError(fault_name(output))
    made = read_back(out) if status == 0 else None
    if made is None:
        raise NotAnnotatedError
    return made


def run_job(
    job: bytes,
    seconds: int,
    reads: Sequence[Path],
    writes: Sequence[Path],
    clear: Callable[[], None] = lambda: None,
    *,
    forked: bool = False,
) -> tuple[int | None, bytes]:
    """Run the child; return its exit status (None where time ran out) and its standard output.

    What ends a forked child says nothing of the file, before one that imports everything itself ends as well.

    Args:
        job: what the child reads.
        seconds: limit on the wait for it.
        reads: files that it may read.
        writes: folders that it may read and write.
        clear: removes from those what an earlier child left behind.
        forked: whether the child is forked where a process is prepared.

    Raises:
        OurFaultError: so many others are running that this one could not begin.
    """
    status: int | None = None
    for alone in (False, True) if forked and isolation.is_prepared() else (True,):
        clear()
        try:
            status, output = isolation.run(_MODULE, job, seconds, reads=reads, writes=writes, alone=alone)
        except isolation.BusyError:
            raise OurFaultError("the wait for other checks") from None
        if status == 0:
            break
    return status, output


def fault_name(output: bytes) -> str:
    """Return the name of the fault; only a name of ours is believed."""
    text = output.decode("ascii", errors="ignore").strip()
    return text if text and all(c.isalnum() or c in "._- " for c in text) else "the check"


def _read_back(report: Path, out: Path) -> Outcome:
    outcome = Outcome.from_json(report.read_bytes())
    frames = {s.name: out / f"{s.name}.parquet" for s in contract(outcome.code).sheets}
    return replace(outcome, frames={n: pl.read_parquet(p) for n, p in frames.items() if p.exists()})


def main() -> int:
    """Do one job from standard input; exit 0 with its result, 70 with the name of our fault, 71 out of memory."""
    # Before the limits: where the program itself cannot start, the fault is not the file's, and an import that runs out
    # of memory fails in ways that say nothing of the file.
    importlib.import_module("validation.engine.checking")
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + _GRACE_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    try:
        _JOBS[job["job"]](job)
    except OurFaultError as fault:
        print(fault.what)  # noqa: T201 - the one word the parent may hear
        return FAULT
    except BaseException as error:
        if is_out_of_memory(error):
            return _GAVE_UP
        print(type(error).__name__)  # noqa: T201 - the kind of error, never its text
        return FAULT
    return 0


def _check(job: dict[str, Any]) -> None:
    from validation.engine.checking import check_files

    paths, context = [Path(path) for path in job["paths"]], Context.from_json(job["context"])
    contracts = [contract_in(code, context) for code in job["codes"]]
    folders = [Path(folder) for folder in job["folders"]]
    sources = [read_copy(path.read_bytes()) if n in job["copies"] else path for n, path in enumerate(paths, 1)]
    keep = _keeping(job, contracts, context, folders[0])
    was_read = (folders[0] / _WAS_READ).touch
    outcomes = check_files(sources, contracts, context, Options(**job["options"]), was_read, keep)
    for outcome, folder in zip(outcomes, folders, strict=True):
        for name, frame in outcome.frames.items():
            frame.write_parquet(folder / f"{name}.parquet")
        if outcome.places is not None:
            outcome.places.write_parquet(folder / PLACES)
        (folder / _REPORT).write_bytes(outcome.to_json())


def _keeping(
    job: dict[str, Any], contracts: Sequence[Contract], context: Context, folder: Path
) -> Callable[[int, Read], Read]:
    """Return what keeps of a file that was read what was asked for, and leaves a copy of that where anything went."""
    from validation.engine.checking import contracts_with
    from validation.files.reducing import reduced

    own, expected = [c.code for c in contracts], {code: contract_in(code, context) for code in job["expected"]}

    def keep(number: int, file: Read) -> Read:
        left = (
            reduced(file, contracts_with(contracts), own, expected)
            if number not in job["copies"] and expected
            else None
        )
        if left is None:
            return file
        data = copy_of(left.read)
        (folder / f"{_REDUCED}{number}{EXTENSION}").write_bytes(data)
        counts = {"file": number, "columns": left.columns, "sheets": left.sheets}
        (folder / f"{_REDUCED}{number}.json").write_text(json.dumps(counts))
        # What is checked now is what can be checked again later.
        return read_copy(data)

    return keep


def _fill(job: dict[str, Any]) -> None:
    from validation.engine.checking import headings
    from validation.files.readers import read
    from validation.filling.census import is_census, read_census
    from validation.filling.extract import filled_from
    from validation.filling.mapping import HeaderMapping, MappingRefusedError, filled_by, suggested
    from validation.filling.workbook import workbook_of

    context, out = Context.from_json(job["context"]), Path(job["out"])
    try:
        every = [Path(path).read_bytes() for path in job["paths"]]
        censuses = [read_census(data, context) for data in every if is_census(data)]
        files = [read(data, headings()) for data in every if not is_census(data)]
        earlier = HeaderMapping.from_json(job["mapping"]) if job["mapping"] else None
        if job["suggest"]:
            # A census has no headers to map; its reader says so.
            export = files[0] if files else read(every[0], headings())
            (out / MAPPING).write_text(suggested(export, contract(job["suggest"], context.theme), earlier).to_json())
            return
        filling = filled_by(files, earlier, context) if earlier else filled_from(files, context, *censuses[:1])
    except (UnreadableError, MappingRefusedError) as refused:
        (out / REFUSAL).write_text(str(refused))
        return
    for filled in filling.returns.values():
        (out / f"{filled.code}.xlsx").write_bytes(workbook_of(filled, context))
    (out / ACCOUNT).write_text(json.dumps(filling.to_dict()))


def _annotate(job: dict[str, Any]) -> None:
    from validation.annotated.making import annotated
    from validation.engine.checking import headings
    from validation.files.readers import read

    path = Path(job["path"])
    try:
        grids = (read_copy(path.read_bytes()) if job["copy"] else read(path, headings())).grids
    except UnreadableError:
        return
    theme = Theme.model_validate(job["theme"]) if job["theme"] else None
    made = annotated(grids, [Outcome.from_json(report.encode()) for report in job["outcomes"]], job["part"], theme)
    (Path(job["out"]) / made.name).write_bytes(made.data)


_JOBS = {"check": _check, "annotate": _annotate, "fill": _fill}


if __name__ == "__main__":
    sys.exit(main())
