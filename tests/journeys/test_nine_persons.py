"""One inspection by the people of four inspectorates and of the area's agencies, two of health among them.

Each signs in by the provider of their organisation; at the end the audit names a person for each act and each reading.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.settings import CHECKOUT
from tests.journeys.chain_from_outside import entries_of
from tests.journeys.house import House
from tests.journeys.inspecting import (
    CHILDREN,
    TO_THE_RETURNS,
    TO_THE_STATEMENT,
    Inspecting,
    every,
    it_is_closed,
    returns_come,
)

pytestmark = [pytest.mark.whole, pytest.mark.timeout(1800)]

_PERSON = re.compile(r"([a-z_ ]+: )?P-[0-9A-Z]{8}")
# What the product does by itself, by the clock or an event.
_MACHINE = re.compile(r"(system|sweep|scanner|portal|notices|operator)\b.*")
_ACTS = {
    "inspection.announced",
    "request.moved",
    "decision.asked",
    "decision.confirmed",
    "sample.eliminate",
    "sample.approve",
    "finding.recorded",
    "accuracy.commented",
    "accuracy.decided",
    "accuracy.closed",
    "recipient.recorded",
    "letter.publish",
}


def jtai(*words: str) -> str:
    """Run a command as an auditor does, and return what it prints."""
    command = [sys.executable, "-c", "from cli.main import main; main()", *words]
    return subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout


def test_l11_nine_persons_inspect_and_the_audit_names_one_for_each_act_and_each_reading(
    house: House, tmp_path: Path
) -> None:
    on = Inspecting(house, "domestic-abuse-2024", "E06000044", tmp_path, provider=True, doubled=("health",))
    for step in TO_THE_RETURNS:
        step(on)
    returns_come(on)
    health = [request for request, agency, code in on.requests() if "/health" in agency and code == "HEA-1"]
    assert len(health) == 2
    for step in TO_THE_STATEMENT:
        step(on)
    both = {agency.rpartition("/")[2] for _, agency, _ in on.requests(evaluations=True)} & {"health", "health_2"}
    assert both == {"health", "health_2"}, f"of {CHILDREN} children, each health body knows a chosen one"
    it_is_closed(on)
    assert len({one.address for one in on.people.values()}) >= 9
    assert len(every(on.officers)) >= 5
    entries = entries_of(jtai("audit", "export", on.ref).splitlines()[:-1])
    verified = json.loads(jtai("audit", "verify", on.ref, "--json"))["inspections"][on.ref]
    assert (verified["entries"], verified["broken"]) == (len(entries), None)
    nobody = {(entry["action"], entry["actor"]) for entry in entries if not _PERSON.fullmatch(entry["actor"])}
    assert not {pair for pair in nobody if not _MACHINE.fullmatch(pair[1])}
    acts = {entry["action"] for entry in entries if _PERSON.fullmatch(entry["actor"])}
    assert acts >= _ACTS, _ACTS - acts
    readings = [entry for entry in entries if entry["action"].endswith(".read")]
    assert {entry["action"] for entry in readings} >= {"hidden-children.read", "pair.read"}
    assert all(_PERSON.fullmatch(entry["actor"]) for entry in readings)


def test_a_changed_a_missing_and_a_moved_entry_are_seen_from_outside() -> None:
    import hashlib

    lines: list[str] = []
    before = ""
    for number in (1, 2, 3):
        content = ["x", number, "now", "lead inspector: P-7KQ2M4XB", "stage.moved", "x", {"to": "closed"}]
        sealed = json.dumps([before, content], sort_keys=True, separators=(",", ":"))
        names = ("inspection", "number", "at", "actor", "action", "subject", "facts")
        entry = dict(zip(names, content, strict=True)) | {"previous": before}
        before = hashlib.sha256(sealed.encode()).hexdigest()
        lines.append(json.dumps(entry | {"hash": before}))
    assert len(entries_of(lines)) == 3
    for wrong in ([lines[0], lines[2]], [lines[1], lines[0]], [lines[0].replace("closed", "open"), *lines[1:]]):
        with pytest.raises(ValueError, match="entry"):
            entries_of(wrong)
