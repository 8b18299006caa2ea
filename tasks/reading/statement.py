"""The written statement of proposed action, opened by the team that asked for it."""

from models.tables import Statement
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import UnknownRequestError


def read_statement(ref: str, *, by: str) -> tuple[str, bytes]:
    """Return the name and the bytes of an inspection's written statement; the audit records who read it.

    Raises:
        UnknownRequestError: none was received.
    """
    with transaction() as session:
        statement = session.get(Statement, ref)
        if statement is None or not statement.key:
            raise UnknownRequestError(ref)
        data = store.get(statement.key)
        audit.append(session, ref, actor=by, action="statement.read", subject=ref)
    return f"{ref}-statement.{statement.key.rpartition('.')[2]}", data
