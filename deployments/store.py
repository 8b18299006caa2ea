"""The embedded object store: SeaweedFS on loopback ports, behind keys, with the evidence bucket as the laws want it."""

import contextlib
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from deployments.errors import UnsafeBucketError
from deployments.part import Part, bare_environment, program
from deployments.ports import STORE
from deployments.state import State, private_folder

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CANARY_BUCKET = "jtai-canary"
_CONDITION = "checks/put-once"
_CONDITION_KEPT = frozenset({409, 412})
_NOT_IMPLEMENTED = 501


def client(addresses: dict[str, str], region: str) -> "S3Client":
    """Return a client for the store that the addresses name."""
    return boto3.client(
        "s3",
        endpoint_url=addresses["JTAI_S3_ENDPOINT_URL"] or None,
        aws_access_key_id=addresses["JTAI_S3_ACCESS_KEY"],
        aws_secret_access_key=addresses["JTAI_S3_SECRET_KEY"],
        region_name=region,
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

    def __init__(self, state: State, ports: dict[str, int], region: str) -> None:
        self.folder = private_folder(state.folder / "s3")
        self.ports = ports
        self.secrets = state.secrets()
        self.region = region

    def addresses(self) -> dict[str, str]:
        """Return the settings by which the store is reached."""
        return {
            "JTAI_S3_ENDPOINT_URL": f"http://127.0.0.1:{self.ports['s3']}",
            "JTAI_S3_ACCESS_KEY": self.secrets["s3_access_key"],
            "JTAI_S3_SECRET_KEY": self.secrets["s3_secret_key"],
        }

    def part(self) -> Part:
        """Describe the store to the supervisor."""
        data, log = private_folder(self.folder / "data"), private_folder(self.folder / "log")
        return Part(
            name="store",
            command=[
                *(program("weed"), f"-logdir={log}", "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
                *(f"-{name}.port={self.ports[name]}" for name in STORE),
                *("-master.telemetry=false", "-webdav=false", "-admin.ui=false"),
                *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.autoCreateBucket=false"),
            ],
            environment=bare_environment() | self._keys(),
            ready=self.ready,
            folder=self.folder,
        )

    def _keys(self) -> dict[str, str]:
        """Return the keys without which the store's other ports would let anybody in."""
        return {
            "AWS_ACCESS_KEY_ID": self.secrets["s3_access_key"],
            "AWS_SECRET_ACCESS_KEY": self.secrets["s3_secret_key"],
            "WEED_JWT_SIGNING_KEY": self.secrets["jwt"],
            "WEED_JWT_SIGNING_READ_KEY": self.secrets["jwt_read"],
            "WEED_JWT_FILER_SIGNING_KEY": self.secrets["jwt_filer"],
            "WEED_JWT_FILER_SIGNING_READ_KEY": self.secrets["jwt_filer_read"],
            "GOMEMLIMIT": "400MiB",
        }

    def ready(self) -> bool:
        """Return whether an object can be put, read and deleted: the port answers before the volumes do."""
        s3 = client(self.addresses(), self.region)
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


def provision(s3: "S3Client", bucket: str, portal_url: str) -> None:
    """Make the evidence bucket with versions and object lock, and let the portal's pages upload to it.

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
    s3.put_bucket_cors(
        Bucket=bucket,
        CORSConfiguration={
            "CORSRules": [
                {
                    "AllowedOrigins": [portal_url],
                    "AllowedMethods": ["PUT", "GET"],
                    "AllowedHeaders": ["*"],
                    "ExposeHeaders": ["ETag", "x-amz-version-id"],
                    "MaxAgeSeconds": 3600,
                }
            ]
        },
    )
