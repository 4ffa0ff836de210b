"""Where a script would let a secret be seen: written out, or in an argument that everybody on the host can read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hmaint.kit.i18n import _

_WRITTEN = re.compile(
    r"""(?ix) (?: --?pass(?:word|wd)?[= ] | \bIDENTIFIED[ ]BY[ ] | (?<![a-z])(?:\w*pass(?:word|wd)|\w*_pwd|api_?key)= )
    \s* (?P<quote>['"]?) (?! stdin | env: | file: | fd: | [\$'"] | \{\{ | \s | < | $ ) [^\s'"$]{3,}"""
)
_BUILTINS = frozenset(
    {"printf", "echo", ":", "export", "case", "[", "test", "if", "elif", "while", "set", "!"}
)
"""What the shell does itself: its words never stand in the list of processes."""
_SEPARATOR = re.compile(r"\|\||&&|\$\(|[;|&\n`(){}]|\b(?:then|do|else)\b")
_ASSIGNMENT = re.compile(r"""[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|[^\s"']+)*\s*""")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1.*?^\s*\2\s*$", re.DOTALL | re.MULTILINE)


def leaks(script: str, secrets: Iterable[str]) -> list[str]:
    """Say how a script shows a secret; nothing is repeated of what is written in it."""
    found = []
    if _WRITTEN.search(script):
        words = _(
            "a password seems to be written out; keep it with hmaint secret set and name it below secrets"
        )
        found.append(words)
    words = _(
        "${name} would stand in the list of processes; give it by stdin: printf '%s' \"${name}\" | COMMAND,"
        " or by environment: {name} is set already"
    )
    found += [words.format(name=name) for name in secrets if _in_argument(script, name)]
    return found


def _in_argument(script: str, name: str) -> bool:
    use = re.compile(rf"\$(?:{name}\b|\{{{name}\b)")
    bare = _HEREDOC.sub(" ", script)
    return any(use.search(rest) for rest in map(_arguments, _SEPARATOR.split(bare)))


def _arguments(command: str) -> str:
    """What a command is handed as words; the empty text where the shell does it itself."""
    rest = command.strip()
    while found := _ASSIGNMENT.match(rest):
        rest = rest[found.end() :]
    first = rest.split(maxsplit=1)[0] if rest else ""
    return "" if first in _BUILTINS else rest
