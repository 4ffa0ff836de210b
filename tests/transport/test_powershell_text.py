"""What goes to a Windows host and what comes back from it, as text."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hmaint.transport.powershell
from hmaint.model.look import Fragment
from hmaint.transport.powershell import build, plain

RUNNER = Path(hmaint.transport.powershell.__file__).with_name("runner.ps1").read_text("utf-8")
ESCAPED = re.search(r"\[regex\]::Replace\(\$text, '([^']+)'", RUNNER)


def emitted(text: str) -> str:
    """The emitter of JSON in the script: this pattern, on the 16-bit characters that .NET has."""
    assert ESCAPED is not None
    raw = text.encode("utf-16-le", "surrogatepass")
    units = "".join(chr(raw[n] | raw[n + 1] << 8) for n in range(0, len(raw), 2))
    return '"' + re.sub(ESCAPED[1], lambda found: f"\\u{ord(found[0]):04x}", units) + '"'


@given(st.text())
def test_whatever_a_host_says_leaves_it_as_json_in_plain_ascii(text: str) -> None:
    said = emitted(text)
    assert said.isascii()
    assert said.isprintable()
    assert json.loads(said) == text


@given(st.dictionaries(st.text(), st.text()), st.sampled_from(["utf-8", "gb18030"]))
def test_it_is_read_again_in_the_encoding_of_the_host(row: dict[str, str], encoding: str) -> None:
    line = "{" + ",".join(f"{emitted(name)}:{emitted(value)}" for name, value in row.items()) + "}"
    assert json.loads(plain(line.encode(), encoding).decode(encoding)) == row


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b'{"a": "\\u5bc6\\u7801=x"}\r\n', '{"a": "密码=x"}\n'),
        (b'{"a": "\\u5bc6\\u7801=x', '{"a": "密码=x'),
        (b'{"a": "\\ud800"}\n', '{"a": "\ufffd"}\n'),
        (b'{"a": "\\ud83d\\ude00"}\n', '{"a": "\U0001f600"}\n'),
        (b"plain\n", "plain\n"),
        (b"", ""),
    ],
)
def test_words_are_written_out_for_whoever_masks_them_even_where_a_line_was_torn(
    raw: bytes, wanted: str
) -> None:
    assert plain(raw, "utf-8").decode() == wanted


def test_what_an_encoding_cannot_write_hides_nothing_else() -> None:
    assert b"password=x" in plain(b'{"a": "\\u5bc6\\u7801 password=x"}', "latin-1")


def test_bytes_that_are_no_text_stay_as_they_are() -> None:
    assert plain(b"\xff\\u0041\n", "utf-8") == b"\xff\\u0041\n"


def test_every_fragment_stands_in_the_script_with_its_limits() -> None:
    fragments = [(3, Fragment("Get-Date # it's", language="powershell"), 1.5, 4096)]
    script = build(fragments, 60)
    text = base64.b64decode(script.text.split(b"'")[1]).decode()
    assert "[void]$jobs.Add(@(3, 1500, 4096, 'Get-Date # it''s'))\n" in text
    assert "$budget = 60000\n" in text
    assert f"$boundary = '{script.boundary.decode()}'\n" in text
    assert "# Runs" not in text
