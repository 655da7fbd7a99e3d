"""A test message through one channel, now."""

from skywatch import i18n
from skywatch.config import Config
from skywatch.i18n import _
from skywatch.notify.transport import Apprise, Outcome, address


async def try_out(config: Config, name: str) -> Outcome:
    """What becomes of a test message; `name` is a channel of the configuration."""
    channel, send = config.settings.messages.channels[name], Apprise()
    where = address(channel.url, config.secrets.get(channel.credentials))
    with i18n.speaking(channel.language or config.settings.language):
        subject, body = _("skywatch: a test"), _("This channel works. Nothing is wrong, and nothing is to be done.")
    try:
        return await send(where, subject, body)
    finally:
        send.close()
