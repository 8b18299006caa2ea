"""Fills returns from an extract in a child process, tied as the one that checks returns."""

import json
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from validation.contract.context import Context
from validation.contract.errors import NotFilledError, OurFaultError
from validation.engine import child
from validation.engine.memory_files import Source
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
    files: dict[str, bytes]


def fill_in_child(
    files: Sequence[Source],
    context: Context,
    memory_bytes: int = child.MEMORY,
    seconds: int = child.SECONDS,
    mapping: str = "",
) -> FilledFiles:
    """Fill the returns of a theme from the files of one extract, in a child process which reads them once.

    Args:
        files: of the extract.
        context: the circumstances.
        memory_bytes: limit on the child's address space.
        seconds: limit on its processor time and on the wait for it.
        mapping: the text of a mapping, where the extract has headers of its own.

    Raises:
        NotFilledError: the extract cannot be read, holds nothing that we know, does not fit its mapping, or took the
            child down.
        OurFaultError: a fault of ours stopped it (L9).
    """
    left = _run(files, context, memory_bytes, seconds, mapping=mapping)
    account = json.loads(left[child.ACCOUNT])
    codes = {each["return"] for each in account["returns"]}
    # Whatever broke the child could have left an account of workbooks that are not there.
    if any(f"{code}.xlsx" not in left for code in codes & set(CONTRACTS)):
        raise OurFaultError("the filled workbooks")
    return FilledFiles(account, {code: left[f"{code}.xlsx"] for code in CONTRACTS if code in codes})


def suggest_in_child(file: Source, code: str, context: Context, earlier: str = "") -> str:
    """Return the text of a mapping that a person may begin with, for a file with headers of its own.

    Args:
        file: of the agency's own export.
        code: the return that it should fill.
        context: the circumstances.
        earlier: the text of the mapping that the agency made before.

    Raises:
        NotFilledError: the file cannot be read, or took the child down.
        OurFaultError: a fault of ours stopped it (L9).
        UnknownReturnError: there is no such return.
    """
    left = _run([file], context, child.MEMORY, child.SECONDS, mapping=earlier, suggest=contract(code).code)
    return left[child.MAPPING].decode()


def _run(
    files: Sequence[Source],
    context: Context,
    memory_bytes: int,
    seconds: int,
    *,
    mapping: str = "",
    suggest: str = "",
) -> dict[str, bytes]:
    job = {
        "job": "fill",
        "context": context.to_json(),
        "memory": memory_bytes,
        "seconds": seconds,
        "mapping": mapping,
        "suggest": suggest,
    }
    status, left = child.run_job(job, files, seconds)
    if status == child.FAULT:
        raise OurFaultError(child.fault_name(left))
    if status != 0:
        late = status in (None, -signal.SIGXCPU)
        raise NotFilledError(TOO_LONG.about(seconds=seconds) if late else UNSAFE.about())
    if child.REFUSAL in left:
        raise NotFilledError(left[child.REFUSAL].decode())
    return left
