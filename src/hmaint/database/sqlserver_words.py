"""What the errors of SQL Server and of its driver mean, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hmaint.kit.text import one_line
from hmaint.model.look import Seen

# Error numbers: "Database Engine events and errors" for the server's, sybdb.h of FreeTDS for those above 20000.
_MEANING: Mapping[int, tuple[Seen, str]] = {
    **dict.fromkeys(
        (18456, 18452, 20014),
        (Seen.DENIED, "登录被拒绝，请核对账号、密码和登录方式（须允许 SQL Server 身份验证）"),
    ),
    **dict.fromkeys((18470, 18486), (Seen.DENIED, "账号已被禁用或锁定")),
    **dict.fromkeys((18487, 18488), (Seen.DENIED, "账号的密码已过期或须先修改")),
    **dict.fromkeys((4060, 4064, 916), (Seen.DENIED, "打不开数据库：不存在、未联机，或账号无权进入")),
    **dict.fromkeys((229, 230, 262, 297, 300, 371, 378, 10311), (Seen.DENIED, "账号没有所需权限")),
    **dict.fromkeys((20018,), (Seen.DENIED, "服务器拒绝了请求，驱动没有给出原因")),
    **dict.fromkeys((208, 2812, 15009), (Seen.UNSUPPORTED, "此服务器上没有这张表或视图")),
    **dict.fromkeys((207,), (Seen.UNSUPPORTED, "此版本没有这一列")),
    **dict.fromkeys((195, 4121, 317), (Seen.UNSUPPORTED, "此版本没有这个函数")),
    **dict.fromkeys((911,), (Seen.UNSUPPORTED, "数据库不存在")),
    **dict.fromkeys((1222, 1205, 8645, 3617, 20003), (Seen.TIMED_OUT, "等待锁、内存或答复超时")),
    **dict.fromkeys(
        (922, 924, 927, 942, 945, 954, 976, 978, 979, 983),
        (Seen.UNREACHABLE, "数据库当前不可读（还原中、离线、单用户，或是不可读的副本）"),
    ),
    **dict.fromkeys((17809, 17810, 10928, 10929), (Seen.UNREACHABLE, "服务器连接数已满")),
    **dict.fromkeys(
        (17142, 18401, 18451, 18461, 6005),
        (Seen.UNREACHABLE, "服务器正在启动、暂停、关闭或处于单用户模式"),
    ),
    **dict.fromkeys(
        (596, 64, 233, 10054, 20002, 20004, 20006, 20009, 20013, 20017, 20047),
        (Seen.UNREACHABLE, "连接不上或连接中断"),
    ),
}  # fmt: skip


def explain(error: BaseException) -> tuple[Seen, str]:
    """By error number; where the driver's own words come first, by the number in those.

    pymssql keeps the number of the worst failed login for good and hands it out for every later one.
    """
    words = error.args[0] if len(error.args) == 1 and isinstance(error.args[0], tuple) else error.args
    number = words[0] if words and isinstance(words[0], int) else 0
    last = words[-1] if words else ""
    said = last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last)
    server, _, rest = said.partition("DB-Lib error message ")
    own = re.match(r"(\d+), severity \d+:\n(.*)", rest, re.DOTALL)
    if own and not server.strip():
        number, server = int(own.group(1)), own.group(2).partition("DB-Lib error message ")[0]
    return told(number, server)


def told(number: int, said: str) -> tuple[Seen, str]:
    """Tell what the server said under a number."""
    seen, meaning = _MEANING.get(number, (Seen.GARBLED, "服务器报错"))
    return seen, f"{meaning}：{one_line(said)}（{number}）" if number else f"{meaning}：{one_line(said)}"
