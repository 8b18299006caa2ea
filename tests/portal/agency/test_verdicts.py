"""What the page of a verdict shows of a report: causes first, places to look at, and what is left out."""

from typing import Any

import pytest

from portal.agency.verdicts import across_facts, verdict_facts
from validation.telling.causes import Cause, Listed


def _finding(rule: str, row: int | None, **changes: Any) -> dict[str, Any]:
    severity = {"E": "error", "Q": "query", "I": "info"}[rule[0]]
    cell = f"A{row}" if row else None
    given = {"rule": rule, "severity": severity, "sheet": "X", "row": row, "cell": cell, "column": "name"}
    return {**given, "message": rule, **changes}


def _report(*findings: dict[str, Any], **counts: int) -> dict[str, Any]:
    return {"findings": list(findings), "by_rule": counts}


def _causes(*findings: dict[str, Any], **counts: int) -> list[Cause[Listed]]:
    return [cause for _, some in verdict_facts(_report(*findings, **counts))["groups"] for cause in some]


def test_errors_come_before_queries_and_the_most_frequent_first() -> None:
    findings = [_finding("I1", 1), _finding("Q1", 2), _finding("E2", 3), _finding("E1", 4), _finding("E3", 5)]
    causes = _causes(*findings, I1=9, Q1=9, E1=2, E2=7, E3=2)
    assert [cause.first.rule for cause in causes] == ["E2", "E1", "E3", "Q1", "I1"]


def test_findings_beyond_those_that_a_report_lists_are_counted() -> None:
    facts = verdict_facts(_report(*(_finding("E1", row) for row in range(1, 101)), E1=4000))
    ((_, (cause,)),) = facts["groups"]
    assert (facts["total"], facts["listed"], cause.count, cause.exact) == (4000, 100, 4000, True)
    assert cause.at == "At A1, A2, A3, A4, A5, A6, A7, A8 and 3,992 more."


def test_a_rule_that_the_report_does_not_count_is_counted_by_its_findings() -> None:
    [cause] = _causes(_finding("E1", 1), _finding("E1", 2))
    assert (cause.count, cause.at) == (2, "At A1, A2.")


@pytest.mark.parametrize(
    ("findings", "places"),
    [
        ([_finding("E1", 2), _finding("E1", 2)], "At A2 and 42 more."),
        ([_finding("E1", 2, cell=None)], "At row 2 and 42 more."),
        ([_finding("E1", None)], ""),
        ([_finding("E1", 2, file=3)], "At file 3, A2 and 42 more."),
    ],
)
def test_a_place_is_a_cell_else_a_row_and_is_shown_once(findings: list[dict[str, Any]], places: str) -> None:
    [cause] = _causes(*findings, E1=50)
    assert cause.at == places


def test_comparing_returns_is_shown_by_rule_and_column() -> None:
    findings = [_finding("Q2", 1), _finding("Q1", 3, column="b"), _finding("Q1", 1, column="a"), _finding("Q2", 2)]
    shown = [(c.first.rule, c.first.column, c.count, c.places) for c in across_facts(findings)]
    assert shown == [("Q2", "name", 2, ["A1", "A2"]), ("Q1", "a", 1, ["A1"]), ("Q1", "b", 1, ["A3"])]


def test_a_report_without_findings_shows_none() -> None:
    facts = verdict_facts(_report())
    assert (facts["groups"], facts["listed"], facts["total"]) == ([], 0, 0)
    assert across_facts([]) == []
