"""The draft as a Word document: styles of the letter, changes tracked, each paragraph known again by its frame."""

import io
import re
import zipfile

import docx

from tasks.drafting.draft import DraftParagraph, DraftSection, LetterDraft
from tasks.letters.working_copy import working_copy

DRAFT = LetterDraft(
    "r",
    (
        DraftSection("main", "Main findings", (DraftParagraph("P01", 3, "Most act. Some wait."),)),
        DraftSection("improve", "What needs to improve", ()),
        DraftSection("studies", "Practice studies", (DraftParagraph("P02", 1, "A child was heard.", "Heard"),)),
    ),
)


def test_a_copy_has_the_words_the_styles_and_a_frame_around_each_paragraph() -> None:
    made = working_copy(DRAFT, "Draft letter: Reading", "Draft")
    assert made == working_copy(DRAFT, "Draft letter: Reading", "Draft")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        document, settings = (package.read(f"word/{name}.xml").decode() for name in ("document", "settings"))
    assert "<w:trackRevisions/>" in settings
    tags = re.findall(r'<w:tag w:val="([^"]+)"', document)
    assert tags == ["guide", "section:main", "P01@3", "section:improve", "section:studies", "P02@1:heading", "P02@1"]
    assert len(set(re.findall(r'<w:id w:val="(\d+)"', document))) == len(tags)
    opened = docx.Document(io.BytesIO(made))
    assert opened.core_properties.title == "Draft letter: Reading"
    assert "Letter line" in [style.name for style in opened.styles]
