"""Compares a version of a return with the one before: what is fixed, what is new and what is still there."""

from typing import Any

from sqlmodel import Session, col, select

from models.keys import PUT_ASIDE, by_content, return_folder
from models.tables import CheckResult, Submission
from tasks.ground import store
from tasks.ground.digests import canonical_json, sha256
from tasks.ground.tables import table_at
from validation.engine.places import compared, marked_new

_ROWS = 100
"""So many rows are listed for a rule: enough to begin mending, and a page that opens fast whatever was sent."""


def earlier_of(session: Session, submission: Submission) -> Submission | None:
    """Return the newest earlier version of the same return that could be read, or None."""
    query = (
        select(Submission)
        .join(CheckResult)
        .where(
            Submission.request_id == submission.request_id,
            Submission.version < submission.version,
            col(CheckResult.places_key).is_not(None),
            # What was sent in error is nothing to compare with.
            ~col(Submission.key).startswith(PUT_ASIDE),
        )
        .order_by(col(Submission.version).desc())
    )
    return session.exec(query).first()


def since(earlier: Submission, submission: Submission, places_key: str) -> str | None:
    """Store what changed since an earlier version, and return its key: counts by rule, and the rows that are new.

    The document has `version`, `fixed`, `new`, `still` and `rules`, each rule with its column, severity, sentence and
    counts, and the first hundred rows at which it is new.
    """
    if earlier.result.places_key is None:
        return None
    before, now = table_at(earlier.result.places_key), table_at(places_key)
    compared_rules = compared(before, now)
    fresh = marked_new(before, now)
    rows: dict[tuple[str, str | None], list[int]] = {}
    for rule, column, row in fresh.select("rule", "column", "row").iter_rows():
        rows.setdefault((rule, column), []).append(row)
    document: dict[str, Any] = {
        "version": earlier.version,
        **{name: int(compared_rules[name].sum()) for name in ("fixed", "new", "still")},
        "rules": [
            {**rule, "rows": rows.get((rule["rule"], rule["column"]), [])[:_ROWS]}
            for rule in compared_rules.iter_rows(named=True)
        ],
    }
    body = canonical_json(document)
    folder = return_folder(submission.request_id, submission.version)
    key = by_content(folder, f"since-v{earlier.version}", sha256(body), "json")
    return store.put_once(key, body, content_type="application/json").key
