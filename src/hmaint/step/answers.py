"""What a host's reply says before anybody reads it: whether it can be read at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import cast

from hmaint.errors import CouldNotLook
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.kit.registry import find, names
from hmaint.kit.text import one_line
from hmaint.model.inventory import Host, Scalar, Target
from hmaint.model.look import Answer, Reply, Seen
from hmaint.parse.fields import NotTold

Parser = Callable[[str, Mapping[str, object]], list[dict[str, Scalar]]]
Format = str | Mapping[str, object]

GROUP = "hmaint.parsers"
ABSENT = 69
"""Exit status (EX_UNAVAILABLE) of a fragment that finds nothing to look at on this host; stderr says what."""
_MAY_NOT_RUN = 126
SUDO_HINT = "可为该主机配置 ssh: {sudo: true} 或相应的只读权限"

_REFUSED = re.compile(
    r"permission denied|operation not permitted|access denied|must be (?:super-?user|root)|need to be root"
    r"|(?:are you|as|not|requires|only|by) (?:the )?root\b|no hostkeys available|not authorized"
    r"|insufficient permissions|superuser",
    re.IGNORECASE,
)
# A path that is gone is none of these: what a playbook names may well be lost, and then it was not examined.
_ABSENT = re.compile(
    r"not supported|invalid option|unrecognized option|unknown option|illegal option"
    r"|can't operate|failed to connect to bus|not been booted with systemd|missing privilege separation directory",
    re.IGNORECASE,
)
_VANISHED = re.compile(r"no such (?:file or directory|process)", re.IGNORECASE)
_NOT_FOUND = re.compile(
    r"(?:^|[:\s])([\w./+-]+):\s*(?:\d+:\s*)?(?:command |inaccessible or )?not found", re.MULTILINE
)


def reply_of(answers: Sequence[Answer]) -> Reply:
    """One reply a step asked for."""
    (answer,) = answers
    if not isinstance(answer, Reply):
        raise CouldNotLook(Seen.GARBLED, "返回的不是命令输出")
    return answer


def settle(reply: Reply, target: Target, codes: Sequence[int] = (0,)) -> str:
    """Text of a reply; CouldNotLook says why where there is none to be believed."""
    if reply.seen is not Seen.OBSERVED:
        raise CouldNotLook(reply.seen, reply.reason or "没有得到回答")
    complaint = reply.err.decode(encoding(target), "replace")
    unfinished = reply.cut and reply.code is None
    # A code that may come of a good look (find and df: 1) means nothing when there are only complaints.
    mute = reply.code != 0 and not reply.out.strip() and bool(complaint.strip())
    if not unfinished and (reply.code not in codes or mute):
        raise _failure(reply, complaint)
    return decode(reply.out, target, cut=reply.cut)


def kept_out(reply: Reply) -> bool:
    """Whether the command complains that it was kept from a part of what it was to look at."""
    return _REFUSED.search(reply.err.decode("ascii", "replace")) is not None


def seen_in_part(reply: Reply) -> bool:
    """Whether the command says that it went on past something: what it was kept from, or what it could not read.

    The second is told by an exit code other than 0 beside complaints (df, du and find: 1); what vanished while it
    was looked at does not count.
    """
    lines = reply.err.decode("ascii", "replace").splitlines()
    complaints = [line for line in lines if line.strip() and not _VANISHED.search(line)]
    return kept_out(reply) or (reply.code != 0 and bool(complaints))


def refusal(reply: Reply) -> CouldNotLook:
    """What to say of a look that was not allowed, in the command's own words."""
    said = one_line(reply.err.decode("utf-8", "replace"), 120)
    return CouldNotLook(Seen.DENIED, f"没有权限：{said}；{SUDO_HINT}")


def encoding(target: Target) -> str:
    """How a host writes its text."""
    return target.encoding if isinstance(target, Host) else "utf-8"


def decode(raw: bytes, target: Target, *, cut: bool = False) -> str:
    """Text in the host's own encoding, strictly; of output that was cut the last, torn line is dropped."""
    if cut:
        raw = raw[: raw.rfind(b"\n") + 1]
    try:
        return raw.decode(encoding(target))
    except UnicodeDecodeError as wrong:
        shown = raw[wrong.start : wrong.start + 4].hex(" ")
        raise CouldNotLook(
            Seen.GARBLED,
            f"输出不是 {encoding(target)} 编码（第 {wrong.start + 1} 字节 {shown}），请在清单中设置该主机的 encoding",
        ) from None


def _failure(reply: Reply, complaint: str) -> CouldNotLook:
    code, said = reply.code, one_line(complaint, 120)
    if code is None:
        return CouldNotLook(Seen.GARBLED, "命令没有正常结束")
    if code == ABSENT:
        return CouldNotLook(Seen.UNSUPPORTED, said or "该主机没有这一项")
    refused = kept_out(reply)
    if code == 127 or (code == _MAY_NOT_RUN and not refused):  # noqa: PLR2004 - as POSIX has it: command not found
        tool = _NOT_FOUND.search(complaint)
        return CouldNotLook(Seen.UNSUPPORTED, f"未安装 {tool.group(1)}" if tool else f"命令无法执行：{said}")
    if refused:
        return refusal(reply)
    if _ABSENT.search(complaint):
        return CouldNotLook(Seen.UNSUPPORTED, f"该主机不支持：{said}")
    return CouldNotLook(Seen.GARBLED, f"命令以 {code} 结束：{said or '没有说明原因'}")


def parser_of(form: Format) -> tuple[Parser, Mapping[str, object]]:
    """Parser a playbook names, with its options; ValueError with the nearest name when there is none."""
    options: Mapping[str, object] = (
        {} if isinstance(form, str) else {k: v for k, v in form.items() if k != "format"}
    )
    name = form if isinstance(form, str) else str(form.get("format", ""))
    parser = find(GROUP, name)
    if parser is None:
        raise ValueError(_("no format {name}").format(name=repr(name)) + did_you_mean(name, names(GROUP)))
    return cast("Parser", parser), options


def parsed(form: Format, text: str) -> list[dict[str, Scalar]]:
    """Rows of a text; CouldNotLook where the parser cannot make sense of it or tells that it was refused."""
    parser, options = parser_of(form)
    try:
        return parser(text, options)
    except NotTold as absent:
        raise CouldNotLook(Seen.UNSUPPORTED, str(absent)) from None
    except PermissionError as refused:
        raise CouldNotLook(Seen.DENIED, f"{refused}；{SUDO_HINT}") from None
    except ValueError as wrong:
        raise CouldNotLook(Seen.GARBLED, f"返回内容无法解读：{wrong}") from None
