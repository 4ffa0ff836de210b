"""Dumps that want more than to be restored: none runs a program, reads a file, or reaches another server."""

from __future__ import annotations

import subprocess

import pytest

from hmaint.drill.guard import GUARD, REFUSED
from tests.services.mariadb import MariaDB

from .conftest import Room, mysql_source
from .hospital import packed


def mysql_tricks(room: Room, server: MariaDB) -> dict[str, str]:
    """What a hostile dump could try with the client or the server, each leaving a trace where it succeeds."""
    trace = room.scratch / "trace"
    other = f"-uroot -p'x' --socket={server.socket}"
    return {
        "shell": f"\\! touch {trace}",
        "system": f"system touch {trace}",
        "source": f"source {room.scratch}/more.sql",
        "dot": f"\\. {room.scratch}/more.sql",
        "tee": f"tee {trace}",
        "pager": f"pager touch {trace}",
        "connect": f"connect icu {server.address}",
        "client": f"\\! mariadb {other}",
        "outfile": f"select 'x' into outfile '{trace}';",
        "infile": "load data infile '/etc/passwd' into table t;",
        "local": "load data local infile '/etc/passwd' into table t;",
        "file": "insert into t values (load_file('/etc/passwd') is null or 1/0 or (select 1 from nothing_here));",
        "plugin": "install soname 'ha_federatedx';",
        "function": "create function sys_exec returns int soname 'lib_mysqludf_sys.so';",
        "replica": f"change master to master_host='{server.address}', master_port={server.port};",
        "open": "set global skip_networking = 0;",
    }


NAMES = (
    "shell", "system", "source", "dot", "tee", "pager", "connect", "client", "outfile", "infile", "local", "file",
    "plugin", "function", "replica", "open",
)  # fmt: skip


def test_no_trick_of_a_mysql_dump_gets_anywhere(room: Room, hospital: tuple[MariaDB, bytes]) -> None:
    """One throwaway server for all: each trick is a dump of its own, as the client ends at the first that fails."""
    from hmaint.app.drill_server import Server  # noqa: PLC0415 - what is under test
    from hmaint.drill.load import Copied  # noqa: PLC0415 - as above
    from hmaint.model.drill import Drill  # noqa: PLC0415 - as above
    from hmaint.model.inventory import Host, Limits, Site  # noqa: PLC0415 - as above
    from hmaint.transport.local import LocalDoor  # noqa: PLC0415 - as above

    source, _dump = hospital
    trace = room.scratch / "trace"
    (room.scratch / "more.sql").write_text("create table sourced (a int);\n")
    host = Host("here", "icu", connection="local", limits=Limits(command=120, host=600))
    line = LocalDoor().open(host, Site("icu", "icu"))
    server = Server(line, "mysql", Drill(folder=str(room.scratch), lock=str(room.scratch)), "icu", "test")
    tricks = mysql_tricks(room, source)
    assert set(tricks) == set(NAMES)
    try:
        server.open(0)
        for name, trick in tricks.items():
            dump = packed(
                room.backups / "one.sql.gz", f"create table if not exists t (a text);\n{trick}\n".encode()
            )
            loaded = server.load(Copied(str(dump), dump.stat().st_size, 0, "gzip", "text"), None, 60)
            assert loaded.load == 1, (name, loaded)
            assert not trace.exists(), name
        (tables,) = server.ask(["show tables"])
        assert tables == [["t"]]
    finally:
        assert server.close() == ""
    assert source.admin("select count(*) from icu.exam") == [(1500,)]
    assert room.left() == []


def test_a_dump_with_a_database_of_its_own_only_goes_into_the_throwaway(
    room: Room, hospital: tuple[MariaDB, bytes]
) -> None:
    source, _dump = hospital
    text = (
        b"create database if not exists icu;\nuse icu;\ncreate table exam (id int primary key);\n"
        b"insert into exam values (1);\n"
    )
    packed(room.backups / "full.sql.gz", text)
    room.write({"main": mysql_source(source)}, "main", drill={"beside_source": True})
    done = room.drill(SOURCE=source.password)
    assert room.checks(done)["tables"] == "critical"
    assert source.admin("select count(*) from icu.exam") == [(1500,)]
    other = b"create database elsewhere;\nuse elsewhere;\ncreate table exam (id int primary key);\n"
    packed(room.backups / "full.sql.gz", other)
    told = room.checks(room.drill(SOURCE=source.password))
    assert told["identity"] == "critical"
    assert room.left() == []


