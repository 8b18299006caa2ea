"""Files that a stranger hands over to be verified: none is a fault of ours, none moves what a terminal shows."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.main import group
from models.tables import AuditEntry
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger.audit import line, seal
from tasks.ledger.exports import written
from tasks.retention.certificates import ENTRY, signed
from tests.portal.pages.made_up import set_to
from tests.tasks.ledger.made_chains import REF, made
from tests.tasks.retention.test_certificates import CONTENT

_VERDICT = "\x1b[2J\x1b[H\x9b2J\u202ereading: 93 entries, whole\nNothing is wrong with it."


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(group, [*map(str, arguments)])
    # The one place that turns refusals into sentences is `main`; a fault of ours would be any other exception.
    assert result.exception is None or type(result.exception).__name__ in {"SystemExit", "CertificateError"}, result
    return result


def sealed(**values: Any) -> AuditEntry:
    entry = {"inspection": "r", "number": 1, "at": "2025-02-24T09:00:00.000000+00:00", "actor": "a", "subject": "r"}
    row = AuditEntry(**{**entry, "action": "x", "facts": {}, "previous": "", "hash": "", **values})
    row.hash = seal(row)
    return row


def last(entry: AuditEntry, **values: Any) -> str:
    end = {"format": "jtai-audit-2", "inspection": "r", "head": {"number": 1, "hash": entry.hash}, "anchors": []}
    return canonical_json(
        {**end, "keys": [], "witnesses": [], "rows": {"draws": [], "decisions": []}, **values}
    ).decode()


@pytest.mark.parametrize(
    "facts",
    [
        ("sample.drawn", {"draw": [1], "seed": "s"}),
        ("sample.approve", {"draw": {}}),
        ("stage.moved", {"from": [], "to": {}}),
        ("inspection.announced", {"seeds_sha256": [None], "seed_key_sha256": 5}),
        ("seeds.revealed", {"seed_key": [1]}),
    ],
)
def test_l9_facts_of_another_kind_than_ours_are_told_and_no_fault_of_ours(
    facts: tuple[str, dict[str, Any]], tmp_path: Path
) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(f"{line(sealed(action=facts[0], facts=facts[1]))}\n")
    assert run("audit", "verify", file).exit_code == 1


@pytest.mark.parametrize("version", [{}, [1], None, "x"])
def test_l9_rows_of_another_kind_than_ours_are_told_and_no_fault_of_ours(version: object, tmp_path: Path) -> None:
    file, entry = tmp_path / "audit.jsonl", sealed()
    file.write_text(f"{line(entry)}\n{last(entry, rows={'draws': [{'version': version}], 'decisions': []})}\n")
    assert run("audit", "verify", file).exit_code == 1


@pytest.mark.parametrize("text", ['{"actor":"\\ud800"}', "[" * 100_000, '{"a":' * 100_000, "9" * 6000])
def test_l9_a_file_that_is_no_export_is_refused_as_none(text: str, tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(text)
    result = run("audit", "verify", file)
    assert result.exit_code == 1
    assert "is not an audit chain" in result.output


def test_an_entry_with_half_a_character_is_told_with_its_line(tmp_path: Path) -> None:
    file, entry = tmp_path / "audit.jsonl", sealed()
    spelled = line(entry).replace('"actor":"a"', '"actor":"\\ud800"')
    file.write_text(f"{line(entry)}\n{spelled}\n{last(entry)}\n")
    result = run("audit", "verify", file)
    assert result.exit_code == 1
    assert "Line 2 of the file is no entry of an audit chain." in result.output


def test_a_last_line_in_which_a_key_stands_twice_is_told(tmp_path: Path) -> None:
    file, entry = tmp_path / "audit.jsonl", sealed()
    file.write_text(f'{line(entry)}\n{last(entry)[:-1]},"rows":{{"draws":[],"decisions":[]}}}}\n')
    result = run("audit", "verify", file)
    assert result.exit_code == 1
    assert "The last line of the file is not written as an export writes it." in result.output


def test_l13_no_name_in_a_chain_moves_what_a_terminal_shows(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(f"{line(sealed(inspection=_VERDICT))}\n")
    for arguments in ((), ("--json",)):
        output = run("audit", "verify", file, *arguments).output
        assert not set("\x1b\x9b\u202e") & set(output)
        assert not any(each.startswith("Nothing is wrong") for each in output.splitlines())


def test_l13_no_label_in_a_certificate_moves_what_a_terminal_shows(tmp_path: Path) -> None:
    file = tmp_path / "certificate.json"
    with set_to():
        file.write_bytes(signed({**CONTENT, "class": {"label": _VERDICT}, "destroyed_at": _VERDICT}))
    output = run("certificate", "verify", file).output
    assert not set("\x1b\x9b\u202e") & set(output)
    assert [each for each in output.splitlines() if each.startswith("Nothing is wrong")] == [
        "Nothing is wrong with it."
    ]


def _certified(tmp_path: Path) -> tuple[Path, Any, Any]:
    """Write a certificate; return it with the whole chain of its inspection, and the entry that tells of it."""
    file, ledger = tmp_path / "certificate.json", made()
    with set_to():
        file.write_bytes(signed({**CONTENT, "inspection": REF}))
    facts = {"certificate_sha256": sha256(file.read_bytes())}
    end = ledger.entries[-1]
    entry = end.copy()
    entry.number, entry.previous, entry.action, entry.subject, entry.facts = (
        end.number + 1,
        end.hash,
        ENTRY,
        CONTENT["id"],
        facts,
    )
    entry.hash = seal(entry)  # type: ignore[arg-type]  # it has the same names
    return file, ledger, entry


def test_a_certificate_is_held_to_a_chain_that_holds(tmp_path: Path) -> None:
    file, ledger, entry = _certified(tmp_path)
    ledger.entries.append(entry)
    audit = tmp_path / "audit.jsonl"
    audit.write_bytes(written(REF, ledger.export()))
    result = run("certificate", "verify", file, "--audit", audit, "--json")
    assert (result.exit_code, json.loads(result.output)["audited"]) == (0, True)
    assert "held to itself alone" in run("certificate", "verify", file, "--audit", audit).output


def test_a_line_that_somebody_wrote_beside_a_chain_proves_no_certificate(tmp_path: Path) -> None:
    file, ledger, entry = _certified(tmp_path)
    audit = tmp_path / "audit.jsonl"
    entry.previous = "0" * 64
    entry.hash = seal(entry)
    ledger.entries.append(entry)
    for data in (line(entry).encode(), written(REF, ledger.export())):
        audit.write_bytes(data)
        result = run("certificate", "verify", file, "--audit", audit, "--json")
        assert (result.exit_code, json.loads(result.output)["audited"]) == (1, False)


@pytest.mark.parametrize("text", ["[1]\n", "5\n", "[" * 100_000, '{"action":"data.destroyed","facts":[1]}\n', ""])
def test_l9_what_is_no_chain_is_none_for_a_certificate_either(text: str, tmp_path: Path) -> None:
    file, _, _ = _certified(tmp_path)
    audit = tmp_path / "audit.jsonl"
    audit.write_text(text)
    result = run("certificate", "verify", file, "--audit", audit)
    assert "is no export of an audit chain" in str(result.exception)
