"""A flood of uploads keeps nobody waiting: people's forms and the sweep go on while it drains, and nothing is lost."""

from pathlib import Path

import pytest
from sqlmodel import func, select

from deployments.worker import LIMIT
from models.states import WorkState
from models.tables import Submission, Work
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, start_run, wait_for
from tasks.returns.uploads import open_upload, upload_completed
from tests.flows.running import announced
from tests.stacks import until
from validation.synthetic import synthesise
from validation.synthetic.writing import write

pytestmark = pytest.mark.timeout(600)
UPLOADS = 80


def waiting() -> int:
    with transaction() as session:
        query = select(func.count()).select_from(Work).where(Work.kind == "validate", Work.state != WorkState.DONE)
        return session.exec(query).one()


@pytest.mark.usefixtures("stack")
def test_an_announcement_does_not_wait_for_a_flood_of_uploads(tmp_path: Path) -> None:
    ref = announced("E06000036", "Bracknell Forest")
    # So large that checking one takes longer than sending one: with small ones no flood ever builds up.
    write(synthesise(theme("domestic-abuse-2024"), "E06000036", 12_000, 5, returns=("POL-1",)), tmp_path)
    data = (tmp_path / "POL-1.csv").read_bytes()
    for number in range(UPLOADS):
        upload = open_upload(f"{ref}-pol-1", "a.csv", uploader="test")
        # The same bytes again would make no version.
        store.put_once(upload.key, data + b"\n" * number)
        upload_completed(upload.id)
    # As if every upload's event had come twice.
    for _ in range(LIMIT * 2):
        start_run("receive-returns")
    announced("E06000041", "Wokingham")
    left = waiting()
    swept = wait_for(start_run("sweep"), 60)
    assert swept["state_type"] == "COMPLETED"
    assert left > 0
    until("the flood is drained", lambda: waiting() == 0, 300)
    with transaction() as session:
        rows = session.exec(select(Submission).where(Submission.inspection == ref)).all()
    assert len(rows) == UPLOADS
    assert {one.result.verdict for one in rows} == {"accepted"}


@pytest.mark.usefixtures("stack")
def test_the_queues_have_their_order_and_limits() -> None:
    found = {one["name"]: one for one in call("POST", "/work_pools/jtai/queues/filter", json={})}
    assert found["people"]["priority"] < found["clock"]["priority"] < found["events"]["priority"]
    assert (found["people"]["concurrency_limit"], found["events"]["concurrency_limit"]) == (None, LIMIT - 1)
