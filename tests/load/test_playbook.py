from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import cast

import pytest

from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.registry import find
from hmaint.load.playbook import Kinds, list_playbooks, load_playbook, playbook_schema, render_args
from hmaint.model.playbook import (
    Changed,
    Expect,
    Found,
    Keep,
    Level,
    Matcher,
    Playbook,
    Risk,
    Rule,
    Selector,
)
from hmaint.step.kind import Kind

KINDS = cast("Kinds", {name: find("hmaint.steps", name) for name in ("shell", "sql", "port", "file")})


def write(workspace: Path, **files: str) -> Path:
    """Write playbooks; `inspect_x` stands for inspect/x."""
    for name, text in files.items():
        path = workspace / "playbooks" / f"{name.replace('_', '/', 1)}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return workspace


def load(workspace: Path, name: str = "inspect/x") -> Playbook:
    return load_playbook(name, workspace=workspace, kinds=KINDS)


def step(name: str, *lines: str) -> str:
    body = ["title: 标题", "do: shell", "on: hosts", "with: {run: df}", "keep: true", *lines]
    return "\n    ".join([f"  - id: {name}", *body]) + "\n"


WHOLE = """\
    name: inspect/x
    title: 月度
    mode: 远程
    vars: {limit: 85, paths: [/a, /b]}
    steps:
      - id: linux.disk.usage
        title: 磁盘空间使用率
        category: 磁盘
        do: shell
        on: {hosts: {roles: [db, app], has: services}}
        when: host.os == 'Linux' and vars.limit > 1
        why: 仅适用于 Linux
        with: {run: "df -PkT {{ vars.paths }}", parse: df, limit: 10s}
        where: fstype not in ('tmpfs', 'devtmpfs')
        subject: mount
        expect:
          used_pct: {warning: {ge: "{{ vars.limit }}"}, critical: {ge: 95}}
          state: active
        empty: warning
        missing: unknown
        says: "{{ mount }} 已用 {{ used_pct }}%"
        advice: 清理 {{ mount }}
        source: checkmk df 80/90
        metrics: {disk.used_pct: "%"}
        delta: [errors]
        tags: [monthly, light]
      - id: db.rows
        title: 查询
        do: sql
        on: {databases: {engine: mysql}}
        when: database.version >= '5.7'
        with: {query: "select 1 n where :a > 0", binds: {a: "{{ vars.limit }}"}}
        found: critical
      - id: linux.ports
        title: 端口
        do: port
        on: hosts
        changed: {key: [proto, port], new: warning, against: ports}
      - id: endpoint.kept
        title: 留存
        do: shell
        on: {endpoints: {types: [http, tls]}}
        with: {run: "true"}
        keep: true
    """


def test_a_whole_playbook_comes_out_as_it_was_written(tmp_path: Path) -> None:
    playbook = load(write(tmp_path, inspect_x=WHOLE))
    disk, rows, ports, kept = playbook.steps
    assert (playbook.name, playbook.title, playbook.mode) == ("inspect/x", "月度", "远程")
    assert playbook.vars == {"limit": 85, "paths": ["/a", "/b"]}
    assert disk.on == Selector("host", {"roles": ("db", "app"), "has": ("services",)})
    assert disk.judge == Expect(
        (
            Rule(
                "used_pct",
                ((Level.CRITICAL, Matcher("ge", 95)), (Level.WARNING, Matcher("ge", "{{ vars.limit }}"))),
            ),
            Rule("state", (), Matcher("eq", "active")),
        )
    )
    assert (disk.empty, disk.missing, disk.why) == (Level.WARNING, Level.UNKNOWN, "仅适用于 Linux")
    assert disk.metrics == (("disk.used_pct", "used_pct", "%"),)
    assert (disk.delta, disk.tags, disk.risk) == (("errors",), ("monthly", "light"), Risk.READ)
    assert (disk.place.line, disk.place.column) == (6, 9)
    assert rows.judge == Found(Level.CRITICAL)
    assert ports.judge == Changed(("proto", "port"), Level.WARNING, Level.OK, "ports")
    assert (kept.judge, kept.empty, kept.missing) == (Keep(), Level.UNKNOWN, Level.SKIPPED)
    assert kept.on == Selector("endpoint", {"types": ("http", "tls")})


