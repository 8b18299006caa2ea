"""Explanations of queries: given once, kept while the cells they are about stay the same, and shown to inspectors."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from models.keys import PUT_ASIDE, explanation
from models.lifecycle import RequestState
from models.tables import Explanation, Inspection, Request, Submission
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.returns.offers import explain_refusal

LONGEST = 1_000
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class QueryPlace:
    """One place of a query: where it is, the digest of its content, and its explanation if there is one."""

    file: int | None
    row: int | None
    cell: str | None
    content: str
    explained: str | None


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """One rule whose findings need an explanation, or a check against other returns, and its places."""

    rule: str
    column: str | None
    message: str
    places: tuple[QueryPlace, ...]

    @property
    def explained(self) -> int:
        """Return how many of the places are explained."""
        return sum(place.explained is not None for place in self.places)


@dataclass(frozen=True, slots=True)
class GivenExplanation:
    """One explanation as people read it."""

    id: str
    request_id: str
    submission_id: str
    rule: str
    column: str | None
    message: str
    text: str
    places: int
    contents: frozenset[str]
    given_by: str
    given_at: datetime


def queries_of(session: Session, submission: Submission) -> tuple[OpenQuery, ...]:
    """Return the queries of a submission, its own and those that came of comparing returns, with their explanations."""
    # Oldest first, so that the newest explanation of a content is the one that counts.
    texts: dict[str, str] = {}
    for explanation_ in said_of(session, submission.request_id):
        texts.update(dict.fromkeys(explanation_.contents, explanation_.text))
    grouped: dict[tuple[str, str | None], tuple[str, list[QueryPlace]]] = {}
    for rule, column, message, file, row, cell, content in _query_places(submission):
        places = grouped.setdefault((rule, column), (message, []))[1]
        places.append(QueryPlace(file, row, cell, content, texts.get(content)))
    return tuple(
        OpenQuery(rule, column, message, tuple(places_)) for (rule, column), (message, places_) in grouped.items()
    )


def _query_places(submission: Submission) -> Iterator[tuple[Any, ...]]:
    if submission.result.places_key:
        places = table_at(submission.result.places_key).filter(severity="query")
        yield from places.select("rule", "column", "message", "file", "row", "cell", "content").iter_rows()
    if submission.result.across_key:
        for finding in json.loads(store.get(submission.result.across_key)):
            yield tuple(finding.get(name) for name in ("rule", "column", "message", "file", "row", "cell", "content"))


def said_of(session: Session, request_id: str) -> list[GivenExplanation]:
    """Return the explanations of a request's queries, oldest first."""
    query = select(Explanation).where(Explanation.request_id == request_id, _readable())
    return [_read(row) for row in session.exec(query.order_by(col(Explanation.given_at), Explanation.id))]


def said_in(session: Session, ref: str) -> list[GivenExplanation]:
    """Return the explanations of an inspection's queries, oldest first."""
    query = select(Explanation).where(Explanation.inspection == ref, _readable())
    return [_read(row) for row in session.exec(query.order_by(col(Explanation.given_at), Explanation.id))]


def _readable() -> ColumnElement[bool]:
    """Return the condition of explanations of what was not sent in error: nobody reads the words about that."""
    return ~col(Explanation.key).startswith(PUT_ASIDE)


def _read(row: Explanation) -> GivenExplanation:
    document = json.loads(store.get(row.key))
    return GivenExplanation(
        row.id,
        row.request_id,
        row.submission_id,
        row.rule,
        row.column,
        document["message"],
        document["text"],
        row.places,
        frozenset(document["contents"]),
        row.given_by,
        row.given_at,
    )


def explain(
    submission_id: str,
    rule: str,
    column: str | None,
    text: str,
    *,
    by: str,
    at: tuple[int, ...] | None = None,
    agency_id: str | None = None,
) -> int:
    """Store an agency's explanation of a query at some of its places, counted from 0, or at all; return how many.

    When nothing of the newest version is left unexplained, the return is accepted.

    Raises:
        UnknownRequestError: the submission is another agency's.
        ReturnRefusedError: there is no such query in the newest version, no text, or too much of it.
    """
    text = text.strip()
    if len(text) < _SHORTEST:
        raise ReturnRefusedError("Enter your explanation: why the values are correct although they are unusual.")
    if len(text) > LONGEST:
        raise ReturnRefusedError(f"The explanation must be {LONGEST:,} characters or fewer. You entered {len(text):,}.")
    with transaction() as session:
        submission = session.get(Submission, submission_id)
        inspection, request = locked(session, submission.request_id if submission else submission_id, agency_id)
        if refusal := explain_refusal(inspection):
            raise ReturnRefusedError(refusal)
        newest = session.get_one(Submission, request.newest_id)
        if newest.id != submission_id:
            raise ReturnRefusedError("You have sent a newer version since. Explain the queries of that one.")
        query = next((q for q in queries_of(session, newest) if (q.rule, q.column) == (rule, column)), None)
        chosen = [place for n, place in enumerate(query.places if query else ()) if at is None or n in at]
        if query is None or not chosen:
            raise ReturnRefusedError("There is no such query in the newest version. Choose at least one of its places.")
        document = {"message": query.message, "text": text, "contents": sorted({place.content for place in chosen})}
        _keep(session, inspection, newest, query, document, len(chosen), by)
        settle(session, request, newest, actor=by)
    send_soon()
    return len(chosen)


def _keep(
    session: Session,
    inspection: Inspection,
    newest: Submission,
    query: OpenQuery,
    document: dict[str, Any],
    count: int,
    by: str,
) -> None:
    # The words may name a child: they go to the store, the row has their digest and the audit a count (L5).
    body, identity = canonical_json(document), uuid4().hex
    key = explanation(newest.request_id, identity)
    store.put_once(key, body, content_type="application/json")
    session.add(
        Explanation(
            id=identity,
            request_id=newest.request_id,
            inspection=inspection.ref,
            submission_id=newest.id,
            rule=query.rule,
            column=query.column,
            places=count,
            key=key,
            sha256=sha256(body),
            given_by=by,
            given_at=inspection.now(),
        )
    )
    # The caller counts what is explained by a query, which must find this row.
    session.flush()
    facts = {"rule": query.rule, "places": count, "sha256": sha256(body)}
    audit.append(session, inspection.ref, actor=by, action="query.explained", subject=newest.id, facts=facts)


def settle(session: Session, request: Request, submission: Submission, *, actor: str) -> None:
    """Count what of a submission's own queries is explained, and accept the return when all of it is."""
    explained, result = 0, submission.result
    if result.queries and result.places_key:
        # By content, not by row: a corrected file keeps the explanations of the cells that stayed the same.
        explanations = said_of(session, submission.request_id)
        contents = {content for explanation_ in explanations for content in explanation_.contents}
        queried = table_at(result.places_key).filter(severity="query")["content"].to_list()
        explained = sum(content in contents for content in queried)
    result.explained = explained
    session.add(submission)
    if request.state == RequestState.QUERIED and fully_explained(submission):
        facts = {"version": submission.version, "explained": submission.result.explained}
        move_request(session, request, RequestState.ACCEPTED, actor=actor, facts=facts)


def fully_explained(submission: Submission) -> bool:
    """Return whether every query of a version is explained and nothing of it must be corrected."""
    return not submission.result.errors and submission.result.explained == submission.result.queries
