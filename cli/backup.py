"""`jtai backup`: everything as of one moment, sealed under a key of its own, while all goes on."""

from pathlib import Path

import click

from cli.options import answer, as_json
from models.words import plural


@click.command(epilog="Example: jtai backup --out /mnt/copies/monday --key backup.key")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="New folder for the backup.")
@click.option("--key", type=click.Path(dir_okay=False, path_type=Path), help="File with the key or passphrase.")
@click.option("--new-key", type=click.Path(path_type=Path), help="Write a new key into this file, and do nothing else.")
@click.option(
    "--forget",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take the keys of what was destroyed since out of this backup, and do nothing else.",
)
@as_json
def command(out: Path | None, key: Path | None, new_key: Path | None, forget: Path | None, as_json: bool) -> None:
    """Back up the ledger, the evidence and its wrapped keys.

    Keep the key apart from the backup, and both apart from the keys of the stack: whoever wants to read a backup needs
    each of them. Runs and boards of Prefect are not in it.
    """
    from tasks.backup.making import forget as forget_keys
    from tasks.backup.making import make
    from tasks.backup.pieces import new_key_file, read_key_file

    if new_key:
        if new_key.exists():
            raise click.ClickException(f"{new_key} is there already, and a key is never written over.")
        new_key_file(new_key)
        answer({"key": str(new_key)}, as_json=as_json, text=f"The key is in {new_key}. Keep a copy elsewhere.")
        return
    if forget:
        removed = forget_keys(forget)
        answer({"forgotten": removed}, as_json=as_json, text=f"{plural(removed, 'key')} taken out of {forget}.")
        return
    if out is None or key is None:
        raise click.UsageError("Give --out and --key. `jtai backup --new-key FILE` makes a key.")
    made = make(out, read_key_file(key), by="operator: backup")
    facts = {
        "at": made.at.isoformat(),
        "objects": made.objects,
        "bytes": made.size,
        "keys": made.keys,
        "gone": made.gone,
    }
    text = (
        f"The backup shows {made.at:%Y-%m-%d %H:%M:%S} UTC: the ledger, {plural(made.objects, 'object')} "
        f"({made.size / 2**20:,.1f} MiB) and {plural(made.keys, 'key')}, in {out}."
    )
    if made.gone:
        text += f" Not in it, as they were sealed or destroyed meanwhile: {plural(made.gone, 'version')} of objects."
    answer(facts, as_json=as_json, text=text)
