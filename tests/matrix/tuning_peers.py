"""What three well-known tools say of the databases db-tune's rules are tested on, and the page that compares it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hmaint.advise.engines import book_of
from tests.advise.mysql_lab import planted
from tests.services.mariadb import MariaDB
from tests.services.process import program

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tuning-peers.md"
TUNER, KEYS, VARIABLES = "mysqltuner", "pt-duplicate-key-checker", "pt-variable-advisor"
TOOLS = {TUNER: "mysqltuner", KEYS: "percona-toolkit", VARIABLES: "percona-toolkit"}
"""Each tool and the Debian package it comes with."""

PASSING = ("mysql.lock.metadata", "mysql.lock.waits", "mysql.transaction.long")
"""What stands only while sessions quarrel; the tools are run afterwards: they would wait for the quarrel's end."""

NEEDLES: Mapping[str, Mapping[str, str]] = {
    TUNER: {
        "mysql.binlog.cache": r"\[!!\] Binlog cache memory access",
        "mysql.connections.peak": r"\[!!\] Highest connection usage",
        "mysql.index.missing_join": r"\[!!\] Joins performed without indexes",
        "mysql.index.unused": r"\[!!\] Index: .* on his\.\S+ is not used",
        "mysql.index.useless": r"\[!!\] by_sex\(sex\) has a low selectivity",
        "mysql.join.collation": r"\[!!\] his table column\(s\) has several collations",
        "mysql.log.slow": r"Enable the slow query log",
        "mysql.memory.pool": r"\[!!\] InnoDB buffer pool / data size",
        "mysql.memory.session": r"\[!!\] Maximum possible memory usage",
        "mysql.query_cache": r"\[!!\] Query cache",
        "mysql.redo.size": r"\[!!\] Ratio InnoDB log file size",
        "mysql.sort.merge": r"\[!!\] Sorts requiring temporary tables",
        "mysql.statistics.metadata": r"\[!!\] Stat are updated during querying",
        "mysql.table.engine": r"\[!!\] \d different engines for database his",
        "mysql.table.fragmented": r"\[!!\] Total fragmented tables",
        "mysql.table.no_key": r"\[!!\] Table his\.vitals has no index",
        "mysql.tables.cache": r"\[!!\] Table cache hit rate",
        "mysql.temp.disk": r"\[!!\] Temporary tables created on disk",
        "mysql.temp.mismatch": r"make tmp_table_size/max_heap_table_size equal",
        "mysql.threads.cache": r"\[!!\] Thread cache is disabled",
    },
    KEYS: {
        "mysql.index.duplicate": r"(?:by_patient is a duplicate of again|again is a duplicate of by_patient)",
        "mysql.index.redundant": r"dept_only is a left-prefix of dept_fee",
        "mysql.index.wide_key": r"his\.card",
    },
    VARIABLES: {
        "mysql.binlog.retention": r"WARN expire_logs_days",
        "mysql.durability.binlog": r"WARN sync_binlog",
        "mysql.durability.commit": r"WARN innodb_flush_log_at_trx_commit",
        "mysql.durability.doublewrite": r"WARN innodb_doublewrite",
        "mysql.memory.session": r"(?:WARN|NOTE) join_buffer_size",
        "mysql.redo.size": r"(?:WARN|NOTE) innodb_log_file_size",
        "mysql.log.slow": r"(?:WARN|NOTE) slow_query_log",
    },
}
"""By which words each is taken to have found a planted defect: generously, the kind of thing is enough."""

_ALARMS = {TUNER: r"^\[!!\] .*", KEYS: r"^ALTER TABLE .*", VARIABLES: r"^# (?:WARN|NOTE|CRIT) .*"}
_ASIDE = re.compile(
    r"new version of MySQLTuner|Skipped version update|Swappiness|Other user process|Log file +doesn't exist|NOTE port"
)
"""About the tool itself, the machine of the test and how its server is started: of no database."""


