"""Who opened what, counted from the audit."""

import pytest

from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.reading.openings import openings
from tests.tasks.people import correspondence

pytestmark = pytest.mark.parts


@pytest.mark.usefixtures("ledger")
def test_each_opening_is_counted_by_person_and_nothing_else_is() -> None:
    correspondence.inspection()
    with transaction() as session:
        for by, action, subject in (
            ("inspector: P-AAAAAAAA", "child.read", "T1"),
            ("inspector: P-AAAAAAAA", "child.read", "T1"),
            ("inspector: P-BBBBBBBB", "child.read", "T1"),
            ("inspector: P-AAAAAAAA", "hidden-children.read", correspondence.REF),
            ("inspector: P-AAAAAAAA", "finding.recorded", "F01"),
        ):
            audit.append(session, correspondence.REF, actor=by, action=action, subject=subject)
        audit.append(session, "another", actor="x", action="child.read", subject="T1")
        rows = openings(session, correspondence.REF)
    assert [(row.what, row.subject, row.by[-8:], row.times) for row in rows] == [
        ("Hidden children", correspondence.REF, "AAAAAAAA", 1),
        ("Child", "T1", "BBBBBBBB", 1),
        ("Child", "T1", "AAAAAAAA", 2),
    ]
    assert rows[2].first < rows[2].last
