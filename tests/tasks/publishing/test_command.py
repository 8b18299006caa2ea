"""`jtai public` writes the public pages of what is published, and nothing of a rehearsal unless that is wanted."""

from pathlib import Path

import pytest

from models.tables import Inspection
from tasks.ground.database import transaction
from tests.cli.running import jtai
from tests.tasks.letters.test_publication import draft, ready, undetermined  # noqa: F401 - fixtures
from tests.tasks.publishing.test_ending import published  # noqa: F401 - a fixture

pytestmark = pytest.mark.parts


def test_the_pages_are_written_for_any_server(published: str, tmp_path: Path) -> None:  # noqa: F811
    ran = jtai("public", "--out", str(tmp_path / "site"), "--address", "https://letters.example.org")
    assert ran.code == 0, ran.err
    assert "1 inspection" in ran.out
    page = tmp_path / "site" / "letters" / published / "index.html"
    assert "The letter" in page.read_text()
    assert "https://letters.example.org/" in (tmp_path / "site" / "feed.atom").read_text()
    with transaction() as session:
        session.get_one(Inspection, published).rehearsal = True
    jtai("public", "--out", str(tmp_path / "none"))
    assert not (tmp_path / "none" / "letters").exists()
    jtai("public", "--out", str(tmp_path / "looking"), "--rehearsals")
    assert "not a real inspection" in (tmp_path / "looking" / "letters" / published / "index.html").read_text()
