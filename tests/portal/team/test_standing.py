"""A finding passes its levels on the portal, by other people's word, and says so when it is set back."""

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.roles import Role
from models.tables import AuditEntry
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import FINDING, recorded, signed_in

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_l11_l12_a_finding_passes_by_others_and_a_change_sets_it_back(
    inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    recorded(inspector, reading)
    base = f"/inspections/{reading}/findings/F01"
    own = words(inspector.get(f"{base}/standing"))
    assert "You wrote finding F01 or changed it last. Another inspector reviews it." in own
    assert "Cases against it T3" in own
    refused = inspector.post(f"{base}/review", page=f"{base}/standing", seen="1")
    assert (refused.status_code, "Another inspector reviews it" in words(refused)) == (422, True)
    with signed_in(portal, reading, Role.INSPECTOR, "Bea Second") as second:
        assert "I have reviewed it" in words(second.get(f"{base}/standing"))
        done = second.post(f"{base}/review", page=f"{base}/standing", seen="1")
        assert "Finding F01 is reviewed. It is recorded with your name." in words(done)
        assert second.post(f"{base}/moderate", page=f"{base}/standing", seen="1").status_code == 404
    # The lead inspector wrote it, so a manager moderates and agrees it.
    with signed_in(portal, reading, Role.MANAGER, "Mia Manager") as manager:
        assert "I have moderated it" in words(manager.get(f"{base}/standing"))
        manager.post(f"{base}/moderate", page=f"{base}/standing", seen="1", outcome="moderated")
        done = manager.post(f"{base}/moderate", page=f"{base}/standing", seen="1", outcome="agreed")
        assert "Finding F01 is agreed." in words(done)
    assert "This finding is agreed. If you change it" in words(inspector.get(base))
    changed = inspector.http.post(base, data={"csrf": inspector.token(base), **FINDING, "text": "Other."})
    assert "Finding F01 is changed. It was passed before, so it is recorded again" in words(changed)
    assert "It was changed, so it is recorded again. Version 2" in words(inspector.get(f"{base}/standing"))


def test_a_finding_is_withdrawn_with_a_reason_that_stays_to_be_read(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    recorded(inspector, reading)
    base = f"/inspections/{reading}/findings/F01"
    refused = inspector.post(f"{base}/withdraw", page=f"{base}/standing", text=" ")
    assert (refused.status_code, "Enter why the finding is withdrawn." in words(refused)) == (422, True)
    done = inspector.post(f"{base}/withdraw", page=f"{base}/standing", text="CANARY-WHY")
    assert "Finding F01 is withdrawn." in words(done)
    assert "Withdrawn: F01" in words(done)
    assert "CANARY-WHY" in words(inspector.get(f"{base}/standing"))
    assert inspector.get(base).status_code == 404
    with transaction() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.inspection == reading)).all()
    assert not any("CANARY" in str(entry.facts) for entry in entries)
