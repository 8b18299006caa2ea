"""Which channel the settings choose for notices."""

from models.settings import settings
from tasks.people.channels import Channel, ChannelRefusedError


def channel() -> Channel | None:
    """Return the channel that the settings name, or None for the local outbox.

    Raises:
        ChannelRefusedError: the settings name two channels, or one without all that it needs.
    """
    options = settings()
    if options.notify_key and options.smtp_url:
        raise ChannelRefusedError("The channel", "JTAI_NOTIFY_KEY and JTAI_SMTP_URL are both set, and one is needed")
    if options.notify_key:
        # Imported where it is used: most processes send nothing.
        from tasks.people.notify import Notify

        return Notify.of(options)
    if options.smtp_url:
        from tasks.people.smtp import Smtp

        return Smtp.of(options)
    return None