def _told(args: object, name: str) -> object:
    return getattr(args, name)


def test_templated_arguments_are_rendered_when_the_step_is_asked(tmp_path: Path) -> None:
    playbook = load(write(tmp_path, inspect_x=WHOLE))
    shell, sql = cast("Kind", KINDS["shell"]), cast("Kind", KINDS["sql"])
    scope = {"vars": {"limit": 90, "paths": ["/my data", "/b"]}}
    assert _told(render_args(playbook.steps[0], shell, scope), "run") == "df -PkT '/my data' /b"
    assert _told(render_args(playbook.steps[1], sql, scope), "binds") == {"a": 90}
    assert render_args(playbook.steps[3], shell, {}) is playbook.steps[3].args
    with pytest.raises(ValueError, match=r"vars\.paths"):
        render_args(playbook.steps[0], shell, {"vars": {}})
    with pytest.raises(ValueError, match="binds"):
        render_args(playbook.steps[1], sql, {"vars": {"limit": [1]}})


def test_a_list_may_come_from_one_template_or_hold_several(tmp_path: Path) -> None:
    steps = """\
  - {id: a.one, title: t, do: file, on: hosts, keep: true, with: {path: "{{ host.certificates }}"}}
  - {id: a.two, title: t, do: file, on: hosts, keep: true, with: {path: ["/x/{{ host.name }}.pem", /y]}}
"""
    one, two = load(write(tmp_path, inspect_x=f"name: inspect/x\ntitle: x\nsteps:\n{steps}")).steps
    file = cast("Kind", KINDS["file"])
    scope = {"host": {"name": "app-1", "certificates": ("/a.pem", "/b.pem")}}
    assert _told(render_args(one, file, scope), "path") == ("/a.pem", "/b.pem")
    assert _told(render_args(two, file, scope), "path") == ("/x/app-1.pem", "/y")
    with pytest.raises(ValueError, match="path"):
        render_args(one, file, {"host": {"certificates": {"a": 1}}})


def test_the_workspace_wins_over_what_is_shipped_and_a_path_over_both(tmp_path: Path) -> None:
    write(tmp_path, inspect_monthly=f"name: inspect/monthly\ntitle: 我们的\nsteps:\n{step('a.b')}")
    assert load(tmp_path, "inspect/monthly").title == "我们的"
    other = tmp_path / "mine.yaml"
    other.write_text(f"name: mine\ntitle: 文件\nsteps:\n{step('a.b')}", encoding="utf-8")
    assert load(tmp_path, str(other)).title == "文件"
    titles = {name: title for name, title, _ in list_playbooks(tmp_path)}
    assert titles["inspect/monthly"] == "我们的"


def test_a_playbook_nobody_has_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, inspect_x=WHOLE)
    with pytest.raises(WrongUsage, match="是否想写 inspect/x"):
        load(tmp_path, "inspect/y")


OUTSIDE = [
    "../x",
    "/etc/passwd",
    "inspect/../../x",
    "a\0b",
    "C:x",
    "",
    "inspect/x.yaml.",
    "x" * 300,
    "con.yaml",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_cannot_lead_out_of_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "x.yaml").write_text("name: x", encoding="utf-8")
    with pytest.raises(WrongUsage):
        load(write(tmp_path / "workspace", inspect_x=WHOLE), name)


def test_a_broken_file_is_listed_so_that_it_can_be_found(tmp_path: Path) -> None:
    write(tmp_path, inspect_x=WHOLE, inspect_broken="a: [", inspect_empty="")
    titles = {name: title for name, title, _ in list_playbooks(tmp_path)}
    assert titles["inspect/x"] == "月度"
    assert titles["inspect/broken"] == titles["inspect/empty"] == ""


