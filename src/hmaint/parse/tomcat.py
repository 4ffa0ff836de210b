"""`tomcat`: running Tomcats as checks/tomcat tells them, one behind each `@ PID USER AGE THREADS RSS`."""

from __future__ import annotations

import re

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import Options, Rows, elapsed

_HEAD = 5
_VERSION = re.compile(r"Tomcat(?: Version |/)(\d+)\.(\d+)((?:\.\d+)*)")
_OLD, _FULL, _TOTAL = "O", "FGC", "GCT"


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format is called alike
    """One row an instance; what could not be read is empty.

    `base pid user uptime_s threads rss_mb version release ports closed old_pct full_gcs gc_pct logs_mb apps`. `closed`
    names the ports of server.xml that nobody listens on, `gc_pct` is the share of the running time that collecting
    garbage took, `apps` names the demonstration programs that are installed.
    """
    parts = f"\n{text}".split("\n@ ")
    if parts[0].strip():
        raise ValueError(f"不是 Tomcat 的内容：{parts[0].strip()[:60]!r}")
    return [_instance(part) for part in parts[1:]]


def _instance(part: str) -> dict[str, Scalar]:
    head, *lines = part.splitlines()
    words = head.split()
    if len(words) != _HEAD or not (words[0] + words[3] + words[4]).isdecimal():
        raise ValueError(f"不是 Tomcat 的内容：{head[:60]!r}")
    told: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(" ")
        told.setdefault(name, []).append(value.strip())
    uptime = elapsed(words[2])
    return {
        "base": _first(told, "base"),
        "pid": int(words[0]),
        "user": words[1],
        "uptime_s": uptime,
        "threads": int(words[3]),
        "rss_mb": round(int(words[4]) / 1024, 1),
        **_release(_first(told, "version") or ""),
        **_ports(told),
        **_heap(told.get("jstat", []), uptime),
        "logs_mb": _megabytes(_first(told, "logs")),
        "apps": "、".join(told.get("app", [])) if "apps" in told else None,
    }


def _first(told: dict[str, list[str]], name: str) -> str | None:
    return told[name][0] if told.get(name) else None


def _release(said: str) -> dict[str, Scalar]:
    found = _VERSION.search(said)
    if found is None:
        return {"version": None, "release": None}
    major, minor, rest = found.groups()
    return {"version": f"{major}.{minor}{rest}", "release": f"{major}.{minor}"}


def _ports(told: dict[str, list[str]]) -> dict[str, Scalar]:
    """Ports of server.xml; None where it could not be read or names none in figures."""
    pairs = [line.split() for line in told.get("port", []) if len(line.split()) == 2]  # noqa: PLR2004 - number, state
    if not pairs:
        return {"ports": None, "closed": None}
    closed = [port for port, state in pairs if state != "open"]
    return {"ports": "、".join(port for port, _state in pairs), "closed": "、".join(closed)}


def _heap(lines: list[str], uptime: int) -> dict[str, Scalar]:
    """What jstat -gcutil says: names in the first line, figures in the second."""
    names, figures = [*(line.split() for line in lines), [], []][:2]
    row = dict(zip(names, figures, strict=False))
    spent = _figure(row.get(_TOTAL))
    full = _figure(row.get(_FULL))
    return {
        "old_pct": _figure(row.get(_OLD)),
        "full_gcs": None if full is None else int(full),
        "gc_pct": None if spent is None or not uptime else round(100 * spent / uptime, 2),
    }


def _figure(text: str | None) -> float | None:
    try:
        return None if text is None else float(text.replace(",", "."))
    except ValueError:
        return None


def _megabytes(kilobytes: str | None) -> float | None:
    return round(int(kilobytes) / 1024, 1) if kilobytes and kilobytes.isdecimal() else None
