"""Five formats from one set of facts: the same bytes (L4), the law's content always, hostile text as typed."""

import io
import json
import re
import zipfile
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import docx
import pypdf
import pytest

from models.states import LetterStatus
from models.themes import theme
from tasks.letters.blocks import Box, Bullets, Subheading
from tasks.letters.compiling import compile
from tasks.letters.content import document
from tasks.letters.facts import Determination, IncompleteLetterError, LetterAddressee, Recipient
from tests.tasks.letters.made_up import HOSTILE, NAMES, STATEMENT, facts

_FORMATS = ("pdf", "docx", "odt", "html", "json")


@cache
def _compiled(status: str = "draft", rehearsal: bool = False) -> dict[str, bytes]:
    return compile(facts(status=status, rehearsal=rehearsal))


def _text(name: str, made: dict[str, bytes]) -> str:
    if name == "pdf":
        pages = (page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made["pdf"])).pages)
        return re.sub(r"\s+", " ", " ".join(pages))
    if name == "docx":
        document = docx.Document(io.BytesIO(made["docx"]))
        cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
        header = (paragraph.text for paragraph in document.sections[0].header.paragraphs)
        return " ".join([*header, *(paragraph.text for paragraph in document.paragraphs), *cells])
    if name == "odt":
        with zipfile.ZipFile(io.BytesIO(made["odt"])) as package:
            parts = [ElementTree.fromstring(package.read(part)) for part in ("styles.xml", "content.xml")]  # noqa: S314
        return " ".join(text for part in parts for text in part.itertext())
    return made[name].decode()


def test_l4_compiling_twice_gives_the_same_bytes() -> None:
    again = compile(facts())
    assert set(again) == set(_FORMATS)
    assert all(again[name] == _compiled()[name] for name in _FORMATS)


@pytest.mark.parametrize("name", _FORMATS)
@pytest.mark.parametrize("status", ["draft", "pre_publication", "published"])
def test_what_the_law_requires_is_in_every_format(name: str, status: str) -> None:
    text = _text(name, _compiled(status))
    for needed in ("Reading Borough Council", "Civic Offices, Reading RG1 2LU", "www.thamesvalley.police.uk"):
        assert needed in text
    if name == "json":
        assert json.loads(text)["statement"]["needed"] is True
    else:
        assert "written statement of proposed action is needed" in text
        assert "13 August 2025" in text


def test_l13_only_a_published_letter_says_that_something_has_been_determined() -> None:
    for status in ("draft", "pre_publication", "published"):
        assert ("has determined" in _text("html", _compiled(status))) is (status == "published")


def test_a_letter_without_a_statement_says_that_none_is_needed() -> None:
    made = compile(facts(determination=Determination(False, "Reading Borough Council")))
    assert "no written statement of proposed action is needed" in _text("pdf", made)


def test_a_letter_that_lacks_what_the_law_requires_is_refused() -> None:
    nowhere = Recipient("Reading Borough Council", " ", "www.reading.gov.uk")
    with pytest.raises(IncompleteLetterError, match="principal authority"):
        compile(facts(determination=replace(STATEMENT, authority=" ")))
    with pytest.raises(IncompleteLetterError, match="recipients.*date on which"):
        compile(facts(recipients=(), determination=replace(STATEMENT, due=None)))
    with pytest.raises(IncompleteLetterError, match="postal address"):
        compile(facts(recipients=(nowhere,), status=LetterStatus.PUBLISHED))
    with pytest.raises(IncompleteLetterError, match="to whom it is addressed, the signatory of Ofsted"):
        compile(facts(addressees=(), signatories=facts().signatories[1:], status=LetterStatus.PUBLISHED))


@pytest.mark.parametrize("status", [LetterStatus.DRAFT, LetterStatus.PRE_PUBLICATION])
def test_a_draft_waits_for_no_address_and_says_that_it_is_not_recorded(status: LetterStatus) -> None:
    made = compile(facts(recipients=(Recipient("Reading Borough Council", " ", ""),), status=status))
    assert _text("pdf", made).count("address not recorded yet") == 2


@pytest.mark.parametrize("name", ["pdf", "docx"])
def test_hostile_text_stays_as_typed(name: str) -> None:
    found = _text(name, _compiled())
    assert "#strong[x] *y* $z$ <script>alert(1)</script> & {{ 7*7 }} {% raw %}" in found
    assert "49" not in found.split("They ask early.")[-1].split("Practice studies")[0]


