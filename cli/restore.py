"""`jtai restore`: a backup into an empty stack; whether what was destroyed since stays destroyed is to be said."""

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
@click.option(
    "--without-outside",
    is_flag=True,
    help="No vault is left that knows: what was destroyed after the backup was made comes back and can be opened.",
)
@as_json
def command(folder: Path, key: Path, outside: str, without_outside: bool, as_json: bool) -> None:
    """Put a backup back into an empty stack, and compare every object with its digest.

    The stack must have the keys of the one that was lost (keys.json). A backup knows what was destroyed before it was
    made. Say where it stands what was destroyed since (--outside), or that this may come back (--without-outside).
    """
    from tasks.backup.pieces import read_key_file
    from tasks.backup.restoring import restore

    # A name that a shell left empty is no word for bringing back what was destroyed.
    if bool(outside) == without_outside:
        raise click.UsageError(
            "Give --outside with the vault of the stack that was lost, or a copy of it: then what was destroyed after "
            "the backup was made stays destroyed. Where there is none, give --without-outside: then it comes back."
        )
    restored = restore(folder, read_key_file(key), by="operator: restore", outside=outside or None)
    facts = {
        "at": restored.at.isoformat(),
        "objects": restored.objects,
        "keys": restored.keys,
        "destroyed": restored.destroyed,
        "left_out": restored.left_out,
        "inspections": restored.inspections,
        "without_key": restored.missing,
        "without_outside": without_outside,
    }
    lines = [
        f"Everything is as of {restored.at:%Y-%m-%d %H:%M:%S} UTC: {plural(restored.objects, 'object')}, each compared "
        f"with its digest, and {plural(restored.keys, 'key')}.",
    ]
    if without_outside:
        lines.append(
            f"No vault was asked what was destroyed since {restored.at:%Y-%m-%d %H:%M:%S} UTC. Whatever was destroyed "
            "after that came back with its key and can be opened. Look for certificates of destruction that were "
            "given out since, and destroy the same again."
        )
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
