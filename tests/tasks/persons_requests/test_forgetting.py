"""Who asked is destroyed with its key after its time; killed in the middle, the next run finishes."""

from datetime import timedelta

import pytest

from models.keys import persons_folder
from models.tables.base import utc_now
from tasks.ground import store, vault
from tasks.people.persons import PROGRAMME
from tasks.persons_requests import forgetting
from tasks.persons_requests.forgetting import forget_due
from tasks.persons_requests.recording import PersonsRequestError, close_request, read_request, record_request, who_of
from tests.tasks.persons_requests.test_recording import BY, entered, entries, kept, row_of
from tests.tasks.retention.conftest import destroyer

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("kept", "destroyer")]
__all__ = ["destroyer", "kept"]
NEVER, LATER = utc_now() + timedelta(days=300), utc_now() + timedelta(days=367)


def lying(identity: str) -> list[str]:
    return list(store.keys_under(f"{persons_folder(identity)}/"))


def test_it_goes_with_its_key_12_months_after_the_end_and_not_before() -> None:
    open_, closed = (record_request(entered(), by=BY) for _ in range(2))
    close_request(closed, "withdrawn", by=BY)
    key = row_of(closed).who_key
    assert forget_due(NEVER) == []
    assert forget_due(LATER) == [closed]
    assert forget_due(LATER) == []
    assert lying(closed) == []
    assert len(lying(open_)) == 1
    assert vault.is_destroyed(f"programme/{closed}")
    assert not vault.is_destroyed("programme")
    with pytest.raises(PersonsRequestError, match="was destroyed"):
        who_of(row_of(closed))
    assert read_request(closed, by=BY)[1] is None
    assert read_request(open_, by=BY)[1] is not None
    assert [entry.action for entry in entries() if entry.subject == closed][-1] == "persons-request.forgotten"
    # Nothing is written under it again, as a backup of the store that is put back would have it.
    with pytest.raises(vault.DestroyedError):
        store.put_once(key, b"{}")


def test_l3_killed_after_the_key_is_gone_the_next_run_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = record_request(entered(), by=BY)
    close_request(closed, "withdrawn", by=BY)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("erase", "transaction"):
        with monkeypatch.context() as patched:
            if name == "erase":
                patched.setattr(forgetting, name, killed)
            else:
                patched.setattr("tasks.persons_requests.forgetting.audit.append", killed)
            with pytest.raises(KeyboardInterrupt):
                forget_due(LATER)
    assert row_of(closed).forgotten_at is None
    assert forget_due(LATER) == [closed]
    assert lying(closed) == []


def test_what_has_no_row_is_removed_once_it_is_old_enough_to_have_one() -> None:
    store.put_once(f"{persons_folder('S-0RPHAN00')}/who-0.json", b"{}")
    forget_due()
    assert len(lying("S-0RPHAN00")) == 1
    forget_due(utc_now() + timedelta(days=2))
    assert lying("S-0RPHAN00") == []
    assert not [entry for entry in entries() if entry.inspection == PROGRAMME and entry.subject == "S-0RPHAN00"]
