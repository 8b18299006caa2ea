"""`jtai certificate verify`: check the certificate of a destruction, when all else is gone."""

import sys
from pathlib import Path

import click

from cli.options import answer, as_json


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

    checked = check(file.read_bytes(), trusted=trusted, audit=_entries(audit) if audit else None)
    content = checked.content
    keys = holds(content, digest.lower())
    counts = content.get("counts", {})
    lines = [
        f"{content.get('inspection')}: {content.get('class', {}).get('label')}, destroyed at "
        f"{content.get('destroyed_at')}.",
        f"{plural(int(counts.get('objects', 0)), 'object')} and {plural(int(counts.get('rows', 0)), 'row')} of the "
        f"ledger. SHA-256 of this certificate: {checked.sha256}",
        *([] if trusted else ["No key to trust was given: the signature fits the key in the file, whosever it is."]),
        *([] if audit else ["No audit was given."]),
        *([_destroyed(digest, keys)] if digest else []),
        *(checked.faults or ("Nothing is wrong with it.",)),
    ]
    given = {"sha256": checked.sha256, "faults": list(checked.faults), "trusted": checked.trusted}
    given |= {"audited": checked.audited, "holds": keys}
    answer(given, as_json=as_json, text="\n".join(lines))
    sys.exit(1 if checked.faults or (digest and not keys) else 0)


def _destroyed(digest: str, keys: list[str]) -> str:
    return f"{digest[:16]} was destroyed: {', '.join(keys)}." if keys else f"{digest[:16]} is not in it."


def _entries(path: Path) -> list[dict[str, object]]:
    import json

    from tasks.retention.certificates import CertificateError

    try:
        return [dict(json.loads(text)) for text in path.read_text().splitlines() if text.strip()]
    except ValueError:
        raise CertificateError(
            f"{path.name} is no export of an audit chain: write one with `jtai audit export`."
        ) from None


@command.command(epilog="Example: jtai certificate keys")
@as_json
def keys(as_json: bool) -> None:
    """Print the public keys by which our certificates are checked, the current one first."""
    from tasks.ground.signing import public_keys

    public = [{"id": key.id, "public_key": key.value} for key in public_keys()]
    answer({"keys": public}, as_json=as_json, text="\n".join(f"{each['id']}  {each['public_key']}" for each in public))