def test_included_steps_come_first_and_the_includers_variables_win(tmp_path: Path) -> None:
    a_steps = step("a.one") + step("a.two")
    write(
        tmp_path,
        inspect_x=f"""\
name: inspect/x
title: 全部
vars: {{limit: 90}}
include: [checks/a, {{name: checks/b, tags: [light]}}]
steps:
{step("own.step")}""",
        checks_a=f"name: checks/a\ntitle: a\nvars: {{limit: 80, other: 1}}\nsteps:\n{a_steps}",
        checks_b=f"name: checks/b\ntitle: b\nsteps:\n{step('b.one', 'tags: [light]')}{step('b.two')}",
    )
    playbook = load(tmp_path)
    assert [one.id for one in playbook.steps] == ["a.one", "a.two", "b.one", "own.step"]
    assert playbook.vars == {"limit": 90, "other": 1}


def test_a_step_reached_by_two_ways_counts_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        inspect_x="name: inspect/x\ntitle: x\ninclude: [checks/a, checks/b, {name: checks/a, tags: [t]}]\n",
        checks_a=f"name: checks/a\ntitle: a\ninclude: [checks/c]\nsteps:\n{step('a.one', 'tags: [t]')}",
        checks_b="name: checks/b\ntitle: b\ninclude: [checks/c]\n",
        checks_c=f"name: checks/c\ntitle: c\nvars: {{v: 1}}\nsteps:\n{step('c.one')}",
    )
    assert [one.id for one in load(tmp_path).steps] == ["c.one", "a.one"]


def test_the_digest_follows_content_and_not_layout(tmp_path: Path) -> None:
    plain = f"name: inspect/x\ntitle: x\ninclude: [checks/a]\nsteps:\n{step('x.one')}"
    checks = f"name: checks/a\ntitle: a\nsteps:\n{step('a.one')}"
    write(tmp_path, inspect_x=plain, checks_a=checks)
    first = load(tmp_path).digest
    write(tmp_path, inspect_x="# 注释\n" + plain.replace("title: x\n", "title:   'x'\n"))
    assert load(tmp_path).digest == first
    write(tmp_path, checks_a=checks.replace("df", "df -i"))
    assert load(tmp_path).digest != first
    assert len(first) == 64


def test_playbooks_that_include_each_other_twice_give_each_step_once(tmp_path: Path) -> None:
    names = [f"n{number}" for number in range(10)]
    for name, following in pairwise(names):
        include = f"[c/{following}, {{name: c/{following}, tags: [t]}}]"
        write(tmp_path, **{f"c_{name}": f"name: c/{name}\ntitle: x\ninclude: {include}\n"})
    write(
        tmp_path, **{f"c_{names[-1]}": f"name: c/{names[-1]}\ntitle: x\nsteps:\n{step('a.b', 'tags: [t]')}"}
    )
    assert len(load(tmp_path, "c/n0").steps) == 1


def test_the_schema_speaks_of_every_key_and_kind() -> None:
    schema = playbook_schema(KINDS)
    text = json.dumps(schema, ensure_ascii=False)
    definitions = schema["$defs"]
    assert isinstance(definitions, dict)
    properties = definitions["Step"]["properties"]
    assert {"id", "with", "expect", "found", "changed", "keep", "delta", "why"} <= properties.keys()
    assert properties["do"] == {"enum": sorted(KINDS)}
    assert definitions["with shell"]["properties"]["run"]["type"] == "string"
    assert len(definitions["Step"]["allOf"]) == len(KINDS)
    for target in {part.split('"')[0] for part in text.split("#/$defs/")[1:]}:
        assert target in definitions


def test_the_first_file_of_many_is_told_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        inspect_x="name: inspect/x\ntitle: x\ninclude: [checks/a]\nsteps: [1]\n",
        checks_a="name: checks/a\nsteps: [2]\n",
    )
    with pytest.raises(BadFile) as raised:
        load(tmp_path)
    files = [Path(fault.place.path).stem for fault in raised.value.faults]
    assert files == ["x", "a", "a"]
