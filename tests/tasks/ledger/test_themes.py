"""An inspection goes by the theme that it began with, and its announcement binds itself to theme and seeds."""

import hashlib
from pathlib import Path

import pytest
from sqlmodel import select

from models.tables import AuditEntry, Inspection, KeptTheme, Notice
from models.themes import path_of, theme
from tasks.ground.database import transaction
from tasks.ledger.commitments import commitment
from tasks.ledger.themes import digest_of, theme_of
from tasks.people.notices import words_of

pytestmark = pytest.mark.parts


def test_l10_the_theme_of_an_inspection_is_the_one_it_began_with(reading: str) -> None:
    with transaction() as session:
        inspection = session.get_one(Inspection, reading)
        own = theme(inspection.theme_id)
        assert theme_of(inspection) == own
        kept = session.get_one(KeptTheme, reading)
        assert kept.written == path_of(inspection.theme_id).read_text()
        assert kept.sha256 == hashlib.sha256(Path(path_of(inspection.theme_id)).read_bytes()).hexdigest()
        # Whatever becomes of the file: what is kept counts.
        kept.resolved = own.model_copy(update={"title": "As it was then"}).model_dump_json()
        session.add(kept)
        inspection.theme_mark = "of another day"
    with transaction() as session:
        inspection = session.get_one(Inspection, reading)
    assert theme_of(inspection).title == "As it was then"


def test_the_announcement_tells_the_digests_of_theme_and_seeds_to_everybody(reading: str) -> None:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == reading, AuditEntry.action == "inspection.announced")
        (entry,) = session.exec(query).all()
        bound = commitment(session, reading)
        assert bound is not None
        assert bound.theme == digest_of(session, reading) == entry.facts["theme_sha256"]
        assert bound.seeds == hashlib.sha256("\n".join(entry.facts["seeds_sha256"]).encode()).hexdigest()
        kinds = set()
        for notice in session.exec(select(Notice).where(Notice.inspection == reading)):
            body = words_of(session, notice).body
            if bound.theme in body:
                assert bound.seeds in body
                kinds.add(notice.kind)
        assert commitment(session, "nothing") is None
    assert {"requests_issued", "team_announced"} <= kinds
