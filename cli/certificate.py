"""`jtai certificate verify`: check the certificate of a destruction, when all else is gone."""

import sys
from pathlib import Path
from typing import Any

import click

from cli.options import answer, as_json, one_line


@click.group()
def command() -> None:
    """Check certificates of what was destroyed."""


@command.command(epilog="Example: jtai certificate verify X-1A2B3C4D-certificate.json --audit audit.jsonl")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "trusted", multiple=True, help="Public key (hex) or its id that you trust. Give it once for each key."
)
@click.option(
    "--audit",
    "audit",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Export of the inspection's audit chain, in which the certificate must stand.",
)
@click.option("--holds", "digest", default="", help="SHA-256 of a file: say whether it was among what was destroyed.")
@as_json
def verify(file: Path, trusted: tuple[str, ...], audit: Path | None, digest: str, as_json: bool) -> None:
    """Check form, counts and signature of a certificate, offline. Exit 1 where anything is wrong."""
    from models.words import plural
    from tasks.retention.certificates import check, holds

    data = file.read_bytes()
    entries, of_audit = _audit(audit) if audit else (None, [])
    checked = check(data, trusted=trusted, audit=entries)
    content, faults = checked.content, [*checked.faults, *of_audit]
    keys = holds(content, digest.strip().lower())
    counts = content["counts"]
    lines = [
        f"{content['inspection']}: {content['class']['label']}, destroyed at {content['destroyed_at']}.",
        f"{plural(counts['objects'], 'object')} and {plural(counts['rows'], 'row')} of the "
        f"ledger. SHA-256 of this certificate: {checked.sha256}",
        *([] if trusted else ["No key to trust was given: the signature fits the key in the file, whosever it is."]),
        _HELD_TO_NOTHING if audit else "No audit was given.",
        *([_destroyed(digest, keys)] if digest else []),
        *([_backups(content["backups"])] if "backups" in content else []),
        *_left(content.get("left_in_backups")),
        *(faults or ("Nothing is wrong with it.",)),
    ]
    given = {"sha256": checked.sha256, "faults": faults, "trusted": checked.trusted}
    given |= {"audited": checked.audited and not of_audit if audit else None, "holds": keys}
    answer(given, as_json=as_json, text="\n".join(map(one_line, lines)))
    sys.exit(1 if faults or (digest and not keys) else 0)


_HELD_TO_NOTHING = (
    "The audit was held to itself alone. Whoever rewrites all of it can make it whole again: hold it to an anchor with "
    "`jtai audit verify FILE --anchor FILE`."
)


def _left(number: object) -> list[str]:
    """Return what a certificate says of copies in backups that its destruction does not reach."""
    from models.words import noun, plural

    if type(number) is not int or number < 1:
        return []
    were = noun(number, "was", "were")
    return [
        f"{plural(number, 'object')} {were} sealed under a key that other files need: a copy in a backup can be read "
        "until that backup is removed."
    ]


def _backups(listed: object) -> str:
    """Return what a certificate says of backups; a file of others can say anything there."""
    from models.words import plural

    backups = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else None
    if backups is None:
        return (
            "No backup was known: keys that backups hold of it stay there until `jtai backup --forget` takes them out."
        )
    missed = [str(each.get("name")) or "their folder" for each in backups if each.get("why")]
    reached = f"Its keys are out of {plural(len(backups) - len(missed), 'backup')}."
    return f"{reached} Not reached: {', '.join(missed)}." if missed else reached


def _destroyed(digest: str, keys: list[str]) -> str:
    return f"{digest[:16]} was destroyed: {', '.join(keys)}." if keys else f"{digest[:16]} is not in it."


def _audit(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the entries of an export, and what is wrong with it: a chain that does not hold proves nothing."""
    from tasks.ledger.audit import verify as verify_chain
    from tasks.ledger.exports import read_export
    from tasks.retention.certificates import CertificateError

    export = read_export(path.read_bytes())
    if not export.entries:
        raise CertificateError(f"{path.name} is no export of an audit chain: write one with `jtai audit export`.")
    broken = verify_chain(export.entries, export.head)
    faults = [*export.faults, *([broken.to_message()] if broken else [])]
    return [entry.model_dump() for entry in export.entries], [f"The audit does not hold. {each}" for each in faults]


@command.command(epilog="Example: jtai certificate keys")
@as_json
def keys(as_json: bool) -> None:
    """Print the public keys by which our certificates are checked, the current one first."""
    from tasks.ground.signing import public_keys

    public = [{"id": key.id, "public_key": key.value} for key in public_keys()]
    answer({"keys": public}, as_json=as_json, text="\n".join(f"{each['id']}  {each['public_key']}" for each in public))
