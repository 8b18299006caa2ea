"""The embedded object store: SeaweedFS on loopback ports, behind keys, with the evidence bucket as the laws want it."""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, SSLError

from deployments import certificates
from deployments.errors import OutsideStoreError, UnsafeBucketError
from deployments.part import Part, bare_environment, program
from deployments.ports import STORE
from deployments.state import State, private_folder, write_private

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CORSRuleTypeDef

CA_FILE = "JTAI_S3_CA_FILE"
"""The setting that names who vouches for the store."""

CANARY_BUCKET = "jtai-canary"
_CONDITION = "checks/put-once"
_CONDITION_KEPT = frozenset({409, 412})
_FORBIDDEN = 403
_NOT_IMPLEMENTED = 501
_APPLICATION = ("Read", "List", "GetObjectRetention", "PutObjectRetention")
_DESTRUCTION = ("Read", "List", "BypassGovernanceRetention")


def client(addresses: dict[str, str], region: str) -> "S3Client":
    """Return a client for the store that the addresses name."""
    return boto3.client(
        "s3",
        endpoint_url=addresses["JTAI_S3_ENDPOINT_URL"] or None,
        aws_access_key_id=addresses["JTAI_S3_ACCESS_KEY"],
        aws_secret_access_key=addresses["JTAI_S3_SECRET_KEY"],
        region_name=region,
        verify=addresses.get(CA_FILE) or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            # No proxy may step between, least of all to an address on this machine.
            proxies={},
            connect_timeout=2,
            read_timeout=10,
            # Whoever waits asks again anyway; here a failure is an answer.
            retries={"mode": "standard", "total_max_attempts": 1},
        ),
    )


