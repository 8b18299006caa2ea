"""security.txt: the contact that an operator named, until a date, and nothing where nobody is named."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from models.settings import Settings
from portal.app import app
from tests.portal.pages.made_up import TestClient, set_to

_AT = "/.well-known/security.txt"


def test_it_names_the_contact_and_ends_within_a_year() -> None:
    with set_to(security_contact="mailto:security@example.org", portal_url="https://jtai.example.org/"):
        answer = TestClient(app).get(_AT)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Canonical"] == f"https://jtai.example.org{_AT}"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=90) < left < timedelta(days=365)


def test_without_a_contact_there_is_none() -> None:
    with set_to(security_contact=None):
        assert TestClient(app).get(_AT).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["security@example.org", "mailto:nobody", "http://example.org", "mailto:a@b\nExpires: 1"]
)
def test_a_contact_that_no_reader_can_use_is_refused_at_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError):
        Settings(security_contact=wrong)
