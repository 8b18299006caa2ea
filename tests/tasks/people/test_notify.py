"""GOV.UK Notify's answers mean what they mean: whose turn it is, in no words that quote anybody."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from models.settings import Settings
from tasks.people.channels import (
    AddressRefusedError,
    ChannelAwayError,
    ChannelBusyError,
    ChannelNotice,
    ChannelRefusedError,
    Receipt,
)
from tasks.people.notify import Notify
from tests.notify_server import KEY, TEMPLATE, Notifications, notify_server

pytestmark = pytest.mark.parts

MESSAGE = ChannelNotice("a1b2", "ola@police.jtai-area.uk", "Reading: POL-1", "We have not received POL-1.")


@pytest.fixture
def server() -> Iterator[Notifications]:
    with notify_server() as there:
        yield there


def service(server: Notifications, key: str = KEY, template: str = TEMPLATE) -> Notify:
    return Notify.of(Settings(notify_key=key, notify_template=template, notify_url=server.url))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, ChannelBusyError),
        (500, ChannelAwayError),
        (502, ChannelAwayError),
        (503, ChannelAwayError),
        (403, ChannelRefusedError),
        (401, ChannelRefusedError),
        (404, ChannelRefusedError),
        (413, ChannelRefusedError),
    ],
)
def test_each_status_says_whose_turn_it_is(server: Notifications, status: int, error: type[Exception]) -> None:
    server.answers = [status]
    with pytest.raises(error):
        service(server).send(MESSAGE)


def test_l5_a_wrong_address_is_blamed_and_quoted_nowhere(
    server: Notifications, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(AddressRefusedError) as raised:
        service(server).send(replace(MESSAGE, address="ola@refused.jtai-area.uk"))
    assert "ola" not in f"{raised.value!r} {caplog.text} {raised.value.__cause__}"
    assert raised.value.__suppress_context__


def test_other_refusals_with_400_blame_no_address(server: Notifications) -> None:
    with pytest.raises(ChannelRefusedError, match="template is not there"):
        service(server, template="00000000-0000-4000-8000-000000000000").send(MESSAGE)
    server.team = set()
    with pytest.raises(ChannelRefusedError, match="own team"):
        service(server).send(MESSAGE)


def test_a_service_that_is_not_there_or_is_something_else_is_away() -> None:
    with notify_server() as gone:
        there = service(gone)
    with pytest.raises(ChannelAwayError):
        there.send(MESSAGE)


def test_an_email_is_known_again_by_its_reference(server: Notifications) -> None:
    there = service(server)
    assert there.sent_before("a1b2") is None
    first = there.send(MESSAGE)
    assert there.sent_before("a1b2") == first
    assert there.sent_before("a1b3") is None
    server.becomes("a1b2", "technical-failure")
    assert there.sent_before("a1b2") is None
    assert there.receipt(first) is Receipt.SEND_AGAIN
    assert there.receipt("00000000-0000-4000-8000-000000000000") is Receipt.FORGOTTEN