def test_hostile_text_is_escaped_in_html() -> None:
    page = _compiled()["html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7*7 }}" in page
    assert HOSTILE in [each["text"] for each in json.loads(_compiled()["json"])["passages"]]


def test_l5_no_letter_names_a_case_a_finding_a_row_a_digest_a_count_or_a_lead_inspector() -> None:
    for name in _FORMATS:
        for status in ("draft", "pre_publication", "published"):
            text = _text(name, _compiled(status))
            assert not re.search(r"\b[TSF]\d{1,2}\b|Lead inspector", text), name
            assert "ab" * 6 not in text
            assert "withheld" not in text


def test_a_letter_is_dated_addressed_and_signed_and_says_what_is_not_recorded_yet() -> None:
    for name in ("pdf", "docx", "odt", "html"):
        text = _text(name, _compiled("published"))
        places = [text.index(words) for words in ("7 May 2025", "Ellen Marsh, Chief Executive", "Dear Reading", *NAMES)]
        assert places == sorted(places), name
    bare = _text("html", compile(facts(addressees=(), signatories=())))
    assert "Planned for 6 May 2025" in bare
    assert "addressed are not recorded yet" in bare
    assert "Who signs for Ofsted is not recorded yet" in bare


def test_an_addressee_without_a_body_is_named_by_office() -> None:
    head = document(facts(addressees=(LetterAddressee("Omar Quist", "Police and Crime Commissioner", ""),))).head
    assert head is not None
    assert head.addressees == ("Omar Quist, Police and Crime Commissioner",)


def test_banners_say_draft_and_rehearsal() -> None:
    for name in ("pdf", "docx", "html"):
        assert "Draft for comments" in _text(name, _compiled())
        assert "Draft for comments" not in _text(name, _compiled("published"))
        assert "Rehearsal. This is not a real inspection." in _text(name, _compiled("published", True))


def test_headings_are_the_themes_and_empty_ones_are_left_out() -> None:
    page = _compiled("published")["html"].decode()
    assert re.findall(r"<h2>(.*?)</h2>", page) == [heading.label for heading in facts().theme.letter.headings]
    bare = compile(facts(passages=()))["html"].decode()
    assert re.findall(r"<h2>(.*?)</h2>", bare) == ["Context", "Next steps"]


def test_strengths_are_a_list_and_practice_studies_have_a_frame() -> None:
    blocks = {part.heading: part.blocks for part in document(facts()).sections}
    assert blocks["Strengths"] == (Bullets(("Midwives ask every time.",)),)
    assert blocks["Practice studies"] == (Box("A worker in each refuge", ("Children talk.",)),)


def test_in_the_form_of_2016_each_agency_has_its_list_of_what_to_improve() -> None:
    earlier = theme("domestic-abuse-2016")
    made = document(facts(theme=earlier))
    (improve,) = (part.blocks for part in made.sections if part.heading == "Areas for improvement")
    assert improve == (
        *(Subheading("Police"), Bullets(("How soon information comes.",))),
        *(Subheading("Probation"), Bullets(("How soon information comes.",))),
    )
    assert made.head is not None
    assert made.head.salutation == "Dear local partnership"


def test_the_pdf_is_tagged_titled_and_carries_its_own_fonts() -> None:
    reader = pypdf.PdfReader(io.BytesIO(_compiled()["pdf"]))
    assert reader.metadata is not None
    assert str(reader.metadata.title) == "Joint targeted area inspection of Reading"
    assert str(reader.root_object["/Lang"]) == "en-GB"
    assert "'/Marked': True" in str(reader.root_object["/MarkInfo"])
    assert "OpenSans" in str(_compiled()["pdf"])


def test_the_word_file_has_no_clock_and_styles_of_a_letter() -> None:
    with zipfile.ZipFile(io.BytesIO(_compiled()["docx"])) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = package.read("word/document.xml").decode()
        assert "1980-01-01" in package.read("docProps/core.xml").decode()
    assert "{%" not in body.replace("{% raw %}", "")
    made = docx.Document(io.BytesIO(_compiled()["docx"]))
    styles = {paragraph.style.name for paragraph in made.paragraphs if paragraph.style}
    assert {"Title", "Heading 1", "Letter line", "List Bullet", "Practice study", "Small print"} <= styles


def test_the_page_stands_alone() -> None:
    page = _compiled()["html"].decode()
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert '<html lang="en-GB">' in page
    assert page.count("<h1>") == 1