def guard(text: str) -> tuple[int, str]:
    """What the guard lets through, and how it ended."""
    words = ["awk", GUARD]
    done = subprocess.run(words, input=text.encode(), capture_output=True, check=False)  # noqa: S603 - our own words
    return done.returncode, done.stdout.decode()


HOSTILE = {
    "shell": "\\! touch /x\n",
    "in a line": "select 1 \\! touch /x\n",
    "after a statement": "select 1; \\! touch /x\n",
    "copy by psql": "\\copy t from program 'id'\n",
    "output": "\\o |id\n",
    "include": "\\i /etc/passwd\n",
    "connect with backticks": "\\connect `id`\n",
    "after a string": "select 'a''b' \\! id\n",
    "after an escaped string": "select E'a\\'b' \\! id\n",
    "after a comment": "/* /* */ */ \\! id\n",
    "after a dollar quote": "select $a$ $b$ $a$ \\! id\n",
    "after a name": 'select "a""b" \\! id\n',
    "ambiguous string": "set standard_conforming_strings = off;\nselect '\\' \\! id; --'\n",
    "ambiguous by set_config": "select set_config('standard_conforming_strings', 'off', false);\n",
    "string that ends in a backslash": "select '\\' \\! id '\n",
    "pretended copy": "select\nCOPY x FROM stdin;\n\\! id\n",
    "pretended copy in parentheses": "select (1;\nCOPY x FROM stdin;\n\\! id\n",
    "command in copy data": "COPY t FROM stdin;\n\\! id\n\\.\n",
    "backticks in copy data": "COPY t FROM stdin;\n\\t `id`\n\\.\n",
    "unrestrict and go on": "\\restrict a\n\\unrestrict a\n\\! id\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_command_of_psql_passes_the_guard(name: str) -> None:
    code, passed = guard(HOSTILE[name])
    assert code == REFUSED
    assert "id" not in passed.replace("COPY t FROM stdin", "").split("\\!")[-1] or "\\!" not in passed


GOOD = {
    "copy": "COPY public.t (a, b) FROM stdin;\n1\t中文\\\\路径\n2\t\\N\n3\ta\\tb\\nc\n\\.\n",
    "function": (
        "CREATE FUNCTION f() RETURNS text\n    LANGUAGE plpgsql\n    AS $_$\n"
        "begin return E'a\\\\b\\'' || '\\!'; end\n$_$;\n"
    ),
    "quotes": "INSERT INTO t VALUES ('it''s; -- \"', E'a\\'b', \"c\");\n",
    "comment": "-- \\! is no command here\n/* nor \\! here */\nselect 1;\n",
    "windows path": "INSERT INTO t VALUES ('C:\\temp\\a.txt');\n",
    "parameter": "select $1, a$b from t;\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_pg_dump_writes_passes_unchanged(name: str) -> None:
    assert guard(GOOD[name]) == (0, GOOD[name])


def test_owners_rights_and_other_databases_are_left_out() -> None:
    text = (
        "\\restrict k9\n\\connect icu\nSET default_tablespace = fast;\nALTER TABLE public.t OWNER TO icu;\n"
        "GRANT ALL ON TABLE public.t TO icu;\nCREATE ROLE icu;\nselect 1;\n\\unrestrict k9\n"
    )
    assert guard(text) == (0, "select 1;\n")


def test_every_awk_of_this_machine_agrees() -> None:
    shells = [
        words for words in (["mawk"], ["gawk"], ["busybox", "awk"], ["original-awk"]) if _there(words[0])
    ]
    assert shells
    for text in (*HOSTILE.values(), *GOOD.values()):
        codes = {
            subprocess.run([*awk, GUARD], input=text.encode(), capture_output=True, check=False).returncode  # noqa: S603 - awks of this machine
            for awk in shells
        }
        assert len(codes) == 1, text


def _there(name: str) -> bool:
    import shutil  # noqa: PLC0415 - a word that is used once

    return shutil.which(name) is not None
