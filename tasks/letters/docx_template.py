"""The Word template of a letter, built in code: styles, page furniture, and tags that the letter's data fills."""

import io
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

PAGE_WIDTH = Mm(162)
_INK, _ACCENT = RGBColor(0x0B, 0x0C, 0x0C), RGBColor(0x12, 0x43, 0x6D)
_FAINT = RGBColor(0x50, 0x5A, 0x5F)
_WARNING = RGBColor(0x94, 0x25, 0x14)
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
_HEADINGS = {"Title": 14, "Heading 1": 12.5, "Heading 2": 11.5}
_BOX, _LINE, _SMALL = "Practice study", "Letter line", "Small print"


@lru_cache
def template() -> bytes:
    """Build the template; the same bytes of content every time."""
    document = styled("{{ letter.title }}", "{{ letter.banner }}")
    document.core_properties.title = "{{ letter.title }}{% if letter.subtitle %}: {{ letter.subtitle }}{% endif %}"
    _opening(document)
    _sections(document)
    _closing(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def styled(title: str, banner: str) -> Any:
    """Return a document of python-docx without words, with the styles, the pages and the furniture of a letter."""
    document = docx.Document()
    _properties(document, title)
    _page(document)
    _styles(document)
    _furniture(document, title, banner)
    return document


def _properties(document: Any, title: str) -> None:
    core = document.core_properties
    core.title = title
    core.author, core.last_modified_by, core.comments, core.language = "", "", "", "en-GB"
    core.created = core.modified = _EPOCH
    core.revision = 1


def _page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(24)
    page.top_margin = page.bottom_margin = Mm(24)


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, 11)
    normal.paragraph_format.space_after = Pt(8)
    for name, size in _HEADINGS.items():
        style = document.styles[name]
        _font(style, size)
        style.font.bold = True
        style.font.color.rgb = _INK
        style.paragraph_format.space_before = Pt(size)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
    document.styles["Caption"].font.color.rgb = _ACCENT
    document.styles["Caption"].font.size = Pt(10)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    _own_styles(document)
    # The library's own title has a line under it.
    for border in document.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)


