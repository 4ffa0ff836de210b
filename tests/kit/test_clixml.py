"""CLIXML as Windows PowerShell writes it, made words."""

from __future__ import annotations

import pytest

from hmaint.kit.clixml import told

HEAD = '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("plain 中文 <S>\n", "plain 中文 <S>\n"),
        (HEAD + '<S S="Error">拒绝访问_x000D__x000A_</S></Objs>', "拒绝访问\r\n"),
        (HEAD + '<S S="Error">a &lt;b&gt; &amp;amp; &quot;c&apos;</S></Objs>\n', "a <b> &amp; \"c'"),
        (HEAD + '<S S="Error">one</S><S S="verbose">no</S><S S="Warning">two</S></Objs>', "onetwo"),
        (HEAD + '<Obj S="progress"><AV>正在准备</AV></Obj></Objs>\n', ""),
        (f'before\n{HEAD}<S S="Error">x</S></Objs>\nafter\n', "before\nxafter\n"),
        (HEAD + '<S S="Error">torn', "torn"),
        (f'{HEAD}<S S="Error">a</S></Objs>{HEAD}<S S="Error">b</S></Objs>', "ab"),
    ],
)
def test_errors_and_warnings_are_words_and_the_rest_is_silence(text: str, words: str) -> None:
    assert told(text) == words
