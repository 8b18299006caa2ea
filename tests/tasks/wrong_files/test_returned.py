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
from tasks.returns.incoming import look_at_incoming
from tasks.wrong_files.references import put_back
from tasks.wrong_files.returned import find_returned_files
from tests.stacks import put_at
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


def test_an_old_permission_to_send_brings_nothing_back(certificates: str, sent: str) -> None:
    key, data = version(sent).key, b"rows of another area"
    url, headers = store.presign_put(key, 600, size=len(data), filename="a.csv")
    confirmed(certificates, sent)
    destroy(taken(Owed.DESTROY, certificates))
    # The store knows nothing of our decisions: the place is free again.
    put_at(url, data, headers).raise_for_status()
    assert look_at_incoming().arrived == ()
    assert version(sent).put_aside
    with pytest.raises(store.PutAsideError):
        store.get(version(sent).key)
    (again,) = find_returned_files()
    destroy(taken(Owed.DESTROY, certificates))
    assert row_of(again).state == WrongFileState.DESTROYED
    assert list(versions_under(key)) == []
    assert find_returned_files() == []
