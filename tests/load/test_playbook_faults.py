"""Every way a playbook can be wrong, with its message and place, and its good twin."""
# ruff: noqa: E501 - a table with one case a line

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.errors import BadFile
from tests.load.test_playbook import load, step, write

HEAD = "name: inspect/x\ntitle: x\nvars: {limit: 85, names: [a], text: a}\nsteps:\n"
FIRST = HEAD.count("\n") + 1
"""The line of the first step's id; its lines follow in a fixed order."""

KEYS = ["id", "title", "do", "on", "with", "judge"]
GOOD = {
    "id": "a.b",
    "title": "标题",
    "do": "shell",
    "on": "hosts",
    "with": "{run: df}",
    "judge": "keep: true",
}


def text_of(**changes: str) -> str:
    lines = {**GOOD, **changes}
    judge = lines.pop("judge")
    body = [f"{name}: {value}" for name, value in lines.items() if value != "-"]
    return HEAD + "  - " + "\n    ".join([*body[:5], judge, *body[5:]]) + "\n"


def faults_of(workspace: Path, text: str) -> list[str]:
    write(workspace, inspect_x=text)
    try:
        load(workspace)
    except BadFile as bad:
        return [f"{fault.place.line}:{fault.place.column}: {fault.message}" for fault in bad.faults]
    return []


def test_the_good_twin_of_all_is_good(tmp_path: Path) -> None:
    assert faults_of(tmp_path, text_of()) == []


