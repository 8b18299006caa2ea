"""A published letter is withdrawn and replaced by two people; pages, agencies and findings follow."""

import dataclasses
import json
from datetime import date

import pytest
from sqlmodel import select

from models.events import Owed
from models.key_ring import Purpose
from models.lifecycle import Stage
from models.tables import Inspection, Letter, LetterEnd
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.loading import current_draft
from tasks.drafting.writing import write_paragraph
from tasks.findings.recording import FindingRefusedError, record_finding
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.keys import current_key
from tasks.ground.signing import public_keys
from tasks.inspection.addresses import record_recipient
from tasks.jobs.compile_letter import compile_owed
from tasks.jobs.publish_pages import pages_name, publish_pages
from tasks.jobs.second_person import confirm, take
from tasks.ledger.themes import theme_of
from tasks.letters.proofs import letter_faults
from tasks.letters.publication import PublicationRefusedError, publish
from tasks.people.letter_people import sign_letters
from tasks.people.two_people import SecondPersonError
from tasks.publishing.ending import LetterReason, replace, withdraw
from tasks.publishing.gathering import public_inspections
from tasks.publishing.pages import listed, newest_pages
from tests.tasks.letters.test_publication import GOOD, draft, on_the_day, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.passing import ready_for_publication
from tests.tasks.snapshots import once
from tests.tasks.steps import actions, notices, stage, taken

pytestmark = pytest.mark.parts

FIRST, SECOND = "manager: P-AAAAAAAA", "manager: P-BBBBBBBB"


@pytest.fixture
def published(ready: str) -> str:  # noqa: F811 - the fixture
    """Return an inspection whose letter is published; no rehearsal, so that its pages are public."""

    def made() -> str:
        for agency in ("local_authority", "health", "police", "probation"):
            record_recipient(
                ready, agency, postal_address="1 Example Street", web_address="https://example.org", by="test"
            )
        on_the_day(ready)
        publish(ready, by="A Lee")
        compile_owed(taken(Owed.COMPILE_LETTER, ready))
        with transaction() as session:
            inspection = session.get_one(Inspection, ready)
            inspection.rehearsal = False
            inspection.pseudonym_key = current_key(Purpose.PSEUDONYMS).id
            session.add(inspection)
            for body in theme_of(inspection).inspectorates:
                sign_letters(session, body, name="Ada Reed", office="Chief", from_day=date(2024, 1, 1), by="test")
        return ready

    return once("published", made)


FILES = ("pdf", "docx", "odt", "html")


def pages(ref: str) -> dict[str, bytes]:
    publish_pages(taken(Owed.PUBLISH_PAGES, ref))
    with transaction() as session:
        newest = newest_pages(session)
    assert newest is not None
    return {path: store.get(entry["key"]) for path, entry in listed(newest.key).items()}


def test_what_is_published_gets_pages_and_an_entry(published: str) -> None:
    files = pages(published)
    assert f"letters/{published}/index.html" in files
    assert f"letters/{published}/v1/letter.pdf" in files
    assert "pages.published" in actions(published)
    with transaction() as session:
        letter = session.get_one(Letter, (published, "published", 1))
    # The bytes of the letter are those that were published.
    assert sha256(files[f"letters/{published}/v1/letter.pdf"]) == letter.sha256
    # Whoever has the public files alone holds each of them to the proof beside them.
    stem = f"letters/{published}/v1/letter."
    proof = json.loads(files[f"{stem}proof.json"])
    assert proof["proofs"]
    assert letter_faults(proof, {kind: files[f"{stem}{kind}"] for kind in FILES}, public_keys()) == []
    changed = {"html": files[f"{stem}html"] + b"."}
    assert letter_faults(proof, changed, public_keys()) == ["letter.html is not the letter of which the proof is."]


