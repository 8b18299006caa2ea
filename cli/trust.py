"""What a stranger holds a record to: public keys and anchors that reached them another way than the record itself."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tasks.ground.signing import PublicKey
    from tasks.ledger.anchored import Anchored

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FEWEST_DIGITS = 12

NOTHING_HELD = (
    "No anchor was given. Whoever rewrites all of a file can make it whole again: give an anchor kept elsewhere, "
    "--anchor FILE, or the entry and digest of a notice, --seen N HEX."
)
"""What is said where a chain in a file was held to itself alone."""


def key_option(*, required: bool = False) -> Callable[[Any], Any]:
    """Return the option `--key`, whose texts `trusted_keys` reads."""
    words = "Public key that you trust, 64 hexadecimal digits, as `jtai certificate keys` prints it."
    return click.option("--key", "key_texts", multiple=True, required=required, metavar="HEX", help=words)


anchor_option: Callable[[Any], Any] = click.option(
    "--anchor", "anchor_files", type=_FILE, multiple=True, help="Anchors that you kept: a file of one or more."
)
seen_option: Callable[[Any], Any] = click.option(
    "--seen",
    type=(click.IntRange(min=1), str),
    multiple=True,
    metavar="N HEX",
    help="Number and digest of an entry as a notice named them.",
)


def trusted_keys(texts: Sequence[str]) -> list["PublicKey"]:
    """Return the public keys that were given.

    Raises:
        click.UsageError: one is none.
    """
    from tasks.ground.signing import public_key

    keys = [public_key(text.strip().lower()) for text in texts]
    if None in keys:
        raise click.UsageError("A key is 64 hexadecimal digits, as `jtai certificate keys` prints it.")
    return [key for key in keys if key]


def kept_anchors(files: Sequence[Path]) -> list["Anchored"]:
    """Return the anchors in files that were kept elsewhere.

    Raises:
        click.ClickException: a file holds something that is no anchor.
    """
    from tasks.ledger.exports import read_anchors

    anchors = []
    for path in files:
        try:
            anchors += read_anchors(path.read_bytes())
        except ValueError:
            raise click.ClickException(f"{path} holds no anchors (`jtai audit anchors` writes them).") from None
    return anchors


def unseen(hashes: Sequence[str], seen: Sequence[tuple[int, str]]) -> list[str]:
    """Return where entries are not those that a notice named; a digest may be given by its first 12 digits or more.

    Args:
        hashes: of the chain's entries, in order.
        seen: number and digest of each entry that was named.

    Raises:
        click.UsageError: a digest is none.
    """
    sentences = []
    for number, digest in seen:
        if len(digest) < _FEWEST_DIGITS or not set(digest.lower()) <= set("0123456789abcdef"):
            raise click.UsageError(
                f"{digest[:80]!r} is no digest: give at least the first {_FEWEST_DIGITS} of its hexadecimal digits."
            )
        if number > len(hashes):
            sentences.append(f"The chain was cut: it has {len(hashes)} entries, and a notice named entry {number}.")
        elif not hashes[number - 1].startswith(digest.lower()):
            sentences.append(f"Entry {number}, or one before it, is not what it was when the notice named it.")
    return sentences
