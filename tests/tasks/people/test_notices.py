"""Notices as they are read: who gets them and what they say, at the same cost for one and for many."""

import pytest
from sqlmodel import col, select

from models.tables import Notice
from tasks.ground.database import transaction
from tasks.people.notices import addressee_of, addressees_of, words_of, words_of_all
from tests.tasks.counting import statements

pytestmark = pytest.mark.parts


def test_many_notices_are_read_with_as_many_queries_as_one_and_say_the_same(reading: str) -> None:
    newest = select(Notice).where(Notice.inspection == reading).order_by(col(Notice.written_at), Notice.id)
    with transaction() as session:
        rows = session.exec(newest).all()
        assert len(rows) > 10
        assert {bool(row.person_id or row.agency_id) for row in rows} == {True}
        with statements(session) as for_one:
            one = words_of_all(session, rows[:1]), addressees_of(session, rows[:1])
        with statements(session) as for_all:
            words, to = words_of_all(session, rows), addressees_of(session, rows)
        assert len(for_all) == len(for_one) <= 6
        assert one == (words[:1], {rows[0].id: to[rows[0].id]})
        assert words == [words_of(session, row) for row in rows]
        assert to == {row.id: addressee_of(session, row) for row in rows}
