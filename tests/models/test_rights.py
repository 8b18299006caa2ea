"""The application's role may add to the audit and read it; no statement of its own changes or removes what is there."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from models.migrate import upgrade
from models.rights import FORWARD_ONLY, INSERT_ONLY
from models.settings import settings
from tasks.ground.database import transaction
from tasks.ledger import audit
from tests.tasks.owning import owner_url, owners_engine

pytestmark = pytest.mark.parts

NEVER = [
    "UPDATE auditentry SET actor = 'nobody'",
    "DELETE FROM auditentry",
    "TRUNCATE auditentry",
    "ALTER TABLE auditentry DISABLE TRIGGER ALL",
    "DROP TRIGGER written_once ON auditentry",
    "DROP TABLE auditentry CASCADE",
    "UPDATE anchor SET hash = ''",
    "DELETE FROM anchor",
    "UPDATE witness SET person_id = ''",
    "DELETE FROM witness",
    "DELETE FROM audithead",
    "TRUNCATE audithead",
    "DROP TRIGGER moves_on ON audithead",
    "ALTER TABLE sampledraw DISABLE TRIGGER nothing_after_sign_off",
    "ALTER TABLE sampledecision DISABLE TRIGGER nothing_after_sign_off",
    "TRUNCATE sampledecision",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION sample_is_signed_off() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION is_written_once() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE alembic_version SET version_num = '0001'",
    "SET ROLE jtai_owner",
]


@pytest.mark.parametrize("statement", NEVER)
def test_l6_the_applications_role_may_not(reading: str, statement: str) -> None:  # noqa: ARG001 - there is a chain
    with pytest.raises(ProgrammingError) as refused, transaction() as session:
        session.execute(text(statement))
    assert re.search(r"permission denied|must be owner", str(refused.value.orig))


@pytest.mark.parametrize(
    "change", ["number = number - 1", "number = number + 2", "hash = ''", "inspection = 'other', number = number + 1"]
)
def test_l6_the_head_of_a_chain_moves_on_by_one_and_never_back(reading: str, change: str) -> None:
    with pytest.raises(DBAPIError) as refused, transaction() as session:
        session.execute(text(f"UPDATE audithead SET {change} WHERE inspection = '{reading}'"))  # noqa: S608
    assert "moves on by one entry" in str(refused.value.orig)


@pytest.mark.parametrize("statement", ["UPDATE auditentry SET actor = 'x'", "DELETE FROM audithead"])
def test_l6_even_the_owner_must_first_take_the_trigger_off(reading: str, statement: str) -> None:  # noqa: ARG001
    with owners_engine().connect() as connection, pytest.raises(DBAPIError) as refused:
        connection.execute(text(statement))
    assert "written once" in str(refused.value.orig)


def test_what_the_application_needs_it_may(reading: str) -> None:
    with transaction() as session:
        before = audit.chain(session, reading)[0][-1]
        added = audit.append(session, reading, actor="test", action="test.tried", subject=reading)
        assert (added.number, added.previous) == (before.number + 1, before.hash)


def test_a_database_that_the_application_owned_is_taken_over_with_its_rights_alone(storage: dict[str, str]) -> None:
    upgrade(storage["JTAI_DATABASE_URL"], owner_url())
    query = text(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges "
        "WHERE grantee = 'jtai' AND table_schema = 'public'"
    )
    with transaction() as session:
        given = {(row[0], row[1]) for row in session.execute(query)}
    for table in INSERT_ONLY:
        assert {right for name, right in given if name == table} == {"SELECT", "INSERT"}
    for table in FORWARD_ONLY:
        assert {right for name, right in given if name == table} == {"SELECT", "INSERT", "UPDATE"}
    assert {right for name, right in given if name == "work"} == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert settings().database_owner_url is None
