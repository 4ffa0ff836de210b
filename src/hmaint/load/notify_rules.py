"""What a channel must get right beyond the types of its values: what its medium needs, and no key in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from hmaint.kit.i18n import _, series
from hmaint.kit.text import one_line
from hmaint.load.compose import At
from hmaint.load.notify_entries import MEDIA
from hmaint.load.site_view import Written, Wrong, mapping, views

_ONLY = {
    "mail": ("user", "password", "from", "to", "tls"),
    "dingtalk": ("sign",),
    "json": ("token",),
    "wecom": (),
}
_SECRET = ("password", "wecom", "dingtalk", "sign", "token")


def wrong_channels(document: object) -> Iterator[Wrong]:
    """Find channels of no medium or of two, and those that lack what theirs needs or have what another's takes."""
    for at, name, channel in _channels(document):
        label = one_line(name, 64)
        media = [medium for medium in MEDIA if medium in channel]
        if len(media) != 1:
            words = _("channel {name} takes one of {media}; it has {count}")
            yield Wrong(at, words.format(name=label, media=series(MEDIA), count=len(media)), key=True)
        else:
            yield from _of_medium(at, label, channel, media[0])


def _of_medium(at: At, name: str, channel: Written, medium: str) -> Iterator[Wrong]:
    foreign = [key for other, keys in _ONLY.items() if other != medium for key in keys if key in channel]
    if medium == "mail" and "proxy" in channel:
        foreign.append("proxy")
    for key in foreign:
        words = _("channel {name}: {key} does not go with {medium}")
        yield Wrong((*at, key), words.format(name=name, key=key, medium=medium), key=True)
    if medium == "mail":
        yield from _mail(at, name, channel)


def _mail(at: At, name: str, channel: Written) -> Iterator[Wrong]:
    for key in ("from", "to"):
        if not channel.get(key):
            yield Wrong(at, _("channel {name} lacks {key}").format(name=name, key=key), key=True)
    if ("user" in channel) != ("password" in channel):
        words = _("channel {name}: user and password stand together or not at all")
        yield Wrong(at, words.format(name=name), key=True)
    if channel.get("tls") == "none" and "password" in channel:
        words = _("channel {name}: a password is not sent in the clear; use tls: starttls or tls: tls")
        yield Wrong((*at, "tls"), words.format(name=name))


def written_out_channels(document: object) -> Iterator[tuple[At, str]]:
    """Find every key and password of channels that is written into the file."""
    for at, _name, channel in _channels(document):
        for key in _SECRET:
            if isinstance(channel.get(key), str):
                yield (*at, key), key
        # A program's own address may be written; what stands behind its question mark is most often a key.
        address = channel.get("json")
        if isinstance(address, str) and _asks(address):
            yield (*at, "json"), "json"


def _asks(address: str) -> bool:
    try:
        return bool(urlsplit(address).query)
    except ValueError:
        return False


def _channels(document: object) -> Iterator[tuple[At, str, Written]]:
    places: list[tuple[At, Written]] = [(("notify",), mapping(mapping(document).get("notify")))]
    places += [((*view.at, "notify"), mapping(view.site.get("notify"))) for view in views(document)]
    for at, entry in places:
        for name, channel in mapping(entry.get("channels")).items():
            if isinstance(name, str):
                yield (*at, "channels", name), name, mapping(channel)