class Store:
    """Where the embedded store lives, how it is started and when it can be trusted."""

    names: Sequence[str] = certificates.NAMES
    """Addresses and names at which it is reached."""

    def __init__(self, state: State, ports: dict[str, int], region: str, bucket: str) -> None:
        self.folder = private_folder(state.folder / "s3")
        self.certificates = state.folder / certificates.FOLDER
        self.destruction_file = state.destruction_file
        self.ports = ports
        self.secrets = state.secrets()
        self.region = region
        self.bucket = bucket

    def addresses(self) -> dict[str, str]:
        """Return the settings by which the store is reached."""
        return self._addresses("s3_access_key", "s3_secret_key")

    def administration(self) -> dict[str, str]:
        """Return the same with the key that may make buckets and lift locks; no program but the supervisor gets it."""
        return self._addresses("s3_admin_access_key", "s3_admin_secret_key")

    def destruction(self) -> dict[str, str]:
        """Return the same with the key that destroys objects of the evidence bucket, locked ones too."""
        return self._addresses("s3_destruction_access_key", "s3_destruction_secret_key")

    def _addresses(self, access_key: str, secret_key: str) -> dict[str, str]:
        return {
            "JTAI_S3_ENDPOINT_URL": f"https://{self.names[0]}:{self.ports['s3']}",
            CA_FILE: str(self.certificates / certificates.AUTHORITY),
            "JTAI_S3_ACCESS_KEY": self.secrets[access_key],
            "JTAI_S3_SECRET_KEY": self.secrets[secret_key],
        }

    def part(self) -> Part:
        """Describe the store to the supervisor, and write the files that say whom it lets in."""
        data, log = private_folder(self.folder / "data"), private_folder(self.folder / "log")
        certificates.secure(self.certificates, self.folder, datetime.now(UTC), self.names)
        identities = self.folder / "identities.json"
        write_private(identities, json.dumps({"identities": self._identities()}))
        own = self.destruction()
        keys = {"access_key": own["JTAI_S3_ACCESS_KEY"], "secret_key": own["JTAI_S3_SECRET_KEY"]}
        write_private(self.destruction_file, json.dumps(keys))
        return Part(
            name="store",
            command=[
                *(program("weed"), f"-logdir={log}", "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *(f"-{name}.port={self.ports[name]}" for name in STORE),
                *("-master.telemetry=false", "-webdav=false", "-admin.ui=false"),
                # The master's own HTTP asks nobody for a key, and one GET of it destroys a bucket with all its locks.
                "-disableHttp",
                # What a program puts straight into the store is sealed by us at its completion. Until then no file of
                # its volumes may hold it in plain, either.
                *("-s3.encryptVolumeData", "-filer.encryptVolumeData"),
                # And what was removed is gone from the disk within minutes.
                *("-master.garbageThreshold=0.000000001", "-master.vacuumIntervalSeconds=300"),
                # One port of S3, and it speaks TLS: with a second one for HTTPS the first would stay as it was.
                *(f"-s3.cert.file={self._certificate(certificates.CERTIFICATE)}", "-s3.port.https=0"),
                f"-s3.key.file={self._certificate(certificates.KEY)}",
                *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false", f"-s3.config={identities}"),
            ],
            environment=bare_environment() | self._keys(),
            ready=self.ready,
            folder=self.folder,
        )

    def _certificate(self, name: str) -> str:
        return str(self.certificates / name)

    def _identities(self) -> list[dict[str, Any]]:
        """Return who may do what in the store.

        The application's key reads and adds objects of the evidence bucket. It may lock a version, but not lift a lock.
        It may write below the bucket alone, so that it can set no rule by which objects end, and let nobody in. The
        destruction's own key may lift locks of objects there, and nothing about the bucket.
        """
        application = [f"{action}:{self.bucket}" for action in _APPLICATION]
        below = f"{self.bucket}/*"
        destruction = [*(f"{action}:{self.bucket}" for action in _DESTRUCTION), f"Write:{below}"]
        return [
            self._identity("jtai", self.addresses(), [*application, f"Write:{self.bucket}/*"]),
            self._identity("jtai-destruction", self.destruction(), destruction),
            self._identity("jtai-administration", self.administration(), ["Admin", "Read", "Write", "List", "Tagging"]),
        ]

    @staticmethod
    def _identity(name: str, addresses: dict[str, str], actions: list[str]) -> dict[str, Any]:
        keys = {"accessKey": addresses["JTAI_S3_ACCESS_KEY"], "secretKey": addresses["JTAI_S3_SECRET_KEY"]}
        return {"name": name, "credentials": [keys], "actions": actions}

    def _keys(self) -> dict[str, str]:
        """Return the keys without which the store's other ports for HTTP would let anybody in."""
        return {
            "WEED_JWT_SIGNING_KEY": self.secrets["jwt"],
            "WEED_JWT_SIGNING_READ_KEY": self.secrets["jwt_read"],
            "WEED_JWT_FILER_SIGNING_KEY": self.secrets["jwt_filer"],
            "WEED_JWT_FILER_SIGNING_READ_KEY": self.secrets["jwt_filer_read"],
            "GOMEMLIMIT": "400MiB",
        }

    def ready(self) -> bool:
        """Return whether an object can be put, read and deleted: the port answers before the volumes do."""
        s3 = client(self.administration(), self.region)
        try:
            with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
                s3.create_bucket(Bucket=CANARY_BUCKET)
            s3.put_object(Bucket=CANARY_BUCKET, Key="canary", Body=b"sings")
            sings = s3.get_object(Bucket=CANARY_BUCKET, Key="canary")["Body"].read() == b"sings"
            s3.delete_object(Bucket=CANARY_BUCKET, Key="canary")
        except (BotoCoreError, ClientError):
            return False
        return sings


def _keeps_conditions(s3: "S3Client", bucket: str) -> bool:
    """Return whether an object that must not be there yet is refused once it is."""
    # The first put may be the very first of this bucket; the second shows whether the condition is kept.
    for _ in range(2):
        try:
            s3.put_object(Bucket=bucket, Key=_CONDITION, Body=b"", IfNoneMatch="*")
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status not in {*_CONDITION_KEPT, _NOT_IMPLEMENTED}:
                raise
            return status in _CONDITION_KEPT
    return False


@contextlib.contextmanager
def turned_away(given: Mapping[str, str]) -> Iterator[None]:
    """Say in a sentence why an outside store lets us do nothing.

    Args:
        given: the settings of an outside store; none for the embedded one, whose faults are ours.

    Raises:
        OutsideStoreError: it does not answer, nobody that we believe vouches for it, or it refuses our keys.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as fault:
        if not given:
            raise
        raise OutsideStoreError(given["JTAI_S3_ENDPOINT_URL"], _why(fault)) from None


def _why(fault: BotoCoreError | ClientError) -> str:
    if isinstance(fault, SSLError):
        return f"is vouched for by nobody that this machine believes. Set {CA_FILE} to the PEM file of its authority"
    if isinstance(fault, ClientError):
        return (
            "refuses what we ask of it. Check JTAI_S3_ACCESS_KEY and JTAI_S3_SECRET_KEY, and that this key may make, "
            "list, read and write the bucket"
        )
    return "does not answer. Check JTAI_S3_ENDPOINT_URL, and that the store runs"


def provision(s3: "S3Client", bucket: str, portal_url: str) -> bool:
    """Make the evidence bucket with versions and object lock, and let the portal's pages upload to it.

    Returns:
        Whether the pages may; False where the key of an outside store may not say so, and its operator must.

    Raises:
        UnsafeBucketError: the bucket is there already, without versioning; or its store overwrites an object although
            it was asked to put it only where none is.
    """
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        raise UnsafeBucketError(bucket, "has no versioning; enable it")
    # Immutable versions rest on it (L2): two writers of one manifest must not both succeed.
    if not _keeps_conditions(s3, bucket):
        raise UnsafeBucketError(bucket, "lies in a store without conditional puts (If-None-Match); use one with them")
    rule: CORSRuleTypeDef = {
        "AllowedOrigins": [portal_url],
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag", "x-amz-version-id"],
        "MaxAgeSeconds": 3600,
    }
    try:
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != _FORBIDDEN:
            raise
        return False
    return True
