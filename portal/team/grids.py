"""Reads a workbook in a child process: a broken file may end its reader, but never the portal."""

import json
import resource
import sys

from models.refusals import Refusal
from models.settings import settings
from validation.engine import isolation

_SECONDS = 60


class UnreadableWorkbookError(Refusal):
    """The file cannot be read as a table; the message says why and what to do."""


def rows_of(data: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet of a workbook, each with its line in the file.

    Raises:
        UnreadableWorkbookError: it is no workbook, is damaged, or takes too long to read.
    """
    limit = b"%d\n" % settings().validation_memory_bytes
    try:
        status, output = isolation.run("portal.team.grids", limit + data, _SECONDS)
    except isolation.BusyError:
        raise UnreadableWorkbookError("We are reading other workbooks. Send it again in a few minutes.") from None
    try:
        # The child may die in the middle of its answer, so what is no JSON counts as no answer.
        answer = json.loads(output) if status == 0 else {}
    except ValueError:
        answer = {}
    if "rows" not in answer:
        raise UnreadableWorkbookError(
            answer.get("said") or "The file could not be read. Save it again as XLSX and send that."
        )
    return [(line, cells) for line, cells in answer["rows"]]


def _read(data: bytes) -> dict[str, object]:
    from validation.contract.errors import UnreadableError
    from validation.files.readers import read

    try:
        grid = next(grid for grid in read(data, frozenset()).grids if grid.visible)
    except UnreadableError as unreadable:
        return {"said": str(unreadable)}
    rows = [["" if cell is None else str(cell) for cell in row] for row in grid.frame.iter_rows()]
    return {"rows": list(zip(grid.lines.to_list(), rows, strict=True))}


if __name__ == "__main__":
    # Before the file is opened: a small workbook can unpack to more than the machine has, and a hostile one never ends.
    most = int(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read())))
