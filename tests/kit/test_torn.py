"""What a cut leaves of a number, a key or a secret is masked as the whole would have been."""

from __future__ import annotations

import pytest

from hmaint.kit.redact import Redactor

CARD = "11010519491231002X"
KEY = "-----BEGIN RSA PRIVATE KEY-----"


@pytest.mark.parametrize("left", [7, 11, 17])
def test_a_number_before_a_cut_is_masked(left: int) -> None:
    assert Redactor().redact(f"患者 {CARD[:left]}…") == "患者 [身份证]…"


@pytest.mark.parametrize("text", ["剩 123456…", "延迟 0.1234567890…", "1234567890 字节…", "没有数字…"])
def test_what_is_no_torn_number_stays(text: str) -> None:
    assert Redactor().redact(text) == text


@pytest.mark.parametrize("left", [4, 8, 13])
def test_the_beginning_of_a_known_secret_before_a_cut_is_masked(left: int) -> None:
    secret = "Daten'bank\"#1 "
    assert Redactor(secrets=(secret,)).redact(f"denied for {secret[:left]}…") == "denied for [口令]…"
    assert Redactor(secrets=(secret,)).redact("denied for Dat…") == "denied for Dat…"


def test_a_private_key_on_one_line_that_was_cut_is_masked() -> None:
    assert Redactor().redact(f"x {KEY} MIIEpAIBAAKCAQEA7kyZ…") == "x [私钥]…"


def test_a_private_key_in_rows_is_masked_line_by_line_and_what_follows_is_kept() -> None:
    lines = ["before", KEY, "MIIEpAIBAAKCAQEA7kyZ", "", "-----END RSA PRIVATE KEY-----", "MIIEafterwards"]
    masked = [row["line"] for row in Redactor().redact_rows([{"line": line} for line in lines])]
    assert masked[0] == "before"
    assert masked[2] == "[私钥]"
    assert masked[5] == "MIIEafterwards"


def test_a_key_that_never_ends_masks_no_more_than_what_could_be_its_body() -> None:
    rows = [{"line": line} for line in (KEY, "MIIEpAIBAAKCAQEA7kyZ", "2026-11-20 磁盘已满", "normal")]
    assert [row["line"] for row in Redactor().redact_rows(rows)][1:] == [
        "[私钥]",
        "2026-11-20 磁盘已满",
        "normal",
    ]
