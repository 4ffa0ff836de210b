"""Questions about this laptop, each answered by looking."""

from __future__ import annotations

import importlib
import os
import shutil
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from hmaint.app.doctor_answer import Answer
from hmaint.app.doctor_calendar import ask_calendar
from hmaint.errors import Failure
from hmaint.kit.i18n import _
from hmaint.load.workspace import Workspace, find_workspace
from hmaint.model.playbook import Level


def examine(workspace: Path | None, inventory: Path | None) -> list[Answer]:
    """Every question in turn; none changes anything."""
    answers = [_python(), _operator(), *_drivers(), _fonts(), _zone(), _terminal(), _keyring()]
    today = datetime.now(UTC).astimezone().date()
    try:
        found = find_workspace(workspace, inventory, os.environ, Path.cwd())
    except Failure as failure:
        wrong = Answer(Level.WARNING, _("workspace"), str(failure).splitlines()[0], "hmaint init")
        return [*answers, ask_calendar(None, today), wrong]
    from hmaint.app.doctor_notify import ask_notices  # noqa: PLC0415 - loads the records' library, which may be broken

    about = [ask(found) for ask in _ABOUT_WORKSPACE]
    return [*answers, ask_calendar(found, today), *about, *ask_notices(found)]


def _python() -> Answer:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Answer(Level.OK, "Python", f"{version} {sys.platform}")


def _operator() -> Answer:
    name = os.environ.get("HMAINT_OPERATOR", "").strip()
    if name:
        return Answer(Level.OK, _("inspector on the forms"), name)
    return Answer(
        Level.WARNING,
        _("inspector on the forms"),
        _("the login name"),
        _("set HMAINT_OPERATOR to the name that the forms shall bear"),
    )


def _drivers() -> list[Answer]:
    needed = {
        "paramiko": "SSH",
        "pymysql": "MySQL/MariaDB",
        "psycopg": "PostgreSQL",
        "docx": "Word",
        "pyrage": "secrets.age",
    }
    answers = []
    for module, what in needed.items():
        try:
            loaded = importlib.import_module(module)
        except Exception as failure:  # noqa: BLE001 - a broken native library fails in its own ways
            answers.append(Answer(Level.CRITICAL, what, f"{module}: {failure}", _("install hmaint again")))
        else:
            answers.append(Answer(Level.OK, what, f"{module} {getattr(loaded, '__version__', '')}".strip()))
    return answers


_FONTS = ("SimSun", "simsun", "宋体", "NotoSerifCJK", "NotoSansCJK", "wqy", "uming", "STSong", "Songti", "FZ")


def _fonts() -> Answer:
    folders = [
        Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path.home() / ".fonts",
        Path.home() / ".local/share/fonts",
        Path("/System/Library/Fonts"),
        Path("/Library/Fonts"),
    ]
    for folder in folders:
        for file in folder.rglob("*") if folder.is_dir() else ():
            if any(name in file.name for name in _FONTS):
                return Answer(Level.OK, _("Chinese fonts"), file.name)
    return Answer(
        Level.WARNING,
        _("Chinese fonts"),
        _("none found"),
        _("only needed to print forms from this laptop; the Word files themselves are complete"),
    )


def _zone() -> Answer:
    offset = datetime.now(UTC).astimezone().utcoffset()
    hours = offset.total_seconds() / 3600 if offset is not None else 0.0
    said = f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M:%S %z}"
    if hours == 8:  # noqa: PLR2004 - China's one zone
        return Answer(Level.OK, _("clock"), said)
    return Answer(
        Level.WARNING,
        _("clock"),
        said,
        _(
            "records are kept in China time (+08:00) whatever this clock's zone; check that the time itself is right"
        ),
    )


def _terminal() -> Answer:
    encoding = (getattr(sys.stdout, "encoding", "") or "").lower()
    if encoding.replace("-", "") in ("utf8", "gb18030", "gbk", "cp936", "cp65001"):
        return Answer(Level.OK, _("terminal encoding"), encoding)
    return Answer(Level.WARNING, _("terminal encoding"), encoding or "-", "PYTHONIOENCODING=utf-8")


def _keyring() -> Answer:
    import keyring  # noqa: PLC0415 - slow to load, and only asked about here

    name = type(keyring.get_keyring()).__module__
    if "fail" in name or "null" in name:
        return Answer(
            Level.SKIPPED,
            _("keyring"),
            _("none on this machine"),
            _("secrets.age and environment variables work without one"),
        )
    return Answer(Level.OK, _("keyring"), name)


def _records(workspace: Workspace) -> Answer:
    folder = workspace.records.parent
    if not folder.exists():
        return Answer(Level.OK, _("records"), _("none yet"))
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return Answer(
            Level.CRITICAL, _("records"), _("{folder} cannot be written").format(folder=folder.name)
        )
    level = Level.OK if free > 500 * 2**20 else Level.WARNING
    return Answer(
        level,
        _("records"),
        _("{size} MB free").format(size=free // 2**20),
        "" if level is Level.OK else _("make room: records and evidence grow by about 1 MB a run"),
    )


def _modes(workspace: Workspace) -> Answer:
    if os.name != "posix":
        return Answer(Level.SKIPPED, _("permissions"), _("kept by Windows itself"))
    private = (workspace.records.parent, workspace.records, workspace.secrets)
    loose = [p.name for p in private if p.exists() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    if loose:
        return Answer(
            Level.CRITICAL,
            _("permissions"),
            _("others can read {names}").format(names=", ".join(loose)),
            "chmod go= " + " ".join(loose),
        )
    return Answer(Level.OK, _("permissions"), _("only you can read the records and secrets"))


def _inventory(workspace: Workspace) -> Answer:
    from hmaint.load.inventory import load_inventory  # noqa: PLC0415 - a broken file is this answer, not the command's end

    try:
        inventory = load_inventory(workspace.inventory_path)
    except Failure as failure:
        return Answer(Level.CRITICAL, _("inventory"), str(failure).splitlines()[0], "hmaint inventory check")
    return Answer(Level.OK, _("inventory"), _("{n} sites").format(n=len(inventory.sites)))


_ABOUT_WORKSPACE: tuple[Callable[[Workspace], Answer], ...] = (_inventory, _records, _modes)
