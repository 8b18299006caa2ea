"""The bill of materials names every package of the lock, in the version that is installed."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from models.settings import CHECKOUT

pytestmark = pytest.mark.parts
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def test_the_bill_names_every_locked_package_and_its_version(tmp_path: Path) -> None:
    (recipe,) = re.findall(r"^sbom:.*\n\t(.+)$", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    command = recipe.replace("$(BIN)", ".venv/bin").replace("sbom.json", str(tmp_path / "sbom.json")).split()
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    bill = json.loads((tmp_path / "sbom.json").read_text())
    named = {(each["name"].lower(), each["version"]) for each in bill["components"]}
    locked = {(name.lower(), version) for name, version in _LOCKED.findall((CHECKOUT / "requirements.txt").read_text())}
    assert len(locked) > 100
    assert locked - named == set()
