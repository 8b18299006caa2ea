"""What agencies have before them is what was sent, whatever is written since."""

import pytest

from models.events import Owed
from models.states import LetterStatus
from models.tables import LetterParagraph
from tasks.accuracy.sent import SentLetter, newest_draft, sent_letter
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import remove_paragraph, write_paragraph
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.letters.publication import ask_for_draft
from tests.tasks.steps import taken

pytestmark = pytest.mark.parts


def sent(ref: str) -> SentLetter:
    with transaction() as session:
        letter = sent_letter(session, ref)
    assert letter is not None
    return letter


def test_before_a_draft_nothing_is_sent(fieldwork: str) -> None:
    with transaction() as session:
        assert (newest_draft(session, fieldwork), sent_letter(session, fieldwork)) == (None, None)


def test_a_draft_that_nobody_wrote_goes_out_in_paragraphs_put_together_from_findings(draft: str) -> None:
    letter = sent(draft)
    assert letter.version == 1
    assert [(section.code, len(section.paragraphs)) for section in letter.sections] == [
        ("headline", 1),
        ("improve", 1),
        ("main", 1),
    ]
    assert letter.paragraphs["P03"].text == "Children waited for three days."


def test_a_paragraph_that_is_changed_or_taken_out_is_read_as_it_was_until_the_next_draft(draft: str) -> None:
    write_paragraph(draft, "P03", "main", ParagraphWords("Children waited for two days."), follows=1, by="P-A")
    remove_paragraph(draft, "P01", follows=1, by="P-A")
    assert sent(draft).paragraphs["P03"].text == "Children waited for three days."
    assert list(sent(draft).paragraphs) == ["P01", "P02", "P03"]
    ask_for_draft(draft)
    compile_owed(taken(Owed.COMPILE_LETTER, draft))
    assert sent(draft).version == 2
    assert {each.id: each.version for each in sent(draft).paragraphs.values()} == {"P02": 1, "P03": 2}
    assert sent(draft).paragraphs["P03"].text == "Children waited for two days."
    with transaction() as session:
        first = session.get_one(LetterParagraph, (draft, LetterStatus.DRAFT, 1, "P03"))
        assert first.paragraph_version == 1
