"""A document as OpenDocument text: a good package, the words of the page in their order, the same bytes each time."""

import io
import re
import zipfile
from datetime import date
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import shipped, theme
from tasks.letters.blocks import Block, Box, Bullets, Document, Figure, RunningText, Section, TableBlock
from tasks.letters.content import document as composed
from tasks.letters.guidance import example_day, guidance
from tasks.letters.html import html
from tasks.letters.odt import odt
from tests.examples import examples
from tests.tasks.letters.made_up import facts

_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_M = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'


def made(name: str) -> Document:
    return guidance(theme(name), example_day(theme(name), date(2027, 1, 1)))


def letter(*blocks: Block, banner: str = "") -> Document:
    return Document("Letter", "About a place", banner, (("Area", "Reading"),), (Section("What we found", blocks),))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def tree(content: bytes, name: str = "content.xml") -> ElementTree.Element:
    return ElementTree.fromstring(parts(content)[name])  # noqa: S314 - we wrote it


def words_of_odt(content: bytes) -> list[str]:
    """Return the words of each paragraph and heading, in order; what stands in for a picture is none of the text."""
    text = tree(content).find(f"{_O}body/{_O}text")
    assert text is not None
    return [word for part in text.iter() if part.tag in (f"{_T}p", f"{_T}h") for word in _plain(part).split()]


def _plain(part: ElementTree.Element) -> str:
    if part.tag == f"{_DRAW}frame":
        return part.tail or ""
    line = "\n" if part.tag == f"{_T}line-break" else part.text or ""
    return line + "".join(_plain(child) + (child.tail or "") * (child.tag != f"{_DRAW}frame") for child in part)


def words_of_html(content: bytes) -> list[str]:
    main = content.decode().partition("<main")[2].partition(">")[2]
    return unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<svg.*?</svg>", "", main, flags=re.DOTALL))).split()


@pytest.mark.parametrize("name", shipped())
def test_the_words_are_those_of_the_page_in_the_same_order(name: str) -> None:
    document = made(name)
    assert words_of_odt(odt(document)) == words_of_html(html(document))


def test_the_package_is_one_that_programs_know_by_its_first_bytes() -> None:
    content = odt(made("domestic-abuse-2024"))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        first = package.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert content[30:77] == b"mimetypeapplication/vnd.oasis.opendocument.text"
    listed = {entry.get(f"{_M}full-path") for entry in tree(content, "META-INF/manifest.xml")}
    assert listed == {"/", *parts(content)} - {"mimetype", "META-INF/manifest.xml"}
    versions = {tree(content, name).get(f"{_O}version") for name in ("content.xml", "styles.xml", "meta.xml")}
    assert versions == {"1.3"}


def test_l4_the_bytes_repeat_and_hold_no_time() -> None:
    document = made("domestic-abuse-2024")
    assert odt(document) == odt(document)
    meta = tree(odt(document), "meta.xml")
    said = {part.tag.partition("}")[2]: part.text for part in meta.iter() if part.text and part.text.strip()}
    assert said == {"title": f"{document.title}: {document.subtitle}", "language": "en-GB"}


def test_headings_tables_lists_and_language_are_marked_for_who_cannot_see_them() -> None:
    document = made("domestic-abuse-2024")
    content = odt(document)
    text = tree(content)
    levels = [int(heading.get(f"{_T}outline-level", "0")) for heading in text.iter(f"{_T}h")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = [block for section in document.sections for block in section.blocks if isinstance(block, TableBlock)]
    drawn = list(text.iter(f"{_TABLE}table"))
    assert len(drawn) == len(tables)
    for table, block in zip(drawn, tables, strict=True):
        (head,) = table.findall(f"{_TABLE}table-header-rows/{_TABLE}table-row")
        assert tuple("".join(cell.itertext()) for cell in head) == block.header
        assert len(list(table.iter(f"{_TABLE}table-column"))) == len(block.header)
        assert len(table.findall(f"{_TABLE}table-row")) == len(block.rows)
    lists = [block for section in document.sections for block in section.blocks if isinstance(block, Bullets)]
    assert [len(bullets) for bullets in text.iter(f"{_T}list")] == [len(block.items) for block in lists]
    default = tree(content, "styles.xml").find(f".//{_STYLE}default-style/{_STYLE}text-properties")
    assert default is not None
    assert (default.get(f"{_FO}language"), default.get(f"{_FO}country")) == ("en", "GB")


def test_every_style_that_is_used_is_there() -> None:
    figure = Figure(_SVG, "A chart", "It goes up")
    content = odt(letter(Box("A study", ("Text",)), figure, banner="Draft"))
    for document in (content, odt(composed(facts())), odt(made("domestic-abuse-2024"))):
        defined = {
            style.get(f"{_STYLE}name")
            for part in ("content.xml", "styles.xml")
            for style in tree(document, part).iter()
            if style.tag.startswith((_STYLE, _T))
        }
        used = {
            value
            for part in tree(document).iter()
            for name, value in part.attrib.items()
            if name.endswith("}style-name") and not name.startswith(_STYLE)
        }
        assert used <= defined


def test_a_chart_is_a_picture_with_the_words_that_stand_in_for_it() -> None:
    content = odt(letter(RunningText("Before"), Figure(_SVG, "A chart", "It goes up & <down>")))
    (picture,) = [name for name in parts(content) if name.startswith("Pictures/")]
    assert parts(content)[picture].startswith(b"\x89PNG")
    (frame,) = tree(content).iter(f"{_DRAW}frame")
    assert "It goes up & <down>" in "".join(frame.itertext())
    assert words_of_odt(content)[-3:] == ["Before", "A", "chart"]


@examples(60)
@given(text=st.text(max_size=40), numeric=st.booleans())
def test_any_text_is_well_formed_and_stands_as_it_was_written(text: str, numeric: bool) -> None:
    table = TableBlock("Table", (text, "Number"), ((text, "1"), ("All", "1")), (2, 1), numeric)
    content = odt(letter(RunningText(text), Bullets((text,)), Box("Study", (text, text)), table))
    # Control characters have no place in XML; a sign of replacement shows that there was one.
    shown = re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text).split()
    paragraphs = [_plain(part).split() for part in tree(content).iter(f"{_T}p")]
    assert paragraphs.count(shown) >= 5


def test_lines_of_a_text_stay_lines() -> None:
    content = odt(letter(RunningText("First\nSecond")))
    assert any(_plain(part) == "First\nSecond" for part in tree(content).iter(f"{_T}p"))


def test_the_banner_of_a_draft_stands_on_every_page() -> None:
    (header,) = tree(odt(letter(banner="Draft & in confidence")), "styles.xml").iter(f"{_STYLE}header")
    assert "".join(header.itertext()) == "Draft & in confidence"
    assert not list(tree(odt(letter()), "styles.xml").iter(f"{_STYLE}header"))
