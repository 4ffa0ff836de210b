"""The YAML door: what it lets in, what it refuses, and where it says so."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hmaint.errors import BadFile, Place
from hmaint.load import yaml as door
from hmaint.load.decode import text_of
from hmaint.load.yaml import Document, parse_yaml, read_yaml, survey_yaml
from hmaint.model.inventory import Secret

ALIAS_BOMB = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}]\n" for n in range(9))

# id: (bad text, where, words of the message, good twin)
BAD = {
    "tab_indent": ("a:\n\tb: 1\n", "2:1", "Tab", "a:\n  b: 1\n"),
    "tab_after_value": ("a: 1\n\tb: 2\n", "2:1", "Tab", "a: 1\nb: 2\n"),
    "at_sign": ("a: @x\n", "1:4", "以 @ 开头", "a: '@x'\n"),
    "backquote": ("a: `x\n", "1:4", "以 ` 开头", "a: '`x'\n"),
    "percent": ("a: %x\n", "1:4", "以 % 开头", "a: '%x'\n"),
    "colon_in_text": ("a: b: c\n", "1:5", "这里不能再有冒号", "a: 'b: c'\n"),
    "missing_colon": ("a: 1\nb\nc: 2\n", "2:1", "缺少冒号", "a: 1\nb:\nc: 2\n"),
    "full_width_colon": ("a：1\nc: 2\n", "2:2", "中文冒号", "a: 1\nc: 2\n"),
    "indentation": ("a:\n  b: 1\n c: 2\n", "3:2", "缩进", "a:\n  b: 1\n  c: 2\n"),
    "open_bracket": ("a: [1, 2\nb: 3\n", "1:4", "方括号", "a: [1, 2]\nb: 3\n"),
    "open_brace": ("a: {b: 1\nc: 3\n", "1:4", "花括号", "a: {b: 1}\nc: 3\n"),
    "open_quote": ("a: 1\nb: 'x\nc: 1\n", "2:4", "引号没有配对", "a: 1\nb: 'x'\nc: 1\n"),
    "stray_bracket": ("a: ]\n", "1:4", "右方括号", "a: ']'\n"),
    "double_comma": ("a: [1,,2]\n", "1:7", "逗号", "a: [1,2]\n"),
    "list_then_key": ("- a\nb: 1\n", "2:1", "缩进", "- a\n- b: 1\n"),
    "list_on_one_line": ("a: - b\n", "1:4", "另起一行", "a:\n  - b\n"),
    "backslash": ('a: "C:\\Users"\n', "1:9", "反斜杠", "a: 'C:\\Users'\n"),
    "after_quote": ("a: 'x' y\n", "1:8", "引号后面还有文字", "a: x y\n"),
    "star_glob": ("a: [*.log]\n", "1:6", "以 * 开头", "a: ['*.log']\n"),
    "alias": ("a: *abc\n", "1:4", "锚点", "a: &abc df\nb: *abc\n"),
    "anchor": ("a: &abc [1]\n", "1:4", "锚点", "a: &abc 1\n"),
    "merge_key": ("a: 1\n<<: {b: 1}\n", "2:1", "合并键", "a: 1\n'<<': {b: 1}\n"),
    "block_text": ("a: |abc\n", "1:5", "以 | 或 >", "a: '|abc'\n"),
    "pipe_in_a_list": ("a: [|x]\n", "1:5", "以 | 开头", "a: ['|x']\n"),
    "question_mark": ("a: ? x\n", "1:4", "以 ? 开头", "a: '? x'\n"),
    "unknown_tag": ("a: !hunter2\n", "1:4", "以 ! 开头", "a: '!hunter2'\n"),
    "unknown_handle": ("a: !hun!ter2\n", "1:4", "以 ! 开头", "a: '!hun!ter2'\n"),
    "python_tag": ("a: !!python/object/apply:os.system ['id']\n", "1:4", "标签", "a: ['id']\n"),
    "secret_is_a_password": ("a: !secret p@ss w0rd\n", "1:4", "不能写口令本身", "a: !secret icu-main\n"),
    "secret_list": ("a: !secret [x]\n", "1:4", "标签", "a: !secret x\n"),
    "env_name": ("a: !env 1x\n", "1:4", "环境变量名", "a: !env X1\n"),
    "duplicate_key": ("a: 1\nb: 2\na: 3\n", "3:1", "键 a 重复：第 1 行", "a: 1\nb: 2\nc: 3\n"),
    "duplicate_number_key": ("1: a\n1: b\n", "2:1", "键 1 重复：第 1 行", "1: a\n2: b\n"),
    "null_key": ("~: 1\n", "1:1", "键必须是文字", "'~': 1\n"),
    "bool_key": ("true: 1\n", "1:1", "键必须是文字", "'true': 1\n"),
    "float_key": ("1.5: 1\n", "1:1", "键必须是文字", "'1.5': 1\n"),
    "list_key": ("? [a]\n: 1\n", "1:3", "不能是列表", "a: 1\n"),
    "bare_template": ("a: {{ x }}\n", "1:5", "{{ }}", "a: '{{ x }}'\n"),
    "two_documents": ("a: 1\n---\nb: 2\n", "2:1", "---", "---\na: 1\nb: 2\n"),
    "after_the_end": ("a: 1\n...\nb: 2\n", "3:1", "...", "a: 1\n...\n"),
    "yaml_2": ("%YAML 2.0\n---\na: 1\n", "1:1", "1.x", "%YAML 1.2\n---\na: 1\n"),
    "long_number": ("a: 1234567890123456789012\n", "1:4", "加引号", "a: '1234567890123456789012'\n"),
    "endless_number": ("a: 1e999\n", "1:4", "数字太大", "a: 1e30\n"),
    "control_character": ("a: 1\nb: x\x1b[31m\n", "2:5", "U+001B", 'a: 1\nb: "x\\e[31m"\n'),
    "zero_width_space": ("a: 1\nb\u200b: 2\n", "2:2", "U+200B", "a: 1\nb: 2\n"),
    "hidden_line_end": ("a: x\u2028b: 2\n", "1:5", "U+2028", "a: x\nb: 2\n"),
    "too_deep": ("[" * 5000, "1:51", "嵌套太深", "[" * 50 + "]" * 50),
}


def refused(text: str) -> BadFile:
    with pytest.raises(BadFile) as caught:
        parse_yaml(text, "f.yaml")
    return caught.value


@pytest.mark.parametrize("name", BAD)
def test_a_slip_is_refused_at_its_place_with_its_cure_and_its_good_twin_is_read(name: str) -> None:
    text, where, words, twin = BAD[name]
    bad = refused(text)
    assert str(bad).startswith(f"f.yaml:{where}: ")
    assert words in str(bad)
    assert isinstance(parse_yaml(twin, "f.yaml"), Document)


@pytest.mark.parametrize("name", BAD)
def test_without_libyaml_the_same_slips_are_refused_on_the_same_line(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_LOADER", yaml.SafeLoader)
    text, where, _, twin = BAD[name]
    assert refused(text).faults[0].place.line == int(where.split(":")[0])
    assert isinstance(parse_yaml(twin, "f.yaml"), Document)


@pytest.mark.parametrize(
    "text", ["a: !hunter2 x\n", "a: &hunter2\n", "a: *hunter2\n", "a: !secret hunter2 !\n", "a: @hunter2\n"]
)
def test_a_password_that_looks_like_yaml_never_reaches_the_message(text: str) -> None:
    assert "hunter2" not in str(refused(text))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("off", "off"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("22:30", "22:30"),
        ("12:00:00", "12:00:00"),
        ("08:00", "08:00"),
        ("2026-02-30", "2026-02-30"),
        ("2026-02-28", "2026-02-28"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("0b11", "0b11"),
        ("1e3", 1000.0),
        ("-1.5", -1.5),
        (".5", 0.5),
        ("0", 0),
        ("+12", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ('"10"', "10"),
        ("!!str 10", "10"),
        ("! 10", "10"),
        ("!secret icu-main", Secret("secret", "icu-main")),
        ("!env HIS_PASSWORD", Secret("env", "HIS_PASSWORD")),
        ("1.2.3", "1.2.3"),
        ("10.1.2.11", "10.1.2.11"),
    ],
)
def test_unquoted_words_mean_what_yaml_1_2_says(written: str, value: object) -> None:
    read = parse_yaml(f"k: {written}\n", "f.yaml").value
    assert read == {"k": value}
    assert isinstance(read, dict)
    assert type(read["k"]) is type(value)


def test_an_alias_bomb_is_refused_before_anything_is_expanded() -> None:
    assert "锚点" in str(refused(ALIAS_BOMB))


def test_all_slips_that_do_not_hide_each_other_are_told_at_once() -> None:
    bad = refused("a: {b: 1, b: 2}\na: &x [1]\nc: !foo y\nd: *e\n")
    assert [str(fault.place) for fault in bad.faults] == [
        "f.yaml:1:11",
        "f.yaml:2:1",
        "f.yaml:2:4",
        "f.yaml:3:4",
        "f.yaml:4:4",
    ]


def test_values_under_a_refused_key_do_not_disturb_their_neighbours() -> None:
    text = "? {a: 1, a: 2}\n: {b: 1}\n? [x]\n: {b: 1}\nc: {b: 3}\n"
    assert [fault.place.line for fault in refused(text).faults] == [1, 1, 3]


def test_every_value_and_key_knows_its_place() -> None:
    document = parse_yaml("a:\n  - x\n  - {b: 1,\n     c: }\n", "f.yaml")
    assert document.place(("a", 1, "b")) == Place("f.yaml", 3, 9)
    assert document.key_place(("a", 1, "c")) == Place("f.yaml", 4, 6)
    assert document.place(("a", 1, "nothing", "there")) == Place("f.yaml", 3, 5)
    assert document.key_place(("a", 0)) == Place("f.yaml", 2, 5)


def test_columns_count_characters_not_bytes() -> None:
    assert parse_yaml("{名字: 值}\n", "f.yaml").place(("名字",)) == Place("f.yaml", 1, 6)


@pytest.mark.parametrize(
    ("data", "where", "words"),
    [
        ("名字: 重症监护\n".encode("gbk"), "", "GBK 编码，请另存为 UTF-8"),
        ("a: 1\n名字: 重症监护系统\n".encode("gb18030"), ":2", "GBK 编码，请另存为 UTF-8"),
        ("a: 1\n".encode("utf-16"), ":1:1", "UTF-16 编码，请另存为 UTF-8"),
        ("a: 1\n".encode("utf-16-le"), ":1:1", "UTF-16 编码，请另存为 UTF-8"),
        (b"a: 1\nb: \xff\xff\xff\n", ":2", "不是 UTF-8"),
    ],
)
def test_another_encoding_is_named_and_the_cure_told(here: Path, data: bytes, where: str, words: str) -> None:
    (here / "f.yaml").write_bytes(data)
    with pytest.raises(BadFile) as caught:
        read_yaml(Path("f.yaml"))
    assert str(caught.value).startswith(f"f.yaml{where}")
    assert words in str(caught.value)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(here: Path) -> None:
    (here / "f.yaml").write_bytes("\ufeff名字: 重症监护\r\nb: 2\r\n".encode())
    assert read_yaml(here / "f.yaml").value == {"名字": "重症监护", "b": 2}


def test_a_file_over_its_limit_is_refused_and_one_at_its_limit_read(here: Path) -> None:
    path = here / "f.yaml"
    path.write_text("a: 12345\n", encoding="utf-8")
    assert read_yaml(path, max_bytes=9).value == {"a": 12345}
    with pytest.raises(BadFile, match="文件太大"):
        read_yaml(path, max_bytes=8)


def test_more_items_than_any_person_writes_are_refused() -> None:
    assert "内容太多" in str(refused("[" + "a," * 200_001 + "]"))


def test_a_missing_file_and_a_folder_are_told_in_one_line(here: Path) -> None:
    (here / "d").mkdir()
    for name, words in (("none.yaml", "文件不存在"), ("d", "不是普通文件")):
        with pytest.raises(BadFile, match=f"^{name}: {words}$"):
            read_yaml(here / name)


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has pipes in folders")
def test_a_pipe_is_refused_instead_of_waited_for(here: Path) -> None:
    os.mkfifo(here / "p.yaml")
    with pytest.raises(BadFile, match="不是普通文件"):
        read_yaml(here / "p.yaml")


def test_a_survey_hands_back_what_is_sound_beside_the_faults(here: Path) -> None:
    (here / "f.yaml").write_text("a: 1\na: 2\nb: 3\n", encoding="utf-8")
    document, faults = survey_yaml(here / "f.yaml")
    assert document.value == {"a": 1, "b": 3}
    assert [fault.place.line for fault in faults] == [2]


_YAMLISH = st.text(
    st.sampled_from(list("ab1:-?,[]{}#&*!|>'\"%@` \n\t~<.：\\e\x00é\ufeff\u2028")), max_size=60
)


def outcome(text: str) -> Document | BadFile:
    try:
        return parse_yaml(text, "f.yaml")
    except BadFile as bad:
        return bad


@given(st.one_of(_YAMLISH, st.text(max_size=80)))
def test_whatever_is_written_is_read_or_refused_in_words(text: str) -> None:
    came = outcome(text)
    if isinstance(came, Document):
        assert set(came.keys) <= set(came.places)
    else:
        assert came.faults
        assert all(fault.message and "\n" not in str(fault) for fault in came.faults)


@given(st.binary(max_size=200))
def test_whatever_bytes_are_in_a_file_they_are_text_or_refused(data: bytes) -> None:
    with contextlib.suppress(BadFile):
        assert isinstance(text_of(data, "f.yaml"), str)


_SCALARS = st.one_of(
    st.text(max_size=20), st.integers(-(10**17), 10**17), st.booleans(), st.none(), st.floats(-1e300, 1e300)
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(_VALUES)
def test_json_which_nobody_disputes_comes_back_as_it_was(value: object) -> None:
    came = outcome(json.dumps(value, ensure_ascii=False))
    if isinstance(came, Document):
        assert came.value == value
    else:
        assert "看不见的字符" in str(came)
