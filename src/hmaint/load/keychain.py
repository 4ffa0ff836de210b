"""The keyring of the operating system, where there is one: asked with patience, never relied on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from types import ModuleType
from typing import TypeVar

from hmaint.errors import Refused
from hmaint.kit.i18n import N_, _

SERVICE = "hmaint"
_PATIENCE = 20.0
"""Seconds; a person may have to unlock it, and a locked one without a person never answers."""
_UNUSABLE = N_(
    "the keyring of this computer cannot be used; without --keyring the secret is kept in secrets.age"
)

T = TypeVar("T")


class Keychain:
    """Secrets in the keyring under the service `hmaint`; once it failed it is not asked again."""

    def __init__(self, environ: Mapping[str, str], patience: float = _PATIENCE) -> None:
        self._patience = patience
        # Without a session bus no Linux keyring can answer, and finding out costs time on every cron run.
        self._usable = not sys.platform.startswith("linux") or any(
            environ.get(name) for name in ("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND")
        )
        self.failed = False

    def get(self, name: str) -> str | None:
        """Look a secret up; None when it is not there or the keyring does not answer."""
        return self._asked(lambda: _keyring().get_password(SERVICE, name))

    def set(self, name: str, value: str) -> None:
        """Keep a secret; Refused when the keyring does not take it, or does not give it back."""
        self._told(lambda: _keyring().set_password(SERVICE, name, value))
        if self.get(name) != value:  # the null backend takes everything and keeps nothing
            raise Refused(_(_UNUSABLE))

    def remove(self, name: str) -> None:
        """Forget a secret; Refused when the keyring does not."""
        self._told(lambda: _keyring().delete_password(SERVICE, name))

    def _told(self, work: Callable[[], object]) -> None:
        if not self._usable or self._asked(lambda: (work(), True)) is None:
            raise Refused(_(_UNUSABLE))

    def _asked(self, work: Callable[[], T]) -> T | None:
        if not self._usable:
            return None
        answers: SimpleQueue[tuple[T | None, bool]] = SimpleQueue()
        Thread(target=lambda: answers.put(_attempt(work)), daemon=True).start()
        try:
            answer, sound = answers.get(timeout=self._patience)
        except Empty:
            answer, sound = None, False
        self.failed = self.failed or not sound
        self._usable = self._usable and sound
        return answer


def _attempt(work: Callable[[], T]) -> tuple[T | None, bool]:
    try:
        return work(), True
    except Exception:  # noqa: BLE001 - backends are strangers' code and fail in ways of their own; never fatal
        return None, False


def _keyring() -> ModuleType:
    import keyring  # noqa: PLC0415 - searches for backends when it is loaded, and few commands need it

    return keyring
