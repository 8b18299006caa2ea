"""A letter has in its metadata how far the record had come, and the record can be held to it."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from cli.audit import command
from tasks.ledger.anchored import Anchored, anchors_within
from tasks.ledger.exports import read_anchors, written
from tasks.letters.compiling import compile as compile_letter
from tests.letters_apart import without_anchor
from tests.tasks.ledger.made_chains import REF, made
from tests.tasks.letters.made_up import facts

_FORMATS = ("pdf", "docx", "odt", "html", "json")


_LEDGER = made()


@pytest.fixture(scope="module")
def anchored() -> Anchored:
    return _LEDGER.anchors[-1]


@pytest.fixture(scope="module")
def letter(anchored: Anchored) -> dict[str, bytes]:
    return compile_letter(facts(anchor=anchored))


@pytest.mark.parametrize("name", _FORMATS)
def test_each_format_has_the_anchor_in_its_metadata(name: str, letter: dict[str, bytes], anchored: Anchored) -> None:
    assert anchors_within(letter[name]) == [anchored]
    assert read_anchors(letter[name]) == [anchored]
    assert anchored.is_signed_by(_LEDGER.keys)


@pytest.mark.parametrize("name", _FORMATS)
def test_a_letter_from_before_the_first_anchor_has_none(name: str) -> None:
    data = compile_letter(facts())[name]
    assert anchors_within(data) == []
    with pytest.raises(ValueError):  # noqa: PT011 - it has no words: its caller says what the file should be
        read_anchors(data)


@pytest.mark.parametrize("name", _FORMATS)
def test_l4_the_same_anchor_gives_the_same_bytes_and_another_gives_others(
    name: str, letter: dict[str, bytes], anchored: Anchored
) -> None:
    assert compile_letter(facts(anchor=anchored))[name] == letter[name]
    assert compile_letter(facts())[name] != letter[name]


@pytest.mark.parametrize("name", _FORMATS)
def test_letters_of_two_records_are_the_same_but_for_it(name: str, letter: dict[str, bytes]) -> None:
    assert without_anchor(compile_letter(facts())[name], name) == without_anchor(letter[name], name)
    other = compile_letter(facts(anchor=None, area_name="Elsewhere"))[name]
    assert without_anchor(other, name) != without_anchor(letter[name], name)


def test_programs_of_others_find_it_where_such_things_stand(letter: dict[str, bytes]) -> None:
    information = PdfReader(io.BytesIO(letter["pdf"])).metadata
    assert information is not None
    keywords = str(information["/Keywords"])
    assert keywords.startswith("jtai-anchor:")
    with zipfile.ZipFile(io.BytesIO(letter["docx"])) as package:
        custom = ElementTree.fromstring(package.read("docProps/custom.xml"))  # noqa: S314 - we made it
        assert "custom-properties+xml" in package.read("[Content_Types].xml").decode()
        assert "docProps/custom.xml" in package.read("_rels/.rels").decode()
    assert custom[0].get("name") == "jtai-anchor"
    assert custom[0][0].text == keywords
    with zipfile.ZipFile(io.BytesIO(letter["odt"])) as package:
        assert f'meta:name="jtai-anchor">{keywords}<' in package.read("meta.xml").decode()
    assert f'<meta name="jtai-anchor" content="{keywords}">' in letter["html"].decode()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04broken", b"{", b"[1]", b"jtai-anchor:" + b"A" * 200, b'{"anchor": {"format": "x"}}']
)
def test_what_holds_no_anchor_says_so(data: bytes) -> None:
    assert anchors_within(data) == []


def test_the_command_names_a_file_without_one(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(compile_letter(facts())["pdf"])
    outcome = CliRunner().invoke(command, ["verify", str(path), "--anchor", str(path)])
    assert outcome.exit_code == 1
    assert "holds no anchors" in outcome.output


def test_the_record_is_held_to_a_published_letter(tmp_path: Path, letter: dict[str, bytes]) -> None:
    record, pdf = tmp_path / "audit.jsonl", tmp_path / "letter.pdf"
    record.write_bytes(written(REF, _LEDGER.export()))
    pdf.write_bytes(letter["pdf"])
    held = ["verify", str(record), "--anchor", str(pdf)]
    keys = [part for key in _LEDGER.keys for part in ("--key", key.value)]
    whole = CliRunner().invoke(command, [*held, *keys])
    assert whole.exit_code == 0, whole.output
    lines = record.read_bytes().split(b"\n")
    record.write_bytes(b"\n".join(lines[: _LEDGER.anchors[-1].number - 1]) + b"\n")
    cut = CliRunner().invoke(command, [*held, *keys])
    assert cut.exit_code == 1
    assert "was cut" in cut.output
