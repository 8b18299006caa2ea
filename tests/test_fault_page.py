"""The page about faults names tests that exist."""

import re

from models.settings import CHECKOUT


def test_every_proof_that_the_page_names_is_a_test() -> None:
    named = set(re.findall(r"`(test_\w+)`", (CHECKOUT / "docs" / "faults.md").read_text()))
    known = {
        name
        for path in (CHECKOUT / "tests").rglob("test_*.py")
        for name in re.findall(r"def (test_\w+)", path.read_text())
    }
    assert len(named) > 40
    assert named <= known, named - known
