"""What an error of Oracle's, of its listener or of its drivers means for a look."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hmaint.kit.text import one_line
from hmaint.model.look import Seen

_CODE = re.compile(r"\b(?:ORA|TNS|DPY|DPI)-\d{4,5}\b")

_LOGIN = "登录被拒绝，请核对账号和密码"
_LOST = "连接不上或连接中断"
_FULL = "服务器连接数已满"
_DOWN = "数据库未打开（正在启动、关闭或只挂载）"
_NO_SERVICE = "监听器不认识该服务名或 SID，请核对清单中的 service / sid"
_TOO_LONG = "超过了查询时限"
_NEEDS_CLIENT = (
    "瘦模式不支持这台服务器（11.2 版、10G 旧口令或 NNE 加密）："
    "请安装 Oracle Instant Client 19，并在清单中为该数据库填写 client（其目录）"
)
_NO_CLIENT = "无法加载 Oracle 客户端库，请核对清单中 client 的目录，以及客户端与 Python 是否同为 64 位"

# Database Error Messages 19c and 23ai; python-oracledb documentation, appendix of DPY and DPI errors.
_MEANING: Mapping[str, tuple[Seen, str]] = {
    **dict.fromkeys(("ORA-01017", "ORA-01005", "ORA-01004", "ORA-03136", "DPY-4001"), (Seen.DENIED, _LOGIN)),
    "ORA-28000": (Seen.DENIED, "账号已被锁定"),
    "ORA-28001": (Seen.DENIED, "账号口令已过期"),
    "ORA-01045": (Seen.DENIED, "账号没有 CREATE SESSION 权限"),
    "ORA-28009": (Seen.DENIED, "不能用 SYS 账号，请改用只读账号"),
    "ORA-01031": (Seen.DENIED, "账号没有所需权限"),
    # Oracle does not tell an absent view from one the account may not see. Each check only reads what its version has.
    "ORA-00942": (Seen.DENIED, "看不到所查的表或视图（没有权限，或该版本没有）"),
    "ORA-41900": (Seen.DENIED, "账号没有所需权限"),
    **dict.fromkeys(
        ("ORA-01456", "ORA-14551", "ORA-14552", "ORA-16000", "ORA-01453"),
        (Seen.DENIED, "只读事务拒绝了写操作"),
    ),
    "ORA-00904": (Seen.UNSUPPORTED, "此版本没有这一列或函数"),
    "ORA-04043": (Seen.UNSUPPORTED, "此服务器上没有这个对象"),
    "ORA-00439": (Seen.UNSUPPORTED, "此版本（版别）没有启用该功能"),
    "ORA-01219": (Seen.UNSUPPORTED, "数据库未打开，只能查询固定视图"),
    **dict.fromkeys(
        ("ORA-12505", "ORA-12514", "ORA-12504", "DPY-6001", "DPY-6003"), (Seen.UNSUPPORTED, _NO_SERVICE)
    ),
    **dict.fromkeys(("DPY-3010", "DPY-3015", "DPY-3001", "DPY-4020"), (Seen.UNSUPPORTED, _NEEDS_CLIENT)),
    **dict.fromkeys(("DPI-1047", "DPI-1072", "DPI-1050"), (Seen.UNSUPPORTED, _NO_CLIENT)),
    "ORA-28040": (Seen.UNSUPPORTED, "客户端库太旧或太新，与服务器没有共同的认证协议"),
    "ORA-03134": (Seen.UNSUPPORTED, "客户端库与服务器版本不兼容，11.2 请用 Instant Client 19"),
    "ORA-12154": (Seen.UNREACHABLE, "连接串无法解析"),
    **dict.fromkeys(("ORA-01013", "ORA-03156", "DPY-4024", "DPI-1067"), (Seen.TIMED_OUT, _TOO_LONG)),
    **dict.fromkeys(("ORA-00054", "ORA-30006"), (Seen.TIMED_OUT, "等待锁超时")),
    **dict.fromkeys(("ORA-12170", "ORA-12535", "ORA-12606", "ORA-12609"), (Seen.TIMED_OUT, "连接超时")),
    **dict.fromkeys(
        ("ORA-00018", "ORA-00020", "ORA-02391", "ORA-12516", "ORA-12518", "ORA-12519", "ORA-12520"),
        (Seen.UNREACHABLE, _FULL),
    ),
    "ORA-00257": (Seen.UNREACHABLE, "归档空间已满，数据库不再接受连接（业务同样受影响，须立即处理）"),
    **dict.fromkeys(
        (
            "ORA-01033",
            "ORA-01034",
            "ORA-01089",
            "ORA-01090",
            "ORA-01109",
            "ORA-01507",
            "ORA-12528",
            "ORA-27101",
        ),
        (Seen.UNREACHABLE, _DOWN),
    ),
    **dict.fromkeys(
        ("ORA-12526", "ORA-12527", "ORA-01035"), (Seen.UNREACHABLE, "数据库处于受限模式，只有管理员可以登录")
    ),
    **dict.fromkeys(
        (
            "ORA-12541",
            "ORA-12543",
            "ORA-12545",
            "ORA-12547",
            "ORA-12537",
            "ORA-12560",
            "ORA-12571",
            "ORA-12533",
        ),
        (Seen.UNREACHABLE, _LOST),
    ),
    **dict.fromkeys(
        (
            "ORA-00028",
            "ORA-01012",
            "ORA-01092",
            "ORA-02396",
            "ORA-02399",
            "ORA-03113",
            "ORA-03114",
            "ORA-03135",
        ),
        (Seen.UNREACHABLE, _LOST),
    ),
    **dict.fromkeys(
        (
            "DPY-1001",
            "DPY-4011",
            "DPY-4026",
            "DPY-4027",
            "DPY-6000",
            "DPY-6002",
            "DPY-6005",
            "DPI-1010",
            "DPI-1080",
        ),
        (Seen.UNREACHABLE, _LOST),
    ),
}


def explain(error: BaseException) -> tuple[Seen, str]:
    """By the first code whose meaning is known: a driver's own code stands before the server's it passes on."""
    said = _said(error)
    codes = _CODE.findall(said)
    if codes[:1] == ["DPY-6005"] and re.search(r"timed? ?out", said):
        return Seen.TIMED_OUT, f"连接超时：{said}"
    # DPY-6000 only says that the listener refused; which refusal it was stands behind.
    known = [code for code in _ranked(codes) if code in _MEANING]
    if not known:
        return Seen.GARBLED, f"数据库报错：{said}"
    seen, meaning = _MEANING[known[0]]
    return seen, f"{meaning}：{said}"


def _ranked(codes: list[str]) -> list[str]:
    plain = [code.replace("TNS-", "ORA-") for code in codes]
    general = {"DPY-6000", "DPY-6005", "DPY-4011"}
    return sorted(plain, key=lambda code: code in general)


def _said(error: BaseException) -> str:
    inner = error.args[0] if error.args else ""
    text = str(getattr(inner, "message", "") or error)
    return one_line(re.sub(r"\s*(?:Help: https?://\S+|\(CONNECTION_ID=[^)]*\))", "", text))
