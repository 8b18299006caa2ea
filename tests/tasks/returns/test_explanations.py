"""Explanations: given once, kept while the cells stay the same, and enough to have a queried return accepted."""

import csv
import io
import json
from pathlib import Path

import pytest
from sqlmodel import select

from models.lifecycle import RequestState
from models.tables import Explanation, Submission
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.returns.explanations import LONGEST, OpenQuery, explain, queries_of, said_in
from tests.tasks.steps import actions, file_of, ledger_text, notices, request, verdict_on

LONG_AGO = "2025-02-01"


def police_file(synthetic: Path, late: int = 2, at: str = "2025-02-23 10:00") -> bytes:
    """Return the police's return in which the council was told of some incidents very late, which raises a query."""
    rows = list(csv.DictReader(io.StringIO(file_of(synthetic, "POL-1").read_text(encoding="utf-8-sig"))))
    old = [row for row in rows if row["reported_datetime"] < LONG_AGO]
    for row in old[:late]:
        row["notification_to_csc"], row["notification_datetime"] = "Yes", at
    return csv_of(rows)


def csv_of(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def submission(ref: str, version: int) -> Submission:
    with transaction() as session:
        return session.get_one(Submission, f"{ref}-pol-1-v{version}")


def queries(ref: str, version: int) -> tuple[OpenQuery, ...]:
    with transaction() as session:
        return queries_of(session, session.get_one(Submission, f"{ref}-pol-1-v{version}"))


@pytest.fixture
def queried(area: str, synthetic: Path) -> str:
    """Return an inspection whose police return was accepted with queries."""
    found = verdict_on(area, "pol-1", "a.csv", police_file(synthetic))
    assert found.verdict == "queried", found
    return area


def explain_all(ref: str, version: int, text: str = "The system was down that week.") -> int:
    said = 0
    for query in queries(ref, version):
        said += explain(f"{ref}-pol-1-v{version}", query.rule, query.column, text, by="agency: police")
    return said


def test_a_query_explained_everywhere_accepts_the_return(queried: str) -> None:
    assert request(queried, "pol-1").state == RequestState.QUERIED
    assert explain_all(queried, 1) == submission(queried, 1).result.queries
    assert request(queried, "pol-1").state == RequestState.ACCEPTED
    assert submission(queried, 1).result.verdict == "queried"
    assert "query.explained" in actions(queried)


def test_what_is_left_unexplained_keeps_the_return_queried(queried: str) -> None:
    (query, *_) = queries(queried, 1)
    assert explain(f"{queried}-pol-1-v1", query.rule, query.column, "Our clock.", by="agency: police", at=(0,)) == 1
    (again, *_) = queries(queried, 1)
    assert (again.explained, again.places[0].explained) == (1, "Our clock.")
    assert request(queried, "pol-1").state == RequestState.QUERIED


def test_an_explanation_is_kept_over_uploads_while_the_cells_stay(queried: str, synthetic: Path) -> None:
    explain_all(queried, 1)
    rows = list(csv.DictReader(io.StringIO(police_file(synthetic).decode())))
    found = verdict_on(queried, "pol-1", "b.csv", csv_of(rows[::-1]))
    assert (found.verdict, submission(queried, 2).result.explained) == ("queried", found.queries)
    assert request(queried, "pol-1").state == RequestState.ACCEPTED
    assert notices(queried, "accepted")[-1].facts["version"] == 2


def test_an_explanation_lapses_when_the_cell_changes(queried: str, synthetic: Path) -> None:
    explain_all(queried, 1)
    found = verdict_on(queried, "pol-1", "b.csv", police_file(synthetic, at="2025-02-23 11:00"))
    late = [q for q in queries(queried, 2) if q.explained < len(q.places)]
    assert found.verdict == "queried"
    assert late
    assert request(queried, "pol-1").state == RequestState.QUERIED


def test_the_newest_explanation_of_a_place_is_shown(queried: str) -> None:
    explain_all(queried, 1, "First thought.")
    explain_all(queried, 1, "Second thought.")
    assert {place.explained for query in queries(queried, 1) for place in query.places} == {"Second thought."}


def test_inspectors_read_what_was_said(queried: str) -> None:
    explain_all(queried, 1)
    with transaction() as session:
        said = said_in(session, queried)
    assert {one.text for one in said} == {"The system was down that week."}
    assert all(one.message and one.submission_id == f"{queried}-pol-1-v1" for one in said)


def test_l5_the_words_of_an_explanation_lie_in_the_evidence_store_alone(queried: str) -> None:
    explain_all(queried, 1, "Siân Planted was away.")
    assert "Planted" not in ledger_text()
    with transaction() as session:
        row = session.exec(select(Explanation)).one()
    assert json.loads(store.get(row.key))["text"] == "Siân Planted was away."


@pytest.mark.parametrize(("text", "said"), [(" ok ", "Enter your explanation"), ("x" * (LONGEST + 1), "1,001")])
def test_no_explanation_and_too_long_a_one_are_refused(queried: str, text: str, said: str) -> None:
    (query, *_) = queries(queried, 1)
    with pytest.raises(ReturnRefusedError, match=said):
        explain(f"{queried}-pol-1-v1", query.rule, query.column, text, by="agency: police")


def test_an_older_version_and_an_unknown_query_are_refused(queried: str, synthetic: Path) -> None:
    (query, *_) = queries(queried, 1)
    with pytest.raises(ReturnRefusedError, match="no such query"):
        explain(f"{queried}-pol-1-v1", "POL-1.none", None, "It is right.", by="agency: police")
    verdict_on(queried, "pol-1", "b.csv", police_file(synthetic, at="2025-02-23 11:00"))
    with pytest.raises(ReturnRefusedError, match="newer version"):
        explain(f"{queried}-pol-1-v1", query.rule, query.column, "It is right.", by="agency: police")


def test_nobody_explains_for_another_agency(queried: str) -> None:
    (query, *_) = queries(queried, 1)
    for known in (f"{queried}-pol-1-v1", "nothing"):
        with pytest.raises(UnknownRequestError):
            explain(known, query.rule, query.column, "It is right.", by="x", agency_id=f"{queried}/health")


def test_the_second_version_says_what_is_fixed_new_and_still_there(queried: str, synthetic: Path) -> None:
    verdict_on(queried, "pol-1", "b.csv", police_file(synthetic, late=3))
    key = submission(queried, 2).result.since_key
    assert key is not None
    assert submission(queried, 1).result.since_key is None
    since = json.loads(store.get(key))
    assert (since["version"], since["fixed"], since["new"], since["still"]) == (1, 0, 1, 2)
    (rule,) = [one for one in since["rules"] if one["new"]]
    assert (rule["fixed"], rule["still"], len(rule["rows"])) == (0, 2, 1)
    assert rule["message"]
