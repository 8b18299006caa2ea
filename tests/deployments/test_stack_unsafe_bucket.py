"""A bucket that keeps no versions, or whose store overwrites what it should not, is refused."""

from uuid import uuid4

import pytest

from deployments import store
from deployments.errors import UnsafeBucketError
from models.settings import settings
from tests.proxies import Fault, before_store


def test_l2_a_bucket_without_versions_is_refused_and_left_as_it_is(administration: dict[str, str]) -> None:
    s3, bucket = store.client(administration, settings().s3_region), f"plain-{uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    with pytest.raises(UnsafeBucketError, match=bucket):
        store.provision(s3, bucket, "http://127.0.0.1")
    assert s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled"
    s3.delete_bucket(Bucket=bucket)


def test_l2_a_store_that_knows_no_conditions_is_refused(administration: dict[str, str]) -> None:
    bucket = settings().s3_bucket
    with before_store(administration["JTAI_S3_ENDPOINT_URL"]) as (proxy, url):
        s3 = store.client(administration | {"JTAI_S3_ENDPOINT_URL": url}, settings().s3_region)
        store.provision(s3, bucket, "http://127.0.0.1")
        proxy.order(Fault.UNCONDITIONAL, "PUT", "checks/put-once", times=2)
        with pytest.raises(UnsafeBucketError) as refused:
            store.provision(s3, bucket, "http://127.0.0.1")
    assert refused.value.to_message().startswith(f"Bucket {bucket} lies in a store without conditional puts")
