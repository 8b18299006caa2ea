"""Projects of other programs are read in a child, and hostile ones are refused in a sentence before they do harm."""

import io
import zipfile
from collections.abc import Callable

import pytest

from portal.team.projects import ReadProject, UnreadableProjectError, _read, project_in

_GUID = "1B2C3D4E-0000-4000-8000-0000000000{:02X}"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0" name="p">'


def qdpx(project: str, **texts: str) -> bytes:
    """Return a QDPX file of a project's part and texts by the names of their files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("project.qde", project)
        for name, text in texts.items():
            package.writestr(f"Sources/{name}.txt", text)
    return out.getvalue()


def source(number: int, inner: str = "", *, path: str = "internal://{}.txt", tag: str = "TextSource") -> str:
    guid = _GUID.format(number)
    return f'<{tag} guid="{guid}" name="n" plainTextPath="{path.format(guid)}">{inner}</{tag}>'


def passage(number: int, start: int, end: int, *codes: int) -> str:
    codings = "".join(
        f'<Coding guid="{_GUID.format(90 + number)}"><CodeRef targetGUID="{{{_GUID.format(code)}}}"/></Coding>'
        for code in codes
    )
    ends = f'startPosition="{start}" endPosition="{end}"'
    return f'<PlainTextSelection guid="{_GUID.format(number)}" {ends}>{codings}</PlainTextSelection>'


_CODES = (
    f'<CodeBook><Codes><Code guid="{_GUID.format(1)}" name="Area of evaluation" isCodable="false">'
    f'<Code guid="{_GUID.format(2)}" name="Health services" isCodable="true"/></Code></Codes></CodeBook>'
)
_MEMO = f'<Note guid="{_GUID.format(19)}"><PlainTextContent>a &lt;memo&gt;</PlainTextContent></Note>'
GOOD = qdpx(
    f"{_HEAD}{_CODES}<Sources>{source(16, passage(17, 0, 5, 2) + passage(18, 6, 11, 1))}</Sources>"
    f"<Notes>{_MEMO}</Notes></Project>",
    **{_GUID.format(16): "first other words"},
)


def read(data: bytes) -> dict[str, object]:
    """Read in this process, which is quicker than in a child."""
    return _read(data)


def texts_of(data: bytes) -> list[tuple[str, int]]:
    pieces = read(data)["pieces"]
    assert isinstance(pieces, list)
    return [(piece["text"], len(piece["codes"])) for piece in pieces]


def test_texts_passages_and_memos_come_with_their_codes_and_the_groups_above_them() -> None:
    answer = read(GOOD)
    assert texts_of(GOOD) == [("first other words", 0), ("first", 1), ("other", 1), ("a <memo>", 0)]
    assert answer["codes"] == {
        _GUID.format(1).lower(): ["Area of evaluation"],
        _GUID.format(2).lower(): ["Area of evaluation", "Health services"],
    }
    assert not any(answer["left_out"].values())  # type: ignore[attr-defined]


def test_codes_on_a_whole_text_are_the_texts_own() -> None:
    inner = passage(17, 0, 5, 2)
    data = qdpx(f"{_HEAD}<Sources>{source(16, inner)}</Sources></Project>", **{_GUID.format(16): "words"})
    assert texts_of(data) == [("words", 1)]


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        (source(16, path="relative:///tmp/a.txt"), "elsewhere"),
        (source(16, path="absolute:///etc/passwd"), "elsewhere"),
        (source(16, path="file:///etc/passwd"), "elsewhere"),
        (source(16, path="internal://../../../etc/passwd"), "elsewhere"),
        (source(16, path="internal://missing.txt"), "elsewhere"),
        (source(16, passage(17, 3, 99, 2)), "passages"),
        (source(16, passage(17, -1, 2, 2)), "passages"),
        (f'<PDFSource guid="{_GUID.format(20)}" path="internal://a.pdf"/>', "others"),
    ],
)
def test_l14_what_is_left_out_is_counted_and_nothing_outside_the_file_is_opened(inner: str, why: str) -> None:
    data = qdpx(f"{_HEAD}<Sources>{inner}</Sources></Project>", **{_GUID.format(16): "words"})
    answer = read(data)
    assert answer["left_out"][why] == 1  # type: ignore[index]
    assert b"root:" not in str(answer).encode()


@pytest.mark.parametrize(("text", "why"), [(" \n", "empty"), ("x" * 100_001, "long"), ("a\0b", "characters")])
def test_l14_texts_that_make_no_note_are_counted(text: str, why: str) -> None:
    data = qdpx(f"{_HEAD}<Sources>{source(16)}</Sources></Project>", **{_GUID.format(16): text})
    answer = read(data)
    assert answer["pieces"] == []
    assert answer["left_out"][why] == 1  # type: ignore[index]


def _bomb() -> bytes:
    return qdpx(f"{_HEAD}</Project>", big="0" * (60 * 2**20))


def _lying() -> bytes:
    """Return a file whose text is larger than it says."""
    data = bytearray(qdpx(f"{_HEAD}<Sources>{source(16)}</Sources></Project>", **{_GUID.format(16): "a" * 5000}))
    return bytes(data).replace((5000).to_bytes(4, "little"), (5).to_bytes(4, "little"))


def _traversal(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("project.qde", f"{_HEAD}</Project>")
        package.writestr(name, "x")
    return out.getvalue()


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, data)
    return out.getvalue()


def _no_utf8() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("project.qde", f"{_HEAD}<Sources>{source(16)}</Sources></Project>")
        package.writestr(f"sources/{_GUID.format(16)}.txt", b"\xff\xfe\xfa")
    return out.getvalue()


_LAUGHS = (
    '<!DOCTYPE p [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<Project xmlns="urn:QDA-XML:project:1.0" name="&b;"/>'
)
_OUTSIDE = (
    '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><Project xmlns="urn:QDA-XML:project:1.0" name="p">'
    f'<Notes><Note guid="{_GUID.format(1)}"><PlainTextContent>&x;</PlainTextContent></Note></Notes></Project>'
)
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a bomb": (_bomb, "unpack to far more"),
    "an entity that grows": (lambda: qdpx(_LAUGHS), "definitions"),
    "an entity of our files": (lambda: qdpx(_OUTSIDE), "definitions"),
    "a definition in UTF-16": (lambda: zipped("project.qde", _OUTSIDE.encode("utf-16")), "definitions"),
    "a way up": (lambda: _traversal("sources/../../etc/cron.d/x"), "outside itself"),
    "a root": (lambda: _traversal("/etc/passwd"), "outside itself"),
    "a drive": (lambda: _traversal("C:\\x"), "outside itself"),
    "two of a name": (lambda: _traversal("PROJECT.QDE"), "2 parts of the same name"),
    "no zip": (lambda: b"<Project/>", "damaged"),
    "nothing": (lambda: b"", "damaged"),
    "a zip of something else": (lambda: zipped("a.txt", b"x"), "has no project.qde"),
    "a size that is not so": (_lying, "damaged"),
    "another root": (lambda: qdpx("<html/>"), "version 1.0"),
    "another version": (lambda: qdpx('<Project xmlns="urn:QDA-XML:project:9"/>'), "version 1.0"),
    "nesting without end": (lambda: qdpx(_HEAD + "<Set>" * 5000), "nests"),
    "a part that breaks off": (lambda: qdpx(_HEAD), "damaged"),
    "no GUID": (lambda: qdpx(f"{_HEAD}<Notes><Note guid='x'/></Notes></Project>"), "GUID"),
    "a text that is no UTF-8": (_no_utf8, "damaged"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_or_broken_file_is_refused_in_a_sentence_that_quotes_nothing_of_it(name: str) -> None:
    make, sentence = HOSTILE[name]
    answer = read(make())
    assert "pieces" not in answer
    assert sentence in str(answer["refused"])
    assert "passwd" not in str(answer)


def test_more_pieces_than_a_request_can_take_are_refused_whole() -> None:
    notes = "".join(
        f'<Note guid="{number:08x}-0000-4000-8000-000000000000"><PlainTextContent>a</PlainTextContent></Note>'
        for number in range(1001)
    )
    assert "more than 1,000" in str(read(qdpx(f"{_HEAD}<Notes>{notes}</Notes></Project>"))["refused"])


@pytest.mark.parts
def test_the_child_gives_the_same_and_refuses_the_same() -> None:
    project = project_in(GOOD)
    assert isinstance(project, ReadProject)
    assert [piece.text for piece in project.pieces] == [text for text, _ in texts_of(GOOD)]
    for name in ("a bomb", "an entity of our files", "no zip"):
        with pytest.raises(UnreadableProjectError, match=HOSTILE[name][1]):
            project_in(HOSTILE[name][0]())
