"""An inspectorate downloads the anchors of a record and countersigns them; agencies see nothing of it."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from models.keys import WITNESSES
from models.tables import AuditEntry, Notice, Witness
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.signing import public_keys
from tasks.ledger.anchors import anchor, exported
from tasks.ledger.exports import read_anchors
from tasks.ledger.proof import examine
from tasks.people.notices import words_of
from tasks.watch.board import read
from tasks.watch.board_text import markdown
from tests.portal.driving import Driver, words
from tests.tasks.ground.test_own_keys import PUBLIC, ed25519

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("own_bucket")]


def test_the_record_is_downloaded_and_countersigned_by_sign_in_and_by_a_key(
    inspector: Driver, police: Driver, reading: str
) -> None:
    page = f"/inspections/{reading}/record"
    assert "There is no anchor yet" in words(inspector.get(page))
    made = anchor(reading)
    assert made is not None
    shown = words(inspector.get(page))
    assert made.hash[:32] in shown
    assert public_keys()[0].value in shown
    assert read_anchors(inspector.get(f"{page}/anchors.jsonl").content) == [made]
    document = inspector.get(f"{page}/{made.number}.json").content
    assert document == made.document()
    for wrong in ("0", "999", "x", "1" * 30):
        assert inspector.get(f"{page}/{wrong}.json").status_code == 404
    number = str(made.number)
    for _ in range(2):
        assert "You have countersigned entry" in words(inspector.post(page, page=page, number=number, how="session"))
    key, signature = ed25519(b"else")
    refused = inspector.post(page, page=page, number=number, how="own", key=key, signature=signature.decode())
    assert refused.status_code == 422
    assert "This does not countersign the anchor" in words(refused)
    key, signature = ed25519(document)
    inspector.post(page, page=page, number=number, how="own", key=key, signature=signature.decode())
    with transaction() as session:
        rows = session.exec(select(Witness).order_by(Witness.at)).all()
        assert [(row.number, row.way, row.public_key) for row in rows] == [
            (made.number, "session", ""),
            (made.number, "ed25519", PUBLIC.hex()),
        ]
        acts = session.exec(select(AuditEntry).where(AuditEntry.action == "audit.witnessed")).all()
        assert [entry.facts["way"] for entry in acts] == ["session", "ed25519"]
        assert all(rows[0].person_id in entry.actor for entry in acts)
        assert examine(reading, exported(session, reading), [made], public_keys()) == []
    kept = [json.loads(store.get(key)) for key in store.keys_under(WITNESSES)]
    assert {each["id"] for each in kept} == {row.id for row in rows}
    assert all(read_anchors(json.dumps(each["anchor"]).encode()) == [made] for each in kept)
    with transaction() as session:
        board = markdown(read(session, reading))
        assert f"Record: entry {made.number}, digest `{made.hash}`; 2 countersignatures." in board
        assert "anybody can work out its seeds" in board
        notice = session.exec(select(Notice).where(Notice.inspection == reading)).first()
        assert notice is not None
        line = f"Record of this inspection: entry {made.number}, digest {made.hash[:32]}"
        assert line not in words_of(session, notice).body
        notice.written_at += timedelta(days=1)
        assert line in words_of(session, notice).body
        session.rollback()
    assert police.get(page).status_code == 404
    assert police.get(f"{page}/anchors.jsonl").status_code == 404
