"""`file`: small text files, read by the shell itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Scalar
from hmaint.model.look import Answer, Fragment, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.answers import SUDO_HINT, parsed, reply_of, settle
from hmaint.step.arguments import Format, own
from hmaint.step.kind import Args, Context
from hmaint.step.posix import checked_path, classified, has_glob, word

# What was read is held back and written some kilobytes at a time.
_READ = """held="$held>$f
"; while IFS= read -r l || [ -n "$l" ]; do held="$held=$l
"; [ ${#held} -lt 4096 ] || { printf %s "$held"; held=; }; done < "$f\""""
_CAT = """printf '%s>%s\\n=' "$held" "$f"; held=; cat "$f\""""
_REFUSED = """held="$held!$f
\""""
_MISSING = """held="$held?$f
\""""
_DONE = """held="$held.
\""""
"""Tells that the whole of it was read."""
_TELL = '\nprintf %s "$held"'
_IN_ONE_PIECE = "/proc/sys/"
"""Numbers below it are handed out in one piece only, which the byte-wise `read` of dash and busybox never gets."""


@dataclass(frozen=True, slots=True)
class FileArgs(Args):
    """`path` is absolute, may be several and may hold globs; `optional` makes a missing file no row."""

    path: str | tuple[str, ...]
    parse: Format = "lines"
    optional: bool = False


class File:
    """Reads files with shell builtins, which costs the host no process: meant for /proc, /sys and configuration."""

    risk = Risk.READ
    args = FileArgs
    templates = frozenset({"path"})

    def ask(self, args: Args, context: Context) -> Sequence[Fragment]:  # noqa: ARG002 - the protocol's signature
        """One fragment for all paths; lines of content begin with `=`, so that no content can pass for a heading."""
        mine = own(args, FileArgs)
        paths = (mine.path,) if isinstance(mine.path, str) else mine.path
        if not paths:
            raise CouldNotLook(Seen.UNSUPPORTED, "没有给出文件")
        words = " ".join(word(checked_path(path)) for path in paths)
        builtin = not any(path.startswith(_IN_ONE_PIECE) for path in paths)
        loop = classified(_READ if builtin else _CAT, refused=_REFUSED, missing=_MISSING)
        end = _DONE if builtin else _DONE + _TELL
        return [Fragment(f"for f in {words}; do\n{loop}\ndone\n{end}", inline=builtin)]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        """Rows of every file behind its `path`; one that may not be read spoils the look: it may hold anything."""
        mine = own(args, FileArgs)
        reply = reply_of(answers)
        text = settle(reply, context.target)
        if not reply.cut and not text.endswith(".\n"):
            raise CouldNotLook(Seen.GARBLED, "返回内容无法解读：没有读到结尾")
        contents = _contents(text.removesuffix(".\n"), optional=mine.optional)
        if not reply.cut:
            _refuse_passed_over(mine, contents, text)
        rows: list[dict[str, Scalar]] = []
        for path, text in contents.items():
            rows += [{"path": path, **row} for row in parsed(mine.parse, text)]
        return Table(tuple(rows), reply.cut)


def _refuse_passed_over(args: FileArgs, contents: Mapping[str, str], text: str) -> None:
    """Raise CouldNotLook for a path that is there but no file; what globs match beside files nobody asked for."""
    paths = (args.path,) if isinstance(args.path, str) else args.path
    unread = [path for path in paths if path not in contents and not has_glob(path)]
    told = {line[1:] for line in text.split("\n") if line[:1] in ("!", "?")} if unread else ()
    if odd := [path for path in unread if path not in told]:
        raise CouldNotLook(Seen.GARBLED, f"{'、'.join(odd[:3])} 是目录或设备，不是文件")


def _contents(text: str, *, optional: bool) -> dict[str, str]:
    contents: dict[str, list[str]] = {}
    refused: list[str] = []
    missing: list[str] = []
    current: list[str] = []
    for line in text.split("\n"):
        mark = line[:1]
        if mark == "=" and contents:
            current.append(line[1:])
        elif mark == ">":
            current = contents.setdefault(line[1:], [])
        elif mark in ("!", "?"):
            (refused if mark == "!" else missing).append(line[1:])
        elif mark:
            raise CouldNotLook(Seen.GARBLED, f"返回内容无法解读：{line[:60]!r}")
    if refused:
        raise CouldNotLook(Seen.DENIED, f"没有权限：无法读取 {'、'.join(refused[:3])}；{SUDO_HINT}")
    if missing and not optional:
        raise CouldNotLook(Seen.UNSUPPORTED, f"没有 {'、'.join(missing[:3])}")
    return {path: "\n".join(lines) for path, lines in contents.items()}


KIND = File()
