"""What restrictions in force cover: rows that were looked for, and whole versions in which nobody has looked yet."""

from collections.abc import Sequence

import pytest

from models.settings import CHECKOUT
from models.states import WhyRestricted
from tasks.ledger.restricted import NOT_COVERED, WHY_RESTRICTED, CoveredRows, why_restricted
from tasks.sampling.restricted_cases import NO_CASES, RestrictedCases

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


def _with_any(calls: Sequence[str]) -> set[str]:
    """Return the files of the product in which one of some calls stands."""
    return {
        str(path.relative_to(CHECKOUT))
        for room in ("tasks", "portal", "flows", "cli")
        for path in (CHECKOUT / room).rglob("*.py")
        if any(call in path.read_text() for call in calls)
    }


def test_whatever_reads_rows_says_what_becomes_of_restricted_ones() -> None:
    assert _with_any(CALLS) == set(READERS)


TIED = {
    "tasks/documents/sending.py": "opens a document for whoever asked first, and to the agency that sent it",
    "tasks/reading/documents.py": "closes documents by label and by version",
    "tasks/evaluations/list_receipts.py": "asks its caller which labels are closed",
    "tasks/evaluations/sampled_lists.py": "asks its caller which labels are closed",
    "tasks/reading/own_lists.py": "gives an agency the label alone",
    "tasks/judging/judgements.py": "knows nothing of a closed child, and takes none",
    "tasks/reading/judgements.py": "leaves closed children out of the scale and of what is read",
    "tasks/judging/sampled_forms.py": "takes none on a closed child",
    "tasks/reading/sampled.py": "leaves forms on closed children out",
    "tasks/meetings/family.py": "keeps what the council tells",
    "tasks/reading/meetings.py": "leaves closed children out",
    "portal/agency/family_meetings.py": "shows the council what it wrote itself",
    "tasks/notes/batches.py": "reads the shape of what is sent",
    "tasks/notes/taking.py": "keeps what is sent",
    "tasks/notes/writings.py": "gives a writer what they have not saved of a finding or paragraph, which have no label",
    "tasks/reading/notes.py": "closes notes by label and draw, with those that add to them",
    "tasks/reading/note_sources.py": "leaves closed notes and versions out",
    "tasks/reading/verdicts.py": "takes the words of explanations at restricted rows out",
    "tasks/returns/explanations.py": "keeps what agencies explain, and shows it to them",
    "portal/team/explanations.py": "takes the words of explanations at restricted rows out",
    "tasks/assuring/saying.py": "reads why findings are not ready, which names no child",
    "portal/team/assurance.py": "reads why findings are not ready, which names no child",
}
"""What reads words that are tied to a child by its label or row, with what becomes there of what is restricted."""

READ_OF_TIED = (
    *("open_document(", "read_list(", "read_sampled(", "judgements_of(", "reason_of(", "forms_of(", "text_of_form("),
    *("planned_of(", "consents_of(", "text_at(", "batch_in(", "said_in(", "said_of("),
)


def test_whatever_reads_what_is_tied_to_a_child_says_what_becomes_of_it_where_that_is_restricted() -> None:
    assert _with_any(READ_OF_TIED) == set(TIED)


CASES = RestrictedCases(2, {1: frozenset({"T1"}), 2: frozenset({"T3"})}, frozenset(), frozenset())


@pytest.mark.parametrize(
    ("label", "draw", "hidden"),
    [("T3", None, True), ("T1", None, False), ("T1", 1, True), ("T3", 1, False), ("T1", 0, True), ("", 0, False)],
)
def test_a_label_is_of_its_draw_and_of_any_where_nobody_said_which(
    label: str, draw: int | None, *, hidden: bool
) -> None:
    assert CASES.hides(label, draw) is hidden
    assert NO_CASES.hides(label, draw) is False


def test_everything_with_a_label_is_closed_while_rows_are_looked_for() -> None:
    unsought = RestrictedCases(2, {}, frozenset({2}), frozenset())
    assert unsought.hides("T9")
    assert unsought.hides("T9", 0)
    assert not unsought.hides("T9", 1)
    assert not unsought.hides("")
