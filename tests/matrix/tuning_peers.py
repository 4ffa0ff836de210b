"""What three well-known tools say of the databases db-tune's rules are tested on, and how it is read."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from tests.services.mariadb import MariaDB
from tests.services.process import program

TUNER, KEYS, VARIABLES = "mysqltuner", "pt-duplicate-key-checker", "pt-variable-advisor"
TOOLS = {TUNER: "mysqltuner", KEYS: "percona-toolkit", VARIABLES: "percona-toolkit"}
"""Each tool and the Debian package it comes with."""

LEFT_WHOLE = {"mariadb": ("innodb-buffer-pool-chunk-size=1M",)}
"""What a tool needs to come to its end: mysqltuner 1.9.9 divides by this, and MariaDB's own value is 0."""

NEEDLES: Mapping[str, Mapping[str, str]] = {
    TUNER: {
        "mysql.binlog.cache": r"\[!!\] Binlog cache memory access",
        "mysql.connections.peak": r"\[!!\] Highest connection usage",
        "mysql.index.duplicate": r"by_patient\t.*DROP INDEX",
        "mysql.index.missing_join": r"\[!!\] Joins performed without indexes",
        "mysql.index.redundant": r"dept_only\t.*DROP INDEX",
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
        "mysql.sort.merge": r"(?:WARN|NOTE) sort_buffer_size",
    },
}
"""By which words each is taken to have found a planted defect: generously, the kind of thing is enough."""

LISTS: Mapping[str, tuple[str, str]] = {
    "mysql.index.hidden": ("Redundant indexes", r"his\tword\taside"),
    "mysql.index.missing": ("Tables with full table scans", r"his\tpatient"),
    "mysql.statement.merge": ("merge queries with sort", r"`visit`"),
    "mysql.statement.random": ("Top 20 queries with sort", r"`rand`"),
    "mysql.statement.rows": ("most row look queries", r"`visit`|`patient`"),
    "mysql.statement.scan": ("Top 20 queries with full table scans", r"`visit`|`patient`|`film`"),
    "mysql.statement.temporary": ("queries with temp table to disk", r"`patient`"),
    "mysql.statement.time": ("Most latency statements", r"`visit`"),
    "mysql.table.cold": ("Table not using InnoDB buffer", r"his\timage"),
}
"""In which of mysqltuner's lists a planted thing stands, though nothing is said to be wrong with it."""

_ALARMS = {TUNER: r"^\[!!\] .*", KEYS: r"^ALTER TABLE .*", VARIABLES: r"^# (?:WARN|NOTE|CRIT) .*"}
_ASIDE = re.compile(
    r"new version of MySQLTuner|Skipped version update|Swappiness|ther (?:user )?process|NOTE port"
    r"|Log file +doesn't exist|log_error is set to stderr|number of events|Aborted connections"
    r"|Failed to execute|FAIL Execute SQL"
)
"""About the tool itself, the machine of the test and how its server is started and waited for: of no database."""

_TRUE = {"mysql56": re.compile(r"is EOL software|CVE")}
"""What is no false alarm on that server."""

_LOGIN = ("--host", "127.0.0.1", "--user", "peer", "--pass", "peer")
_QUIET = (
    *("--nocolor", "--verbose", "--skippassword", "--noask"),
    *("--forcemem", "16000", "--forceswap", "1000"),
)


@dataclass(frozen=True)
class Said:
    """Everything a tool printed, and in which words it owned that it could not look."""

    text: str
    trouble: tuple[str, ...]


def say(server: MariaDB) -> dict[str, Said]:
    """What each tool says of a server, asked by an account that may see all."""
    server.admin(
        "set sql_log_bin = 0",
        "create user peer@'127.0.0.1' identified by 'peer'",
        "grant all on *.* to peer@'127.0.0.1'",
    )
    dsn = f"h=127.0.0.1,P={server.port},u=peer,p=peer,A=utf8"
    said = {
        TUNER: _run(TUNER, *_QUIET, "--port", str(server.port), *_LOGIN),
        KEYS: _run(KEYS, dsn, "--no-version-check"),
        VARIABLES: _run(VARIABLES, dsn, "--no-version-check"),
    }
    server.admin("set sql_log_bin = 0", "drop user peer@'127.0.0.1'")
    return said


def _run(tool: str, *words: str) -> Said:
    # Perl writes Chinese names of tables only when told to; pt-duplicate-key-checker otherwise ends at the first.
    wide = {} if tool == TUNER else {"PERL_UNICODE": "SDA"}
    done = subprocess.run(  # noqa: S603 - our own words
        [program(tool, TOOLS[tool]), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **wide},
        timeout=600,
        check=False,
    )
    text, errors = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    trouble = [line.strip() for line in re.findall(r"^\[!!\] (Failed to execute: .*)", text, re.MULTILINE)]
    if done.returncode:
        trouble.append(f"exit {done.returncode}: {(errors.strip().splitlines() or [''])[-1].strip()}")
    return Said(text, tuple(dict.fromkeys(trouble)))


def found_by(tool: str, said: str) -> frozenset[str]:
    """The planted defects a tool spoke of."""
    return frozenset(rule for rule, words in NEEDLES[tool].items() if re.search(words, said))


def listed_by(tool: str, said: str) -> frozenset[str]:
    """The planted things that stand in a tool's lists, which have no opinion."""
    if tool != TUNER:
        return frozenset()
    parts = re.split(r"^-{8} (.*?) -+$", said, flags=re.MULTILINE)
    lists = dict(zip(parts[1::2], parts[2::2], strict=True))
    return frozenset(
        rule
        for rule, (title, words) in LISTS.items()
        if any(title in name and re.search(words, body) for name, body in lists.items())
    )


def alarms_of(tool: str, said: str, family: str) -> tuple[str, ...]:
    """What a tool found wrong with a healthy database."""
    lines = dict.fromkeys(re.findall(_ALARMS[tool], said, re.MULTILINE))
    true = _TRUE.get(family)
    return tuple(line for line in lines if not _ASIDE.search(line) and not (true and true.search(line)))
