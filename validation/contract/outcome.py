"""The outcome of a check: verdict, exact counts, located findings without values, and the canonical frames."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from validation.contract.reckoning import Reckoning
from validation.contract.rules import Severity

Verdict = Literal["accepted", "queried", "rejected", "unreadable"]

PER_RULE = 100
OVERALL = 5_000


@dataclass(frozen=True)
class Options:
    """How much the report shows: all findings instead of the first of each rule, the values of cells, all places."""

    everything: bool = False
    show_values: bool = False
    places: bool = False


@dataclass(frozen=True)
class CellFinding:
    """One thing to mend or explain, and where it stands in the sender's own file.

    Attributes:
        row: the line a person sees, headers being on line 1; None where the whole file is meant.
        cell: as the spreadsheet names it, such as `D17`.
        value: what the cell holds; only where the person checking their own file asked for it.
        file: which of the files of the return, from 1, sheet, row and cell are of; None where there is one file.
    """

    rule: str
    severity: Severity
    sheet: str
    row: int | None
    column: str | None
    cell: str | None
    message: str
    value: str | None = None
    file: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the finding as JSON values, without a file or a value where there is none to tell."""
        fields: dict[str, Any] = {
            "rule": self.rule,
            "severity": self.severity,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "cell": self.cell,
            "message": self.message,
        }
        optional = {"value": self.value, "file": self.file}
        return fields | {key: content for key, content in optional.items() if content is not None}


@dataclass(frozen=True)
class Outcome:
    """What a check found. The same file under the same rules gives the same bytes on any machine (L4).

    Attributes:
        code: the return.
        verdict: any error rejects, unless the theme accepts the rows without; else any query asks for an
            explanation; else accepted.
        rows: rows of data in the main sheet.
        errors: exact number of errors, whatever the report shows.
        queries: exact number of queries.
        findings: those shown, in the order of the file.
        by_rule: exact number of findings of each rule.
        truncated: whether findings were left out of the list.
        notes: what the reader assumed.
        rule_set: the theme and version whose rules applied.
        version: the contract's version.
        left_out: rows that were left out for their errors, where the theme accepts the rest.
        frames: canonical typed frames by sheet; present only where the return is not rejected.
        places: every place of every finding, where asked for; see `validation.engine.places`.
        also: codes of the other returns that the same file holds.
        reckoned: how the lines of each sheet of the return add up, file by file (L14).
        fault: the kind of error that stopped our reader, where one did, for whoever runs the service.
        not_checked: rules of ours that could not be run; while there are any, the verdict is held.
    """

    code: str
    verdict: Verdict
    rows: int
    errors: int
    queries: int
    findings: tuple[CellFinding, ...]
    by_rule: Mapping[str, int]
    truncated: bool
    notes: tuple[str, ...]
    rule_set: str
    version: int
    left_out: int = 0
    frames: Mapping[str, pl.DataFrame] = field(default_factory=dict, compare=False, repr=False)
    places: pl.DataFrame | None = field(default=None, compare=False, repr=False)
    also: tuple[str, ...] = ()
    reckoned: tuple[Reckoning, ...] = ()
    fault: str = ""
    not_checked: tuple[str, ...] = ()

    @property
    def lines(self) -> int:
        """Return how many lines the file has, or its sheets of this return; 0 where it was not read."""
        return sum(reckoning.lines for reckoning in self.reckoned)

    @property
    def is_held(self) -> bool:
        """Return whether the verdict waits for rules of ours that could not be run."""
        return bool(self.not_checked)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON values; `left_out`, `fault` and `held` only where there is any."""
        report: dict[str, Any] = {
            "return": self.code,
            "verdict": self.verdict,
            "rows": self.rows,
            "errors": self.errors,
            "queries": self.queries,
            "findings": [f.to_dict() for f in self.findings],
            "by_rule": dict(sorted(self.by_rule.items())),
            "truncated": self.truncated,
            "notes": list(self.notes),
            "rule_set": self.rule_set,
            "contract_version": self.version,
            "also": list(self.also),
            "lines": self.lines,
            "reckoned": [reckoning.to_dict() for reckoning in self.reckoned],
            "not_checked": list(self.not_checked),
        }
        optional = {"left_out": self.left_out, "fault": self.fault, "held": self.is_held}
        return report | {key: content for key, content in optional.items() if content}

    def to_json(self) -> bytes:
        """Return the report as bytes that depend on nothing but the file and the rules."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> "Outcome":
        """Rebuild a report, without frames.

        Raises:
            KeyError: it is no report.
        """
        report = json.loads(data)
        return cls(
            report["return"],
            report["verdict"],
            report["rows"],
            report["errors"],
            report["queries"],
            tuple(CellFinding(**f) for f in report["findings"]),
            report["by_rule"],
            report["truncated"],
            tuple(report["notes"]),
            report["rule_set"],
            report["contract_version"],
            report.get("left_out", 0),
            also=tuple(report.get("also", ())),
            reckoned=tuple(Reckoning.from_dict(numbers) for numbers in report.get("reckoned", ())),
            fault=report.get("fault", ""),
            not_checked=tuple(report.get("not_checked", ())),
        )


def unreadable(
    code: str,
    message: str,
    rule_set: str,
    version: int,
    file: int | None = None,
    row: int | None = None,
    fault: str = "",
) -> Outcome:
    """Return the outcome of a file that could not be read; it counts as one error.

    Args:
        code: of the return.
        message: why, and what to do.
        rule_set: the theme and version whose rules would have applied.
        version: of the contract.
        file: which of several files, from 1.
        row: the line at which it could not; None where the whole file is meant.
        fault: the kind of error that stopped our reader, where one did.
    """
    finding = CellFinding("FILE.unreadable", "error", "", row, None, None, message, file=file)
    counts = {"FILE.unreadable": 1}
    return Outcome(code, "unreadable", 0, 1, 0, (finding,), counts, False, (), rule_set, version, fault=fault)
