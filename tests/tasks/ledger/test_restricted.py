"""What restrictions in force cover: rows that were looked for, and whole versions in which nobody has looked yet."""

import pytest

from models.settings import CHECKOUT
from models.states import WhyRestricted
from tasks.ledger.restricted import NOT_COVERED, WHY_RESTRICTED, CoveredRows, why_restricted

COVERED = CoveredRows(frozenset({("v1", "POL-1", 2)}), frozenset(), frozenset({"v1"}))


@pytest.mark.parametrize(
    ("version", "row", "hidden"), [("v1", 2, True), ("v1", 3, False), ("v2", 3, True)], ids=["row", "other", "unsought"]
)
def test_a_row_is_hidden_that_is_covered_or_of_a_version_not_looked_at(version: str, row: int, *, hidden: bool) -> None:
    assert COVERED.hides(version, "POL-1", row) is hidden
    assert NOT_COVERED.hides(version, "POL-1", row) is False


def test_a_version_is_whole_where_nothing_of_it_is_hidden() -> None:
    assert (COVERED.hides_of("v1"), COVERED.hides_of("v2"), NOT_COVERED.hides_of("v2")) == (True, True, False)
    assert COVERED.hidden("v1", "POL-1", [1, 2, 3]) == {2}
    assert not CoveredRows(frozenset(), frozenset(), frozenset({"v1"})).hides_of("v1")


def test_it_opens_for_the_reasons_of_the_law_alone() -> None:
    assert set(WHY_RESTRICTED) == set(WhyRestricted)
    assert why_restricted("protection") is WhyRestricted.PROTECTION
    assert why_restricted("curious") is None


READERS = {
    "tasks/cohort/frozen.py": "takes them out of the identifiers of a cohort",
    "tasks/cohort/hidden_children.py": "counts them in place of their names",
    "tasks/cohort/review.py": "lets their pairs wait",
    "tasks/retention/rows.py": "names columns",
    "tasks/jobs/validate.py": "keeps where the rows lie",
    "tasks/wrong_files/references.py": "takes away where the rows lie",
    "tasks/returns/accepted.py": "takes them out where the caller asks",
    "tasks/reading/child.py": "hides them, and closes the page of a restricted child",
    "tasks/reading/collected.py": "hides them",
    "tasks/reading/versions.py": "hides them",
    "tasks/reading/household.py": "joins people by rows that `collected` hides",
    "tasks/reading/verdicts.py": "reads sheet and number of a row alone",
    "tasks/reading/behind.py": "reads label and number of an evaluation's row alone",
    "tasks/reading/triangulation.py": "counts pieces by label",
    "tasks/findings/evidence.py": "names rows, which are hidden where they open",
    "tasks/comparing/again.py": "counts",
    "tasks/comparing/reading.py": "counts",
    "tasks/estimate/reading.py": "counts",
    "tasks/protection/identifiers.py": "counts",
    "tasks/documents/chronologies.py": "reads which labels are promised a chronology",
    "tasks/recognition/gathering.py": "keeps their names out of what is written for others",
    "tasks/jobs/build_cohort.py": "links without them",
    "tasks/persons_requests/copies.py": "gives the person their own",
    "tasks/persons_requests/searching.py": "finds them",
    "tasks/persons_requests/restricting.py": "finds them",
    "portal/agency/sent_files.py": "shows an agency its own file",
}
"""What reads rows of returns or of cohorts, with what becomes there of rows that are restricted."""

CALLS = (
    "tables_of(",
    "result.table_keys",
    "links_key",
    "adults_key",
    "identifiers_key",
    "open_file(session, submission",
    "restricted=True",
    "restricted_records(",
)


def test_whatever_reads_rows_says_what_becomes_of_restricted_ones() -> None:
    read = {
        str(path.relative_to(CHECKOUT))
        for room in ("tasks", "portal", "flows", "cli")
        for path in (CHECKOUT / room).rglob("*.py")
        if any(call in path.read_text() for call in CALLS)
    }
    assert read == set(READERS)
