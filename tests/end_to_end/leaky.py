"""A site that gives its secrets away wherever it can: logs, commands, queries, arguments, complaints, configuration."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.end_to_end.desk import Desk, Tagged, Written, ssh_host
from tests.services.fixtures import running
from tests.services.machine import Machine
from tests.services.mariadb import MariaDB
from tests.services.unixuser import UnixUser

DATABASE_PASSWORD = "Daten'bank\"#1"
SUDO_PASSWORD = "Su do&geheim9"
RUN_SECRETS = {"database password": DATABASE_PASSWORD, "sudo password": SUDO_PASSWORD}

PEOPLE = {
    "身份证": "11010519491231002X",
    "mobile": "13812345678",
    "mobile as a number": "13987654321",
    "住院号": "ZY20261234",
    "own pattern": "BL77665544",
}
CREDENTIALS = {
    "assigned": "hunter2-geheim",
    "in Chinese": "Mima-8844-abc",
    "in Chinese, in GBK": "Koulin-5533-def",
    "bearer": "abcdef0123456789-bearer",
    "in a URL": "url-Pass-word7",
    "on a command line": "ArgvGeheim55",
    "in a complaint": "stderr-Pass-66",
    "key": "MIIEpAIBAAKCAQEA7kyZxwq0Vh3Jb5sGqLmQ",
    "key in a complaint": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
    "in a column": "Spalten-wort-8",
    "in the inventory": "Klartext-im-yaml-3",
    "in the records' address": "Teamserver-Wort-4",
}
EVERYTHING = {**RUN_SECRETS, **PEOPLE, **CREDENTIALS}

_LOG = f"""\
2026-11-20 08:00:00 FATAL 患者 {PEOPLE["身份证"]} 电话 {PEOPLE["mobile"]} 住院号：{PEOPLE["住院号"]} 病历 \
{PEOPLE["own pattern"]}
2026-11-20 08:00:01 FATAL login failed: password={CREDENTIALS["assigned"]} token
2026-11-20 08:00:02 FATAL 密码：{CREDENTIALS["in Chinese"]}
2026-11-20 08:00:03 FATAL Authorization: Bearer {CREDENTIALS["bearer"]}
2026-11-20 08:00:04 FATAL cannot open jdbc:mysql://icu:{CREDENTIALS["in a URL"]}@10.1.2.3/icu
2026-11-20 08:00:05 FATAL {DATABASE_PASSWORD} {SUDO_PASSWORD}
-----BEGIN RSA PRIVATE KEY-----
{CREDENTIALS["key"]}
-----END RSA PRIVATE KEY-----
"""

_COMPLAINT = f"""\
mysql: password={CREDENTIALS["in a complaint"]}
-----BEGIN PRIVATE KEY-----
{CREDENTIALS["key in a complaint"]}
-----END PRIVATE KEY-----
"""


def _steps(garbled: str) -> list[Written]:
    shown: Written = {"title": "试验", "category": "试验", "on": "hosts"}
    bad: Written = {**shown, "do": "shell", "found": "warning", "subject": "line", "says": "看到 {{ line }}"}
    argv = CREDENTIALS["on a command line"]
    asked = {**shown, "on": "databases", "do": "sql", "subject": "note"}
    return [
        {**bad, "id": "own.config", "do": "file", "with": {"path": "/srv/icu/app.log"}},
        {**bad, "id": "own.command", "with": {"run": "cat /srv/icu/app.log"}},
        {**bad, "id": "own.argv", "with": {"run": f"mysqladmin -u root -p{argv} status; ps -eo args"}},
        {**bad, "id": "own.complaint", "with": {"run": "cat /srv/icu/complaint >&2; exit 9"}},
        {**bad, "id": "own.torn", "with": {"run": "cat /srv/icu/torn >&2; exit 9"}},
        {**bad, "id": "own.garbled", "with": {"run": f"cat {garbled}"}},
        {
            **asked,
            "id": "own.query",
            "found": "critical",
            "with": {"query": "select note, mobile, password, count(*) as n from bed group by 1, 2, 3"},
            "says": "{{ note }} {{ mobile }} {{ password }}",
        },
    ]


@contextmanager
def leaky(folder: Path) -> Iterator[Desk]:
    """A desk whose site `icu` leaks; sudo is asked for its password, the database for its own."""
    with ExitStack() as stack:
        user = stack.enter_context(running(_User()))
        machine = Machine(folder / "machine")
        log = machine.put("icu/app.log", _LOG.encode())
        machine.put("icu/complaint", _COMPLAINT.encode())
        # A complaint is cut at 120 characters: in the middle of the number.
        machine.put("icu/torn", f"{'读 ' * 53}{PEOPLE['身份证']}\n".encode())
        garbled = machine.put("icu/gbk", f"密码：{CREDENTIALS['in Chinese, in GBK']}\n".encode("gb18030"))
        stack.enter_context(running(machine))
        machine.user = user.name
        environ = {"HMAINT_SECRET_ICU_MAIN": DATABASE_PASSWORD, "SUDO_WORD": SUDO_PASSWORD}
        desk = Desk(folder / "desk", **environ)
        desk.trust(machine.known_hosts_line())
        desk.write_playbook(
            "inspect/leaky", _steps(garbled), include=[{"name": "checks/linux", "tags": ["monthly"]}]
        )
        sudo = {"sudo": True, "sudo_password": Tagged("!env SUDO_WORD")}
        hosts = {"icu-app": ssh_host(machine, ssh=sudo, logs=[log])}
        site = {"name": "重症监护系统", "hosts": hosts, "databases": _databases(stack, desk)}
        desk.write_inventory({"icu": site}, redact=[r"\bBL\d{8}\b"], allow_plaintext=True)
        yield desk


class _User(UnixUser):
    """Logs in with a key, and may become root with a password."""

    def __init__(self) -> None:
        super().__init__(password=SUDO_PASSWORD, sudoers="ALL=(ALL) ALL")

    def start(self) -> _User:
        self.create()
        return self

    def stop(self) -> None:
        self.remove()


def _databases(stack: ExitStack, desk: Desk) -> Written:
    server = stack.enter_context(running(MariaDB()))
    secret = DATABASE_PASSWORD.replace("'", "''")
    note = f"患者 {PEOPLE['身份证']} 密码：{CREDENTIALS['in Chinese']} {DATABASE_PASSWORD}"
    row = (note, int(PEOPLE["mobile as a number"]), CREDENTIALS["in a column"])
    server.admin(
        "create database icu",
        f"create user hmaint_ro@'127.0.0.1' identified by '{secret}'",
        "create table icu.bed (note varchar(200), mobile bigint, password varchar(50))",
        "grant select on icu.* to hmaint_ro@'127.0.0.1'",
    )
    quoted = [str(value).replace("'", "''") for value in row]
    values = f"'{quoted[0]}', {quoted[1]}, '{quoted[2]}'"
    server.admin(f"insert into icu.bed values ({values})")  # noqa: S608 - a test's own words
    with sqlite3.connect(desk.root / "demo.db") as demo:
        demo.execute("create table bed (note text, mobile integer, password text)")
        demo.execute("insert into bed values (?, ?, ?)", row)
    login = {"address": "127.0.0.1", "port": server.port, "user": "hmaint_ro", "name": "icu"}
    return {
        "main": {"engine": "mysql", **login, "password": Tagged("!secret icu-main")},
        "wrong": {"engine": "mysql", **login, "password": CREDENTIALS["in the inventory"]},
        "demo": {"engine": "sqlite", "path": "demo.db"},
    }
