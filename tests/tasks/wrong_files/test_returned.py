"""What an older backup brings back of a file that was sent in error is put aside and destroyed again."""

import pytest
from sqlmodel import select

from models.events import Owed
from models.states import WrongFileState
from models.tables import WrongFile
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.destroy import destroy
from tasks.retention.versions import versions_under
from tasks.wrong_files.references import put_back
from tasks.wrong_files.returned import find_returned_files
from tests.tasks.steps import taken
from tests.tasks.wrong_files.conftest import row_of, version
from tests.tasks.wrong_files.test_erasing import confirmed

pytestmark = pytest.mark.parts


def test_objects_and_rows_that_came_back_go_again(certificates: str, sent: str) -> None:
    report = version(sent).result.report_key or ""
    data = store.get(report)
    identity = confirmed(certificates, sent)
    references = row_of(identity).kept_references
    destroy(taken(Owed.DESTROY, certificates))
    assert find_returned_files() == []
    # An older ledger knows nothing of it, and an older store has the report.
    with transaction() as session:
        session.delete(session.get_one(WrongFile, identity))
        put_back(session, references)
    store.put_once(report, data)
    assert not version(sent).put_aside
    (again,) = find_returned_files()
    assert find_returned_files() == []
    assert version(sent).put_aside
    destroy(taken(Owed.DESTROY, certificates))
    row = row_of(again)
    assert (row.state, row.again_of, row.asked_by != "") == (WrongFileState.DESTROYED, identity, True)
    assert list(versions_under(report)) == []
    with transaction() as session:
        assert len(session.exec(select(WrongFile)).all()) == 1
    assert find_returned_files() == []
