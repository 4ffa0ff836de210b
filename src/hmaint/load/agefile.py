"""secrets.age: names and values as JSON inside the age format, encrypted with a passphrase."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

from hmaint.errors import BadFile, Failure, Fault, Place, Refused
from hmaint.kit.i18n import _
from hmaint.load.atomic import replace_file

_FORMAT = "hmaint.secrets/1"
_MAX_BYTES = 4 * 1024 * 1024
_WRONG_PASSPHRASE = "Decryption failed"  # noqa: S105 - the words of age for it, pinned by a test
_TOO_SLOW = "work"


def read_age(path: Path, passphrase: str) -> dict[str, str]:
    """Decrypt all secrets; a second or two, as scrypt means it to be.

    Refused when the passphrase is wrong or this laptop too slow; BadFile when the file is damaged or not
    ours.
    """
    age = _age()
    try:
        with path.open("rb") as stream:
            data = stream.read(_MAX_BYTES)
        return _unpack(path, age.passphrase.decrypt(data, passphrase))
    except OSError as error:
        raise _bad(path, _("cannot be read: {reason}").format(reason=error.strerror)) from None
    except age.DecryptError as error:
        raise _told(path, str(error)) from None


def write_age(path: Path, passphrase: str, secrets: dict[str, str]) -> None:
    """Encrypt all secrets into the file in one step; Refused, the old file untouched, when that fails."""
    # ASCII keeps even characters that are no valid Unicode, as passwords with odd bytes have them.
    text = json.dumps({"schema": _FORMAT, "secrets": secrets}, ensure_ascii=True, sort_keys=True)
    replace_file(path, _age().passphrase.encrypt(text.encode("ascii"), passphrase))


def _age() -> ModuleType:
    import pyrage  # type: ignore[import-untyped]  # noqa: PLC0415 - few commands need it; no types published

    return pyrage  # type: ignore[no-any-return]  # as above


def _unpack(path: Path, plain: bytes) -> dict[str, str]:
    try:
        content = json.loads(plain)
    except ValueError:
        content = None
    secrets = (
        content.get("secrets") if isinstance(content, dict) and content.get("schema") == _FORMAT else None
    )
    if not isinstance(secrets, dict) or not all(isinstance(value, str) for value in secrets.values()):
        words = _("the passphrase is right, but this version of hmaint did not write the content")
        raise _bad(path, words)
    return secrets


def _told(path: Path, words: str) -> Failure:
    if words == _WRONG_PASSPHRASE:
        return Refused(_("the passphrase of {file} is wrong").format(file=path.name))
    if _TOO_SLOW in words.lower():
        slow = _(
            "{file} was encrypted on a faster computer, this one decrypts it too slowly: save it there once more"
        )
        return Refused(slow.format(file=path.name))
    return _bad(path, _("the file is damaged, or no age file with a passphrase: restore it from a backup"))


def _bad(path: Path, words: str) -> BadFile:
    return BadFile([Fault(Place(str(path)), words)])
