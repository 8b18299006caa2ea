"""Which tables the application may only add to: its role can neither change nor remove what is there."""

from sqlalchemy import Connection, text

INSERT_ONLY = ("auditentry", "anchor", "witness")
"""Tables whose rows are written once."""

FORWARD_ONLY = ("audithead",)
"""Tables whose rows may move on, as a trigger allows it, and never go."""

_MIGRATIONS = "alembic_version"


def give_rights(connection: Connection, role: str) -> None:
    """Let the application's role use the tables of the owner who is connected, and no more than that.

    Args:
        connection: of the owner, in a transaction that commits after this.
        role: the application's.
    """
    quoted = connection.dialect.identifier_preparer.quote(role)
    schema = connection.dialect.identifier_preparer.quote(connection.scalar(text("SELECT current_schema()")) or "")
    for statement in (
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {quoted}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted}",
        f"REVOKE UPDATE, DELETE ON {', '.join(INSERT_ONLY)} FROM {quoted}",
        f"REVOKE DELETE ON {', '.join(FORWARD_ONLY)} FROM {quoted}",
        f"REVOKE INSERT, UPDATE, DELETE ON {_MIGRATIONS} FROM {quoted}",
    ):
        connection.execute(text(statement))