_ABOUT = """\
同一个 MariaDB {version} 实验库（`hmaint db-tune` 的规则测试所用），植入 {count} 种缺陷；另有一个健康的孪生库。
各工具都以能看到一切的账号运行，只要说到这一类问题就算找到。mysqltuner 与 percona-toolkit 为 Debian 12 的版本。
hmaint 的规则以实验用的阈值运行：医院里积累数月的数据与计数，在实验库里按比例缩小。
"""


@dataclass(frozen=True)
class Compared:
    """What was found where: rules by the name of who found them, and what was said of the healthy twin."""

    version: str
    found: Mapping[str, frozenset[str]]
    alarms: Mapping[str, tuple[str, ...]]


def say(server: MariaDB) -> dict[str, str]:
    """Everything each tool prints about a server, asked by an account that may see all."""
    server.admin(
        "set sql_log_bin = 0",
        "create user peer@'127.0.0.1' identified by 'peer'",
        "grant all on *.* to peer@'127.0.0.1'",
    )
    dsn = f"h=127.0.0.1,P={server.port},u=peer,p=peer"
    login = ["--host", "127.0.0.1", "--port", str(server.port), "--user", "peer", "--pass", "peer"]
    quiet = [
        "--nocolor",
        "--verbose",
        "--skippassword",
        "--noask",
        "--forcemem",
        "8000",
        "--forceswap",
        "1000",
    ]
    said = {
        TUNER: _run(TUNER, *quiet, *login),
        KEYS: _run(KEYS, dsn, "--no-version-check"),
        VARIABLES: _run(VARIABLES, dsn, "--no-version-check"),
    }
    server.admin("set sql_log_bin = 0", "drop user peer@'127.0.0.1'")
    return said


def _run(tool: str, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own words
        [program(tool, TOOLS[tool]), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def found_by(tool: str, said: str) -> frozenset[str]:
    """The planted defects a tool spoke of."""
    return frozenset(rule for rule, words in NEEDLES[tool].items() if re.search(words, said))


def alarms_of(tool: str, said: str) -> tuple[str, ...]:
    """What a tool found wrong with a healthy database."""
    lines = dict.fromkeys(re.findall(_ALARMS[tool], said, re.MULTILINE))
    return tuple(line for line in lines if not _ASIDE.search(line))


def page(compared: Compared) -> str:
    """The whole page."""
    rules = {rule.id: rule for rule in book_of("mysql").RULES}
    names = ("hmaint", *TOOLS)
    wanted = sorted(planted("mariadb"))
    parts = [
        "# 调优：谁找到什么 (who finds what)\n",
        "<!-- generated by `HMAINT_GOLDEN=write` with tests/matrix/test_tuning_peers.py; do not edit -->\n",
        _ABOUT.format(version=compared.version, count=len(wanted)),
        "| | " + " | ".join(names) + " |\n|" + " --- |" * (len(names) + 1),
        "| 找到的缺陷 | " + " | ".join(str(len(compared.found[name] & set(wanted))) for name in names) + " |",
        "| 健康库上的误报 | " + " | ".join(str(len(compared.alarms[name])) for name in names) + " |",
        "",
        "| 缺陷 | 规则 | " + " | ".join(names) + " |\n|" + " --- |" * (len(names) + 2),
    ]
    for rule in wanted:
        cells = ["●" if rule in compared.found[name] else _absent(name, rule) for name in names]
        parts.append(f"| {rules[rule].title} | `{rule}` | " + " | ".join(cells) + " |")
    parts += [
        "",
        "○：只在会话争用的当时存在，其他工具在争用之后运行（争用时它们会一直等待）。",
        "",
        "## 健康库上的误报",
        "",
    ]
    parts += [f"- {name}：{_cell(line)}" for name in names for line in compared.alarms[name]] or ["没有。"]
    return "\n".join(parts) + "\n"


def _absent(name: str, rule: str) -> str:
    return "○" if rule in PASSING and name != "hmaint" else ""


def _cell(line: str) -> str:
    """Without what differs from run to run."""
    return re.sub(r"[\d.]+(?=[%MKG ]|\)|/|$)", "…", line.removeprefix("[!!] ").removeprefix("# ")).strip()
