"""What the page of a verdict shows of a report: rules in order of weight, places to look at, and what is left out."""

from typing import Any

import pytest

from portal.agency.verdicts import across_facts, verdict_facts


def _finding(rule: str, row: int | None, **changes: Any) -> dict[str, Any]:
    severity = {"E": "error", "Q": "query", "I": "info"}[rule[0]]
    cell = f"A{row}" if row else None
    return {"rule": rule, "severity": severity, "row": row, "cell": cell, "column": "name", "message": rule, **changes}


def _report(*findings: dict[str, Any], **counts: int) -> dict[str, Any]:
    return {"findings": list(findings), "by_rule": counts}


def test_errors_come_before_queries_and_the_most_frequent_rule_first() -> None:
    findings = [_finding("I1", 1), _finding("Q1", 2), _finding("E2", 3), _finding("E1", 4), _finding("E3", 5)]
    facts = verdict_facts(_report(*findings, I1=9, Q1=9, E1=2, E2=7, E3=2))
    assert [rule["rule"] for rule in facts["rules"]] == ["E2", "E1", "E3", "Q1", "I1"]
    assert [finding["rule"] for finding in facts["findings"]] == ["E2", "E1", "E3", "Q1", "I1"]


def test_findings_beyond_those_that_a_report_lists_are_counted() -> None:
    facts = verdict_facts(_report(*(_finding("E1", row) for row in range(1, 151)), E1=4000))
    assert facts["total"] == 4000
    assert len(facts["findings"]) == 100
    assert (facts["rules"][0]["count"], facts["rules"][0]["more"]) == (4000, 3992)
    assert facts["rules"][0]["places"] == [f"A{row}" for row in range(1, 9)]


def test_a_rule_that_the_report_does_not_count_is_counted_by_its_findings() -> None:
    [rule] = verdict_facts(_report(_finding("E1", 1), _finding("E1", 2)))["rules"]
    assert (rule["count"], rule["more"]) == (2, 0)


@pytest.mark.parametrize(
    ("findings", "places"),
    [
        ([_finding("E1", 2), _finding("E1", 2)], ["A2"]),
        ([_finding("E1", 2, cell=None)], ["row 2"]),
        ([_finding("E1", None)], []),
    ],
)
def test_a_place_is_a_cell_else_a_row_and_is_shown_once(findings: list[dict[str, Any]], places: list[str]) -> None:
    [rule] = verdict_facts(_report(*findings, E1=50))["rules"]
    assert rule["places"] == places
    assert rule["more"] == (42 if places else 0)


def test_comparing_returns_is_shown_by_rule_and_column() -> None:
    findings = [_finding("Q2", 1), _finding("Q1", 3, column="b"), _finding("Q1", 1, column="a"), _finding("Q2", 2)]
    shown = [(rule["rule"], rule["column"], rule["count"], rule["places"]) for rule in across_facts(findings)]
    assert shown == [("Q1", "a", 1, ["A1"]), ("Q1", "b", 1, ["A3"]), ("Q2", "name", 2, ["A1", "A2"])]


def test_a_report_without_findings_shows_none() -> None:
    assert verdict_facts(_report()) == {"report": _report(), "rules": [], "findings": [], "total": 0}
    assert across_facts([]) == []
