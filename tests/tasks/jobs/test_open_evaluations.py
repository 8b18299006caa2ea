"""Lists of chosen children wait, like returns, for the basis on which an agency may be asked."""

from dataclasses import replace

import pytest
from sqlmodel import Session, col, select

from models.events import Owed
from models.ids import evaluation_request_id
from models.lifecycle import RequestState, Stage
from models.states import Lack, WorkState
from models.tables import Agency, AuditEntry, Inspection, Request, Work
from models.themes import Theme
from tasks.basis import holding
from tasks.basis.standing import BasisStanding, standing_of
from tasks.evaluations.sampled_lists import newest_list
from tasks.ground.database import transaction
from tasks.inspection.document_items import items_of
from tasks.inspection.releasing import look_again
from tasks.jobs.issue_request import issue_request
from tasks.jobs.open_evaluations import open_evaluations
from tasks.jobs.release_sampled import release_sampled
from tasks.ledger.rows import inspection_of
from tasks.sampling.draws import decide
from tasks.watch.board import read
from tasks.watch.board_text import markdown
from tests.tasks.steps import APPROVE, notices, taken

pytestmark = pytest.mark.parts
LAPSED: set[str] = set()


@pytest.fixture
def held(proposed: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Open the evaluations of an inspection whose police's agreement has lapsed since they sent their returns."""

    def stands(session: Session, inspection: Inspection, agency: Agency, theme_: Theme) -> BasisStanding:
        standing = standing_of(session, inspection, agency, theme_)
        return replace(standing, lacks=(Lack.LAPSED,)) if agency.kind in LAPSED else standing

    LAPSED.add("police")
    # A rehearsal lacks nothing; what the rest does with what is missing is the same.
    monkeypatch.setattr(holding, "standing_of", stands)
    decide(proposed, APPROVE)
    open_evaluations(taken(Owed.OPEN_EVALUATIONS, proposed))
    return proposed


def evaluation(ref: str, kind: str) -> Request:
    with transaction() as session:
        return session.get_one(Request, evaluation_request_id(ref, kind))


def told(ref: str) -> set[str]:
    """Return the kinds of notice that the police of an inspection had about chosen children."""
    kinds = ("evaluations_opened", "sampled_opened")
    return {kind for kind in kinds for row in notices(ref, kind) if row.agency_id == f"{ref}/police"}


def case_files(ref: str) -> list[str]:
    with transaction() as session:
        return [item.child for item in items_of(session, f"{ref}/police") if item.child]


def test_l9_an_agency_without_a_basis_gets_no_name_of_a_child_and_stops_no_other(held: str) -> None:
    request = evaluation(held, "police")
    assert (request.state, request.cases, request.template_keys) == (RequestState.DRAFTED, [], [])
    assert (told(held), case_files(held)) == (set(), [])
    others = [evaluation(held, kind) for kind in ("health", "local_authority")]
    assert {each.state for each in others} == {RequestState.ISSUED}
    with transaction() as session:
        assert session.get_one(Inspection, held).stage == Stage.EVALUATIONS_OPEN
        assert newest_list(session, f"{held}/police") is None
        assert newest_list(session, f"{held}/health")
    # Whose turn it is stands on the board, and the manager has a notice.
    with transaction() as session:
        board = read(session, held)
    unasked = [name for name, _, _ in board.unasked]
    assert unasked == [_name(f"{held}/police")]
    # It was asked for its returns before, so neither says that it was asked for nothing.
    assert f"**Our requests to {unasked[0]} wait.**" in markdown(board)
    assert len(notices(held, "request_held")) == 1
    # Looked at again, it waits on.
    assert issue_request(taken(Owed.ISSUE_REQUEST, held)) == "held"
    assert evaluation(held, "police").state == RequestState.DRAFTED


def _name(agency: str) -> str:
    with transaction() as session:
        return session.get_one(Agency, agency).name


def released(ref: str) -> None:
    LAPSED.clear()
    with transaction() as session:
        assert look_again(session, inspection_of(session, ref, lock=True)) == [f"{ref}/police"]


def test_l3_list_template_case_files_and_wider_sample_go_out_once_the_basis_is_there(held: str) -> None:
    released(held)
    assert issue_request(taken(Owed.ISSUE_REQUEST, held)) == "issued"
    release_sampled(taken(Owed.RELEASE_SAMPLED, held))
    request = evaluation(held, "police")
    assert request.state == RequestState.ISSUED
    assert request.cases
    assert len(request.template_keys) == 3
    assert set(case_files(held)) == set(request.cases)
    assert told(held) == {"evaluations_opened", "sampled_opened"}
    with transaction() as session:
        query = select(AuditEntry.action).where(AuditEntry.subject == f"{held}/police")
        actions = list(session.exec(query.order_by(col(AuditEntry.number))))
        works = session.exec(select(Work).where(Work.inspection == held, Work.kind == Owed.ISSUE_REQUEST)).all()
    assert [each for each in actions if each in ("agency.held", "agency.released", "sampled-list.released")] == [
        "agency.held",
        "agency.released",
        "sampled-list.released",
    ]
    assert {work.state for work in works} == {WorkState.DONE}


@pytest.mark.parametrize(
    ("stage", "became"), [(Stage.FINDINGS_DRAFTING, "not asked for any more"), (Stage.DEFERRED, "held")]
)
def test_no_list_goes_out_after_fieldwork_or_in_a_pause(held: str, stage: Stage, became: str) -> None:
    with transaction() as session:
        inspection = session.get_one(Inspection, held)
        inspection.stage = stage
        session.add(inspection)
    released(held)
    assert issue_request(taken(Owed.ISSUE_REQUEST, held)) == became
    if stage == Stage.DEFERRED:
        assert release_sampled(taken(Owed.RELEASE_SAMPLED, held)) == "held"
    assert evaluation(held, "police").template_keys == []
    assert told(held) == set()
