"""A package is checked offline by a key that came another way, and whatever somebody does to it is told."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.options import write_privately
from models.tables import Inspection
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_document, canonical_json, sha256
from tasks.ground.signing import PublicKey, public_keys
from tasks.ledger.anchors import anchor, keep_commitment
from tasks.ledger.audit import chain
from tasks.packaging import checking
from tasks.packaging.checking import NoPackageError, examine_package, read_folder
from tasks.packaging.collecting import pieces
from tasks.packaging.crate import DIGESTS, package
from tests.cli.running import jtai
from tests.tasks.accuracy.conftest import draft  # noqa: F401 - the fixture

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("unanchored")]


@pytest.fixture
def files(unanchored: None, draft: str) -> dict[str, bytes]:  # noqa: ARG001, F811
    """Return a package of an inspection with a draft letter."""
    keep_commitment(draft)
    anchor(draft)
    with transaction() as session:
        inspection = session.get_one(Inspection, draft)
        return package(inspection, pieces(session, draft), chain(session, draft)[0], children=True)


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    """Return the folder of a package."""
    write_privately(tmp_path / "out", files)
    return tmp_path / "out"


def faults(folder: Path, *more: str | Path, code: int = 1) -> list[str]:
    done = jtai("package", "verify", folder, "--key", public_keys()[0].value, "--json", *more)
    assert done.code == code, done
    found: list[str] = done.json()["faults"]
    return found


def test_a_package_verifies_by_a_key_and_an_anchor_that_came_another_way(
    folder: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    (tmp_path / "kept.jsonl").write_bytes(files["audit/anchors.jsonl"])
    done = jtai(
        "package", "verify", folder, "--key", public_keys()[0].value.upper(), "--anchor", tmp_path / "kept.jsonl"
    )
    assert (done.code, "Nothing is wrong with it." in done.out) == (0, True)
    assert "No anchor of yours" not in done.out
    assert faults(folder, code=0) == []
    examined = examine_package(files, public_keys())
    assert (examined.files, examined.certificates) == (len(files), 0)
    assert examined.entries > 10
    assert examined.sentences > 0


def test_its_own_word_for_a_key_is_nothing(folder: Path, files: dict[str, bytes]) -> None:
    stranger = PublicKey(Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex())
    assert "digests.json is not signed by any key that you trust." in examine_package(files, [stranger]).faults
    assert jtai("package", "verify", folder).code == 2
    assert "64 hexadecimal digits" in jtai("package", "verify", folder, "--key", public_keys()[0].id).sentence()


def _signed_anew(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return a package whose list somebody made and signed anew with a key of their own, in the name of ours."""
    own = Ed25519PrivateKey.generate()
    listed: dict[str, Any] = json.loads(files[DIGESTS])
    listed.pop("signature")
    listed["files"] = {path: sha256(data) for path, data in files.items() if path != DIGESTS}
    signature = own.sign(canonical_json(listed)).hex()
    return {**files, DIGESTS: canonical_document({**listed, "signature": signature})}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f | {"timetable.json": b"{}"}, "timetable.json is not what it was"),
        (lambda f: {path: data for path, data in f.items() if path != "receipts.json"}, "receipts.json is missing"),
        (lambda f: f | {"note.txt": b"x"}, "note.txt does not belong to the package"),
        (lambda f: _signed_anew(f | {"receipts.json": b"{}"}), "not signed by any key that you trust"),
        (lambda f: f | {"letter/proof.json": b"[]"}, "proof.json is no proof of a letter"),
        (lambda f: f | {"audit/anchors.jsonl": b"{}"}, "holds something that is no anchor"),
        (lambda f: f | {"destroyed/X-1-certificate.json": b"{}"}, "This file is no certificate"),
        (lambda f: {path: data for path, data in f.items() if not path.startswith("audit/")}, "It has no audit"),
        (lambda f: f | {"letter/letter.pdf": b"%PDF-"}, "is not the letter of which the proof is"),
        (lambda f: f | {"audit/audit.jsonl": b"\n".join(f["audit/audit.jsonl"].split(b"\n")[2:])}, "of the audit"),
        (lambda f: f | {"ro-crate-metadata.json": f["ro-crate-metadata.json"].replace(b'"sha256":"', b'"sha256":"0')},
         "says of"),
    ],
)  # fmt: skip
def test_whatever_is_changed_is_told(
    files: dict[str, bytes], change: Callable[[dict[str, bytes]], dict[str, bytes]], said: str
) -> None:
    found = examine_package(change(files), public_keys()).faults
    assert any(said in fault or "chain" in fault and said == "of the audit" for fault in found), found