# (what differs from the good step, line after the id's, column, part of the message, the good twin)
WRONG = [
    ({"id": "Disk"}, 0, 9, "id 的写法不对", {"id": "linux.disk"}),
    ({"id": "disk"}, 0, 9, "id 的写法不对", {"id": "linux.disk"}),
    ({"id": "a..b"}, 0, 9, "id 的写法不对", {"id": "a.b.c"}),
    ({"title": "''"}, 1, 12, "title 不能少于 1 个字符", {"title": "t"}),
    ({"title": "5"}, 1, 12, "title 要写 文字", {"title": "'5'"}),
    ({"title": "-"}, 0, 5, "缺少 title", {"title": "t"}),
    ({"do": "shel"}, 2, 9, "没有步骤类型 shel，是否想写 shell？", {"do": "shell"}),
    ({"do": "xyzzy"}, 2, 9, "可以写 file、port、shell、sql", {"do": "shell"}),
    ({"on": "host"}, 3, 9, "是否想写 hosts？", {"on": "hosts"}),
    ({"on": "{}"}, 3, 9, "必须写且只能写", {"on": "{hosts: {}}"}),
    ({"on": "{hosts: {}, databases: {}}"}, 3, 9, "必须写且只能写", {"on": "{hosts: }"}),
    ({"on": "[hosts]"}, 3, 9, "on 要写", {"on": "hosts"}),
    ({"on": "{hosts: [db]}"}, 3, 17, "{roles: [db]}", {"on": "{hosts: {roles: [db]}}"}),
    ({"on": "{hosts: {rolse: db}}"}, 3, 25, "host 没有 rolse，是否想写 roles？", {"on": "{hosts: {roles: db}}"}),
    ({"on": "{hosts: {roles: []}}"}, 3, 25, "不空的列表", {"on": "{hosts: {roles: [a]}}"}),
    ({"on": "{hosts: {roles: {a: b}}}"}, 3, 25, "一个值", {"on": "{hosts: {roles: a}}"}),
    ({"on": "{hosts: {os: Linux}}"}, 3, 22, "请写进 when: host.os", {"when": "host.os == 'Linux'"}),
    ({"on": "{hosts: {password: x}}"}, 3, 28, "host 没有 password", {"on": "{hosts: {name: x}}"}),
    ({"on": "{hosts: {has: service}}"}, 3, 23, "是否想写 services？", {"on": "{hosts: {has: services}}"}),
    ({"on": "{databases: {engine: mysq1}}"}, 3, 30, "engine 不可能是 mysq1，是否想写 mysql？", {"on": "{databases: {engine: mysql}}"}),
    ({"on": "{endpoints: {types: https}}"}, 3, 29, "types 不可能是 https，是否想写 http？", {"on": "{endpoints: {types: http}}"}),
    ({"with": "{rum: df}"}, 4, 12, "是否想写 run？", {"with": "{run: df}"}),
    ({"with": "{run: df, codes: '0'}"}, 4, 28, "codes 要写 列表", {"with": "{run: df, codes: [0]}"}),
    ({"with": "{run: df, limit: 10x}"}, 4, 28, "limit", {"with": "{run: df, limit: 10s}"}),
    ({"with": "{run: df, parse: nosuch}"}, 4, 28, "parse", {"with": "{run: df, parse: df}"}),
    ({"with": "-"}, 2, 5, "run", {"with": "{run: df}"}),
    ({"with": ""}, 4, 5, "with 要写", {"with": "{run: df}"}),
    ({"do": "sql", "on": "databases", "with": "{query: delete from t}"}, 4, 19, "query", {"do": "sql", "on": "databases", "with": "{query: select 1}"}),
    ({"with": "{run: \"echo '{{ vars.text }}'\"}"}, 4, 17, "run：{{ }} 在 ' 之内", {"with": '{run: "echo {{ vars.text }}"}'}),
    ({"with": '{run: "echo {{ vars.txt }}"}'}, 4, 17, "vars.txt 没有在任何 vars: 中声明，是否想写 text？", {"with": '{run: "echo {{ vars.text }}"}'}),
    ({"with": '{run: "echo {{ mount }}"}'}, 4, 17, "不认识的名字 mount", {"with": '{run: "echo {{ host.name }}"}'}),
    ({"with": '{run: "echo {{ vars.text"}'}, 4, 17, "语法不对", {"with": '{run: "echo {{ vars.text }}"}'}),
    ({"with": '{run: df, limit: "{{ vars.text }}"}'}, 4, 28, "limit 不能使用 {{ }}", {"with": "{run: df, limit: 9s}"}),
    ({"judge": "keep: false"}, 5, 11, "keep", {"judge": "keep: true"}),
    ({"judge": "tags: [a]"}, 0, 5, "现在一个也没有", {"judge": "keep: true"}),
    ({"judge": "keep: true\n    found: warning"}, 0, 5, "现在写了 found、keep", {"judge": "found: warning"}),
    ({"judge": "found: warn"}, 5, 12, "是否想写 warning？", {"judge": "found: warning"}),
    ({"judge": "found: ok"}, 5, 12, "found 只能写", {"judge": "found: unknown"}),
    ({"judge": "found:"}, 5, 5, "空的", {"judge": "found: critical"}),
    ({"judge": "expect: {}"}, 5, 13, "expect 是空的，什么也没有要求", {"judge": "expect: {a: 1}"}),
    ({"judge": "expect:"}, 5, 5, "空的", {"judge": "expect: {a: 1}"}),
    ({"judge": "expect: {a: {}}"}, 5, 17, "期望是空的", {"judge": "expect: {a: 1}"}),
    ({"judge": "expect: {a: }"}, 5, 14, "{present: false}", {"judge": "expect: {a: {present: false}}"}),
    ({"judge": "expect: {a: {warnign: {gt: 1}}}"}, 5, 18, "不认识的比较 warnign", {"judge": "expect: {a: {warning: {gt: 1}}}"}),
    ({"judge": "expect: {a: {warning: {gt: 1}, critcal: {gt: 2}}}"}, 5, 36, "是否想写 critical？", {"judge": "expect: {a: {warning: {gt: 1}, critical: {gt: 2}}}"}),
    ({"judge": "expect: {a: {warning: {gte: 1}}}"}, 5, 28, "不认识的比较 gte，是否想写 gt？", {"judge": "expect: {a: {warning: {ge: 1}}}"}),
    ({"judge": "expect: {a: {matches: '(a+)+$'}}"}, 5, 27, "正则表达式不能使用", {"judge": "expect: {a: {matches: 'a+$'}}"}),
    ({"judge": 'expect: {a: {gt: "{{ vars.limti }}"}}'}, 5, 22, "是否想写 limit？", {"judge": 'expect: {a: {gt: "{{ vars.limit }}"}}'}),
    ({"judge": 'expect: {a: {all: [{gt: "{{ vars.limti }}"}]}}'}, 5, 29, "是否想写 limit？", {"judge": 'expect: {a: {all: [{gt: "{{ vars.limit }}"}]}}'}),
    ({"judge": 'expect: {a: {gt: "{{ vars.limit"}}'}, 5, 22, "语法不对", {"judge": 'expect: {a: {gt: "{{ vars.limit }}"}}'}),
    ({"judge": "changed: {key: []}"}, 5, 20, "key 不能少于 1 项", {"judge": "changed: {key: [a], new: warning}"}),
    ({"judge": "changed: {key: [a]}"}, 5, 14, "至少写一个级别", {"judge": "changed: {key: [a], gone: warning}"}),
    ({"judge": "changed: {key: [a], new: warning, against: portz}"}, 5, 48, "host 没有列表 portz", {"judge": "changed: {key: [a], new: warning, against: ports}"}),
    ({"when": "host.os = 'x'"}, 6, 11, "when：语法不对", {"when": "host.os == 'x'"}),
    ({"when": "host.oss == 'x'"}, 6, 11, "host 没有 oss，是否想写 os？", {"when": "host.os == 'x'"}),
    ({"when": "vars.limti > 1"}, 6, 11, "是否想写 limit？", {"when": "vars.limit > 1"}),
    ({"when": "database.version > '5'"}, 6, 11, "这个步骤检查的是 host，没有 database", {"when": "host.release > '5'"}),
    ({"when": "hots.os == 'x'"}, 6, 11, "不认识的名字 hots.os，是否想写 host？", {"when": "host.os == 'x'"}),
    ({"when": "used_pct > 5"}, 6, 11, "还没有读到的列", {"where": "used_pct > 5"}),
    ({"when": "site.nmae == 'x'"}, 6, 11, "是否想写 name？", {"when": "site.name == 'x'"}),
    ({"when": "vars"}, 6, 11, "vars 不能整个使用", {"when": "vars.limit > 1"}),
    ({"when": '"{{ host.os }}"'}, 6, 11, "不要写 {{ }}", {"when": "host.os == 'x'"}),
    ({"when": "true"}, 6, 11, "when 要写 文字", {"when": "'true'"}),
    ({"when": "cycler.__init__.__globals__"}, 6, 11, "不能读取", {"when": "host.os == 'x'"}),
    ({"where": "a in ('x')"}, 6, 12, "['x']", {"where": "a in ('x', 'y')"}),
    ({"where": "hots.os == a"}, 6, 12, "不认识的名字 hots.os", {"where": "host.os == a"}),
    ({"where": "a | default(1) > 2"}, 6, 12, "掩盖不存在的名字", {"where": "a > 2"}),
    ({"where": "a is matching('(a+)+')"}, 6, 12, "重复", {"where": "a is matching('a+')"}),
    ({"says": '"{{ a }"'}, 6, 11, "says：语法不对", {"says": '"{{ a }}"'}),
    ({"says": '"{% if a %}b{% endif %}"'}, 6, 11, "不能写 {%", {"says": "\"{{ 'b' if a else 'c' }}\""}),
    ({"says": '"{{ vars.limti }}"'}, 6, 11, "是否想写 limit？", {"says": '"{{ vars.limit }} {{ column }}"'}),
    ({"why": '"{{ column }}"'}, 6, 10, "还没有读到的列", {"why": '"{{ host.os }}"'}),
    ({"advice": '"{{ x() }}"'}, 6, 13, "没有可以调用的函数", {"advice": '"{{ x }}"'}),
    ({"empty": "okay"}, 6, 12, "是否想写 ok？", {"empty": "ok"}),
    ({"missing": "ok"}, 6, 14, "missing 只能写", {"missing": "warning"}),
    ({"metrics": "{used_pct: '%'}"}, 6, 15, "写法不对", {"metrics": "{disk.used_pct: '%'}"}),
    ({"metrics": "{disk.used_pct: }"}, 6, 15, "disk.used_pct", {"metrics": "{disk.used_pct: ''}"}),
    ({"tags": "[Monthly]"}, 6, 12, "写法不对", {"tags": "[monthly]"}),
    ({"tags": "monthly"}, 6, 11, "tags 要写 列表", {"tags": "[monthly]"}),
    ({"sevrity": "high"}, 6, 5, "不认识的键 sevrity", {"source": "high"}),
    ({"tag": "[a]"}, 6, 5, "不认识的键 tag，是否想写 tags？", {"tags": "[a]"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "line", "column", "message", "twin"), WRONG)
def test_a_fault_is_told_with_its_place_and_its_good_twin_passes(  # noqa: PLR0913, PLR0917 - a table's columns
    tmp_path: Path, changes: dict[str, str], line: int, column: int, message: str, twin: dict[str, str]
) -> None:
    found = faults_of(tmp_path, text_of(**changes))
    assert len(found) == 1, found
    assert message in found[0]
    assert found[0].startswith(f"{FIRST + line}:{column}: "), found[0]
    assert faults_of(tmp_path, text_of(**twin)) == []


HEADS = [
    ("name: Inspect\ntitle: x\nsteps: [S]", "1:7: name 的写法不对"),
    ("title: x\nsteps: [S]", "缺少 name"),
    ("name: inspect/x\nsteps: [S]", "缺少 title"),
    ("name: inspect/x\ntitle: x\n", "剧本没有任何步骤"),
    ("name: inspect/x\ntitle: x\nsteps: {}\n", "steps 要写 列表"),
    ("name: inspect/x\ntitle: x\nstep: []\n", "不认识的键 step，是否想写 steps？"),
    ("name: inspect/x\ntitle: x\nvars: {Limit: 1}\nsteps: [S]", "写法不对"),
    ("name: inspect/x\ntitle: x\nvars: {limit: }\nsteps: [S]", "limit"),
    ("name: inspect/x\ntitle: x\nvars: {limit: {a: 1}}\nsteps: [S]", "limit"),
    ("name: inspect/x\ntitle: x\nvars: {limit: !secret a}\nsteps: [S]", "limit"),
    ("name: inspect/x\ntitle: x\ninclude: [checks/nosuch]\nsteps: [S]", "3:11: 没有剧本 checks/nosuch"),
    ("name: inspect/x\ntitle: x\ninclude: [../x]\nsteps: [S]", "../x"),
    ("name: inspect/x\ntitle: x\ninclude: [inspect/x]\nsteps: [S]", "循环引用：inspect/x → inspect/x"),
    ("name: inspect/x\ntitle: x\ninclude: [{name: checks/a, tags: []}]\nsteps: [S]", "tags 不能少于 1 项"),
    ("name: inspect/x\ntitle: x\ninclude: [{name: checks/a, tag: [t]}]\nsteps: [S]", "是否想写 tags？"),
    ("name: inspect/x\ntitle: x\ninclude: [{name: checks/a, tags: [lihgt]}]\nsteps: [S]", "3:35: checks/a 中没有带标签 lihgt 的步骤，是否想写 light？"),
    ("name: inspect/x\ntitle: x\ninclude: [checks/misnamed]\nsteps: [S]", "文件按 checks/misnamed 引用，name 却写着 checks/other"),
    ("name: inspect/x\ntitle: x\ninclude: [checks/a, checks/c]\nsteps: [S]", "3:21: 变量 v 在 checks/c 与前面引用的剧本中默认值不同"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), HEADS)
def test_a_fault_of_the_whole_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    write(
        tmp_path,
        checks_a=f"name: checks/a\ntitle: a\nvars: {{v: 1}}\nsteps:\n{step('a.one', 'tags: [light]')}",
        checks_c=f"name: checks/c\ntitle: c\nvars: {{v: 2}}\nsteps:\n{step('c.one')}",
        checks_misnamed=f"name: checks/other\ntitle: c\nsteps:\n{step('m.one')}",
    )
    own = "{id: s.s, title: t, do: shell, on: hosts, with: {run: df}, keep: true}"
    found = faults_of(tmp_path, text.replace("[S]", f"[{own}]"))
    assert len(found) == 1, found
    assert message in found[0]


GOOD_HEADS = [
    "name: inspect/x\ntitle: x\nvars: {limit: 1, list: [a, 1]}\nsteps: [S]",
    "name: inspect/x\ntitle: x\ninclude: [{name: checks/a, tags: [light]}]\n",
    "name: inspect/x\ntitle: x\nvars: {v: 3}\ninclude: [checks/a, checks/c]\nsteps: [S]",
    "name: inspect/x\ntitle: x\nvars: {limit: 1}\ninclude: [checks/a]\nsteps: [S]",
]


@pytest.mark.parametrize("text", GOOD_HEADS)
def test_the_good_twins_of_whole_files_pass(tmp_path: Path, text: str) -> None:
    test_a_fault_of_the_whole_file_is_told(tmp_path, "name: Inspect\ntitle: x\nsteps: [S]", "name")
    own = "{id: s.s, title: t, do: shell, on: hosts, with: {run: df}, keep: true}"
    assert faults_of(tmp_path, text.replace("[S]", f"[{own}]")) == []


def test_two_steps_of_one_id_are_told_with_both_places(tmp_path: Path) -> None:
    write(tmp_path, checks_a=f"name: checks/a\ntitle: a\nsteps:\n{step('a.one')}")
    found = faults_of(tmp_path, f"name: inspect/x\ntitle: x\ninclude: [checks/a]\nsteps:\n{step('a.one')}")
    (fault,) = found
    assert fault.startswith("4:9: id a.one 重复，已用于 ")
    assert fault.endswith(("x.yaml:5:9", "a.yaml:4:9"))


def test_a_circle_of_three_is_told_with_its_way(tmp_path: Path) -> None:
    write(
        tmp_path,
        checks_a=f"name: checks/a\ntitle: a\ninclude: [checks/b]\nsteps:\n{step('a.one')}",
        checks_b=f"name: checks/b\ntitle: b\ninclude: [checks/c]\nsteps:\n{step('b.one')}",
        checks_c=f"name: checks/c\ntitle: c\ninclude: [checks/a]\nsteps:\n{step('c.one')}",
    )
    (fault,) = faults_of(tmp_path, "name: inspect/x\ntitle: x\ninclude: [checks/a]\n")
    assert fault == "3:11: 循环引用：checks/a → checks/b → checks/c → checks/a"


def test_a_very_deep_chain_is_refused(tmp_path: Path) -> None:
    for number in range(30):
        text = f"name: checks/n{number}\ntitle: a\ninclude: [checks/n{number + 1}]\n"
        write(tmp_path, **{f"checks_n{number}": text})
    found = faults_of(tmp_path, "name: inspect/x\ntitle: x\ninclude: [checks/n0]\n")
    assert len(found) == 1
    assert "引用超过 10 层" in found[0]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        checks_a="name: checks/a\ntitle: a\nsteps:\n  - {id: a.one, title: t, do: nosuch, on: hosts, keep: true}\n",
    )
    text = """\
name: inspect/x
title: x
colour: red
include: [checks/a, checks/nosuch]
steps:
  - id: x.one
    title: t
    sevrity: 1
    do: shell
    on: {hosts: {rolse: db}}
    when: host.oss == 'x'
    with: {rum: df}
    found: warning
    keep: true
  - id: x.one
    title: 5
    do: shell
    on: hosts
    with: {run: "echo {{ vars.nosuch }}"}
    expect: {a: {gte: 1}, b: {matches: '('}}
"""
    found = faults_of(tmp_path, text)
    expected = [
        "3:1: 不认识的键 colour",
        "4:21: 没有剧本 checks/nosuch",
        "6:5: expect、found、changed、keep 必须写且只能写一个",
        "8:5: 不认识的键 sevrity",
        "10:25: host 没有 rolse",
        "11:11: when：host 没有 oss",
        "12:12: ",
        "15:9: id x.one 重复",
        "16:12: title 要写 文字",
        "19:17: run：变量 vars.nosuch 没有在任何 vars: 中声明",
        "20:18: 不认识的比较 gte",
        "20:40: 正则表达式不能使用",
        "4:31: 没有步骤类型 nosuch",
    ]
    told = [one for one in found if "run 与" not in one]
    assert [one[: len(start)] for one, start in zip(told, expected, strict=True)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "just text",
        "a: [",
        "name: {{ x }}",
        "name: &a x\ntitle: *a",
        "x: !!python/object/apply:os.system [id]",
    ],
)
def test_what_is_no_playbook_at_all_is_a_bad_file(tmp_path: Path, text: str) -> None:
    assert faults_of(tmp_path, text)


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "name: inspect/x\ntitle: x\nsteps:\n" + "  - {}\n" * 1001)
    assert faults_of(tmp_path, text_of(says="'" + "x" * 2001 + "'"))
