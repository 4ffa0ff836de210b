"""`rabbitmq`: `rabbitmqctl status --formatter json`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows

_MB = 1_048_576


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format is called alike
    """One row, of which every column is empty that this version does not tell.

    `version release uptime_s alarms memory_mb memory_pct disk_free_mb disk_limit_mb disk_ratio files_pct
    sockets_pct processes_pct connections queues vhosts maintenance`. `alarms` names those in force, with 、 between;
    empty text where there is none.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"不是 rabbitmqctl status 的 JSON：{text.strip()[:60]!r}") from None
    if not isinstance(told, dict) or "rabbitmq_version" not in told:
        raise ValueError("没有 rabbitmq_version")
    version, totals = str(told["rabbitmq_version"]), _part(told, "totals")
    used = _part(_part(told, "memory"), "total").get(_strategy(told))
    free, limit = told.get("disk_free"), told.get("disk_free_limit")
    return [
        {
            "version": version,
            "release": ".".join(version.split(".")[:2]),
            "uptime_s": _whole(told.get("uptime")),
            "alarms": _alarms(told.get("alarms")),
            "memory_mb": _megabytes(used),
            "memory_pct": _share(used, told.get("vm_memory_high_watermark_limit")),
            "disk_free_mb": _megabytes(free),
            "disk_limit_mb": _megabytes(limit),
            "disk_ratio": _ratio(free, limit),
            "files_pct": _share(*_used(_part(told, "file_descriptors"), "total_used", "total_limit")),
            "sockets_pct": _share(*_used(_part(told, "file_descriptors"), "sockets_used", "sockets_limit")),
            "processes_pct": _share(*_used(_part(told, "processes"), "used", "limit")),
            "connections": _whole(totals.get("connection_count")),
            "queues": _whole(totals.get("queue_count")),
            "vhosts": _whole(totals.get("virtual_host_count")),
            "maintenance": bool(told.get("is_under_maintenance")),
        }
    ]


def _part(told: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = told.get(name)
    return part if isinstance(part, dict) else {}


def _strategy(told: Mapping[str, object]) -> str:
    return str(_part(told, "memory").get("strategy") or "rss")


def _alarms(told: object) -> str | None:
    """Name the alarms; None where the reply has no such list."""
    if not isinstance(told, list):
        return None
    return "、".join(
        json.dumps(alarm, ensure_ascii=False) if isinstance(alarm, dict) else str(alarm) for alarm in told
    )


def _used(part: Mapping[str, object], used: str, limit: str) -> tuple[object, object]:
    return part.get(used), part.get(limit)


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _share(part: object, whole: object) -> Scalar:
    ratio = _ratio(part, whole)
    return None if ratio is None else round(100 * ratio, 1)


def _ratio(part: object, whole: object) -> float | None:
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return None
    return round(part / whole, 4)


def _megabytes(value: object) -> float | None:
    return round(value / _MB, 1) if isinstance(value, int | float) else None
