"""Listens to a queue of S3 notifications: a message is deleted only after the object that it names is recorded."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from models.settings import settings
from tasks.ground.log import log
from tasks.returns.arrivals import object_arrived
from tasks.returns.notifications import hints_in, parsed, unwrapped

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

WAIT_SECONDS = 20
_AT_ONCE = 10
"""The most that SQS gives at once; fewer would only mean more calls."""


def client() -> "SQSClient":
    """Return a client of the queue's service; credentials come from where boto3 looks for them."""
    import boto3

    options = settings()
    return boto3.client("sqs", endpoint_url=options.queue_endpoint_url, region_name=options.s3_region)


def listen(queue: "SQSClient", url: str, stop: Callable[[], bool], wait_seconds: int = WAIT_SECONDS) -> int:
    """Take the objects that a queue's messages name until `stop` returns True; return how many messages were deleted.

    A message that makes no sense is deleted, since another look would make none either: the sweep finds any object
    that it meant. A message stays, and comes back, where a fault of ours kept its object from being taken.

    Args:
        queue: the service.
        url: of the queue.
        stop: called before each look.
        wait_seconds: how long one look waits for a message, 0 to 20.
    """
    done = 0
    while not stop():
        answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=_AT_ONCE, WaitTimeSeconds=wait_seconds)
        for message in answer.get("Messages", []):
            # Whatever is wrong with a message, the others of its batch are taken; this one comes back.
            try:
                _take(message.get("Body", ""))
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                done += 1
            except Exception as fault:  # its text may quote the message, so its kind is all that may be told
                log().error("queue.failed", fault=type(fault).__name__)
    return done


def _take(body: str) -> None:
    try:
        notification = unwrapped(parsed(body))
    except ValueError:
        log().warning("queue.no-json")
        return
    for hint in hints_in(notification):
        object_arrived(hint.bucket, hint.key, hint.version_id)
