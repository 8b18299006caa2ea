"""`jtai letters` reads letters offline, says how they use words for shares, and names what is none."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import group
from models.key_ring import fresh_ring
from tasks.ground.digests import sha256
from tasks.ground.signing import public_keys
from tasks.letters.proofs import Bound, prove
from tests.portal.pages.made_up import set_to
from tests.tasks.reading_letters.layouts import letter_2016, letter_2022


def test_letters_are_read_as_json_and_as_a_table(tmp_path: Path) -> None:
    old, new = tmp_path / "old.pdf", tmp_path / "new.pdf"
    old.write_bytes(letter_2016())
    new.write_bytes(letter_2022())
    done = CliRunner().invoke(group, ["letters", "read", str(old), str(new), "--json"])
    first, second = json.loads(done.output)
    assert (done.exit_code, first["form"], second["form"]) == (0, "2016", "2022")
    assert second["determination"] == {
        "statement": True,
        "authority": "Eastmere Council",
        "send_to": "statements@example.test",
        "due": "2024-09-20",
    }
    assert {"file", "dated", "addressees", "sections", "signatories", "words", "fieldwork"} <= set(first)
    shown = CliRunner().invoke(group, ["letters", "read", str(new)]).output
    assert "2024-09-20" in shown
    assert "Eastmere" in shown


def test_what_is_no_letter_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    letter, other = tmp_path / "letter.pdf", tmp_path / "other.pdf"
    letter.write_bytes(letter_2022())
    other.write_bytes(b"nothing")
    done = CliRunner().invoke(group, ["letters", "read", str(other), str(letter), "--json"])
    assert done.exit_code == 1
    assert "other.pdf: This file cannot be read as a PDF." in done.stderr
    refused, read = json.loads(done.stdout)
    assert (set(refused), read["area"]) == ({"file", "error"}, "Eastmere")


def test_a_file_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    done = CliRunner().invoke(group, ["letters", "read", str(tmp_path / "none.pdf")])
    assert done.exit_code == 2
    assert "There is no file none.pdf" in done.stderr


def test_words_for_shares_are_counted_over_letters_each_with_its_place(tmp_path: Path) -> None:
    letters = [tmp_path / "old.pdf", tmp_path / "new.pdf"]
    practice = "Workers come early. Most children are seen at home, and a small number are seen at school."
    for path, content in zip(letters, (letter_2016(), letter_2022(practice=practice)), strict=True):
        path.write_bytes(content)
    done = CliRunner().invoke(group, ["letters", "words", *map(str, letters), "--json"])
    value = json.loads(done.output)
    assert (done.exit_code, value["letters"], value["errors"]) == (0, 2, [])
    (place,) = value["places"]
    assert (place["letter"], place["section"], place["sentence"], place["word"]) == ("new.pdf", "practice", 2, "most")
    assert sum(each["sentences"] for each in value["words"]) == len(value["places"])
    assert place["of_children"]
    shown = CliRunner().invoke(group, ["letters", "words", *map(str, letters)]).output
    assert shown.splitlines()[1].split()[:4] == ["most", "1", "1", "1"]


def test_words_of_what_is_no_letter_are_not_counted(tmp_path: Path) -> None:
    other = tmp_path / "other.pdf"
    other.write_bytes(b"nothing")
    done = CliRunner().invoke(group, ["letters", "words", str(other)])
    assert done.exit_code == 1
    assert "other.pdf: This file cannot be read as a PDF." in done.stderr
    assert "No such word was found." in done.stdout


def proved(folder: Path) -> tuple[Path, Path, str]:
    """Write a letter of one sentence and its proof; return both with the key that signed it."""
    letter, proof = folder / "letter.pdf", folder / "letter.proof.json"
    letter.write_bytes(b"the letter")
    about = {"inspection": "reading", "status": "published", "version": 1, "files": {"pdf": sha256(b"the letter")}}
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        made, _ = prove([Bound("P01", "Practice is strong.", ({"kind": "documents"},))], b"k" * 32, about)
        proof.write_text(json.dumps(made))
        return letter, proof, public_keys()[0].value


def test_a_letter_is_held_to_its_proof(tmp_path: Path) -> None:
    letter, proof, key = proved(tmp_path)
    done = CliRunner().invoke(group, ["letters", "verify", str(proof), str(letter), "--key", key, "--json"])
    assert (done.exit_code, json.loads(done.output)) == (
        0,
        {"sentences": 1, "files": ["pdf"], "faults": [], "inspection": "reading", "status": "published", "version": 1},
    )
    shown = CliRunner().invoke(group, ["letters", "verify", str(proof), "--key", key]).output
    assert shown == (
        "The proof holds: 1 sentence, each with its evidence, signed as 1 letter. "
        "No file of the letter was given, so none was held to it.\n"
    )


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda letter, _: letter.write_bytes(b"another"), "letter.pdf is not the letter of which the proof is."),
        (lambda _, proof: proof.write_text("[]"), "proof.json is no proof of a letter."),
        (lambda _, proof: proof.write_bytes(b"\xff{"), "proof.json is no proof of a letter."),
        (
            lambda _, proof: proof.write_text(proof.read_text().replace("strong", "poor")),
            "Sentence 1 is not bound to the evidence that the proof names.",
        ),
        (
            lambda _, proof: proof.write_text(proof.read_text().replace("reading", "slough")),
            "The letter's proof is not signed by a key that is trusted here.",
        ),
    ],
)
def test_what_is_not_the_letter_is_told(tmp_path: Path, spoil: Callable[[Path, Path], object], fault: str) -> None:
    letter, proof, key = proved(tmp_path)
    spoil(letter, proof)
    done = CliRunner().invoke(group, ["letters", "verify", str(proof), str(letter), "--key", key])
    assert (done.exit_code, done.output) == (1, f"{fault}\n")


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    letter, proof, key = proved(tmp_path)
    for wrong in (
        ["verify", str(proof), str(tmp_path / "letter.json"), "--key", key],
        ["verify", str(proof), str(tmp_path / "none.pdf"), "--key", key],
        ["verify", str(proof), str(letter), "--key", "abc"],
        ["verify", str(proof), str(letter)],
    ):
        assert CliRunner().invoke(group, ["letters", *wrong]).exit_code == 2
