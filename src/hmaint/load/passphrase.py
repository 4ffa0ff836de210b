"""The passphrase of secrets.age: from a file only its owner may read, or from the person at the terminal."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from hmaint.errors import Refused
from hmaint.kit.i18n import _

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
        words = _(
            "secrets.age wants a passphrase, and nobody is here to type it: "
            "set {variable} to a file that holds it"
        )
        raise Refused(words.format(variable=VARIABLE))
    passphrase = _sound(ask())
    if twice and ask() != passphrase:
        raise Refused(_("the two passphrases differ; nothing was kept"))
    return passphrase


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            data = stream.read(_MAX_BYTES)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else _("unknown reason")
        words = _("the passphrase file cannot be read ({variable}): {reason}")
        raise Refused(words.format(variable=VARIABLE, reason=why)) from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        words = _("others can read the passphrase file too (mode {mode:04o}): run chmod 600 {path}")
        raise Refused(words.format(mode=stat.S_IMODE(mode), path=path))
    return _first_line(data)


def _first_line(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("the passphrase file is not in UTF-8")) from None
    # Blanks at the end may belong to the passphrase; only the line's own end is taken off.
    return text.split("\n", 1)[0].removesuffix("\r")


def _sound(passphrase: str) -> str:
    if not passphrase:
        raise Refused(_("the passphrase is empty"))
    return passphrase
