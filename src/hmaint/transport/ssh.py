"""Hosts over SSH: one connection and one command a visit, jump hosts shared by a whole run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host, Secret, Site
from hmaint.model.look import Fragment, Reply
from hmaint.transport.alarm import set_alarm
from hmaint.transport.elevate import Elevated
from hmaint.transport.hostkey import HostKey
from hmaint.transport.hostkeys import HostKeys
from hmaint.transport.library import load
from hmaint.transport.pace import Terms
from hmaint.transport.route import hops
from hmaint.transport.shell import Pipes, Shell
from hmaint.transport.stopping import GRACE
from hmaint.transport.trip import Trip, make_trip

if TYPE_CHECKING:
    from hmaint.transport.journey import Journey


class SshDoor:
    """Opens lines over SSH; made once a run, `open` may be called from several threads."""

    def __init__(self, host_keys: HostKeys, secret_of: Callable[[Secret], str], laptop_user: str) -> None:
        """`secret_of` raises a Failure for want of a secret; `laptop_user` logs in where no user is given."""
        self._host_keys = host_keys
        self._secret_of = secret_of
        self._laptop_user = laptop_user
        self._lock = threading.Lock()
        self._journey: Journey | None = None

    def open(self, host: Host, site: Site) -> SshLine:
        """Log in to the host, through its jump hosts; raises CouldNotLook with a reason in Chinese."""
        return SshLine(self._travel(), hops(host, site))

    def fetch_keys(self, host: Host, site: Site) -> tuple[HostKey, ...]:
        """Ask the host for its server's keys, trusted or not; jump hosts on the way must be trusted.

        Raises CouldNotLook.
        """
        return self._travel().fetch_keys(hops(host, site))

    def close(self) -> None:
        """Hang up on the jump hosts."""
        if self._journey is not None:
            self._journey.close()

    def _travel(self) -> Journey:
        with self._lock:
            if self._journey is None:
                load()
                from hmaint.transport.journey import Journey  # noqa: PLC0415 - loads the SSH library

                self._journey = Journey(self._host_keys, self._secret_of, self._laptop_user)
            return self._journey


class SshLine:
    """A connection to one host; the whole-host limit is enforced by hanging up, whatever else fails to."""

    def __init__(self, journey: Journey, way: Sequence[Host]) -> None:
        host = way[-1]
        self._way = _trip_of(host)
        self._terms = Terms(host.limits, host.encoding, time.monotonic() + host.limits.host)
        self._bare = journey.shell(way, self._terms)
        self._shell = self._elevated(journey, host)
        self._last_resort = set_alarm(self._terms.left() + 2 * GRACE, self._bare.close)

    def _elevated(self, journey: Journey, host: Host) -> Shell:
        if not host.ssh.sudo or host.platform == "windows":
            return self._bare
        secret = host.ssh.sudo_password
        try:
            word = None if secret is None else journey.secret(secret)
        except CouldNotLook:
            self._bare.close()
            raise
        return Elevated(self._bare, word, host.limits.login)

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        return make_trip(self._shell, fragments, self._terms, self._way)

    def start(self, command: str, seconds: float) -> Pipes:
        return self._shell.start(command, seconds)

    def close(self) -> None:
        self._last_resort.call_off()
        self._bare.close()


def _trip_of(host: Host) -> type[Trip]:
    if host.platform != "windows":
        return Trip
    from hmaint.transport.windows import WindowsTrip  # noqa: PLC0415 - PowerShell, which few sites have

    return WindowsTrip
