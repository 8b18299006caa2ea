"""The draft as it stands: sections of the theme, paragraphs in their order, the newest version of each."""

from tasks.drafting.checking import ParagraphWords
from tasks.drafting.loading import current_draft, paragraphs_of
from tasks.drafting.writing import remove_paragraph, write_paragraph
from tasks.ground.database import transaction


def test_the_newest_version_of_each_paragraph_stands_in_its_section(fieldwork: str) -> None:
    first = write_paragraph(fieldwork, None, "main", ParagraphWords("One."), follows=0, by="P-A")
    second = write_paragraph(fieldwork, None, "main", ParagraphWords("Two."), follows=0, by="P-B")
    write_paragraph(fieldwork, None, "practice", ParagraphWords("Three.", "A title"), follows=0, by="P-B")
    write_paragraph(fieldwork, first, "main", ParagraphWords("One more."), follows=1, by="P-B")
    remove_paragraph(fieldwork, second, follows=1, by="P-A")
    with transaction() as session:
        draft, rows = current_draft(session, fieldwork), paragraphs_of(session, fieldwork)
    assert [(each.id, each.version, each.text, each.written_by) for each in draft.paragraphs] == [
        (first, 2, "One more.", "P-B"),
        (rows[-1].id, 1, "Three.", "P-B"),
    ]
    assert draft.paragraphs[1].heading == "A title"
    assert [section.code for section in draft.sections if section.paragraphs] == ["main", "practice"]