def _own_styles(document: Any) -> None:
    """Add the styles of a letter: lines of address and signature, small print, and the frame of a practice study."""
    for name, size, after in ((_LINE, 11, 0), (_SMALL, 9.5, 3), (_BOX, 11, 6)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = document.styles["Normal"], True
        style.font.size, style.paragraph_format.space_after = Pt(size), Pt(after)
    borders = OxmlElement("w:pBdr")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "6"), ("color", str(_ACCENT))):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = document.styles[_BOX].element.get_or_add_pPr()
    properties.insert_element_before(borders, *("w:shd", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"))


def _font(style: Any, size: float) -> None:
    style.font.name = "Arial"
    style.font.size = Pt(size)
    # A font of the theme would win over the name, so those are removed first.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), "Arial")


def _furniture(document: Any, title: str, banner: str) -> None:
    head = document.sections[0].header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(banner)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(9), _WARNING
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.add_run(f"{title}. Page ")
    _page_field(foot, "PAGE")
    foot.add_run(" of ")
    _page_field(foot, "NUMPAGES")
    for part in foot.runs:
        part.font.size, part.font.color.rgb = Pt(9), _FAINT


def _page_field(paragraph: Any, name: str) -> None:
    """Add a field that Word fills in, with a placeholder for readers that do not."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def _opening(document: Any) -> None:
    _tags(document, "{%p if letter.head %}")
    bodies = document.add_paragraph()
    run = bodies.add_run("{{ letter.head.bodies | join(' · ') }}")
    run.bold, run.font.size = True, Pt(9.5)
    bodies.paragraph_format.space_after = Pt(26)
    document.add_paragraph("{{ letter.head.date }}")
    _tags(document, "{%p for line in letter.head.addressees %}")
    document.add_paragraph("{{ line }}", style=_LINE)
    _tags(document, "{%p endfor %}")
    document.add_paragraph("{{ letter.head.salutation }}").paragraph_format.space_before = Pt(18)
    _tags(document, "{%p endif %}")
    document.add_paragraph("{{ letter.title }}", style="Title")
    _tags(document, "{%p if letter.subtitle %}")
    lead = document.add_paragraph().add_run("{{ letter.subtitle }}")
    lead.font.size, lead.font.color.rgb = Pt(13), _FAINT
    _tags(document, "{%p endif %}", "{%p for name, value in letter.details %}")
    line = document.add_paragraph(style=_LINE)
    line.add_run("{{ name }}: ").bold = True
    line.add_run("{{ value }}")
    _tags(document, "{%p endfor %}")


def _sections(document: Any) -> None:
    _tags(document, "{%p for section in letter.sections %}", "{%p if section.annex %}")
    # The break has a paragraph of its own, for a tag can leave out whole paragraphs only.
    document.add_paragraph().paragraph_format.page_break_before = True
    _tags(document, "{%p endif %}")
    _tags(document, "{%p if section.heading %}")
    document.add_paragraph("{{ section.heading }}", style="Heading 1")
    _tags(document, "{%p endif %}", "{%p for block in section.blocks %}")
    _when(document, "paragraph", ("{{ block.text }}", "Normal"))
    _when(document, "subheading", ("{{ block.text }}", "Heading 2"))
    # In brackets, for `block.items` would be the method of the dictionary.
    _tags(document, '{%p if block.kind == "bullets" %}', '{%p for item in block["items"] %}')
    document.add_paragraph("{{ item }}", style="List Bullet")
    _tags(document, "{%p endfor %}", "{%p endif %}")
    _box(document)
    _table(document)
    _when(document, "figure", ("{{ block.caption }}", "Caption"), ("{{ block.picture }}", "Normal"))
    _tags(document, "{%p endfor %}", "{%p endfor %}")


def _box(document: Any) -> None:
    """Add a practice study: its style has the frame, which runs on over its paragraphs."""
    _tags(document, '{%p if block.kind == "box" %}')
    document.add_paragraph("{{ block.heading }}", style="Heading 2")
    _tags(document, "{%p for text in block.paragraphs %}")
    document.add_paragraph("{{ text }}", style=_BOX)
    _tags(document, "{%p endfor %}", "{%p endif %}")


def _closing(document: Any) -> None:
    _tags(document, "{%p if letter.closing %}")
    valediction = document.add_paragraph("{{ letter.closing.valediction }}")
    valediction.paragraph_format.space_before, valediction.paragraph_format.keep_with_next = Pt(18), True
    _tags(document, "{%p for signature in letter.closing.signatures %}")
    name = document.add_paragraph(style=_LINE)
    name.add_run("{{ signature.name }}").bold = True
    name.paragraph_format.space_before, name.paragraph_format.keep_with_next = Pt(30), True
    _tags(document, "{%p for line in signature.lines %}")
    document.add_paragraph("{{ line }}", style=_LINE)
    _tags(document, "{%p endfor %}", "{%p endfor %}")
    document.add_paragraph("{{ letter.closing.notes[0] }}", style=_SMALL).paragraph_format.space_before = Pt(30)
    _tags(document, "{%p for line in letter.closing.notes[1:] %}")
    document.add_paragraph("{{ line }}", style=_SMALL)
    _tags(document, "{%p endfor %}", "{%p endif %}")


def _table(document: Any) -> None:
    _tags(document, '{%p if block.kind == "table" %}')
    document.add_paragraph("{{ block.caption }}", style="Caption")
    table = document.add_table(rows=4, cols=3, style="Light Grid Accent 1")
    rows = [
        ("{%tc for cell in block.header %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr for row in block.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    ]
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.paragraphs[0].add_run(text).font.size = Pt(9.5)
    # Repeats the row on every page, and is what a screen reader takes for the header.
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    document.add_paragraph()
    _tags(document, "{%p endif %}")


def _when(document: Any, kind: str, *paragraphs: tuple[str, str]) -> None:
    _tags(document, f'{{%p if block.kind == "{kind}" %}}')
    for text, style in paragraphs:
        document.add_paragraph(text, style=style)
    _tags(document, "{%p endif %}")


def _tags(document: Any, *tags: str) -> None:
    for tag in tags:
        document.add_paragraph(tag)
