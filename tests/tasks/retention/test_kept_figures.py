"""Figures that outlive the data are rounded or withheld, name no child, are made once, and never stand in for data."""

import json

import pytest

from models.retention import RecordClass
from models.tables import Cohort
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import newest_cohort
from tasks.disclosure.protecting import DisclosureRefusedError
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.retention import kept_figures
from tasks.retention.kept_figures import keep_figures

pytestmark = pytest.mark.parts
BY = "system"


def cohort_of(ref: str) -> Cohort:
    with transaction() as session:
        return newest_cohort(session, ref)


def test_every_count_that_stays_is_a_multiple_of_5_near_the_true_one_and_names_nobody(chosen: str) -> None:
    key = keep_figures(chosen, RecordClass.CHILDREN, by=BY)
    kept = json.loads(store.get(key))
    shown = kept["counts_rounded_to_5"]
    assert {name.split("/")[1] for name in shown} >= {"cohort", "police"}
    assert all(number is None or number % 5 == 0 for number in shown.values())
    cohort = cohort_of(chosen)
    assert abs(shown["kept/cohort/children"] - cohort.children) <= 5
    names = {str(name) for name in identifiers_of(cohort)["surname"].drop_nulls()}
    numbers = {str(number) for number in identifiers_of(cohort)["nhs_number"].drop_nulls()}
    assert names
    text = json.dumps(kept)
    assert not [each for each in names | numbers if each in text]
    # A second attempt, after a kill, keeps the same under the same name.
    assert keep_figures(chosen, RecordClass.CHILDREN, by=BY) == key


def test_where_counts_may_not_leave_days_alone_are_kept(chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise DisclosureRefusedError("kept")

    monkeypatch.setattr(kept_figures, "leave", refused)
    kept = json.loads(store.get(keep_figures(chosen, RecordClass.CHILDREN, by=BY)))
    assert kept["counts_rounded_to_5"] == {}
    assert kept["days"]


@pytest.mark.parametrize("kind", [RecordClass.EVIDENCE, RecordClass.RECORD])
def test_other_classes_leave_no_figures(chosen: str, kind: RecordClass) -> None:
    assert keep_figures(chosen, kind, by=BY) == ""
