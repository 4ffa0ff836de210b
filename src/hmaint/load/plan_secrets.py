"""Where a plan would let a secret be seen: written out, or in an argument that everybody on the host can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from hmaint.kit.credentials import find_credentials, find_in_commands
from hmaint.kit.glance import Glance
from hmaint.kit.hit import Hit
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


Language = Literal["shell", "sql", "text"]
_ELSEWHERE = re.compile(
    r"""(?ix) [$%@!<&*{(\[:~/.] | (?:env|file|vault|enc|stdin|secret)\b[:(]? | [a-z_][\w.]*[\[(]
    | [a-z_]\w*(?:\.\w+)*\.\w*(?:pass|pwd|secret|token|key)\w*$"""
)
"""What stands in place of a secret: a variable, a path, a call, another setting's name."""
_SHORTEST, _LONGEST, _FIGURE = 3, 80, 6


def written_out(text: str, language: Language) -> int:
    """The line, counted from 1, on which a password, a token or a private key stands in clear; 0 where none does.

    Of SQL only what stands in quotes counts (`where password = old_password` compares columns), of a shell only what
    known programs take for one; what names a secret kept elsewhere is none.
    """
    find = find_in_commands if language == "shell" else find_credentials
    while True:
        literals: list[slice] = []
        for hit in find(Glance(text)):
            if language == "sql" and (literal := _literal(text, hit)):
                literals.append(literal)
            elif _in_clear(text, hit, language):
                return text.count("\n", 0, hit.start) + 1
        if not literals:
            return 0
        text = _blanked(text, literals)


def _literal(text: str, hit: Hit) -> slice | None:
    """The text 'password' itself, whose end was taken for the beginning of one: what follows is to be read anew."""
    begin = max(0, hit.start - _LONGEST)
    found = re.search(r"(['\"])(\w+)$", text[begin : hit.start - 1])
    if found is None or found[1] != text[hit.start - 1]:
        return None
    return slice(begin + found.start(2), begin + found.end(2))


def _blanked(text: str, places: Iterable[slice]) -> str:
    letters = list(text)
    for place in places:
        letters[place] = "x" * (place.stop - place.start)
    return "".join(letters)


def _in_clear(text: str, hit: Hit, language: Language) -> bool:
    value, before = text[hit.start : hit.end], text[hit.start - 1 : hit.start]
    if hit.kind == "private_key":
        return True
    quoted = before in {"'", '"'}
    if language == "sql" and not quoted and "://" not in text[max(0, hit.start - 200) : hit.start]:
        return False
    if hit.kind == "token" and value.isdigit() and len(value) <= _FIGURE:
        return False  # how many of them, or for how many seconds
    return len(value) >= _SHORTEST and not _ELSEWHERE.match(value)


def telling_variables(variables: Mapping[str, object]) -> Iterator[str]:
    """The names of variables whose name and value together are a password in clear."""
    for name, value in variables.items():
        if isinstance(value, str) and written_out(f"{name}={value}", "text"):
            yield name


def leaks(script: str, secrets: Iterable[str]) -> list[str]:
    """Say how a script shows a secret; nothing is repeated of what is written in it."""
    found = []
    if _WRITTEN.search(script) or written_out(script, "shell"):
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
