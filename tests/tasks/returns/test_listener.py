"""The listener: whatever is wrong with one message of a batch, the others are taken and deleted."""

import json
from typing import Any

import pytest

from tasks.returns import listener

_GOOD = {
    "Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": "incoming/1"}}}]
}


class _Queue:
    """A queue with one batch, which refuses to delete some messages."""

    def __init__(self, bodies: list[str], kept: frozenset[str] = frozenset()) -> None:
        self.batch = [{"Body": body, "ReceiptHandle": str(number)} for number, body in enumerate(bodies)]
        self.kept = kept
        self.deleted: list[str] = []

    def receive_message(self, **_: object) -> dict[str, Any]:
        return {"Messages": self.batch}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 - the names are boto3's
        assert QueueUrl == "q"
        if ReceiptHandle in self.kept:
            raise ConnectionError
        self.deleted.append(ReceiptHandle)


def _listened(queue: _Queue) -> int:
    looks = iter([False, True])
    return listener.listen(queue, "q", lambda: next(looks), 0)  # type: ignore[arg-type]


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the keys that were taken; one of them never can be."""
    keys: list[str] = []

    def take(_bucket: str, key: str, _version: str) -> None:
        if key == "incoming/broken":
            raise RuntimeError(key)
        keys.append(key)

    monkeypatch.setattr(listener, "object_arrived", take)
    return keys


@pytest.mark.parametrize(
    "poison",
    [
        "[" * 400_000,
        '{"Records":' * 100_000,
        json.dumps({"Type": "Notification", "Message": "[" * 400_000}),
        json.dumps(_GOOD).replace("incoming/1", "\\ud800"),
        "no json",
        "9" * 5000,
        "null",
    ],
    ids=["lists", "objects", "within an envelope", "half a character", "no json", "a long number", "null"],
)
def test_l3_a_poisoned_message_drops_no_other_and_does_not_come_back(taken: list[str], poison: str) -> None:
    queue = _Queue([json.dumps(_GOOD), poison, json.dumps(_GOOD)])
    assert _listened(queue) == 3
    assert taken == ["incoming/1", "incoming/1"]
    assert queue.deleted == ["0", "1", "2"]


def test_l1_a_message_whose_object_could_not_be_taken_comes_back_alone(taken: list[str]) -> None:
    broken = json.dumps(_GOOD).replace("incoming/1", "incoming/broken")
    queue = _Queue([broken, json.dumps(_GOOD)])
    assert _listened(queue) == 1
    assert (taken, queue.deleted) == (["incoming/1"], ["1"])


def test_one_that_the_queue_does_not_delete_drops_no_other(taken: list[str]) -> None:
    queue = _Queue([json.dumps(_GOOD)] * 3, kept=frozenset({"1"}))
    assert _listened(queue) == 2
    assert len(taken) == 3
    queue.batch[0].pop("ReceiptHandle")
    assert _listened(queue) == 1
