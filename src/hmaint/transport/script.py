"""The one POSIX sh script a trip sends: each fragment in a frame of its own, no forks but theirs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from hmaint.kit.frozen import dataclass
from hmaint.model.look import Fragment

# Nothing of this is a secret, so it may stand in argv. `timeout` bounds what a vanished laptop would leave
# behind; `exec` keeps every step in one process whatever the login shell is, and every login shell knows it.
_BOUNDED = "exec timeout -s KILL {seconds} /bin/sh -s"

# Guards against a fragment that ends inside a quote, a substitution or an expansion: comments to a sound
# script, a syntax error to a broken one, so that no piece of the next fragment ever runs as part of this one.
_GUARDS = "\n\n#} ;;\n#)) ;;\n#' ;;\n#\" ;;\n#` ;;\n"

# A server makes a packet of its own of nearly every write, which costs it and the laptop more than the writing. So
# printf, which begins its format anew for every few words, writes together marks that stand together, and with them
# what the fragment before has held back.
_PRELUDE = """\
{b}() {{ printf '%s{b} %s %s %s\\n' "$held" "$@"; held=; }}
{b}_err() {{ printf '{b} %s %s %s\\n' "$@" >&2; }}
held=
{b} hello 0 0
"""

_OPENING = """\
export LC_ALL=C LANG=C PATH="${{PATH:+$PATH:}}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
unset ENV BASH_ENV CDPATH LANGUAGE GREP_OPTIONS GREP_COLOR GREP_COLORS TMOUT LS_COLORS POSIXLY_CORRECT
umask 077
ulimit -c 0 2>/dev/null
ulimit -t {cpu} 2>/dev/null
IFS=' {tab}
'
group=$$ session=0
if read -r line 2>/dev/null </proc/$$/stat; then
set -- ${{line##*) }}
group=$3 session=$4
fi
"""


@dataclass(frozen=True, slots=True)
class Script:
    """A script ready to send, the boundary its frames carry, and which of them stand on stdout alone."""

    boundary: bytes
    text: bytes
    silent: frozenset[int] = frozenset()


def bootstrap(seconds: int | None) -> str:
    """Give the constant sh command that runs a script from stdin, for so many seconds at most.

    It is words alone, so it may be quoted anywhere. With None there is no such limit: for a host that has
    no `timeout` (coreutils < 7), or one of an older make (busybox < 1.30).
    """
    return "exec /bin/sh -s" if seconds is None else _BOUNDED.format(seconds=seconds)


def new_boundary() -> str:
    """Make up a name nobody can guess, fit to be a shell function's: 128 random bits."""
    return "h" + secrets.token_hex(16)


def build(
    fragments: Iterable[tuple[int, Fragment]], encoding: str, *, cpu: int, apart: bool = False
) -> Script:
    """Build the script for numbered fragments.

    `cpu` bounds the CPU seconds of each process. The frames stand in one function, so that nothing runs
    before all of it has arrived. A fragment with a syntax error makes the shell refuse the whole of it; then
    `apart` builds it again with each fragment evaluated from a string: a fork more, but it fails alone.
    Raises UnicodeEncodeError where the host's encoding lacks a character.
    """
    name, numbered = new_boundary(), tuple(fragments)
    silent = frozenset(number for number, each in numbered if _is_silent(each, apart=apart))
    body, before = _OPENING.format(cpu=cpu, tab="\t"), None
    for number, fragment in numbered:
        body += f"{_marks(name, before, number, silent)}\n{_inner(fragment, apart=apart)}\n"
        before = number
    body += _marks(name, before, None, silent)
    text = f"{_PRELUDE.format(b=name)}{name}_() {{\n{body}\n}}\n{name}_\nexit 0\n"
    return Script(name.encode(), text.encode(encoding), silent)


def _is_silent(fragment: Fragment, *, apart: bool) -> bool:
    return fragment.inline and not apart and not _here_document(fragment)


def _here_document(fragment: Fragment) -> bool:
    return "<<" in fragment.script  # no guard can know the word that would end an open one


def _marks(name: str, before: int | None, after: int | None, silent: frozenset[int]) -> str:
    """The line between two fragments: who this is stands before the first, that it is done behind the last."""
    ended = 'group "$group" "$session"' if before is None else f"end {before} $?"
    begun = "done 0 0" if after is None else f"begin {after} 0"
    told = [] if before is None or before in silent else [f"end {before} 0"]
    told += [] if after in silent else [begun]
    return f"{name} {ended} '' {begun}{f'; {name}_err ' if told else ''}{' '.join(told)}"


def _inner(fragment: Fragment, *, apart: bool) -> str:
    text = fragment.script.replace("\r\n", "\n")
    if _is_silent(fragment, apart=apart):
        return f"{{ :\n{text}\n}} </dev/null 2>&1"
    if apart or _here_document(fragment):
        held = '; set -- $?; printf %s "$held"; exit $1' if fragment.inline else ""
        return f"( eval '{_quoted(text)}'{held} ) </dev/null"
    return f"( :\n{text}{_GUARDS}) </dev/null"


def _quoted(text: str) -> str:
    return text.replace("'", "'\\''")


def unfit(fragment: Fragment, encoding: str) -> str:
    """Why a fragment cannot be sent to a host of that encoding; empty when it can."""
    if fragment.language != "sh":
        return "该检查项适用于 Windows 主机，不能发给 Linux 主机"
    if "\0" in fragment.script:
        return "命令中含有空字符"
    try:
        fragment.script.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return f"命令中有主机编码 {encoding} 无法表示的字符"
    return ""
