"""A stack of storage alone: private, on loopback only, beside others, put together from outside parts."""

import os
import stat
from pathlib import Path

import psutil
import psycopg
import pytest
from botocore.exceptions import ClientError

from deployments import store
from deployments.errors import IncompletePartError, OutsideStoreError
from deployments.postgres import Postgres
from deployments.stack import Stack
from models.settings import Settings
from tests.deployments import probes
from tests.deployments.probes import NewStack


def test_two_stacks_run_side_by_side_on_ports_and_data_of_their_own(new_stack: NewStack) -> None:
    with new_stack("one") as one, new_stack("two") as two:
        assert not set(one.state.read("ports").values()) & set(two.state.read("ports").values())
        with probes.database(one) as connection:
            connection.execute("CREATE TABLE only_here (n int)")
        with probes.database(two) as connection:
            assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
        probes.put(one, "key", b"one")
        with pytest.raises(ClientError, match="NoSuchKey"):
            probes.get(two, "key")


def test_a_stack_is_private_and_safe(new_stack: NewStack, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_stack("one") as stack:
        _only_its_owner_can_read(stack.state.folder)
        _nothing_listens_beyond_this_machine(stack)
        _no_secret_is_in_a_command_line(stack)
        _the_database_asks_for_a_password(stack)
        _the_evidence_bucket_keeps_every_version_under_lock(stack)
        _settings_find_the_stack(stack, monkeypatch)


def _only_its_owner_can_read(folder: Path) -> None:
    ours = [path for path in folder.rglob("*") if path.relative_to(folder).parts[0] not in {"s3", "postgres"}]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "s3").stat().st_mode) == 0o700
    for path in ours:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def _nothing_listens_beyond_this_machine(stack: Stack) -> None:
    pids = (process.pid for process in stack.parts.values())
    connections = [each for process in probes.family(*pids) for each in process.net_connections("inet")]
    listening = {each.laddr.ip for each in connections if each.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    postgres = probes.family(stack.parts["postgres"].pid)
    assert not [each for process in postgres for each in process.net_connections("inet")]


def _no_secret_is_in_a_command_line(stack: Stack) -> None:
    lines = [" ".join(each.cmdline()) for each in probes.family(*(part.pid for part in stack.parts.values()))]
    assert not [line for line in lines for secret in stack.state.secrets().values() if secret in line]


def _the_database_asks_for_a_password(stack: Stack) -> None:
    url = stack.addresses["JTAI_DATABASE_URL"].replace("+psycopg", "")
    wrong = url.replace(stack.state.secrets()["database"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    sockets = Path(str(psycopg.conninfo.conninfo_to_dict(url)["host"]))
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    if os.geteuid() == 0:
        assert psutil.Process(stack.parts["postgres"].pid).username() == stack.settings.postgres_user


def _the_evidence_bucket_keeps_every_version_under_lock(stack: Stack) -> None:
    bucket = stack.settings.s3_bucket
    s3 = store.client(probes.with_administration(stack.addresses, stack.state), "us-east-1")
    assert probes.put(stack, "key", b"first") != probes.put(stack, "key", b"second")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    lock = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
    assert lock["ObjectLockEnabled"] == "Enabled"
    (rule,) = s3.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert rule["AllowedOrigins"] == [stack.addresses["JTAI_PORTAL_URL"]]
    assert "x-amz-version-id" in rule["ExposeHeaders"]


def _settings_find_the_stack(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JTAI_STATE", str(stack.state.folder))
    found = Settings(_env_file=Settings().env_file)
    assert found.database_url is not None
    assert found.database_url.get_secret_value() == stack.addresses["JTAI_DATABASE_URL"]
    assert found.s3_endpoint_url == stack.addresses["JTAI_S3_ENDPOINT_URL"]


def test_an_outside_store_takes_the_place_of_the_embedded_one(
    new_stack: NewStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_stack("theirs") as theirs:
        for name in ("JTAI_S3_ENDPOINT_URL", "JTAI_S3_ACCESS_KEY", "JTAI_S3_SECRET_KEY", "JTAI_S3_CA_FILE"):
            monkeypatch.setenv(name, theirs.addresses[name])
        monkeypatch.setenv("JTAI_DATABASE_URL", theirs.addresses["JTAI_DATABASE_URL"])
        with new_stack("ours") as ours:
            assert not ours.parts
            probes.put(ours, "key", b"by the other door")
            assert probes.get(theirs, "key") == b"by the other door"
            # Its key may not say whose pages upload, so the operator reads that it is for the store's own operator.
            assert "a rule of CORS" in (ours.state.logs / "stack.log").read_text()


def test_an_outside_store_without_its_keys_is_refused(new_stack: NewStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JTAI_S3_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.delenv("JTAI_S3_ACCESS_KEY", raising=False)
    with pytest.raises(IncompletePartError, match="JTAI_S3_ACCESS_KEY must be set too"):
        new_stack("one").start()


def test_an_outside_store_that_turns_us_away_is_told_in_a_sentence_with_the_settings_to_look_at(
    new_stack: NewStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with new_stack("theirs") as theirs:
        monkeypatch.setenv("JTAI_DATABASE_URL", theirs.addresses["JTAI_DATABASE_URL"])
        for name in ("JTAI_S3_ENDPOINT_URL", "JTAI_S3_ACCESS_KEY", "JTAI_S3_SECRET_KEY"):
            monkeypatch.setenv(name, theirs.addresses[name])
        monkeypatch.delenv("JTAI_S3_CA_FILE", raising=False)
        with pytest.raises(OutsideStoreError, match="is vouched for by nobody .* JTAI_S3_CA_FILE"):
            new_stack("unbelieved").start()
        monkeypatch.setenv("JTAI_S3_CA_FILE", theirs.addresses["JTAI_S3_CA_FILE"])
        monkeypatch.setenv("JTAI_S3_SECRET_KEY", "another")
        with pytest.raises(OutsideStoreError, match="refuses what we ask of it. Check JTAI_S3_ACCESS_KEY"):
            new_stack("refused").start()
        monkeypatch.setenv("JTAI_S3_ENDPOINT_URL", "https://127.0.0.1:9")
        with pytest.raises(OutsideStoreError, match="https://127.0.0.1:9 does not answer. Check JTAI_S3_ENDPOINT_URL"):
            new_stack("unanswered").start()


def test_a_state_folder_of_an_older_version_gets_an_owner_who_is_not_the_application(new_stack: NewStack) -> None:
    with new_stack("one") as stack, Postgres(stack.state, stack.settings.postgres_user).connect("jtai") as connection:
        for statement in (
            "ALTER DATABASE jtai OWNER TO jtai",
            "REASSIGN OWNED BY jtai_owner TO jtai",
            "DROP OWNED BY jtai_owner",
            "DROP ROLE jtai_owner",
            "INSERT INTO audithead (inspection, number, hash) VALUES ('reading', 0, '')",
        ):
            connection.execute(statement)
    secrets = stack.state.read("secrets")
    del secrets["database_owner"]
    stack.state.remember("secrets", secrets)
    with new_stack("one") as again:
        url = again.addresses["JTAI_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            assert connection.execute("SELECT number FROM audithead").fetchall() == [(0,)]
            for statement in ("DELETE FROM audithead", "ALTER TABLE auditentry DISABLE TRIGGER ALL"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
        assert "JTAI_DATABASE_OWNER_URL" not in again.env
        assert again.state.secrets()["database_owner"] not in (again.state.folder / "stack.env").read_text()


def test_what_leaked_with_the_state_folder_is_made_anew_and_the_old_opens_nothing(new_stack: NewStack) -> None:
    with new_stack("one") as stack:
        with probes.database(stack) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        probes.put(stack, "key", b"one")
        old, leaked = dict(stack.addresses), stack.state.secrets()
    stack.state.remember("secrets", {"postgres": leaked["postgres"]})
    with new_stack("one") as again:
        with probes.database(again) as connection:
            assert connection.execute("SELECT to_regclass('kept')").fetchone() == ("kept",)
        assert probes.get(again, "key") == b"one"
        assert set(again.state.secrets().values()) & set(leaked.values()) == {leaked["postgres"]}
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(old["JTAI_DATABASE_URL"].replace("+psycopg", ""))
        pair = {"JTAI_S3_ACCESS_KEY": old["JTAI_S3_ACCESS_KEY"], "JTAI_S3_SECRET_KEY": old["JTAI_S3_SECRET_KEY"]}
        client = store.client({**again.addresses, **pair}, "us-east-1")
        with pytest.raises(ClientError, match="InvalidAccessKeyId"):
            client.get_object(Bucket=again.settings.s3_bucket, Key="key")
