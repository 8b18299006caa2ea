"""`jtai restore`: a backup into an empty stack; what was destroyed since stays destroyed."""

from pathlib import Path

import click

from cli.options import answer, as_json
from models.words import plural


@click.command(epilog="Example: jtai restore /mnt/copies/monday --key backup.key --outside /mnt/copies/vault")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True, help="Its key.")
@click.option(
    "--outside",
    default="",
    help="The vault of the stack that was lost, or a copy of it: what was destroyed since the backup stays destroyed.",
)
@as_json
def command(folder: Path, key: Path, outside: str, as_json: bool) -> None:
    """Put a backup back into an empty stack, and compare every object with its digest.

    The stack must have the keys of the one that was lost (keys.json). Without --outside, only what was destroyed before
    the backup is known to be destroyed.
    """
    from tasks.backup.pieces import read_key_file
    from tasks.backup.restoring import restore

    restored = restore(folder, read_key_file(key), by="operator: restore", outside=outside)
    facts = {
        "at": restored.at.isoformat(),
        "objects": restored.objects,
        "keys": restored.keys,
        "destroyed": restored.destroyed,
        "left_out": restored.left_out,
        "inspections": restored.inspections,
        "without_key": restored.missing,
    }
    lines = [
        f"Everything is as of {restored.at:%Y-%m-%d %H:%M:%S} UTC: {plural(restored.objects, 'object')}, each compared "
        f"with its digest, and {plural(restored.keys, 'key')}.",
    ]
    if restored.destroyed:
        lines.append(
            f"{plural(restored.left_out, 'object')} of {plural(len(restored.destroyed), 'scope')} stayed out, as "
            f"they are destroyed: {' '.join(restored.destroyed)}"
        )
    if restored.inspections:
        lines.append(
            f"Rows of these came back with the ledger, so destroy them again: {' '.join(restored.inspections)}"
        )
    if restored.missing:
        lines.append(
            f"The backup does not hold the keys of {plural(len(restored.missing), 'scope')}, and nothing says that "
            "these were destroyed. What they sealed cannot be opened. If `jtai backup --forget` did not take them "
            f"out, somebody else has: {' '.join(restored.missing)}"
        )
    answer(facts, as_json=as_json, text="\n".join(lines))
