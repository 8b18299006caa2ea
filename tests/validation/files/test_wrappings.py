"""What programs put around values is read away and said once; what only looks so is left."""

import csv
import io
from collections.abc import Callable

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_POL = CONTRACTS["POL-1"]
_GOOD = list(csv.reader(io.StringIO(csv_of(_POL.main, [{"child_seq": str(n)} for n in range(1, 13)]))))


def _check(change: Callable[[str], str]) -> Outcome:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_GOOD[0], *([change(c) for c in row] for row in _GOOD[1:])])
    return check_file(out.getvalue().encode(), _POL, CONTEXT, Options(everything=True))


def test_an_apostrophe_before_digits_is_no_part_of_the_value() -> None:
    outcome = _check(lambda cell: f"'{cell}" if cell[:1].isdigit() else cell)
    assert [(f.rule, f.severity) for f in outcome.findings] == [("FILE.wrapped", "info")]
    assert outcome.frames["POL-1"]["incident_ref"][0] == _GOOD[1][0]


def test_point_nought_behind_a_number_is_no_part_of_it() -> None:
    outcome = _check(lambda cell: f"{cell}.0" if cell.isdigit() and len(cell) == 10 else cell)
    assert [(f.rule, f.severity) for f in outcome.findings] == [("FILE.wrapped", "info")]
    assert outcome.verdict == "accepted"


def test_marks_behind_a_space_are_no_part_of_the_value() -> None:
    names, *rows = _GOOD
    lines = [", ".join(names), *(", ".join(f'"{c}"' if c else "" for c in row) for row in rows)]
    outcome = check_file("\n".join(lines).encode(), _POL, CONTEXT)
    assert (outcome.verdict, [f.rule for f in outcome.findings]) == ("accepted", ["FILE.wrapped"])


@pytest.mark.parametrize("name", ["'t Hooft", '"Bob" Smith', "O'Brien", "D'Arcy"])
def test_a_mark_that_belongs_to_a_name_stays(name: str) -> None:
    at = _POL.main.names.index("surname")
    rows = [list(row) for row in _GOOD]
    rows[1][at] = name
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    outcome = check_file(out.getvalue().encode(), _POL, CONTEXT)
    assert outcome.frames["POL-1"]["surname"][0] == name
    assert not outcome.findings
