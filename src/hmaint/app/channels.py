"""One notice through one channel: the words each medium gets, and the secrets it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from hmaint.model.channel import Channel
from hmaint.model.playbook import Level
from hmaint.model.secret import Secret
from hmaint.report.wording import LEVELS
from hmaint.transport.mail import Mail, Post, send_mail
from hmaint.transport.webhook import tell_program, tell_robot

_STATES = {"over": "恢复", "test": "测试"}
_FOOT = "本消息由 hmaint 自动发出，请勿回复。"


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice with all it is told with, masked. `state` is new, again, over or test."""

    site: str
    site_title: str
    topic: str
    state: str
    level: Level
    title: str
    text: str
    at: datetime

    @property
    def head(self) -> str:
        """The one line that says which system, how bad and what."""
        eased = self.state == "over" and self.level is not Level.OK
        word = LEVELS[self.level] if eased else _STATES.get(self.state) or LEVELS[self.level]
        rest = "（已减轻）" if eased else "（仍未解决）" if self.state == "again" else ""
        return f"【{word}】{self.site_title}：{self.title}{rest}"

    @property
    def body(self) -> str:
        """What stands below it."""
        return f"{self.text.strip()}\n\n{self.at:%Y-%m-%d %H:%M}\n{_FOOT}".lstrip()

    def plain(self) -> dict[str, object]:
        """The object `hmaint.notice/1`."""
        return {
            "schema": "hmaint.notice/1",
            "site": self.site,
            "system": self.site_title,
            "topic": self.topic,
            "state": self.state,
            "level": str(self.level),
            "title": self.title,
            "text": self.text,
            "at": self.at.isoformat(timespec="seconds"),
        }


def deliver(channel: Channel, letter: Letter, secret_of: Callable[[Secret], str]) -> None:
    """Tell it; CouldNotLook with a reason in Chinese where that fails."""

    def value(secret: Secret | None) -> str:
        return secret_of(secret) if secret else ""

    if channel.medium == "mail":
        _mail(channel, letter, value(channel.password))
        return
    url, sign, token = value(channel.url), value(channel.sign), value(channel.token)
    _learn_key(url, secret_of)
    how = {"seconds": channel.seconds, "verify": channel.verify, "proxy": channel.proxy}
    if channel.medium == "json":
        tell_program(url, letter.plain(), token=token, **how)  # type: ignore[arg-type]  # each of its own type
    else:
        text = f"{letter.head}\n{letter.body}"
        moment = round(letter.at.timestamp() * 1000)
        tell_robot(channel.medium, url, text, milliseconds=moment, sign=sign, **how)  # type: ignore[arg-type]  # as above


def _mail(channel: Channel, letter: Letter, password: str) -> None:
    address, _colon, port = channel.address.rpartition(":")
    post = Post(
        address.strip("[]"),
        int(port),
        tls=channel.tls,
        verify=channel.verify,
        user=channel.user,
        password=password,
        seconds=channel.seconds,
    )
    send_mail(post, Mail(channel.sender, channel.to, letter.head, letter.body, letter.at))


def _learn_key(url: str, secret_of: Callable[[Secret], str]) -> None:
    """Have the key within a webhook masked by itself, too: who answers may repeat it without the rest."""
    for _name, key in parse_qsl(urlsplit(url).query):
        secret_of(Secret("plain", key))
