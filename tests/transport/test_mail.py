"""Mail against a real server: what arrives, what is never said in the clear, and what a bad server costs."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from hmaint.errors import CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.transport.mail import Mail, Post, send_mail
from tests.services.mailbox import Mailbox
from tests.services.web import Authority, listening

AT = datetime(2026, 11, 25, 3, 10, tzinfo=CHINA)
MAIL = Mail(
    "hmaint@h.example",
    ("ops@h.example", "b@h.example"),
    "【严重】重症监护系统：备份异常",
    "第一行\n第二行",
    AT,
)
SECRET = "Pa55-word!"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.fixture
def box() -> Iterator[Mailbox]:
    made = Mailbox()
    yield made
    made.stop()


def post(box: Mailbox, **how: object) -> Post:
    box.start()
    return replace(Post("127.0.0.1", box.port, tls="none", seconds=20), **how)  # type: ignore[arg-type]  # its fields


def refused(box: Post, mail: Mail = MAIL) -> str:
    with pytest.raises(CouldNotLook) as caught:
        send_mail(box, mail)
    return caught.value.reason


def test_a_mail_arrives_whole_and_in_chinese(box: Mailbox) -> None:
    send_mail(post(box), MAIL)
    letter = box.letters[0]
    assert letter["Subject"] == "【严重】重症监护系统：备份异常"
    assert letter.get_content() == "第一行\n第二行\n"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == AT
    assert box.envelopes == [("hmaint@h.example", ("ops@h.example", "b@h.example"))]


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_login_happens_under_tls_only(box: Mailbox, trusted: Authority, tls: str) -> None:
    box.certificate, box.secured = trusted.issue("box", "127.0.0.1"), tls == "tls"
    box.user, box.password = "hmaint", SECRET
    send_mail(post(box, tls=tls, user="hmaint", password=SECRET), MAIL)
    assert len(box.letters) == 1
    said = {secure for secure, line in box.lines if line.startswith(("AUTH", "MAIL", "RCPT"))}
    assert said == {True}


def test_a_server_without_starttls_never_hears_the_password(box: Mailbox) -> None:
    box.user, box.password = "hmaint", SECRET
    assert "STARTTLS" in refused(post(box, tls="starttls", user="hmaint", password=SECRET))
    assert not any(line.startswith(("AUTH", "MAIL")) for _secure, line in box.lines)


def test_without_tls_nobody_logs_in(box: Mailbox) -> None:
    send_mail(post(box, tls="none", user="hmaint", password=SECRET), MAIL)
    assert not any("AUTH" in line for _secure, line in box.lines)


def test_a_wrong_password_is_told_as_such(box: Mailbox, trusted: Authority) -> None:
    box.certificate, box.user, box.password = trusted.issue("box", "127.0.0.1"), "hmaint", "another"
    assert refused(post(box, tls="starttls", user="hmaint", password=SECRET)).startswith(
        "邮件服务器登录被拒绝：535"
    )


def test_a_certificate_nobody_vouches_for_is_refused_unless_asked(box: Mailbox, authority: Authority) -> None:
    box.certificate = authority.issue("box", "127.0.0.1")
    there = post(box, tls="starttls")
    assert "verify: false" in refused(there)
    send_mail(replace(there, verify=False), MAIL)
    assert len(box.letters) == 1


def test_a_certificate_of_another_name_is_refused(box: Mailbox, trusted: Authority) -> None:
    box.certificate = trusted.issue("box", "other.example")
    assert "证书未通过验证" in refused(post(box, tls="starttls"))


def test_a_refused_recipient_is_told_and_the_others_get_it(box: Mailbox) -> None:
    box.refused = ("b@h.example",)
    assert "b@h.example 550" in refused(post(box))
    assert box.envelopes == [("hmaint@h.example", ("ops@h.example",))]


def test_all_recipients_refused_is_no_mail(box: Mailbox) -> None:
    box.refused = MAIL.to
    assert "收件人被拒绝" in refused(post(box))
    assert box.letters == []


def test_a_server_that_refuses_the_body_has_not_taken_it(box: Mailbox) -> None:
    box.answer = "552 mailbox full"
    assert "552 mailbox full" in refused(post(box))


def test_hostile_words_make_no_headers_and_no_second_mail(box: Mailbox) -> None:
    text = "a\r\n.\r\nMAIL FROM:<evil@x>\r\n\x1b[31m红\x00\ud800"
    mail = replace(MAIL, subject="x\r\nBcc: evil@example.com\r\n\r\nbody", text=text)
    send_mail(post(box), mail)
    assert box.letters[0]["Bcc"] is None
    assert box.letters[0]["Subject"] == "x Bcc: evil@example.com body"
    assert len(box.envelopes) == 1
    assert "\x1b" not in box.letters[0].get_content()


def silent(link: socket.socket) -> None:
    time.sleep(30)
    link.close()


def dripping(link: socket.socket) -> None:
    for _ in range(300):
        link.sendall(b"220-x\r\n")
        time.sleep(0.1)


def drips_after_hello(link: socket.socket) -> None:
    link.sendall(b"220 box\r\n")
    link.recv(100)
    dripping(link)


@pytest.mark.parametrize("behave", [silent, dripping, drips_after_hello])
def test_a_server_that_keeps_one_waiting_costs_its_limit_only(behave: object) -> None:
    listener = listening(behave)
    began = time.monotonic()
    assert "1 秒内没有答完" in refused(Post("127.0.0.1", listener.getsockname()[1], tls="none", seconds=1))
    assert time.monotonic() - began < 20
    listener.close()


def test_a_handshake_that_never_ends_costs_its_limit_only() -> None:
    listener = listening(silent)
    assert "1 秒" in refused(Post("127.0.0.1", listener.getsockname()[1], tls="tls", seconds=1))
    listener.close()


def test_a_port_nobody_listens_on_is_told_with_its_place() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert refused(Post("127.0.0.1", port, seconds=5)).startswith(f"127.0.0.1:{port} 连接被拒绝")


def test_something_else_on_the_port_is_no_mail_server() -> None:
    listener = listening(lambda link: (link.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"), link.close()))
    assert "SMTP" in refused(Post("127.0.0.1", listener.getsockname()[1], tls="none", seconds=5))
    listener.close()
