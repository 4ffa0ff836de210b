"""The parent of the commands that tests run: libraries loaded, nothing of hmaint, one process a command.

Half of a command's time is the import of SQLAlchemy, pydantic, paramiko and the like. All of hmaint is still
read, from the installed script on, in a process of the command's own, which has its own environment, folder,
streams and signals and ends as any program in Python ends.
"""

from __future__ import annotations

import array
import contextlib
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import time

_LIBRARIES = (
    *("argparse", "asyncio", "concurrent.futures", "csv", "ctypes", "decimal", "difflib", "email.message"),
    *(
        "fcntl",
        "getpass",
        "gettext",
        "hashlib",
        "html",
        "http.client",
        "ipaddress",
        "logging",
        "multiprocessing",
    ),
    *("pwd", "secrets", "shlex", "sqlite3", "ssl", "statistics", "subprocess", "tempfile", "unicodedata"),
    *("urllib.request", "uuid", "xml.etree.ElementTree", "zipfile", "zoneinfo"),
    *(
        "alembic.command",
        "alembic.config",
        "alembic.runtime.migration",
        "chinese_calendar",
        "cryptography.x509",
    ),
    *("docx", "docxtpl", "filelock", "jinja2.sandbox", "lxml.etree", "paramiko", "platformdirs", "psycopg"),
    *(
        "pydantic.dataclasses",
        "pydantic.type_adapter",
        "pymysql",
        "rich.console",
        "rich.live",
        "rich.progress",
    ),
    *(
        "rich.table",
        "shellingham",
        "sqlalchemy.dialects.sqlite",
        "sqlalchemy.orm",
        "tabulate",
    ),
    *("typer.main", "yaml"),
)
_WORDS = 4 * 1024 * 1024
_STREAMS = 3


def main(control: socket.socket) -> None:
    """Fork a process for each command that is asked for; only such a process comes back from here."""
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    told, woken = os.pipe()
    os.set_blocking(told, False)
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    awaited: dict[int, int] = {}
    news = _watched(control.fileno(), told)
    while True:
        ready = {descriptor for descriptor, _event in news.poll()}
        if told in ready:
            os.read(told, 512)
            _tell_ends(awaited)
        if control.fileno() in ready:
            words, descriptors = _asked(control)
            if not words:
                os._exit(0)
            *streams, status = descriptors
            pid = os.fork()
            if pid == 0:
                control.detach()  # closed with all the others
                _become(json.loads(words), streams)
                return
            os.write(status, pid.to_bytes(4, "big"))
            awaited[pid] = status
            for descriptor in streams:
                os.close(descriptor)


def _watched(*descriptors: int) -> select.poll:
    """What waits for any of them: select() stops at a thousand open files, and an inherited one may be beyond."""
    news = select.poll()
    for descriptor in descriptors:
        news.register(descriptor, select.POLLIN)
    return news


def _asked(control: socket.socket) -> tuple[bytes, list[int]]:
    words, ancillary, _flags, _address = control.recvmsg(_WORDS, socket.CMSG_SPACE(4 * (_STREAMS + 1)))
    descriptors = array.array("i")
    for _level, _kind, data in ancillary:
        descriptors.frombytes(data)
    return words, list(descriptors)


def _tell_ends(awaited: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        pipe = awaited.pop(pid)
        with contextlib.suppress(BrokenPipeError):
            os.write(pipe, os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))
        os.close(pipe)


def _become(asked: dict[str, object], streams: list[int]) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
    os.closerange(_STREAMS, os.sysconf("SC_OPEN_MAX"))
    # Python gives itself a LC_CTYPE where the system has no such language as was asked for.
    coerced = {name: value for name, value in os.environ.items() if name == "LC_CTYPE"}
    os.environ.clear()
    os.environ.update({**coerced, **asked["environ"]})  # type: ignore[dict-item] # both ends are ours
    time.tzset()
    os.chdir(str(asked["folder"]))
    sys.argv = list(asked["argv"])  # type: ignore[call-overload] # as above
    sys.path[0] = os.path.dirname(sys.argv[0])  # noqa: PTH120 - as the interpreter does


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_path(sys.argv[0], run_name="__main__")
