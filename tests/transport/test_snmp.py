"""Devices asked by SNMP: every version against a real agent, and peers that lie, babble or never end."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from pysnmp.proto.api import v2c

from hmaint import transport
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Device, Limits, Secret, Snmp
from hmaint.model.look import Oid, Rows, Seen
from hmaint.transport.snmp import SnmpSession, open_snmp
from tests.services.datagrams import Reply, answered, datagram_peer, names
from tests.services.fixtures import running
from tests.services.snmpd import COMMUNITY, HIDDEN, KEY, Snmpd

DESCR, CHARGE = Oid("1.3.6.1.2.1.2.2.1.2", column=True), Oid("1.3.6.1.2.1.33.1.2.4.0")
NOWHERE = Oid("1.3.6.1.2.1.33.1.2.9.0")
OCTETS = "1.3.6.1.2.1.31.1.1.1.6"
IF_DESCR = (1, 3, 6, 1, 2, 1, 2, 2, 1, 2)
PATIENT, HURRIED = Limits(connect=4, host=30), Limits(connect=2, host=8)
GREETING = 4
"""A session greets with so many questions."""


def plain(text: str) -> Secret:
    return Secret("plain", text)


def community(text: str = COMMUNITY, version: str = "2c") -> Snmp:
    return Snmp(version, plain(text))  # type: ignore[arg-type] # one of the three words


def user(name: str, auth: str | None = None, privacy: str | None = None, **said: str) -> Snmp:
    key, hidden = said.get("key", KEY), said.get("hidden", HIDDEN)
    return Snmp(
        "3",
        None,
        name,
        auth,  # type: ignore[arg-type] # one of the known words
        plain(key) if auth else None,
        privacy,  # type: ignore[arg-type] # as above
        plain(hidden) if privacy else None,
    )


@pytest.fixture(scope="module")
def agent() -> Iterator[Snmpd]:
    with running(Snmpd()) as started:
        started.tell(
            {
                "1.3.6.1.2.1.2.2.1.2.1": ("string", "GigabitEthernet0/0/1"),
                "1.3.6.1.2.1.2.2.1.2.2": ("string", "上联 核心"),
                "1.3.6.1.2.1.33.1.2.4.0": ("integer", 88),
                f"{OCTETS}.1": ("counter64", "9000000000000+1000000*t"),
                f"{OCTETS}.2": ("counter64", 5),
                **{
                    f"1.3.6.1.2.1.47.1.1.1.1.7.{n}": ("string", f"slot {n} " + "x" * 200)
                    for n in range(1, 120)
                },
            }
        )
        yield started


def at(port: int, snmp: Snmp, limits: Limits = PATIENT) -> Device:
    return Device("core", "icu", address="127.0.0.1", port=port, snmp=snmp, limits=limits)


@contextmanager
def session(device: Device) -> Iterator[SnmpSession]:
    opened = open_snmp(device, lambda secret: secret.name)
    try:
        yield opened
    finally:
        opened.close()


def failure(device: Device) -> CouldNotLook:
    with pytest.raises(CouldNotLook) as caught, session(device):
        pass
    return caught.value


def values(rows: Rows) -> Mapping[object, object]:
    assert rows.seen is Seen.OBSERVED, rows.reason
    return {row["index"]: row["value"] for row in rows.rows}


@pytest.mark.parametrize(
    "snmp",
    [
        community(),
        community(version="1"),
        user("full", "sha256", "aes128"),
        user("signed", "sha512"),
        user("old", "md5", "des"),
        user("bare"),
    ],
    ids=lambda snmp: f"{snmp.version}-{snmp.user or 'community'}",
)
def test_every_version_and_level_reads_the_same(agent: Snmpd, snmp: Snmp) -> None:
    with session(at(agent.port, snmp)) as opened:
        assert (opened.facts["sysname"], opened.facts["vendor"]) == ("box", "net-snmp")
        assert opened.facts["uptime"] == 8640.0
        told = opened.fetch([DESCR, CHARGE, NOWHERE])
    assert values(told[DESCR]) == {"1": "GigabitEthernet0/0/1", "2": "上联 核心"}
    assert values(told[CHARGE]) == {"": 88}
    assert (told[NOWHERE].seen, told[NOWHERE].rows) == (Seen.UNSUPPORTED, ())


@pytest.mark.parametrize(
    ("snmp", "word"),
    [
        (user("full", "sha256", "aes128", key="another-key-1"), "认证口令"),
        (user("full", "sha512", "aes128"), "认证口令"),
        (user("nobody", "sha256", "aes128"), "没有这个 SNMPv3 用户"),
        (user("full", "sha256"), "不允许"),
        (user("bare", "sha256"), ""),
        (user("full", "sha256", "aes128", key="short"), "少于 8"),
        (Snmp("3", None, "full", "sha256", None), "没有 SNMP 认证口令"),
        (Snmp("2c"), "没有 SNMP 团体名"),
    ],
)
def test_whoever_is_not_let_in_is_denied_and_says_why(agent: Snmpd, snmp: Snmp, word: str) -> None:
    refused = failure(at(agent.port, snmp))
    assert refused.seen is Seen.DENIED
    assert word in refused.reason
    assert not [secret for secret in (KEY, HIDDEN, "another-key-1", COMMUNITY) if secret in refused.reason]


@pytest.mark.parametrize(
    ("snmp", "word"),
    [
        (community("wrong-word"), "团体名"),
        (user("full", "sha256", "aes128", hidden="another-key-2"), "加密口令"),
    ],
)
def test_what_a_device_answers_with_silence_is_unreachable_and_names_the_likely_cause(
    agent: Snmpd, snmp: Snmp, word: str
) -> None:
    silent = failure(at(agent.port, snmp, Limits(connect=2)))
    assert silent.seen is Seen.UNREACHABLE
    assert word in silent.reason
    assert snmp.community is None or snmp.community.name not in silent.reason


def test_a_counter_is_read_twice_with_the_time_between(agent: Snmpd) -> None:
    oid = Oid(OCTETS, column=True, again=1.0)
    with session(at(agent.port, community())) as opened:
        first, still = opened.fetch([oid])[oid].rows
    assert (first["bits"], still["later"]) == (64, 5)
    grown, seconds = first["later"] - first["value"], first["seconds"]  # type: ignore[operator]
    assert 0.9 < seconds < 5  # type: ignore[operator]
    assert 600_000 < grown / seconds < 1_500_000  # type: ignore[operator]


def test_a_column_longer_than_wanted_is_cut_and_says_so(agent: Snmpd) -> None:
    wanted = [Oid("1.3.6.1.2.1.47.1.1.1.1.7", column=True, rows=rows) for rows in (50, 119, 2000)]
    with session(at(agent.port, community())) as opened:
        told = opened.fetch(wanted)
    assert [(len(told[oid].rows), told[oid].cut) for oid in wanted] == [
        (50, True),
        (119, False),
        (119, False),
    ]


def test_many_devices_are_asked_at_once(agent: Snmpd) -> None:
    found: list[object] = []

    def look() -> None:
        with session(at(agent.port, user("full", "sha256", "aes128"))) as opened:
            found.append(values(opened.fetch([CHARGE])[CHARGE]))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert found == [{"": 88}] * 8


# ---- peers of bad manners ----


def sane(raw: bytes) -> list[bytes]:
    return [answered(raw, [(name, v2c.OctetString(b"liar")) for name in names(raw)])]


def lying(answer: Callable[[bytes], list[bytes]]) -> Reply:
    """A peer that greets like any other and then answers as told."""
    count = [0]

    def reply(raw: bytes) -> list[bytes]:
        count[0] += 1
        return sane(raw) if count[0] <= GREETING else answer(raw)

    return reply


def rows_from(reply: Reply, limits: Limits = HURRIED, oid: Oid = DESCR) -> Rows:
    begun = time.monotonic()
    with datagram_peer(reply) as peer, session(at(peer.port, community("a-word"), limits)) as opened:
        told = opened.fetch([oid])[oid]
    assert time.monotonic() - begun < limits.host + 5
    return told


def test_a_silent_peer_costs_its_time_limit_and_is_unreachable() -> None:
    with datagram_peer(lambda _raw: []) as peer:
        begun = time.monotonic()
        silent = failure(at(peer.port, community("a-word"), Limits(connect=2)))
        assert silent.seen is Seen.UNREACHABLE
        assert time.monotonic() - begun < 6
        assert len(peer.heard) == 2  # once, and once more as a datagram may be lost


@pytest.mark.parametrize(
    "noise",
    [
        b"",
        b"\x00",
        b"HTTP/1.1 200 OK\r\n",
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 5000,
        bytes(range(256)) * 200,
    ],
    ids=["nothing", "zero", "http", "huge length", "nested", "noise"],
)
@pytest.mark.parametrize("snmp", [community("a-word"), user("full", "sha256", "aes128")], ids=["2c", "3"])
def test_garbage_for_an_answer_is_no_answer(
    noise: bytes, snmp: Snmp, capfd: pytest.CaptureFixture[str]
) -> None:
    with datagram_peer(lambda _raw: [noise, noise]) as peer:
        heard = failure(at(peer.port, snmp, Limits(connect=2)))
    assert heard.seen in {Seen.UNREACHABLE, Seen.GARBLED}
    assert "a-word" not in heard.reason
    assert capfd.readouterr().err == ""


def test_an_answer_cut_short_is_no_answer() -> None:
    told = rows_from(lying(lambda raw: [answer[:-7] for answer in sane(raw)]))
    assert told.seen in {Seen.TIMED_OUT, Seen.GARBLED}
    assert told.rows == ()


def test_a_walk_that_does_not_move_on_is_stopped() -> None:
    told = rows_from(lying(lambda raw: [answered(raw, [((*IF_DESCR, 1), v2c.OctetString(b"a"))])]))
    assert told.seen is Seen.GARBLED
    assert "没有递增" in told.reason


def test_a_walk_that_goes_back_is_stopped() -> None:
    back = [((*IF_DESCR, number), v2c.OctetString(b"a")) for number in (5, 6, 4)]
    told = rows_from(lying(lambda raw: [answered(raw, back)]))
    assert (told.seen, told.rows) == (Seen.GARBLED, ())


def test_a_walk_without_an_end_is_cut() -> None:
    def more(raw: bytes) -> list[bytes]:
        (last,) = names(raw)
        number = last[-1] if len(last) > len(IF_DESCR) else 0
        return [answered(raw, [((*IF_DESCR, number + n), v2c.OctetString(b"a")) for n in range(1, 21)])]

    told = rows_from(lying(more), Limits(connect=2, host=30))
    assert (told.seen, len(told.rows), told.cut) == (Seen.OBSERVED, DESCR.rows, True)


def test_a_peer_that_answers_another_question_is_not_believed() -> None:
    def other(raw: bytes) -> list[bytes]:
        return [answered(raw, [((1, 3, 6, 1, 4, 1, 9, 9), v2c.OctetString(b"42"))])]

    assert rows_from(lying(other), oid=CHARGE).seen is Seen.GARBLED
    assert rows_from(lying(other)).seen is Seen.UNSUPPORTED  # the walk simply ended


def test_a_value_without_measure_is_kept_short() -> None:
    def wide(raw: bytes) -> list[bytes]:
        return [answered(raw, [((*IF_DESCR, 1), v2c.OctetString(b"w" * 60_000)), ((1, 3, 7), v2c.Null(""))])]

    (row,) = rows_from(lying(wide)).rows
    assert len(str(row["value"])) == 500


def test_a_device_that_falls_silent_is_not_waited_for_at_every_node() -> None:
    wanted = [Oid(f"1.3.6.1.2.1.33.1.2.{number}.0") for number in range(1, 10)]
    with datagram_peer(lying(lambda _raw: [])) as peer:
        device = at(peer.port, community("a-word"), Limits(connect=2, host=60))
        with session(device) as opened:
            begun = time.monotonic()
            told = opened.fetch(wanted)
            assert time.monotonic() - begun < 10
    assert {rows.seen for rows in told.values()} == {Seen.TIMED_OUT}


def test_a_slow_device_is_left_when_its_time_is_over() -> None:
    def slow(raw: bytes) -> list[bytes]:
        time.sleep(0.4)
        (last,) = names(raw)
        number = last[-1] if len(last) > len(IF_DESCR) else 0
        return [answered(raw, [((*IF_DESCR, number + 1), v2c.OctetString(b"a"))])]

    told = rows_from(lying(slow), Limits(connect=2, host=3))
    assert (told.seen, told.rows) == (Seen.TIMED_OUT, ())


@pytest.mark.parametrize(("status", "seen"), [(2, Seen.UNSUPPORTED), (5, Seen.GARBLED), (16, Seen.DENIED)])
def test_an_error_status_is_told_as_what_it_means(status: int, seen: Seen) -> None:
    refuse = lying(lambda raw: [answered(raw, [(name, v2c.Null("")) for name in names(raw)], status)])
    assert rows_from(refuse, oid=CHARGE).seen is seen


def test_answers_that_would_be_too_long_are_asked_for_in_smaller_pieces() -> None:
    def small(raw: bytes) -> list[bytes]:
        if raw[-1:] and b"\xa5" in raw and len(names(raw)) == 1 and _repetitions(raw) > 5:
            return [answered(raw, [(name, v2c.Null("")) for name in names(raw)], 1)]
        return [answered(raw, [((*IF_DESCR, 1), v2c.OctetString(b"a")), ((1, 3, 7), v2c.OctetString(b""))])]

    assert values(rows_from(lying(small))) == {"1": "a"}


def _repetitions(raw: bytes) -> int:
    from tests.services.datagrams import message  # noqa: PLC0415 - beside its only use

    return int(v2c.apiBulkPDU.get_max_repetitions(message(raw)[1]))


def test_there_is_no_way_to_set_anything() -> None:
    """By construction: whatever of the library could write is nowhere named under `transport`."""
    writing = {"set_cmd", "SetRequestPDU", "SetCommandGenerator", "send_notification", "cmdgen", "ntforg"}
    for file in Path(transport.__path__[0]).glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        said = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        said |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        said |= {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        assert not writing & said, file.name


def test_only_reading_questions_reach_the_wire() -> None:
    reading = {0xA0, 0xA1, 0xA5}  # GET, GETNEXT, GETBULK
    tags = set()
    for version in ("1", "2c"):
        end = lying(lambda raw: [answered(raw, [((1, 3, 7), v2c.OctetString(b""))])])
        with datagram_peer(end) as peer:
            with session(at(peer.port, community("a-word", version))) as opened:
                opened.fetch([DESCR, CHARGE])
            tags |= {raw[raw.index(b"a-word") + 6] for raw in peer.heard}
    assert tags <= reading
    assert 0xA5 in tags
