"""Inventories: the public sample, everything that can be wrong with one, and what is handed down."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import BaseModel

from hmaint.errors import BadFile
from hmaint.load.inventory import load_inventory, warnings
from hmaint.load.inventory_entries import BackupEntry, DatabaseEntry, SnmpEntry, SshEntry
from hmaint.model.inventory import Host, Inventory, Limits, Secret, Site

GOLDEN = Path(__file__).parent / "golden"
HEAD = "version: 1\nhospital: {name: 甲医院}\n"
SITE = HEAD + "sites:\n icu:\n"


def loaded(here: Path, text: str) -> Inventory:
    (here / "inventory.yaml").write_text(text, encoding="utf-8")
    return load_inventory(here / "inventory.yaml")


def site(here: Path, lines: str, head: str = SITE) -> Site:
    return loaded(here, head + lines).sites["icu"]


def host(here: Path, lines: str, name: str = "a", head: str = SITE) -> Host:
    found = site(here, lines, head).host(name)
    assert found is not None
    return found


def test_the_sample_of_the_interface_is_read_as_printed() -> None:
    inventory = load_inventory(GOLDEN / "interface-inventory.yaml")
    icu = inventory.sites["icu"]
    assert (inventory.hospital.name, icu.title, icu.contract) == ("某某医院", "重症监护系统", "icu")
    assert [target.name for target in icu.targets()] == [
        "icu-app-1",
        "icu-db-1",
        "laptop",
        "bastion",
        "icu-main",
        "his-view",
        "demo",
        "portal",
        "hl7",
    ]
    database = icu.host("icu-db-1")
    assert database is not None
    assert (database.ssh.user, database.ssh.key) == ("hmaint", "~/.ssh/id_ed25519")
    assert (database.ssh.sudo, database.ssh.jumps) == (True, ("bastion",))
    assert icu.databases[0].password == Secret("secret", "icu-main")
    assert [one.port for one in icu.databases] == [3306, 1521, 0]
    assert icu.backups[0].max_age == 26 * 3600


def test_a_copy_on_an_undeclared_host_is_a_warning_not_an_error() -> None:
    inventory = load_inventory(GOLDEN / "interface-inventory.yaml")
    assert warnings(inventory) == [
        "站点 icu：备份 icu-full 的副本主机 nas-1 没有写在 hosts 里，这份副本不会被核对"
    ]


def test_every_fault_of_a_file_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    with pytest.raises(BadFile) as caught:
        load_inventory(Path("bad-inventory.yaml"))
    golden = GOLDEN / "bad-inventory.txt"
    if os.environ.get("HMAINT_GOLDEN"):
        golden.write_text(f"{caught.value}\n", encoding="utf-8")
    assert f"{caught.value}\n" == golden.read_text(encoding="utf-8")


def slips() -> dict[str, dict[str, str]]:
    """Read the table of slips: by name, the lines behind each sign."""
    blocks: dict[str, dict[str, str]] = {}
    for line in (GOLDEN / "slips.txt").read_text(encoding="utf-8").splitlines():
        sign, _, rest = line.partition(" ")
        if sign == "==":
            block = blocks.setdefault(rest, {"-": "", "!": "", "+": ""})
        elif sign in {"-", "+"}:
            block[sign] += f"  {rest}\n"
        elif sign == "!":
            block[sign] = rest
    return blocks


SLIPS = slips()


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_once_at_its_place_and_its_good_twin_is_read(here: Path, name: str) -> None:
    slip = SLIPS[name]
    where, _, words = slip["!"].partition(" ")
    with pytest.raises(BadFile) as caught:
        site(here, slip["-"])
    faults = [fault for fault in caught.value.faults if words in fault.message]
    assert [str(fault.place) for fault in faults] == [f"inventory.yaml:{where}"], str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert isinstance(site(here, slip["+"]), Site)


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "inventory.yaml", "文件是空的"),
        ("hospital: {name: a}\n", "inventory.yaml:1:1", "缺少 version"),
        ("version: 1\n", "inventory.yaml:1:1", "缺少 hospital"),
        ("version: 2\nhospital: {name: a}\n", "inventory.yaml:1:10", "version 只能写 1，现在是 2"),
        ("version: 1\nhospital: {}\n", "inventory.yaml:2:1", "缺少 name"),
        (HEAD + "site: {}\n", "inventory.yaml:3:1", "是否想写 sites？"),
        (HEAD + "vendor: {hotline: 13800000000}\n", "inventory.yaml:3:19", "请加引号"),
        (HEAD + "redact: ['(a+)+']\n", "inventory.yaml:3:10", "正则表达式"),
        (HEAD + "redact: ['(']\n", "inventory.yaml:3:10", "正则表达式"),
        (HEAD + "redact: ['x*']\n", "inventory.yaml:3:10", "空文字"),
        (HEAD + "defaults: {ssh: {password: hunter2}}\n", "inventory.yaml:3:28", "allow_plaintext"),
        (HEAD + "defaults: {vars: {k: !secret x}}\n", "inventory.yaml:3:22", "变量里不能放口令"),
        (HEAD + "sites: {icu: {}, ICU: {}}\n", "inventory.yaml:3:18", "只差大小写"),
    ],
)
def test_the_frame_of_the_file_is_checked_too(here: Path, text: str, where: str, words: str) -> None:
    with pytest.raises(BadFile) as caught:
        loaded(here, text)
    assert any(str(f.place) == where and words in f.message for f in caught.value.faults), str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc",
        "..",
        "/etc",
        "a/b",
        "..\\\\x",
        "a\\\\b",
        "C:x",
        "a\\0b",
        "a\\nb",
        "x" * 65,
        "x" * 300,
        "icu.",
        "icu ",
        " icu",
        "CON",
        "con.txt",
        "nul",
        "LPT1",
        "重症",
        "icu🏥",
        "a／b",
        "-x",
        ".hidden",
        "{{ x }}",
        "$(x)",
        "*",
    ],
)
@pytest.mark.parametrize("section", ["site", "hosts", "endpoints"])
def test_a_name_that_could_leave_its_folder_is_refused_with_the_rule(
    here: Path, name: str, section: str
) -> None:
    where = {"site": f'sites: {{"{name}": {{}}}}\n'}.get(
        section, f'sites: {{icu: {{{section}: {{"{name}": {{tcp: "a:1"}}}}}}}}\n'
    )
    with pytest.raises(BadFile, match="不能作为名字"):
        loaded(here, HEAD + where)


@pytest.mark.parametrize("name", ["icu", "ICU-2.his_x", "0", "a" * 64, "console", "com", "a.b"])
def test_an_ordinary_name_is_taken(here: Path, name: str) -> None:
    assert name in loaded(here, HEAD + f"sites: {{'{name}': }}\n").sites


def test_a_plain_password_is_taken_where_the_file_allows_it_and_never_shows(here: Path) -> None:
    lines = "  hosts: {a: {address: b, ssh: {password: hunter2}}}\n"
    found = host(here, lines, head="allow_plaintext: true\n" + SITE)
    assert found.ssh.password == Secret("plain", "hunter2")
    assert "hunter2" not in repr(found)


def _secrets_of(entry: type[BaseModel]) -> list[str]:
    """Whatever an entry takes as `!secret NAME` or in clear."""
    return [
        name for name, field in entry.model_fields.items() if "model.secret.Secret" in str(field.annotation)
    ]


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (SshEntry, "  hosts: {a: {address: b, ssh: {%s: hunter2}}}\n"),
        (DatabaseEntry, "  databases: {a: {engine: mysql, address: b, %s: hunter2}}\n"),
        (BackupEntry, "  hosts: {a: {address: b}}\n  backups: {c: {path: /x, host: a, %s: hunter2}}\n"),
        (SnmpEntry, "  devices: {a: {address: b, snmp: {version: '2c', %s: hunter2}}}\n"),
    ],
)
def test_every_password_that_is_written_out_is_refused(here: Path, entry: type[BaseModel], line: str) -> None:
    keys = _secrets_of(entry)
    assert keys
    for key in keys:
        with pytest.raises(BadFile, match=f"{key}.*allow_plaintext"):
            loaded(here, SITE + line % key)


def test_what_a_host_says_wins_over_its_site_and_that_over_the_defaults(here: Path) -> None:
    head = (
        HEAD + "defaults:\n  ssh: {user: d, key: k, timeout: 3s}\n  limits: {login: 1s, host: 1m}\n"
        "  vars: {a: 1, b: 1, c: 1}\n"
        "sites:\n icu:\n  ssh: {user: s}\n  limits: {login: 2s}\n  vars: {b: 2, c: 2}\n"
    )
    lines = "  hosts:\n   a: {address: x, ssh: {sudo: true}, limits: {host: 5s}, vars: {c: 3}}\n"
    found = host(here, lines, head=head)
    assert (found.ssh.user, found.ssh.key, found.ssh.sudo) == ("s", "k", True)
    assert found.limits == Limits(connect=3.0, login=2.0, host=5.0)
    assert found.vars == {"a": 1, "b": 2, "c": 3}


def test_databases_and_endpoints_inherit_limits_and_vars_too(here: Path) -> None:
    icu = site(
        here,
        "  limits: {command: 7s}\n  vars: {v: 1}\n"
        "  databases: {d: {engine: postgresql, address: b, limits: {connect: 1s}}}\n"
        "  endpoints: {e: {tcp: 'a:1', vars: {v: 2}}}\n  backups: {b: {path: /x}}\n",
    )
    assert icu.databases[0].port == 5432
    assert icu.databases[0].limits == Limits(connect=1.0, command=7.0)
    assert (icu.databases[0].vars, icu.endpoints[0].vars, icu.backups[0].vars) == (
        {"v": 1},
        {"v": 2},
        {"v": 1},
    )


def test_an_empty_value_takes_back_what_a_default_gave(here: Path) -> None:
    head = HEAD + "defaults: {ssh: {key: k, proxy_jump: u@j:22}}\nsites:\n icu:\n"
    found = host(here, "  hosts: {a: {address: x, ssh: {key: , proxy_jump: }}}\n", head=head)
    assert (found.ssh.key, found.ssh.jumps) == (None, ())


def test_jumps_are_listed_whole_and_nearest_first(here: Path) -> None:
    lines = (
        "  hosts:\n   a: {address: a, ssh: {proxy_jump: b}}\n   b: {address: b, ssh: {proxy_jump: c}}\n"
        "   c: {address: c}\n   d: {address: d, ssh: {proxy_jump: [c, b]}}\n"
        "   e: {address: e, ssh: {proxy_jump: 'c,b'}}\n"
    )
    icu = site(here, lines)
    jumps = {one.name: one.ssh.jumps for one in icu.hosts}
    assert jumps == {"a": ("c", "b"), "b": ("c",), "c": (), "d": ("c", "b"), "e": ("c", "b")}


def test_a_bastion_named_in_the_defaults_does_not_jump_through_itself(here: Path) -> None:
    lines = "  ssh: {proxy_jump: [j1, j2]}\n  hosts: {j1: {address: a}, j2: {address: b}, x: {address: c}}\n"
    jumps = {one.name: one.ssh.jumps for one in site(here, lines).hosts}
    assert jumps == {"j1": (), "j2": ("j1",), "x": ("j1", "j2")}


def test_without_key_and_password_the_agent_is_asked(here: Path) -> None:
    lines = (
        "  hosts:\n   a: {address: a}\n   b: {address: b, ssh: {key: k}}\n"
        "   c: {address: c, ssh: {key: k, agent: true}}\n"
    )
    assert {one.name: one.ssh.agent for one in site(here, lines).hosts} == {"a": True, "b": False, "c": True}


def test_empty_sections_and_sites_are_nothing_rather_than_errors(here: Path) -> None:
    text = (
        HEAD
        + "vendor:\ndefaults:\nredact:\nsites:\n  a:\n  b:\n    hosts:\n    databases:\n    vars:\n    ssh:\n"
    )
    inventory = loaded(here, text)
    assert [one.title for one in inventory.sites.values()] == ["a", "b"]
    assert loaded(here, HEAD + "sites:\n").sites == {}


def test_the_same_address_twice_and_names_hard_to_tell_apart_are_warnings(here: Path) -> None:
    lines = (
        "  hosts: {a: {address: X}, b: {address: x}, c: {address: x, port: 2222}}\n"
        "  databases: {A: {engine: mysql, address: x, name: p}, d: {engine: mysql, address: x, name: q}}\n"
    )
    site(here, lines)
    said = warnings(load_inventory(here / "inventory.yaml"))
    assert said == [
        "站点 icu：a 和 b 的地址与端口相同（x:22）",
        "站点 icu：名字 a 和 A 分不清，结果里难以区分",
    ]


def test_duplicate_keys_do_not_hide_what_else_is_wrong(here: Path) -> None:
    with pytest.raises(BadFile) as caught:
        site(here, "  hosts: {a: {address: x, port: '1'}}\n  hosts: {}\n  contrct: x\n")
    assert [fault.place.line for fault in caught.value.faults] == [5, 6, 7]


def test_a_thousand_wrong_hosts_are_told_as_the_first_two_hundred(here: Path) -> None:
    with pytest.raises(BadFile) as caught:
        site(here, "  hosts:\n" + "".join(f"   h{n}: {{port: x}}\n" for n in range(1000)))
    assert len(caught.value.faults) == 200
