"""An e-mail as evidence: it says who sent it and when, or nothing is claimed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hmaint.kit.letter import Letter, read_letter

WHOLE = (
    b"From: =?utf-8?B?5p2O5Li75Lu7?= <li@hospital.cn>\r\nDate: Wed, 25 Nov 2026 09:30:00 +0800\r\n"
    b"Message-ID: <abc@hospital.cn>\r\nSubject: x\r\n\r\nyes\r\n"
)


def test_an_e_mail_says_who_sent_it_when_and_its_id() -> None:
    letter = read_letter(WHOLE)
    assert (letter.sender, letter.id) == ("李主任 <li@hospital.cn>", "<abc@hospital.cn>")
    assert letter.sent_at is not None
    assert letter.sent_at.astimezone(UTC) == datetime(2026, 11, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00", b"%PDF-1.7\n", b"From\n\n", WHOLE.replace(b"Wed, 25 Nov 2026 09:30:00 +0800", b"gestern"),
        WHOLE.replace(b"+0800", b"-0000"),
    ],
)  # fmt: skip
def test_what_it_does_not_say_is_left_empty(content: bytes) -> None:
    assert read_letter(content).sent_at is None


def test_a_scan_says_nothing() -> None:
    assert read_letter(b"\x89PNG\r\n\x1a\n" + bytes(range(256))) == Letter()


def test_a_head_cannot_write_on_the_terminal() -> None:
    letter = read_letter(WHOLE.replace(b"=?utf-8?B?5p2O5Li75Lu7?=", b"=?utf-8?Q?=1B[31mX=0D=0Ay?="))
    assert "\x1b" not in letter.sender
    assert "\n" not in letter.sender
