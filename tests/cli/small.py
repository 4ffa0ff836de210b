"""A small site whose inspection comes out the same everywhere."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.end_to_end.desk import Desk, Written

NASTY = r"""<b>5 > 3 && 'q'="x" | [red]mark[/red] 100% \n"""
"""What a host may say: markup of every format hmaint writes."""


def steps() -> list[Written]:
    shown: Written = {"category": "试验", "do": "shell", "on": "hosts"}
    used = {"format": "table", "columns": ["mount", "used_pct"]}
    levels = {"warning": {"ge": 80}, "critical": {"ge": 95}}
    return [
        {
            **shown,
            "id": "own.usage",
            "title": "磁盘空间使用率",
            "with": {"run": r"printf '/data 83.1\n/ 40\n/data/old 97\n'", "parse": used},
            "subject": "mount",
            "expect": {"used_pct": levels},
            "says": "{{ mount }} 已用 {{ used_pct }}%",
            "advice": "清理或扩容",
            "metrics": {"disk.used_pct": "%"},
        },
        {
            **shown,
            "id": "own.nasty",
            "title": "主机说的话",
            "with": {"run": f"cat <<'E'\n{NASTY}\nE\nprintf '\\033[31m\\a\\n'", "parse": "lines"},
            "subject": "line",
            "found": "warning",
            "says": "{{ line }}",
        },
        {
            **shown,
            "id": "own.blind",
            "title": "看不到的",
            "with": {"run": "echo 'boom: it broke' >&2; exit 3"},
            "keep": True,
        },
        {
            **shown,
            "id": "own.never",
            "title": "不适用的",
            "with": {"run": "true"},
            "when": "host.os == 'Plan9'",
            "why": "仅适用于 Plan 9",
            "keep": True,
        },
        {
            "id": "own.beds",
            "title": "床位",
            "do": "sql",
            "on": "databases",
            "with": {"query": "select ward, count(*) as beds from bed group by ward"},
            "subject": "ward",
            "expect": {"beds": {"warning": {"lt": 1}}},
            "says": "{{ ward }} 有 {{ beds }} 张床",
            "metrics": {"ward.beds": ""},
        },
    ]


def small_desk(folder: Path) -> Desk:
    """A desk with a laptop, a host that is down, and a database."""
    desk = Desk(folder / "desk")
    hosts = {
        "laptop": {"connection": "local", "title": "值班电脑"},
        "down": {"address": "127.0.0.1", "port": 1, "title": "已关机"},
    }
    databases = {"demo": {"engine": "sqlite", "path": "demo.db"}}
    desk.write_inventory({"icu": {"name": "重症监护系统", "hosts": hosts, "databases": databases}})
    desk.write_playbook("inspect/monthly", steps(), title="月度远程巡检")
    with sqlite3.connect(desk.root / "demo.db") as demo:
        demo.execute("create table bed (ward text, note text)")
        demo.executemany("insert into bed values (?, '')", [("一病区",), ("一病区",), ("二病区",)])
    demo.close()
    return desk
