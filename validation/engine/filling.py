"""Fills returns from an extract in a child process, tied as the one that checks returns."""

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from validation.contract.context import Context
from validation.contract.errors import NotFilledError, OurFaultError
from validation.engine import child
from validation.files.refusals import TOO_LONG, UNSAFE
from validation.returns import CONTRACTS, contract


@dataclass(frozen=True)
class FilledFiles:
    """What a child made of an extract.

    Attributes:
        account: counts, names of columns and sentences; see `Filling.to_dict`.
        files: return -> its filled workbook.
    """

    account: dict[str, Any]
    files: dict[str, Path]


def fill_in_child(
    files: Sequence[Path],
    context: Context,
    out: Path,
    memory_bytes: int = child.MEMORY,
    seconds: int = child.SECONDS,
    mapping: str = "",
) -> FilledFiles:
    """Fill the returns of a theme from the files of one extract, in a child process which reads them once.

    Args:
        files: of the extract.
        context: the circumstances.
        out: an existing folder for the filled workbooks.
        memory_bytes: limit on the child's address space.
        seconds: limit on its processor time and on the wait for it.
        mapping: the text of a mapping, where the extract has headers of its own.

    Raises:
        NotFilledError: the extract cannot be read, holds nothing that we know, does not fit its mapping, or took the
            child down.
        OurFaultError: a fault of ours stopped it (L9).
    """
    _run(files, context, out, memory_bytes, seconds, mapping=mapping)
    account = json.loads((out / child.ACCOUNT).read_bytes())
    paths = {
        code: out / f"{code}.xlsx" for code in CONTRACTS if code in {each["return"] for each in account["returns"]}
    }
    # Whatever broke the child could have left a link to a file of ours in the place of a workbook.
    if any(path.is_symlink() or not path.is_file() for path in paths.values()):
        raise OurFaultError("the filled workbooks")
    return FilledFiles(account, paths)


def suggest_in_child(file: Path, code: str, context: Context, out: Path, earlier: str = "") -> str:
    """Return the text of a mapping that a person may begin with, for a file with headers of its own.

    Args:
        file: of the agency's own export.
        code: the return that it should fill.
        context: the circumstances.
        out: an existing folder for what the child leaves behind.
        earlier: the text of the mapping that the agency made before.

    Raises:
        NotFilledError: the file cannot be read, or took the child down.
        OurFaultError: a fault of ours stopped it (L9).
        UnknownReturnError: there is no such return.
    """
    _run([file], context, out, child.MEMORY, child.SECONDS, mapping=earlier, suggest=contract(code).code)
    return (out / child.MAPPING).read_text()


def _run(
    files: Sequence[Path],
    context: Context,
    out: Path,
    memory_bytes: int,
    seconds: int,
    *,
    mapping: str = "",
    suggest: str = "",
) -> None:
    job = {
        "job": "fill",
        "paths": [str(path.resolve()) for path in files],
        "context": context.to_json(),
        "out": str(out.resolve()),
        "memory": memory_bytes,
        "seconds": seconds,
        "mapping": mapping,
        "suggest": suggest,
    }
    status, output = child.run_job(json.dumps(job).encode(), seconds, files, [out])
    if status == child.FAULT:
        raise OurFaultError(child.fault_name(output))
    if status != 0:
        late = status in (None, -signal.SIGXCPU)
        raise NotFilledError(TOO_LONG.about(seconds=seconds) if late else UNSAFE.about())
    if (out / child.REFUSAL).exists():
        raise NotFilledError((out / child.REFUSAL).read_text())