def test_a_proof_of_another_inspection_and_evidence_of_another_letter_are_told(files: dict[str, bytes]) -> None:
    proof = json.loads(files["letter/proof.json"])
    other = files | {"letter/proof.json": canonical_document({**proof, "inspection": "atlantis"})}
    assert any("belongs to another inspection" in fault for fault in examine_package(other, public_keys()).faults)
    openings = json.loads(files["letter/openings.json"])
    openings["openings"][0]["evidence"] = {"made": "up"}
    changed = files | {"letter/openings.json": canonical_document(openings)}
    assert any(
        "are not those that the letter rests on" in each for each in examine_package(changed, public_keys()).faults
    )


def test_links_lead_nowhere_and_a_pipe_is_not_waited_for(folder: Path, tmp_path: Path) -> None:
    secret, elsewhere = tmp_path / "secret", tmp_path / "elsewhere"
    secret.write_text("of somebody else")
    elsewhere.mkdir()
    (elsewhere / "deep.json").write_text("{}")
    (folder / "receipts.json").unlink()
    (folder / "receipts.json").symlink_to(secret)
    (folder / "more").symlink_to(elsewhere)
    os.mkfifo(folder / "pipe")
    found = faults(folder)
    for name in ("receipts.json", "more", "pipe"):
        assert f"{name} is a link or no file at all. A package has plain files alone, so it was not opened." in found
    assert "receipts.json is missing." in found
    assert not any("deep.json" in fault or "somebody" in fault for fault in found)


def test_a_name_that_climbs_out_of_the_package_is_not_opened(files: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of somebody else")
    listed = json.loads(files[DIGESTS])
    listed["files"] |= {"../secret": sha256(b"of somebody else"), "/etc/passwd": "0" * 64}
    write_privately(tmp_path / "out", files | {DIGESTS: canonical_document(listed)})
    found = faults(tmp_path / "out")
    for name in ("../secret", "/etc/passwd"):
        assert f"digests.json names {name}, which lies outside the package. It was not opened." in found


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"format": "jtai-package-1", "files": []}', b"[" * 100_000])
def test_what_is_no_package_is_said_to_be_none(folder: Path, data: bytes) -> None:
    (folder / DIGESTS).write_bytes(data)
    assert "This folder is no package" in jtai("package", "verify", folder, "--key", public_keys()[0].value).sentence()


def test_a_folder_without_end_is_no_package(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(checking, "MOST_FILES", 3)
        with pytest.raises(NoPackageError, match="more than 3 files"):
            read_folder(folder)
    monkeypatch.setattr(checking, "MOST_BYTES", 10)
    with pytest.raises(NoPackageError, match="larger than any file"):
        read_folder(folder)


def test_it_is_checked_where_there_is_neither_a_database_nor_a_store(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(folder, tmp_path / "carried")
    key = public_keys()[0].value
    for name in [name for name in os.environ if name.startswith("JTAI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("JTAI_STATE", str(tmp_path / "nowhere"))
    done = jtai("package", "verify", tmp_path / "carried", "--key", key)
    assert (done.code, "Nothing is wrong with it." in done.out) == (0, True)
