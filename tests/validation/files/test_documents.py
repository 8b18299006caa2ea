"""What a document is comes of its content: every kind that is taken, and what is refused whatever it is called."""

import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from validation.files.documents import ENDINGS, KINDS, DocumentRefusedError, kind_of


def package(*names: str, first: str = "", encrypted: bool = False) -> bytes:
    """Return a package with parts of these names, and as its first part the kind of an OpenDocument."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        if first:
            packed.writestr(zipfile.ZipInfo("mimetype"), f"application/vnd.oasis.opendocument.{first}")
        for name in names:
            packed.writestr(name, "<a/>")
    data = bytearray(out.getvalue())
    if encrypted:
        at = data.rfind(b"PK\x01\x02")
        data[at + 8] |= 1
    return bytes(data)


_WORD = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
_BOOK = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/worksheets/sheet1.xml")
TAKEN = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
    "png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\0",
    "docx": package(*_WORD),
    "xlsx": package(*_BOOK),
    "odt": package("content.xml", first="text"),
    "ods": package("content.xml", first="spreadsheet"),
    "csv": b"name,day\nA,1\nB,2\n",
    "txt": "Protocol for assessment – agreed in May.\r\nSecond line.".encode("cp1252"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known_by_its_content_and_left_at_its_start(kind: str) -> None:
    file = io.BytesIO(TAKEN[kind])
    assert kind_of(file) == kind
    assert file.tell() == 0
    assert f".{kind}" in ENDINGS


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\n\n%PDF-1.4\n", "pdf"),
        ("name;day\nÄ;1\n".encode("utf-8-sig"), "csv"),
        (b"name\tday\nA\t1\n", "csv"),
        (b"a,b\n", "txt"),
        (b"A sentence, with a comma.\nAnother without.\n", "txt"),
        (b"a,b\n" * 40_000, "csv"),
    ],
)
def test_siblings_of_a_kind_are_of_it(data: bytes, kind: str) -> None:
    assert kind_of(io.BytesIO(data)) == kind


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format"),
        (package("a.txt", "b.txt"), "archive"),
        (package("[Content_Types].xml", "ppt/presentation.xml"), "archive"),
        (package("content.xml", first="presentation"), "archive"),
        (package(*_WORD, "word/vbaProject.bin"), "macros"),
        (package(*_BOOK, "xl/vbaProject.bin"), "macros"),
        (package("content.xml", "Basic/script-lc.xml", first="text"), "macros"),
        (package(*_WORD, encrypted=True), "password"),
        (package(*_WORD)[:-30], "damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "do not take"),
        (b"\xef\xbb\xbf  <HTML>", "do not take"),
        (b"<?xml version='1.0'?><svg/>", "do not take"),
        (b"{\\rtf1 Hello}", "do not take"),
        (b"#!/bin/sh\necho\n", "do not take"),
        (b"MZ\x90\0\x03", "do not take"),
        (b"GIF89a\x01\0\x01\0", "do not take"),
        (b"\x1f\x8b\x08\0\0\0", "do not take"),
        (b"A text with a NUL\0 in it", "do not take"),
        (b"fine " * 300_000 + b"\x07", "do not take"),
    ],
)
def test_what_is_none_of_them_is_refused_in_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DocumentRefusedError, match=words) as caught:
        kind_of(io.BytesIO(data))
    assert caught.value.field == "file"


def test_a_package_whose_list_is_endless_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 2**27, 0, 0)
    data = package(*_WORD)[:200] + b"\0" * 100 + end
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("its list was read"))
    with pytest.raises(DocumentRefusedError, match="damaged"):
        kind_of(io.BytesIO(data))


@given(st.binary(max_size=300), st.sampled_from(sorted(TAKEN)), st.integers(0, 400))
@examples(150)
def test_no_bytes_make_it_fail_otherwise(noise: bytes, kind: str, at: int) -> None:
    for data in (noise, TAKEN[kind][:at] + noise, zlib.compress(noise)):
        with suppress(DocumentRefusedError):
            assert kind_of(io.BytesIO(data)) in KINDS
