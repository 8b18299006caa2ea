"""Each agency learns which of its children are in the wider sample, and nothing that another sent."""

import io
import zipfile
from datetime import timedelta

import polars as pl
import pytest
from sqlmodel import select

from models.events import Owed
from models.lifecycle import Stage
from models.tables import AuditEntry, Cohort, Inspection, SampledList
from models.themes import theme
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import newest_draw
from tasks.evaluations.sampled_lists import SampledChild, book_of, children_in, newest_list, read_sampled
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.chase import chase
from tasks.jobs.release_sampled import listed, release_sampled
from tasks.ledger.work import claim
from tasks.sampling import Decision, DecisionKind, Reason
from tasks.sampling.draws import DecisionRefusedError, decide, ever_chosen, sample_now
from tasks.sampling.restricted_cases import NO_CASES
from tests.tasks.steps import ledger_text, moved_to, notices, taken

THEME = theme("domestic-abuse-2024")
_RETURNS = {"police": "POL-1", "health": "HEA-1", "probation": "PRO-1", "local_authority": "LA-DA"}


def _list(ref: str, kind: str) -> tuple[SampledList, tuple[SampledChild, ...]]:
    with transaction() as session:
        release = newest_list(session, f"{ref}/{kind}")
    assert release is not None
    return release, children_in(store.get(release.key))


def _sampled(ref: str) -> dict[str, tuple[str, str]]:
    with transaction() as session:
        drawn = newest_draw(session, ref)
        assert drawn is not None
        return {row.label: (row.child, row.stratum) for row in sample_now(session, drawn).chosen("sampled")}


def _identifiers(ref: str) -> pl.DataFrame:
    with transaction() as session:
        return identifiers_of(session.get_one(Cohort, (ref, 1)))


@pytest.mark.parametrize("kind", sorted(_RETURNS))
def test_l5_an_agency_gets_the_children_whom_it_sent_itself_in_the_words_of_its_own_rows(
    chosen: str, kind: str
) -> None:
    sampled, identifiers = _sampled(chosen), _identifiers(chosen)
    own = identifiers.filter(pl.col("return") == _RETURNS[kind])
    release, children = _list(chosen, kind)
    expected = {label for label, (child, _) in sampled.items() if child in set(own["child"])}
    assert {child.label for child in children} == set(release.cases) == expected
    assert expected
    for child in children:
        rows = own.filter(pl.col("child") == sampled[child.label][0])
        assert child.found_in.startswith(f"{_RETURNS[kind]} row ")
        assert (child.surname or None) in rows["surname"].to_list()


def test_l5_the_decision_is_named_to_those_who_take_part_in_it_alone(chosen: str) -> None:
    sampled, labels = _sampled(chosen), {point.key: point.label for point in THEME.sampling.decision_points}
    for kind in _RETURNS:
        for child in _list(chosen, kind)[1]:
            point = sampled[child.label][1]
            wanted = {str(name): records for name, records in THEME.sampled.points[point].records.items()}
            assert child.point == (labels[point] if kind in wanted else "")
            assert child.records == wanted.get(kind, THEME.sampled.records)


def test_lists_go_out_with_the_evaluations_in_one_notice_each_without_a_name(chosen: str) -> None:
    sent = notices(chosen, "sampled_opened")
    assert {str(notice.agency_id) for notice in sent} >= {f"{chosen}/{kind}" for kind in _RETURNS}
    surnames = set(_identifiers(chosen)["surname"].drop_nulls())
    dump = ledger_text()
    assert surnames
    assert not [surname for surname in surnames if f'"{surname}"' in dump]


def _replaced(ref: str) -> tuple[str, str]:
    label = next(iter(_sampled(ref)))
    sentence = decide(ref, Decision(DecisionKind.REPLACE, Reason.WRONG_LINK, "A Lee", label, "B Khan"))
    return label, sentence.rpartition(" ")[2]


