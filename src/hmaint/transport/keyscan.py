"""Asks a server for every host key it has, without logging in."""

from __future__ import annotations

from collections.abc import Callable

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Limits
from hmaint.transport.doorstep import Wire
from hmaint.transport.handshake import close, shake_hands, shown_key
from hmaint.transport.hostkey import HostKey

_KINDS = {"ssh-ed25519": "ed25519", "ecdsa-sha2-nistp256": "ecdsa", "ssh-rsa": "rsa"}


def scan(connect: Callable[[], Wire], limits: Limits, *, legacy: bool = False) -> tuple[HostKey, ...]:
    """Exchange keys once for each kind the server offers; raises CouldNotLook when there is none at all."""
    peer = shake_hands(connect(), limits, legacy=legacy)
    keys = [shown_key(peer)]
    offered = " ".join(peer.offered.get("server_key_algo_list", ()))
    close(peer)
    for kind, word in _KINDS.items():
        if word in offered and kind not in {key.kind for key in keys}:
            try:
                peer = shake_hands(connect(), limits, [kind], legacy=legacy)
            except CouldNotLook:
                continue  # one key is enough to go by; a server may allow few connections at a time
            keys.append(shown_key(peer))
            close(peer)
    return tuple(dict.fromkeys(keys))
