"""The text of a file: one odd byte harms one letter, and lines are counted in one way."""

import pytest

from validation.contract.errors import UnreadableError
from validation.files.readers.text import CONTROL, GUESSED, text_of


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\n", 2),
        (b"a\nb", 2),
        (b"a\r\nb\r\n", 2),
        (b"a\rb\r", 2),
        (b"a\rb", 2),
        (b"a\r\r\nb\r\r\n", 4),
        (b"a\n\n\nb\n\n", 5),
        (b"a\r\nb\nc\rd", 4),
        (b"a\n\x1a", 1),
        (b"a\nb\x1a\x1a\0\0", 2),
        (b"a\nb\r\n\x1a\r\n", 2),
    ],
)
def test_every_kind_of_line_end_ends_one_line(data: bytes, lines: int) -> None:
    text = text_of(data)
    assert (text.lines, text.data.count(b"\n") + (not text.data.endswith(b"\n"))) == (lines, lines)
    assert b"\r" not in text.data.replace(b"\r\n", b"")


def test_one_letter_in_another_code_leaves_all_others_whole() -> None:
    text = text_of("Siân\nMÜLLER\n".encode() + b"Zo\xeb\n")
    assert text.data.decode() == f"Siân\nMÜLLER\nZo{GUESSED}ë\n"
    assert (text.marked, text.notes) == (True, ())


def test_one_letter_of_utf_8_in_an_older_file_is_the_one_that_is_marked() -> None:
    text = text_of("Siân\nMÜLLER\nLlŷr\n".replace("ŷ", "y").encode("cp1252") + "Zoë\n".encode())
    assert text.data.decode() == f"Siân\nMÜLLER\nLlyr\nZo{GUESSED}ë\n"
    assert "Windows-1252" in text.notes[0]


def test_code_that_windows_gave_no_letter_is_one_lost_letter() -> None:
    assert text_of(b"a\x81b, Si\xe2n\n").data.decode() == "a\ufffdb, Siân\n"


@pytest.mark.parametrize("code", [b"\x0b", b"\x1f", b"\x1c", b"\x7f", b"\x1a"])
def test_code_that_no_text_has_is_marked_where_it_stands(code: bytes) -> None:
    text = text_of(b"a" + code + b"b\n")
    assert (text.data.decode(), text.marked) == (f"a{CONTROL}b\n", True)


def test_end_of_file_mark_of_dos_is_no_line() -> None:
    assert text_of(b"a,b\r\nc,d\r\n\x1a").data == b"a,b\r\nc,d\r\n"


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\xff\xfe" + b"\x00\xd8" * 99, b"Si\xe2n" + b"\x81" * 99])
def test_what_is_mostly_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        text_of(data)


def test_half_a_character_at_the_end_of_utf_16_is_one_lost_letter() -> None:
    assert text_of("ab\n".encode("utf-16") + b"\x41").data.decode() == "ab\n\ufffd"
