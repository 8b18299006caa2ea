"""`jtai sign-in`: a link of a notice, used at a terminal; the session is the user's own file, and ends."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.sign_in import command
from cli.signed_in import secret, session_file
from models.refusals import Refusal
from tasks.ground.database import transaction
from tasks.ground.prefect_api import NotSignedInError
from tasks.people.sessions import signed_in
from tests.portal.driving import Outbox

pytestmark = pytest.mark.parts


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def run(*args: str) -> str:
    result = CliRunner().invoke(command, list(args), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_link_signs_in_once_and_the_file_is_the_users_alone(portal: str, reading: str) -> None:
    link = Outbox(portal).link_to("Alex Lee", reading)
    assert "You are signed in" in run(link)
    assert stat.S_IMODE(session_file().stat().st_mode) == 0o600
    with transaction() as session:
        visitor = signed_in(session, secret())
    assert visitor is not None
    assert visitor.name == "Alex Lee"
    with pytest.raises(Refusal, match="already used"):
        run(link)


def test_a_shared_mailboxs_link_asks_for_a_name(portal: str, reading: str) -> None:  # noqa: ARG001
    link = Outbox(portal).link_of("police")
    with pytest.raises(Refusal, match="Give your name with --name"):
        run(link)
    run(link, "--name", "Dan Webb")
    with transaction() as session:
        visitor = signed_in(session, secret())
    assert visitor is not None
    assert (visitor.name, visitor.proven) == ("Dan Webb", False)


def test_signing_out_ends_the_session_here_and_there(portal: str, reading: str) -> None:
    run(Outbox(portal).link_to("Alex Lee", reading))
    kept = secret()
    run("--out")
    with transaction() as session:
        assert signed_in(session, kept) is None
    with pytest.raises(NotSignedInError, match="jtai sign-in LINK"):
        secret()


@pytest.mark.parametrize("link", ["nonsense", "http://127.0.0.1:1/sign-in/a/b", "http://"])
def test_what_is_no_link_is_refused_in_a_sentence(link: str) -> None:
    with pytest.raises(Refusal, match="Copy the whole link"):
        run(link)
