"""The ways in which people and programs are told something without asking."""

from __future__ import annotations

from typing import Literal

from hmaint.kit.frozen import dataclass
from hmaint.model.secret import Secret

Medium = Literal["mail", "wecom", "dingtalk", "json"]
Secrecy = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell: a mailbox, a group of 企业微信 or 钉钉, or a program that takes JSON.

    `url` holds the whole webhook (its key is a secret); `address` is HOST:PORT of the mail server. Notices below
    `least` are not told here. `seconds` is the time one delivery may take altogether.
    """

    name: str
    medium: Medium
    address: str = ""
    url: Secret | None = None
    user: str = ""
    password: Secret | None = None
    sender: str = ""
    to: tuple[str, ...] = ()
    tls: Secrecy = "starttls"
    verify: bool = True
    sign: Secret | None = None
    token: Secret | None = None
    proxy: str = ""
    least: Literal["warning", "unknown", "critical"] = "warning"
    seconds: float = 15.0

    def secrets(self) -> tuple[Secret, ...]:
        """What must be resolved before anything is told here."""
        return tuple(one for one in (self.url, self.password, self.sign, self.token) if one is not None)


@dataclass(frozen=True, slots=True)
class Notify:
    """Through what to tell, and after how many seconds again while something stays bad."""

    channels: tuple[Channel, ...] = ()
    repeat: float = 86_400.0
