"""Who is told, as it is written: `notify:` at the top of an inventory and of a site."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from hmaint.kit.i18n import _
from hmaint.load import addresses
from hmaint.load.fields import Duration, Entry, HostPort, Line, Listed, Named, Password
from hmaint.model.channel import Channel, Notify, Secrecy
from hmaint.model.secret import Secret

MEDIA = ("mail", "wecom", "dingtalk", "json")
_MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?"
)


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        raise ValueError(_("must be a bare mail address, such as ops@example.cn"))
    return text


def _webhook(value: Secret | str) -> Secret | str:
    if isinstance(value, str):
        addresses.url(value)
    return value


Mailbox = Annotated[str, AfterValidator(_mailbox)]
Webhook = Annotated[Password, AfterValidator(_webhook)]


class ChannelEntry(Entry):
    """One way to tell; the key `mail`, `wecom`, `dingtalk` or `json` says which."""

    mail: HostPort = ""
    wecom: Webhook | None = None
    dingtalk: Webhook | None = None
    json_: Webhook | None = Field(default=None, alias="json")
    user: Line = ""
    password: Password | None = None
    from_: Mailbox = Field(default="", alias="from")
    to: Listed[Mailbox] = ()
    tls: Secrecy = "starttls"
    verify: bool = True
    sign: Password | None = None
    token: Password | None = None
    proxy: HostPort = ""
    least: Literal["warning", "unknown", "critical"] = "warning"
    timeout: Duration = 15.0


class NotifyEntry(Entry):
    """Channels by name; a site's come beside those at the top, and replace those of the same name."""

    channels: Named[ChannelEntry] = Field(default_factory=dict)
    repeat: Duration | None = None
    inherit: bool = True


def notified(above: Notify, entry: NotifyEntry) -> Notify:
    """Who is told at a place, given who is told above it."""
    channels = {each.name: each for each in above.channels} if entry.inherit else {}
    channels |= {name: _channel(name, each) for name, each in entry.channels.items()}
    return Notify(tuple(channels.values()), entry.repeat or above.repeat)


def _channel(name: str, entry: ChannelEntry) -> Channel:
    urls = {"wecom": entry.wecom, "dingtalk": entry.dingtalk, "json": entry.json_}
    medium = next((each for each in urls if urls[each] is not None), "mail")
    return Channel(
        name,
        medium,  # type: ignore[arg-type]  # one of the keys above
        address=entry.mail,
        url=_secret(urls.get(medium)),
        user=entry.user,
        password=_secret(entry.password),
        sender=entry.from_,
        to=entry.to,
        tls=entry.tls,
        verify=entry.verify,
        sign=_secret(entry.sign),
        token=_secret(entry.token),
        proxy=entry.proxy,
        least=entry.least,
        seconds=entry.timeout,
    )


def _secret(value: Secret | str | None) -> Secret | None:
    return Secret("plain", value) if isinstance(value, str) else value
