"""A bucket that keeps no versions is refused: what is overwritten there would be lost."""

from uuid import uuid4

import pytest

from deployments import store
from deployments.errors import UnsafeBucketError
from models.settings import settings


def test_l2_a_bucket_without_versions_is_refused_and_left_as_it_is(storage: dict[str, str]) -> None:
    s3, bucket = store.client(storage, settings().s3_region), f"plain-{uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    with pytest.raises(UnsafeBucketError, match=bucket):
        store.provision(s3, bucket, "http://127.0.0.1")
    assert s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled"
    s3.delete_bucket(Bucket=bucket)
