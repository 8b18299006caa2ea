"""One file that is destroyed by itself has a certificate, once, which is no destruction of a class."""

import json

import pytest

from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.ledger.audit import chain, line
from tasks.retention.certificates import check, holds
from tasks.retention.returned import find_returned
from tasks.retention.single_files import NOT_ASKED_FOR, certify_file
from tasks.retention.versions import digest_of, erase, versions_under

pytestmark = pytest.mark.parts


def test_a_file_with_columns_that_nobody_asked_for_goes_with_a_certificate(old: str) -> None:
    key = f"incoming/{old}-pol-1/0f3aaa.csv"
    store.put_once(key, b"Quizzlebury,1 Road")
    versions = list(versions_under(key))
    objects = [
        {"key": v.key, "version": v.version, "size": v.size, "sha256": digest_of(v), "marker": v.marker}
        for v in versions
    ]
    for version in versions:
        erase(version)
    stone = vault.destroy(f"{old}/0f3aaa").to_json()
    made = certify_file(old, objects, stone, basis=NOT_ASKED_FOR, by="system")
    assert certify_file(old, objects, stone, basis=NOT_ASKED_FOR, by="system") == made
    with transaction() as session:
        entries, _ = chain(session, old)
    audit = [json.loads(line(entry)) for entry in entries]
    assert [each["action"] for each in audit].count("data.destroyed") == 1
    checked = check(store.get(made), audit=audit)
    assert (checked.faults, checked.audited) == ((), True)
    assert holds(checked.content, str(objects[0]["sha256"])) == [key]
    assert b"Quizzlebury" not in store.get(made)
    assert find_returned() == []
