"""A corrected draft says what stands once every change is accepted; nothing vanishes, and hostile files harm none."""

import io
import zipfile

import pytest

from portal.team.corrected import CorrectedCopy, UnreadableCopyError, _read, copy_in, corrected_copy
from tasks.letters.working_copy import working_copy
from tests.tasks.letters.test_working_copy import DRAFT

COPY = working_copy(DRAFT, "Draft letter: Reading", "Draft")
_SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_DECLARED = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
_BY = 'w:id="90" w:author="A" w:date="2025-03-01T09:00:00Z"'


def edited(*changes: tuple[str, str], data: bytes = COPY, part: str = "word/document.xml") -> bytes:
    """Return a copy with replaced pieces of its XML, as Word would have written them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            body = given.read(name)
            if name == part:
                text = body.decode()
                for before, after in changes:
                    assert before in text
                    text = text.replace(before, after, 1)
                body = text.encode()
            made.writestr(name, body)
    return out.getvalue()


def document(body: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", f"<w:document {_SPACE}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def frame(tag: str, *lines: str) -> str:
    content = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    return f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


def read(data: bytes) -> CorrectedCopy:
    """Read in this process, which is quicker than in a child."""
    answer = _read(data)
    if "refused" in answer:
        raise UnreadableCopyError(str(answer["refused"]))
    return copy_in(answer)


def words(copy: CorrectedCopy) -> list[tuple[str, int, str]]:
    return [(each.id, each.version, each.text) for each in copy.paragraphs]


@pytest.mark.parts
def test_a_copy_comes_back_as_it_went_out() -> None:
    copy = corrected_copy(COPY)
    assert words(copy) == [("P01", 3, "Most act. Some wait."), ("P02", 1, "A child was heard.")]
    assert (copy.paragraphs[1].heading, copy.new, copy.notes) == ("Heard", (), 0)


def test_insertions_stand_deletions_go_and_moves_stand_where_they_went() -> None:
    run = "<w:t>Most act. Some wait.</w:t></w:r>"
    changed = (
        "<w:t xml:space='preserve'>Most act</w:t></w:r>"
        f"<w:del {_BY}><w:r><w:delText>. Some wait.</w:delText></w:r></w:del>"
        f"<w:ins {_BY}><w:r><w:t xml:space='preserve'> at once,</w:t></w:r></w:ins>"
        f"<w:moveFrom {_BY}><w:r><w:t>GONE</w:t></w:r></w:moveFrom>"
        f"<w:moveTo {_BY}><w:r><w:tab/><w:t>and some wait.</w:t></w:r></w:moveTo>"
        "<w:r><w:commentReference w:id='1'/></w:r>"
    )
    copy = read(edited((run, changed)))
    assert words(copy)[0] == ("P01", 3, "Most act at once, and some wait.")
    assert copy.notes == 1


def test_a_deleted_mark_of_a_paragraph_deletes_none_of_its_words() -> None:
    mark = f"<w:pPr><w:rPr><w:del {_BY}/></w:rPr></w:pPr>"
    body = frame("P01@3", "Most act.").replace("<w:p>", f"<w:p>{mark}", 1)
    assert words(read(document(body))) == [("P01", 3, "Most act.")]


def test_l14_words_outside_frames_and_copies_of_frames_are_shown_and_not_lost() -> None:
    loose = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    body = (
        loose.format("Before.")
        + frame("section:main", "Main findings")
        + frame("P01@3", "Most", "act.")
        + loose.format("New.")
        + frame("P01@3", "A copy.")
        + frame("somebody-elses", "In a frame of their own.")
        + f"<w:tbl><w:tr><w:tc>{loose.format('In a table.')}</w:tc></w:tr></w:tbl>"
    )
    copy = read(document(body))
    # Two lines in one frame are one paragraph of the letter.
    assert words(copy) == [("P01", 3, "Most act.")]
    assert [(each.section, each.text) for each in copy.new] == [
        ("", "Before."),
        *(("main", text) for text in ("New.", "A copy.", "In a frame of their own.", "In a table.")),
    ]


def test_a_strict_document_is_read_as_well() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    body = document(frame("P01@3", "Most act."))
    data = edited((_SPACE.split('"')[1], strict), data=body)
    assert words(read(data)) == [("P01", 3, "Most act.")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "damaged"),
        (b"PK\x03\x04" + b"\0" * 50, "damaged"),
        (COPY[: len(COPY) // 2], "damaged"),
        (document("<w:p>").replace(b"</w:body>", b""), "damaged"),
        (document("<w:p><w:r><w:t>Another letter.</w:t></w:r></w:p>"), "no paragraph of the draft"),
        (
            edited(("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>", "<!DOCTYPE x [<!ENTITY e 'e'>]>")),
            "definitions",
        ),
        (document("<w:r>" * 300 + "</w:r>" * 300), "deeper"),
        (document(frame("P01@3", *["x"] * 3) + "<w:p><w:r><w:t>y</w:t></w:r></w:p>" * 501), "more than 500 paragraphs"),
    ],
    ids=["empty", "no package", "cut", "not whole", "another", "entities", "deep", "many"],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableCopyError, match=sentence):
        read(data)


def test_a_part_that_unpacks_to_far_more_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b" " * (40 * 2**20))
    assert "unpack" in str(_read(out.getvalue())["refused"])
