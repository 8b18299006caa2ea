"""`python -m deployments.vault`: list the keys of the evidence, seal what lies plain, wrap all keys by a new one."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from deployments import store as embedded
from deployments.state import State, write_private
from models.key_ring import KeyRing, Purpose
from models.refusals import OperatorError
from models.scopes import parent_of, scope_of
from models.settings import settings
from models.words import plural
from tasks.ground import s3, vault
from tasks.ground.digests import sha256_of
from tasks.ground.keys import ring
from tasks.ground.sealing import MARK
from tasks.ground.store import STANDS_FOR, name_metadata
from validation.engine.confinement import leave_no_dump

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_HELP = """\
python -m deployments.vault             each scope with its key's id, and what was destroyed, when
python -m deployments.vault seal        seal every object that was stored before there was a vault; safe to repeat
python -m deployments.vault rewrap      wrap all keys by the key outside that is current, once it was replaced
python -m deployments.vault rewrap --forget-old     and then take the old keys outside out of the file of keys
What to do when a key leaks: docs/leaked-keys.md."""


def listing() -> str:
    """Return the scopes that have a key and those whose key was destroyed; no secret, and no count of files."""
    kept = [scope for scope in vault.scopes() if not parent_of(scope)]
    within = len(vault.scopes()) - len(kept)
    lines = [f"{scope}  has its key" for scope in kept]
    lines += [f"{stone.scope}  destroyed {stone.at:%Y-%m-%d %H:%M} UTC" for stone in vault.tombstones()]
    return "\n".join([*lines, f"{within} files have keys of their own."])


def seal_all(administration: "S3Client") -> int:
    """Seal every version that lies plain and should not, and remove the plain one; return how many. Safe to repeat.

    The sealed version carries the id of the plain one, by which the ledger knows it, and its lock. From then on, plain
    bytes are believed nowhere but where files arrive.

    Args:
        administration: a client whose key may remove locked versions.
    """
    count = sum(_seal(administration, key, plain) for key, plain in _plain_versions(administration))
    # Last: while anything of ours lies plain, plain bytes have to be believed.
    vault.refuse_plain()
    return count


def _plain_versions(client: "S3Client") -> Iterator[tuple[str, str]]:
    """Yield key and id of each version that lies plain and should not, of each object the oldest first."""
    pages = client.get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket)
    for page in pages:
        # A store lists the newest first. What is sealed last becomes the newest, and that must stay the one it was.
        for entry in reversed(page.get("Versions", ())):
            key, version = entry["Key"], entry["VersionId"]
            scope = scope_of(key)
            if scope and not vault.is_destroyed(scope) and not _is_sealed(client, key, version, entry["Size"]):
                yield key, version


def _is_sealed(client: "S3Client", key: str, version: str, size: int) -> bool:
    # A store refuses the range of an object that holds nothing.
    if size < len(MARK):
        return False
    start = client.get_object(Bucket=settings().s3_bucket, Key=key, VersionId=version, Range=f"bytes=0-{len(MARK) - 1}")
    return start["Body"].read() == MARK


def _seal(client: "S3Client", key: str, version: str) -> bool:
    bucket = settings().s3_bucket
    standing = [
        client.head_object(Bucket=bucket, Key=key, VersionId=each)["Metadata"].get(STANDS_FOR)
        for each in _versions(client, key)
    ]
    # Whoever was killed between the two steps has sealed it already, and only removes the plain version now.
    if version not in standing:
        _put_sealed(client, key, version)
    client.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)
    return True


def _put_sealed(client: "S3Client", key: str, version: str) -> None:
    from urllib.parse import unquote

    bucket = settings().s3_bucket
    # Read twice, since the digest goes into the header in front, and a large object is never whole in memory.
    digest = sha256_of(client.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].iter_chunks(1 << 20))
    answer = client.get_object(Bucket=bucket, Key=key, VersionId=version)
    metadata = {name: text for name, text in answer["Metadata"].items() if name not in {"filename", "sha256"}}
    metadata |= {STANDS_FOR: version, **name_metadata(key, unquote(answer["Metadata"].get("filename", "")))}
    lock: dict[str, Any] = {}
    # What nobody could destroy while it lay plain stays locked when it is sealed.
    if "ObjectLockRetainUntilDate" in answer:
        lock = {name: answer[name] for name in ("ObjectLockMode", "ObjectLockRetainUntilDate")}
    with closing(vault.seal_from(key, bytes.fromhex(digest), answer["Body"].read)) as body:
        client.put_object(
            Bucket=bucket, Key=key, Body=body, Metadata=metadata, ContentType=answer["ContentType"], **lock
        )


def _versions(client: "S3Client", key: str) -> list[str]:
    pages = client.get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket, Prefix=key)
    return [entry["VersionId"] for page in pages for entry in page.get("Versions", ()) if entry["Key"] == key]


def administration() -> "S3Client":
    """Return a client of the store that may remove locked versions: the embedded store's other key, or what is set.

    For a store of your own, set `JTAI_S3_ACCESS_KEY` and `JTAI_S3_SECRET_KEY` of a key that may, for this command.
    """
    options = settings()
    stored = State(options.state).read("secrets") if (options.state / "secrets.json").exists() else {}
    given = options.s3_access_key.get_secret_value() if options.s3_access_key else ""
    if not stored or given != stored.get("s3_access_key"):
        return s3.client()
    addresses = {
        "JTAI_S3_ENDPOINT_URL": options.required("s3_endpoint_url"),
        "JTAI_S3_ACCESS_KEY": stored["s3_admin_access_key"],
        "JTAI_S3_SECRET_KEY": stored["s3_admin_secret_key"],
        embedded.CA_FILE: str(options.s3_ca_file or ""),
    }
    return embedded.client(addresses, options.s3_region)


class OldKeyInUseError(OperatorError):
    """Some data key is still wrapped by an old key."""

    def __init__(self) -> None:
        super().__init__("Some keys are still wrapped by an old key outside. Run `python -m deployments.vault rewrap`.")


def forget_old() -> int:
    """Take the old keys outside out of the file of keys, once nothing in the vault needs them; return how many.

    Raises:
        OldKeyInUseError: something does.
        NoKeysFileError: the keys are not in a file.
    """
    from deployments.keys import keys_file

    # Whatever is still wrapped by an old key would never open again without it.
    if not vault.all_current():
        raise OldKeyInUseError
    path, keys = keys_file(), ring()
    current, *old = keys.keys[Purpose.EVIDENCE]
    write_private(path, KeyRing({**keys.keys, Purpose.EVIDENCE: (current,)}).to_text())
    return len(old)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deployments.vault", epilog=_HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("list", "seal", "rewrap"), default="list")
    parser.add_argument("--forget-old", action="store_true", help="after rewrap: keep the current key outside alone")
    given = parser.parse_args(arguments)
    if given.forget_old and given.what != "rewrap":
        parser.error("--forget-old goes with rewrap")
    try:
        sys.stdout.write(f"{_done(given)}\n")
    except OperatorError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _done(given: argparse.Namespace) -> str:
    if given.what == "seal":
        return f"{seal_all(administration())} objects were plain and are sealed now."
    if given.what == "rewrap":
        number = vault.rewrap()
        text = f"{plural(number, 'key')} {'is' if number == 1 else 'are'} wrapped by the new key now."
        if not given.forget_old:
            return text
        old = forget_old()
        return f"{text} {plural(old, 'old key')} outside {'is' if old == 1 else 'are'} forgotten."
    return listing()


if __name__ == "__main__":
    leave_no_dump()
    sys.exit(main())
