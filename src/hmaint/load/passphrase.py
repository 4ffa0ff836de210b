"""The passphrase of secrets.age: from a file only its owner may read, or from the person at the terminal."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from hmaint.errors import Refused

VARIABLE = "HMAINT_PASSPHRASE_FILE"
_MAX_BYTES = 65_536

Ask = Callable[[], str]


def find_passphrase(environ: Mapping[str, str], ask: Ask | None, *, twice: bool = False) -> str:
    """Get the passphrase; `twice` has a person type it again, for a file that is about to be made.

    Refused when there is neither a file nor a person, when others may read the file, or it is empty.
    """
    named = environ.get(VARIABLE, "")
    if named:
        return _sound(_from_file(Path(named).expanduser()))
    if ask is None:
        raise Refused(f"secrets.age 需要口令，而这里没有人可以输入：请设置 {VARIABLE} 指向口令文件")
    passphrase = _sound(ask())
    if twice and ask() != passphrase:
        raise Refused("两次输入的口令不一样，什么也没有保存")
    return passphrase


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            data = stream.read(_MAX_BYTES)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else "未知原因"
        raise Refused(f"口令文件读不出来（{VARIABLE}）：{why}") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise Refused(f"口令文件别人也能读（权限 {stat.S_IMODE(mode):04o}）：请运行 chmod 600 {path}")
    return _first_line(data)


def _first_line(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("口令文件不是 UTF-8 编码") from None
    # Blanks at the end may belong to the passphrase; only the line's own end is taken off.
    return text.split("\n", 1)[0].removesuffix("\r")


def _sound(passphrase: str) -> str:
    if not passphrase:
        raise Refused("口令是空的")
    return passphrase
