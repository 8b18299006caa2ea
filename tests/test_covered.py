"""What two tools measured of a file is put together; the floor is held over what either ran."""

import json
from pathlib import Path

from tests.covered import Measured, by_room, by_workers, held, line, together


def told(executed: list[int], missing: list[int], taken: list[list[int]], left: list[list[int]]) -> Measured:
    return Measured.of(
        {"executed_lines": executed, "missing_lines": missing, "executed_branches": taken, "missing_branches": left}
    )


WORKERS = {"tasks/sampling/x.py": told([1, 2], [3, 4], [[2, 3]], [[2, 4], [4, 0]])}


def test_what_a_child_ran_counts_and_a_line_of_its_own_counting_does_not() -> None:
    child = {"tasks/sampling/x.py": told([4, 99], [1], [[4, -2], [99, 100]], [[2, 3]])}
    (counts,) = by_room(together(WORKERS, child)).values()
    assert dict(counts) == {"lines": 4, "run_lines": 3, "ways": 3, "run_ways": 2}


def test_a_file_that_only_a_child_ran_is_told_too() -> None:
    found = together(WORKERS, {"validation/engine/y.py": told([1], [], [], [])})
    assert set(by_room(found)) == {"tasks/sampling", "validation/engine"}


def test_deployments_are_told_and_not_held() -> None:
    rooms = by_room(WORKERS | {"deployments/z.py": told([], [1], [], [[1, 2]])})
    assert held(rooms)["ways"] == 3
    assert line("tasks/sampling", rooms["tasks/sampling"]).split() == [
        "tasks/sampling",
        "4",
        "50.0",
        "%",
        "3",
        "33.3",
        "%",
    ]


def test_a_report_of_slipcover_is_read(tmp_path: Path) -> None:
    report = tmp_path / "workers.json"
    seen = {"executed_lines": [1], "missing_lines": [2], "executed_branches": [], "missing_branches": [[1, 0]]}
    report.write_text(json.dumps({"files": {"models/x.py": seen}}))
    assert by_workers(report) == {"models/x.py": told([1], [2], [], [[1, 0]])}
