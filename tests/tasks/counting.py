"""Counts the statements that a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlmodel import Session


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Collect what is sent in a session for as long as the block takes."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    bound = session.get_bind()
    event.listen(bound, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(bound, "before_cursor_execute", note)
