"""GOV.UK Notify as a channel for notices: one template of ours with a subject and a body."""

import logging
import re
from collections.abc import Callable
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from models.settings import Settings
from tasks.people.channels import (
    AddressRefusedError,
    ChannelAwayError,
    ChannelBusyError,
    ChannelNotice,
    ChannelRefusedError,
    Receipt,
    receipt_of,
)

NAME = "GOV.UK Notify"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_KEY = re.compile(f".*{_UUID}-{_UUID}", re.IGNORECASE)
_SECONDS = 20


class Notify:
    """The service of GOV.UK that sends government's e-mail."""

    name = NAME

    def __init__(self, key: str, template: str, url: str) -> None:
        # Its methods have no types.
        untyped: Any = NotificationsAPIClient
        self._client = untyped(key, base_url=url, timeout=_SECONDS)
        self._template = template

    @classmethod
    def of(cls, options: Settings) -> "Notify":
        """Return the service that the settings name.

        Raises:
            ChannelRefusedError: the key has not the form of one, or the template is missing.
        """
        key = options.notify_key.get_secret_value() if options.notify_key else ""
        if not _KEY.fullmatch(key):
            raise ChannelRefusedError(NAME, "JTAI_NOTIFY_KEY is not a whole API key")
        if not options.notify_template:
            raise ChannelRefusedError(NAME, "JTAI_NOTIFY_TEMPLATE is not set")
        # Its own lines quote addresses of requests and answers (L5).
        logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL + 1)
        return cls(key, options.notify_template, options.notify_url)

    def sent_before(self, reference: str) -> str | None:
        """Return Notify's id of an e-mail with our reference that arrived or still may; None where it has none."""
        # Asked before a second try: a death after Notify took it leaves no trace here, and nobody is to get it twice.
        answer = _call(lambda: self._client.get_all_notifications(reference=reference))
        ids = [
            str(row["id"])
            for row in answer["notifications"]
            if row.get("reference") == reference
            and receipt_of(row["status"]) in {Receipt.ON_ITS_WAY, Receipt.DELIVERED}
        ]
        return ids[0] if ids else None

    def send(self, message: ChannelNotice) -> str:
        """Hand an e-mail over and return Notify's id of it."""
        fields = {"subject": message.subject, "body": message.body}
        answer = _call(
            lambda: self._client.send_email_notification(
                message.address, self._template, personalisation=fields, reference=message.reference
            )
        )
        return str(answer["id"])

    def receipt(self, channel_id: str) -> Receipt:
        """Return what became of an e-mail; Notify forgets it after the days of its own retention."""
        try:
            status = self._client.get_notification_by_id(channel_id)["status"]
        except APIError as error:
            if error.status_code == 404:
                return Receipt.FORGOTTEN
            raise _meaning(error) from None
        return receipt_of(status)


def _call(request: Callable[[], Any]) -> Any:
    try:
        return request()
    except APIError as error:
        raise _meaning(error) from None


def _meaning(error: APIError) -> Exception:
    """Return whose turn it is after an answer of Notify; its texts are looked at and never passed on (L5)."""
    status = error.status_code
    if status == 429:
        return ChannelBusyError()
    if status >= 500:
        # Also no answer at all, which the client calls 503.
        return ChannelAwayError()
    if status == 400:
        return AddressRefusedError() if _blames_address(error) else ChannelRefusedError(NAME, _reason(error))
    if status < 400:
        # Something between us answered in its place.
        return ChannelAwayError()
    if status in {401, 403}:
        return ChannelRefusedError(NAME, "it does not accept the key, or the clock of this machine is wrong")
    return ChannelRefusedError(NAME, f"it answers with status {status}")


def _blames_address(error: APIError) -> bool:
    # Notify blames its own template in the same status, which is our fault and not the address's.
    messages = error.message if isinstance(error.message, list) else []
    return any(
        row.get("error") == "ValidationError" and str(row.get("message", "")).startswith("email_address ")
        for row in messages
    )


def _reason(error: APIError) -> str:
    text = str(error.message).lower()
    if "team" in text or "trial" in text:
        return "the key or the service may write to its own team alone"
    if "template" in text or "personalisation" in text:
        return "the template is not there, or lacks the fields ((subject)) and ((body))"
    return "it does not accept the request"
