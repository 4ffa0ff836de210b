"""A mail server on loopback that takes what it is sent: plain, by STARTTLS or TLS at once, with a login or without."""

from __future__ import annotations

import base64
import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.services.web import listening


@dataclass
class Mailbox:
    """What came in. `lines` are all the words of clients, in the clear and secured, as the server heard them."""

    certificate: Path | None = None
    secured: bool = False
    user: str = ""
    password: str = ""
    refused: tuple[str, ...] = ()
    answer: str = "250 taken"
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    lines: list[tuple[bool, str]] = field(default_factory=list)

    def start(self) -> Mailbox:
        """Listen; `place` then says where."""
        self._listener = listening(self._serve)
        return self

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._listener.close()

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        assert self.certificate is not None
        context.load_cert_chain(self.certificate)
        return context

    def _serve(self, link: socket.socket) -> None:
        if self.secured:
            link = self._context().wrap_socket(link, server_side=True)
        _Talk(self, link, secure=self.secured).hold()


class _Talk:
    def __init__(self, box: Mailbox, link: socket.socket, *, secure: bool) -> None:
        self.box, self.link, self.secure = box, link, secure
        self.file = link.makefile("rb")
        self.sender, self.to, self.known = "", [], not box.user

    def say(self, words: str) -> None:
        self.link.sendall(words.encode() + b"\r\n")

    def hear(self) -> str:
        line = self.file.readline().decode("utf-8", "replace").rstrip("\r\n")
        self.box.lines.append((self.secure, line))
        return line

    def hold(self) -> None:
        self.say("220 box.test ESMTP")
        while line := self.hear():
            verb = line.split(" ", 1)[0].split(":", 1)[0].upper()
            if verb == "QUIT":
                self.say("221 bye")
                break
            getattr(self, f"on_{verb.lower()}", self.on_unknown)(line)
        self.link.close()

    def on_unknown(self, _line: str) -> None:
        self.say("500 what?")

    def on_ehlo(self, _line: str) -> None:
        offers = ["box.test", "8BITMIME"]
        offers += ["STARTTLS"] if self.box.certificate and not self.secure else []
        offers += ["AUTH PLAIN"] if self.box.user else []
        for number, offer in enumerate(offers):
            self.say(f"250{' ' if number == len(offers) - 1 else '-'}{offer}")

    def on_starttls(self, _line: str) -> None:
        self.say("220 go ahead")
        self.link = self.box._context().wrap_socket(self.link, server_side=True)
        self.file = self.link.makefile("rb")
        self.secure = True

    def on_auth(self, line: str) -> None:
        _user, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        self.known = (user, password) == (self.box.user, self.box.password)
        self.say("235 welcome" if self.known else f"535 no: {password}")

    def on_mail(self, line: str) -> None:
        self.sender = line.partition("<")[2].partition(">")[0]
        self.say("250 ok" if self.known else "530 who are you?")

    def on_rcpt(self, line: str) -> None:
        name = line.partition("<")[2].partition(">")[0]
        if name in self.box.refused:
            self.say("550 nobody of that name")
        else:
            self.to.append(name)
            self.say("250 ok")

    def on_data(self, _line: str) -> None:
        self.say("354 go on")
        text = b""
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                return
            text += line[1:] if line.startswith(b"..") else line
        if self.box.answer.startswith("2"):
            self.box.envelopes.append((self.sender, tuple(self.to)))
            letter = message_from_bytes(text, policy=default)
            assert isinstance(letter, EmailMessage)
            self.box.letters.append(letter)
        self.say(self.box.answer)

    def on_rset(self, _line: str) -> None:
        self.to = []
        self.say("250 ok")
