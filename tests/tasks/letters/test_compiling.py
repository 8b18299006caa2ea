"""Five formats from one set of facts: the same bytes (L4), the law's content always, hostile text as typed."""

import io
import json
import re
import zipfile
from functools import cache
from xml.etree import ElementTree

import docx
import pypdf
import pytest

from models.states import LetterStatus
from tasks.letters import IncompleteLetterError, Recipient, compile
from tasks.letters.blocks import FindingBlock, Paragraph
from tasks.letters.content import document
from tests.tasks.letters.made_up import HOSTILE, facts

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
        assert json.loads(text)["statement_needed"] is True
    else:
        assert "written statement of proposed action is needed" in text
        assert "13 August 2025" in text


def test_l13_only_a_published_letter_says_that_something_has_been_determined() -> None:
    for status in ("draft", "pre_publication", "published"):
        assert ("has determined" in _text("html", _compiled(status))) is (status == "published")


def test_a_letter_without_a_statement_says_that_none_is_needed() -> None:
    made = compile(facts(statement_needed=False, statement_due=None))
    assert "no written statement of proposed action is needed" in _text("pdf", made)


def test_a_letter_that_lacks_what_the_law_requires_is_refused() -> None:
    nowhere = Recipient("Reading Borough Council", " ", "www.reading.gov.uk")
    with pytest.raises(IncompleteLetterError, match="principal authority"):
        compile(facts(principal_authority=" "))
    with pytest.raises(IncompleteLetterError, match="recipients.*date on which"):
        compile(facts(recipients=(), statement_due=None))
    with pytest.raises(IncompleteLetterError, match="postal address"):
        compile(facts(recipients=(nowhere,), status=LetterStatus.PUBLISHED))


@pytest.mark.parametrize("status", [LetterStatus.DRAFT, LetterStatus.PRE_PUBLICATION])
def test_a_draft_waits_for_no_address_and_says_that_it_is_not_recorded(status: LetterStatus) -> None:
    made = compile(facts(recipients=(Recipient("Reading Borough Council", " ", ""),), status=status))
    assert _text("pdf", made).count("Not recorded yet") == 2


@pytest.mark.parametrize("name", ["pdf", "docx"])
def test_hostile_text_stays_as_typed(name: str) -> None:
    found = _text(name, _compiled())
    assert "#strong[x] *y* $z$ <script>alert(1)</script> & {{ 7*7 }} {% raw %}" in found
    assert "49" not in found.split("Information comes late")[-1].split("About:")[0]


def test_hostile_text_is_escaped_in_html() -> None:
    page = _compiled()["html"].decode()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7*7 }}" in page
    assert json.loads(_compiled()["json"])["findings"][1]["text"] == HOSTILE


def test_l5_only_drafts_name_cases_rows_and_digests() -> None:
    for name in _FORMATS:
        assert "T3" in _text(name, _compiled())
        for status in ("pre_publication", "published"):
            text = _text(name, _compiled(status))
            assert "T3" not in text
            assert "ab" * 6 not in text
    assert "Case tracking; Talking to front-line staff and managers" in _text("docx", _compiled("published"))
    assert json.loads(_compiled("published")["json"])["findings"][0]["evidence_count"] == 2


def test_banners_say_draft_and_rehearsal() -> None:
    for name in ("pdf", "docx", "html"):
        assert "Draft for comments" in _text(name, _compiled())
        assert "Draft for comments" not in _text(name, _compiled("published"))
        assert "Rehearsal. This is not a real inspection." in _text(name, _compiled("published", True))


def test_headings_are_the_themes_and_empty_ones_are_left_out() -> None:
    page = _compiled("published")["html"].decode()
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert headings[:-1] == [heading.label for heading in facts().theme.letter.headings]
    bare = compile(facts(findings=()))["html"].decode()
    assert "Practice study" not in bare
    assert "Inspectors did not find any area for priority action." in bare
    assert "No findings have been recorded yet." in bare


@pytest.mark.parametrize("name", ["pdf", "docx", "html"])
def test_l13_the_letter_says_which_groups_its_chart_leaves_out(name: str) -> None:
    assert "Groups whose number is withheld are not drawn." in _text(name, _compiled("published"))


@pytest.mark.parametrize(
    ("holders", "sentence"),
    [
        ((), ""),
        (("Reading Council",), "Reading Council holds a list that says who its own children in the sample are."),
        (
            ("Health", "Police"),
            "Health and Police each hold a list that says who their own children in the sample are.",
        ),
    ],
)
def test_l13_the_draft_says_who_can_tell_which_child_a_label_stands_for(
    holders: tuple[str, ...], sentence: str
) -> None:
    (annex,) = (part for part in document(facts(list_holders=holders)).sections if part.annex)
    texts = [block.text for block in annex.blocks if isinstance(block, Paragraph)]
    assert any(sentence in text and ("hold" in text) is bool(holders) for text in texts if "Labels such as" in text)
    assert not any("only the inspection team" in text for text in texts)


def test_l13_agencies_under_a_strength_are_named_without_a_worry() -> None:
    notes = [
        block.note
        for part in document(facts()).sections
        for block in part.blocks
        if isinstance(block, FindingBlock) and block.note
    ]
    assert notes == ["About: health.", "About: police and probation."]


def test_corrections_follow_the_letter() -> None:
    made = compile(facts(status="published", corrections=("The date in F02 was corrected.",)))
    assert all("The date in F02 was corrected." in _text(name, made) for name in _FORMATS)


def test_the_pdf_is_tagged_titled_and_carries_its_own_fonts() -> None:
    reader = pypdf.PdfReader(io.BytesIO(_compiled()["pdf"]))
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Joint targeted area inspection of Reading")
    assert str(reader.root_object["/Lang"]) == "en-GB"
    assert "'/Marked': True" in str(reader.root_object["/MarkInfo"])
    assert "LibertinusSerif" in str(_compiled()["pdf"])


def test_the_word_file_has_no_clock_and_an_alternative_for_its_chart() -> None:
    with zipfile.ZipFile(io.BytesIO(_compiled()["docx"])) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = package.read("word/document.xml").decode()
        assert "1980-01-01" in package.read("docProps/core.xml").decode()
    assert 'descr="Bar chart of children by age band' in body
    assert "{%" not in body.replace("{% raw %}", "")


def test_the_page_stands_alone_and_its_chart_has_words() -> None:
    page = _compiled()["html"].decode()
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert '<svg role="img" aria-label="Bar chart of children by age band' in page
    assert '<html lang="en-GB">' in page
    assert page.count("<h1>") == 1
