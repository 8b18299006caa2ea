"""All formats hold the same report, can be read by their programs, and have the same bytes again."""

import io
import re
import zipfile
from typing import Any

import docx
import pypdf

from tasks.theming.formats import formats
from tests.tasks.theming.reports import report

FILES = formats(report())


def test_l4_the_same_report_has_the_same_bytes() -> None:
    assert formats(report()) == FILES


def test_the_pdf_is_tagged_and_says_what_the_report_says() -> None:
    reader = pypdf.PdfReader(io.BytesIO(FILES["report.pdf"]))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in FILES["report.pdf"]
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    assert "It stands as something to improve in most areas (4 of 6)" in text
    assert "Recommendations" in text


def test_word_opendocument_and_web_page_hold_it_too() -> None:
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(FILES["report.docx"])).paragraphs)
    assert "What it means." in words
    odt = zipfile.ZipFile(io.BytesIO(FILES["report.odt"])).read("content.xml").decode()
    assert "What it means." in odt
    page = FILES["report.html"].decode()
    assert "How children are heard &lt;b&gt;." in page
    assert "Skip to the report" in page


def test_every_link_within_the_web_page_leads_somewhere_and_ids_are_unique() -> None:
    page = FILES["report.html"].decode()
    ids = re.findall(r' id="([^"]+)"', re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
