"""What a host that holds a slow log is sent, and how its answer is read: nothing unmasked comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from hmaint.errors import CouldNotLook
from hmaint.kit.text import one_line
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.slowlog.digest import Part, read_part
from hmaint.slowlog.program import program

LIMIT = 3600.0
"""Seconds that reading one log may take: ten gigabytes on an old host."""

MOST_KINDS = 1000
OUTPUT = 32 * 1024 * 1024

_SCRIPT = """\
hs_nice='nice -n 19'
command -v ionice >/dev/null 2>&1 && hs_nice="$hs_nice ionice -c 3"
hs_python=
for hs_try in python3 /usr/libexec/platform-python python; do
  "$hs_try" -c 'import sys; sys.exit(sys.version_info < (3, 6))' >/dev/null 2>&1 && { hs_python=$hs_try; break; }
done
hs_awk=awk
command -v mawk >/dev/null 2>&1 && hs_awk=mawk
hs_reader='{awk}'
hs_run() {
  $hs_nice "$hs_python" -I -S - "$1" 0 0 {most} <<'hmaint_end_of_program'
{program}hmaint_end_of_program
}
hs_watched() { # PROCESS: waits for it, and ends it once nobody hears the answer any more (Ctrl-C, a broken line)
  ( trap '' PIPE
  while sleep 2 </dev/null >/dev/null 2>&1; do printf '\\n' >&2 || { kill "$1"; exit; }; done ) &
  hs_watch=$!
  wait "$1"
  kill "$hs_watch" 2>/dev/null
  wait "$hs_watch" 2>/dev/null
}
hs_start() {
  case $1 in
  *.gz) gzip -dc <"$1" ;;
  *) cat "$1" ;;
  esac 2>/dev/null | head -c 262144
}
hs_size() { ls -lnL -- "$1" 2>/dev/null | { read -r _ _ _ _ hs_bytes _; echo "${hs_bytes:-0}"; }; }
hs_read() {
  hs_now=0
  # Never opened before it is known to be a file: a pipe would be waited for.
  [ ! -f "$1" ] || hs_now=$(hs_size "$1")
  printf 'F\\t%s\\t%s\\n' "$1" "$hs_now"
  if [ ! -e "$1" ]; then echo '!missing'; return; fi
  if [ ! -f "$1" ]; then echo '!no file'; return; fi
  if [ ! -r "$1" ]; then echo '!denied'; return; fi
  if [ -n "$hs_python" ]; then
    hs_run "$1"
  else
    case $1 in
    *.gz) gzip -dc <"$1" | $hs_nice "$hs_awk" "$hs_reader" & ;;
    *) $hs_nice "$hs_awk" "$hs_reader" <"$1" & ;;
    esac
    hs_watched $!
    [ "$(hs_size "$1")" -ge "$hs_now" ] || echo '!shrunk'
    hs_start "$1" | grep -q -e '^# User@Host: ' -e 'started with:$' || echo '!format'
  fi
}
for hs_file in {files}; do hs_read "$hs_file"; done
"""


@cache
def program_digest() -> str:
    """What the audit trail names the readers by."""
    return sha256((program() + _awk()).encode()).hexdigest()


@cache
def _awk() -> str:
    return Path(__file__).with_name("slow.awk").read_text("ascii")


def fragment(pattern: str) -> Fragment:
    """Ask for the logs whose path fits; `pattern` may hold `*` and `?`."""
    pieces = {
        "files": shell_words(pattern),
        "most": str(MOST_KINDS),
        "awk": _awk(),
        "program": program(),
    }
    # All in one go: the path of a log may hold anything, such as "{awk}".
    script = re.sub(r"\{(files|most|awk|program)\}", lambda found: pieces[found.group(1)], _SCRIPT)
    return Fragment(script, limit=LIMIT, output=OUTPUT)


def call(pattern: str) -> str:
    """What the audit trail tells of it: the files, and which readers."""
    return f"# 慢日志读取程序 sha256:{program_digest()}\nread {shell_words(pattern)}\n"


def shell_words(pattern: str) -> str:
    """A path as sh reads it: everything but `*` and `?` is only itself."""
    pieces: list[str] = []
    plain = ""
    for character in pattern:
        if character in "*?":
            pieces += [_quoted(plain)] if plain else []
            pieces.append(character)
            plain = ""
        else:
            plain += character
    return "".join([*pieces, *([_quoted(plain)] if plain else [])])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def read_answer(reply: Reply) -> list[Part]:
    """What the host told of each log; CouldNotLook for a log that could not be read: nothing was counted then."""
    if reply.seen is not Seen.OBSERVED:
        raise CouldNotLook(reply.seen, reply.reason)
    if reply.cut:
        raise CouldNotLook(Seen.GARBLED, "主机返回的统计超过上限，没有读完")
    told = list(_files(reply.out))
    # One that was rotated just now holds nothing yet: the others are told all the same.
    filled = [(path, size, lines) for path, size, lines in told if size or "!missing" in lines]
    parts = [_part(path, size, lines) for path, size, lines in filled or told]
    if not parts:
        said = one_line(reply.err.decode("utf-8", "replace"), 120)
        raise CouldNotLook(Seen.GARBLED, f"主机没有返回统计结果（{said or '没有任何输出'}）")
    return parts


def _files(out: bytes) -> Iterator[tuple[str, int, list[str]]]:
    path, size, lines, begun = "", 0, list[str](), False
    for line in out.decode("utf-8", "replace").splitlines():
        if line.startswith("F\t"):
            if begun:
                yield path, size, lines
            words = line.split("\t")
            path, size, lines, begun = (
                words[1],
                int(words[-1]) if words[-1].strip().isdigit() else 0,
                [],
                True,
            )
        else:
            lines.append(line)
    if begun:
        yield path, size, lines


_REASONS = {
    "!missing": (Seen.UNSUPPORTED, "没有文件 {path}"),
    "!no file": (Seen.UNSUPPORTED, "{path} 不是文件"),
    "!shrunk": (Seen.GARBLED, "{path} 在读取期间被截断（轮转），没有读全，请再读一次"),
    "!denied": (Seen.DENIED, "没有读取 {path} 的权限（把账号加入该文件的组，或为主机配置 sudo）"),
    "!format": (
        Seen.UNSUPPORTED,
        "{path} 不是 MySQL 或 MariaDB 的慢日志，而主机上没有 Python 3.6 以上版本；PostgreSQL 的日志请复制到本机再读",
    ),
}


def _part(path: str, size: int, lines: list[str]) -> Part:
    words = next((line for line in reversed(lines) if line.startswith("!")), "")
    if words:
        seen, reason = _REASONS.get(
            words.strip(), (Seen.GARBLED, "读取 {path} 时出错：" + one_line(words[1:], 120))
        )
        raise CouldNotLook(seen, reason.format(path=path))
    try:
        told = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else _from_awk(lines, size)
        part = read_part(path, told)
    except (ValueError, LookupError, TypeError, RecursionError) as surprise:
        raise CouldNotLook(Seen.GARBLED, f"主机对 {path} 的应答无法识别") from surprise
    if not part.told.get("format") and not size:
        raise CouldNotLook(Seen.UNSUPPORTED, f"{path} 是空文件")
    if not part.told.get("format"):
        raise CouldNotLook(Seen.GARBLED, f"{path} 不是 MySQL、MariaDB 或 PostgreSQL 的慢日志")
    return part


def _from_awk(lines: list[str], size: int) -> dict[str, object]:
    """What awk told, in the words of the program."""
    heads = [line.split("\t") for line in lines if line.startswith("H\t")]
    if len(heads) != 1:
        raise ValueError("没有总数")
    entries, seconds, doubtful, unread, *rest = map(float, heads[0][1:8])
    groups = [_group(line.split("\t")) for line in lines if line.startswith("G\t")]
    return {
        "format": "mysql",
        "bytes": size,
        "entries": entries,
        "seconds": seconds,
        "doubtful": doubtful,
        "unread": unread,
        "rest": rest,
        "groups": groups,
    }


def _group(words: list[str]) -> dict[str, object]:
    count, total, most, lock, sent, examined, widest, first, last = map(float, words[1:10])
    spread = [[int(float(each)) for each in pair.split(":")] for pair in words[10].split(",") if pair]
    return {
        "text": words[12],
        "figures": [count, total, most, lock, sent, examined, widest, first, last],
        "spread": spread,
        "schemas": [name for name in words[11].split(",") if name],
    }
