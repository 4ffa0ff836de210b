"""What a SQL Server answers to somebody who logs in, for a peer that speaks its protocol."""

from __future__ import annotations

import ssl
from pathlib import Path

from tests.checks.servers import make_certificate
from tests.services.tds import Refusal, Reply

FACTS = Reply(
    ["version", "edition", "now", "uptime", "sysadmin"],
    [["15.0.4430.1", "Standard Edition (64-bit)", 1_700_000_000, 86_400, 0]],
)
RIGHTS = Reply(["permission_name"], [["CONNECT SQL"], ["VIEW SERVER STATE"], ["VIEW ANY DEFINITION"]])


def server(sql: str) -> Reply | Refusal | None:
    """A SQL Server that knows what a login wants to know, and a table."""
    if "serverproperty" in sql:
        return FACTS
    if "fn_my_permissions" in sql:
        return RIGHTS
    if sql.startswith("set ") or not sql.strip().startswith("select"):
        return None
    return Reply(["n", "姓名"], [[1, "张三"], [None, None]])


def context_of(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS 1.2, with a certificate of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*make_certificate(folder, 30))
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # TDS 7 wraps no newer handshake
    return context
