"""The script that a holder of backups is sent: constant, but for one call a copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from hmaint.backup.place import Place, folder_of, shell_pattern, sorts_by_time
from hmaint.model.look import Fragment

RATIO = 200
"""Times its packed size that a backup may unpack to; dumps of real data stay below 60, gzip's most is 1032."""

SMALL = 64 * 1024 * 1024
"""Bytes that anything may unpack to, however small it is packed."""

_OUTPUT = 4 * 1024 * 1024
_CIPHER = re.compile(r"-[a-z0-9-]+( (-[a-z0-9-]+|[a-z0-9]+))*")


@cache
def library() -> str:
    """The functions every call needs, as they are sent."""
    return Path(__file__).with_name("look.sh").read_text("ascii")


def library_digest() -> str:
    """What the audit trail names the library by."""
    return sha256(library().encode()).hexdigest()


def fragment(place: Place, key: str, limit: float, base: str = "") -> Fragment:
    """Ask for one copy; `key` opens it where it is locked, `limit` is in seconds.

    `base` is the path of the full backup it stands on, where that lies on the same host.
    """
    return Fragment(library() + call(place, key, base), limit=limit, output=_OUTPUT)


def call(place: Place, key: str = "", base: str = "") -> str:
    """The call for one copy; without the key it is what the audit trail tells."""
    backup = place.backup
    deep = 1 if place.number == 0 else 0
    given: dict[str, str] = {
        "hb_split": str(int(backup.split)),
        "hb_deep": str(deep),
        "hb_rate": str(int(_figure(backup.vars, "backup_rate_mb", 0))),
        "hb_ratio": str(int(_figure(backup.vars, "backup_max_ratio", RATIO))),
        "hb_most": str(backup.max_size),
        "hb_small": str(SMALL),
        "hb_pause": f"{_figure(backup.vars, 'backup_pause', 2):g}",
        "hb_subset": _quoted(f"{min(100, int(_figure(backup.vars, 'backup_read_pct', 5)))}%"),
        "hb_cipher": _quoted(cipher(backup.vars)),
        "HB_KEY": _quoted(key),
    }
    wanted = dict(_wanted(place)) if deep else {}
    words = " ".join(f"-e {word}" for name, word in wanted.items() if name.startswith("hb_w"))
    given |= {"hb_w1": "", "hb_section1": "", **wanted, "hb_word_list": _quoted(words)}
    lines = [f"{name}={value}" for name, value in given.items()]
    lines += ["export HB_KEY " + " ".join(name for name in given if name[-1].isdigit())]
    rule = "name" if sorts_by_time(place.path) or backup.split else "time"
    path = shell_pattern(place.path)
    lines += ["hb_be_nice", f"hb_look {rule} {_quoted(folder_of(place.path))} {path}"]
    if deep:
        beside = {
            "hb_chain": backup.chain.path if backup.chain else "",
            "hb_log": backup.log,
            "hb_base": base,
        }
        lines += [f"{name} {shell_pattern(path)}" for name, path in beside.items() if path]
    return "\n".join((*lines, "hb_unwatch", ""))


def _wanted(place: Place) -> list[tuple[str, str]]:
    """Words, tables and names to look out for, numbered from 1, as words of sh that hold their bytes."""
    backup = place.backup
    letters = backup.charset or "utf-8"
    found = [(f"hb_w{n}", _bytes(word, letters)) for n, word in enumerate(words_of(place), start=1)]
    starts = [start for table in sections_of(place) for start in _starts(table)]
    found += [(f"hb_section{n}", _bytes(start, letters)) for n, start in enumerate(starts, start=1)]
    found += [(f"hb_glob{n}", _bytes(_ere(glob), "utf-8")) for n, glob in enumerate(backup.files, start=1)]
    return found


def words_of(place: Place) -> tuple[str, ...]:
    """The words that are counted, in the order of their numbers."""
    return (*place.backup.contains, *place.backup.lacks)


def sections_of(place: Place) -> tuple[str, ...]:
    """The tables whose rows are hashed; each has STARTS numbers."""
    return tuple(dict.fromkeys((*place.backup.immutable, *place.backup.fingerprints)))


STARTS = 3
"""Ways the rows of one table may begin: MySQL's, PostgreSQL's with and without its own schema."""


def _starts(table: str) -> tuple[str, str, str]:
    bare = table if "." in table else f"public.{table}"
    return f"INSERT INTO `{table.rsplit('.', 1)[-1]}` ", f"COPY {bare} (", f"COPY {table} ("


def _ere(glob: str) -> str:
    """A glob as an extended regular expression that fits a whole name, or its end behind a folder."""
    parts = {"*": "[^/]*", "?": "[^/]", "^": "\\^", "\\": "\\\\"}
    return "(^|/)" + "".join(parts.get(c) or re.sub(r"[.\[\]{}()+$|]", r"[\g<0>]", c) for c in glob) + "$"


def cipher(variables: Mapping[str, object]) -> str:
    """How openssl is told to open a backup; nothing but options gets into the script."""
    wanted = str(variables.get("backup_openssl", "-aes-256-cbc -pbkdf2"))
    return wanted if _CIPHER.fullmatch(wanted) else "-aes-256-cbc -pbkdf2"


def _figure(variables: Mapping[str, object], name: str, default: float) -> float:
    value = variables.get(name, default)
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if plain and value >= 0 else default  # type: ignore[arg-type, operator]  # plain is a number


def _bytes(word: str, encoding: str) -> str:
    """The word's bytes in its encoding, spelt in ASCII, so that a host of another encoding gets the same."""
    return "\"$(printf '" + "".join(f"\\{byte:03o}" for byte in word.encode(encoding, "replace")) + "')\""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
