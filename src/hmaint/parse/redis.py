"""`redis`: what `redis-cli` said to INFO and SLOWLOG LEN, one instance behind each `@ PORT auth|open`."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows

_REFUSED = ("NOAUTH", "WRONGPASS", "NOPERM", "invalid password", "Client sent AUTH")
_NEEDLESS = ("without any password configured", "no password is set")
"""What a server answers to a password it does not ask for: it lets in everybody."""
_LINES = ("rdb_last_bgsave_status", "aof_last_bgrewrite_status", "aof_last_write_status")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format is called alike
    """One row an instance; of one that does not answer every column is empty but `port` and `up`.

    `port up version release uptime_s role used_mb used_pct limited policy fragmentation clients clients_pct rejected
    evicted saved link lag_s slow guarded`. `used_pct` is of `maxmemory`, without it of the machine's memory.
    PermissionError where an instance wants another password.
    """
    rows: Rows = []
    for part in f"\n{text}".split("\n@ ")[1:]:
        head, _, said = part.partition("\n")
        port, _, access = head.strip().partition(" ")
        rows.append({"port": _number(port), **_instance(said, port, guarded=access == "auth")})
    if not rows:
        raise ValueError("没有任何实例的内容")
    return rows


def _instance(said: str, port: str, *, guarded: bool) -> dict[str, Scalar]:
    lines = [line.strip() for line in said.splitlines()]
    info = dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith(("#", "(")))
    if "redis_version" not in info:
        if any(word in said for word in _REFUSED):
            raise PermissionError(f"Redis {port} 需要口令，或口令不对")
        if "refused" not in said:
            raise ValueError(f"Redis {port} 的答复不是 INFO")
        return {**dict.fromkeys(_COLUMNS), "up": False}
    slow = next((line for line in reversed(lines) if line.isdigit()), "")
    # While it reads its data back after a start it tells of itself and answers nothing else.
    return {
        "up": info.get("loading") != "1",
        **_figures(info),
        "slow": _number(slow),
        "guarded": guarded and not _open(said),
    }


def _open(said: str) -> bool:
    return any(word in said for word in _NEEDLESS)


def _figures(info: Mapping[str, str]) -> dict[str, Scalar]:
    version = info["redis_version"]
    limit = _number(info.get("maxmemory", ""))
    used, clients = _number(info.get("used_memory", "")), _number(info.get("connected_clients", ""))
    role = info.get("role") or None
    return {
        "version": version,
        "release": ".".join(version.split(".")[:2]),
        "uptime_s": _number(info.get("uptime_in_seconds", "")),
        "role": role,
        "used_mb": None if used is None else round(used / 1_048_576, 1),
        "used_pct": _share(used, limit or _number(info.get("total_system_memory", ""))),
        "limited": None if limit is None else limit > 0,
        "policy": info.get("maxmemory_policy"),
        "fragmentation": _figure(info.get("mem_fragmentation_ratio", "")),
        "clients": clients,
        "clients_pct": _share(clients, _number(info.get("maxclients", ""))),
        "rejected": _number(info.get("rejected_connections", "")),
        "evicted": _number(info.get("evicted_keys", "")),
        "saved": _saved(info),
        "link": "none" if role == "master" else info.get("master_link_status"),
        "lag_s": 0 if role == "master" else _number(info.get("master_last_io_seconds_ago", "")),
    }


_COLUMNS = (
    *("version", "release", "uptime_s", "role", "used_mb", "used_pct", "limited", "policy", "fragmentation"),
    *("clients", "clients_pct", "rejected", "evicted", "saved", "link", "lag_s", "slow", "guarded"),
)


def _saved(info: Mapping[str, str]) -> str | None:
    """`ok`, or what of writing to disk failed; what is switched off does not count."""
    wanted = _LINES if info.get("aof_enabled") == "1" else _LINES[:1]
    told = {name: info.get(name) for name in wanted}
    failed = [name for name, state in told.items() if state not in ("ok", None)]
    return "、".join(failed) or ("ok" if told[_LINES[0]] else None)


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


def _figure(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _share(part: int | None, whole: int | None) -> float | None:
    return round(100 * part / whole, 1) if part is not None and whole else None
