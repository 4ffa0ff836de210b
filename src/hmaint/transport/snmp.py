"""Asks a device by SNMP: one session, questions only, every wait and every walk bounded."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch.asyncio import SnmpEngine, Udp6TransportTarget, UdpTransportTarget

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Device, Scalar, Secret
from hmaint.model.look import Oid, Row, Rows, Seen
from hmaint.transport.dial import resolve
from hmaint.transport.snmp_ask import Asker, Name, Value
from hmaint.transport.snmp_login import credentials
from hmaint.transport.snmp_words import NO_SUCH, bits, plain

T = TypeVar("T")
TRIES = 2
"""A datagram may be lost: each question is put so often, all within the limit for connecting."""
_PATIENCE = 2
"""After so many questions in a row without an echo the device is held to be gone for the rest of the visit."""

_FACTS = {"descr": "1.3.6.1.2.1.1.1.0", "object_id": "1.3.6.1.2.1.1.2.0"}
_FACTS |= {"uptime": "1.3.6.1.2.1.1.3.0", "sysname": "1.3.6.1.2.1.1.5.0"}
_ENTERPRISE = "1.3.6.1.4.1."
_VENDORS = {
    "2": "ibm",
    "9": "cisco",
    "11": "hp",
    "171": "dlink",
    "311": "microsoft",
    "318": "apc",
    "476": "vertiv",
    "534": "eaton",
    "674": "dell",
    "789": "netapp",
    "1588": "brocade",
    "2011": "huawei",
    "2636": "juniper",
    "3902": "zte",
    "4881": "ruijie",
    "6574": "synology",
    "6876": "vmware",
    "8072": "net-snmp",
    "12356": "fortinet",
    "14988": "mikrotik",
    "24681": "qnap",
    "25506": "h3c",
}
"""By the enterprise numbers of IANA; what has none of these is called by its number."""


def open_snmp(device: Device, secret_of: Callable[[Secret], str]) -> SnmpSession:
    """Greet a device; raises CouldNotLook `unreachable` where nothing comes back, `denied` where it refuses."""
    login = credentials(device.snmp, secret_of)
    ((family, place), *_) = resolve(device.address, device.port, device.limits.connect)
    session = SnmpSession(device)
    try:
        session.greet(login, family, (str(place[0]), device.port))
    except BaseException:
        session.close()
        raise
    return session


class SnmpSession:
    """An open way to one device, used by one thread at a time; its limit runs from when it was made."""

    def __init__(self, device: Device) -> None:
        self.facts: Mapping[str, object] = {}
        self._device = device
        self._deadline = time.monotonic() + device.limits.host
        self._runner = asyncio.Runner()
        self._asker: Asker | None = None
        self._silent = 0

    def greet(self, login: object, family: int, place: tuple[str, int]) -> None:
        """Ask the device who it is, which every device tells."""
        self.facts = self._run(self._greet(login, family, place))

    def fetch(self, oids: Sequence[Oid]) -> Mapping[Oid, Rows]:
        """Read every node, those that are wanted twice again after their pause; never raises for what comes back."""
        return self._run(self._fetch(oids))

    def close(self) -> None:
        """Hang up; may be called twice."""
        if self._asker is not None:
            self._asker.hang_up()
            self._asker = None
        self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._runner.run(work)
        except PySnmpError as failure:
            # The library's own words may hold what was sent; its type says enough.
            raise CouldNotLook(Seen.GARBLED, f"SNMP 会话失败（{type(failure).__name__}）") from None

    async def _greet(self, login: object, family: int, place: tuple[str, int]) -> Mapping[str, object]:
        kind = Udp6TransportTarget if family == socket.AF_INET6 else UdpTransportTarget
        each = max(1, round(self._device.limits.connect / TRIES))
        target = await kind.create(place, timeout=each, retries=TRIES - 1)
        self._asker = Asker(SnmpEngine(), login, target, self._device)
        told: dict[str, Scalar] = {}
        for name, oid in _FACTS.items():
            value = await self._asker.get(_numbers(oid), greeting=not told)
            told[name] = None if value is None else plain(value)
        return {**told, "vendor": _vendor(str(told["object_id"] or ""))}

    async def _fetch(self, oids: Sequence[Oid]) -> Mapping[Oid, Rows]:
        read: dict[Oid, Rows] = {}
        begun: dict[Oid, float] = {}
        for oid in oids:
            begun[oid] = time.monotonic()
            read[oid] = await self._bounded(oid)
        for oid in [oid for oid in oids if oid.again and read[oid].seen is Seen.OBSERVED]:
            await asyncio.sleep(max(0.0, min(begun[oid] + oid.again, self._deadline) - time.monotonic()))
            # From beginning to beginning: each row waited as long as its column did.
            span = time.monotonic() - begun[oid]
            read[oid] = _paired(read[oid], await self._bounded(oid), span)
        return read

    async def _bounded(self, oid: Oid) -> Rows:
        begun = time.monotonic()
        if self._silent >= _PATIENCE:
            return Rows(Seen.TIMED_OUT, reason="设备中途不再答复，其余内容未读取")
        if begun > self._deadline:
            return Rows(Seen.TIMED_OUT, reason="超过该设备的总时限")
        try:
            async with asyncio.timeout(self._deadline - begun):
                read = await (self._column(oid) if oid.column else self._one(oid))
            self._silent = 0
        except TimeoutError:
            read = Rows(Seen.TIMED_OUT, reason=f"超过该设备的总时限 {self._device.limits.host:g} 秒")
        except PySnmpError as failure:
            read = Rows(Seen.GARBLED, reason=f"SNMP 会话失败（{type(failure).__name__}）")
        except CouldNotLook as failure:
            self._silent = self._silent + 1 if failure.seen is Seen.TIMED_OUT else 0
            read = Rows(Seen(failure.seen), reason=failure.reason)
        return Rows(read.seen, read.rows, read.cut, read.reason, round((time.monotonic() - begun) * 1000))

    async def _one(self, oid: Oid) -> Rows:
        value = await self._way().get(_numbers(oid.oid))
        return Rows(Seen.OBSERVED, (_row("", value),)) if value is not None else _nothing(oid)

    async def _column(self, oid: Oid) -> Rows:
        """Walk down one column; a device that does not move on, or never ends, is stopped."""
        root = last = _numbers(oid.oid)
        rows: list[Row] = []
        while True:
            for name, value in await self._way().after(last):
                if value is None or name[: len(root)] != root:
                    return Rows(Seen.OBSERVED, tuple(rows)) if rows else _nothing(oid)
                if name <= last:
                    raise CouldNotLook(Seen.GARBLED, f"设备返回的 OID 没有递增（{oid.oid}），已停止读取")
                if len(rows) >= oid.rows:
                    return Rows(Seen.OBSERVED, tuple(rows), cut=True)
                rows.append(_row(".".join(map(str, name[len(root) :])), value))
                last = name

    def _way(self) -> Asker:
        if self._asker is None:
            raise CouldNotLook(Seen.GARBLED, "SNMP 会话已经关闭")
        return self._asker


def _numbers(oid: str) -> Name:
    return tuple(int(part) for part in oid.split("."))


def _row(index: str, value: Value) -> Row:
    return {"index": index, "value": plain(value), "bits": bits(value)}


def _nothing(oid: Oid) -> Rows:
    return Rows(Seen.UNSUPPORTED, reason=f"{NO_SUCH}：{oid.oid}")


def _paired(first: Rows, second: Rows, seconds: float) -> Rows:
    """Rows of the first reading with what the second one said at the same index."""
    if second.seen is not Seen.OBSERVED:
        return second
    later = {row["index"]: row["value"] for row in second.rows}
    rows = tuple(
        {**row, "later": later.get(row["index"]), "seconds": round(seconds, 3)} for row in first.rows
    )
    return Rows(Seen.OBSERVED, rows, first.cut or second.cut, elapsed_ms=first.elapsed_ms + second.elapsed_ms)


def _vendor(object_id: str) -> str:
    number = (
        object_id.removeprefix(_ENTERPRISE).partition(".")[0] if object_id.startswith(_ENTERPRISE) else ""
    )
    return _VENDORS.get(number, number)