def test_nothing_of_a_rehearsal_is_public(published: str) -> None:
    with transaction() as session:
        inspection = session.get_one(Inspection, published)
        inspection.rehearsal = True
        session.add(inspection)
    claimed = taken(Owed.PUBLISH_PAGES, published)
    assert pages_name(claimed).endswith(" - public pages")
    assert publish_pages(claimed) == "nothing of a rehearsal is public"
    with transaction() as session:
        assert published not in {one.ref for one in public_inspections(session)}
        assert published in {one.ref for one in public_inspections(session, rehearsals=True)}


def test_l11_one_person_withdraws_nothing(published: str) -> None:
    values = {"inspection": published, "reason": LetterReason.FACT_WRONG.name}
    proposal = take("withdraw-letter", values, by=FIRST).proposal
    with pytest.raises(SecondPersonError):
        confirm(proposal, yes=True, by=FIRST)
    with transaction() as session:
        assert session.exec(select(LetterEnd).where(LetterEnd.inspection == published)).all() == []
    assert "withdrawn" in confirm(proposal, yes=True, by=SECOND).message
    assert "letter.withdrawn" in actions(published)
    page = pages(published)[f"letters/{published}/index.html"].decode()
    assert "This letter was withdrawn on 6 May 2025. The reason: a fact in the letter was wrong." in page
    assert notices(published, "letter_withdrawn")


def test_a_withdrawn_letter_can_be_corrected_and_replaced(published: str) -> None:
    with pytest.raises(FindingRefusedError):
        record_finding(published, GOOD, by="A Lee")
    withdraw(published, LetterReason.FACT_WRONG, by=FIRST)
    with pytest.raises(PublicationRefusedError, match="was withdrawn already"):
        withdraw(published, LetterReason.FACT_WRONG, by=FIRST)
    corrected = dataclasses.replace(GOOD, heading="Plans say enough")
    record_finding(published, corrected, finding_id="F02", by="A Lee")
    with pytest.raises(PublicationRefusedError, match="F02"):
        replace(published, LetterReason.FACT_WRONG, by=FIRST)
    with transaction() as session:
        section = current_draft(session, published).sections[0].code
    write_paragraph(published, None, section, ParagraphWords("Plans say enough."), follows=0, by="P-TESTWRI1")
    ready_for_publication(published)
    assert replace(published, LetterReason.FACT_WRONG, by=FIRST) == 2
    with pytest.raises(PublicationRefusedError, match="owed already"):
        replace(published, LetterReason.FACT_WRONG, by=FIRST)
    before = stage(published)
    compile_owed(taken(Owed.COMPILE_LETTER, published))
    assert stage(published) == before == Stage.STATEMENT_DUE
    files = pages(published)
    assert "Plans say enough" in files[f"letters/{published}/v2/letter.html"].decode()
    assert "was replaced on 6 May 2025" in files[f"letters/{published}/v1/letter.html"].decode()
    # Nothing of the letter that no longer counts is in its proof any more.
    assert set(json.loads(files[f"letters/{published}/v1/letter.proof.json"])) == {
        *("inspection", "version", "status", "why"),
    }
    assert json.loads(files[f"letters/{published}/v2/letter.proof.json"])["version"] == 2
    assert notices(published, "letter_replaced")
    with pytest.raises(FindingRefusedError):
        record_finding(published, GOOD, by="A Lee")


def test_what_is_not_published_is_neither_withdrawn_nor_replaced(chosen: str) -> None:
    for act in (withdraw, replace):
        with pytest.raises(PublicationRefusedError, match="is published, so none can be"):
            act(chosen, LetterReason.COURT, by=FIRST)


def test_l2_an_ended_letter_keeps_its_bytes_in_the_store(published: str) -> None:
    with transaction() as session:
        letter = session.get_one(Letter, (published, "published", 1))
    withdraw(published, LetterReason.NOT_PUBLIC, by=FIRST)
    pages(published)
    (pdf,) = [key for key in letter.keys if key.endswith(".pdf")]
    assert sha256(store.get(pdf)) == letter.sha256
