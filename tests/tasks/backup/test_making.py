"""A backup is made while all goes on; what it holds can be read with its key alone."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.backup import command
from models.settings import settings
from models.tables.base import utc_now
from tasks.backup import making
from tasks.backup.making import spelled
from tasks.backup.pieces import Backup, new_key_file, read_key_file
from tasks.ground import store
from tasks.people.persons import PROGRAMME
from tests.tasks.steps import actions

pytestmark = pytest.mark.parts


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(command, list(arguments))
    return done.exit_code, done.output


def test_a_backup_holds_the_ledger_every_object_and_every_key_of_one_moment(reading: str, tmp_path: Path) -> None:
    started, name = utc_now(), f"findings/{reading}/F1/{tmp_path.name}.json"
    store.put_once(name, b"Ann Quackenbush waited")
    assert run("--new-key", str(tmp_path / "key"))[0] == 0
    code, output = run("--out", str(tmp_path / "b"), "--key", str(tmp_path / "key"), "--json")
    assert code == 0, output
    facts = json.loads(output)
    contents = Backup.open(tmp_path / "b", read_key_file(tmp_path / "key")).contents()
    assert started.isoformat() <= facts["at"] == contents["at"]
    assert name in {each["key"] for each in contents["objects"]}
    assert len(contents["objects"]) == facts["objects"]
    assert f"keys/{reading}" in {each["name"] for each in contents["keys"]}
    files = [path for path in (tmp_path / "b").rglob("*") if path.is_file()]
    assert not any(reading.encode() in path.read_bytes() or reading in str(path) for path in files)
    assert actions(PROGRAMME)[-1] == "backup.made"


def test_what_is_destroyed_while_a_backup_is_made_is_left_out_and_counted(
    reading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"findings/{reading}/F2/{tmp_path.name}.json"
    store.put_once(name, b"Ann Quackenbush waited")
    listed = making._versions

    def gone_meanwhile(until: datetime) -> Iterator[tuple[str, str]]:
        yield from listed(until)
        yield name, "0" * 32

    monkeypatch.setattr(making, "_versions", gone_meanwhile)
    new_key_file(tmp_path / "key")
    code, output = run("--out", str(tmp_path / "b"), "--key", str(tmp_path / "key"), "--json")
    assert (code, json.loads(output)["gone"]) == (0, 1)
    contents = Backup.open(tmp_path / "b", read_key_file(tmp_path / "key")).contents()
    assert [each["key"] for each in contents["objects"]].count(name) == 1


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_versions_of_an_object_come_oldest_first_though_a_page_of_the_listing_ends_among_them(
    reading: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(making, "_PAGE", page)
    names = [f"findings/{reading}/F{number}/{tmp_path.name}.json" for number in (7, 8)]
    put = {
        name: [
            store.client().put_object(Bucket=settings().s3_bucket, Key=name, Body=str(number).encode())["VersionId"]
            for number in range(5)
        ]
        for name in names
    }
    listed = list(making._versions(utc_now() + timedelta(seconds=5)))
    assert {name: [version for key, version in listed if key == name] for name in names} == put
    assert len(listed) == len(set(listed))


def test_misuse_and_a_folder_that_is_in_use_are_sentences(tmp_path: Path) -> None:
    code, output = run("--out", str(tmp_path / "b"))
    assert code == 2
    assert "Give --out and --key" in output
    (tmp_path / "key").write_text("x")
    code, output = run("--new-key", str(tmp_path / "key"))
    assert code == 1
    assert "never written over" in output


def test_names_of_keys_are_spelled_without_a_folder() -> None:
    assert "/" not in spelled("keys/reading/0f3a")
