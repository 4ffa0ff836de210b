"""The kind that looks at devices: what it asks, and how it joins what came back."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Device, Host, Site
from hmaint.model.look import Answer, Oid, Row, Rows, Seen
from hmaint.step.kind import Context
from hmaint.step.snmp import KIND, SnmpArgs
from hmaint.step.snmp_names import NAMES, node_of

CONTEXT = Context(Device("core", "icu"), Site("icu", "重症监护系统"), {"limit": 10})
IF_DESCR, IF_OPER = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.8"
NONE = Rows(Seen.UNSUPPORTED, reason="设备没有这一项")


def column(*values: object, **more: object) -> Rows:
    rows = tuple({"index": str(n), "value": value, "bits": None, **more} for n, value in enumerate(values, 1))
    return Rows(Seen.OBSERVED, rows)  # type: ignore[arg-type] # scalars all


def one(value: object) -> Rows:
    return Rows(Seen.OBSERVED, ({"index": "", "value": value, "bits": None},))  # type: ignore[dict-item]


def read(args: SnmpArgs, *answers: Answer) -> tuple[Row, ...]:
    return KIND.read(args, CONTEXT, answers).rows


def failure(args: SnmpArgs, *answers: Answer) -> CouldNotLook:
    with pytest.raises(CouldNotLook) as caught:
        read(args, *answers)
    return caught.value


def test_every_node_is_one_question_scalars_at_their_instance() -> None:
    args = SnmpArgs(scalars={"up": ("sysUpTime", "1.3.6.1.4.1.9.1.0")}, columns={"name": "ifDescr"}, rows=7)
    assert KIND.ask(args, CONTEXT) == [
        Oid("1.3.6.1.2.1.1.3.0"),
        Oid("1.3.6.1.4.1.9.1.0"),
        Oid(IF_DESCR, column=True, rows=7),
    ]


def test_a_rate_is_asked_for_twice() -> None:
    args = SnmpArgs(columns={"octets": "ifHCInOctets", "name": "ifName"}, rates=("octets",), pause="5s")
    assert [oid.again for oid in KIND.ask(args, CONTEXT)] == [5.0, 0.0]


def test_only_devices_are_asked() -> None:
    with pytest.raises(CouldNotLook) as caught:
        KIND.ask(SnmpArgs(scalars={"a": "sysName"}), replace(CONTEXT, target=Host("h", "icu")))
    assert caught.value.seen is Seen.UNSUPPORTED


def test_columns_are_joined_by_index_and_told_in_the_words_of_their_mib() -> None:
    args = SnmpArgs(columns={"name": "ifDescr", "oper": "ifOperStatus"}, scalars={"box": "sysName"})
    rows = read(args, one("core"), column("eth1", "eth2"), column(1, 99, 2))
    assert rows == (
        {"index": "1", "name": "eth1", "oper": "up", "box": "core"},
        {"index": "2", "name": "eth2", "oper": "99", "box": "core"},
        {"index": "3", "name": None, "oper": "down", "box": "core"},
    )


def test_a_node_by_its_number_keeps_its_figure() -> None:
    assert read(SnmpArgs(columns={"oper": IF_OPER}), column(1)) == ({"index": "1", "oper": 1},)


def test_of_several_nodes_the_first_that_the_device_has_counts_row_by_row() -> None:
    args = SnmpArgs(columns={"name": ("ifName", "ifDescr")})
    assert [row["name"] for row in read(args, column("a", None), column("x", "b", "c"))] == ["a", "b", "c"]
    assert [row["name"] for row in read(args, NONE, column("x"))] == ["x"]


def test_a_device_that_has_none_of_it_is_unsupported() -> None:
    assert failure(SnmpArgs(columns={"a": "ifName"}), NONE).seen is Seen.UNSUPPORTED
    assert failure(SnmpArgs(scalars={"a": "sysName", "b": "sysDescr"}), NONE, NONE).seen is Seen.UNSUPPORTED
    # A scalar beside a table that is not there does not make the table.
    both = SnmpArgs(scalars={"a": "sysName"}, columns={"b": "ifName"})
    assert failure(both, one("core"), NONE).seen is Seen.UNSUPPORTED


@pytest.mark.parametrize("seen", [Seen.TIMED_OUT, Seen.DENIED, Seen.GARBLED])
def test_a_part_that_was_not_read_is_no_part_that_is_not_there(seen: Seen) -> None:
    args = SnmpArgs(columns={"name": "ifName", "oper": "ifOperStatus"})
    assert failure(args, column("a"), Rows(seen, reason="x")).seen is seen


def test_what_was_cut_is_told() -> None:
    table = KIND.read(SnmpArgs(columns={"a": "ifName"}), CONTEXT, [replace(column("x"), cut=True)])
    assert table.cut


def moved(first: int, later: int, bits: int | None = 64, seconds: float = 10.0) -> Rows:
    row: Row = {"index": "1", "value": first, "bits": bits, "later": later, "seconds": seconds}
    return Rows(Seen.OBSERVED, (row,))


@pytest.mark.parametrize(
    ("answer", "rate"),
    [
        (moved(100, 1100), 100.0),
        (moved(2**32 - 500, 500, 32), 100.0),
        (moved(2**64 - 500, 500, 64), 100.0),
        (moved(500, 500), None),
        (moved(500, 600, seconds=0.0), None),
    ],
)
def test_a_rate_counts_round_and_does_not_take_memory_for_quiet(answer: Rows, rate: float | None) -> None:
    args = SnmpArgs(columns={"octets": "ifHCInOctets"}, rates=("octets",))
    (row,) = read(args, answer)
    assert row["octets_per_s"] == rate


def test_computed_columns_are_empty_where_a_part_is_and_see_what_was_computed_before() -> None:
    args = SnmpArgs(
        columns={"used": "hrStorageUsed", "size": "hrStorageSize"},
        compute={"pct": "100 * used / size", "over": "pct - vars.limit"},
    )
    rows = read(args, column(1, 5, None), column(3, 0, 10))
    assert [(row["pct"], row["over"]) for row in rows] == [(33.333, 23.333), (None, None), (None, None)]


def test_rows_that_are_not_meant_fall_away_and_doubtful_ones_stay() -> None:
    args = SnmpArgs(columns={"used": "hrStorageUsed", "size": "hrStorageSize"}, only="size > 0")
    rows = read(args, column(1, 2, 3), column(9, 0, None))
    assert [row["used"] for row in rows] == [1, 3]


def test_names_are_numbers_of_published_mibs_each_once() -> None:
    assert len({node.oid for node in NAMES.values()}) == len(NAMES)
    for name, node in NAMES.items():
        assert node_of(node.oid).oid == node.oid == node_of(name).oid
        assert not node.oid.endswith(".0")


def test_the_library_is_not_loaded_before_a_device_is_asked() -> None:
    code = "import sys, hmaint.app.inspect, hmaint.step.snmp; sys.exit('pysnmp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - this interpreter
