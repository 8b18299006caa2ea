"""What the record of an inspection says of who acted and who read, as an auditor sees it from outside."""

import json
import re
import subprocess
import sys

from models.settings import CHECKOUT
from tests.journeys.chain_from_outside import entries_of
from tests.journeys.inspecting import Inspecting

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


def persons_are_named(on: Inspecting) -> None:
    """Another implementation reads the chain alike, and finds a person for each act and each reading."""
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
