"""`python -m deployments.keys`: list the keys, replace one of them while everything runs, make new ones."""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy.exc import OperationalError

from deployments.state import write_private
from models.key_ring import KeyRing, Purpose, fresh_key, fresh_ring
from models.refusals import OperatorError
from models.settings import MissingSettingError, settings
from tasks.ground.database import transaction
from tasks.ground.keys import ring
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME
from tasks.people.sign_in_links import outbox_key

BY = "operator: keys"
_ALL = "all"
_HELP = """\
python -m deployments.keys                    each purpose with the ids of its keys, the current one first
python -m deployments.keys replace links      another key for sign-in links; the old ones end at once
python -m deployments.keys replace links --keep-old   the same, and what was made under the old key still counts
python -m deployments.keys operator           what an operator types in at /operator of the portal
python -m deployments.keys new                keys for a service that has none, to be put into its store of secrets
What to do when a key leaks: docs/leaked-keys.md."""


def listing(keys: KeyRing) -> str:
    """Return the ids of the keys for an operator, and no secret."""
    return "\n".join(
        f"{purpose.value.ljust(12)}{' '.join(key.id for key in keys.keys[purpose])}" for purpose in Purpose
    )


def replace(names: Iterable[Purpose], *, keep: bool = False) -> KeyRing:
    """Replace the current key of some purposes in the file of keys; every program has it from its next question on.

    Args:
        names: the purposes.
        keep: whether what was made under the old keys still counts.

    Raises:
        NoKeysFileError: the keys are not in a file.
        NotRecordedError: they are replaced, but the ledger could not be reached.
    """
    purposes, path = list(names), keys_file()
    changed = ring().replace(purposes, {purpose: fresh_key() for purpose in purposes}, keep=keep)
    # Before the record: a key that leaked ends, whatever becomes of the rest.
    write_private(path, changed.to_text())
    try:
        _record(changed, purposes)
    except (OperationalError, MissingSettingError):
        raise NotRecordedError from None
    return changed


def _record(changed: KeyRing, purposes: Iterable[Purpose]) -> None:
    with transaction() as session:
        for purpose in purposes:
            key, *old = changed.keys[purpose]
            facts = {"key": key.id, "old_kept": len(old)}
            audit.append(session, PROGRAMME, actor=BY, action="key.replaced", subject=purpose.value, facts=facts)


class NotRecordedError(OperatorError):
    """A key was replaced while the ledger could not be reached."""

    def __init__(self) -> None:
        super().__init__(
            "The keys are replaced. The database did not answer, so the audit has no entry of it. "
            "Write down when and why you did it."
        )


class NoKeysFileError(OperatorError):
    """The keys come from the environment, where this program cannot write."""

    def __init__(self) -> None:
        super().__init__(
            "The keys are not in a file that can be replaced here. Replace them in your store of secrets: "
            "`python -m deployments.keys new` makes new ones, and docs/leaked-keys.md says what to keep of the old."
        )


def keys_file() -> Path:
    """Return the file of keys.

    Raises:
        NoKeysFileError: the keys are not in a file, or it cannot be replaced.
    """
    path = settings().keys_file
    # A folder that is mounted read-only, as a Secret of Kubernetes is, takes no new file.
    if settings().keys is not None or path is None or not os.access(path.parent, os.W_OK):
        raise NoKeysFileError
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deployments.keys", epilog=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("list", "replace", "operator", "new"), default="list")
    parser.add_argument("purposes", nargs="*", choices=(*Purpose, _ALL, []), metavar="PURPOSE", help=", ".join(Purpose))
    parser.add_argument("--keep-old", action="store_true", help="what was made under the old key still counts")
    given = parser.parse_args(arguments)
    if given.what == "replace" and not given.purposes:
        parser.error(f"say which key to replace: {', '.join(Purpose)} or {_ALL}")
    try:
        sys.stdout.write(f"{_done(given)}\n")
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _done(given: argparse.Namespace) -> str:
    if given.what == "new":
        return fresh_ring().to_text()
    if given.what == "operator":
        return outbox_key()
    if given.what == "replace":
        purposes = list(Purpose) if _ALL in given.purposes else [Purpose(name) for name in given.purposes]
        return listing(replace(purposes, keep=given.keep_old))
    return listing(ring())


if __name__ == "__main__":
    sys.exit(main())
