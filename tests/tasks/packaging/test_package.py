"""A package holds what an inspection is defended by, is a crate, and finds by itself what was changed in it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from cli.options import write_privately
from models.keys import DESTROYED
from models.retention import RecordClass
from models.states import DestructionState
from models.tables import Cohort, Destruction, Inspection
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ground.signing import Signature, public_keys, verify
from tasks.ground.vault import DestroyedError
from tasks.ledger.anchors import anchor, exported, keep_commitment
from tasks.ledger.audit import chain
from tasks.ledger.exports import read_anchors, read_export
from tasks.ledger.proof import examine
from tasks.letters.proofs import faults_of, opens
from tasks.packaging.collecting import PackageFile, pieces
from tasks.packaging.crate import DIGESTS, METADATA, PAGE, package
from tests.cli.running import jtai
from tests.tasks.accuracy.conftest import draft  # noqa: F401 - the fixture

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("unanchored")]


@pytest.fixture
def packed(unanchored: None, draft: str) -> tuple[str, list[PackageFile]]:  # noqa: ARG001, F811
    keep_commitment(draft)
    anchor(draft)
    with transaction() as session:
        return draft, pieces(session, draft)


def files_of(ref: str, found: list[PackageFile], *, children: bool = True) -> dict[str, bytes]:
    with transaction() as session:
        return package(session.get_one(Inspection, ref), found, chain(session, ref)[0], children=children)


def test_a_package_holds_all_and_each_part_verifies(packed: tuple[str, list[PackageFile]]) -> None:
    ref, found = packed
    files = files_of(ref, found)
    kinds = {path.split("/")[0] for path in files}
    assert kinds >= {"audit", "cohort", "letter", "reports", "sample", "theme.toml", "timetable.json"}
    assert kinds >= {"requests.json", "receipts.json", "commitment.json", METADATA, DIGESTS, PAGE}
    assert {path.rpartition(".")[2] for path in files if path.startswith("letter/letter.")} >= {"pdf", "docx", "odt"}
    anchors = read_anchors(files["audit/anchors.jsonl"])
    assert examine(ref, read_export(files["audit/audit.jsonl"]), anchors, public_keys()) == []
    proof, openings = (json.loads(files[f"letter/{name}.json"]) for name in ("proof", "openings"))
    assert faults_of(proof, public_keys()) == []
    assert proof["proofs"]
    assert openings["openings"]
    assert all(opens(opening, proof) for opening in openings["openings"])
    assert proof["files"]["pdf"] == sha256(files["letter/letter.pdf"])
    listed = json.loads(files[DIGESTS])
    assert listed["files"] == {path: sha256(data) for path, data in files.items() if path != DIGESTS}
    signature = Signature(listed["key"], listed.pop("signature"))
    assert verify(canonical_json(listed), signature, public_keys()[0])


def test_l4_the_same_ledger_gives_the_same_package(packed: tuple[str, list[PackageFile]]) -> None:
    ref, found = packed
    with transaction() as session:
        again = pieces(session, ref)
    assert files_of(ref, again) == files_of(ref, found)


def test_l5_without_children_nothing_speaks_of_any_by_label_or_pseudonym(packed: tuple[str, list[PackageFile]]) -> None:
    ref, found = packed
    files = files_of(ref, found, children=False)
    left_out = {path.split("/")[0] for path in set(files_of(ref, found)) - set(files)}
    assert left_out == {"cohort", "sample", "reports", "letter"}
    assert {"letter/evidence.json", "letter/openings.json"}.isdisjoint(files)
    rows = json.loads(next(piece.data for piece in found if piece.path == "sample/1/manifest.json"))["rows"]
    plain = b"".join(data for path, data in files.items() if path != "audit/audit.jsonl")
    assert not [row["child"] for row in rows if row["child"].encode() in plain]


@pytest.mark.parametrize("classes", [("children",), ("children", "evidence"), ("children", "evidence", "record")])
def test_what_is_destroyed_is_left_out_with_its_certificate_and_the_rest_still_proves_itself(
    packed: tuple[str, list[PackageFile]], classes: tuple[str, ...], browser: Page, tmp_path: Path
) -> None:
    ref, found = packed
    whole = files_of(ref, found)
    with transaction() as session:
        for kind in map(RecordClass, classes):
            session.add(_done(ref, kind))
        # As the rows are when the objects are gone.
        for row in session.exec(select(Cohort).where(Cohort.inspection == ref)):
            row.manifest_key = f"{DESTROYED}{row.version}"
    with transaction() as session:
        files = package(session.get_one(Inspection, ref), pieces(session, ref), chain(session, ref)[0], children=True)
    assert {f"destroyed/X-{kind}-certificate.json" for kind in classes} <= set(files)
    assert {path.split("/")[0] for path in files}.isdisjoint({"cohort", "sample", "reports"})
    # The letter of this inspection is a draft, and so is evidence.
    assert ("letter/letter.pdf" in files) == ("letter/proof.json" in files) == ("evidence" not in classes)
    if "evidence" not in classes:
        assert files["letter/proof.json"] == whole["letter/proof.json"]
    write_privately(tmp_path / "out", files)
    assert "No fault was found" in shown(browser, tmp_path / "out")


def _done(ref: str, kind: RecordClass) -> Destruction:
    certificate = store.put_once(f"certificates/{ref}/{kind.value}.json", b"{}").key
    return Destruction(
        id=f"X-{kind.value}",
        inspection=ref,
        record_class=kind,
        state=DestructionState.DONE,
        months=6,
        counted_from=date(2025, 5, 6),
        due_on=date(2025, 11, 6),
        basis="made up",
        certificate_key=certificate,
    )


def test_a_reference_to_what_is_destroyed_says_so() -> None:
    with pytest.raises(DestroyedError, match="certificate of the destruction"):
        store.get(f"{DESTROYED}0123456789abcdef")


@pytest.mark.parametrize("name", ["constructor", "toString", "__proto__", "hasOwnProperty"])
def test_a_file_that_was_added_is_told_whatever_its_name(
    name: str, packed: tuple[str, list[PackageFile]], browser: Page, tmp_path: Path
) -> None:
    ref, found = packed
    write_privately(tmp_path / "out", files_of(ref, found) | {name: b"added"})
    assert f"{name} does not belong to the package." in shown(browser, tmp_path / "out")


def test_l13_a_digest_of_a_notice_vouches_for_the_audit_alone(
    packed: tuple[str, list[PackageFile]], browser: Page, tmp_path: Path
) -> None:
    ref, found = packed
    files = files_of(ref, found)
    write_privately(tmp_path / "out", files)
    first = read_export(files["audit/audit.jsonl"]).entries[0]
    said = shown(browser, tmp_path / "out", seen=f"1 {first.hash[:12]}")
    assert "and nothing else in the package" in said
    assert "and nothing else in the package" not in shown(browser, tmp_path / "out", trusted=public_keys()[0].id)


def test_the_crate_says_of_each_file_what_it_is_and_was_made_of(packed: tuple[str, list[PackageFile]]) -> None:
    ref, found = packed
    files = files_of(ref, found)
    graph = {each["@id"]: each for each in json.loads(files[METADATA])["@graph"]}
    assert {each["@id"] for each in graph["./"]["hasPart"]} == set(files) - {METADATA}
    for path in set(files) - {METADATA, DIGESTS, PAGE}:
        assert graph[path]["sha256"] == sha256(files[path])
        assert all(each["@id"] in files for each in _references(graph[path].get("prov:wasDerivedFrom", [])))
    named = {each["@id"] for value in graph.values() for each in _references(value)}
    assert not {each for each in named if not each.startswith("http") and each not in graph}
    made_of = {each["@id"] for each in _references(graph["sample/1/manifest.json"]["prov:wasDerivedFrom"])}
    assert "cohort/1/manifest.json" in made_of
    # What the RO-Crate 1.1 recommends, and a validator of it warns of: whose it is, and no list of one value.
    assert {graph[graph["./"][name]["@id"]]["@type"] for name in ("author", "publisher")} == {"Organization"}
    assert graph[graph["./"]["publisher"]["@id"]]["url"].startswith("https://")
    lists = [value for entity in graph.values() for value in entity.values() if isinstance(value, list)]
    assert not [value for value in lists if len(value) == 1]


def _references(value: object) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def test_the_command_writes_a_private_folder_and_no_second_time_over_it(draft: str, tmp_path: Path) -> None:  # noqa: F811
    out = tmp_path / "evidence"
    done = jtai("package", draft, "--out", out, "--without-children", "--json")
    assert done.code == 0
    assert done.json()["children"] is False
    assert jtai("package", draft, "--out", tmp_path / "all").code == 0
    for each in (out, tmp_path / "all"):
        assert {path.stat().st_mode & 0o077 for path in (each, *each.rglob("*"))} == {0}
    assert "is not empty" in jtai("package", draft, "--out", out).sentence()
    assert "There is no inspection 'atlantis'" in jtai("package", "atlantis", "--out", tmp_path / "x").sentence()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Page]:
    """Return a page that has no network."""
    context = chromium.new_context(offline=True)
    yield context.new_page()
    context.close()


def shown(browser: Page, folder: Path, *, trusted: str = "", seen: str = "") -> str:
    browser.goto((folder / PAGE).as_uri())
    browser.fill("#trusted", trusted)
    browser.fill("#seen", seen)
    browser.set_input_files("#folder", folder)
    browser.wait_for_selector("#result h2", timeout=60_000)
    return browser.inner_text("#result")


def test_the_page_checks_a_package_from_a_file_without_a_network(
    packed: tuple[str, list[PackageFile]], tmp_path: Path, browser: Page
) -> None:
    ref, found = packed
    for path, data in files_of(ref, found).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    with transaction() as session:
        number, digest = exported(session, ref).head or (0, "")
    whole = shown(browser, tmp_path, trusted=public_keys()[0].id, seen=f"{number} {digest[:32]}")
    assert "No fault was found" in whole, whole
    assert "1 of 1 anchors fit the audit" in whole
    assert f"Entry {number} is what the notice named" in whole
    assert "neither key nor digest" in shown(browser, tmp_path)
    assert "No key of this package has the id" in shown(browser, tmp_path, trusted="0" * 16)
    assert "is not what the notice named" in shown(browser, tmp_path, seen=f"{number} {'0' * 32}")
    for path, old, new, sentence in (
        ("theme.toml", b"[", b"[ ", "theme.toml is not the file that was packed"),
        ("audit/audit.jsonl", b'"number":3,', b'"number":33,', "Entry 3 of the audit is missing, or was changed"),
        ("audit/anchors.jsonl", b'"number":', b'"number":1', "is not signed by a key"),
        ("letter/proof.json", b'"paragraph":"P', b'"paragraph":"Q', "Sentence 1 of the letter is not bound"),
        ("digests.json", b'"files":{"', b'"files":{"x', "The list of digests is not signed"),
    ):
        before = (tmp_path / path).read_bytes()
        (tmp_path / path).write_bytes(before.replace(old, new, 1))
        assert sentence in shown(browser, tmp_path, trusted=public_keys()[0].id), path
        (tmp_path / path).write_bytes(before)
    (tmp_path / "receipts.json").unlink()
    (tmp_path / "more.txt").write_text("x")
    said = shown(browser, tmp_path)
    assert "receipts.json is missing" in said
    assert "more.txt does not belong to the package" in said
