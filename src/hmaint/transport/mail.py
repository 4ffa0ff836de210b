"""Sends one mail by SMTP, with TLS before any password, within one limit for the whole conversation."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, make_msgid

from hmaint.errors import CouldNotLook
from hmaint.kit.text import harmless, one_line
from hmaint.model.channel import Secrecy
from hmaint.model.inventory import Limits
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget
from hmaint.transport.probe_tls import chain_words


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server and how to be let in."""

    address: str
    port: int
    tls: Secrecy = "starttls"
    verify: bool = True
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, in plain text."""

    sender: str
    to: Sequence[str]
    subject: str
    text: str
    at: datetime


def send_mail(post: Post, mail: Mail) -> None:
    """Hand a mail to a server, to every recipient or to none. Raises CouldNotLook with a reason in Chinese."""
    budget = Budget(Limits(connect=post.seconds, command=post.seconds))
    try:
        with _conversation(post, budget) as server:
            _deliver(server, mail)
    except ssl.SSLCertVerificationError as failure:
        why = f"邮件服务器的证书未通过验证：{chain_words(failure)}；内部证书可设置 verify: false"
        raise CouldNotLook(Seen.DENIED, why) from None
    except smtplib.SMTPResponseException as failure:
        raise CouldNotLook(Seen.DENIED, _refusal(failure)) from None
    except smtplib.SMTPRecipientsRefused as failure:
        words = "；".join(f"{name} {code}" for name, (code, _said) in failure.recipients.items())
        raise CouldNotLook(Seen.DENIED, f"收件人被拒绝：{one_line(words, 120)}") from None
    except smtplib.SMTPServerDisconnected:
        raise CouldNotLook(Seen.UNREACHABLE, "邮件服务器中途断开连接，或应答不是 SMTP") from None
    except smtplib.SMTPNotSupportedError:
        raise CouldNotLook(Seen.UNSUPPORTED, "邮件服务器不支持所要求的 STARTTLS 或登录") from None
    except (smtplib.SMTPException, ValueError) as failure:
        raise CouldNotLook(Seen.GARBLED, f"邮件没有发出（{type(failure).__name__}）") from None
    except OSError as failure:
        words = one_line(failure.strerror or type(failure).__name__, 80)
        raise CouldNotLook(Seen.UNREACHABLE, f"与邮件服务器的连接中断（{words}）") from None


@contextmanager
def _conversation(post: Post, budget: Budget) -> Iterator[smtplib.SMTP]:
    """An open, secured and logged-in conversation; the library waits anew for each piece, so a watch ends it."""
    link = budget.dial(post.address, post.port)
    server = _Dialled(link, post, budget)
    late = threading.Event()
    watch = threading.Timer(budget.left(), _hang_up, (server, late))
    watch.daemon = True
    watch.start()
    try:
        server.greet()
        yield server
    except (OSError, smtplib.SMTPException, CouldNotLook):
        if late.is_set() or budget.spent():
            words = f"邮件服务器 {post.seconds:g} 秒内没有答完"
            raise CouldNotLook(Seen.TIMED_OUT, words) from None
        raise
    finally:
        watch.cancel()
        server.close()


def _hang_up(server: smtplib.SMTP, late: threading.Event) -> None:
    late.set()
    link = server.sock
    if link is not None:
        with suppress(OSError):
            # The plain socket's way: that of a secured one forgets its state, which the other thread is using.
            socket.socket.shutdown(link, socket.SHUT_RDWR)


class _Dialled(smtplib.SMTP):
    """The library's client over a connection made by us, whose time is counted once for everything."""

    def __init__(self, link: socket.socket, post: Post, budget: Budget) -> None:
        own = link.getsockname()[0]
        # An address, as RFC 5321 has it for who has no name: many servers take no made-up one.
        super().__init__(local_hostname=f"[IPv6:{own}]" if ":" in own else f"[{own}]", timeout=post.seconds)
        self.sock = self._link = link
        self._post = post
        self._budget = budget

    def greet(self) -> None:
        """From the greeting to being let in. A password is never said in the clear."""
        post = self._post
        if post.tls == "tls":
            self._secure()
        self._link.settimeout(self._budget.left())
        code, words = self.getreply()
        if code != 220:  # noqa: PLR2004 - RFC 5321: service ready
            raise smtplib.SMTPConnectError(code, words)
        if post.tls == "starttls":
            self._change_to_tls()
        self.ehlo_or_helo_if_needed()
        if post.user and post.tls != "none":
            self.login(post.user, post.password)

    def _change_to_tls(self) -> None:
        # Not the library's own way, whose handshake no watch can end.
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("starttls"):
            raise smtplib.SMTPNotSupportedError
        code, words = self.docmd("STARTTLS")
        if code != 220:  # noqa: PLR2004 - RFC 3207: ready to start TLS
            raise smtplib.SMTPResponseException(code, words)
        self._secure()
        # Whatever was said before counts no longer (RFC 3207 4.2).
        self.file = None
        self.helo_resp = self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False

    def _secure(self) -> None:
        self._link = self._budget.secure(self._link, self._context(), self._post.address)
        self._link.settimeout(self._budget.left())
        self.sock = self._link

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._post.verify:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context


def _deliver(server: smtplib.SMTP, mail: Mail) -> None:
    refused = server.sendmail(mail.sender, list(mail.to), letter(mail).as_bytes(policy=POLICY))
    with suppress(smtplib.SMTPException, OSError):
        server.quit()
    if refused:
        words = "；".join(f"{name} {code}" for name, (code, _said) in refused.items())
        raise CouldNotLook(Seen.DENIED, f"有收件人被拒绝，其余已发出：{one_line(words, 120)}")


def letter(mail: Mail) -> EmailMessage:
    """Make the message: Chinese in its head and its body, no line of the body or the head can begin a new header."""
    message = EmailMessage()
    message["Subject"] = one_line(mail.subject, 150)
    message["From"] = f"hmaint <{mail.sender}>"
    message["To"] = ", ".join(mail.to)
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = make_msgid(domain=mail.sender.rpartition("@")[2])
    # Machines answer no machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    text = harmless(mail.text).encode("utf-8", "replace").decode()
    message.set_content(text, charset="utf-8", cte="base64")
    return message


def _refusal(failure: smtplib.SMTPResponseException) -> str:
    said = failure.smtp_error
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if failure.smtp_code < 0:
        return "端口上的应答不是 SMTP"
    what = "登录被拒绝" if isinstance(failure, smtplib.SMTPAuthenticationError) else "没有接受邮件"
    return f"邮件服务器{what}：{failure.smtp_code} {one_line(words, 100)}"
