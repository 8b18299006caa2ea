"""The draft as a Word document that people correct: styles of the letter, and each paragraph in a frame of its own.

A frame (a content control) carries what it holds as its tag, such as `P05@3`, so that a paragraph is known again
however it was moved or changed. No letter that leaves has such tags.
"""

import io
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from models.word_tags import GUIDE, HEADING, SECTION, tag_of
from tasks.drafting.draft import LetterDraft
from tasks.letters.docx import repeatable
from tasks.letters.docx_template import styled

_STYLES = {"bullets": "List Bullet", "boxes": "Practice study"}
_WORDS = (
    "Change words, or add paragraphs between the frames. Word keeps track of each change. Send the file back on the "
    "page of the draft. You choose there, paragraph by paragraph, what is taken over. Do not name children or staff."
)


def working_copy(draft: LetterDraft, title: str, banner: str) -> bytes:
    """Return the draft as DOCX with changes tracked.

    Args:
        draft: whose words.
        title: of the letter.
        banner: what stands above each page.
    """
    made = styled(title, banner)
    _framed(made, GUIDE, made.add_paragraph(_WORDS, style="Small print"), whole=True)
    for section in draft.sections:
        heading = made.add_paragraph(section.label, style="Heading 1")
        _framed(made, f"{SECTION}{section.code}", heading, whole=True)
        for each in section.paragraphs:
            tag = tag_of(each.id, each.version)
            if each.heading:
                _framed(made, f"{tag}{HEADING}", made.add_paragraph(each.heading, style="Heading 2"))
            style = _STYLES.get(section.form, "Normal")
            _framed(made, tag, made.add_paragraph(each.text, style=style))
        # Where a section begins empty, a line stands ready to be written on.
        made.add_paragraph()
    tracked = OxmlElement("w:trackRevisions")
    made.settings.element.insert(0, tracked)
    out = io.BytesIO()
    made.save(out)
    return repeatable(out.getvalue())


def _framed(document: Any, tag: str, paragraph: Any, *, whole: bool = False) -> None:
    """Put a paragraph into a frame that stays when its words go; `whole` says that its words stay as well."""
    frame, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    number = len(list(document.element.body.iter(qn("w:sdt")))) + 1
    for name, value in (
        ("alias", tag.partition(":")[0]),
        ("tag", tag),
        ("id", str(number)),
        ("lock", "sdtContentLocked" if whole else "sdtLocked"),
    ):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        properties.append(element)
    paragraph._p.addprevious(frame)
    frame.append(properties)
    frame.append(content)
    content.append(paragraph._p)
