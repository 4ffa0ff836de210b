"""The only questions that are ever put to a device: GET, GETNEXT and GETBULK. There is no way here to set anything."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

from pysnmp.hlapi.v3arch.asyncio import (
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    Udp6TransportTarget,
    UdpTransportTarget,
    bulk_cmd,
    get_cmd,
    next_cmd,
)

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Device
from hmaint.model.look import Seen
from hmaint.transport.snmp_words import ABSENT, NO_SUCH, TOO_BIG, failed, refused

Name = tuple[int, ...]
Value = object
Pair = tuple[Name, Value | None]
_REPETITIONS = 20
"""Rows asked for at once: an answer of a few datagram fragments even where each row is a long description."""

_WHY = {
    "2c": "：地址不通、UDP 端口被拦截、设备没有启用 SNMP，或团体名、访问控制列表不符（设备对此不作答复）",
    "3": "：地址不通、UDP 端口被拦截、设备没有启用 SNMPv3，或加密口令、加密算法不符（设备对此不作答复）",
}


class Asker:
    """Puts questions to one device; None for a value it does not have."""

    def __init__(
        self,
        engine: SnmpEngine,
        login: object,
        target: UdpTransportTarget | Udp6TransportTarget,
        device: Device,
    ) -> None:
        self._engine = engine
        self._way = (engine, login, target, ContextData(contextName=device.snmp.context.encode()))
        self._silence = (
            f"{device.address}:{device.port} 没有回音（{target.timeout * (target.retries + 1):g} 秒）"
        )
        self._why = _WHY["3" if device.snmp.version == "3" else "2c"]
        self._repetitions = 0 if device.snmp.version == "1" else _REPETITIONS
        self._greeting = False

    async def get(self, name: Name, *, greeting: bool = False) -> Value | None:
        """Read one value; `greeting` is the first word to a device of which nothing was heard yet."""
        self._greeting = greeting
        status, pairs = await self._put(get_cmd, name)
        if status:
            failure = failed(status)
            if failure.seen is Seen.UNSUPPORTED:
                return None
            raise failure
        if not pairs or pairs[0][0] != name:
            raise CouldNotLook(Seen.GARBLED, "设备答复的不是所问的内容")
        return pairs[0][1]

    async def after(self, name: Name) -> list[Pair]:
        """Read the next values behind a name: several at once where the version can, fewer if they are long."""
        self._greeting = False
        while True:
            status, pairs = await self._put(self._more, name)
            if status == TOO_BIG and self._repetitions:
                self._repetitions //= 4
                continue
            if status:
                failure = failed(status)
                # Version 1 ends a walk by saying that there is no such name.
                return [(name, None)] if failure.seen is Seen.UNSUPPORTED else _raise(failure)
            if not pairs:
                raise CouldNotLook(Seen.GARBLED, "设备的答复中没有内容")
            return pairs

    def hang_up(self) -> None:
        """Close the socket."""
        self._engine.close_dispatcher()

    async def _more(self, *asked: Any, **options: Any) -> Any:  # noqa: ANN401 - as the library's own functions
        if not self._repetitions:
            return await next_cmd(*asked, **options)
        *way, node = asked
        return await bulk_cmd(*way, 0, self._repetitions, node, **options)

    async def _put(self, question: Callable[..., Awaitable[Any]], name: Name) -> tuple[int, list[Pair]]:
        node = ObjectType(ObjectIdentity(name))
        complaint, status, _index, bound = await question(*self._way, node, lookupMib=False)
        if complaint:
            silence = self._silence + (self._why if self._greeting else "")
            raise refused(complaint, silence, greeting=self._greeting)
        return int(status), list(_pairs(cast("Iterable[tuple[Any, Any]]", bound)))


def _pairs(bound: Iterable[tuple[Any, Any]]) -> Iterable[Pair]:
    for name, value in bound:
        yield tuple(int(part) for part in tuple(name)), None if isinstance(value, ABSENT) else value


def _raise(failure: CouldNotLook) -> list[Pair]:
    raise failure


__all__ = ["NO_SUCH", "Asker", "Name", "Pair", "Value"]
