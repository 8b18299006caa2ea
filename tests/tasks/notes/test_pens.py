"""A pen writes in the logs of one person of one inspection."""

from tasks.notes.pens import is_pen, pen_for
from tests.portal.pages.made_up import set_to


def test_a_pen_is_of_one_person_one_inspection_and_one_key() -> None:
    with set_to(secret_key="a"):
        pen = pen_for("reading", "P-1")
        assert is_pen("reading", "P-1", pen)
        assert not is_pen("reading", "P-2", pen)
        assert not is_pen("slough", "P-1", pen)
        assert not is_pen("reading", "P-1", "")
    with set_to(secret_key="b"):
        assert not is_pen("reading", "P-1", pen)