def test_a_replaced_child_is_struck_out_in_a_new_version_and_a_notice_says_so_once(chosen: str) -> None:
    label, successor = _replaced(chosen)
    release_sampled(taken(Owed.RELEASE_SAMPLED, chosen))
    assert claim(Owed.RELEASE_SAMPLED, chosen) is None
    knew = [kind for kind in _RETURNS if label in _list(chosen, kind)[0].withdrawn]
    assert knew
    for kind in knew:
        release, children = _list(chosen, kind)
        assert release.version == 2
        assert {child.label for child in children if child.withdrawn} == {label}
    known = [kind for kind in _RETURNS if successor in _list(chosen, kind)[0].cases]
    assert known
    told = {str(notice.agency_id): notice.facts for notice in notices(chosen, "sampled_changed")}
    assert set(told) == {f"{chosen}/{kind}" for kind in {*knew, *known}}
    assert all(facts["version"] == 2 for facts in told.values())
    shown = read_sampled(f"{chosen}/{knew[0]}", by="test", hides=NO_CASES.hides)
    with zipfile.ZipFile(io.BytesIO(shown.workbook)) as package:
        assert b"<strike/>" in package.read("xl/styles.xml")


def test_an_agency_for_which_nothing_changed_keeps_its_version(chosen: str) -> None:
    before = {kind: _list(chosen, kind)[0].version for kind in _RETURNS}
    label, successor = _replaced(chosen)
    release_sampled(taken(Owed.RELEASE_SAMPLED, chosen))
    with transaction() as session:
        drawn = newest_draw(session, chosen)
        assert drawn is not None
        children = {row.label: row.child for row in ever_chosen(session, drawn)}
    identifiers = _identifiers(chosen)
    for kind, code in _RETURNS.items():
        own = set(identifiers.filter(pl.col("return") == code)["child"])
        touched = bool({children[label], children[successor]} & own)
        assert (_list(chosen, kind)[0].version > before[kind]) is touched


def test_a_tracked_child_and_a_closed_stage_stay_as_they_are(chosen: str) -> None:
    with pytest.raises(DecisionRefusedError):
        decide(chosen, Decision(DecisionKind.REPLACE, Reason.WRONG_LINK, "A Lee", "T1", "B Khan"))
    moved_to(chosen, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING)
    with pytest.raises(DecisionRefusedError):
        _replaced(chosen)
    assert claim(Owed.RELEASE_SAMPLED, chosen) is None


def test_l10_who_replaced_a_child_after_the_approval_and_why_is_on_record(chosen: str) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    label, successor = _replaced(chosen)
    with transaction() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "sample.replace")).one()
    assert entry.facts["label"] == label
    assert entry.facts["new_label"] == successor
    assert entry.facts["reason"] == "wrong_link"
    assert entry.facts["second_approver"] == "B Khan"


def test_an_agency_that_has_not_opened_its_list_is_told_once_on_the_next_working_day(chosen: str) -> None:
    read_sampled(f"{chosen}/health", by="health officer: P-7KQ2M4XB", hides=NO_CASES.hides)
    chase(chosen)
    assert notices(chosen, "sampled_unread") == []
    with transaction() as session:
        now = session.get_one(Inspection, chosen).now()
    set_clock(chosen, now + timedelta(days=1), by="test")
    for _ in range(2):
        chase(chosen)
    told = [str(notice.agency_id) for notice in notices(chosen, "sampled_unread")]
    assert len(told) == len(set(told))
    assert f"{chosen}/police" in told
    assert f"{chosen}/health" not in told


_FRAME = pl.DataFrame(
    {
        "child": ["b", "a", "a"],
        "return": ["POL-1"] * 3,
        "row": [7, 5, 3],
        "forename": ["Bo", None, "Ann"],
        "surname": ["Bee", "Other", "Ant"],
        "date_of_birth": [None, None, None],
        "expected_date_of_birth": [None, None, None],
    },
    schema_overrides={"date_of_birth": pl.Date(), "expected_date_of_birth": pl.Date()},
)


def test_a_list_is_in_the_order_of_its_labels_by_the_first_row_and_leaves_out_whom_the_agency_does_not_know() -> None:
    points = {"S10": ("contact", "a"), "S2": ("early_help", "b"), "S3": ("contact", "c")}
    children = listed(points, _FRAME, THEME, "police", {"S10", "S3"})
    assert [(child.label, child.surname, child.found_in, child.withdrawn) for child in children] == [
        ("S2", "Bee", "POL-1 row 7", True),
        ("S10", "Ant", "POL-1 row 3", False),
    ]
    # The police take no part in early help, so the list does not tell them of it.
    assert [child.point for child in children] == ["", "Contact and the front door"]
    assert children[0].records == THEME.sampled.records


def test_l4_the_same_list_is_the_same_workbook_and_no_cell_of_it_is_a_formula() -> None:
    child = SampledChild("S1", "", ("a", "b"), "=1+1", "@x", "", "", "POL-1 row 2", withdrawn=True)
    first = book_of((child,))
    assert first == book_of((child,))
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
