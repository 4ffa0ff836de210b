"""`x509`: `openssl x509 -noout -subject -issuer -enddate` of several files, behind the host's time.

The text begins with `@ EPOCH`; each certificate stands behind a line `# PATH`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hmaint.model.inventory import Scalar
from hmaint.parse.fields import MONTHS, Options, Rows, whole

_FIELD = re.compile(r"^(subject|issuer|notAfter)\s*=\s*(.*)$", re.MULTILINE)


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per certificate: `path subject issuer expires days`; `days` counts down to the end, negative after it.

    PermissionError when a file may not be read, ValueError when one holds no certificate.
    """
    head, *parts = re.split(r"^# ", text, flags=re.MULTILINE)
    if not head.startswith("@ "):
        raise ValueError("没有主机时间")
    now = datetime.fromtimestamp(whole(head[2:].strip()), UTC)
    return [_row(part, now) for part in parts]


def _row(part: str, now: datetime) -> dict[str, Scalar]:
    path, _, said = part.partition("\n")
    told = dict(_FIELD.findall(said))
    if "notAfter" not in told:
        if "Permission denied" in said:
            raise PermissionError(f"无权读取 {path.strip()}")
        raise ValueError(f"{path.strip()} 不是证书：{' '.join(said.split())[:80]}")
    month, day, clock, year, _ = told["notAfter"].split()
    until = datetime.fromisoformat(f"{year}-{MONTHS[month]:02}-{int(day):02} {clock}+00:00")
    return {
        "path": path.strip(),
        "subject": _name(told.get("subject", "")),
        "issuer": _name(told.get("issuer", "")),
        "expires": until.date().isoformat(),
        "days": int((until - now).total_seconds() // 86400),
    }


def _name(distinguished: str) -> str:
    common = re.search(r"CN ?= ?([^,/]+)", distinguished)
    return common.group(1).strip() if common else distinguished.strip()
