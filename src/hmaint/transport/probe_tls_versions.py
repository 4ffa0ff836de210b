"""Which versions of TLS that are broken a service still takes."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Mapping

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Scalar
from hmaint.model.look import Seen
from hmaint.transport.budget import Budget
from hmaint.transport.probe_tls import relaxed_context
from hmaint.transport.starttls import dial_for_tls

_OLD = {"TLSv1": ssl.TLSVersion.TLSv1, "TLSv1.1": ssl.TLSVersion.TLSv1_1}
_OURS = {"NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE", "UNSUPPORTED_PROTOCOL_VERSION_NUMBER"}
"""Failures of this laptop's own library, which then never asked the question."""


def ask_tls_versions(settings: Mapping[str, Scalar], budget: Budget) -> dict[str, Scalar]:
    """Shake hands at `address` and `port` as clients of old do: `old` lists the versions taken, joined.

    A handshake of today comes first: a service that takes none at all has not been seen to refuse the old ones.
    """
    address, port = str(settings["address"]), int(settings["port"] or 0)
    protocol = str(settings.get("starttls") or "")

    def dial() -> socket.socket:
        return dial_for_tls(address, port, protocol, budget)

    with budget.secure(dial(), relaxed_context(verify=False), address) as link:
        today = link.version() or ""
    taken = [name for name, version in _OLD.items() if _takes(dial(), version, budget)]
    return {"protocol": today, "old": "、".join(taken)}


def _takes(link: socket.socket, version: ssl.TLSVersion, budget: Budget) -> bool:
    context = relaxed_context(verify=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    with link:
        try:
            with context.wrap_socket(link, do_handshake_on_connect=False) as secured:
                secured.settimeout(budget.left())
                secured.do_handshake()
        except TimeoutError:
            seconds = budget.limits.command
            raise CouldNotLook(Seen.TIMED_OUT, f"TLS 握手超过 {seconds:g} 秒未完成") from None
        except (ssl.SSLEOFError, ConnectionError):
            return False
        except ssl.SSLError as failure:
            if (failure.reason or "") in _OURS:
                raise CouldNotLook(Seen.UNSUPPORTED, "本机的 TLS 库不能用旧版本询问") from None
            return False
        except OSError as failure:
            why = failure.strerror or type(failure).__name__
            raise CouldNotLook(Seen.UNREACHABLE, f"TLS 握手途中连接断开（{why}）") from None
    return True
