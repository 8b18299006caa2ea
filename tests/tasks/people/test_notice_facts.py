"""A notice whose words could not be rendered is refused when it is written, and not when somebody reads it."""

import pytest

from tasks.people.notice_facts import FIELDS, NoticeFactsError, check_facts
from tasks.people.notice_words import NOTICES


def test_every_kind_declares_its_facts() -> None:
    assert FIELDS.keys() == NOTICES.keys()


@pytest.mark.parametrize(
    ("kind", "facts", "wrong"),
    [
        ("reminder", {"return": "POL-1", "agency": "Police"}, "due"),
        ("reminder", {"return": "POL-1", "agency": "Police", "due": None}, "due"),
        ("rejected", {"return": "POL-1", "version": "2", "rows": 1, "errors": 1}, "version"),
        ("rejected", {"return": "POL-1", "version": 2, "rows": True, "errors": 1}, "rows"),
        ("no_such_kind", {}, "there is no such kind"),
    ],
)
def test_what_is_missing_or_of_another_form_is_named_and_not_quoted(
    kind: str, facts: dict[str, object], wrong: str
) -> None:
    with pytest.raises(NoticeFactsError) as raised:
        check_facts(kind, facts)
    assert str(raised.value).endswith(f": {wrong}.")


def test_more_facts_than_needed_are_no_mistake() -> None:
    check_facts("fieldwork", {"missing": 0, "more": "x"})
