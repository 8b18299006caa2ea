"""Who is signed in at this terminal: the secret of a session, in a file of the user's own."""

import os
from pathlib import Path


def session_file() -> Path:
    """Return the file that holds the secret; only its owner may read it."""
    folder = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(folder) / "jtai" / "session"


def keep(secret: str) -> None:
    """Keep the secret of a session for the commands that follow."""
    file = session_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made with its mode: a file that is narrowed afterwards can be read until then.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secret)


def forget() -> None:
    """Forget the session."""
    session_file().unlink(missing_ok=True)


def secret() -> str:
    """Return the secret of the session.

    Raises:
        NotSignedInError: there is none.
    """
    from tasks.ground.prefect_api import NotSignedInError

    file = session_file()
    kept = file.read_text().strip() if file.is_file() else ""
    if not kept:
        raise NotSignedInError
    return kept
