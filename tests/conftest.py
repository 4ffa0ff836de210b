"""No real home, no network but this machine, one language and one width, unless a test says otherwise."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hmaint.kit.i18n import speak

pytest_plugins = ["tests.services.fixtures"]

# Two shared cores: how long an example takes says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# A shell's background jobs begin with Ctrl-C ignored, and so would every command the tests start and mean to stop.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class YouForgotToChooseAWorkspace(AssertionError):
    """A test reached for the real home or a network beyond this machine."""


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One new folder after another; `mktemp` looks through all that are there, for each of ten thousand tests."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def _own_world(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = next(_homes)
    home.mkdir()
    for name in [name for name in os.environ if name.startswith(("HMAINT_", "XDG_"))]:
        if name not in ("HMAINT_SERVICES", "HMAINT_GOLDEN"):
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "LANG": "zh_CN.UTF-8",
        "LC_ALL": "zh_CN.UTF-8",
        "TZ": "Asia/Shanghai",
        "COLUMNS": "120",
        "HMAINT_OPERATOR": "张工",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LANGUAGE", raising=False)
    speak("zh")


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    """What a command leaves to the end of its process would stay for good in this one: open records, and garbage."""
    yield
    if "hmaint.app.world" in sys.modules:
        from hmaint.app.world import let_go  # noqa: PLC0415 - most tests need no world

        let_go()
    if not gc.isenabled() or gc.get_freeze_count():
        gc.unfreeze()
        gc.enable()


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if isinstance(host, str) and host and not host.startswith(("127.", "::1", "localhost")):
            raise YouForgotToChooseAWorkspace(f"a test connects to {host}")
        return real(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign] # the guard must stand under every library


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to stand in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
