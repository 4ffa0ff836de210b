"""Looks at a service from the laptop: one question in the service's own protocol, no login, nothing changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from hmaint.errors import Bug, CouldNotLook
from hmaint.model.inventory import Limits, Scalar
from hmaint.model.look import Probe, Rows, Seen
from hmaint.transport.budget import Budget
from hmaint.transport.probe_dicom import ask_dicom
from hmaint.transport.probe_dns import ask_dns
from hmaint.transport.probe_greeting import ask_greeting
from hmaint.transport.probe_http import ask_http
from hmaint.transport.probe_ldap import ask_ldap
from hmaint.transport.probe_mllp import ask_mllp
from hmaint.transport.probe_ntp import ask_ntp
from hmaint.transport.probe_sshd import ask_sshd
from hmaint.transport.probe_tcp import ask_tcp
from hmaint.transport.probe_tls import ask_tls
from hmaint.transport.probe_tls_versions import ask_tls_versions

Settings = Mapping[str, Scalar]
_ASK: Mapping[str, Callable[[Settings, Budget], dict[str, Scalar]]] = {
    "tcp": ask_tcp,
    "tls": ask_tls,
    "http": ask_http,
    "tls_versions": ask_tls_versions,
    "ntp": ask_ntp,
    "dns": ask_dns,
    "ldap": ask_ldap,
    "greeting": ask_greeting,
    "sshd": ask_sshd,
    "dicom": ask_dicom,
    "mllp": ask_mllp,
}


def run_probe(probe: Probe, limits: Limits) -> Rows:
    """Put one question to a service, within `limits.connect` for the connection and `limits.command` in all.

    Never raises for what the service does: one row, or none and the reason in Chinese.
    """
    if probe.kind not in _ASK:
        raise Bug(f"no probe of kind {probe.kind}")
    begun = time.monotonic()
    try:
        row = _ASK[probe.kind](dict(probe.settings), Budget(limits))
    except CouldNotLook as failure:
        return Rows(Seen(failure.seen), reason=failure.reason, elapsed_ms=_ms(begun))
    return Rows(Seen.OBSERVED, (row,), elapsed_ms=_ms(begun))


def _ms(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
