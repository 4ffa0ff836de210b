"""`authkeys`: an authorized_keys file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from hmaint.parse.fields import Options, Rows

_KEY = re.compile(r"(?:^|\s)((?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]+)\s+(AAAA[A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$")


def parse(text: str, options: Options) -> Rows:  # noqa: ARG001 - every format has the same signature
    """One row per key: `type fingerprint comment`; ValueError for a line that is no key."""
    rows: Rows = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _KEY.search(line.strip())
        if not match:
            raise ValueError("有一行不是公钥")
        try:
            blob = base64.b64decode(match.group(2), validate=True)
        except binascii.Error:
            raise ValueError("有一个公钥不完整") from None
        digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
        rows.append(
            {"type": match.group(1), "fingerprint": f"SHA256:{digest}", "comment": match.group(3) or ""}
        )
    return rows
