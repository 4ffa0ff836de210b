"""Where text carries a password, a token or a private key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from hmaint.kit.glance import Glance, letters
from hmaint.kit.hit import MARKS, Hit
from hmaint.kit.pattern import compiled

_QUOTED = r"\"(?:[^\"\\\n]|\\.){0,1024}\"?|'(?:[^'\\\n]|\\.){0,1024}'?"
# A bare value ends at a blank, or where `&name=`, `;name=` or `,name=` begins the next one.
_BARE = r"(?:[^\s&;,，；。]|[&;,](?! ?[a-z_][\w.-]{0,40}[=:])){1,1024}"
_KEYS = (
    # sudoers' NOPASSWD: is followed by commands; masked, a right widened to ALL would look like the one before.
    ("pass", r"(?<![a-z]pass)(?=[\s\"'\\:=])|(?:word|phrase|(?<!\bnopass)wd)"),
    ("pwd", ""),
    ("secret", r"(?:[_-]?(?:access)?[_-]?key)?"),
    ("credential", "s?"),
    ("api_key", ""),
    ("apikey", ""),
    ("api-key", ""),
    ("access_key", "(?:[_-]?(?:id|secret))?"),
    ("accesskey", "(?:[_-]?(?:id|secret))?"),
    ("access-key", "(?:[_-]?(?:id|secret))?"),
    ("token", "(?<!unexpected token)"),
    ("sessid", ""),
    ("sessionid", ""),
    ("session_id", ""),
)
_SIGN = r"\\?[\"']?[ \t]{0,8}(?:=>|:=|[=:：])[ \t]{0,8}\\?"
_VALUE = f"{_SIGN}(?P<value>{_QUOTED}|{_BARE})"
_ASSIGNED = tuple((key, f"{key}(?:{rest}){_VALUE}") for key, rest in _KEYS)
_ASSIGNED_IN_CHINESE = tuple((key, f"{key}{_VALUE}") for key in ("口令", "密码"))
_SAID = r"(?:口令|密码)[为是][ \t]{0,2}(?P<value>[!-~]{4,256})"
_CRYPT = r"\$(?:1|2[aby]|5|6|7|y)\$(?P<value>[^\s:\"']{8,256})"
_DES_HASH = r":[./0-9A-Za-z]{13}:"
_DES = r"(?m)^=?[\w.-]{1,32}:(?P<value>[./0-9A-Za-z]{13}):\d{0,10}:"
"""A line of /etc/shadow or an old /etc/passwd whose hash has no dollars."""
_SQL_VALUE = r"'(?:[^'\\\n]|\\.|''){0,1024}'?"
_IDENTIFIED = (
    r"identified[ \t]{1,8}(?:(?:with|via)[ \t]{1,8}\S{1,64}[ \t]{1,8})?(?:by|as|using|values)"
    r"(?:[ \t]{1,8}password)?[ \t]{0,8}\(?[ \t]{0,8}"
    rf"(?P<value>{_SQL_VALUE}|(?<=by )(?:\"[^\"\n]{{0,1024}}\"?|[^\s;'\"]{{1,1024}}))"
)
_SQL_PASSWORD = (
    r"password(?:[ \t]{1,8}for[ \t]{1,8}[^\n=]{1,130}=[ \t]{0,8}(?:password)?)?[ \t]{0,8}\(?[ \t]{0,8}"
    rf"(?P<value>{_SQL_VALUE})"
)
_SETTING = r"(?:requirepass|masterauth)[ \t]{1,8}(?P<value>\S{1,1024})"
_OPTION = (
    r"[ \t]--?pass(?:w(?:or)?d|phrase)?[ \t]{1,8}"
    r"(?P<value>'[^'\n]{0,1024}'?|\"[^\"\n]{0,1024}\"?|[^\s-]\S{0,1023})"
)
_SHORT_OPTION = r"[ \t]-p[ \t]?(?P<value>'[^'\n]{0,1024}'?|\"[^\"\n]{0,1024}\"?|[^\s'\"-]\S{0,1023})"
_CLIENTS = r"mysql|mariadb|mydumper|myloader|xtrabackup|sshpass"
_ORACLE = tuple(
    (f"{tool} ", rf"{tool}[ \t][^\n/]{{0,80}}?\b\w{{1,64}}/(?P<value>[^\s/@\"']{{1,256}})")
    for tool in ("sqlplus", "expdp", "impdp", "exp", "imp", "rman", "sqlldr")
)
_OF_TOOLS = tuple(
    (f"{tool} ", rf"{tool}[ \t](?:[^\n]{{0,200}}?[ \t])?{option}")
    for tool, option in (
        ("curl", r"(?:-u|--user)[ \t=]?['\"]?[^\s:'\"]{1,64}:(?P<value>[^\s'\"]{1,256})"),
        ("smbclient", r"(?:-U|--user)[ \t=]?['\"]?[^\s%'\"]{1,64}%(?P<value>[^\s'\"]{1,256})"),
        ("redis-cli", r"-a[ \t]{1,8}['\"]?(?P<value>[^\s'\"]{1,256})"),
        ("ipmitool", r"-P[ \t]{1,8}['\"]?(?P<value>[^\s'\"]{1,256})"),
    )
)
_JDBC = r"jdbc:oracle:\w{1,8}:\w{1,64}/(?P<value>[^\s@\"']{1,256})@"
_URL = r"://[^\s/@:\"'<>]{0,128}:(?P<value>[^\s/\"'<>]{1,256})@"
_BEARER = r"bearer[ \t]{1,8}(?P<value>[a-z0-9._~+/=-]{8,8192})"
_BASIC = r"authorization[\"']?[ \t]{0,8}:[ \t]{0,8}[\"']?basic[ \t]{1,8}(?P<value>[a-z0-9+/=]{4,8192})"
_KNOWN_TOKENS = (
    ("eyj", r"(?a)eyJ(?<![\w-]eyJ)[\w-]{5,8192}\.[\w-]{2,8192}(?:\.[\w-]{0,8192})?"),
    ("akia", r"AKIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("asia", r"ASIA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("ltai", r"LTAI[0-9A-Za-z]{12,26}(?![0-9A-Za-z])"),
    ("gh", r"gh[pousr]_[0-9A-Za-z]{20,255}"),
    ("xox", r"xox[abprs]-[0-9A-Za-z-]{10,255}"),
)
_KEY_EDGE = r"-----(begin|end) (?:[a-z0-9]{1,12} ){0,3}private key(?: block)?-----"
_KEY_BODY = (
    r"(?:[ \t]{0,16}(?:[A-Za-z0-9+/=]{1,128}|[A-Za-z-]{1,32}: [^\r\n]{1,80})?[ \t]{0,16}(?:\r?\n|\\r|\\n|$))+"
)
_HARMLESS = frozenset(
    (
        *(
            "yes",
            "no",
            "true",
            "false",
            "none",
            "null",
            "nil",
            "on",
            "off",
            "x",
            "y",
            "n",
            "0",
            "1",
            "empty",
            "unset",
        ),
        *(
            "set",
            "required",
            "enabled",
            "disabled",
            "optional",
            "never",
            "locked",
            "md5",
            "scram-sha-256",
            "prompt",
        ),
        *("files", "compat", "sss", "db", "nis", "ldap", "是", "否", "无", "空", "已设置", "未设置"),
    )
)
_MARKS = tuple(MARKS.values())
_COUNTED = 5
_CLOSING = ")]}>,;.\"'"
_REFERENCE = r"\$\{[^}]*\}|%\w+%|\{\{[^}]*\}?\}?|<[\w -]+>"


_STATEMENTS = (
    ("identified", _IDENTIFIED),
    ("password", _SQL_PASSWORD),
    ("requirepass", _SETTING),
    ("masterauth", _SETTING),
    ("-pass", _OPTION),
    ("jdbc:oracle", _JDBC),
)


_Rule = tuple[str, str]
"""What must stand in a text, and the pattern that then goes through it."""


def _by_letters(rules: Iterable[_Rule]) -> tuple[tuple[str, tuple[_Rule, ...]], ...]:
    return tuple((word, tuple(group)) for word, group in groupby(rules, lambda rule: letters(rule[0])))


_ASSIGNED_RULES, _STATEMENT_RULES = _by_letters(_ASSIGNED), _by_letters(_STATEMENTS)
_TOOL_RULES, _TOKEN_RULES = _by_letters((*_ORACLE, *_OF_TOOLS)), _by_letters(_KNOWN_TOKENS)


def _concerned(rules: Iterable[tuple[str, tuple[_Rule, ...]]], seen: Glance) -> list[_Rule]:
    seen_letters = seen.letters
    return [
        rule for word, group in rules if word in seen_letters for rule in group if rule[0] in seen.lowered
    ]


def find_credentials(seen: Glance) -> Iterator[Hit]:
    """Every password, token or key."""
    text = seen.text
    yield from _assigned(seen)
    yield from find_in_commands(seen)
    if "$" in text:
        yield from _named(_CRYPT, text, "password")
    if ":" in text and compiled(_DES_HASH).search(text):
        yield from _named(_DES, text, "password")
    if "@" in text and "://" in text:
        yield from _named(_URL, text, "password")
    yield from _tokens(seen)
    if "privatekey" in seen.letters and "private key" in seen.lowered:
        yield from _private_keys(text, seen.lowered)


def _assigned(seen: Glance) -> Iterator[Hit]:
    for key, pattern in _concerned(_ASSIGNED_RULES, seen):
        yield from _assigned_to(key, pattern, seen.lowered)
    if "口令" in seen.foreign or "密码" in seen.foreign:
        for key, pattern in _ASSIGNED_IN_CHINESE:
            yield from _assigned_to(key, pattern, seen.lowered)
        yield from _named(_SAID, seen.lowered, "password")


def _assigned_to(key: str, pattern: str, lowered: str) -> Iterator[Hit]:
    for found in compiled(pattern).finditer(lowered):
        start, end = _bare(lowered, *found.span("value"))
        if not _is_harmless(key, lowered[start:end]):
            yield Hit(start, end, _kind(key))


def _kind(key: str) -> str:
    secret = key.startswith(("pass", "pwd", "secret", "cred", "口", "密"))
    return "password" if secret else "token"


def _is_harmless(key: str, value: str) -> bool:
    word = value.strip(_CLOSING)
    if word in _HARMLESS or not word.strip("*•.-_#!\\([{<") or value.startswith(_MARKS):
        return True
    if compiled(_REFERENCE).fullmatch(value):
        return True
    # PWD=/opt/icu is where a process stands; "pass: 12" counts tests.
    return (key == "pwd" and value.startswith("/")) or (
        key == "pass" and word.isdigit() and len(word) < _COUNTED
    )


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    if text[start] not in "\"'":
        return start, end
    closed = end - start > 1 and text[end - 1] == text[start]
    return start + 1, end - closed


def find_in_commands(seen: Glance) -> Iterator[Hit]:
    """Passwords in statements of SQL that give accounts one, and in options of known programs."""
    for _anchor, pattern in _concerned(_STATEMENT_RULES, seen):
        yield from _named(pattern, seen.lowered, "password")
    if " -p" in seen.signs:
        yield from _short_options(seen.text)
    for _tool, pattern in _concerned(_TOOL_RULES, seen):
        yield from _named(pattern, seen.text, "password")


def _short_options(text: str) -> Iterator[Hit]:
    for found in compiled(_SHORT_OPTION).finditer(text):
        line = text.rfind("\n", max(0, found.start() - 400), found.start()) + 1
        client = compiled(_CLIENTS).search(text, max(line, found.start() - 400), found.start())
        spaced = text[found.start("value") - 1] != "p"
        # Of these only sshpass takes a password after a blank; for a database client that word is the schema.
        if client and (not spaced or client.group() == "sshpass"):
            start, end = _bare(text, *found.span("value"))
            if end > start:
                yield Hit(start, end, "password")


def _named(pattern: str, text: str, kind: str) -> Iterator[Hit]:
    for found in compiled(pattern).finditer(text):
        start, end = _bare(text, *found.span("value"))
        if end > start and not text[start:end].startswith(_MARKS) and not set(text[start:end]) <= {"*"}:
            yield Hit(start, end, kind)


def _tokens(seen: Glance) -> Iterator[Hit]:
    if "bearer" in seen.letters:
        for hit in _named(_BEARER, seen.lowered, "token"):
            # "Bearer authentication" is a phrase; tokens hold figures.
            if any(char.isdigit() for char in seen.text[hit.start : hit.end]):
                yield hit
    if "authorization" in seen.letters:
        yield from _named(_BASIC, seen.lowered, "token")
    for _anchor, pattern in _concerned(_TOKEN_RULES, seen):
        yield from (Hit(*found.span(), "token") for found in compiled(pattern).finditer(seen.text))


def last_key_edge(text: str) -> str | None:
    """`begin` or `end`, as the last edge of a private key in a text is; None where there is none."""
    if "-----" not in text:
        return None
    edges = [edge.group(1) for edge in compiled(_KEY_EDGE).finditer(text.lower())]
    return edges[-1] if edges else None


def is_key_body(line: str) -> bool:
    """Whether a line could stand between the edges of a private key."""
    return compiled(_KEY_BODY).fullmatch(line) is not None


def _private_keys(text: str, lowered: str) -> Iterator[Hit]:
    edges = list(compiled(_KEY_EDGE).finditer(lowered))
    done = 0
    for place, edge in enumerate(edges):
        after = edges[place + 1] if place + 1 < len(edges) else None
        if edge.start() < done:
            continue
        if edge.group(1) == "end":
            start, done = _body_before(text, done, edge.start()), edge.end()
        elif after and after.group(1) == "end":
            start, done = edge.start(), after.end()
        else:
            body = compiled(_KEY_BODY).match(text, edge.end())
            start, done = edge.start(), body.end() if body else edge.end()
        yield Hit(start, done, "private_key")


def _body_before(text: str, floor: int, end: int) -> int:
    """Where the lines of a key begin whose head was cut off."""
    start = end
    while start > floor:
        line = text.rfind("\n", floor, start - 1) + 1 or floor
        if not re.fullmatch(r"[ \t]*[A-Za-z0-9+/=]{16,128}[ \t]*\r?\n", text[line:start]):
            break
        start = line
    return start
